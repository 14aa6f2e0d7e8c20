"""Tables over the Arrow interface: each row is rated as its case alone, whatever the table is made of and cut into."""

from __future__ import annotations

import functools
import importlib
import io
import json
import math
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xeploai

from casefiles import FOLDER, ROOT, STEMS, of_file, read

sys.path.append(str(ROOT / "bench"))
members = importlib.import_module("members")
people = importlib.import_module("generate")

RULEBOOK = xeploai.Rulebook.builtin("366-qd-tw")
MEMBER = {fact["name"]: fact for fact in RULEBOOK.facts("member")}
EPOCH = date(1970, 1, 1)
RESULTS = ["outcome", "at_least", "at_most", "score", "reasons"]
TRUTH = {True: 3, False: 0, None: 2}


def rated(table: Any, **keywords: Any) -> pa.Table:
    """Members of a table with their results, read back by pyarrow."""
    return pa.table(RULEBOOK.rate_table("member", table, **keywords))


@functools.cache
def places(rulebook: xeploai.Rulebook, kind: str, sort: str) -> dict[str, dict[str, Any]]:
    """Where the reason code tells of each rule, fact or band."""
    return {place["of"]: dict(place) for place in rulebook.reasons(kind) if place["sort"] == sort}


def bits(row: dict[str, Any], place: dict[str, Any], prefix: str) -> int:
    word: int = row[prefix + place["column"]]
    return word >> place["shift"] & (1 << place["width"]) - 1


def as_single(rulebook: xeploai.Rulebook, kind: str, rating: xeploai.Rating) -> dict[str, Any]:
    """What a row must tell of a case that was rated alone."""
    told: dict[str, Any] = {key: getattr(rating, key) for key in ("outcome", "at_least", "at_most", "score")}
    if rating.outcome == "invalid":
        codes = {"required": 1, "inconsistent": 3}
        wrong = {problem["field"]: 2 if problem["at"] else codes.get(problem["code"], 2) for problem in rating.problems}
        return told | {"facts": wrong}
    known = places(rulebook, kind, "rule")
    truths = {finding["rule"]: TRUTH[finding["holds"]] for finding in rating.findings if finding["rule"] in known}
    return told | {"rules": truths} | ({"by_score": rating.by_score} if rating.at_least else {})


def as_row(rulebook: xeploai.Rulebook, kind: str, row: dict[str, Any], rules: set[str], prefix: str) -> dict[str, Any]:
    """The same, as the row tells it; of the rules those that a finding tells of."""
    told: dict[str, Any] = {key: row[prefix + key] for key in ("outcome", "at_least", "at_most")}
    score = row.get(f"{prefix}score")
    told["score"] = score if score is None or isinstance(score, str) else Decimal(score)
    if told["outcome"] == "invalid":
        facts = places(rulebook, kind, "fact").items()
        return told | {"facts": {name: bits(row, place, prefix) for name, place in facts if bits(row, place, prefix)}}
    known = places(rulebook, kind, "rule")
    told["rules"] = {rule: bits(row, known[rule], prefix) for rule in rules}
    bands = [bits(row, place, prefix) for which in ("lowest", "highest") for place in places(rulebook, kind, f"{which}_band").values()]
    if told["at_least"]:
        told["by_score"] = rulebook.levels[bands[0]]["code"] if bands and bands[0] == bands[1] else None
    return told


def compare(
    rulebook: xeploai.Rulebook,
    kind: str,
    table: pa.Table,
    cases: list[Any],
    policies: dict[str, str] | None = None,
    prefix: str = "",
) -> xeploai.RatedTable:
    """Hold each row of a table against its case."""
    made = rulebook.rate_table(kind, table, policies=policies, prefix=prefix)
    rows = pa.table(made).to_pylist()
    assert made.rows == len(rows) == len(cases)
    for row, case in zip(rows, cases, strict=True):
        alone = as_single(rulebook, kind, rulebook.rate(kind, case, policies=policies))
        told = as_row(rulebook, kind, row, set(alone.get("rules", ())), prefix)
        if isinstance(told["score"], Decimal) and alone["score"] is not None:
            alone["score"] = Decimal(alone["score"])
        assert told == alone, case
    return made


