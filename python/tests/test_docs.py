"""The page on writing a rulebook: its commands run, its rulebook loads, and every snippet fits where it says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import xeploai

from snippets import blocks, check_links, read, run_python, run_shell

PAGES = ["docs/rulebooks.md", "docs/rulebooks.vi.md"]


def pieces(page: str) -> list[tuple[str, Any]]:
    """The JSON blocks of a page, each with the pointer in the sentence before it, if any."""
    found = re.findall(r"(?:`(/[\w/]+)`:\n\n)?^```json\n(.*?)^```", read(page), re.MULTILINE | re.DOTALL)
    return [(pointer, json.loads(text)) for pointer, text in found]


def built(page: str) -> dict[str, Any]:
    """The rulebook of a page, the first block, with every piece at its place; the last block is an overlay."""
    (_, document), *rest, _ = pieces(page)
    for pointer, piece in rest:
        assert pointer, piece
        place = document
        for step in pointer.removeprefix("/").split("/"):
            place = place[int(step)] if isinstance(place, list) else place[step]
        place.append(piece)
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_and_snippets_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first, *_, last = blocks(page, "json")
    (tmp_path / "clerk.json").write_text(first, encoding="utf-8")
    (tmp_path / "branch.json").write_text(last, encoding="utf-8")
    for block in blocks(page, "sh"):
        run_shell(block, tmp_path)
    results = run_python(page)
    assert results.attempted > 3
    assert results.failed == 0


@pytest.mark.parametrize("page", PAGES)
def test_every_piece_fits_where_the_page_says(page: str) -> None:
    document = built(page)
    rulebook = xeploai.Rulebook.from_json(json.dumps(document))
    reviews = [{"month": month, "grade": "strong", "weight": 1, "delays": 0} for month in (1, 2, 3)]
    whole = {
        "period_end": "2025-12-31", "hired_on": "2020-01-01", "files": 40, "files_closed": 36,
        "data_leaked": False, "reviews": reviews, "office_rating": "good",
    }  # fmt: skip
    assert rulebook.rate("clerk", whole).level == "good"

    # Each piece does what its words say.
    def level(**facts: Any) -> str | None:
        rating = rulebook.rate("clerk", whole | facts)
        return rating.level or rating.outcome

    weak = [*reviews[:1], *({**review, "grade": "weak"} for review in reviews[1:])]
    assert level(reviews=weak) == "fair"
    assert level(reviews=weak, hired_on="2025-06-01") == "authority_decides"
    assert level(hired_on="2025-10-01") == "not_rated"
    assert level(office_rating="fair") == "fair"
    assert level(reviews=[{**review, "delays": 1} for review in reviews]) == "fair"
    one_weak = [{**reviews[0], "grade": "weak"}, *reviews[1:]]
    assert level(reviews=one_weak) == "good"
    assert rulebook.rate("clerk", whole | {"reviews": one_weak}, policies={"closed_late": "barred"}).level == "fair"
    notes = [(note["code"], note["rule"]) for note in rulebook.rate("clerk", whole).notes]
    assert notes == [
        ("notice", "clerk.praise"),
        ("provenance", None),
        ("provenance", None),
        ("quota", "clerk.quota"),
    ]
    # One weak month turns on what was chosen; without any the choice does not matter.
    turns = [(note["code"], note["rule"]) for note in rulebook.rate("clerk", whole | {"reviews": one_weak}).notes]
    assert ("choice", "closed_late") in turns
    assert rulebook.rate("driver", {"data_leaked": False}).outcome == "authority_decides"
    assert rulebook.rate("driver", {"data_leaked": True}).level == "poor"
    # What only a cohort reads stands on the page.
    told = rulebook.page("en")
    assert "the level of what it belongs to: office" in told
    assert all(f"`{rule}`" in told for rule in ("clerk.head_last", "clerk.votes", "clerk.deadline", "quota_over"))
    assert "Ranked by: Files closed / Files assigned (highest first); Day of hiring (lowest first)" in told


def test_both_pages_have_the_same_pieces() -> None:
    english, vietnamese = PAGES
    assert pieces(english) == pieces(vietnamese)
    assert blocks(english, "python") == blocks(vietnamese, "python")
    assert len(blocks(english, "sh")) == len(blocks(vietnamese, "sh"))
    assert read(english).count("\n## ") == read(vietnamese).count("\n## ")
    assert read(english).count("\n| ") == read(vietnamese).count("\n| ")


@pytest.mark.parametrize("page", PAGES)
def test_the_links_lead_somewhere(page: str) -> None:
    check_links(page)


@pytest.mark.parametrize("page", PAGES)
def test_every_kind_of_condition_and_formula_is_told(page: str) -> None:
    schema = json.loads(xeploai.schema("rulebook"))
    text = read(page)
    told = (
        "Condition",
        "Formula",
        "FactType",
        "Constraint",
        "Absent",
        "Cap",
        "Factor",
        "FromCohort",
        "Relation",
        "RankBy",
    )
    for name in told:
        for form in schema["$defs"][name]["oneOf"]:
            keys = [form["const"]] if "const" in form else list(form["properties"])
            assert all(f'"{key}"' in text for key in keys), keys
    overlay = json.loads(xeploai.schema("overlay"))
    parts = [schema, overlay, overlay["$defs"]["SubjectOverlay"]]
    parts += [schema["$defs"][name] for name in ("Subject", "DecisionRules")]
    for part in parts:
        untold = [key for key in part["properties"] if f'"{key}"' not in text and f"`{key}`" not in text]
        assert untold in ([], ["$comment"]), untold


@pytest.mark.parametrize("page", ["docs/tables.md", "docs/tables.vi.md"])
def test_the_commands_and_snippets_on_tables_run(page: str, tmp_path: Path) -> None:
    for block in blocks(page, "sh"):
        run_shell(block, tmp_path)
    results = run_python(page)
    assert results.attempted > 10
    assert results.failed == 0
    check_links(page)


COHORTS = ["docs/cohorts.md", "docs/cohorts.vi.md"]


@pytest.mark.parametrize("page", COHORTS)
def test_the_commands_and_snippets_on_cohorts_run(page: str, tmp_path: Path) -> None:
    for block in blocks(page, "sh"):
        run_shell(block, tmp_path)
    assert {file.name for file in (tmp_path / "rated").iterdir()} == {"member.csv", "quotas.csv", "problems.csv"}
    results = run_python(page)
    assert results.attempted > 15
    assert results.failed == 0
    check_links(page)


def test_both_pages_on_cohorts_tell_the_same() -> None:
    english, vietnamese = (read(page) for page in COHORTS)
    assert blocks(COHORTS[0], "python") == blocks(COHORTS[1], "python")
    assert [block.replace(" --lang en", "") for block in blocks(COHORTS[0], "sh")] == blocks(COHORTS[1], "sh")
    for mark in ("\n## ", "\n| ", "\n- "):
        assert english.count(mark) == vietnamese.count(mark)
    # Every code of a finding and every relation is named on both.
    names = ("outside", "no_proposal", "over_quota", "out_of_order", "votes", "no_majority", "late", "own_rating")
    names += ("two_decisions", "unknown_level", "no_such_day", "belongs_to", "heads", "sits_in", "holds_post", "below")
    assert all(f"`{name}`" in page for name in names for page in (english, vietnamese))


@pytest.mark.parametrize("page", ["docs/c.md", "docs/c.vi.md"])
def test_the_json_of_the_c_page_is_taken(page: str) -> None:
    _, cohort = blocks(page, "json")
    rated = xeploai.Cohort.from_json(cohort).rate()
    assert [problem["code"] for problem in rated.problems] == ["nobody", "nobody"]
    check_links(page)
