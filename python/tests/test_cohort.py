"""Cohorts: what follows from others, quotas and decisions counted by hand, what is refused, and the command line."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import xeploai
from xeploai import cli

from filing import GOOD, read_csv, read_xlsx, write_xlsx

Rows = list[dict[str, Any]]
DAY = "2025-12-31"
GROUP = "position_group"
PLAIN = {name: value for name, value in GOOD.items() if name != "period_end"}


def people(candidates: int, good: int, group: str | None = "G") -> Rows:
    """Members of rulebook 366: so many who meet everything of the highest level, `X…`, and so many rated good, `T…`."""
    rows = [{"id": f"X{number + 1}", **PLAIN, "score_results": 65} for number in range(candidates)]
    rows += [{"id": f"T{number + 1}", **PLAIN} for number in range(good)]
    return [{**row, GROUP: group} if group else row for row in rows]


def rated(rows: Rows, decisions: Sequence[Mapping[str, object]] = (), **options: Any) -> xeploai.RatedCohort:
    cohort = xeploai.Cohort(DAY, **options)
    cohort.add_records("member", rows, [GROUP])
    if decisions:
        cohort.decide(decisions)
    return cohort.rate()


def side(one: xeploai.RatedCohort, subject: str, when: str = "after") -> tuple[str, str | None, str | None]:
    found = one.standing(subject)[when]  # type: ignore[literal-required]
    return found["outcome"], found["at_least"], found["at_most"]


def column(one: xeploai.RatedCohort, kind: str, name: str) -> dict[str, Any]:
    table = one.table(kind)
    return dict(zip(table.column("id"), table.column(name), strict=True))


# ---- roll-ups, by guidance 21 of 2019 ------------------------------------------------------------------------------


def criteria(grade: str) -> Rows:
    return [{"name": group, "group": group, "grade": grade} for group in ("result", "other")]


def member(name: str, grade: str, **more: Any) -> dict[str, Any]:
    """A member who comes out at `good`, `completed` (average) or `not_completed` (poor)."""
    return {
        "id": name, "admitted_on": "2010-05-19", "exempt_from_activities": False, "suspended_from_activities": False,
        "criteria": criteria(grade), "outstanding": grade == "excellent", "tasks_assigned": 10, "tasks_done": 10,
        "degradation_concluded": False, "discipline_on_duty": "none", "discipline_other": "none",
        "discipline_already_counted": False, "state_employee": False, "sick_leave_months": 0,
        "grassroots_organization": "DB", **more,
    }  # fmt: skip


def cell(name: str = "CB", grade: str = "good", **more: Any) -> dict[str, Any]:
    return {
        "id": name, "established_on": "2000-01-01", "criteria": criteria(grade), "outstanding": grade == "excellent",
        "tasks_assigned": 10, "tasks_done": 10, "peers_total": 0, "peers_not_completed": 0, "peers_good_or_better": 0,
        "disciplined": False, "self_detected_and_remedied": False, "force_majeure": False, "organization_type": "cell",
        **more,
    }  # fmt: skip


def party(cells: Rows, members: Rows, **options: Any) -> xeploai.Cohort:
    cohort = xeploai.Cohort("2021-12-31", **options)
    cohort.add_records("party_organization", cells, ["organization_type"])
    cohort.add_records("member", members, ["grassroots_organization"])
    return cohort


@pytest.mark.parametrize(
    ("grades", "level"),
    [
        (["good", "good", "average", "average"], "good"),  # 2 of 4 good: 50 %
        (["good", "average", "average", "average"], "completed"),  # 1 of 4: 25 %
        (["good", "good", "good", "good", "poor"], "completed"),  # one not completed; 20 % is not above 20 %
        (["good", "good", "good", "poor"], "not_completed"),  # 25 % not completed
    ],
)
def test_a_cell_follows_from_its_members(grades: list[str], level: str) -> None:
    members = [member(f"M{place}", grade, belongs_to="CB") for place, grade in enumerate(grades)]
    one = party([cell()], members).rate()
    assert one.problems == []
    assert side(one, "CB") == ("rated", level, level)
    facts = {name: value for name, value in one.rating("CB").to_dict().items() if name in ("level", "missing")}
    assert facts == {"level": level, "missing": []}


def test_members_who_are_not_reviewed_are_not_counted() -> None:
    grades = ["good", "average", "average"]
    members = [member(f"M{place}", grade, belongs_to="CB") for place, grade in enumerate(grades)]
    assert side(party([cell()], members).rate(), "CB") == ("rated", "completed", "completed")
    members[2]["exempt_from_activities"] = True
    one = party([cell()], members).rate()
    assert side(one, "M2") == ("not_reviewed", None, None)
    assert side(one, "CB") == ("rated", "good", "good")


def test_where_nobody_is_related_nothing_is_computed() -> None:
    one = party([cell()], [member("M", "good")]).rate()
    assert side(one, "CB")[0] == "undetermined"
    assert "children_total" in one.rating("CB").missing
    counts = {"children_total": 2, "children_not_completed": 0, "children_good_or_better": 2}
    assert side(party([cell(**counts)], [member("M", "good")]).rate(), "CB") == ("rated", "good", "good")


def test_what_is_open_travels_where_it_matters() -> None:
    members = [member(f"M{place}", grade, belongs_to="CB") for place, grade in enumerate(["good", "good", "average"])]
    members.append(member("M3", "good", belongs_to="CB", criteria=None))
    one = party([cell()], members).rate()
    # Of 4 members 2 are good already; the fourth may be not completed, which is 25 %.
    assert side(one, "M3")[0] == "undetermined"
    assert side(one, "CB") == ("undetermined", "not_completed", "good")
    assert "M3" in column(one, "party_organization", "open")["CB"]
    # The cell is limited by itself: nothing of M3 matters.
    one = party([cell(grade="poor")], members).rate()
    assert side(one, "CB") == ("rated", "not_completed", "not_completed")


def test_what_a_quota_leaves_open_is_left_to_the_authority_above() -> None:
    members = [member(f"M{place}", "excellent", belongs_to="CB") for place in range(2)]
    members += [member(f"T{place}", "good") for place in range(8)]
    one = party([cell(grade="excellent")], members).rate()
    # 2 candidates, 8 good: 1 ≤ 20 % × (8 + 1), 2 > 20 % × 8.
    assert [line["most"] for line in one.quotas if line["kind"] == "member"] == [(1, 1)]
    assert side(one, "M0") == ("authority_decides", "good", "excellent")
    # Both are good or better either way, so the cell is not open for it.
    assert side(one, "CB", "before") == ("rated", "excellent", "excellent")


@pytest.mark.parametrize(
    ("choice", "level"), [("unknown", None), ("stated", "completed"), ("computed", "good")]
)  # fmt: skip
def test_a_contradiction_is_told_and_the_choice_says_what_counts(choice: str, level: str | None) -> None:
    members = [member(f"M{place}", "good", belongs_to="CB") for place in range(2)]
    one = party([cell(children_good_or_better=0)], members, contradictions=choice).rate()
    (problem,) = one.problems
    assert (problem["code"], problem["table"], problem["rows"]) == ("contradiction", "party_organization", [1])
    assert (problem["column"], problem["subjects"], problem["found"]) == ("children_good_or_better", ["CB"], "0")
    if level is None:
        assert side(one, "CB") == ("undetermined", "completed", "good")
        assert one.rating("CB").missing == ["children_good_or_better"]
    else:
        assert side(one, "CB") == ("rated", level, level)


def test_a_wrong_choice_of_contradictions_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of `unknown`, `stated`, `computed`, found `both`"):
        xeploai.Cohort(DAY, contradictions="both")


def test_the_order_is_lower_before_higher() -> None:
    cells = [cell("DB", organization_type="base"), cell("CB", belongs_to="DB")]
    cohort = party(cells, [member("M", "good", belongs_to="CB")])
    stages, problems = cohort.plan()
    assert problems == []
    assert [(stage["stage"], stage["kind"], stage["subjects"]) for stage in stages] == [
        (1, "member", 1), (2, "party_organization", 1), (3, "party_organization", 1),
    ]  # fmt: skip
    assert all(stage["citations"] for stage in stages)
    one = cohort.rate()
    assert one.stages == stages
    assert column(one, "party_organization", "stage") == {"DB": 3, "CB": 2}


def test_a_circle_names_its_members_and_the_rest_is_rated() -> None:
    cells = [cell("A", belongs_to="B"), cell("B", belongs_to="A"), cell("C")]
    cohort = party(cells, [member("M", "good", belongs_to="C")])
    one = cohort.rate()
    (problem,) = one.problems
    assert problem["code"] == "circle"
    assert sorted(problem["subjects"]) == ["A", "B"]
    assert side(one, "A")[0] == side(one, "B")[0] == "undetermined"
    assert side(one, "C") == ("rated", "good", "good")
    assert [problem["code"] for problem in cohort.plan()[1]] == ["circle"]


def test_relations_come_from_rows_triples_and_tables_alike() -> None:
    def built(how: str) -> xeploai.RatedCohort:
        more = {"belongs_to": "CB"} if how == "rows" else {}
        cohort = party([cell()], [member("M1", "good", **more), member("M2", "average", **more)])
        triples = [("M1", "belongs_to", "CB"), ("M2", "belongs_to", "CB")]
        if how == "triples":
            cohort.relate(triples)
        elif how == "table":
            cohort.relate(pl.DataFrame(triples, schema=["subject", "relation", "object"], orient="row"))
        return cohort.rate()

    for how in ("rows", "triples", "table"):
        assert side(built(how), "CB") == ("rated", "good", "good")
    assert side(built("none"), "CB")[0] == "undetermined"


# ---- what is refused, and what is told -----------------------------------------------------------------------------


def test_bad_rows_are_named_and_the_rest_is_rated() -> None:
    rows = [*people(0, 2), {**PLAIN, GROUP: "G"}, {"id": "T1", **PLAIN, GROUP: "G"}]
    rows += [{"id": "N", **PLAIN, GROUP: "G", "belongs_to": "nowhere"}, {"id": "S", **PLAIN, GROUP: "G", "heads": "S"}]
    cohort = xeploai.Cohort(DAY)
    cohort.add_records("member", rows, [GROUP])
    cohort.relate([("T2", "knows", "T1"), ("T1", "below", "nobody")])
    one = cohort.rate()
    found = {(problem["code"], problem["table"], *problem["rows"], problem["column"]) for problem in one.problems}
    assert found == {
        ("no_id", "member", 3, "id"), ("same_id", "member", 1, 4, "id"), ("nobody", "member", 5, "belongs_to"),
        ("itself", "member", 6, "heads"), ("unknown_relation", "relations", 1, "relation"),
        ("nobody", "relations", 2, "object"),
    }  # fmt: skip
    assert side(one, "T2") == ("rated", "good", "good")
    for problem in one.problems:
        assert all(str(row) in problem["words"][lang] for row in problem["rows"] for lang in ("vi", "en"))


def test_kinds_that_cannot_be_rated_are_told() -> None:
    cohort = xeploai.Cohort(DAY)
    cohort.add_records("robot", [{"id": "R"}])
    cohort.add_records("civil_servant", [{"id": "C"}], ["agency", "similar_duties"])
    codes = [(problem["code"], problem["table"]) for problem in cohort.rate().problems]
    assert ("unknown_kind", "robot") in codes
    early = xeploai.Cohort("1999-12-31")
    early.add_records("member", [{"id": "M"}])
    (problem,) = early.rate().problems
    assert (problem["code"], problem["table"]) == ("no_rulebook", "member")
    with pytest.raises(KeyError, match="member"):
        early.rate().table("member")


def test_policies_and_columns_that_are_wrong_are_refused() -> None:
    with pytest.raises(xeploai.PolicyError, match="no policy `nothing`"):
        rated(people(1, 1), policies={"nothing": "x"})
    with pytest.raises(xeploai.PolicyError, match="good, good_and_above, rated"):
        rated(people(1, 1), policies={"quota_base": "x"})
    cohort = xeploai.Cohort(DAY)
    cohort.add("member", pl.DataFrame({"id": ["M"], "task_done": [1], "score_results": ["much"]}))
    for work in (cohort.rate, cohort.plan):
        with pytest.raises(xeploai.TableError, match=r"member: task_done: .*`tasks_done`"):
            work()
    kept = xeploai.Cohort(DAY, keep=["task_done"])
    kept.add("member", pl.DataFrame({"id": ["M"], "task_done": [1]}))
    assert kept.rate().table("member").column("task_done") == [1]
    both = xeploai.Cohort(DAY)
    both.add("member", pl.DataFrame({"id": ["M"]}))
    both.add_records("member", [{"id": "N"}])
    with pytest.raises(ValueError, match=r"member: .*not both"):
        both.rate()


def test_arguments_that_are_wrong_are_refused() -> None:
    for threads in (0, -1):
        with pytest.raises((ValueError, OverflowError)):
            xeploai.Cohort(DAY, threads=threads)
    with pytest.raises(ValueError, match="date"):
        xeploai.Cohort("2025-13-01")
    with pytest.raises(TypeError):
        xeploai.Cohort(DAY).add_records("member", [3])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="length 3"):
        xeploai.Cohort(DAY).relate([("a", "b")])  # type: ignore[list-item]


def test_an_id_that_nobody_has_is_a_key_error() -> None:
    one = rated(people(1, 1))
    for ask in (one.rating, one.standing, one.table):
        with pytest.raises(KeyError, match="nobody"):
            ask("nobody")
    with pytest.raises(KeyError, match="nobody"):
        one.what_if({"nobody": {"tasks_done": 1}})
    for facts, place in (({"task_done": 1}, "task_done"), ({"tasks_done": True}, "tasks_done")):
        with pytest.raises(xeploai.RequestError) as raised:
            one.what_if({"T1": facts})
        assert f"`T1/{place}`" in raised.value.words["vi"]
        assert "nhận được" in raised.value.words["vi"]


# ---- quotas --------------------------------------------------------------------------------------------------------


def quota(one: xeploai.RatedCohort, *names: str) -> tuple[Any, ...]:
    (line,) = one.quotas
    return tuple(line[name] for name in names or ("candidates", "base", "most", "over"))  # type: ignore[literal-required]


@pytest.mark.parametrize(
    ("candidates", "good", "policies", "most"),
    [
        (12, 10, {}, 3),  # 3 ≤ 20 % × (10 + 9), 4 > 20 % × (10 + 8)
        (12, 10, {"quota_stepping_down": "stay"}, 2),  # 20 % × 10
        (12, 11, {"quota_stepping_down": "stay", "quota_rounding": "ceil"}, 3),  # 2.2 up
        (12, 10, {"quota_base": "rated", "quota_stepping_down": "stay"}, 4),  # 20 % × 22 = 4.4
        (2, 9, {}, 1),  # 1 ≤ 20 % × (9 + 1), 2 > 20 % × 9
        (2, 10, {}, 2),  # 2 ≤ 20 % × 10: nobody over
        (4, 0, {}, 0),  # 1 > 20 % × 3
        (4, 0, {"quota_small_groups": "one"}, 1),
    ],
)
def test_the_largest_number_that_a_quota_allows(
    candidates: int, good: int, policies: dict[str, str], most: int
) -> None:
    one = rated(people(candidates, good), policies=policies)
    over = candidates - most
    assert quota(one)[0] == (candidates, candidates)
    assert quota(one)[2:] == ((most, most), (over, over))
    wanted = ("authority_decides", "good", "excellent") if over else ("rated", "excellent", "excellent")
    wanted = wanted if most else ("rated", "good", "good")
    assert {side(one, f"X{place + 1}") for place in range(candidates)} == {wanted}
    assert side(one, "X1", "before") == ("rated", "excellent", "excellent")
    assert quota(one, "decided") == ((0, candidates) if over and most else (candidates - over, 0),)


def test_each_group_is_counted_alone() -> None:
    rows = [*people(3, 5, "A"), *({**row, "id": "B" + row["id"]} for row in people(3, 20, "B"))]
    one = rated(rows)
    assert [(line["group"], line["most"], line["over"]) for line in one.quotas] == [
        ("A", (1, 1), (2, 2)), ("B", (3, 3), (0, 0)),
    ]  # fmt: skip
    # Two columns as one grouping.
    for place, row in enumerate(rows):
        row["school"], row["post"] = row.pop(GROUP), "teacher" if place % 2 else "head"
    cohort = xeploai.Cohort(DAY, groups={GROUP: ["school", "post"]})
    cohort.add_records("member", rows, ["school", "post"])
    assert [line["group"] for line in cohort.rate().quotas] == ["A / head", "A / teacher", "B / head", "B / teacher"]


def test_an_open_base_gives_bounds() -> None:
    rows = people(12, 12)
    rows[-1]["score_results"] = None  # may be anything, the highest level too
    rows[-2]["degradation_concluded"] = None  # good or not completed
    one = rated(rows, policies={"quota_stepping_down": "stay"})
    assert side(one, "T11") == ("undetermined", "not_completed", "good")
    # 20 % of 10 to 12 is 2; the thirteenth may be over as well.
    assert quota(one) == ((12, 13), (10, 12), (2, 2), (10, 11))
    rows = people(12, 10)
    rows[-1]["degradation_concluded"] = None
    one = rated(rows, policies={"quota_stepping_down": "stay"})
    assert quota(one) == ((12, 12), (9, 10), (1, 2), (10, 11))
    assert quota(one, "decided") == ((0, 12),)


def test_an_exceptional_rate_is_bounded_and_names_its_decision() -> None:
    rate = {"quota": "member.quota", "group": "G", "rate": "25%", "decision": "7-QĐ/TU"}
    one = rated(people(12, 10), rates=[rate])
    # 4 ≤ 25 % × (10 + 8), 5 > 25 % × (10 + 7)
    assert quota(one, "most", "rate", "decision") == ((4, 4), "25%", "7-QĐ/TU")
    assert one.problems == []
    for change, code in (
        ({"rate": "26%"}, "bad_rate"),
        ({"group": "H"}, "group_of_nobody"),
        ({"quota": "x"}, "bad_rate"),
    ):
        one = rated(people(12, 10), rates=[rate | change])
        assert [problem["code"] for problem in one.problems] == [code]
        assert quota(one, "most", "rate", "decision") == ((3, 3), "20%", "")


def test_an_exceptional_rate_needs_its_decision() -> None:
    one = rated(people(12, 10), rates=[{"quota": "member.quota", "group": "G", "rate": "25%"}])
    assert one.problems
    assert quota(one, "most") == ((3, 3),)


def test_without_a_group_nobody_counts_as_excellent() -> None:
    one = rated(people(2, 10, None))
    assert [(problem["code"], problem["column"]) for problem in one.problems] == [("no_grouping", GROUP)]
    assert one.quotas == []
    assert side(one, "X1") == ("undetermined", "good", "excellent")
    assert side(one, "T1") == ("rated", "good", "good")
    rows = people(2, 10)
    rows[0][GROUP] = None
    one = rated(rows)
    assert [(problem["code"], problem["rows"], problem["subjects"]) for problem in one.problems] == [
        ("no_group", [1], ["X1"])
    ]
    assert side(one, "X1") == ("undetermined", "good", "excellent")
    assert side(one, "X2") == ("rated", "excellent", "excellent")


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A local rulebook that ranks those over a quota by their score."""
    base = xeploai.Rulebook.builtin("366-qd-tw")
    whole = json.loads(base.to_json())
    (held,) = next(subject["quotas"] for subject in whole["subjects"] if subject["kind"] == "member")
    cited = {"citation": {"instrument": "local-text", "place": "1"}, "provenance": "local"}
    words = {"vi": "chữ", "en": "words"}
    options = [{"code": code, "label": words} for code in ("authority", "step_down")]
    overlay = json.loads(base.overlay_template())
    overlay["new_policies"] = [
        {"name": "quota_over", "label": words, "words": words, "options": options, "default": "authority", **cited}
    ]
    replaced = held | cited | {"over_quota": "quota_over", "ranking": [{"by": "score"}]}
    overlay["subjects"] = [{"kind": "member", "replace": {"quotas": [replaced]}}]
    path = tmp_path_factory.mktemp("ranked") / "local.json"
    path.write_text(json.dumps(overlay), encoding="utf-8")
    return path


