"""List facts, whose items stand in a file or sheet of their own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from filing import CRITERIA, ITEMS, MAIN, Line, rate, read_csv, read_xlsx, write_csv, write_xlsx


def test_items_come_from_another_file(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", MAIN)
    items = write_csv(tmp_path / "items.csv", [*ITEMS, ["", "", " ", ""]], ";")
    assert rate(source, "-o", tmp_path / "out.csv", "--list", f"criteria={items}", rulebook=CRITERIA) == 0
    assert [line[2:4] for line in read_csv(tmp_path / "out.csv")[1:]] == [
        ["rated", "high"], ["rated", "low"], ["undetermined", ""], ["undetermined", ""],
    ]  # fmt: skip


def test_a_column_of_the_items_may_be_kept(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", MAIN)
    items = write_csv(tmp_path / "items.csv", [["Cap do", *ITEMS[0]], *(["x", *line] for line in ITEMS[1:])])
    arguments: list[str | Path] = [source, "-o", tmp_path / "out.csv", "--list", f"criteria={items}"]
    assert rate(*arguments, rulebook=CRITERIA) == 2
    assert rate(*arguments, "--keep", "Cap do", rulebook=CRITERIA) == 0
    assert read_csv(tmp_path / "out.csv")[1][3] == "high"


def test_items_come_from_a_sheet_whose_ids_are_numbers(tmp_path: Path) -> None:
    items: list[Line] = [*ITEMS, ["", 7.0, "một", "Tốt"]]
    source = write_xlsx(tmp_path / "in.xlsx", Chính=MAIN, Tiêu_chí=items)
    assert rate(source, "-o", tmp_path / "out.xlsx", "--list", "criteria=Tiêu_chí", rulebook=CRITERIA) == 0
    assert [line[3] for line in read_xlsx(tmp_path / "out.xlsx")[1:]] == ["high", "low", "high", None]
    assert read_xlsx(tmp_path / "out.xlsx", 1)[-1] == (None, 7, "một", "Tốt")


def test_items_of_no_row_are_told_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_csv(tmp_path / "in.csv", MAIN)
    items = write_csv(tmp_path / "items.csv", [*ITEMS, ["", "C", "bí mật", "Tốt"], ["", "", "bí mật", "Tốt"]])
    assert rate(source, "-o", tmp_path / "out.csv", "--list", f"criteria={items}", rulebook=CRITERIA) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert "5" in lines[0]
    assert "C" in lines[0]
    assert "6" in lines[1]
    assert lines[2].endswith(": 2")
    assert "bí mật" not in "".join(lines)
    assert read_csv(tmp_path / "out.csv")[1][2:4] == ["rated", "high"]


def test_an_item_that_is_not_in_order_makes_its_row_invalid(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", MAIN)
    items = write_csv(tmp_path / "items.csv", [*ITEMS, ["", "B", "hai", "Giỏi"]])
    assert rate(source, "-o", tmp_path / "out.csv", "--list", f"criteria={items}", rulebook=CRITERIA) == 1
    good_, bad = read_csv(tmp_path / "out.csv")[1:3]
    assert good_[3] == "high"
    assert bad[2] == "invalid"
    assert bad[8].startswith("criteria/1/grade: unknown_code")


@pytest.mark.parametrize(
    ("main", "items", "arguments", "told"),
    [
        ([*MAIN, ["A", "Có"]], ITEMS, [], "A"),
        (MAIN, [["Mã", "grad"], ["A", "Tốt"]], [], "grade"),
        (MAIN, [["Mã", "khác"], ["A", "Tốt"]], [], "items.csv"),
        (MAIN, [], [], "items.csv"),
        (MAIN, [["Số", "grade"], ["A", "Tốt"]], ["--id", "Mã"], "`Mã`"),
        (MAIN, ITEMS, ["--id", "Số"], "`Số`"),
        (MAIN, ITEMS, ["--list", "present=items.csv"], "`present`; có: criteria\n"),
        (MAIN, ITEMS, ["--list", "criteria=other.csv"], "--list criteria"),
        ([["Có mặt"], ["Có"]], ITEMS, [], "--id"),
        (MAIN, [["Mã", "grade"], ["A", "Tốt", "Tốt"]], [], "2"),
        ([["Mã", "Có mặt", "criteria"], ["A", "Có", "x"]], ITEMS, [], "--list criteria="),
    ],
)
def test_lists_that_cannot_be_read_are_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    main: Sequence[Line],
    items: Sequence[Line],
    arguments: list[str],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "in.csv", main)
    write_csv(tmp_path / "items.csv", items)
    assert rate("in.csv", "-o", "out.csv", "--list", "criteria=items.csv", *arguments, rulebook=CRITERIA) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out.csv").exists()


def test_a_sheet_of_a_csv_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_csv(tmp_path / "in.csv", MAIN)
    assert rate(source, "-o", tmp_path / "out.csv", "--list", "criteria=Trang", rulebook=CRITERIA) == 2
    assert "`Trang`" in capsys.readouterr().err
    assert rate(source, "-o", tmp_path / "out.csv", "--sheet", "Trang", rulebook=CRITERIA) == 2
    assert "`Trang`" in capsys.readouterr().err
