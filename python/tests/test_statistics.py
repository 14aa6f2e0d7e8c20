"""Statistics: laws over files of every format, the check of a table as people keep it, and the two pages about it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import xeploai
from xeploai import cli, statistics

from filing import GOOD, good, rate, read_csv, read_xlsx, write_csv, write_xlsx
from snippets import blocks, check_links, read, run_python, run_shell

PAGES = ["docs/statistics.md", "docs/statistics.vi.md"]
LEVELS = ["not_completed", "completed", "good", "excellent"]


def stats(*arguments: str | Path) -> int:
    return cli.main(["stats", *map(str, arguments)])


def cells_of(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return cells


# ---- counts and shares


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A", "B"]), st.sampled_from([2024, 2025]), st.sampled_from(LEVELS), st.integers(1, 99)
        ),
        min_size=1,
    ),
    st.integers(0, 6),
)
def test_shares_are_those_of_the_counts(lines: list[tuple[str, int, str, int]], decimals: int) -> None:
    rows = [
        {"unit": unit, "year": year, "outcome": "rated", "level": level, "times": n} for unit, year, level, n in lines
    ]
    counted: Counter[tuple[str, int, str]] = Counter()
    for unit, year, level, n in lines:
        counted[unit, year, level] += n
    table = statistics.tally(rows, decimals=decimals)
    assert {(cell["unit"], cell["year"]) for cell in table["cells"]} == {(unit, year) for unit, year, _ in counted}
    for cell in table["cells"]:
        assert cell["year"] is not None
        rated = cell["counts"]["rated"]
        assert rated == sum(counted[cell["unit"], cell["year"], level] for level in LEVELS)
        for level in LEVELS:
            share = cell["shares"][level]
            exact = Fraction(counted[cell["unit"], cell["year"], level] * 100, rated)
            assert share is not None
            assert abs(Fraction(share) - exact) <= Fraction(1, 2 * 10**decimals)
    adding_up = statistics.tally(rows, decimals=decimals, rounding="largest_remainder")
    for cell in adding_up["cells"]:
        assert sum(Fraction(share) for share in cell["shares"].values() if share is not None) == 100


def test_ratings_are_counted_and_a_share_of_nothing_is_absent() -> None:
    rulebook = xeploai.Rulebook.builtin("366-qd-tw")
    ratings = [rulebook.rate("member", GOOD), rulebook.rate("member", GOOD | {"exempt_from_activities": True})]
    (cell,) = statistics.tally(ratings)["cells"]
    assert (cell["kind"], cell["counts"]["good"], cell["shares"]["good"]) == ("member", 1, "100.00")
    assert cell["not_reviewed"] == {"member.exempt": 1}
    (cell,) = statistics.tally(ratings[1:])["cells"]
    assert set(cell["shares"].values()) == {None}


def test_the_change_is_against_the_year_before_alone() -> None:
    rows = [
        {"year": year, "outcome": "rated", "level": level, "times": times}
        for year, level, times in [(2021, "good", 2), (2021, "excellent", 1), (2022, "good", 1), (2022, "excellent", 1)]
    ]
    first, second = statistics.tally(rows)["cells"]
    assert first["changes"] is None
    assert second["changes"] is not None
    # 50 less a third is 16.67 points, as an exact difference; that of the rounded shares would do here too.
    assert second["changes"]["excellent"] == {
        "before": 1, "after": 1, "difference": 0, "share_before": "33.33", "share_after": "50.00", "points": "16.67",
    }  # fmt: skip
    later = [{**row, "year": 2023} if row["year"] == 2022 else row for row in rows]
    assert statistics.tally(later)["cells"][1]["changes"] is None


@pytest.mark.parametrize(
    ("request_", "found"),
    [
        ({"rows": [{"outcome": "rated", "level": "best"}]}, "best"),
        ({"rows": [{"outcome": "fine"}]}, "fine"),
        ({"rows": [], "decimals": 7}, "7"),
        ({"rows": [], "base": "everyone"}, "everyone"),
        ({"rows": [], "levels": ["a"]}, "a"),
    ],
)
def test_what_cannot_be_counted_is_refused(request_: dict[str, Any], found: str) -> None:
    with pytest.raises(xeploai.StatisticsError, match=re.escape(found)) as refused:
        statistics.tally(**request_)
    assert refused.value.words["vi"] != refused.value.words["en"]


# ---- rated files


def cases() -> list[list[Any]]:
    header = ["id", "Đơn vị", *GOOD]
    return [header, ["1", "A", *good()], ["2", "A", *good(exempt_from_activities=True)], ["3", "B", *good()],
            ["4", "B", *good(score_general=31)], ["5", "B", *good(score_results="")]]  # fmt: skip


EXPECTED = {"A": {"good": 1, "not_reviewed": 1, "all": 2}, "B": {"good": 1, "invalid": 1, "undetermined": 1, "all": 3}}


@pytest.mark.parametrize("labels", [False, True])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_what_rate_wrote_is_counted(
    tmp_path: Path, suffix: str, labels: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    source, rated, target = (tmp_path / f"{name}{suffix}" for name in ("in", "rated", "out"))
    if suffix == ".csv":
        write_csv(source, cases())
    else:
        write_xlsx(source, Cases=cases())
    assert rate(source, "-o", rated, *(["--labels"] if labels else [])) == 1
    capsys.readouterr()
    made = tmp_path / "out.json"
    assert stats(rated, "--unit", "Đơn vị", "--kind", "member", "--year", "2025", "-o", made) == 0
    out = capsys.readouterr().out
    assert "Đơn vị" in out
    assert "HTXS" in out
    cells = cells_of(made)
    assert [(cell["kind"], cell["by"], cell["year"]) for cell in cells] == [
        ("member", {"Đơn vị": unit}, 2025) for unit in EXPECTED
    ]
    for cell in cells:
        told = {name: count for name, count in cell["counts"].items() if name in {"good", "all", *statistics_open()}}
        assert {name: count for name, count in told.items() if count} == EXPECTED[cell["unit"]]
    reasons = cells[0]["not_reviewed"]
    assert sum(reasons.values()) == 1
    assert labels or reasons == {"member.exempt": 1}
    # The table itself, in the format of the source, with the same numbers.
    assert stats(rated, "--unit", "Đơn vị", "--kind", "member", "--year", "2025", "-o", target) == 0
    titles, first, _ = read_csv(target) if suffix == ".csv" else read_xlsx(target)
    line = dict(zip(map(str, titles), first, strict=False))
    assert (str(line["HTT"]), str(line["tổng số"]), line["Đơn vị"]) == ("1", "2", "A")


def statistics_open() -> set[str]:
    return {"authority_decides", "undetermined", "invalid", "not_rated", "not_reviewed"}


def test_files_of_columns_and_lines_are_counted_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    members = [GOOD, GOOD | {"exempt_from_activities": True}, GOOD | {"score_general": 31}, GOOD]
    units = ["A", "A", "B", None]
    columns = {name: [member[name] for member in members] for name in GOOD}
    pq.write_table(pa.table({"unit": units, **columns}), tmp_path / "in.parquet")
    lines = [json.dumps({"unit": unit} | member) for unit, member in zip(units, members, strict=True)]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    told = []
    for suffix in ("parquet", "jsonl"):
        rated, target = tmp_path / f"rated.{suffix}", tmp_path / f"{suffix}.json"
        assert rate(tmp_path / f"in.{suffix}", "-o", rated) == 1
        options = ["--unit", "unit", "--kind", "member", "--year", "2025", "--rulebook", "366-qd-tw"]
        assert stats(rated, *options, "-o", target) == 0
        told.append(cells_of(target))
    assert told[0] == told[1]
    assert {cell["unit"]: cell["counts"]["all"] for cell in told[0]} == {"": 1, "A": 2, "B": 1}
    assert told[0][1]["not_reviewed"] == {"member.exempt": 1}
    capsys.readouterr()
    assert stats(tmp_path / "rated.jsonl", "--unit", "unti") == 2
    assert "unti" in capsys.readouterr().err


def test_years_come_from_a_column_or_one_for_each_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = write_csv(
        tmp_path / "a.csv", [["outcome", "level", "Năm"], ["rated", "good", 2024], ["rated", "completed", 2025]]
    )
    two = write_csv(tmp_path / "b.csv", [["outcome", "level"], ["rated", "good"]])
    assert stats(one, two, "--year", "2023", "--year", "2025", "--lang", "en", "-o", tmp_path / "out.json") == 0
    cells = cells_of(tmp_path / "out.json")
    assert {cell["year"]: cell["counts"]["rated"] for cell in cells} == {2024: 1, 2025: 2}
    assert "good and above: 50% to 100% a year" in capsys.readouterr().out
    assert stats(one, two, "--year", "2023", "--year", "2024", "--year", "2025") == 2
    assert "--year" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        ([["outcome", "level"], ["rated", "good"], ["rated", "goood"]], ["row 3", "goood", "excellent"]),
        ([["outcome", "level"], ["ratd", "good"]], ["row 2", "ratd"]),
        ([["outcome", "level", "year"], ["rated", "good", "20x5"]], ["row 2", "20x5", "year"]),
        ([["level"], ["good"]], ["outcome"]),
        ([["outcome"], ["rated"]], ["level"]),
        ([["outcome", "level"]], ["no row"]),
    ],
)
def test_a_rated_file_that_is_not_in_order_is_refused(
    tmp_path: Path, lines: list[list[str]], parts: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old", encoding="utf-8")
    assert stats(write_csv(tmp_path / "in.csv", lines), "--lang", "en", "-o", target) == 2
    err = capsys.readouterr().err
    assert all(part in err for part in ["in.csv", *parts]), err
    assert target.read_text(encoding="utf-8") == "old"
    assert stats(tmp_path / "in.csv", "-o", tmp_path / "in.csv") == 2


# ---- a published table

CELLS = [
    ["Đối tượng", "Tổng số", "HTXS", "%", "HTT", "%", "HT", "%", "KHT", "%"],
    ["Chi bộ", "147", "28", "19,04", "100", "68,02", "10", "6,80", "9", "6,12"],
]
CLEAN = [
    ["Đối tượng", "Tổng số", "HTXS", "%", "HTT", "%", "HT", "%", "KHT", "%"],
    ["Chi bộ", "2.000", "200", "10,0", "1.700", "85,0", "80", "4", "20", "1 %"],
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_checked(tmp_path: Path, delimiter: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert stats("check", write_csv(tmp_path / "clean.csv", CLEAN, delimiter)) == 0
    assert stats("check", write_csv(tmp_path / "cut.csv", CELLS, delimiter)) == 1
    out = capsys.readouterr().out
    assert "28/147 làm tròn là 19,05 %, in 19,04 %" in out
    assert stats("check", tmp_path / "cut.csv", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert Counter(finding["sort"] for finding in found["findings"]) == {"truncated": 2, "hundred": 1, "quota": 1}
    assert {finding["row"] for finding in found["findings"]} == {2}
    assert stats("check", tmp_path / "cut.csv", "--quota", "none", "--json") == 1
    assert "quota" not in {finding["sort"] for finding in json.loads(capsys.readouterr().out)["findings"]}


def test_a_workbook_is_checked_as_it_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for line in (["Đối tượng", "Tổng số", "HTXS", None, "HTT", None], [None, None, "SL", "%", "SL", "Tỷ lệ"]):
        sheet.append(line)
    sheet.append(["Tổ chức", 51, 8, 8 / 51, 43, 84.31])
    sheet.merge_cells("C1:D1")
    sheet["D3"].number_format = "0.00%"
    workbook.save(tmp_path / "in.xlsx")
    assert stats("check", tmp_path / "in.xlsx", "--quota", "none", "--json") == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []
    sheet["D3"] = 0.1567
    workbook.save(tmp_path / "in.xlsx")
    assert stats("check", tmp_path / "in.xlsx", "--quota", "none", "--lang", "en") == 1
    assert "row 3, Tổ chức: excellent: 8/51 is 15.69%" in capsys.readouterr().out


def test_json_is_checked_with_the_digits_that_stand_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # 681/1000 is 68.1 %, and 68.10 is right; 68.1 for 6806/10000 is right too, 68.10 would not be.
    text = '[{"name": "a", "rated": 10000, "good": 6806, "share of good": 68.10}]'
    (tmp_path / "in.json").write_text(text, encoding="utf-8")
    assert stats("check", tmp_path / "in.json", "--lang", "en") == 1
    assert "68.06%" in capsys.readouterr().out
    (tmp_path / "in.json").write_text(text.replace("68.10", "68.1"), encoding="utf-8")
    assert stats("check", tmp_path / "in.json") == 0


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        ([["Đối tượng", "HTXS"], ["a", "hai mươi"]], ["row 2", "HTXS", "hai mươi", "expected a count"]),
        ([["Đối tượng", "HTXS", "%"], ["a", "20", "x %"]], ["row 2", "%", "x %", "expected a share"]),
        ([["Đối tượng", "HTXS", "Số hiệu"], ["a", "20", "1"]], ["row 1", "Số hiệu", "expected a title"]),
        ([["Đối tượng", "HTXS"]], ["no figure"]),
    ],
)
def test_a_table_that_is_not_understood_is_refused(
    tmp_path: Path, lines: list[list[str]], parts: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_csv(tmp_path / "in.csv", lines)
    assert stats("check", path, "--lang", "en") == 2
    err = capsys.readouterr().err
    assert all(part in err for part in ["in.csv", *parts]), err
    assert stats("check", path) == 2
    assert capsys.readouterr().err != err
    assert stats("check", path, path) == 2
    assert stats("check", tmp_path / "none.csv") == 2
    (tmp_path / "in.json").write_text("{", encoding="utf-8")
    assert stats("check", tmp_path / "in.json") == 2


def test_a_column_may_be_kept_out(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "in.csv", [["Đối tượng", "HTXS", "HTT", "Số hiệu"], ["a", "2", "98", "x"]])
    assert stats("check", path) == 2
    assert stats("check", path, "--keep", "Số hiệu") == 0


def test_a_refusal_tells_its_place() -> None:
    with pytest.raises(xeploai.StatisticsError) as refused:
        statistics.check_table({"populations": [{"good": 3}, {"good": [3]}]})
    assert (refused.value.row, refused.value.column) == (2, "good")


# ---- the pages


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_and_snippets_run(page: str, tmp_path: Path) -> None:
    for block in blocks(page, "sh"):
        run_shell(block, tmp_path)
    results = run_python(page)
    assert results.attempted > 8
    assert results.failed == 0
    check_links(page)
    with (tmp_path / "counts.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(io.StringIO(file.read())))) == 5


def test_both_pages_have_the_same_pieces() -> None:
    english, vietnamese = map(read, PAGES)
    for mark in ("\n## ", "\n| ", "\n- ", "\n>>> ", "\n```"):
        assert english.count(mark) == vietnamese.count(mark), mark