def test_a_local_ranking_is_shown_and_steps_down_where_it_is_told_to(ranked: Path) -> None:
    rulebook = xeploai.Rulebook.builtin("366-qd-tw").with_overlay(str(ranked))
    rows = people(12, 10)
    for place in range(12):
        rows[place]["score_results"] = 62 + place // 2  # X11 and X12 lead, X9 and X10 tie on the places 3 and 4
    one = rated(rows, rulebooks={"member": rulebook})
    assert {side(one, f"X{place}") for place in range(1, 13)} == {("authority_decides", "good", "excellent")}
    places = {name: (first, last) for name, first, last in quota(one, "ranking")[0]}
    assert (places["X12"], places["X9"], places["X10"], places["X1"]) == ((1, 2), (3, 4), (3, 4), (11, 12))
    one = rated(rows, rulebooks={"member": rulebook}, policies={"quota_over": "step_down"})
    assert {side(one, name) for name in ("X11", "X12")} == {("rated", "excellent", "excellent")}
    assert {side(one, name) for name in ("X9", "X10")} == {("authority_decides", "good", "excellent")}
    assert {side(one, f"X{place}") for place in range(1, 9)} == {("rated", "good", "good")}


# ---- decisions -----------------------------------------------------------------------------------------------------


def decision(subject: str, level: str, **more: object) -> dict[str, object]:
    return {"subject": subject, "level": level, "number": f"{subject}-QĐ", "date": "2025-12-20", **more}


