"""The Python face: what it takes, what it gives, how it refuses."""

from __future__ import annotations

import ast
import datetime
import doctest
import json
import multiprocessing
import threading
from collections import OrderedDict
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import xeploai

import bad_input
from casefiles import OWN, ROOT, SHARED, differences, name

CRITERIA = ROOT / "python/tests/data/criteria.json"


@pytest.fixture(scope="module")
def rulebook() -> xeploai.Rulebook:
    return xeploai.Rulebook.builtin("366-qd-tw")


def code(rulebook: xeploai.Rulebook, **facts: Any) -> str:
    """The code of the only problem of a case."""
    (problem,) = rulebook.rate("member", facts).problems
    return problem["code"]


@pytest.mark.parametrize(("rulebook", "case"), SHARED + OWN, ids=name)
def test_the_shared_cases(rulebook: xeploai.Rulebook, case: dict[str, Any]) -> None:
    rating = rulebook.rate(case["subject"], case["facts"], policies=case.get("policies"))
    assert differences(rating, case["expect"]) == []


@pytest.mark.parametrize(("rulebook", "case"), SHARED + OWN[::5], ids=name)
def test_every_way_in_and_out_gives_the_same_bytes(rulebook: xeploai.Rulebook, case: dict[str, Any]) -> None:
    policies = case.get("policies")
    from_dict = rulebook.rate(case["subject"], case["facts"], policies=policies)
    from_text = rulebook.rate_json(case["subject"], json.dumps(case["facts"]), policies=policies)
    assert from_dict.to_json() == from_text.to_json()
    written = json.dumps(from_dict.to_dict(), ensure_ascii=False, separators=(",", ":"))
    assert written == from_dict.to_json()
    result = from_dict.to_dict()
    for key in ("outcome", "level", "at_least", "at_most", "by_score", "by_conditions", "score", "missing"):
        assert getattr(from_dict, key) == result[key]  # type: ignore[literal-required]
    for key in ("problems", "reasons", "findings", "obstacles", "notes", "subject"):
        assert getattr(from_dict, key) == result[key]  # type: ignore[literal-required]
    # Turned round, the facts say the same.
    turned = dict(reversed(case["facts"].items()))
    assert rulebook.rate(case["subject"], turned, policies=policies).to_json() == from_dict.to_json()


def test_the_shape_has_its_keys_always(rulebook: xeploai.Rulebook) -> None:
    keys = [
        "outcome", "level", "at_least", "at_most", "by_score", "by_conditions", "score", "missing", "problems",
        "reasons", "findings", "obstacles", "notes", "subject", "rulebook", "policies",
    ]  # fmt: skip
    for facts in ({}, {"x": 1}, bad_input.MEMBER, {"exempt_from_activities": True}):
        result = rulebook.rate("member", facts).to_dict()
        assert list(result) == keys
        assert list(result["rulebook"].values()) == [rulebook.id, rulebook.version, rulebook.digest]
        for finding in result["findings"]:
            assert {"rule", "citation", "provenance", "holds", "effect", "values"} <= set(finding)


def test_what_a_typed_record_takes(rulebook: xeploai.Rulebook) -> None:
    score = {"score_results": 0}
    for value, text in [
        (28, "28"), (28.5, "28.5"), ("28.50", "28.5"), (Decimal("28.5"), "28.5"), (Decimal("2.85E+1"), "28.5"),
        (0.1, "0.1"),
    ]:  # fmt: skip
        assert rulebook.rate("member", score | {"score_general": value}).score == text, value
    for day in ("2025-12-31", datetime.date(2025, 12, 31)):
        assert not rulebook.rate("member", {"period_end": day}).problems
    for facts in (OrderedDict(tasks_done=3), MappingProxyType({"tasks_done": 3})):
        assert not rulebook.rate("member", facts).problems


