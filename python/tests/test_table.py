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
    return int(row[prefix + place["column"]] >> place["shift"] & (1 << place["width"]) - 1)


def as_single(rulebook: xeploai.Rulebook, kind: str, rating: xeploai.Rating) -> dict[str, Any]:
    """What a row must tell of a case that was rated alone."""
    told: dict[str, Any] = {key: getattr(rating, key) for key in ("outcome", "at_least", "at_most", "score")}
    if rating.outcome == "invalid":
        codes = {"required": 1, "inconsistent": 3}
        # Of two problems of a fact the first is told.
        told["facts"] = {
            problem["field"]: 2 if problem["at"] else codes.get(problem["code"], 2)
            for problem in reversed(rating.problems)
        }
        return told
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
    if told["at_least"]:
        ends = [place for which in ("lowest", "highest") for place in places(rulebook, kind, f"{which}_band").values()]
        bands = {bits(row, place, prefix) for place in ends}
        told["by_score"] = rulebook.levels[bands.pop()]["code"] if len(bands) == 1 else None
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
    # A day before the year 1 is in no Python date: only the results are read.
    rows = pa.table(made).select(made.column_names[table.num_columns :]).to_pylist()
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
        case ((int() | float() | str()), "decimal"):
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
    # Nearly every rule of which the code tells was held against a finding.
    told = {
        (kind, finding["rule"])
        for (kind, policies, *_), cases in groups.items()
        for case in cases
        for finding in rulebook.rate(kind, case, policies=json.loads(policies)).findings
    }
    assert len({(kind, rule) for kind in rulebook.subjects for rule in places(rulebook, kind, "rule")} - told) <= 1


def test_what_is_rated_one_by_one_says_so() -> None:
    rulebook = xeploai.Rulebook.builtin("nd-335-2025")
    third = [{"weight": 1, "done": True, "content_errors": 0, "delays": 0}] * 2 + [{"weight": 1, "done": False}]
    case: dict[str, Any] = {"period_end": "2026-03-31", "score_general": "23.33", "products": third}
    third[2] |= {"content_errors": 0, "delays": 0}
    case |= {"degradation_concluded": False, "conduct_breach_concluded": False, "discipline_on_duty": "none"}
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
    """More rows than are rated at a stretch; and the rulebooks of the workload, with required facts and a cut sum."""
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
        outcomes = pa.table(compare(rulebook, kind, rows, cases)).column("outcome").to_pylist()
        assert outcomes.count("invalid") > 100
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
def integers(draw: st.DrawFn, rows: int, fact: Any) -> Cells:
    kind = draw(st.sampled_from([*INTEGERS, pa.decimal128(20, 0), pa.decimal256(30, 0)]))
    low, high = span(kind) if kind in INTEGERS else (-(10**19), 10**19)
    least, most = (int(Decimal(fact[edge])) for edge in ("min", "max"))
    edges = [low, high, *(min(max(edge, low), high) for edge in (least - 1, least, most, most + 1))]
    values = draw(st.lists(st.integers(0, 12) | st.sampled_from(edges), min_size=rows, max_size=rows))
    return pa.array(values, kind), values


@st.composite
def decimals(draw: st.DrawFn, rows: int, fact: Any) -> Cells:
    kind = draw(st.sampled_from([*DECIMALS, *INTEGERS, pa.float32(), pa.float64(), pa.string(), "keys"]))
    if kind in INTEGERS:
        return draw(integers(rows, fact))
    most = int(Decimal(fact["max"]) * 100)
    cents = st.sampled_from([-1, 0, 100, most - 1, most, most + 1]) | st.integers(0, most)
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
def booleans(draw: st.DrawFn, rows: int, _: Any) -> Cells:
    values = draw(st.lists(st.booleans(), min_size=rows, max_size=rows))
    keyed = pa.DictionaryArray.from_arrays(pa.array(values).cast(pa.int8()), pa.array([False, True]))
    return draw(st.sampled_from([pa.array(values), keyed])), values


