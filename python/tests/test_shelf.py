"""Which rulebook is in force, the page of one, and local overlays: the commands and the Python face."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import xeploai
from xeploai import cli

from casefiles import FOLDER, ROOT

IDS = list(dict.fromkeys(rulebook.id for rulebook in xeploai.rulebooks()))
SAMPLE = ROOT / "examples/overlays/thanh-pho-mau.json"


def spoken(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What a command prints."""
    assert cli.main([*arguments]) == code
    said = capsys.readouterr()
    return said.err if code == 2 else said.out


def in_force(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str | None:
    """The id and version of the rulebook that the command finds."""
    (answer,) = json.loads(spoken(capsys, "rulebooks", "--json", "--on", *arguments, code=code))
    found = answer["rulebook"]
    return None if found is None else f"{found['id']} {found['version']}"


# ---- in force

# Day, kind, province, and what is in force: the last day of a text and the first of the next, an amended version, the
# province's own text while its base is in force.
IN_FORCE = [
    ("2014-09-24", "member", None, None),
    ("2014-09-25", "member", None, "hd-27-2014 1.1.0"),
    ("2017-08-03", "leader", None, None),
    ("2017-08-04", "leader", None, "hd-27-2014 1.1.0"),
    ("2017-11-16", "party_organization", "nam-dinh", "hd-27-2014 1.1.0"),
    ("2017-11-17", "party_organization", "nam-dinh", "nam-dinh-605 1.1.0"),
    ("2017-12-31", "leader", "nam-dinh", "nam-dinh-606 1.1.0"),
    ("2017-12-31", "member", "nam-dinh", "hd-27-2014 1.1.0"),
    ("2018-03-07", "member", None, "hd-27-2014 1.1.0"),
    ("2018-03-08", "member", None, "132-qd-tw-hd16 1.1.0"),
    ("2018-11-14", "leader", "nam-dinh", "132-qd-tw-hd16 1.1.0"),
    ("2018-11-15", "leader", "nam-dinh", "nam-dinh-03 1.1.0"),
    ("2019-10-17", "leader", "nam-dinh", "nam-dinh-03 1.1.0"),
    ("2019-10-18", "leader", "nam-dinh", "132-qd-tw-hd21 1.1.0"),
    ("2019-11-25", "leader", "nam-dinh", "nam-dinh-1295 1.1.0"),
    ("2021-12-31", "leader", None, "132-qd-tw-hd21 1.1.0"),
    ("2023-10-03", "member", "nam-dinh", "nam-dinh-1295 1.1.0"),
    ("2023-10-04", "member", "nam-dinh", "124-qd-tw 1.1.0"),
    ("2025-08-29", "leadership_collective", None, "124-qd-tw 1.1.0"),
    ("2025-08-30", "leadership_collective", None, "366-qd-tw 1.2.0"),
    ("2020-08-19", "official", None, None),
    ("2020-08-20", "official", None, "nd-90-2020 1.0.0"),
    ("2023-09-14", "civil_servant", None, "nd-90-2020 1.0.0"),
    ("2023-09-15", "civil_servant", None, "nd-90-2020 2.0.0"),
    ("2025-12-31", "civil_servant_leader", None, "nd-90-2020 2.0.0"),
    ("2026-01-01", "civil_servant_leader", None, "nd-335-2025 1.1.0"),
    ("2026-06-30", "public_employee", None, "nd-90-2020 2.0.0"),
    ("2026-07-01", "public_employee", None, None),
    ("2026-01-01", "official", None, None),
]


@pytest.mark.parametrize(("day", "kind", "province", "expected"), IN_FORCE)
def test_the_one_rulebook_in_force(
    day: str, kind: str, province: str | None, expected: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--province", province] if province else []
    assert in_force(capsys, day, "--subject", kind, *place, code=0 if expected else 1) == expected
    library = xeploai.Library.builtin()
    if expected is None:
        with pytest.raises(xeploai.NotInForceError) as none:
            library.in_force(datetime.date.fromisoformat(day), kind, province)
        assert none.value.reason == "none_in_force"
        assert none.value.candidates
        return
    found = library.in_force(day, kind, province)
    assert f"{found.id} {found.version}" == expected
    # It takes a case of that day; the day before its first it does not.
    assert not [problem for problem in found.rate(kind, {}).problems if problem["code"] == "not_in_force"]


def test_a_case_outside_the_days_is_invalid_and_never_an_old_answer() -> None:
    for rulebook in xeploai.rulebooks():
        for kind in rulebook.subjects:
            if all(fact["name"] != "period_end" for fact in rulebook.facts(kind)):
                continue
            for day in ("2014-09-24", "2013-12-31"):
                rating = rulebook.rate(kind, {"period_end": day})
                assert rating.outcome == "invalid"
                assert [problem["code"] for problem in rating.problems] == ["not_in_force"]
                assert rulebook.in_force["from"] in rating.problems[0]["expected"] or kind.startswith("leader")


def test_the_answer_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    every = spoken(capsys, "rulebooks", "--on", "31/12/2026", "--lang", "en").splitlines()
    lines = {line.split()[0]: line for line in every}
    assert lines["member"].split()[1:3] == ["366-qd-tw", "1.2.0"]
    assert lines["public_employee"].endswith("none in force")
    none = spoken(capsys, "rulebooks", "--on", "2026-12-31", "--subject", "public_employee", "--lang", "en", code=1)
    assert "nd-90-2020" in none
    assert "2026-06-30" in none
    assert "30/6/2026" in spoken(capsys, "rulebooks", "--on", "2026-12-31", "--subject", "public_employee", code=1)
    known = spoken(capsys, "rulebooks", "--on", "2020-12-31", "--province", "nam-din", "--lang", "en", code=1)
    assert "nam-dinh" in known.replace("nam-din ", "")
    wrong = spoken(capsys, "rulebooks", "--on", "2020-12-31", "--subject", "memebr", "--lang", "en", code=1)
    assert "party_organization" in wrong
    assert "30/02/2026" in spoken(capsys, "rulebooks", "--on", "30/02/2026", code=2)


def test_two_in_force_are_told_and_neither_is_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rival = json.loads((FOLDER / "366-qd-tw.json").read_text(encoding="utf-8")) | {"id": "rival"}
    file = tmp_path / "rival.json"
    file.write_text(json.dumps(rival), encoding="utf-8")
    base = ["rulebooks", "--add", str(file), "--on", "2025-12-31", "--subject", "member"]
    assert in_force(capsys, *base[4:]) == "366-qd-tw 1.2.0"
    said = spoken(capsys, *base, "--lang", "en", code=1)
    assert "366-qd-tw" in said
    assert "rival" in said
    library = xeploai.Library.builtin().with_rulebook(xeploai.Rulebook.load(file))
    with pytest.raises(xeploai.NotInForceError) as several:
        library.in_force("2025-12-31", "member")
    assert several.value.reason == "several_in_force"
    assert {candidate["id"] for candidate in several.value.candidates} == {"366-qd-tw", "rival"}


def test_a_file_of_the_province_takes_the_place_of_the_built_in_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = json.loads((FOLDER / "nam-dinh-1295.json").read_text(encoding="utf-8")) | {"version": "2.0.0"}
    own["caveats"] = []
    file = tmp_path / "own.json"
    file.write_text(json.dumps(own), encoding="utf-8")
    asked = ["2020-12-31", "--subject", "member", "--province", "nam-dinh"]
    assert in_force(capsys, *asked) == "nam-dinh-1295 1.1.0"
    assert in_force(capsys, *asked, "--add", str(file)) == "nam-dinh-1295 2.0.0"
    rulebook = xeploai.Rulebook.load(file)
    assert not [note for note in rulebook.rate("member", {}).notes if note["code"] == "caveat"]


@pytest.mark.parametrize("id", ["nam-dinh-605", "nam-dinh-606", "nam-dinh-03", "nam-dinh-1295"])
def test_what_was_not_read_stands_on_every_result(id: str) -> None:
    rulebook = xeploai.Rulebook.builtin(id)
    for kind in rulebook.subjects:
        for facts in ({}, {"period_end": rulebook.in_force["from"]}, {"degradation_concluded": True}, {"nothing": 1}):
            rating = rulebook.rate(kind, facts)
            assert rating.notes[0]["code"] == "caveat"
            assert "Local text not read" in rating.notes[0]["words"]["en"]
            assert rating.notes[0]["words"]["vi"] in rating.explain("vi")


def test_a_version_is_chosen_by_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert xeploai.Rulebook.builtin("nd-90-2020").version == "2.0.0"
    assert xeploai.Rulebook.builtin("nd-90-2020", on=datetime.date(2022, 12, 31)).version == "1.0.0"
    with pytest.raises(xeploai.LoadError) as error:
        xeploai.Rulebook.builtin("nd-90-2020", on="2019-12-31")
    assert error.value.faults[0]["code"] == "not_in_force"
    listed = spoken(capsys, "rulebooks").splitlines()
    assert len([line for line in listed if line.startswith("nd-90-2020 ")]) == 2
    first = spoken(capsys, "facts", "nd-90-2020", "official", "--on", "31/12/2022", "--json")
    latest = spoken(capsys, "facts", "nd-90-2020", "official", "--json")
    added = {fact["name"] for fact in json.loads(latest)} - {fact["name"] for fact in json.loads(first)}
    assert added == {"discipline_already_counted"}
    assert "--on" in spoken(capsys, "facts", str(SAMPLE), "member", "--on", "2025-12-31", code=2)


def test_the_list_is_narrowed(capsys: pytest.CaptureFixture[str]) -> None:
    def ids(*arguments: str, code: int = 0) -> list[str]:
        described = json.loads(spoken(capsys, "rulebooks", "--json", *arguments, code=code))
        return [entry["id"] for entry in described]

    assert ids("--province", "nam-dinh") == ["nam-dinh-605", "nam-dinh-606", "nam-dinh-03", "nam-dinh-1295"]
    assert ids("--subject", "official") == ["nd-90-2020", "nd-90-2020"]
    assert ids("--subject", "nobody", code=1) == []
    assert list(dict.fromkeys(ids())) == IDS
    assert len(ids()) == 12


# ---- the page


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("rulebook", xeploai.rulebooks(), ids=lambda rulebook: f"{rulebook.id}-{rulebook.version}")
def test_the_page_has_every_rule_policy_and_fact(rulebook: xeploai.Rulebook, lang: Any) -> None:
    # What Markdown would take as its own is escaped.
    page = rulebook.page(lang).replace("\\", "")
    document = json.loads(rulebook.to_json())
    numbers = {instrument["id"]: instrument["number"] for instrument in document["instruments"]}

    def told(part: dict[str, Any]) -> None:
        assert part["words"][lang] in page, part["id"]
        assert f"[{numbers[part['citation']['instrument']]} {part['citation']['place']}]" in page

    for policy in document["policies"]:
        told(policy | {"id": policy["name"]})
        assert all(option["label"][lang] in page for option in policy["options"])
    for caveat in document.get("caveats", []):
        told(caveat)
    for subject in document["subjects"]:
        for level in subject["standards"]["levels"]:
            told(level)
            for condition in level.get("conditions", []):
                told(condition)
        for section in (
            "not_reviewed",
            "not_rated",
            "triggers",
            "ceilings",
            "quotas",
            "notices",
            "unread",
            "open_points",
        ):
            for rule in subject.get(section, []):
                told(rule)
                for escape in rule.get("escapes", []):
                    told(escape)
        assert all(f"`{fact['name']}`" in page for fact in subject["facts"])


def test_the_page_is_printed_or_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = xeploai.Rulebook.builtin("nd-90-2020", "2022-12-31").page("en")
    asked = ["rulebooks", "show", "nd-90-2020", "--on", "31/12/2022", "--lang", "en"]
    assert spoken(capsys, *asked) == page
    file = tmp_path / "page.md"
    spoken(capsys, *asked, "-o", str(file))
    assert file.read_text(encoding="utf-8") == page
    city = spoken(capsys, "rulebooks", "show", "366-qd-tw", "--overlay", str(SAMPLE))
    assert "01-HD/MAU" in city
    copy = tmp_path / "overlay.json"
    shutil.copy(SAMPLE, copy)
    before = copy.read_bytes()
    spoken(capsys, "rulebooks", "show", "366-qd-tw", "--overlay", str(copy), "-o", str(copy), code=2)
    assert copy.read_bytes() == before


# ---- overlays


@pytest.mark.parametrize("id", IDS)
def test_an_overlay_to_start_from_is_sound(id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["overlay", "new", "--base", id]) == 0
    file = tmp_path / f"local-{id}.json"
    started = json.loads(file.read_text(encoding="utf-8"))
    rulebook = xeploai.Rulebook.load(file)
    base = xeploai.Rulebook.builtin(id)
    assert (rulebook.layers[-1]["id"], rulebook.subjects) == (id, base.subjects)
    # What an editor holds against it: its own schema, and the general one.
    own = json.loads((tmp_path / started["$schema"]).read_text(encoding="utf-8"))
    for schema in (own, json.loads(xeploai.schema("overlay"))):
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(started, schema)
    wrong = started | {"kinds": ["nobody"]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, own)
    jsonschema.validate(wrong, json.loads(xeploai.schema("overlay")))


def test_an_overlay_is_not_written_over_anything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "province.json"
    spoken(capsys, "overlay", "new", "--base", "366-qd-tw", "-o", str(file))
    before = file.read_bytes()
    assert str(file) in spoken(capsys, "overlay", "new", "--base", "366-qd-tw", "-o", str(file), code=2)
    assert file.read_bytes() == before
    schema = str(tmp_path / "366-qd-tw.overlay.schema.json")
    assert "366-qd-tw.overlay" in spoken(capsys, "overlay", "new", "--base", "366-qd-tw", "-o", schema, code=2)


def test_a_check_tells_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    citation = {"instrument": "local-text", "place": "2"}
    rule = {"citation": citation, "words": {"vi": "x", "en": "x"}, "provenance": "local"}
    started = json.loads(xeploai.Rulebook.builtin("366-qd-tw").overlay_template())
    member = started["subjects"][0]
    member["tighten"] = [
        rule | {"rule": "member.excellent.exceeded", "to": "40%"},
        rule | {"rule": "member.quota", "to": "15%"},
    ]
    started["policies"] = [
        {"name": "quota_rounding", "default": "nearest", "citation": citation, "provenance": "local"}
    ]
    file = tmp_path / "province.json"
    file.write_text(json.dumps(started), encoding="utf-8")
    checked = json.loads(spoken(capsys, "overlay", "check", str(file), "--json"))
    found = {(change["part"], change["name"]): change for change in checked["changes"]}
    condition = found[("condition", "member.excellent.exceeded")]
    assert (condition["before"], condition["after"]) == (
        "tasks_exceeded / tasks_assigned >= 30%",
        "tasks_exceeded / tasks_assigned >= 40%",
    )
    assert condition["effect"] == "stricter"
    assert [change["effect"] for change in found.values()].count("stricter") == 2
    assert found[("policy", "quota_rounding")]["effect"] == "not_compared"
    assert len(found) == 3
    words = spoken(capsys, "overlay", "check", str(file), "--lang", "en")
    assert "stricter: changed condition member: member.excellent.exceeded" in words
    assert "were not compared" in words
    # The digest covers both: the same overlay on another base is another rulebook, and a base that moved is refused.
    digest = xeploai.Rulebook.load(file).digest
    started["subjects"][0]["tighten"][0]["to"] = "45%"
    file.write_text(json.dumps(started), encoding="utf-8")
    assert xeploai.Rulebook.load(file).digest != digest
    started["extends"]["version"] = "1.0.0"
    file.write_text(json.dumps(started), encoding="utf-8")
    assert "/extends/version" in spoken(capsys, "overlay", "check", str(file), code=2)
    started["extends"]["version"] = "1.2.0"
    started["subjects"][0]["tighten"][0]["to"] = "20%"
    file.write_text(json.dumps(started), encoding="utf-8")
    assert "/subjects/0/tighten/0/to" in spoken(capsys, "overlay", "check", str(file), code=2)


def test_any_two_rulebooks_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(FOLDER / "nd-90-2020-nd-48-2023.json")
    said = json.loads(
        spoken(capsys, "rulebooks", "check", file, "--base", "nd-90-2020", "--on", "2022-12-31", "--json")
    )
    assert {change["effect"] for change in said["changes"]} == {"stricter", "neutral", "not_compared"}
    assert xeploai.Rulebook.load(file).changes(xeploai.Rulebook.load(file)) == []
    assert "--base" in spoken(capsys, "rulebooks", "check", file, "--lang", "en")


@pytest.mark.parametrize("of", ["rulebook", "overlay"])
def test_the_schema_is_printed_or_written(of: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / f"core/schema/{of}.schema.json").read_text(encoding="utf-8")
    assert spoken(capsys, "schema", of) == text
    file = tmp_path / "schema.json"
    spoken(capsys, "schema", of, "-o", str(file))
    assert file.read_text(encoding="utf-8") == text
    files = [path for path in FOLDER.glob("*.json") if ".cases." not in path.name]
    for path in [*files, SAMPLE, ROOT / "examples/rulebooks/school-appraisal.json"]:
        document = json.loads(path.read_text(encoding="utf-8"))
        if ("extends" in document) == (of == "overlay"):
            jsonschema.validate(document, json.loads(text))


# ---- bare lists


def test_a_list_of_one_field_is_given_bare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = '["good", "excellent", "good", "completed", "good"]'
    asked = ["explain", "132-qd-tw-hd21", "leader_term", "--fact", f"year_levels={facts}", "--json"]
    one = json.loads(spoken(capsys, *asked))
    items = [{"level": code} for code in json.loads(facts)]
    other = xeploai.Rulebook.builtin("132-qd-tw-hd21").rate("leader_term", {"year_levels": items})
    assert one == other.to_dict()
    assert one["outcome"] == "rated"
    lines = tmp_path / "terms.jsonl"
    lines.write_text('{"year_levels": ["good", "good", "good"]}\n{"year_levels": ["best"]}\n', encoding="utf-8")
    rated = tmp_path / "rated.jsonl"
    spoken(capsys, "rate", "132-qd-tw-hd21", "leader_term", str(lines), "-o", str(rated), code=1)
    results = [json.loads(line)["rating"] for line in rated.read_text(encoding="utf-8").splitlines()]
    assert [(result["outcome"], result["level"]) for result in results] == [("rated", "good"), ("invalid", None)]


# ---- an own base


def test_an_overlay_of_an_own_rulebook_is_found_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "examples/rulebooks/school-appraisal.json", "school.json")
    said = spoken(capsys, "overlay", "new", "--base", "school.json", "--lang", "en")
    (command,) = [line.split("run: ")[1] for line in said.splitlines() if "run: " in line]
    assert command == "xeploai overlay check local-school-appraisal.json --base school.json"
    spoken(capsys, *command.split()[1:])
    # Without its base named, the base cannot be known; what to do is said.
    assert "--base" in spoken(capsys, "overlay", "check", "local-school-appraisal.json", "--lang", "en", code=2)
    asked = ["--add", "school.json", "--add", "local-school-appraisal.json"]
    teacher = ["2026-05-31", "--subject", "teacher", *asked]
    assert in_force(capsys, *teacher) == "school-appraisal 1.0.0"
    assert in_force(capsys, *teacher, "--province", "local") == "local-school-appraisal 0.1.0"
    listed = json.loads(spoken(capsys, "rulebooks", "--json", *asked, "--province", "local"))
    assert listed[0]["layers"][0]["id"] == "school-appraisal"
    # The other way round the base is not there yet.
    spoken(capsys, "rulebooks", "--add", "local-school-appraisal.json", "--add", "school.json", code=2)


def test_the_days_of_the_kind_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    shown = spoken(capsys, "rulebooks", "--on", "2025-12-31", "--subject", "official", "--lang", "en")
    assert "2023-09-15 to 2025-12-31" in shown
    assert "public_employee" not in shown
    rulebook = xeploai.Rulebook.builtin("nd-90-2020")
    assert rulebook.subject_in_force("official") == {"from": "2023-09-15", "to": "2025-12-31"}
    assert rulebook.subject_in_force("public_employee") == rulebook.in_force
    with pytest.raises(xeploai.UnknownSubjectError):
        rulebook.subject_in_force("nobody")


def test_lists_that_were_not_given_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "members.csv"
    table.write_text("Mã,tasks_assigned,tasks_done\nA,10,4\n", encoding="utf-8")
    grades = tmp_path / "grades.csv"
    grades.write_text("Mã,group,grade\nA,result,good\n", encoding="utf-8")
    asked = ["rate", "132-qd-tw-hd21", "member", str(table), "-o", str(tmp_path / "rated.csv"), "--lang", "en"]
    assert cli.main(asked) == 0
    assert "criteria" in capsys.readouterr().err
    assert cli.main([*asked, "--list", f"criteria={grades}"]) == 0
    assert capsys.readouterr().err == ""