def test_what_a_typed_record_refuses(rulebook: xeploai.Rulebook) -> None:
    for value in ("3", 3.0, True, "ba", [3], {"x": 3}, b"3", datetime.date(2025, 1, 1), float("nan"), object()):
        assert code(rulebook, tasks_done=value) == "wrong_type", value
    for value in (-1, 1_000_001, 10**30, -(10**30), 10**5000):
        assert code(rulebook, tasks_done=value) == "out_of_bounds", value
    for value in ("+5", " 5", "5.", ".5", "1e1", "1,5", "５", "", True, float("inf"), Decimal("NaN")):
        assert code(rulebook, score_general=value) == "wrong_type", value
    for value in (28.005, "28.001", 0.1 + 0.2, Decimal("0.001"), 5e-324):
        assert code(rulebook, score_general=value) == "out_of_scale", value
    for value in (1, 0, "true", "Có", 1.0):
        assert code(rulebook, degradation_concluded=value) == "wrong_type", value
    for value in ("2025-02-30", "30/02/2025", "0000-01-01"):
        assert code(rulebook, admitted_on=value) == "no_such_day", value
    for value in (
        "30/12/2025",
        "2025-1-1",
        "2025-12-31T00:00:00",
        "",
        "2025-W52-1",
        20251231,
        datetime.datetime(2025, 12, 31),
    ):
        assert code(rulebook, admitted_on=value) == "wrong_type", value
    for value in ("Khiển trách", "REPRIMAND", "x" * 10_000_000):
        assert code(rulebook, discipline_on_duty=value) == "unknown_code"
    assert code(rulebook, period_end="2025-08-29") == "not_in_force"
    assert rulebook.rate("member", {3: 4}).problems[0]["code"] == "unknown_fact"  # type: ignore[dict-item]
    assert rulebook.rate("member", {"\ud800": 4}).outcome == "invalid"
    assert rulebook.rate("member", {"discipline_on_duty": "\ud800"}).outcome == "invalid"


def test_json_text_that_is_no_record(rulebook: xeploai.Rulebook) -> None:
    deep = "[" * 100_000
    for text in ("", "null", "[]", "3", "{", '{"tasks_done": NaN}', deep, '{"tasks_done": ' + deep, "{} {}"):
        (problem,) = rulebook.rate_json("member", text).problems
        assert problem["code"] == "not_a_record", text[:40]
    huge = '{"tasks_done": ' + "9" * 100_000 + "}"
    assert rulebook.rate_json("member", huge).problems[0]["code"] == "out_of_bounds"
    assert (
        rulebook.rate_json("member", '{"score_general": 28.000000000000000001}').problems[0]["code"] == "out_of_scale"
    )
    assert not rulebook.rate_json("member", '{"task\\u0073_done": 3}').problems


def test_nothing_of_a_case_is_in_an_exception(rulebook: xeploai.Rulebook) -> None:
    with pytest.raises(xeploai.FactsError) as caught:
        rulebook.rate("member", ["Nguyễn Văn Bí Mật"])  # type: ignore[arg-type]
    assert "Bí Mật" not in str(caught.value)
    assert isinstance(caught.value, TypeError)


def test_the_exceptions_are_also_of_the_built_in_classes(rulebook: xeploai.Rulebook) -> None:
    with pytest.raises(KeyError, match="no kind of subject `members`; it has: member, leader") as unknown:
        rulebook.rate("members", {})
    assert isinstance(unknown.value, xeploai.UnknownSubjectError)
    with pytest.raises(ValueError, match="expected one of: authority, lower; found `up`") as policy:
        rulebook.rate("member", {}, policies={"on_gap": "up"})
    assert isinstance(policy.value, xeploai.PolicyError)
    with pytest.raises(xeploai.PolicyError, match="no policy `on_gaps`"):
        rulebook.rate("member", {}, policies={"on_gaps": "lower"})
    with pytest.raises(xeploai.FactsError):
        rulebook.rate("member", {}, policies={"on_gap": 1})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="366-qd-tw") as load:
        xeploai.Rulebook.builtin("367")
    assert isinstance(load.value, xeploai.LoadError)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        xeploai.Rulebook.load("nowhere.json")
    with pytest.raises(ValueError, match="`vi` or `en`"):
        rulebook.rate("member", {}).explain("fr")  # type: ignore[arg-type]
    for error in (unknown, policy, load):
        assert isinstance(error.value, xeploai.XeploaiError)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(b'{"id": "\xff"}')
    with pytest.raises(xeploai.LoadError, match="UTF-8"):
        xeploai.Rulebook.load(path)