@st.composite
def codes(draw: st.DrawFn, rows: int, fact: Any) -> Cells:
    known = [value["code"] for value in fact["values"]] + ["", "Khiển trách"]
    chosen = draw(st.lists(st.integers(0, len(known) - 1), min_size=rows, max_size=rows))
    values = [known[place] for place in chosen]
    text = draw(st.sampled_from(TEXTS))
    key = draw(st.sampled_from([None, *KEYS]))
    if key is None:
        return pa.array(values, text), values
    return pa.DictionaryArray.from_arrays(pa.array(chosen, key), pa.array(known, text)), values


@st.composite
def dates(draw: st.DrawFn, rows: int, _: Any) -> Cells:
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


BY_TYPE = {
    "integer": integers,
    "decimal": decimals,
    "boolean": booleans,
    "enumeration": codes,
    "level": codes,
    "date": dates,
}
KINDS = [
    *((RULEBOOK, kind) for kind in ("member", "member", "leader", "leadership_collective")),
    *((xeploai.Rulebook.builtin(id), "leader") for id in ("132-qd-tw-hd16", "132-qd-tw-hd21", "hd-27-2014")),
    (xeploai.Rulebook.builtin("nd-90-2020"), "official"),
    *((xeploai.Rulebook.load(ROOT / f"bench/rulebook-{form}.json"), "person") for form in ("dec", "int")),
]


@st.composite
def tables(draw: st.DrawFn) -> tuple[xeploai.Rulebook, str, pa.Table, list[dict[str, Any]]]:
    """Cases in columns of any type, some of them empty or missing, cut out of a longer table."""
    rulebook, kind = draw(st.sampled_from(KINDS))
    facts = {fact["name"]: fact for fact in rulebook.facts(kind)}
    rows = draw(st.integers(1, 9))
    before, behind = draw(st.integers(0, 9)), draw(st.integers(0, 2))
    every = before + rows + behind
    columns: dict[str, pa.Array] = {"Họ và tên": pa.array([f"Đảng viên {row}" for row in range(every)])}
    cases: list[dict[str, Any]] = [{} for _ in range(every)]
    stated = draw(st.sets(st.sampled_from(sorted(facts)), min_size=1))
    for name, fact in facts.items():
        if name not in stated and not fact["required"]:
            continue
        array, values = draw(BY_TYPE[fact["type"]](every, fact))
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
    return rulebook, kind, pa.table(columns).slice(before, rows), cases[before : before + rows]


@settings(deadline=None, max_examples=250)
@given(tables(), st.sampled_from([None, {"on_gap": "lower"}]))
def test_any_table_is_rated_as_its_cases(drawn: Any, policies: dict[str, str] | None) -> None:
    rulebook, kind, table, cases = drawn
    made = compare(rulebook, kind, table, cases, policies)
    assert made.single_rows == 0
    assert made.absent == [fact["name"] for fact in rulebook.facts(kind) if fact["name"] not in table.column_names]


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
    nothing = [pa.RecordBatch.from_pylist([], table.schema)]
    batches = [batch for part in parts for batch in part.to_batches() or nothing]
    cut = [rated(pa.RecordBatchReader.from_batches(table.schema, batches), threads=threads) for threads in (1, 2, 3)]
    assert {written(part) for part in cut} == {written(cut[0])}
    assert cut[0].combine_chunks().equals(whole.combine_chunks())
    names = data.draw(st.permutations(table.column_names))
    turned = rated(table.select(names))
    assert turned.column_names[: len(names)] == names
    assert turned.select(whole.column_names).equals(whole)


def test_a_long_table_is_the_same_for_any_number_of_threads() -> None:
    table = members.generate(150_000, 4, 0.05)
    once = written(rated(table, threads=1))
    assert {written(rated(table, threads=threads)) for threads in (2, 3, None)} == {once}
    assert written(rated(table.to_batches()[0])) == once


# ---- every reader


class Once:
    """What can be read once: the same stream is handed out again."""

    def __init__(self, table: pa.Table) -> None:
        self.capsule = table.__arrow_c_stream__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.capsule


