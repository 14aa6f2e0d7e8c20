"""The sample province: its files are what they are said to be, a second reckoning from them alone gives the levels that
its author had in mind, and the shares are those that were published."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import xeploai

from province_reference import (
    ELIGIBILITY,
    KINDS,
    LEVELS,
    RELATIONS,
    Province,
    Reckoning,
    Result,
    layers,
    reckon,
    rulebook,
)
from snippets import blocks, check_links, run_shell

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "province" / "generate.py"
YEARS = range(2017, 2022)
SCALE, SEED = 0.02, 7

COMPUTED = {
    "period_end", "children_total", "children_not_completed", "children_good_or_better", "unit_rating",
    "collective_rating", "official_rating",
}  # fmt: skip
STATED = {"leader": {"children_total", "unit_rating"}}
BESIDE = {
    "member": {"id", "unit", "belongs_to", "holds_post", "grassroots_organization"},
    "party_organization": {"id", "unit", "tier", "belongs_to", "below", "organization_type"},
    "leadership_collective": {"id", "unit", "belongs_to", "collective_type"},
    "leader": {"id", "unit", "heads", "sits_in", "title_level_field"},
}


def generate(folder: Path, *words: str) -> Path:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--out", str(folder), *words], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    words = ("--years", "2017-2021", "--scale", str(SCALE), "--seed", str(SEED))
    return generate(tmp_path_factory.mktemp("small"), *words)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[Province, Result]]:
    folder = generate(tmp_path_factory.mktemp("whole"), "--years", "2017-2021")
    return {year: reckon(folder / str(year)) for year in YEARS}


@pytest.fixture
def author() -> Iterator[list[object]]:
    """What the generator had in mind, year by year."""
    sys.path.insert(0, str(SCRIPT.parent))
    try:
        import plan

        yield plan.plan(SEED, SCALE, 2021)
    finally:
        sys.path.remove(str(SCRIPT.parent))


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}


def test_the_same_seed_gives_the_same_bytes_whichever_years_are_asked_for(small: Path, tmp_path: Path) -> None:
    again = content(generate(tmp_path / "again", "--year", "2020", "--scale", str(SCALE), "--seed", str(SEED)))
    before = {name: text for name, text in content(small).items() if name.startswith("2020/")}
    assert len(before) == 6
    assert again == before
    other = content(generate(tmp_path / "other", "--year", "2020", "--scale", str(SCALE), "--seed", "8"))
    assert all(other[name] != text for name, text in before.items())


def test_a_year_that_it_does_not_know_is_refused(tmp_path: Path) -> None:
    words = [sys.executable, str(SCRIPT), "--out", str(tmp_path), "--year", "2022"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "2017 to 2021" in done.stderr


@pytest.mark.parametrize("year", YEARS)
def test_columns_are_the_facts_of_the_rulebook_of_the_day(small: Path, year: int) -> None:
    expected = ["nam-dinh-03"] * 4 if year == 2018 else ["nam-dinh-1295"] * 4
    if year == 2017:
        expected = ["hd-27-2014", "nam-dinh-605", "nam-dinh-605", "nam-dinh-606"]
    assert [rulebook(kind, f"{year}-12-31").id for kind in KINDS] == expected
    types = {"boolean": pa.bool_(), "integer": pa.int32(), "date": pa.date32()}
    for kind in KINDS:
        schema = pq.read_schema(small / str(year) / f"{kind}.parquet")
        facts = {fact["name"]: fact for fact in rulebook(kind, f"{year}-12-31").facts(kind)}
        computed = COMPUTED - STATED.get(kind, set())
        assert set(schema.names) == BESIDE[kind] | (facts.keys() - computed)
        for name in facts.keys() - computed:
            found, wanted = schema.field(name).type, facts[name]["type"]
            if wanted == "list":
                assert [item.name for item in found.value_type] == ["name", "group", "grade"]
            elif wanted in ("enumeration", "level"):
                assert pa.types.is_dictionary(found)
            elif wanted == "decimal":
                assert pa.types.is_decimal128(found)
            else:
                assert found == types[wanted]


@pytest.mark.parametrize("year", YEARS)
def test_a_second_reckoning_gives_what_the_author_had_in_mind(small: Path, author: list, year: int) -> None:
    province, result = reckon(small / str(year))
    assert result.problems == []
    outcome = author[year - 2017]
    for kind in KINDS:
        of, listed = province.of_kind(kind), outcome.own[kind].listed
        standing = outcome.standing[kind]
        assert (result.final[of] == standing.final[listed]).all()
        assert ((result.outcome[of] == "invalid") == outcome.own[kind].invalid[listed]).all()
        rated = standing.rated[listed]
        assert (result.counted[of] == rated).all()
        assert (result.low[of][rated] == standing.low[listed][rated]).all()
        assert (result.high[of][rated] == standing.high[listed][rated]).all()


Told = dict[str, list[object]]


def cohort(folder: Path, province: Province, policies: dict[str, str] | None = None) -> xeploai.RatedCohort:
    """The same files, rated as a cohort."""
    cohort = xeploai.Cohort(province.day, province="nam-dinh", policies=policies)
    for kind in KINDS:
        cohort.add(kind, province.tables[kind])
    cohort.relate(pq.read_table(folder / "relations.parquet"))
    cohort.decide(province.decisions)
    return cohort.rate()


def told_by_cohort(rated: xeploai.RatedCohort) -> Told:
    """Each subject's outcome and interval before and after the quotas, and the level in the end."""
    names = ["own_outcome", "own_at_least", "own_at_most", "outcome", "at_least", "at_most", "level"]
    told: Told = {}
    for kind in KINDS:
        table = pa.table(rated.table(kind)).select(["id", *names])
        told |= {row.pop("id"): list(row.values()) for row in table.to_pylist()}
    return told