# ---- one meaning: the cases beside the rulebooks


def bare(fact: Any, value: Any) -> bool:
    """Whether the items of a list are bare values, as they may be where the list has one field."""
    return isinstance(value, list) and len(fact["fields"]) == 1 and not any(isinstance(item, dict) for item in value)


def fits(fact: Any, value: Any) -> bool:
    """Whether a column of the type of a fact can hold the value at all.

    It cannot hold another type than its own (a text among whole numbers, a number among truths), bare values and
    records in one list, or a field that the struct of the items does not have. A wrong value of the right type stays.
    """
    match value, fact["type"]:
        case None, _:
            return True
        case bool(), kind:
            return bool(kind == "boolean")
        case int(), "integer":
            return -(2**63) <= value < 2**63
        case (int() | float() | str()), "decimal":
            return True
        case str(), ("date" | "enumeration" | "level" | "text"):
            return True
        case list(), "list" if bare(fact, value):
            return all(fits(fact["fields"][0], item) for item in value)
        case list(), "list":
            fields = {field["name"]: field for field in fact["fields"]}
            return all(
                isinstance(item, dict) and all(name in fields and fits(fields[name], item[name]) for name in item)
                for item in value
            )
    return False


def type_of(fact: Any, values: list[Any]) -> pa.DataType:
    match fact["type"]:
        case "boolean":
            return pa.bool_()
        case "integer":
            return pa.int64()
        case "decimal":
            plain = all(re.fullmatch(r"-?\d{1,20}(\.\d{1,10})?", str(value)) for value in values if value is not None)
            return pa.decimal128(38, 10) if plain else pa.string()
        case "list":
            items = [item for value in values for item in value or ()]
            if items and bare(fact, items):
                return pa.list_(type_of(fact["fields"][0], items))
            fields = [(field, [item.get(field["name"]) for item in items]) for field in fact["fields"]]
            return pa.list_(pa.struct([(field["name"], type_of(field, values)) for field, values in fields]))
    return pa.string()


def cell(kind: pa.DataType, value: Any) -> Any:
    if value is None:
        return None
    if pa.types.is_list(kind):
        return [cell(kind.value_type, item) for item in value]
    if pa.types.is_struct(kind):
        return {field.name: cell(field.type, value.get(field.name)) for field in kind}
    if pa.types.is_decimal(kind):
        return Decimal(str(value))
    return str(value) if pa.types.is_string(kind) else value


def table_of(facts: list[Any], cases: list[Any]) -> pa.Table:
    """The facts of each case as a row; what no case states has no column."""
    stated = [fact for fact in facts if any(fact["name"] in case for case in cases)] or facts[:1]
    columns = {}
    for fact in stated:
        values = [case.get(fact["name"]) for case in cases]
        kind = type_of(fact, values)
        columns[fact["name"]] = pa.array([cell(kind, value) for value in values], kind)
    return pa.table(columns)


@pytest.mark.parametrize("stem", STEMS)
def test_the_cases_as_rows(stem: str) -> None:
    rulebook = of_file(stem)
    groups: dict[tuple[str, ...], list[Any]] = {}
    left = 0
    for case in read(FOLDER / f"{stem}.cases.json"):
        facts = {fact["name"]: fact for fact in rulebook.facts(case["subject"])}
        # A fact of a wrong name would be a foreign column; what else a table cannot hold is told by `fits`.
        if all(name in facts and fits(facts[name], value) for name, value in case["facts"].items()):
            bares = [name for name, value in case["facts"].items() if value and bare(facts[name], value)]
            key = (case["subject"], json.dumps(case.get("policies")), *bares)
            groups.setdefault(key, []).append(case["facts"])
        else:
            left += 1
    for (kind, policies, *_), cases in groups.items():
        declared = rulebook.facts(kind)
        # Where a fact has the name of a result, the results need other names.
        prefix = "kq_" if any(fact["name"] in RESULTS for fact in declared) else ""
        made = compare(rulebook, kind, table_of(declared, cases), cases, json.loads(policies), prefix)
        assert made.single_rows == (len(cases) if made.why_single else 0)
        assert (made.why_single == "a fact is a list") == any(fact["type"] == "list" for fact in declared)
    assert sum(map(len, groups.values())) > left * 8