def test_decisions_stand_beside_the_proposal() -> None:
    one = rated(people(12, 10), [decision("X1", "excellent"), decision("X2", "good"), decision("X3", "completed")])
    assert [(finding["code"], finding["subjects"], finding["rows"]) for finding in one.findings] == [
        ("outside", ["X3"], [3])
    ]
    for name in ("X1", "X2", "X3"):
        assert side(one, name) == ("authority_decides", "good", "excellent")
    decided, level = (column(one, "member", name) for name in ("decided_level", "level"))
    assert [decided[name] for name in ("X1", "X2", "X3", "X4", "T1")] == ["excellent", "good", "completed", None, None]
    # What is outside of the proposal does not count.
    assert [level[name] for name in ("X1", "X2", "X3", "X4", "T1")] == ["excellent", "good", None, None, "good"]
    assert column(one, "member", "decision_number")["X1"] == "X1-QĐ"


@pytest.mark.parametrize(
    ("decisions", "codes"),
    [
        ([decision("X1", "excellent"), decision("X1", "good", number="2")], ["two_decisions", "two_decisions"]),
        ([decision("X1", "excellent"), decision("X1", "good", number="2", replaces="X1-QĐ")], []),
        ([decision("X1", "good", replaces="9")], ["replaces"]),
        ([decision("X1", "good", date="2026-01-10")], ["late"]),
        ([decision("X1", "good", date="2025-02-30")], ["no_such_day"]),
        ([decision("X1", "best")], ["unknown_level"]),
        ([decision("nobody", "good")], ["no_proposal"]),
        ([decision("X1", "good", votes_for=9, votes_entitled=8)], ["votes"]),
        ([decision("X1", "good", decided_by="X1")], ["own_rating"]),
        ([decision(f"X{place}", "excellent") for place in range(1, 4)], []),
        ([decision(f"X{place}", "excellent") for place in range(1, 5)], ["over_quota"]),
    ],
)
def test_what_is_checked_of_decisions(decisions: Rows, codes: list[str]) -> None:
    one = rated(people(12, 10), decisions)
    assert [finding["code"] for finding in one.findings] == codes
    level = column(one, "member", "level")["X1"]
    if codes[:1] == ["two_decisions"]:
        assert level is None
    elif decisions[-1].get("replaces") == "X1-QĐ":
        assert level == "good"