def told_by_reckoning(province: Province, result: Result) -> Told:
    """The same of the reckoning; what has no interval is at 0 there."""

    def level(outcome: str, rank: int) -> str | None:
        return None if outcome in ("invalid", "not_rated", "not_reviewed") or rank < 0 else LEVELS[rank]

    rows = zip(
        province.ids.to_pylist(),
        *(result.own_outcome.tolist(), result.own_low.tolist(), result.own_high.tolist()),
        *(result.outcome.tolist(), result.low.tolist(), result.high.tolist(), result.final.tolist()),
        strict=True,
    )
    return {
        one: [own, level(own, a), level(own, b), outcome, level(outcome, c), level(outcome, d), level(outcome, end)]
        for one, own, a, b, outcome, c, d, end in rows
    }


def assert_equal(rated: xeploai.RatedCohort, province: Province, result: Result) -> None:
    """Everybody, and every group of a quota."""
    one, other = told_by_cohort(rated), told_by_reckoning(province, result)
    assert one.keys() == other.keys()
    assert {name: (told, other[name]) for name, told in one.items() if told != other[name]} == {}
    lines = {
        (line["kind"], line["group"]): tuple(tuple(line[part]) for part in ("candidates", "base", "most", "over"))
        for line in rated.quotas
    }
    assert lines == {
        name: (found.candidates, found.base, found.most, found.over) for name, found in result.lines.items()
    }


@pytest.mark.parametrize("year", YEARS)
def test_a_cohort_gives_what_the_reckoning_gives(small: Path, year: int) -> None:
    folder = small / str(year)
    province, result = reckon(folder)
    rated = cohort(folder, province)
    assert rated.problems == []
    assert rated.findings == []
    assert_equal(rated, province, result)


POLICIES = [
    {"quota_base": "good_and_above", "quota_rounding": "nearest", "leader_quota_base": "good"},
    {"quota_base": "rated", "quota_rounding": "ceil", "quota_small_groups": "one"},
    {"quota_stepping_down": "stay", "quota_rounding": "nearest", "leader_quota_base": "rated"},
    {"quota_small_groups": "one", "quota_rounding": "ceil"},
]


@pytest.mark.parametrize("year", YEARS)
def test_a_cohort_gives_what_the_reckoning_gives_by_any_policy_with_facts_and_decisions_left_out(
    small: Path, year: int
) -> None:
    folder = small / str(year)
    random = np.random.default_rng(year)
    for turn, policies in enumerate(POLICIES):
        province = Province.read(folder)
        leave_out(random, province, share=[0.0, 0.0005, 0.005, 0.02][turn])
        kept = random.random(len(province.decisions)) < [0.0, 0.5, 1.0, 0.9][turn]
        kept &= np.asarray(province.decisions["replaces"].combine_chunks().is_null())
        province.decisions = province.decisions.filter(pa.array(kept))
        result = Reckoning(province, policies).run()
        assert_equal(cohort(folder, province, policies), province, result)


def leave_out(random: np.random.Generator, province: Province, share: float) -> None:
    """Empty so many cells of facts, but none by which the reckoning must know who takes part."""
    for kind in KINDS:
        table = province.tables[kind]
        for place, name in enumerate(table.column_names):
            if name in BESIDE[kind] or name in ELIGIBILITY:
                continue
            rows = pa.array(np.arange(len(table)), mask=random.random(len(table)) < share)
            table = table.set_column(place, name, table[name].combine_chunks().take(rows))
        province.tables[kind] = table


