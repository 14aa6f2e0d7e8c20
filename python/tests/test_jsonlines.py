"""JSON Lines: exact, nothing lost, typed records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import xeploai
from xeploai import cli, jsonlines
from xeploai.batch import rate_file

from filing import GOOD, good, rate, write_csv


def rate_lines(tmp_path: Path, text: str | bytes, *arguments: str) -> tuple[int, list[str]]:
    source = tmp_path / "in.jsonl"
    source.write_bytes(text.encode() if isinstance(text, str) else text)
    code = rate(source, "-o", tmp_path / "out.jsonl", *arguments)
    out = tmp_path / "out.jsonl"
    return code, out.read_text(encoding="utf-8").splitlines() if code != 2 else []


def test_json_lines_keep_what_stood_there_to_the_digit(tmp_path: Path) -> None:
    foreign = '"Tên": "Lê\\u0301", "big": 12345678901234567890.10, "tiny": 1e-400, "twice": 1, "twice": 2'
    facts = ", ".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in GOOD.items())
    code, lines = rate_lines(tmp_path, "{" + foreign + ", " + facts + "}\r\n\n")
    assert code == 0
    assert len(lines) == 1
    assert lines[0].startswith("{" + foreign + ", " + facts + ', "rating": {"outcome":"rated"')
    rulebook = xeploai.Rulebook.builtin("366-qd-tw")
    assert json.loads(lines[0])["rating"] == rulebook.rate("member", GOOD).to_dict()


def test_json_lines_pass_numbers_exactly(tmp_path: Path) -> None:
    # As a binary float this would be 61.99 and fit its scale.
    text = json.dumps(GOOD).replace("61.99", "61.990000000000000000001")
    code, lines = rate_lines(tmp_path, text)
    assert code == 1
    assert json.loads(lines[0])["rating"]["problems"][0]["code"] == "out_of_scale"


def test_json_lines_are_typed_records_not_cells(tmp_path: Path) -> None:
    code, lines = rate_lines(tmp_path, json.dumps(GOOD | {"tasks_done": "10"}))
    assert code == 1
    assert [p["field"] for p in json.loads(lines[0])["rating"]["problems"]] == ["tasks_done"]


def test_a_record_under_facts_is_strict(tmp_path: Path) -> None:
    strict = {"tasks_done": "not looked at", "facts": GOOD}
    foreign = {"facts": GOOD | {"Tên": "A"}}
    code, lines = rate_lines(tmp_path, f"{json.dumps(strict)}\n{json.dumps(foreign)}\n")
    assert code == 1
    one, two = (json.loads(line) for line in lines)
    assert one["rating"]["level"] == "good"
    assert one["tasks_done"] == "not looked at"
    assert two["rating"]["problems"][0]["code"] == "unknown_fact"


def test_a_fact_that_stands_twice_is_invalid(tmp_path: Path) -> None:
    twice = json.dumps(GOOD)[:-1] + ', "tasks_done": 10}'
    inside = f'{{"facts": {twice}}}'
    records = f'{{"facts": {json.dumps(GOOD)}, "facts": {json.dumps(GOOD)}}}'
    code, lines = rate_lines(tmp_path, "\n".join([twice, inside, records]))
    assert code == 1
    ratings = [json.loads(line)["rating"] for line in lines]
    assert [rating["outcome"] for rating in ratings] == ["invalid"] * 3
    problems = [(problem["field"], problem["code"]) for rating in ratings for problem in rating["problems"]]
    assert problems == [("tasks_done", "duplicate"), ("tasks_done", "duplicate"), ("facts", "duplicate")]
    assert lines[0].count('"tasks_done": 10') == 2


@pytest.mark.parametrize(
    "line",
    [
        b"not json", b'{"tasks_done": 1', b"[1, 2]", b"7", b'"text"', b'{"a": NaN}', b'{"a": 1} {"b": 2}', b"{1: 2}",
        b'{"a": 01}', b"{'a': 1}", b'{"a": 1,}', b'{"a" 1}', b'{"a": "\xff"}', b'{"a": "tab\there"}',
        b'["a": 1}', b'{"a"; 1}', b'{"a": 1; "b": 2}', b"{}x", b'{"a": 1}}', b'{"a": 1]',
        b"[" * 100_000, b'{"a": ' + b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_line_that_is_no_object_becomes_a_line_that_says_so(tmp_path: Path, line: bytes) -> None:
    good_line = json.dumps(GOOD).encode()
    code, lines = rate_lines(tmp_path, good_line + b"\n" + line + b"\n" + good_line + b"\n")
    assert code == 1
    first, bad, last = (json.loads(line) for line in lines)
    assert first["rating"]["level"] == last["rating"]["level"] == "good"
    assert list(bad) == ["line", "rating"]
    assert bad["line"] == 2
    assert bad["rating"]["outcome"] == "invalid"
    assert bad["rating"]["problems"][0]["code"] == "not_a_record"
    assert bad["rating"]["problems"][0]["found"].startswith("line 2")


def test_an_older_rating_is_kept_under_another_name(tmp_path: Path) -> None:
    code, lines = rate_lines(tmp_path, json.dumps(GOOD | {"rating": {"old": 1}, "rating_before": "older"}))
    assert code == 0
    row = json.loads(lines[0])
    assert row["rating"]["level"] == "good"
    assert row["rating_before"] == "older"
    assert row["rating_before_2"] == {"old": 1}
    twice = '{"rating": 1, "rating": 2, ' + json.dumps(GOOD)[1:]
    code, lines = rate_lines(tmp_path, twice)
    assert [json.loads(lines[0])[key] for key in ("rating_before", "rating_before_2")] == [1, 2]
    code, lines = rate_lines(tmp_path, json.dumps(GOOD | {"rating": "old"}))
    assert json.loads(lines[0])["rating_before"] == "old"


def test_a_key_that_is_nearly_a_fact_makes_the_line_invalid_unless_kept(tmp_path: Path) -> None:
    line = json.dumps({("task_done" if name == "tasks_done" else name): value for name, value in GOOD.items()})
    code, lines = rate_lines(tmp_path, line)
    assert code == 1
    problem = json.loads(lines[0])["rating"]["problems"][0]
    assert (problem["field"], problem["code"]) == ("task_done", "unknown_fact")
    assert "tasks_done" in problem["expected"]
    code, lines = rate_lines(tmp_path, line, "--keep", "task_done")
    assert code == 0
    assert json.loads(lines[0])["rating"]["missing"] == ["tasks_done"]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    code, lines = rate_lines(tmp_path, b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
    assert code == 0
    assert lines[0].startswith('{"period_end"')


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff\n", '{"name": "A"}\n{"salary": 1}\n'])
def test_json_lines_without_rows_or_facts_are_refused(tmp_path: Path, text: str) -> None:
    assert rate_lines(tmp_path, text) == (2, [])
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_half_a_surrogate_pair_in_a_key_survives(tmp_path: Path) -> None:
    code, lines = rate_lines(tmp_path, '{"\\udc80 é": 1, "exempt_from_activities": true}')
    assert code == 0
    assert lines[0].startswith('{"\\udc80 é": 1, ')


@pytest.mark.parametrize(
    "option", [["--labels"], ["--explain"], ["--sheet", "S"], ["--id", "id"], ["--prefix", "x"], ["--excel-csv"],
               ["--list", "criteria=a.csv"]]
)  # fmt: skip
def test_options_for_tables_are_refused_for_json_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    assert rate_lines(tmp_path, json.dumps(GOOD), *option) == (2, [])
    assert option[0] in capsys.readouterr().err


@pytest.mark.parametrize("name", ["in.jsonl", "in.csv"])
def test_a_caller_is_told_how_far_it_has_come(tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    if name == "in.csv":
        write_csv(source, [list(GOOD), good(), good(tasks_done=11)])
    else:
        source.write_text(f"{json.dumps(GOOD)}\n\nbroken\n", encoding="utf-8")
    seen: list[tuple[int, int]] = []
    rulebook = xeploai.Rulebook.builtin("366-qd-tw")
    target = tmp_path / f"out{source.suffix}"
    tally = rate_file(rulebook, "member", source, target, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]
    assert tally.outcomes == {"rated": 1, "invalid": 1}


def test_an_id_of_two_lines_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"id": 7}\n{"id": 8}\n\n{"id": "7"}\n', encoding="utf-8")
    assert cli.main(["explain", "366-qd-tw", "member", "--row", str(path), "--pick", "7"]) == 2
    assert "(1, 4)" in capsys.readouterr().err


def test_members_are_those_of_json() -> None:
    text = ' { "a" : [1, {"b": "}"}] ,"c\\n":-1.50e+3, "":null } '
    assert jsonlines.members(text) == [("a", '[1, {"b": "}"}]'), ("c\n", "-1.50e+3"), ("", "null")]
    assert jsonlines.members(" {} ") == []