def test_a_majority_is_of_all_who_are_entitled() -> None:
    # 07-HD/BTCTW: at least two thirds for the highest level, more than a half for good.
    def codes(level: str, votes: int, entitled: int) -> list[str]:
        members = [member(f"M{place}", "excellent") for place in range(6)] + [
            member(f"T{place}", "good") for place in range(8)
        ]
        cohort = party([cell()], members)
        cohort.decide([{"subject": "M0", "level": level, "votes_for": votes, "votes_entitled": entitled}])
        return [finding["code"] for finding in cohort.rate().findings]

    assert codes("excellent", 8, 12) == []
    assert codes("excellent", 7, 12) == ["no_majority"]
    assert codes("good", 7, 12) == []
    assert codes("good", 6, 12) == ["no_majority"]


def leader(name: str, outstanding: bool = True) -> dict[str, Any]:
    """A leader who comes out at `excellent`, or at `good`."""
    return {
        "id": name, "title_level_field": "A", "exemplary": True, "outstanding": outstanding, "heads_unit": True,
        "tasks_assigned": 10, "tasks_done": 10, "tasks_below_standard": 0, "unit_tasks_assigned": 10,
        "unit_tasks_done": 10, "unit_tasks_below_standard": 0, "unit_tasks_exceeded": 10, "children_total": 0,
        "children_not_completed": 0, "children_good_or_better": 0, "unit_rating": "excellent",
        "collective_rating": "excellent", "degradation_concluded": False, "discipline_on_duty": "none",
        "discipline_other": "none", "discipline_already_counted": False, "subordinate_corruption_handled": False,
        "self_detected_and_remedied": False, "sick_leave_months": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("level", "counts", "of_member"),
    [
        (None, False, ("authority_decides", "good", "excellent")),
        ("good", True, ("rated", "good", "good")),
        ("excellent", True, ("rated", "excellent", "excellent")),
        ("completed", False, ("authority_decides", "good", "excellent")),
    ],
)
def test_a_decision_within_the_proposal_counts_for_those_who_depend_on_it(
    level: str | None, counts: bool, of_member: tuple[str, str, str]
) -> None:
    # The member is the leader L1, and as a member not above what L1 is as an official; 1 of 2 candidates is allowed.
    members = [member("M", "excellent", holds_post="L1", state_employee=True)]
    members += [member(f"T{place}", "good") for place in range(9)]
    cohort = party([], members)
    leaders = [leader("L1"), leader("L2"), *(leader(f"G{place}", outstanding=False) for place in range(6))]
    cohort.add_records("leader", leaders, ["title_level_field"])
    if level:
        cohort.decide([decision("L1", level, date="2021-12-20")])
    one = cohort.rate()
    assert [finding["code"] for finding in one.findings] == (["outside"] if level and not counts else [])
    # The proposal stays as it is.
    assert side(one, "L1") == ("authority_decides", "good", "excellent")
    assert side(one, "M") == of_member
    assert ("L1" in (column(one, "member", "open")["M"] or "")) is not counts


