"""Files in and out: CSV, columns, words, and that nothing is lost or half written."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path
from typing import Any

import pytest

import xeploai
from xeploai import delimited, excel, files, jsonlines

from filing import CODES, CRITERIA, GOOD, ITEMS, MAIN, TITLES, good, labels, rate, read_csv, write_csv, write_xlsx

# ---- CSV


def test_csv_keeps_foreign_columns_in_their_place_and_order(tmp_path: Path) -> None:
    names = list(GOOD)
    titles = ["Họ và tên", *names[:5], "Ghi chú", *names[5:], "Chi bộ"]
    cells = ['Lê  Văn\nA; B, "C"', *good()[:5], " 007 ", *good()[5:], "=1+1"]
    source = write_csv(tmp_path / "in.csv", [titles, cells])
    assert rate(source, "-o", tmp_path / "out.csv") == 0
    out = read_csv(tmp_path / "out.csv")
    assert out[0] == [*titles, *CODES]
    assert out[1][: len(titles)] == [str(cell) for cell in cells]
    assert out[1][len(titles) : len(titles) + 7] == ["rated", "good", "good", "good", "89.99", "", ""]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [True, False])
def test_csv_is_written_in_the_style_in_which_it_came(tmp_path: Path, delimiter: str, mark: bool) -> None:
    # One label holds a comma, which outnumbers nothing only if delimiters are not simply counted.
    titles = ["Mã, số, thẻ, cũ, mới, khác", *labels().values()]
    lines = [titles, ["a", *good()]]
    source = write_csv(tmp_path / "in.csv", lines, delimiter, "utf-8-sig" if mark else "utf-8")
    assert rate(source, "-o", tmp_path / "out.csv") == 0
    data = (tmp_path / "out.csv").read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") == 2
    source.write_bytes(source.read_bytes().replace(b"\r\n", b"\n"))
    assert rate(source, "-o", tmp_path / "unix.csv") == 0
    assert (tmp_path / "unix.csv").read_bytes() == data.replace(b"\r\n", b"\n")
    assert data.startswith(b"\xef\xbb\xbf") is mark
    assert data.count(b"\xef\xbb\xbf") == int(mark)
    assert read_csv(tmp_path / "out.csv", delimiter)[1][-8] == "rated"


def test_few_columns_and_many_commas_in_a_title(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("a, b, c, d;exempt_from_activities\nx, y;Có\n", encoding="utf-8")
    assert rate(source, "-o", tmp_path / "out.csv") == 0
    assert read_csv(tmp_path / "out.csv", ";")[1][:3] == ["x, y", "Có", "not_reviewed"]


def test_excel_csv_adds_the_mark(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", [list(GOOD), good()])
    assert rate(source, "-o", tmp_path / "out.csv", "--excel-csv") == 0
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_cells_are_read_by_the_declared_fact(tmp_path: Path) -> None:
    cells = good(
        admitted_on="19/05/2010", exempt_from_activities="KHÔNG", score_general="28,0", tasks_done="10.0",
        discipline_on_duty="Không bị kỷ luật",
    )  # fmt: skip
    source = write_csv(tmp_path / "in.csv", [list(GOOD), cells])
    assert rate(source, "-o", tmp_path / "out.csv") == 0
    assert read_csv(tmp_path / "out.csv")[1][-8:-6] == ["rated", "good"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_labels_of_both_languages_name_columns(tmp_path: Path, form: Any, lang: str) -> None:
    shown = [f"  {label.upper()} ".replace(" ", "\u00a0 ") for label in labels(lang).values()]
    titles = [unicodedata.normalize(form, title) for title in shown]
    source = write_csv(tmp_path / "in.csv", [titles, [{**GOOD}[name] for name in labels()]])
    assert rate(source, "-o", tmp_path / "out.csv") == 0
    out = read_csv(tmp_path / "out.csv")
    assert out[0][: len(titles)] == titles  # as they were, not normalised
    assert out[1][-8:-6] == ["rated", "good"]


def test_a_row_with_too_many_cells_is_invalid_and_kept(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("name,exempt_from_activities\nLê, A,true\nB,true,\nC\n", encoding="utf-8")
    assert rate(source, "-o", tmp_path / "out.csv") == 1
    shifted, padded, short = read_csv(tmp_path / "out.csv")[1:]
    assert shifted[:3] == ["Lê", " A", "invalid"]
    assert shifted[-1] == "true"  # what stood under no title comes last
    assert "not_a_record" in shifted[8]
    assert "3 > 2" in shifted[8]
    assert padded[:3] == ["B", "true", "not_reviewed"]
    assert short[:3] == ["C", "", "undetermined"]


def test_blank_rows_stay_and_are_not_rated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_csv(tmp_path / "in.csv", [["id", "exempt_from_activities"], ["1", "true"], ["", " "], ["2", "true"]])
    assert rate(source, "-o", tmp_path / "out.csv", "--lang", "en") == 0
    out = read_csv(tmp_path / "out.csv")
    assert [line[2] for line in out[1:]] == ["not_reviewed", "", "not_reviewed"]
    assert capsys.readouterr().out.splitlines()[-2].split() == ["Total", "2"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("Họ tên,tasks_done\nLê,1\n".encode("utf-16"), "UTF-8"),
        ("Tên,tasks_done\nLê,1\n".encode("cp1258", "replace"), "UTF-8"),
        (b'name,tasks_done\n"A,1\nB,2\n', "row 2"),
        (b'name,tasks_done\nA,1\n"B"x,2\n', "row 3"),
        (b'"name,tasks_done\nA,1\n', "row 1"),
        (b"name,tasks_done\n", "no row"),
        (b"name,tasks_done\n ,\n", "no row"),
        (b"", "no column"),
        (b"name,salary\nA,1\n", "no column"),
    ],
)
def test_csv_that_cannot_be_read_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, told: str
) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(data)
    assert rate(source, "-o", tmp_path / "out.csv", "--lang", "en") == 2
    error = capsys.readouterr().err
    assert error.startswith("xeploai: in.csv")
    assert told in error
    assert error.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv"]


# ---- columns


@pytest.mark.parametrize(
    "title",
    ["task_done", "Tasks-Done", "tasksdone", "taks_done", "So nhiem vu da hoan thanh", "Số nhiệm vụ đã hoàn thàh"],
)
def test_a_misspelt_column_is_refused_unless_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], title: str
) -> None:
    titles = [title if name == "tasks_done" else name for name in GOOD]
    source = write_csv(tmp_path / "in.csv", [titles, good()])
    out = tmp_path / "out.csv"
    assert rate(source, "-o", out) == 2
    error = capsys.readouterr().err
    assert f"`{title}`" in error
    assert "tasks_done" in error
    assert not out.exists()
    assert rate(source, "-o", out, "--keep", unicodedata.normalize("NFD", title)) == 0
    first = read_csv(out)[1]
    assert first[-8] == "undetermined"
    assert first[-3] == "tasks_done"


def test_two_columns_for_one_fact_are_refused_unless_one_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    label = labels()["tasks_done"]
    source = write_csv(tmp_path / "in.csv", [[*GOOD, label], [*good(), "9"]])
    assert rate(source, "-o", tmp_path / "out.csv") == 2
    error = capsys.readouterr().err
    assert "`tasks_done`" in error
    assert f"`{label}`" in error
    assert rate(source, "-o", tmp_path / "out.csv", "--keep", label) == 0
    assert read_csv(tmp_path / "out.csv")[1][-7] == "good"


def test_ids_matter_only_where_they_are_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_csv(tmp_path / "in.csv", [["id", "id", *GOOD], ["1", "2", *good()]])
    assert rate(source, "-o", tmp_path / "out.csv") == 0
    assert rate(source, "-o", tmp_path / "out.csv", "--id", "id") == 2
    assert "`id`" in capsys.readouterr().err


def test_keep_of_a_column_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_csv(tmp_path / "in.csv", [list(GOOD), good()])
    assert rate(source, "-o", tmp_path / "out.csv", "--keep", "Ghi chú") == 2
    assert "`Ghi chú`" in capsys.readouterr().err


def test_a_label_that_two_facts_share_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(CRITERIA.read_text(encoding="utf-8"))
    other = {"name": "voted", "type": "boolean", "label": {"vi": "Có mặt", "en": "Voted"}}
    document["subjects"][0]["facts"].append(other)
    rulebook = tmp_path / "rulebook.json"
    rulebook.write_text(json.dumps(document), encoding="utf-8")
    source = write_csv(tmp_path / "in.csv", [["id", "Có mặt"], ["1", "Có"]])
    assert rate(source, "-o", tmp_path / "out.csv", rulebook=rulebook) == 2
    assert "present, voted" in capsys.readouterr().err


def test_titles_of_results_must_be_free(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_csv(tmp_path / "in.csv", [["LEVEL", *GOOD], ["old", *good()]])
    assert rate(source, "-o", tmp_path / "out.csv") == 2
    error = capsys.readouterr().err
    assert "`LEVEL`" in error
    assert "--prefix" in error
    assert not (tmp_path / "out.csv").exists()
    assert rate(source, "-o", tmp_path / "out.csv", "--prefix", "new_") == 0
    out = read_csv(tmp_path / "out.csv")
    assert out[0] == ["LEVEL", *GOOD, *(f"new_{code}" for code in CODES)]
    assert out[1][0] == "old"
    # A second run over the output needs another prefix.
    assert rate(tmp_path / "out.csv", "-o", tmp_path / "again.csv", "--prefix", "new_") == 2
    # Words are other titles.
    assert rate(source, "-o", tmp_path / "words.csv", "--labels") == 0


# ---- words


def test_labels_give_words_that_a_clerk_understands(tmp_path: Path) -> None:
    lines = [
        good(),
        good(exempt_from_activities=True),
        good(score_general=31),
        good(score_general=None),
        good(score_results=65, tasks_exceeded=0),
    ]
    source = write_csv(tmp_path / "in.csv", [list(GOOD), *lines])
    assert rate(source, "-o", tmp_path / "out.csv", "--labels", "--explain") == 1
    out = [line[len(GOOD) :] for line in read_csv(tmp_path / "out.csv")]
    assert out[0] == [*TITLES, "Giải thích"]
    rated, exempt, broken, unknown, gap = out[1:]
    assert rated[:5] == [xeploai.message("outcome.rated", "vi"), *["Hoàn thành tốt nhiệm vụ"] * 3, "89.99"]
    assert "366-QĐ/TW Điều 11.1]" in rated[7]  # the band of the level above, which was not reached
    assert exempt[0] == xeploai.message("outcome.not_reviewed", "vi")
    assert "miễn công tác" in exempt[7]
    assert "Điều 5.2.1" in exempt[7]
    assert broken[6].startswith(labels()["score_general"])
    assert "31" in broken[6]
    assert "decimal" not in broken[6]  # words, not the codes for programs
    assert unknown[5] == labels()["score_general"]
    assert xeploai.message("note.gap", "vi") in gap[7]
    assert gap[2:4] == ["Hoàn thành tốt nhiệm vụ", "Hoàn thành tốt nhiệm vụ"]
    assert "89,99" in rated[8]
    assert broken[6] in broken[8]


def test_labels_in_english(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", [list(GOOD), good()])
    assert rate(source, "-o", tmp_path / "out.csv", "--labels", "--lang", "en") == 0
    titles, cells = (line[len(GOOD) :] for line in read_csv(tmp_path / "out.csv"))
    assert titles[:2] == ["Outcome", "Level"]
    assert cells[0] == "Rated"


def test_codes_give_the_rules(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", [list(GOOD), good(), good(exempt_from_activities=True)])
    assert rate(source, "-o", tmp_path / "out.csv") == 0
    rated, exempt = read_csv(tmp_path / "out.csv")[1:]
    rulebook = xeploai.Rulebook.builtin("366-qd-tw")
    findings = rulebook.rate("member", GOOD).findings
    assert rated[-1].split("; ") == [finding["rule"] for finding in findings if finding["decisive"]]
    reasons = rulebook.rate("member", GOOD | {"exempt_from_activities": True}).reasons
    assert exempt[-1] == reasons[0]["rule"]


# ---- whole or not at all


def sabotage(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the writing of a format fail when the first half is written."""
    if name == "csv":
        real = delimited.write

        def half(file: Any, lines: Any, style: Any) -> None:
            real(file, list(lines)[:1], style)
            raise OSError(28, "No space left on device", "out")

        monkeypatch.setattr(delimited, "write", half)
    elif name == "xlsx":

        def broken(_: Any, file: Any) -> None:
            file.write(b"half")
            raise OSError(28, "No space left on device", "out")

        monkeypatch.setattr(excel.Book, "save", broken)
    else:

        def members(text: str) -> Any:
            if "last" in text:
                raise OSError(28, "No space left on device", "out")
            return [(key, json.dumps(value)) for key, value in json.loads(text).items()]

        monkeypatch.setattr(jsonlines, "members", members)