def test_faults_are_listed(rulebook: xeploai.Rulebook) -> None:
    document = json.loads(rulebook.to_json())
    document["subjects"][0]["triggers"][0]["condition"] = {"holds": "nobody"}
    document["levels"][0]["label"]["vi"] = ""
    with pytest.raises(xeploai.LoadError) as caught:
        xeploai.Rulebook.from_json(json.dumps(document))
    places = [fault["pointer"] for fault in caught.value.faults]
    assert places == ["/levels/0/label/vi", "/subjects/0/triggers/0/condition/holds"]
    assert caught.value.faults[1]["words"] == {
        "vi": "/subjects/0/triggers/0/condition/holds: tên không có trong bộ quy định: cần tên của một trường, "
        "nhận được `nobody`",
        "en": "/subjects/0/triggers/0/condition/holds: a name that nothing here bears: expected the name of a fact, "
        "found `nobody`",
    }
    assert str(caught.value) == "\n".join(fault["words"]["en"] for fault in caught.value.faults)


def test_the_rulebook_tells_of_itself(rulebook: xeploai.Rulebook) -> None:
    assert rulebook.subjects == ["member", "leader", "leadership_collective", "party_organization"]
    numbers = ["366-QĐ/TW", "43-HD/BTCTW", "02-HD/BTCTW"]
    assert [instrument["number"] for instrument in rulebook.instruments] == numbers
    assert (rulebook.province, rulebook.layers) == (None, [])
    assert rulebook.in_force == {"from": "2025-08-30", "to": None}
    facts = {fact["name"]: fact for fact in rulebook.facts("member")}
    assert (facts["score_general"]["type"], facts["score_general"]["max"]) == ("decimal", "30")
    values = facts["discipline_on_duty"]["values"]
    assert values is not None
    assert [value["code"] for value in values] == ["none", "reprimand", "warning", "dismissal", "expulsion"]
    assert xeploai.Rulebook.from_json(rulebook.to_json()).digest == rulebook.digest


def test_cells_are_read_by_the_declared_fact(rulebook: xeploai.Rulebook) -> None:
    cells: dict[str, object] = {
        "tasks_done": 3.0, "tasks_assigned": "10.0", "tasks_late": float("nan"), "tasks_exceeded": "",
        "score_general": "28,5", "degradation_concluded": "không", "conduct_breach_concluded": "CÓ",
        "discipline_on_duty": "Khie\u0302\u0309n tra\u0301ch", "admitted_on": "19/05/2010",
        "period_end": datetime.datetime(2025, 12, 31), "tasks_below_standard": "1.000", "other": "x",
    }  # fmt: skip
    assert rulebook.read_cells("member", cells) == {
        "tasks_done": 3, "tasks_assigned": 10, "tasks_late": None, "tasks_exceeded": None, "score_general": "28.5",
        "degradation_concluded": False, "conduct_breach_concluded": True, "discipline_on_duty": "reprimand",
        "admitted_on": "2010-05-19", "period_end": "2025-12-31", "tasks_below_standard": "1.000", "other": "x",
    }  # fmt: skip


def test_list_facts() -> None:
    graded = xeploai.Rulebook.load(CRITERIA)

    def problems(items: Any) -> list[tuple[str, str, str]]:
        rating = graded.rate("member", {"criteria": items})
        return [(problem["field"], problem["at"], problem["code"]) for problem in rating.problems]

    assert problems([{"title": "I.1", "grade": "good"}]) == []
    assert problems([{"grade": "best"}]) == [("criteria", "/0/grade", "unknown_code")]
    assert problems([{"grade": "good"}, {"grad": "good"}]) == [("criteria", "/1/grad", "unknown_fact")]
    for items in ("good", {"grade": "good"}):
        assert problems(items) == [("criteria", "", "wrong_type")], items
    # A bare value is an item only where the list has a single field.
    for items in ([["grade"]], [3], ["good"], [None]):
        assert problems(items) == [("criteria", "/0", "wrong_type")], items
    assert problems([{"grade": "good"}] * 10_001) == [("criteria", "", "too_many_items")]


