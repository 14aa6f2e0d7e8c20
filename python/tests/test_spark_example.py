"""The national data set without Spark: the two plain functions, called batch by batch and group by group."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

ROOT = Path(__file__).parents[2]
sys.path.extend([str(ROOT / "bench"), str(ROOT / "examples" / "spark")])

import compare  # noqa: E402
import generate  # noqa: E402
import ours  # noqa: E402

import steps  # noqa: E402

TEXT = (ROOT / "bench" / "rulebook-dec.json").read_text(encoding="utf-8")
KEYS = ["district", "group"]


@pytest.fixture(scope="module")
def people() -> pa.Table:
    return generate.generate(20_000)


@pytest.fixture(scope="module")
def whole(people: pa.Table) -> pa.Table:
    return ours.whole(ours.rulebook("dec"), people, 1)[0]


@pytest.fixture(scope="module")
def rated(people: pa.Table) -> pa.Table:
    return pa.concat_tables([steps.rated(TEXT, batch) for batch in people.to_batches(max_chunksize=1_000)])


def without_district(schema: pa.Schema) -> pa.Schema:
    return schema.remove(schema.get_field_index("district"))


def test_a_batch_is_rated_as_its_rows_are_in_the_whole(rated: pa.Table, whole: pa.Table) -> None:
    assert rated.schema == steps.RATED
    own = [f"own_{name}" if name in steps.LEVELS else name for name in without_district(steps.RATED).names]
    expected = whole.select(own).rename_columns(without_district(steps.RATED).names)
    counts = compare.compare(steps.in_types(expected, without_district(steps.RATED)), rated)
    assert set(counts) >= {"id", "outcome", "at_most", "score", "reasons"}
    assert not any(counts.values()), counts


def test_a_group_alone_is_held_to_its_quota_as_in_the_whole(rated: pa.Table, whole: pa.Table) -> None:
    groups = rated.group_by(KEYS).aggregate([]).select(KEYS).to_pylist()
    assert len(groups) > 10
    held = []
    for group in groups:
        here = pc.and_(*(pc.equal(rated[name], pa.scalar(value, rated[name].type)) for name, value in group.items()))
        held.append(steps.held(TEXT, rated.filter(here)))
    after = pa.concat_tables(held)
    assert after.schema == steps.HELD
    # Somebody did step down, so that the quota was held at all.
    assert pc.any(pc.not_equal(after["at_most"], after["own_at_most"])).as_py()
    counts = compare.compare(steps.in_types(whole, without_district(steps.HELD)), after)
    assert not any(counts.values()), counts


def test_a_group_without_people_stays_empty(rated: pa.Table) -> None:
    assert steps.held(TEXT, rated.slice(0, 0)).num_rows == 0


def test_the_rulebook_is_read_once() -> None:
    assert steps.rulebook(TEXT) is steps.rulebook(TEXT)