# ---- what if -------------------------------------------------------------------------------------------------------


def test_what_if_is_rating_again() -> None:
    def members(grade: str) -> Rows:
        grades = [grade, "good", "average", "average"]
        return [member(f"M{place}", value, belongs_to="CB") for place, value in enumerate(grades)]

    cells = [cell("CB", belongs_to="DB"), cell("DB", organization_type="base"), cell("CC", belongs_to="DB")]
    counts = {"children_total": 3, "children_not_completed": 0, "children_good_or_better": 2}
    cells[2] |= counts
    one = party(cells, members("good")).rate()
    again = party(cells, members("average")).rate()
    changed = {change["id"]: change for change in one.what_if({"M0": {"criteria": criteria("average")}})}
    ids = [row["id"] for row in (*cells, *members("good"))]
    assert set(changed) == {name for name in ids if side(one, name) != side(again, name)} == {"M0", "CB"}
    for name, change in changed.items():
        assert change["before"] == one.standing(name)["after"]
        assert change["after"] == again.standing(name)["after"]
    assert changed["CB"]["through"] == ["M0"]
    # Through a quota: one candidate less in a group that was over by one.
    one = rated(people(2, 9))
    changed = {change["id"]: change for change in one.what_if({"X1": {"score_results": 60}})}
    assert set(changed) == {"X1", "X2"}
    assert changed["X2"]["after"] == {"outcome": "rated", "at_least": "excellent", "at_most": "excellent"}
    assert one.what_if({"T1": {"score_general": 27}}) == []
    assert side(one, "X2") == ("authority_decides", "good", "excellent")