def test_what_is_rated_one_by_one_says_so() -> None:
    rulebook = xeploai.Rulebook.builtin("nd-335-2025")
    third = [{"weight": 1, "done": True, "content_errors": 0, "delays": 0}] * 2 + [{"weight": 1, "done": False}]
    case = {"period_end": "2026-03-31", "score_general": "23.33", "products": third}
    made = compare(rulebook, "civil_servant", table_of(rulebook.facts("civil_servant"), [case] * 3), [case] * 3)
    assert (made.why_single, made.rows, made.single_rows) == ("a fact is a list", 3, 3)
    scores = pa.table(made).column("score")
    assert scores.type == pa.string()
    assert "/" in scores[0].as_py()
    made = RULEBOOK.rate_table("member", members.generate(3, 1))
    assert (made.why_single, made.rows, made.single_rows) == (None, 0, 0)
    assert len(made.collect()) == made.rows == 3
    assert made.single_rows == 0


def test_a_table_of_members_and_of_required_facts() -> None:
    """More rows than are rated at a stretch; and the rulebooks of the workload, whose facts are required and clamped."""
    table = members.generate(5_000, 7, 0.1)
    made = compare(RULEBOOK, "member", table, table.drop_columns(["id"]).to_pylist())
    assert made.absent == []
    outcomes = pa.table(made).column("outcome").to_pylist()
    assert set(outcomes) == {"rated", "undetermined", "authority_decides", "not_reviewed"}
    table = people.generate(4_000, 3)
    for form, rows in (("dec", table), ("int", people.as_integers(table))):
        rulebook = xeploai.Rulebook.load(ROOT / f"bench/rulebook-{form}.json")
        (kind,) = rulebook.subjects
        facts = {fact["name"] for fact in rulebook.facts(kind)}
        cases = [{name: value for name, value in row.items() if name in facts} for row in rows.to_pylist()]
        codes = pa.table(compare(rulebook, kind, rows, cases)).filter(pa.compute.equal("outcome", "invalid"))
        assert codes.num_rows > 100
    assert {place["sort"] for place in rulebook.reasons(kind)} > {"clamped", "rule", "fact"}


# ---- one meaning: any table

INTEGERS = [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()]
TEXTS = [pa.string(), pa.large_string(), pa.string_view()]
KEYS = [pa.int8(), pa.int32(), pa.uint16()]
DECIMALS = [pa.decimal32(9, 0), pa.decimal64(18, 1), pa.decimal128(20, 2), pa.decimal128(30, 5), pa.decimal256(60, 3)]
CLOCKS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def span(kind: pa.DataType) -> tuple[int, int]:
    info = np.iinfo(kind.to_pandas_dtype())
    return int(info.min), int(info.max)


def hide(array: pa.Array, known: list[bool]) -> pa.Array:
    """The array with some cells empty; beneath them stands what stood there."""
    if isinstance(array, pa.DictionaryArray):
        return pa.DictionaryArray.from_arrays(hide(array.indices, known), array.dictionary)
    buffers = [pa.array(known).buffers()[1], *array.buffers()[1:]]
    return pa.Array.from_buffers(array.type, len(array), buffers)