def test_everything_that_speaks_arrow_is_taken() -> None:
    table = members.generate(50, 1, 0.1)
    expected = rated(table).select(RESULTS)
    (batch,) = table.to_batches()
    frame, relation = pl.DataFrame(table), duckdb.connect().from_arrow(table)
    backed = table.to_pandas(types_mapper=pd.ArrowDtype)
    plain = [batch, table.to_reader(), Once(table), frame, relation, backed, batch.to_struct_array()]
    # With results of an earlier rating in it, a table can be rated again.
    made = RULEBOOK.rate_table("member", table)
    for place, source in enumerate([*plain, pa.table(made), made, made.collect()]):
        prefix = "" if place < len(plain) else "two_"
        out = rated(source, prefix=prefix)
        assert out.select([prefix + name for name in RESULTS]).rename_columns(RESULTS).equals(expected), type(source)


def test_pandas_with_columns_of_numpy() -> None:
    frame = pd.DataFrame(
        {
            "exempt_from_activities": [True, False],
            "tasks_assigned": np.array([10, 20], np.int16),
            "tasks_done": pd.array([10, None], "Int64"),
            "score_general": [28.01, float("nan")],
            "score_results": [Decimal("61.99"), None],
            "discipline_on_duty": ["none", None],
            "suspended_from_activities": pd.array([None, True], "boolean"),
            "period_end": pd.to_datetime(["2025-12-31", None]),
            "admitted_on": [date(2020, 1, 1), date(2021, 1, 1)],
        }
    )
    frame["self_detected_and_remedied"] = pd.Categorical([True, None])
    first: dict[str, Any] = {
        "exempt_from_activities": True, "tasks_assigned": 10, "tasks_done": 10, "score_general": "28.01",
        "score_results": "61.99", "discipline_on_duty": "none", "period_end": date(2025, 12, 31),
        "admitted_on": date(2020, 1, 1), "self_detected_and_remedied": True,
    }  # fmt: skip
    second: dict[str, Any] = {
        "exempt_from_activities": False, "tasks_assigned": 20, "suspended_from_activities": True,
        "admitted_on": date(2021, 1, 1),
    }  # fmt: skip
    made = RULEBOOK.rate_table("member", frame)
    rows = pa.table(made).to_pylist()
    for row, case in zip(rows, (first, second), strict=True):
        alone = as_single(RULEBOOK, "member", RULEBOOK.rate("member", case))
        assert alone["score"] == (None if row["score"] is None else str(row["score"]))
        assert as_row(RULEBOOK, "member", row, set(alone["rules"]), "") | {"score": alone["score"]} == alone
    # numpy has no empty whole number: pandas makes floats of the column, which state no whole number.
    with pytest.raises(xeploai.TableError, match=r"tasks_done: .*Float64"):
        RULEBOOK.rate_table("member", pd.DataFrame({"tasks_done": [1, None]}))


def test_every_reader_reads_the_results() -> None:
    table = members.generate(300, 1, 0.1)
    expected = rated(table)
    lines = expected.to_pylist()
    made = RULEBOOK.rate_table("member", table)
    for result in (made, made.collect()):
        assert pa.table(result).equals(expected)
        assert pa.RecordBatchReader.from_stream(result).read_all().equals(expected)
        assert pl.DataFrame(result).to_dicts() == lines
        assert duckdb.connect().sql("from result").fetchall() == [tuple(line.values()) for line in lines]
        assert pd.DataFrame.from_arrow(result).equals(expected.to_pandas())
        # Again, as often as one likes.
        assert pa.table(result).equals(expected)
    relation = duckdb.connect().from_arrow(table)
    assert duckdb.connect().sql("select outcome from made").fetchall() == [(line["outcome"],) for line in lines]
    made = RULEBOOK.rate_table("member", relation)
    assert [pa.table(made).num_rows for _ in range(3)] == [300] * 3
    assert made.rows == 300
    assert len(made.collect()) == 300
    assert made.collect().column_names == made.column_names == expected.column_names
    assert (repr(made), repr(made.collect())) == (
        "RatedTable(subject='member', columns=24)",
        "ArrowTable(rows=300, columns=24)",
    )


def test_a_stream_of_the_interface_is_read_once() -> None:
    made = RULEBOOK.rate_table("member", Once(members.generate(20, 1)))
    assert len(made.collect()) == 20
    with pytest.raises(ValueError, match="read already"):
        made.collect()
    with pytest.raises(ValueError, match="read already"):
        pa.table(made)


