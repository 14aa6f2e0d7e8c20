"""Files of columns on the command line: rated whole or not at all, counted, refused with words that name the place."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import xeploai
from xeploai.cli import main

sys.path.append(str(Path(__file__).parents[2] / "bench"))
import members

RULEBOOK = xeploai.Rulebook.builtin("366-qd-tw")
ENDS = ["parquet", "arrow", "feather", "ipc", "arrows"]


def written(path: Path, table: pa.Table, rows: int = 700) -> Path:
    if path.suffix == ".parquet":
        pq.write_table(table, path, row_group_size=rows)
    elif path.suffix == ".arrows":
        with pa.ipc.new_stream(path, table.schema) as stream:
            stream.write_table(table, max_chunksize=rows)
    else:
        with pa.ipc.new_file(path, table.schema) as file:
            file.write_table(table, max_chunksize=rows)
    return path


def read(path: Path) -> pa.Table:
    if path.suffix == ".parquet":
        return pq.read_table(path)
    return (pa.ipc.open_stream if path.suffix == ".arrows" else pa.ipc.open_file)(path.read_bytes()).read_all()


def rate(*words: object, rulebook: str = "366-qd-tw", kind: str = "member") -> int:
    return main(["--lang", "en", "rate", rulebook, kind, *map(str, words)])


@pytest.mark.parametrize("end", ENDS)
def test_every_form_into_every_form(end: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = members.generate(2_000, 3, 0.05)
    source = written(tmp_path / f"in.{end}", table)
    expected = pa.table(RULEBOOK.rate_table("member", table)).to_pylist()
    rated = sum(line["outcome"] == "rated" for line in expected)
    for other in ENDS:
        target = tmp_path / f"out.{other}"
        assert rate(source, "-o", target) == 0
        assert read(target).to_pylist() == expected
        told = capsys.readouterr().out
        assert "stay as they are: id" in told
        assert ["Rated", str(rated)] in [line.split() for line in told.splitlines()]
        assert f"Written: {target}" in told
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([source.name, *(f"out.{end}" for end in ENDS)])


def test_a_row_that_is_invalid_is_in_the_output_and_tells_the_exit_code(tmp_path: Path) -> None:
    table = pa.table({"exempt_from_activities": [True, False], "tasks_assigned": [5, -1]})
    target = tmp_path / "out.parquet"
    assert rate(written(tmp_path / "in.parquet", table), "-o", target) == 1
    assert read(target)["outcome"].to_pylist() == ["not_reviewed", "invalid"]


def test_lists_are_rated_row_by_row_and_the_run_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rulebook = xeploai.Rulebook.builtin("nd-335-2025")
    kind = rulebook.subjects[0]
    table = pa.table({"period_end": ["2026-12-31"] * 3, "months": [["good"] * 3, [], None]})
    table = table if "months" in {fact["name"] for fact in rulebook.facts(kind)} else table.drop_columns(["months"])
    source, target = written(tmp_path / "in.parquet", table), tmp_path / "out.parquet"
    assert rate(source, "-o", target, rulebook="nd-335-2025", kind=kind) == 0
    assert "slower: 3 (a fact is a list)" in capsys.readouterr().out
    assert main(["rate", "nd-335-2025", kind, str(source), "-o", str(target)]) == 0
    assert "3 (một trường là danh sách)" in capsys.readouterr().out
    counts = rulebook.rate_file(kind, source, target)
    assert (counts["rows"], counts["single_rows"]) == (3, 3)
    assert counts["why_single"] == {"vi": "một trường là danh sách", "en": "a fact is a list"}


def test_what_is_refused_leaves_the_old_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fine = pa.table({"exempt_from_activities": [True]})
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"no columns here")
    slip = written(tmp_path / "slip.parquet", fine.append_column("task_done", pa.array([1])))
    cut = tmp_path / "cut.arrow"
    cut.write_bytes(written(tmp_path / "whole.arrow", members.generate(2_000, 1)).read_bytes()[:-40])
    empty = written(tmp_path / "empty.parquet", fine.slice(0, 0))
    source = written(tmp_path / "fine.parquet", fine)
    target = tmp_path / "out.parquet"
    target.write_bytes(b"of last year")
    before = sorted(path.name for path in tmp_path.iterdir())
    for words, told in [
        ((slip, "-o", target), "task_done: a column whose name is nearly that of a fact: expected `tasks_done`"),
        ((broken, "-o", target), "broken.parquet cannot be read as what its name says"),
        ((cut, "-o", target), "cut.arrow cannot be read as what its name says"),
        ((empty, "-o", target), "empty.parquet has no row to rate"),
        ((tmp_path / "none.parquet", "-o", target), "none.parquet"),
        ((source, "-o", target, "--labels"), "--labels is for tables of CSV and Excel only"),
        ((source, "-o", tmp_path / "out.csv"), "no conversion between"),
        ((source, "-o", source), "fine.parquet"),
    ]:
        assert rate(*words) == 2
        assert told in capsys.readouterr().err
        assert target.read_bytes() == b"of last year"
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert rate(slip, "-o", target, "--keep", "task_done", "--prefix", "kq_") == 0
    assert read(target).column_names[:3] == ["exempt_from_activities", "task_done", "kq_outcome"]


def test_the_number_of_threads_does_not_show(tmp_path: Path) -> None:
    source = written(tmp_path / "in.parquet", members.generate(3_000, 1, 0.1), 400)
    targets = [tmp_path / f"out{threads}.parquet" for threads in (1, 2, 5)]
    counts = [
        RULEBOOK.rate_file("member", source, target, threads=n) for n, target in zip((1, 2, 5), targets, strict=True)
    ]
    assert counts[0] == counts[1] == counts[2]
    assert len({target.read_bytes() for target in targets}) == 1
    with pytest.raises(ValueError, match="threads: expected a number from 1"):
        RULEBOOK.rate_file("member", source, targets[0], threads=0)


def test_progress_stops_a_file_and_its_exception_comes_out(tmp_path: Path) -> None:
    source = written(tmp_path / "in.parquet", members.generate(3_000, 1), 400)
    seen: list[int] = []

    def fail(rows: int) -> None:
        seen.append(rows)
        if rows >= 800:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        RULEBOOK.rate_file("member", source, tmp_path / "out.parquet", progress=fail)
    assert seen == [400, 800]
    with pytest.raises(ValueError, match="stopped"):
        RULEBOOK.rate_file("member", source, tmp_path / "out.parquet", progress=lambda _: False)