def day_of(ticks: int, a_day: int) -> object:
    """A point in time as a case states it: what is no day of the calendar or no midnight is refused as any text is."""
    days, rest = divmod(ticks, a_day)
    return "no day" if rest or not -719_162 <= days <= 2_932_896 else EPOCH + timedelta(days)


Cells = tuple[pa.Array, list[Any]]


@st.composite
def integers(draw: st.DrawFn, rows: int) -> Cells:
    kind = draw(st.sampled_from([*INTEGERS, pa.decimal128(20, 0), pa.decimal256(30, 0)]))
    low, high = span(kind) if kind in INTEGERS else (-(10**19), 10**19)
    edges = [low, high, max(low, -1), min(high, 10**6), min(high, 10**6 + 1)]
    values = draw(st.lists(st.integers(0, 12) | st.sampled_from(edges), min_size=rows, max_size=rows))
    return pa.array(values, kind), values


@st.composite
def decimals(draw: st.DrawFn, rows: int) -> Cells:
    kind = draw(st.sampled_from([*DECIMALS, *INTEGERS, pa.float32(), pa.float64(), pa.string(), "keys"]))
    if kind in INTEGERS:
        return draw(integers(rows))
    cents = st.sampled_from([0, 100, 2_800, 3_000, 3_001, 6_199, 7_000, -1]) | st.integers(0, 7_000)
    hundredths = [Decimal(value).scaleb(-2) for value in draw(st.lists(cents, min_size=rows, max_size=rows))]
    odd = draw(st.lists(st.sampled_from([0] * 7 + [1]), min_size=rows, max_size=rows))
    if pa.types.is_decimal(kind) if kind != "keys" else False:
        unit = Decimal(1).scaleb(-kind.scale)
        exact = [value.quantize(unit) + more * unit for value, more in zip(hundredths, odd, strict=True)]
        return pa.array(exact, kind), exact
    if kind in (pa.float32(), pa.float64()):
        narrow = kind.to_pandas_dtype()
        strange = draw(st.sampled_from([math.nan, math.inf, 61.995, -0.0, 1e30, 1e-30]))
        floats = [narrow(strange if more else float(value)) for value, more in zip(hundredths, odd, strict=True)]
        # The shortest decimal that is read back as this float, of its own width.
        return pa.array(floats, kind), [Decimal(str(value)) if np.isfinite(value) else math.nan for value in floats]
    texts = ["28,5" if more else str(value) for value, more in zip(hundredths, odd, strict=True)]
    return pa.array(texts).dictionary_encode() if kind == "keys" else pa.array(texts, kind), texts


@st.composite
def booleans(draw: st.DrawFn, rows: int) -> Cells:
    values = draw(st.lists(st.booleans(), min_size=rows, max_size=rows))
    keyed = pa.DictionaryArray.from_arrays(pa.array(values).cast(pa.int8()), pa.array([False, True]))
    return draw(st.sampled_from([pa.array(values), keyed])), values


@st.composite
def codes(draw: st.DrawFn, rows: int) -> Cells:
    known = ["none", "reprimand", "warning", "dismissal", "expulsion", "", "Khiển trách"]
    chosen = draw(st.lists(st.integers(0, 6), min_size=rows, max_size=rows))
    values = [known[place] for place in chosen]
    text = draw(st.sampled_from(TEXTS))
    key = draw(st.sampled_from([None, *KEYS]))
    if key is None:
        return pa.array(values, text), values
    return pa.DictionaryArray.from_arrays(pa.array(chosen, key), pa.array(known, text)), values