def test_a_reader_of_pyarrow_is_read_once() -> None:
    made = RULEBOOK.rate_table("member", members.generate(20, 1).to_reader())
    assert len(made.collect()) == 20
    with pytest.raises(ValueError, match="read"):
        made.collect()


def test_without_pyarrow() -> None:
    code = """
import sys, polars, xeploai
frame = polars.DataFrame({"exempt_from_activities": [True, None], "discipline_on_duty": ["none", "x"]})
frame = frame.with_columns(discipline_on_duty=polars.col("discipline_on_duty").cast(polars.Categorical))
made = xeploai.Rulebook.builtin("366-qd-tw").rate_table("member", frame)
for result in (made, made.collect()):
    back = polars.DataFrame(result)
    print(back["outcome"].to_list(), back["reasons"].dtype, back["score"].dtype)
assert "pyarrow" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['not_reviewed', 'invalid'] UInt64 Decimal(precision=18, scale=2)"] * 2


# ---- types of columns


def tell(name: str, array: pa.Array) -> list[str]:
    """`?` for each cell that is like an empty one, `!` for each that is refused, `=` for each whose value counts."""
    out = rated(pa.table({name: array}), prefix="kq_")
    empty = rated(pa.table({name: pa.nulls(1)}), prefix="kq_").column("kq_reasons")[0]
    place = places(RULEBOOK, "member", "fact")[name]
    told = []
    for outcome, word in zip(out.column("kq_outcome").to_pylist(), out.column("kq_reasons"), strict=True):
        if outcome == "invalid":
            assert word.as_py() == 2 << place["shift"]
            told.append("!")
        else:
            told.append("?" if word == empty else "=")
    return told


@pytest.mark.parametrize("kind", [*TEXTS, *(pa.dictionary(key, text) for key in KEYS for text in TEXTS)], ids=str)
def test_texts(kind: pa.DataType) -> None:
    def column(*values: str | None) -> pa.Array:
        if not pa.types.is_dictionary(kind):
            return pa.array(values, kind)
        known = pa.array(sorted({value for value in values if value is not None}), kind.value_type)
        keys = [None if value is None else known.to_pylist().index(value) for value in values]
        return pa.DictionaryArray.from_arrays(pa.array(keys, kind.index_type), known)

    assert tell("discipline_on_duty", column("none", None, "reprimand", "Reprimand", "")) == [*"=?=!!"]
    # A decimal as text is plain digits and a point; a day is year-month-day.
    assert tell("score_general", column("5", "5.01", None, "5.001", "5,01", "1e1", " 5", "")) == [*"==?!!!!!"]
    assert tell("period_end", column("2025-12-31", None, "31/12/2025", "2025-02-30", "2025-08-29")) == [*"??!!!"]
    with pytest.raises(xeploai.TableError, match="tasks_done: a column of the wrong type"):
        RULEBOOK.rate_table("member", pa.table({"tasks_done": column("5")}))


def test_a_null_among_the_values_of_a_dictionary_is_an_empty_cell() -> None:
    values = pa.array(["none", None, "x"])
    keyed = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 2], pa.int8()), values)
    assert tell("discipline_on_duty", keyed) == [*"=??!"]


@pytest.mark.parametrize("kind", INTEGERS, ids=str)
def test_whole_numbers_of_any_width(kind: pa.DataType) -> None:
    low, high = span(kind)
    column = pa.array([low, 5, None, high], kind)
    # Lowest as it is for 0: it counts only where another column is there too; what is refused shows.
    assert tell("tasks_done", column) == ["!" if low < 0 else "?", "?", "?", "?" if high <= 10**6 else "!"]
    assert tell("score_general", column) == ["!" if low < 0 else "=", "=", "?", "!"]


@pytest.mark.parametrize(
    "make", [pa.decimal32, pa.decimal64, pa.decimal128, pa.decimal256], ids=lambda make: make.__name__
)
def test_decimals_of_any_width_and_scale(make: Any) -> None:
    for scale in range(6):
        exact = [Decimal(text).quantize(Decimal(1).scaleb(-scale)) for text in ("5", "30", "31", "-1")]
        assert tell("score_general", pa.array([*exact, None], make(9, scale))) == [*"=?!!?"], scale
    assert tell("score_general", pa.array([Decimal("5.01"), Decimal("5.001")], make(9, 3))) == [*"=!"]
    tens = pa.Array.from_buffers(make(3, -1), 2, pa.array([Decimal(2), Decimal(4)], make(3, 0)).buffers())
    assert tell("score_general", tens) == [*"?!"]
    # A whole number may be a decimal without digits behind the point.
    assert tell("tasks_done", pa.array([Decimal(5), Decimal(-5)], make(9, 0))) == [*"?!"]
    assert tell("tasks_done", pa.array([Decimal(5)], make(9, 1))) == ["!"]


def test_floats_are_their_shortest_decimals() -> None:
    for kind in (pa.float32(), pa.float64()):
        floats = np.array([5.01, 61.99, 61.995, math.nan, math.inf, -math.inf, 70.01, -0.01], kind.to_pandas_dtype())
        assert tell("score_results", pa.array(floats)) == [*"==!!!!!!"]
        general = pa.array([28], pa.int8())
        exact = rated(pa.table({"score_results": [Decimal("61.99")], "score_general": general})).select(RESULTS)
        told = rated(pa.table({"score_results": pa.array(floats[1:2]), "score_general": general})).select(RESULTS)
        assert told.equals(exact)
        assert told.column("score").to_pylist() == [Decimal("89.99")]
    # A double that was made of a narrow float is another number.
    assert tell("score_results", pa.array([float(np.float32(61.99))])) == ["!"]


def test_days() -> None:
    day, clock = date(2025, 12, 31), datetime(2025, 12, 31)
    for unit in CLOCKS:
        late = [clock, clock + timedelta(hours=12), None]
        assert tell("period_end", pa.array(late, pa.timestamp(unit))) == [*"?!?"], unit
    assert tell("period_end", pa.array([day, None, date(2025, 8, 29)], pa.date32())) == [*"??!"]
    ticks = pa.array([(day - EPOCH).days * 86_400_000 + more for more in (0, 1)], pa.int64())
    assert tell("period_end", pa.Array.from_buffers(pa.date64(), 2, ticks.buffers())) == [*"?!"]
    # The first and the last day of the calendar, and those beside them.
    edges = pa.array([-(2**31), -719_163, -719_162, 2_932_896, 2_932_897, 2**31 - 1], pa.int32()).cast(pa.date32())
    assert tell("admitted_on", edges) == [*"!!??!!"]
    # A time of a zone is a day only somewhere.
    with pytest.raises(xeploai.TableError, match=r"period_end: .*UTC"):
        RULEBOOK.rate_table("member", pa.table({"period_end": pa.array([clock], pa.timestamp("us", "UTC"))}))


@pytest.mark.parametrize("name", sorted(MEMBER))
def test_a_column_of_nothing(name: str) -> None:
    assert tell(name, pa.nulls(3)) == [*"???"]
    made = RULEBOOK.rate_table("member", pa.table({name: pa.nulls(3)}))
    assert made.absent == [fact for fact in MEMBER if fact != name]


# ---- lists


def products(items: Any, kind: pa.DataType | None = None) -> tuple[Any, dict[str, Any]]:
    """The row of a case with these products, and the case."""
    rulebook = xeploai.Rulebook.builtin("nd-335-2025")
    case = {"period_end": "2026-03-31", "score_general": "20", "products": items}
    array = items if isinstance(items, pa.Array) else pa.array([items], kind)
    table = pa.table({"period_end": ["2026-03-31"], "score_general": ["20"], "products": array})
    row = pa.table(rulebook.rate_table("civil_servant", table)).to_pylist()[0]
    alone = as_single(rulebook, "civil_servant", rulebook.rate("civil_servant", case | {"products": array[0].as_py()}))
    return as_row(rulebook, "civil_servant", row, set(alone.get("rules", ())), ""), alone


ITEM = pa.struct({"weight": pa.decimal128(8, 2), "done": pa.bool_(), "content_errors": pa.int8(), "delays": pa.int64()})
GOOD = {"weight": Decimal(1), "done": True, "content_errors": 0, "delays": 0}


def test_lists() -> None:
    items: Any
    for kind in (pa.list_(ITEM), pa.large_list(ITEM)):
        for items in ([GOOD], [], None, [{}], [GOOD, {"done": None}], [GOOD | {"delays": -1}], [GOOD] * 10_001):
            told, alone = products(items, kind)
            assert told == alone, items
    red = pa.list_(pa.struct([*ITEM, ("colour", pa.string())]))
    for kind, items in ((red, [GOOD | {"colour": "red"}]), (pa.list_(pa.int8()), [3]), (pa.list_(pa.null()), [None])):
        told, alone = products(items, kind)
        assert told == alone
        assert told["facts"] == {"products": 2}
    with pytest.raises(xeploai.TableError, match="products: a column of the wrong type"):
        products([GOOD], pa.list_(ITEM, 1))


def test_an_empty_item_of_a_list() -> None:
    columns = [pa.array([value] * 2, ITEM.field(name).type) for name, value in GOOD.items()]
    items = pa.StructArray.from_arrays(columns, list(GOOD), mask=pa.array([False, True]))
    told, alone = products(pa.ListArray.from_arrays(pa.array([0, 2], pa.int32()), items))
    assert alone["facts"] == {"products": 2}
    assert told == alone


# ---- columns in and out


def test_foreign_columns_pass_through_and_results_stand_behind() -> None:
    foreign = {
        "Họ và tên": pa.array(["An", None, "Bình"]),
        "Ho\u0323 va\u0300 te\u0302n khác": pa.array([1, 2, 3], pa.decimal256(50, 10)),
        "thẻ": pa.array([{"số": 1, "nơi": ["Nam Định"]}, None, {"số": None, "nơi": []}]),
        "khoá": pa.array([b"1" * 16, b"2" * 16, None], pa.uuid()),
        "đợt": pa.DictionaryArray.from_arrays(pa.array([1, 0, None], pa.uint16()), pa.array(["b", "a"]), ordered=True),
        "lúc": pa.array([1, 2, 3], pa.timestamp("ms", "Asia/Ho_Chi_Minh")),
        "chạy": pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array(["x", "y"])),
        "xem": pa.array([["một"], None, []], pa.list_view(pa.string_view())),
        "nửa": pa.array(np.array([1, 2, 3], np.float16)),
        "": pa.array([None, b"\xff", b""], pa.large_binary()),
    }
    fields = [pa.field(name, array.type, metadata={"chú thích": name}) for name, array in foreign.items()]
    fact = pa.field("exempt_from_activities", pa.bool_(), nullable=False, metadata={"a": "b"})
    fields.insert(3, fact)
    arrays = list(foreign.values())
    arrays.insert(3, pa.array([True, False, True]))
    table = pa.table(arrays, schema=pa.schema(fields, metadata={"nguồn": "chi bộ"}))
    out = rated(table)
    assert out.column_names == [*table.column_names, *RESULTS]
    assert out.select(table.column_names).schema.equals(table.schema, check_metadata=True)
    assert out.select(table.column_names).equals(table)
    out.validate(full=True)
    code = pa.dictionary(pa.int8(), pa.string())
    types = [(code, False), (code, True), (code, True), (pa.decimal128(18, 2), True), (pa.uint64(), False)]
    assert [(out.schema.field(name).type, out.schema.field(name).nullable) for name in RESULTS] == types
    levels = [level["code"] for level in RULEBOOK.levels]
    assert out.column("at_most").chunk(0).dictionary.to_pylist() == levels
    prefixed = rated(table, prefix="kq_")
    assert prefixed.column_names == [*table.column_names, *(f"kq_{name}" for name in RESULTS)]
    assert prefixed.rename_columns(out.column_names).equals(out)


def test_an_empty_table_has_the_schema_of_a_full_one() -> None:
    table = members.generate(10, 1)
    for empty in (table.slice(0, 0), table.schema.empty_table(), pa.RecordBatchReader.from_batches(table.schema, [])):
        made = RULEBOOK.rate_table("member", empty)
        out = pa.table(made)
        assert (out.num_rows, made.rows, made.single_rows) == (0, 0, 0)
        assert out.schema.equals(rated(table).schema, check_metadata=True)
    assert len(RULEBOOK.rate_table("member", table.slice(0, 0)).collect()) == 0
    assert pl.DataFrame(RULEBOOK.rate_table("member", table.slice(0, 0))).schema == pl.DataFrame(rated(table)).schema
