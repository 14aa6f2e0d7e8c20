"""The command line: commands, exit codes, one line for what cannot be done, and both languages."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import xeploai
from xeploai import cli, commands
from xeploai.progress import Progress
from xeploai.wording import LANGUAGES, Wording

SOURCES = Path(xeploai.__file__).parent
CRITERIA = Path(__file__).parent / "data" / "criteria.json"
# 61.99 and 28 points, and all else as the good level asks.
FACTS = [
    "period_end=31/12/2025", "admitted_on=19/05/2010", "exempt_from_activities=Không", "suspended_from_activities=No",
    "score_general=28", "score_results=61,99", "tasks_assigned=10", "tasks_done=10", "tasks_late=0",
    "tasks_below_standard=0", "tasks_exceeded=3", "shortcomings_noted=0", "degradation_concluded=false",
    "conduct_breach_concluded=không", "discipline_on_duty=Không bị kỷ luật",
]  # fmt: skip


def fact_options(*facts: str) -> list[str]:
    return [part for fact in facts for part in ("--fact", fact)]


def explain(*arguments: str, subject: str = "member", rulebook: str = "366-qd-tw") -> int:
    return cli.main(["explain", rulebook, subject, *arguments])


# ---- rulebooks, facts


def test_rulebooks_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rulebooks"]) == 0
    out = capsys.readouterr().out
    for rulebook in xeploai.rulebooks():
        assert f"{rulebook.id} {rulebook.version}  {rulebook.title['vi']}" in out
        assert all(rulebook.subject_label(kind)["vi"] in out for kind in rulebook.subjects)
    assert cli.main(["rulebooks", "--json"]) == 0
    described = json.loads(capsys.readouterr().out)
    assert [entry["digest"] for entry in described] == [rulebook.digest for rulebook in xeploai.rulebooks()]


def test_facts_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["facts", str(CRITERIA), "member", "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["present", "criteria", "title", "grade"]
    assert lines[0].endswith("Yes; No")
    assert lines[3].endswith("Poor; Good")
    assert cli.main(["facts", "366-qd-tw", "member"]) == 0
    forms = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert forms["score_general"].endswith(xeploai.message("expected.decimal", "vi", min=0, max=30, scale=2))
    assert forms["tasks_done"].endswith(xeploai.message("expected.integer", "vi", min=0, max=1_000_000))
    assert cli.main(["facts", "366-qd-tw", "member", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == xeploai.Rulebook.builtin("366-qd-tw").facts("member")


# ---- explain


def test_explain_reads_facts_as_cells(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(*fact_options(*FACTS)) == 0
    out = capsys.readouterr().out
    assert "Hoàn thành tốt nhiệm vụ (HTT)" in out
    assert "89,99" in out
    assert explain(*fact_options(*FACTS), "--json") == 0
    rating = json.loads(capsys.readouterr().out)
    assert (rating["outcome"], rating["level"], rating["score"]) == ("rated", "good", "89.99")
    assert explain(*fact_options(*FACTS), "--lang", "en") == 0
    assert "0.01 short" in capsys.readouterr().out


def test_explain_takes_labels_in_any_normal_form(capsys: pytest.CaptureFixture[str]) -> None:
    label = unicodedata.normalize("NFD", "Được miễn công tác và sinh hoạt đảng")
    assert explain("--fact", f"{label}=Có", "--json") == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "not_reviewed"


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        (["tasks_done=10", "tasks_done=10"], "tasks_done", "duplicate"),
        (["tasks_done=10", "Số nhiệm vụ đã hoàn thành=10"], "tasks_done", "duplicate"),
        (["tasks_done=mười"], "tasks_done", "wrong_type"),
        (["admitted_on=30/02/2020"], "admitted_on", "no_such_day"),
        (["score_general=28,125"], "score_general", "out_of_scale"),
        (["score_general=30.01"], "score_general", "out_of_bounds"),
        (["task_done=10"], "task_done", "unknown_fact"),
        (["tasks_assigned=1", "tasks_done=2"], "tasks_done", "inconsistent"),
    ],
)
def test_explain_of_facts_that_are_not_in_order(
    capsys: pytest.CaptureFixture[str], facts: list[str], field: str, code: str
) -> None:
    assert explain(*fact_options(*facts), "--json") == 1
    rating = json.loads(capsys.readouterr().out)
    assert rating["outcome"] == "invalid"
    assert [(problem["field"], problem["code"]) for problem in rating["problems"]] == [(field, code)]
    assert explain(*fact_options(*facts)) == 1
    assert xeploai.message("explain.invalid", "vi") in capsys.readouterr().out


def test_explain_takes_a_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    items = json.dumps([{"grade": "Tốt"}], ensure_ascii=False)
    arguments = ["--fact", "present=Có", "--fact", f"criteria={items}", "--json"]
    assert explain(*arguments, rulebook=str(CRITERIA)) == 0
    assert json.loads(capsys.readouterr().out)["level"] == "high"
    assert explain("--fact", "criteria=Tốt", "--json", rulebook=str(CRITERIA)) == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "wrong_type"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    lines = [
        ["Mã", "Họ và tên", "Được miễn công tác và sinh hoạt đảng"],
        ["DV1", "Người Bí Mật", "Có"],
        ["DV2", "Người Bí Mật", "sai"],
        ["DV3", "Người Bí Mật", ""],
        ["DV3", "Người Bí Mật", ""],
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    return path


def test_explain_of_a_row_of_a_table(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain("--row", str(table), "--pick", "DV1") == 0
    assert "5.2.1" in capsys.readouterr().out
    assert explain("--row", str(table), "--id", "mã", "--pick", " DV2 ", "--json") == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["field"] == "exempt_from_activities"
    assert explain("--row", str(table), "--pick", "DV3") == 2
    assert "4, 5" in capsys.readouterr().err
    assert explain("--row", str(table), "--pick", "DV9") == 2
    assert "DV9" in capsys.readouterr().err
    assert explain("--row", str(table), "--id", "Số", "--pick", "DV1") == 2
    assert "`Số`" in capsys.readouterr().err
    assert explain("--row", str(table)) == 2
    assert "--pick" in capsys.readouterr().err


def test_explain_of_a_row_with_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workbook = openpyxl.Workbook()
    main, items = workbook.create_sheet("Chính"), workbook.create_sheet("TC")
    for line in (["id", "Có mặt"], [7, True]):
        main.append(line)
    for line in (["id", "Cấp độ"], ["7", "Tốt"]):
        items.append(line)
    workbook.save(tmp_path / "in.xlsx")
    row = ["--row", str(tmp_path / "in.xlsx"), "--sheet", "Chính", "--pick", "7", "--json"]
    assert explain(*row, "--list", "criteria=TC", rulebook=str(CRITERIA)) == 0
    assert json.loads(capsys.readouterr().out)["level"] == "high"


def test_explain_of_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(
        '{"mã": 7, "exempt_from_activities": true}\nbroken\n{"id": "x", "facts": {}}\n{"key": "x", "id": "y"}\n',
        encoding="utf-8",
    )
    assert explain("--row", str(path), "--pick", "7", "--json") == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "not_reviewed"
    assert explain("--row", str(path), "--pick", "x", "--json") == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "undetermined"
    assert explain("--row", str(path), "--pick", "nobody") == 2
    assert explain("--row", str(path), "--id", "key", "--pick", "x", "--json") == 0
    assert explain("--row", str(path), "--pick", "7", "--sheet", "S") == 2
    assert "--sheet" in capsys.readouterr().err


# ---- what is asked for wrongly


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "COMMAND"),
        (["nothing"], "nothing"),
        (["explain", "366-qd-tw", "member", "--fact", "tasks_done"], "--fact"),
        (["explain", "366-qd-tw", "member", "--fact", "=3"], "--fact"),
        (["explain", "366-qd-tw", "member", "--fact", "a=1", "--pick", "7"], "--pick"),
        (["explain", "366-qd-tw", "member", "--fact", "a=1", "--row", "x.csv"], "--row"),
        (["explain", "366-qd-tw", "nobody", "--fact", "a=1"], "leadership_collective"),
        (["explain", "999-qd-tw", "member", "--fact", "a=1"], "366-qd-tw"),
        (["explain", "366-qd-tw", "leader", "--fact", "a=1", "--policy", "nothing=1"], "basic_targets"),
        (["explain", "366-qd-tw", "leader", "--fact", "a=1", "--policy", "basic_targets=none"], "all"),
        (["explain", "366-qd-tw", "leader", "--fact", "a=1", "--policy", "basic_targets"], "--policy"),
        (["explain", "366-qd-tw", "leader", "--fact", "a=1", *["--policy", "basic_targets=all"] * 2], "basic_targets"),
        (["explain", "366-qd-tw", "member", "--row", "none.csv", "--pick", "7"], "none.csv"),
        (["explain", "366-qd-tw", "member", "--row", "none.xlsx", "--pick", "7"], "none.xlsx"),
        (["explain", "366-qd-tw", "member", "--row", "none.jsonl", "--pick", "7"], "none.jsonl"),
        (["explain", "366-qd-tw", "member", "--row", "none.doc", "--pick", "7"], ".xlsx"),
        (["explain", ".", "member", "--fact", "a=1"], "."),
        (["explain", "366-qd-tw", "member", "--fact", "a=1", "--overlay", "none.json"], "none.json"),
        (["rate", "366-qd-tw", "member", "in.csv"], "--output"),
        (["rate", "366-qd-tw", "member", "none.csv", "-o", "out.csv"], "none.csv"),
        (["rate", "366-qd-tw", "member", "none.csv", "-o", "out.csv", "--label"], "--label"),
        (["rulebooks", "--lang", "fr"], "--lang"),
        (["template", "366-qd-tw", "member", "-o", "out.jsonl"], "out.jsonl"),
        (["template", "366-qd-tw", "member", "-o", "none/out.csv"], "none/out.csv"),
    ],
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_is_asked_for_wrongly_ends_with_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    told: str,
    lang: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if arguments and arguments[0] != "nothing" and "--lang" not in arguments:
        arguments = [*arguments, "--lang", lang]
    assert cli.main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("xeploai: ")
    assert captured.err.count("\n") == 1
    assert told in captured.err
    assert "{" not in captured.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_that_a_rulebook_does_not_have_are_told_in_the_language(
    capsys: pytest.CaptureFixture[str], lang: Any
) -> None:
    kinds = ", ".join(xeploai.Rulebook.builtin("366-qd-tw").subjects)
    assert explain("--fact", "a=1", "--lang", lang, subject="nobody") == 2
    told = Wording(lang)("cli.unknown_subject", subject="nobody", rulebook="366-qd-tw", known=kinds)
    assert capsys.readouterr().err == f"xeploai: {told}\n"
    assert explain("--fact", "a=1", "--lang", lang, "--policy", "basic_targets=none", subject="leader") == 2
    told = Wording(lang)("cli.unknown_option", policy="basic_targets", option="none", known="any, all")
    assert capsys.readouterr().err == f"xeploai: {told}\n"


def test_a_rulebook_that_cannot_be_loaded_tells_every_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(CRITERIA.read_text(encoding="utf-8"))
    document["levels"][0]["code"] = "lowest"
    document["in_force"]["from"] = "2025-02-30"
    path = tmp_path / "rulebook.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(xeploai.LoadError) as caught:
        xeploai.Rulebook.load(path)
    assert explain("--fact", "present=Có", rulebook=str(path), subject="member") == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 + len(caught.value.faults) >= 3
    assert all(line.startswith("xeploai: ") for line in lines)
    assert "/in_force/from" in "\n".join(lines)


def test_help_is_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("rulebooks", "facts", "rate", "explain", "template"):
        for lang in LANGUAGES:
            assert cli.main([command, "--lang", lang, "--help"]) == 0
            said = " ".join(capsys.readouterr().out.split())
            assert Wording(lang)(f"cli.about_{command}") in said
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"xeploai {xeploai.__version__}\n"


# ---- policies and overlays


def test_a_policy_changes_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    stated = ["basic_targets_assigned=5", "basic_targets_met=4", "unit_tasks_assigned=10", "unit_tasks_done=10"]
    facts = fact_options(*stated)
    assert explain(*facts, "--json", subject="leader") == 0
    strict = json.loads(capsys.readouterr().out)
    assert strict["at_most"] == "not_completed"
    assert explain(*facts, "--json", "--policy", "basic_targets=all", subject="leader") == 0
    lenient = json.loads(capsys.readouterr().out)
    assert lenient["at_most"] == "excellent"
    assert lenient["policies"] == {"basic_targets": "all"}


@pytest.mark.parametrize("name", ["in.csv", "in.jsonl"])
def test_a_policy_changes_the_results_of_a_file(tmp_path: Path, name: str) -> None:
    stated = {"basic_targets_assigned": 5, "basic_targets_met": 4, "unit_tasks_assigned": 10, "unit_tasks_done": 10}
    source, target = tmp_path / name, tmp_path / f"out{Path(name).suffix}"
    with source.open("w", encoding="utf-8", newline="") as file:
        if name == "in.csv":
            csv.writer(file).writerows([stated.keys(), stated.values()])
        else:
            file.write(json.dumps(stated))
    command = ["rate", "366-qd-tw", "leader", str(source), "-o", str(target)]
    assert cli.main(command) == 0
    strict = target.read_text(encoding="utf-8")
    assert cli.main([*command, "--policy", "basic_targets=all"]) == 0
    lenient = target.read_text(encoding="utf-8")
    assert strict != lenient
    assert ('"at_most":"excellent"' if name == "in.jsonl" else ",excellent,") in lenient


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    path = tmp_path / "overlay.json"
    base = xeploai.Rulebook.builtin("366-qd-tw")
    document = {
        "id": "commune-sample",
        "version": "1.0.0",
        "title": {"vi": "Quy định mẫu của xã", "en": "Sample of a commune"},
        "extends": {"id": base.id, "version": base.version},
        "instruments": [
            {
                "id": "local", "number": "1-QĐ/ĐU", "kind": {"vi": "Quy định", "en": "Regulation"},
                "issuer": {"vi": "Đảng ủy xã", "en": "Commune"}, "date": "2025-09-01",
                "in_force": {"from": "2025-09-01"},
            }
        ],
        "subjects": [
            {
                "kind": "member",
                "points": [
                    {
                        "fact": "score_general", "citation": {"instrument": "local", "place": "Phụ lục"},
                        "provenance": "local",
                        "items": [
                            {"name": "points_ethics", "label": {"vi": "Điểm đạo đức", "en": "Ethics"}, "max": "10"},
                            {"name": "points_style", "label": {"vi": "Điểm tác phong", "en": "Style"}, "max": "20"},
                        ],
                    }
                ],
            }
        ],
    }  # fmt: skip
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.mark.parametrize("way", ["option", "path"])
def test_an_overlay_is_put_on(overlay: Path, capsys: pytest.CaptureFixture[str], way: str) -> None:
    facts = [fact for fact in FACTS if not fact.startswith("score_general")]
    facts += ["Điểm đạo đức=9", "points_style=19,5"]
    arguments = [*fact_options(*facts), "--json"]
    if way == "option":
        assert explain(*arguments, "--overlay", str(overlay)) == 0
    else:
        assert explain(*arguments, rulebook=str(overlay)) == 0
    rating = json.loads(capsys.readouterr().out)
    assert rating["rulebook"]["id"] == "commune-sample"
    assert rating["score"] == "90.49"


# ---- rate


def test_exit_codes_and_the_table_of_counts(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rate", "366-qd-tw", "member", str(table), "-o", str(tmp_path / "out.csv"), "--lang", "en"]) == 1
    captured = capsys.readouterr()
    foreign, *lines = captured.out.splitlines()
    assert "name" in foreign or "Họ và tên" in foreign
    counts = {line.rsplit(None, 1)[0].strip(): line.rsplit(None, 1)[1] for line in lines[:-1]}
    assert counts["Rated"] == "0"
    assert counts[xeploai.message("outcome.not_reviewed", "en")] == "1"
    assert counts[xeploai.message("outcome.undetermined", "en")] == "2"
    assert counts[xeploai.message("outcome.invalid", "en")] == "1"
    assert counts["Total"] == "4"
    assert len({len(line) for line in lines[:-1]}) == 1  # aligned
    assert lines[-1].endswith("out.csv")
    assert captured.err == ""  # no terminal, no progress
    # Names and values stay in the file.
    assert "Bí Mật" not in captured.out + captured.err
    assert "sai" not in captured.out + captured.err


def test_levels_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names, values = zip(*(fact.split("=") for fact in FACTS), strict=True)
    path = tmp_path / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([names, values, values])
    assert cli.main(["rate", "366-qd-tw", "member", str(path), "-o", str(tmp_path / "out.csv")]) == 0
    lines = [line.rsplit(None, 1) for line in capsys.readouterr().out.splitlines()]
    assert ["  Hoàn thành tốt nhiệm vụ", "2"] in lines
    assert ["  Hoàn thành xuất sắc nhiệm vụ", "0"] in lines


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_to_a_terminal_only() -> None:
    terminal, pipe = Terminal(), io.StringIO()
    for stream in (terminal, pipe):
        progress = Progress(stream)
        for done in range(1, 1001):
            progress(done, 1000)
        progress.close()
    assert pipe.getvalue() == ""
    said = terminal.getvalue()
    assert said.endswith("\r1000/1000\n")
    assert said.count("\r") <= 101


def test_an_interrupt_ends_with_130_and_leaves_nothing(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "rate_file", interrupted)
    assert cli.main(["rate", "366-qd-tw", "member", str(table), "-o", str(tmp_path / "out.csv")]) == 130
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_it_runs_as_a_module(table: Path, tmp_path: Path) -> None:
    target = tmp_path / "kết quả.csv"
    rate = ["rate", "366-qd-tw", "member", str(table), "-o", str(target), "--labels"]
    # An encoding without Vietnamese letters, as a pipe may have it.
    env = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "xeploai", *rate], capture_output=True, encoding="utf-8", env=env, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert xeploai.message("outcome.invalid", "vi") in done.stdout
    with target.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["Mã"] for line in lines] == ["DV1", "DV2", "DV3", "DV3"]
    assert "5.2.1" in lines[0]["Lý do"]


@pytest.mark.skipif(os.name != "posix", reason="a pipe that is closed is seen differently elsewhere")
def test_a_reader_who_has_gone_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "xeploai", "rulebooks"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (2, "")


# ---- template


def test_a_template_filled_in_is_rated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = tmp_path / "mẫu.xlsx"
    assert cli.main(["template", "366-qd-tw", "member", "-o", str(template)]) == 0
    assert cli.main(["rate", "366-qd-tw", "member", str(template), "-o", str(tmp_path / "out.xlsx")]) == 2
    capsys.readouterr()
    facts = {fact["label"]["vi"]: fact for fact in xeploai.Rulebook.builtin("366-qd-tw").facts("member")}
    given = dict(fact.split("=") for fact in FACTS)
    workbook = openpyxl.load_workbook(template)
    main, notes, choices = workbook.worksheets
    titles = [cell.value for cell in main[1]]
    assert titles == ["Mã", *facts]
    offered = {str(rule.sqref).split("2:")[0]: rule.formula1 for rule in main.data_validations.dataValidation}
    for place, title in enumerate(titles[1:], start=2):
        fact = facts[str(title)]
        letter = openpyxl.utils.get_column_letter(place)
        if fact["type"] in ("boolean", "enumeration"):
            area = offered[letter].split("!")[1].replace("$", "")
            values = [cell.value for (cell,) in choices[area]]
            expected = [value["label"]["vi"] for value in fact["values"] or []] or ["Có", "Không"]
            assert values == expected
        else:
            assert letter not in offered
        main.cell(2, place).value = given.get(fact["name"])
    main.cell(2, 1).value = "DV1"
    assert choices.sheet_state == "hidden"
    assert [notes.cell(row, 2).value for row in range(4, 4 + len(facts))] == [fact["name"] for fact in facts.values()]
    workbook.save(tmp_path / "in.xlsx")
    assert cli.main(["rate", "366-qd-tw", "member", str(tmp_path / "in.xlsx"), "-o", str(tmp_path / "out.xlsx")]) == 0
    line = [cell.value for cell in openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0][2]]
    assert line[-8:-6] == ["rated", "good"]


def test_a_template_is_not_written_over_its_rulebook(tmp_path: Path) -> None:
    path = tmp_path / "rulebook.csv"  # of any name
    path.write_bytes(CRITERIA.read_bytes())
    assert cli.main(["template", str(path), "member", "-o", str(path)]) == 2
    assert path.read_bytes() == CRITERIA.read_bytes()


def test_a_template_as_csv(tmp_path: Path) -> None:
    path = tmp_path / "template.csv"
    assert cli.main(["template", "366-qd-tw", "member", "-o", str(path), "--lang", "en"]) == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    (titles,) = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    assert titles == ["ID", *(fact["label"]["en"] for fact in xeploai.Rulebook.builtin("366-qd-tw").facts("member"))]


def test_a_template_has_a_sheet_for_each_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "template.xlsx"
    assert cli.main(["template", str(CRITERIA), "member", "-o", str(path)]) == 0
    workbook = openpyxl.load_workbook(path)
    assert [cell.value for cell in workbook.worksheets[0][1]] == ["Mã", "Có mặt"]
    assert [cell.value for cell in workbook["criteria"][1]] == ["Mã", "Tên tiêu chí", "Cấp độ"]
    workbook.worksheets[0].append(["A", "Có"])
    workbook["criteria"].append(["A", "một", "Tốt"])
    workbook.save(tmp_path / "in.xlsx")
    command = ["rate", str(CRITERIA), "member", str(tmp_path / "in.xlsx"), "-o", str(tmp_path / "out.xlsx")]
    assert cli.main([*command, "--list", "criteria=criteria"]) == 0
    assert [cell.value for cell in openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0][2]][3] == "high"
    capsys.readouterr()
    # A CSV file has no room for it and says so.
    assert cli.main(["template", str(CRITERIA), "member", "-o", str(tmp_path / "template.csv")]) == 0
    assert "--list criteria=" in capsys.readouterr().err


# ---- the catalogue


KEY = re.compile(r'"((?:cli|outcome|word|explain|expected|note)\.[a-z0-9_]+)"')
# A key with the values that are given to it, which may be calls of their own.
CALL = re.compile(
    r"(?:FileFormatError|WordedError|words|_words)\(\s*"
    r'"([a-z_]+\.[a-z0-9_]+)"((?:,[^()]*(?:\([^()]*\)[^()]*)*)?)\)'
)
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)


def test_every_message_of_the_sources_is_in_the_catalogue() -> None:
    keys = {key for path in SOURCES.glob("*.py") for key in KEY.findall(path.read_text(encoding="utf-8"))}
    assert len(keys) > 80
    for key in sorted(keys):
        for lang in ("vi", "en"):
            text = xeploai.message(key, lang)
            assert text == unicodedata.normalize("NFC", text)
            assert text.strip()


def test_every_value_that_is_given_to_a_message_has_a_place_in_it() -> None:
    seen = 0
    for path in SOURCES.glob("*.py"):
        for key, arguments in CALL.findall(path.read_text(encoding="utf-8")):
            for name in re.findall(r"(\w+)=", arguments):
                seen += 1
                for lang in ("vi", "en"):
                    assert f"<{name}>" in xeploai.message(key, lang, **{name: f"<{name}>"}), (path.name, key, name)
    assert seen > 60


def test_no_text_for_people_stands_in_the_sources() -> None:
    found = {
        (path.name, line.strip())
        for path in SOURCES.glob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if VIETNAMESE.search(line) and not line.lstrip().startswith(("#", '"""', "..."))
    }
    # The title of an id, and the letter that no decomposition takes apart.
    code = {(name, line) for name, line in found if '"' in line and "``" not in line}
    assert {name for name, _ in code} <= {"tables.py", "columns.py"}
    assert len(code) <= 2


def test_an_empty_case_is_answered(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "366-qd-tw", "member", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "undetermined"