@st.composite
def dates(draw: st.DrawFn, rows: int) -> Cells:
    usual = [date(2025, 12, 31), date(2025, 8, 29), date(2025, 8, 30), date(2025, 6, 30), date(2025, 7, 1)]
    day = st.sampled_from([(one - EPOCH).days for one in usual]) | st.integers(20_000, 20_500)
    kind = draw(st.sampled_from(["date32", "date64", "text", *CLOCKS]))
    if kind in ("date32", "s"):
        day |= st.sampled_from([-719_163, -719_162, 2_932_896, 2_932_897])
    days = draw(st.lists(day, min_size=rows, max_size=rows))
    if kind == "date32":
        return pa.array(days, pa.int32()).cast(pa.date32()), [day_of(ticks, 1) for ticks in days]
    if kind == "text":
        texts = [(EPOCH + timedelta(one)).isoformat() for one in days]
        return pa.array(texts, draw(st.sampled_from(TEXTS))), texts
    a_day = 86_400 * (1_000 if kind == "date64" else CLOCKS[kind])
    late = draw(st.lists(st.sampled_from([0] * 9 + [1, a_day - 1]), min_size=rows, max_size=rows))
    ticks = [one * a_day + more for one, more in zip(days, late, strict=True)]
    data = pa.array(ticks, pa.int64()).buffers()
    array = pa.Array.from_buffers(pa.date64() if kind == "date64" else pa.timestamp(kind), rows, data)
    return array, [day_of(one, a_day) for one in ticks]


BY_TYPE = {"integer": integers, "decimal": decimals, "boolean": booleans, "enumeration": codes, "date": dates}


@st.composite
def tables(draw: st.DrawFn) -> tuple[pa.Table, list[dict[str, Any]]]:
    """Members in columns of any type, some of them empty or missing, cut out of a longer table."""
    rows = draw(st.integers(1, 9))
    before, behind = draw(st.integers(0, 9)), draw(st.integers(0, 2))
    every = before + rows + behind
    columns: dict[str, pa.Array] = {"Họ và tên": pa.array([f"Đảng viên {row}" for row in range(every)])}
    cases: list[dict[str, Any]] = [{} for _ in range(every)]
    stated = draw(st.sets(st.sampled_from(sorted(MEMBER)), min_size=1))
    for name in sorted(stated):
        array, values = draw(BY_TYPE[MEMBER[name]["type"]](every))
        known = draw(st.lists(st.sampled_from([True] * 5 + [False]), min_size=every, max_size=every))
        match draw(st.integers(0, 9)):
            case 0:
                array, known = pa.nulls(every), [False] * every
            case 1 | 2:
                known = [True] * every
            case _:
                array = hide(array, known)
        columns[name] = array
        for case, value, there in zip(cases, values, known, strict=True):
            if there:
                case[name] = value
    return pa.table(columns).slice(before, rows), cases[before : before + rows]


@settings(deadline=None, max_examples=250)
@given(tables(), st.sampled_from([None, {"on_gap": "lower"}]))
def test_any_table_is_rated_as_its_cases(drawn: tuple[pa.Table, list[Any]], policies: dict[str, str] | None) -> None:
    table, cases = drawn
    made = compare(RULEBOOK, "member", table, cases, policies)
    assert made.single_rows == 0
    assert made.absent == [name for name in MEMBER if name not in table.column_names]


def written(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_threads_cuts_and_the_order_of_columns_change_nothing(data: st.DataObject) -> None:
    seed = data.draw(st.integers(0, 1_000))
    table = members.generate(400, seed, 0.2)
    whole = rated(table)
    edges = sorted(data.draw(st.lists(st.integers(0, 400), max_size=12)))
    # Where an edge stands twice, the batch between is empty.
    parts = [table.slice(low, high - low) for low, high in zip([0, *edges], [*edges, 400], strict=True)]
    batches = [batch for part in parts for batch in (part.to_batches() or [table.schema.empty_table().to_batches()])]
    cut = [rated(pa.RecordBatchReader.from_batches(table.schema, batches), threads=threads) for threads in (1, 2, 3)]
    assert {written(part) for part in cut} == {written(cut[0])}
    assert cut[0].combine_chunks().equals(whole.combine_chunks())
    names = data.draw(st.permutations(table.column_names))
    turned = rated(table.select(names))
    assert turned.column_names[: len(names)] == names
    assert turned.select(whole.column_names).equals(whole)