@pytest.mark.parametrize("name", ["csv", "xlsx", "jsonl"])
def test_a_failure_midway_leaves_the_old_output_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    source, target = tmp_path / f"in.{name}", tmp_path / f"out.{name}"
    if name == "csv":
        write_csv(source, [list(GOOD), good(), good()])
    elif name == "xlsx":
        write_xlsx(source, S=[list(GOOD), good(), good()])
    else:
        source.write_text("\n".join([json.dumps(GOOD), json.dumps(GOOD | {"name": "last"})]), encoding="utf-8")
    target.write_bytes(b"old")
    sabotage(name, monkeypatch)
    assert rate(source, "-o", target) == 2
    assert target.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"in.{name}", f"out.{name}"]
    assert "No space left" in capsys.readouterr().err


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, RuntimeError])
def test_replacing_undoes_itself_whatever_happens(tmp_path: Path, interrupt: type[BaseException]) -> None:
    target = tmp_path / "out.txt"
    target.write_text("old", encoding="utf-8")

    def write() -> None:
        with files.replacing(target) as file:
            file.write(b"new")
            assert len(list(tmp_path.iterdir())) == 2
            raise interrupt

    with pytest.raises(interrupt):
        write()
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(os.name != "posix", reason="rights and links are those of POSIX")
def test_replacing_keeps_rights_and_links(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old", encoding="utf-8")
    real.chmod(0o640)
    link.symlink_to(real)
    with files.replacing(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "new"
    assert real.stat().st_mode & 0o777 == 0o640


def test_an_error_names_the_file_that_was_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_csv(tmp_path / "in.csv", [list(GOOD), good()])
    target = tmp_path / "none" / "out.csv"
    assert rate(source, "-o", target) == 2
    assert str(target) in capsys.readouterr().err
    (tmp_path / "out.csv").mkdir()
    assert rate(source, "-o", tmp_path / "out.csv") == 2
    error = capsys.readouterr().err
    assert str(tmp_path / "out.csv") in error
    assert "tmp" not in error.replace(str(tmp_path), "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


@pytest.mark.parametrize("way", ["same", "dots", "link", "hard link", "list", "rulebook"])
def test_the_input_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str], way: str) -> None:
    source = write_csv(tmp_path / "in.csv", MAIN)
    items = write_csv(tmp_path / "items.csv", ITEMS)
    rulebook = tmp_path / "rulebook.csv"  # of any name
    rulebook.write_bytes(CRITERIA.read_bytes())
    (tmp_path / "link.csv").symlink_to(source)
    (tmp_path / "hard.csv").hardlink_to(source)
    target = {
        "same": source,
        "dots": tmp_path / "x" / ".." / "in.csv",
        "link": tmp_path / "link.csv",
        "hard link": tmp_path / "hard.csv",
        "list": items,
        "rulebook": rulebook,
    }[way]
    (tmp_path / "x").mkdir()
    before = {path: path.read_bytes() for path in (source, items, rulebook)}
    assert rate(source, "-o", target, "--list", f"criteria={items}", rulebook=rulebook) == 2
    assert {path: path.read_bytes() for path in (source, items, rulebook)} == before
    assert capsys.readouterr().err.startswith("xeploai: ")


def test_formats_that_are_not_known_or_do_not_go_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_csv(tmp_path / "in.csv", [list(GOOD), good()])
    for target, told in [("out.xls", ".xlsx"), ("out.jsonl", "JSON Lines"), ("out", ".csv")]:
        assert rate(source, "-o", tmp_path / target) == 2
        assert told in capsys.readouterr().err
    assert rate(tmp_path / "in.txt", "-o", tmp_path / "out.csv") == 2
