"""Writes a province that does not exist: everybody who is rated in a year, under the regulation of that year.

    python examples/province/generate.py --out FOLDER [--year 2021 | --years 2017-2021] [--seed N] [--scale S]

It is of the size of Nam Định as its newspaper told in 2022: 928 grassroots Party organisations, 5,600 cells below them,
115,000 members, 3,000 leaders under the provincial standing committee. People, results and decisions are made up; what
is true of them is that the rules of each year give levels in the shares that were published. `FOLDER/2021/` holds

- `member.parquet`, `party_organization.parquet`, `leadership_collective.parquet`, `leader.parquet`: the facts that the
  rulebook in force on 31 December declares, but not those that follow from other subjects; whose ids stand in
  `belongs_to`, `heads`, `sits_in`, `holds_post`, `below`; the columns that quotas are counted by; `unit`, the district;
- `relations.parquet`: further relations of a subject that has several of one kind;
- `decisions.parquet`: what the authority decided where the rules leave something open.

The same seed gives the same bytes, whichever years are asked for.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import xeploai

import decisions
import facts_collectives
import facts_leaders
import facts_members
import facts_organizations
import structure
from cells_of_arrow import named, pointing
from luck import Ints
from plan import Outcome, plan
from structure import TIERS, Province
from years import KINDS, YEARS

SEED = 1295
NAME = "nam-dinh"
# The cohort finds these from the relations, but for what only the row of a leader can say.
COMPUTED = {
    "period_end", "children_total", "children_not_completed", "children_good_or_better", "unit_rating",
    "collective_rating", "official_rating",
}  # fmt: skip
STATED = {"leader": {"children_total", "unit_rating"}}


def rulebook(kind: str, year: int) -> xeploai.Rulebook:
    """The rulebook of a kind on the last day of the year: the province's own, where it had one for the kind."""
    library, day = xeploai.Library.builtin(), f"{year}-12-31"
    try:
        return library.in_force(day, kind, NAME)
    except xeploai.NotInForceError:
        return library.in_force(day, kind)


def identities(outcome: Outcome, province: Province) -> dict[str, pa.Array]:
    """The id of every subject, by kind."""
    people = [f"DV{number:07}" for number in outcome.people.number]
    texts = [people, province.units.id, province.collectives.id, province.leaders.id]
    return {kind: pa.array(text, pa.string()) for kind, text in zip(KINDS, texts, strict=True)}


def relations(province: Province, ids: dict[str, pa.Array]) -> dict[str, dict[str, pa.Array]]:
    """The columns beside the facts: where each belongs, and what quotas and statistics are counted by."""
    units, collectives, leaders, places = province.units, province.collectives, province.leaders, province.places
    organization, leader = ids["party_organization"], ids["leader"]
    district = np.where(units.tier == structure.PROVINCE, 0, 1 + units.district)

    def unit(of: Ints) -> pa.Array:
        return pointing(of, organization).dictionary_encode()

    return {
        "member": {
            "unit": unit(district[places.unit]),
            "belongs_to": unit(places.unit),
            "holds_post": pointing(places.leader, leader),
            "grassroots_organization": unit(places.base),
        },
        "party_organization": {
            "unit": unit(district),
            "tier": named([TIERS[tier] for tier in units.tier]),
            "belongs_to": unit(units.parent),
            "below": pointing(units.below, leader),
            "organization_type": named(units.kind),
        },
        "leadership_collective": {
            "unit": unit(district[collectives.unit]),
            "belongs_to": unit(collectives.unit),
            "collective_type": named(collectives.kind),
        },
        "leader": {
            "unit": unit(1 + leaders.district),
            "heads": pointing(leaders.organization, organization),
            "sits_in": pointing(leaders.sits_in, ids["leadership_collective"]),
            "title_level_field": named(leaders.title),
        },
    }


def further(province: Province, ids: dict[str, pa.Array]) -> pa.Table:
    """The relations for which a subject's row has no place left."""
    leaders, collective = province.leaders, ids["leadership_collective"]
    parts = []
    for name, places in (("heads", leaders.collective), ("sits_in", leaders.sits_also)):
        at = np.flatnonzero(places >= 0)
        parts.append(pa.table({
            "subject": ids["leader"].take(pa.array(at)),
            "relation": pa.array([name] * len(at), pa.string()),
            "object": pointing(places[at], collective),
        }))  # fmt: skip
    return pa.concat_tables(parts).combine_chunks()


def tables(seed: int, scale: float, outcome: Outcome, province: Province) -> dict[str, pa.Table]:
    """Everything that is written of a year, by the name of its file."""
    ids = identities(outcome, province)
    beside = relations(province, ids)
    stated = {
        "member": facts_members.facts(seed, outcome, province.places),
        "party_organization": facts_organizations.facts(seed, outcome, province.units),
        "leadership_collective": facts_collectives.facts(seed, outcome, province.leaders),
        "leader": facts_leaders.facts(seed, outcome, province),
    }
    written = {}
    for kind in KINDS:
        declared = [fact["name"] for fact in rulebook(kind, outcome.year.year).facts(kind)]
        computed = COMPUTED - STATED.get(kind, set())
        facts = {name: stated[kind][name] for name in declared if name not in computed}
        table = pa.table({"id": ids[kind], **beside[kind], **facts})
        listed = outcome.own[kind].listed
        written[kind] = table if listed.all() else table.filter(pa.array(listed))
    written["relations"] = further(province, ids)
    written["decisions"] = decisions.table(seed, scale, outcome, province, ids)
    return written


def write(folder: Path, years: Sequence[int], seed: int = SEED, scale: float = 1.0) -> None:
    """Writes these years into folders below ``folder``."""
    province = structure.build(seed, scale)
    for outcome in plan(seed, scale, max(years), province):
        if outcome.year.year not in years:
            continue
        target = folder / str(outcome.year.year)
        target.mkdir(parents=True, exist_ok=True)
        for name, table in tables(seed, scale, outcome, province).items():
            pq.write_table(table, target / f"{name}.parquet")


def span(text: str) -> list[int]:
    """Years such as `2017-2021`."""
    first, _, last = text.partition("-")
    years = list(range(int(first), int(last or first) + 1))
    if not years or any(year not in YEARS for year in years):
        raise argparse.ArgumentTypeError(f"years from {min(YEARS)} to {max(YEARS)}, found `{text}`")
    return years


def main() -> None:
    """Reads the arguments and writes."""
    parser = argparse.ArgumentParser(description="Write the made-up organisations, members and leaders of a province.")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--year", type=span, dest="years", metavar="2021")
    either.add_argument("--years", type=span, metavar="2017-2021")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--scale", type=float, default=1.0, help="1 is the size of the province, 0.02 that of a trial")
    options = parser.parse_args()
    if not 0.02 <= options.scale <= 1:
        parser.error(f"--scale: from 0.02 to 1, found {options.scale}")
    write(options.out, options.years or [max(YEARS)], options.seed, options.scale)


if __name__ == "__main__":
    main()