def test_explanations_in_both_languages(rulebook: xeploai.Rulebook) -> None:
    rating = rulebook.rate("member", bad_input.MEMBER | {"score_results": 61.99, "tasks_exceeded": 2})
    vietnamese, english = rating.explain("vi"), rating.explain("en")
    assert "Đề xuất mức: Hoàn thành tốt nhiệm vụ (HTT)." in vietnamese
    assert "hiện là 89,99, cần 90 (còn thiếu 0,01)" in vietnamese
    assert "is 89.99, needs 90 (0.01 short)" in english
    assert "Điều 11.1.3" in vietnamese
    for text in (vietnamese, english):
        assert "{" not in text
        assert rulebook.digest in text
    assert rating.explain() == vietnamese


def test_a_quota_is_named_but_not_applied(rulebook: xeploai.Rulebook) -> None:
    rating = rulebook.rate("member", bad_input.MEMBER)
    assert rating.level == "excellent"
    assert [note["code"] for note in rating.notes] == ["quota"]


def test_a_result_says_on_what_provenance_it_rests(rulebook: xeploai.Rulebook) -> None:
    escaped = bad_input.MEMBER | {"degradation_concluded": True, "self_detected_and_remedied": True}
    notes = rulebook.rate("member", escaped).notes
    assert [note["citation"] for note in notes if note["code"] == "provenance"] == ["366-QĐ/TW Điều 11.4.3, đoạn cuối"]
    organisation = rulebook.rate("party_organization", {"score_general": 20, "score_results": 20})
    assert {finding["provenance"] for finding in organisation.findings} == {"inferred"}


def test_threads_share_rulebooks() -> None:
    plain = [(rulebook, case) for rulebook, case in SHARED if "policies" not in case]
    expected = [rulebook.rate(case["subject"], case["facts"]).to_json() for rulebook, case in plain]
    wrong: list[int] = []

    def work() -> None:
        for _ in range(10):
            found = [rulebook.rate(case["subject"], case["facts"]).to_json() for rulebook, case in plain]
            if found != expected:
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def _level(facts: Mapping[str, Any]) -> str | None:
    return xeploai.Rulebook.builtin("366-qd-tw").rate("member", facts).level


def test_a_forked_child_rates(rulebook: xeploai.Rulebook) -> None:
    assert rulebook.rate("member", bad_input.MEMBER).level == "excellent"
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(_level, [bad_input.MEMBER] * 4) == ["excellent"] * 4


def test_import_needs_nothing_else() -> None:
    import subprocess
    import sys

    code = "import sys, xeploai; print(sorted({'argparse', 'openpyxl', 'csv', 'numpy', 'pyarrow'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_examples_of_the_documentation_run() -> None:
    stub = ast.parse((Path(xeploai.__file__).parent / "_core.pyi").read_text(encoding="utf-8"))
    documented = [part for part in ast.walk(stub) if isinstance(part, ast.FunctionDef)]
    tried = 0
    for part in documented:
        example = doctest.DocTestParser().get_doctest(ast.get_docstring(part) or "", {}, part.name, None, 0)
        tried += len(example.examples)
        assert doctest.DocTestRunner().run(example).failed == 0
    assert tried >= 3
    results = doctest.testmod(xeploai)
    assert results.attempted >= 5
    assert results.failed == 0


def test_help_tells_something() -> None:
    for thing in (xeploai.Rulebook.rate, xeploai.Rulebook.load, xeploai.Rating.explain, xeploai.Rating.missing):
        assert thing.__doc__