def test_records_are_a_table() -> None:
    rows = people(12, 10)
    rows[3]["tasks_done"] = None
    columns = list(rows[0])
    frame = pl.DataFrame({name: [row[name] for row in rows] for name in columns}, strict=False)
    table = xeploai.Cohort(DAY, threads=2)
    table.add("member", frame)
    tabled, one = table.rate(), rated(rows)
    assert tabled.quotas == one.quotas
    for name in ("id", "outcome", "at_least", "at_most", "score", "level", "open"):
        assert tabled.table("member").column(name) == one.table("member").column(name), name


def test_a_table_alone_holds_the_same_quota() -> None:
    rulebook = xeploai.Rulebook.builtin("366-qd-tw")
    rows = people(12, 10)
    frame = pl.DataFrame(rows).with_columns(period_end=pl.lit(DAY))
    held = rulebook.hold_quotas("member", rulebook.rate_table("member", frame), id="id")
    assert json.loads(held.quotas_json()) == json.loads(json.dumps(held.quotas))
    one = rated(rows)
    assert [(line["most"], line["over"]) for line in held.quotas] == [
        (line["most"], line["over"]) for line in one.quotas
    ]
    for name in ("outcome", "at_least", "at_most"):
        assert held.table.column(name) == one.table("member").column(name)
    (counts,) = pl.DataFrame(rulebook.tally(held.table, [GROUP])).rows(named=True)
    assert (counts["good"], counts["excellent"], counts["authority_decides"]) == (10, 0, 12)