def test_a_cohort_does_not_mind_the_order_of_rows(small: Path) -> None:
    folder = small / "2021"
    before = Province.read(folder)
    rated = cohort(folder, before)
    random = np.random.default_rng(2021)
    after = Province.read(folder)
    for kind in KINDS:
        after.tables[kind] = after.tables[kind].take(pa.array(random.permutation(len(after.tables[kind]))))
    after.decisions = after.decisions.take(pa.array(random.permutation(len(after.decisions))))
    again = cohort(folder, after)
    assert told_by_cohort(again) == told_by_cohort(rated)
    assert again.quotas == rated.quotas
    assert again.findings == []


CHANGES = [
    ("member", "discipline_on_duty", "warning"), ("member", "outstanding", True), ("member", "tasks_done", 0),
    ("party_organization", "tasks_done", 0), ("party_organization", "outstanding", True),
    ("leadership_collective", "disunity_concluded", True), ("leader", "outstanding", False),
    ("leader", "degradation_concluded", True), ("leader", "heads_unit", None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fact", "value"), CHANGES)
def test_what_if_gives_what_rating_again_gives(small: Path, kind: str, fact: str, value: object) -> None:
    folder = small / "2021"
    province = Province.read(folder)
    rated = cohort(folder, province)
    before = {one: told[3:6] for one, told in told_by_cohort(rated).items()}
    table = province.tables[kind]
    random = np.random.default_rng(CHANGES.index((kind, fact, value)))
    for row in random.choice(len(table), 4, replace=False).tolist():
        one = table["id"][row].as_py()
        cells = table[fact].cast(pa.string()) if isinstance(value, str) else table[fact]
        cells = pa.array([value if place == row else cell for place, cell in enumerate(cells.to_pylist())], cells.type)
        province.tables[kind] = table.set_column(table.column_names.index(fact), fact, cells)
        after = {name: told[3:6] for name, told in told_by_cohort(cohort(folder, province)).items()}
        found = {
            line["id"]: [
                [side["outcome"], side["at_least"], side["at_most"]] for side in (line["before"], line["after"])
            ]
            for line in rated.what_if({one: {fact: value}})
        }
        assert found == {name: [told, after[name]] for name, told in before.items() if told != after[name]}


def test_circles_are_seen(small: Path) -> None:
    province = Province.read(small / "2021")
    sources = province.sources()
    reckoning = Reckoning(province)
    assert reckoning.layer.max() > 10
    # An organisation that rests on a member who rests on its head.
    leader, unit = (int(side[0]) for side in province.between("heads", "leader", "party_organization"))
    member = int(province.pairs["belongs_to"][0][0])
    later = np.concatenate([sources[0], [unit, member]])
    earlier = np.concatenate([sources[1], [member, leader]])
    with pytest.raises(ValueError, match="circle"):
        layers(np.arange(len(province.ids)), (later, earlier))


def test_the_reckoning_misses_no_decision_and_no_quota(small: Path) -> None:
    province = Province.read(small / "2021")
    table = province.decisions
    province.decisions = table.slice(1)
    assert any("without a decision" in problem for problem in Reckoning(province).run().problems)
    beyond = pc.and_(pc.equal(table["level"], "good"), pc.match_substring(table["reason"], "ngoài giới hạn tỷ lệ"))
    raised = pc.if_else(beyond, "excellent", table["level"])
    province.decisions = table.set_column(table.column_names.index("level"), "level", raised)
    assert any("over its quota" in problem for problem in Reckoning(province).run().problems)


def test_a_cell_counted_by_hand(small: Path) -> None:
    """Nothing of the reckoning but its levels of members: one cell, its facts, and the rulebook."""
    province, result = reckon(small / "2021")
    ids = province.ids.to_pylist()
    final = dict(zip(ids, result.final.tolist(), strict=True))
    members = province.tables["member"].select(["id", "belongs_to"]).to_pylist()
    book = rulebook("party_organization", "2021-12-31")
    facts = {fact["name"] for fact in book.facts("party_organization")}
    seen: Counter[str] = Counter()
    for row in province.tables["party_organization"].to_pylist():
        number = ids.index(row["id"])
        levels = [final[member["id"]] for member in members if member["belongs_to"] == row["id"]]
        open_or_unrated = [m["id"] for m in members if m["belongs_to"] == row["id"] and final[m["id"]] < 0]
        if not levels or any(result.counted[ids.index(one)] for one in open_or_unrated):
            continue
        levels = [level for level in levels if level >= 0]
        case = {name: value for name, value in row.items() if name in facts}
        case |= {"period_end": "2021-12-31", "children_total": len(levels)}
        case |= {"children_not_completed": levels.count(0), "children_good_or_better": sum(x >= 2 for x in levels)}
        rating = book.rate("party_organization", case)
        if rating.outcome == "rated":
            lowered = rating.level == "excellent" and result.low[number] == 2
            assert lowered or rating.level == LEVELS[result.low[number]] == LEVELS[result.high[number]]
        seen[rating.outcome] += 1
    assert seen["rated"] > 80


@pytest.mark.parametrize("year", YEARS)
def test_decisions_are_in_order(small: Path, year: int) -> None:
    table = pq.read_table(small / str(year) / "decisions.parquet")
    assert table.schema.names == [
        "subject", "level", "number", "date", "body", "reason", "votes_for", "votes_entitled", "replaces",
    ]  # fmt: skip
    rows = table.to_pylist()
    assert all(2 * row["votes_entitled"] <= 3 * row["votes_for"] <= 3 * row["votes_entitled"] for row in rows)
    assert all(row["date"].year == year and row["date"].month == 12 and row["reason"] for row in rows)
    assert sum(row["replaces"] is not None for row in rows) >= 1
    # Whatever a decision rests on was decided before.
    province = Province.read(small / str(year))
    day = {row["subject"]: row["date"] for row in rows}
    ids = province.ids.to_pylist()
    for later, earlier in zip(*(side.tolist() for side in province.sources()), strict=True):
        if ids[later] in day and ids[earlier] in day:
            assert day[ids[earlier]] < day[ids[later]]


def shares(result: Result, among: np.ndarray) -> list[float]:
    """Per cent of those that have a level in the end, lowest level first."""
    final = result.final[among]
    count = np.bincount(final[final >= 0], minlength=4)
    return (100 * count / count.sum()).tolist()


@pytest.mark.parametrize("year", YEARS)
def test_the_published_shares(whole: dict[int, tuple[Province, Result]], year: int) -> None:
    province, result = whole[year]
    assert result.problems == []
    tier = np.array(province.tables["party_organization"]["tier"].to_pylist())
    grassroots = province.of_kind("party_organization")
    grassroots[np.flatnonzero(grassroots)[tier != "grassroots"]] = False
    assert grassroots.sum() == 928
    assert 5_500 < (tier == "cell").sum() < 5_700
    failed, _, good, excellent = shares(result, grassroots)
    assert 89.38 <= good + excellent <= 96.1
    assert failed == 0 if year in (2019, 2020) else 0 < failed < 0.67

    member = province.of_kind("member")
    assert 112_000 < member.sum() < 118_000
    failed, _, good, excellent = shares(result, member)
    assert 85.9 <= good + excellent <= 91
    assert 0.41 <= failed <= 0.6

    leader = province.of_kind("leader")
    assert leader.sum() == 3_000
    *_, good, excellent = shares(result, leader)
    assert 79.1 <= good <= 80.72
    assert 16.14 <= excellent <= 19.09


@pytest.mark.parametrize("year", YEARS)
def test_a_plausible_mess(whole: dict[int, tuple[Province, Result]], year: int) -> None:
    province, result = whole[year]
    count = Counter(result.outcome[province.of_kind("member")].tolist())
    total = sum(count.values())
    if year > 2017:
        assert 0.02 < (count["not_rated"] + count["not_reviewed"]) / total < 0.03
        assert 0 < count["undetermined"] / total < 0.003
    assert [int((result.outcome[province.of_kind(kind)] == "invalid").sum()) for kind in KINDS] == [6, 2, 0, 2]


def test_years_in_a_row_follow_from_the_years_before(whole: dict[int, tuple[Province, Result]]) -> None:
    row: Counter[str] = Counter()
    for year in YEARS:
        province, result = whole[year]
        for kind in ("member", "party_organization"):
            table = province.tables[kind]
            if year >= 2019:
                stated = table["excellent_years_in_a_row"].to_pylist()
                assert stated == [row[one] for one in table["id"].to_pylist()]
        ids = province.ids.to_pylist()
        row = Counter({one: row[one] + 1 for one, level in zip(ids, result.final.tolist(), strict=True) if level == 3})


def test_every_relation_is_used(whole: dict[int, tuple[Province, Result]]) -> None:
    province, _ = whole[2021]
    assert all(len(province.pairs[relation][0]) > 900 for relation in RELATIONS)
    leader, _ = province.pairs["holds_post"]
    assert len(leader) == 3_000


def test_the_pages_run_and_their_links_are_there(tmp_path: Path) -> None:
    english, vietnamese = "docs/province.md", "docs/province.vi.md"
    assert blocks(english, "sh") == blocks(vietnamese, "sh")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    for block in blocks(english, "sh"):
        run_shell(block, tmp_path)
    assert len(list((tmp_path / "province" / "2021").iterdir())) == 6
    for page in (english, vietnamese):
        check_links(page)