# ---- the command line ----------------------------------------------------------------------------------------------

DECISIONS = [decision("X1", "excellent"), decision("X2", "good")]
FORMS = ["csv", "xlsx", "parquet"]


def folder(path: Path, form: str = "csv", rows: Rows | None = None, decisions: Rows | None = None) -> Path:
    """A cohort in a folder of files, or in a workbook."""
    tables = {
        "member": people(12, 10) if rows is None else rows,
        "decisions": DECISIONS if decisions is None else decisions,
    }
    tables = {name: table for name, table in tables.items() if table}
    lines = {name: [list(table[0]), *(list(row.values()) for row in table)] for name, table in tables.items()}
    if form == "xlsx":
        return write_xlsx(path.with_suffix(".xlsx"), **lines)
    path.mkdir()
    for name, table in lines.items():
        if form == "parquet":
            pl.DataFrame(
                table[1:], schema=[str(title) for title in table[0]], orient="row", strict=False
            ).write_parquet(path / f"{name}.parquet")
        else:
            with (path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(table)
    return path


def run(action: str, source: Path, *more: object, lang: str = "en") -> int:
    return cli.main(["cohort", action, str(source), "--period-end", "31/12/2025", "--lang", lang, *map(str, more)])


def levels(target: Path, form: str) -> list[tuple[str, ...]]:
    names = ("id", "outcome", "at_least", "at_most", "level", "decided_level")
    lines: list[Sequence[Any]]
    if form == "parquet":
        frame = pl.read_parquet(target / "member.parquet")
        lines = [frame.columns, *frame.rows()]
    else:
        lines = read_csv(target / "member.csv") if form == "csv" else list(read_xlsx(target / "member.xlsx"))
    places = [list(lines[0]).index(name) for name in names]
    return [tuple(str(line[place] or "") for place in places) for line in lines[1:]]


def test_every_form_of_files_gives_the_same_levels(tmp_path: Path) -> None:
    found = {}
    for form in FORMS:
        source, target = folder(tmp_path / form, form), tmp_path / f"out_{form}"
        assert run("rate", source, "-o", target) == 0
        assert {file.name for file in target.iterdir()} == {f"member.{form}", "quotas.csv", "problems.csv"}
        found[form] = levels(target, form)
        assert [line[:13] for line in read_csv(target / "quotas.csv")][1][9:] == ["12", "10", "3", "9"]
        assert len(read_csv(target / "problems.csv")) == 1
    assert found["csv"] == found["xlsx"] == found["parquet"]
    assert found["csv"][0] == ("X1", "authority_decides", "good", "excellent", "excellent", "excellent")
    assert found["csv"][2] == ("X3", "authority_decides", "good", "excellent", "", "")
    assert found["csv"][12] == ("T1", "rated", "good", "good", "good", "")


def test_rate_says_what_was_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = folder(tmp_path / "in", decisions=[*DECISIONS, decision("T1", "excellent", date="2026-01-05")])
    assert run("rate", source, "-o", tmp_path / "out") == 1
    done = capsys.readouterr()
    assert "12          3        9" in done.out
    assert "HTXS 1" in done.out
    assert "HTT 11" in done.out
    assert "The authority decides 10" in done.out
    assert "a level outside of the proposal: expected good to good, found excellent" in done.err
    codes = [line[0] for line in read_csv(tmp_path / "out" / "problems.csv")[1:]]
    assert codes == ["outside", "late"]
    assert run("rate", source, "-o", tmp_path / "ra", lang="vi") == 1
    done = capsys.readouterr()
    assert "Tỷ lệ khống chế" in done.out
    assert "Cấp có thẩm quyền quyết định 10" in done.out
    assert "mức ngoài khoảng đề xuất" in done.err
    assert "mức ngoài khoảng đề xuất" in read_csv(tmp_path / "ra" / "problems.csv")[1][5]


def test_shares_are_written_as_the_language_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = folder(tmp_path / "in", decisions=[])
    run("rate", source, "-o", tmp_path / "en")
    assert "HTT 10 (100.00 %)" in capsys.readouterr().out
    run("rate", source, "-o", tmp_path / "vi", lang="vi")
    assert "HTT 10 (100,00 %)" in capsys.readouterr().out


def test_plan_explain_and_what_if(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = folder(tmp_path / "in", decisions=[])
    for lang, words in (
        ("en", ("The stages", "authority decides")),
        ("vi", ("Các đợt xếp loại", "thẩm quyền quyết định")),
    ):
        assert run("plan", source, lang=lang) == 0
        out = capsys.readouterr().out
        assert words[0] in out
        assert f"{GROUP}: 1" in out
        assert "366-QĐ/TW Điều 12.2" in out
        assert run("explain", source, "--pick", "X1", lang=lang) == 0
        out = capsys.readouterr().out
        assert out.rstrip().endswith(")")
        assert "HTT … HTXS" in out
        assert words[1] in out
        assert run("explain", source, "--pick", "nobody", lang=lang) == 2
        assert "nobody" in capsys.readouterr().err
        assert run("what-if", source, "--change", "T1:tasks_done=4", lang=lang) == 0
        assert capsys.readouterr().out.strip().endswith("HTT → KHT")
        assert run("what-if", source, "--change", "T1:score_general=27", lang=lang) == 0
        assert len(capsys.readouterr().out.splitlines()) == 1
        for change in ("nobody:tasks_done=4", "T1", "T1:tasks_done", "T1:task_done=4", "T1:tasks_done=ten"):
            assert run("what-if", source, "--change", change, lang=lang) == 2
            assert capsys.readouterr().err
    assert run("plan", source, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(stage["kind"], stage["subjects"]) for stage in told["stages"]] == [("member", 22)]
    assert run("explain", source, "--pick", "X1", "--json") == 0
    assert json.loads(capsys.readouterr().out)["standing"]["after"]["outcome"] == "authority_decides"
    assert run("what-if", source, "--change", "T1:tasks_done=4", "--json") == 0
    assert [change["id"] for change in json.loads(capsys.readouterr().out)] == ["T1"]


def test_a_plan_with_problems_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{**row, "belongs_to": "nowhere"} for row in people(1, 1)]
    assert run("plan", folder(tmp_path / "in", rows=rows, decisions=[])) == 1
    assert "a relation to nobody" in capsys.readouterr().err


def test_sources_and_targets_that_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = folder(tmp_path / "in")
    before = {file.name: file.read_bytes() for file in source.iterdir()}
    for same in (source, tmp_path / "in" / ".." / "in"):
        assert run("rate", source, "-o", same) == 2
        assert "in" in capsys.readouterr().err
    assert {file.name: file.read_bytes() for file in source.iterdir()} == before
    (source / "member.parquet").write_bytes(b"")
    assert run("plan", source) == 2
    assert "member.csv and member.parquet are the same table" in capsys.readouterr().err
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "notes.txt").write_text("nothing", encoding="utf-8")
    for path, words in ((empty, "no table in it"), (tmp_path / "none", "expected a folder or a workbook")):
        assert run("plan", path) == 2
        assert words in capsys.readouterr().err
    assert run("plan", empty, lang="vi") == 2
    assert "không có bảng nào" in capsys.readouterr().err
    assert run("rate", folder(tmp_path / "two"), "-o", tmp_path / "out", "--policy", "nothing=x") == 2
    assert "no policy `nothing`" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
