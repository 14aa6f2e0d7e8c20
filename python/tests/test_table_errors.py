"""Tables that are not in order, readings that are stopped or break off, and many readings at once."""

from __future__ import annotations

import importlib
import multiprocessing
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

import xeploai

from casefiles import ROOT

sys.path.append(str(ROOT / "bench"))
members = importlib.import_module("members")

RULEBOOK = xeploai.Rulebook.builtin("366-qd-tw")
WORKLOAD = xeploai.Rulebook.load(ROOT / "bench/rulebook-dec.json")
DONE = pa.array([1, 2, 3])
BATCH = pa.record_batch({"tasks_done": DONE})


def rate(table: Any, **keywords: Any) -> xeploai.RatedTable:
    return RULEBOOK.rate_table("member", table, **keywords)


def run(code: str, patience: int = 60) -> list[str]:
    """What a program of its own prints that has a rulebook and a table; one that hangs is ended, and has failed."""
    head = f"""
import faulthandler, signal, sys, threading
faulthandler.dump_traceback_later({patience}, exit=True)
import pyarrow as pa, xeploai
rulebook = xeploai.Rulebook.builtin("366-qd-tw")
batch = pa.record_batch({{"tasks_done": pa.array([1, 2, 3])}})
table = pa.table(batch.to_pydict())
"""
    done = subprocess.run([sys.executable, "-c", head + code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


# ---- columns that are not in order


def faults(table: Any, rulebook: xeploai.Rulebook = RULEBOOK, kind: str = "member", **keywords: Any) -> list[Any]:
    """The column, code and find of each fault; its words are looked at here."""
    with pytest.raises(xeploai.TableError) as caught:
        rulebook.rate_table(kind, table, **keywords)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, xeploai.XeploaiError)
    assert str(caught.value) == "\n".join(fault["words"]["en"] for fault in caught.value.faults)
    for fault in caught.value.faults:
        assert list(fault) == ["column", "code", "expected", "found", "words"]
        assert fault["words"]["vi"].startswith(f"{fault['column'] or 'cả bảng'}: ")
        assert fault["words"]["en"].startswith(f"{fault['column'] or 'the table'}: ")
        assert fault["expected"] in fault["words"]["en"]
        assert "{" not in fault["words"]["vi"]
        assert fault["words"]["vi"].split(": ")[1:] != fault["words"]["en"].split(": ")[1:]
        assert fault["words"]["vi"].endswith(fault["found"])
        assert fault["words"]["en"].endswith(fault["found"])
    return [(fault["column"], fault["code"], fault["found"]) for fault in caught.value.faults]


def test_a_required_fact_without_a_column() -> None:
    table = pa.table({fact["name"]: pa.nulls(1) for fact in WORKLOAD.facts("person") if fact["name"] != "tasks_done"})
    assert faults(table, WORKLOAD, "person") == [("tasks_done", "missing", "-")]
    # Misspelt, both are told.
    slip = table.append_column("task_done", [[1]])
    expected = [("tasks_done", "missing", "-"), ("task_done", "near_fact", "task_done")]
    assert faults(slip, WORKLOAD, "person") == expected
    assert faults(slip, WORKLOAD, "person", keep=["task_done"]) == expected[:1]
    # A fact that is not required may lack.
    fine = table.append_column("tasks_done", [[1]]).drop_columns(["bonus"])
    assert WORKLOAD.rate_table("person", fine).absent == ["bonus"]


@pytest.mark.parametrize("name", ["task_done", "tasks_don", "Tasks_Done", " tasks_done", "tasks_dnoe"])
def test_a_misspelt_column(name: str) -> None:
    table = pa.table({name: DONE, "tasks_late": DONE})
    assert faults(table) == [(name, "near_fact", name)]
    with pytest.raises(xeploai.TableError, match="`tasks_done`"):
        rate(table)
    made = rate(table, keep=[name])
    assert made.column_names[:2] == [name, "tasks_late"]
    assert "tasks_done" in made.absent
    # Where the fact has a column of its own, the other is foreign.
    assert len(rate(table.append_column("tasks_done", DONE)).collect()) == 3
    with pytest.raises(TypeError, match="str"):
        rate(table, keep=name)


@pytest.mark.parametrize(
    ("name", "column", "found"),
    [
        ("tasks_done", pa.array([1.0]), "Float64"),
        ("tasks_done", pa.array(["1"]), "Utf8"),
        ("tasks_done", pa.array([True]), "Boolean"),
        ("tasks_done", pa.array([[1]]), "List(Int64)"),
        ("score_general", pa.array([True]), "Boolean"),
        ("score_general", pa.array([b"1"]), "Binary"),
        ("exempt_from_activities", pa.array([1]), "Int64"),
        ("exempt_from_activities", pa.array(["true"]), "Utf8"),
        ("discipline_on_duty", pa.array([0]), "Int64"),
        ("discipline_on_duty", pa.array([0]).dictionary_encode(), "Dictionary(Int32, Int64)"),
        ("period_end", pa.array([20251231]), "Int64"),
        ("period_end", pa.array([1], pa.time32("s")), "Time32(s)"),
    ],
    ids=str,
)
def test_a_column_of_the_wrong_type(name: str, column: pa.Array, found: str) -> None:
    assert faults(pa.table({name: column})) == [(name, "wrong_type", found)]
    # No `keep` helps: it is the column of a fact.
    assert faults(pa.table({name: column}), keep=[name]) == [(name, "wrong_type", found)]


def test_two_columns_of_one_name() -> None:
    twice = pa.Table.from_arrays([DONE, DONE, DONE], ["tasks_done", "id", "tasks_done"])
    assert faults(twice) == [("tasks_done", "twice", "tasks_done")]
    assert faults(pa.Table.from_arrays([DONE, DONE, DONE], ["id", "tasks_done", "id"])) == [("id", "twice", "id")]
    # One name in two ways of writing it is one name; the words name it as it is read.
    names = ["Họ tên", "tasks_done", "Ho\u0323 te\u0302n"]
    assert faults(pa.Table.from_arrays([DONE, DONE, DONE], names)) == [("Họ tên", "twice", names[2])]
    assert rate(pa.Table.from_arrays([DONE, DONE], names[1:])).column_names[1] == names[2]


def test_the_name_of_a_result_is_taken() -> None:
    table = pa.table({"score_general": DONE, "score_results": DONE, "score": DONE, "reasons": DONE})
    assert faults(table) == [("score", "name_taken", "score"), ("reasons", "name_taken", "reasons")]
    assert faults(table, keep=["score", "reasons"]) == faults(table)
    made = rate(table, prefix="kq_")
    results = ["kq_outcome", "kq_at_least", "kq_at_most", "kq_score", "kq_reasons"]
    assert made.column_names == [*table.column_names, *results]
    assert faults(pa.table(made), prefix="kq_") == [(name, "name_taken", name) for name in results]
    # A rulebook may have a fact of the name of a result.
    party, kind = xeploai.Rulebook.builtin("hd-27-2014"), "party_organization"
    assert faults(table, party, kind)[0] == ("score", "name_taken", "score")
    told = pa.table(party.rate_table(kind, table, prefix="kq_")).column("kq_at_most").to_pylist()
    assert told == [party.rate(kind, {"score": score}).at_most for score in (1, 2, 3)]


def test_no_fact_at_all() -> None:
    assert faults(pa.table({"a": [1], "b": [1], "c": [1], "d": [1]})) == [("", "no_fact", "a, b, c")]
    assert faults(pa.table({})) == [("", "no_fact", "-")]
    with pytest.raises(xeploai.TableError, match="`period_end`"):
        rate(pa.table({"id": [1]}))


def test_everything_that_is_wrong_is_told_at_once() -> None:
    columns = {"score_general": [True], "score": [1], "task_done": [1], "tasks_late": ["x"], "id": [1]}
    table = pa.table(columns).append_column("id", [[2]])
    assert [code for _, code, _ in faults(table)] == ["wrong_type", "wrong_type", "name_taken", "near_fact", "twice"]
    assert [column for column, _, _ in faults(table)] == ["score_general", "tasks_late", "score", "task_done", "id"]


# ---- what is no table


class Stream:
    """Says that it is a table."""

    def __init__(self, capsule: object) -> None:
        self.capsule = capsule

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.capsule


class Pair(Stream):
    __arrow_c_array__ = Stream.__arrow_c_stream__
    __arrow_c_stream__ = property()


@pytest.mark.parametrize("thing", [None, 1, "x.parquet", [BATCH], {"id": [1]}, pl.LazyFrame()], ids=type)
def test_what_is_not_a_table(thing: Any) -> None:
    with pytest.raises(TypeError, match=f"__arrow_c_stream__ .* found {type(thing).__name__}"):
        rate(thing)
    with pytest.raises(TypeError, match="__arrow_c_stream__"):
        RULEBOOK.rate_row("member", thing, 0)


def test_arrays_and_capsules_that_are_no_tables() -> None:
    with pytest.raises(TypeError, match="expected a table, found an array of Int64"):
        rate(DONE)
    with pytest.raises(TypeError, match="found a stream of Int64"):
        rate(pa.chunked_array([DONE]))
    with pytest.raises(TypeError, match="found a stream of"):
        rate(pl.Series([1]))
    for odd in (Stream(3), Stream(None), Pair(3), Pair((3, 4)), Pair((3,)), pa.Table):
        with pytest.raises((TypeError, ValueError)):
            rate(odd)
    schema, array = BATCH.__arrow_c_array__()
    for odd in (Stream(schema), Stream(array), Pair((array, schema))):
        with pytest.raises(ValueError, match="PyCapsule"):
            rate(odd)
    used = Stream(pa.table(BATCH.to_pydict()).__arrow_c_stream__())
    assert pa.table(used).num_rows == 3
    with pytest.raises(ValueError, match="not read before"):
        rate(used)

    class Broken:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            raise OSError("mất kết nối")

    with pytest.raises(OSError, match="mất kết nối"):
        rate(Broken())


@pytest.mark.parametrize("what", ["rows that are null", "a batch that was taken"])
def test_batches_that_cannot_be_read(what: str) -> None:
    if what == "rows that are null":
        with pytest.raises(ValueError, match="null"):
            rate(pa.array([{"tasks_done": 1}, None]))
    else:
        made = rate(Pair(BATCH.__arrow_c_array__()))
        assert len(made.collect()) == 3
        with pytest.raises(ValueError, match="not read before"):
            made.collect()


def test_a_row_that_is_null() -> None:
    exempt, hidden = pa.array([True, True]), pa.array([False, True])
    rows = pa.StructArray.from_arrays([exempt], ["exempt_from_activities"], mask=hidden)
    with pytest.raises(ValueError, match="found 1 that are null as a whole"):
        rate(pa.chunked_array([rows])).collect()


# ---- keywords


def test_keywords() -> None:
    with pytest.raises(ValueError, match="threads: expected a number from 1, or None for all, found 0"):
        rate(BATCH, threads=0)
    with pytest.raises(OverflowError):
        rate(BATCH, threads=-1)
    assert len(rate(BATCH, threads=1_000).collect()) == 3
    with pytest.raises(xeploai.PolicyError, match="no policy `on_gaps`"):
        rate(BATCH, policies={"on_gaps": "lower"})
    with pytest.raises(xeploai.PolicyError, match="expected one of: authority, lower; found `up`"):
        rate(BATCH, policies={"on_gap": "up"})
    with pytest.raises(xeploai.PolicyError, match="no policy `on_gaps`"):
        RULEBOOK.rate_row("member", BATCH, 0, policies={"on_gaps": "lower"})
    for refused in (
        lambda: RULEBOOK.rate_table("members", BATCH),
        lambda: RULEBOOK.rate_row("members", BATCH, 0),
        lambda: RULEBOOK.reasons("members"),
    ):
        with pytest.raises(xeploai.UnknownSubjectError, match="`members`; it has: member, leader"):
            refused()
    with pytest.raises(TypeError):
        RULEBOOK.rate_table("member", BATCH, None)  # type: ignore[call-arg]


def test_a_policy_counts() -> None:
    table = members.generate(3_000, 5)
    usual, lower = (pa.table(rate(table, policies=policies)) for policies in (None, {"on_gap": "lower"}))
    decided = [row for row, outcome in enumerate(usual.column("outcome").to_pylist()) if outcome == "authority_decides"]
    assert decided
    assert {lower.column("outcome")[row].as_py() for row in decided} == {"rated"}
    for row in decided[:5]:
        alone = RULEBOOK.rate_row("member", table, row, policies={"on_gap": "lower"})
        assert alone.level == lower.column("at_most")[row].as_py()
        assert RULEBOOK.rate_row("member", table, row).outcome == "authority_decides"


# ---- progress, Ctrl-C, and streams that break off


def long_table(batches: int = 10) -> pa.Table:
    return pa.table({"tasks_done": pa.chunked_array([pa.array(range(700_000 // batches))] * batches)})


def test_progress_is_told() -> None:
    told: list[int] = []
    made = rate(long_table(), threads=1, progress=told.append)
    assert (told, made.rows) == ([], 0)
    assert len(made.collect()) == made.rows == 700_000
    assert told == sorted(told)
    assert told[-1] == 700_000
    assert len(set(told)) >= 3
    told.clear()
    assert pa.table(rate(BATCH, progress=told.append)).num_rows == 3
    assert told[0] == 3


def test_progress_may_stop_it() -> None:
    called: list[int] = []

    def stop(rows: int) -> bool:
        called.append(rows)
        return False

    made = rate(long_table(), threads=1, progress=stop)
    for read in (made.collect, lambda: pa.table(made), lambda: pl.DataFrame(made)):
        with pytest.raises(Exception, match=r"stopped after \d+ rows") as caught:
            read()
        assert not isinstance(caught.value, xeploai.InternalError)
    assert len(called) == 3
    assert max(called) < 700_000
    with pytest.raises(TypeError, match="bool"):
        rate(BATCH, progress=lambda _: 0).collect()
    with pytest.raises(TypeError, match="callable"):
        rate(BATCH, progress=3).collect()


def test_progress_is_told_within_a_batch() -> None:
    told: list[int] = []
    assert len(rate(long_table(1), threads=1, progress=told.append).collect()) == 700_000
    assert len(set(told)) >= 2


def test_what_progress_raises_comes_out_as_itself() -> None:
    error = LookupError("hết giờ")

    def fail(_: int) -> None:
        raise error

    made = rate(BATCH, progress=fail)
    for _ in range(2):
        with pytest.raises(LookupError) as caught:
            made.collect()
        assert caught.value is error
    # Another library sees the text.
    with pytest.raises(pa.ArrowInvalid, match="LookupError: hết giờ"):
        pa.table(made)
    with pytest.raises(pl.exceptions.ComputeError, match="LookupError: hết giờ"):
        pl.DataFrame(made)


INTERRUPT = """
def press(rows):
    signal.raise_signal(signal.SIGINT)

made = rulebook.rate_table("member", table, progress=press)
times = 0
try:
    try:
        made.collect()
    except KeyboardInterrupt:
        times += 1
        for _ in range(1_000):
            pass
except KeyboardInterrupt:
    times += 1
"""


def test_ctrl_c_comes_out() -> None:
    assert run(INTERRUPT + "print(times > 0)") == ["True"]
    # Where another library reads, it is pressed again for Python.
    code = """
def press(rows):
    signal.raise_signal(signal.SIGINT)

try:
    pa.table(rulebook.rate_table("member", table, progress=press))
except (KeyboardInterrupt, pa.ArrowInvalid):
    try:
        for _ in range(1_000):
            pass
    except KeyboardInterrupt:
        pass
    print("stopped")
"""
    assert run(code) == ["stopped"]


def test_ctrl_c_comes_out_once() -> None:
    assert run(INTERRUPT + "print(times)") == ["1"]


def test_ctrl_c_in_the_source_comes_out() -> None:
    code = """
def batches():
    yield batch
    signal.raise_signal(signal.SIGINT)
    yield batch

reader = pa.RecordBatchReader.from_batches(batch.schema, batches())
try:
    rulebook.rate_table("member", reader).collect()
except BaseException as error:
    print(type(error).__name__)
"""
    assert run(code) == ["KeyboardInterrupt"]


@pytest.mark.parametrize("before", [0, 1, 3, 50])
def test_a_stream_that_breaks_off(before: int) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield from [BATCH] * before
        raise LookupError("mất điện")

    def source() -> xeploai.RatedTable:
        return rate(pa.RecordBatchReader.from_batches(BATCH.schema, batches()), threads=2)

    made = source()
    with pytest.raises(ValueError, match="mất điện"):
        made.collect()
    with pytest.raises(pa.ArrowInvalid, match="mất điện"):
        pa.table(source())
    with pytest.raises(pl.exceptions.ComputeError, match="mất điện"):
        pl.DataFrame(source())
    # Who reads batch by batch gets what came before, and then the error.
    reader = pa.RecordBatchReader.from_stream(source())
    rows = sum(reader.read_next_batch().num_rows for _ in range(before))
    assert rows == before * 3
    with pytest.raises(pa.ArrowInvalid, match="mất điện"):
        reader.read_next_batch()


# ---- one row


def test_one_row_alone() -> None:
    table = members.generate(200, 2, 0.2)
    made = rate(table)
    cut = pa.Table.from_batches([table.slice(at, 7).combine_chunks().to_batches()[0] for at in range(0, 200, 7)])
    for row, case in enumerate(table.drop_columns(["id"]).to_pylist()):
        alone = RULEBOOK.rate("member", case).to_json()
        assert RULEBOOK.rate_row("member", cut, row).to_json() == alone
        if row % 20 == 0:
            for source in (made, made.collect(), pl.DataFrame(made), cut.to_reader()):
                assert RULEBOOK.rate_row("member", source, row).to_json() == alone
    slip = table.slice(0, 2).rename_columns({"tasks_done": "task_done"})
    with pytest.raises(xeploai.TableError, match=r"task_done: .*`tasks_done`"):
        RULEBOOK.rate_row("member", slip, 0)
    assert "tasks_done" in RULEBOOK.rate_row("member", slip, 0, keep=["task_done"]).missing
    for row in (-1, 2**70):
        with pytest.raises(OverflowError):
            RULEBOOK.rate_row("member", table, row)
    for odd in (1.0, "1", None):
        with pytest.raises(TypeError):
            RULEBOOK.rate_row("member", table, odd)  # type: ignore[arg-type]
    for source, row in ((BATCH, 3), (cut, 200), (cut, 2**40), (table.slice(0, 0), 0)):
        with pytest.raises(xeploai.TableError, match=f"found {row}$") as caught:
            RULEBOOK.rate_row("member", source, row)
        assert [(fault["column"], fault["code"]) for fault in caught.value.faults] == [("", "no_row")]


def test_a_row_too_many_is_told_how_many_there_are() -> None:
    with pytest.raises(xeploai.TableError, match="a number below 3, found 3"):
        RULEBOOK.rate_row("member", BATCH, 3)


# ---- many at once


def outcomes(seed: int) -> list[str]:
    found: list[str] = pa.table(rate(members.generate(5_000, seed), threads=2)).column("outcome").to_pylist()
    return found


# Newer versions of Python warn of any fork beside threads, such as those of the data frame libraries.
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_rates() -> None:
    expected = [outcomes(seed) for seed in range(3)]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map_async(outcomes, range(3)).get(timeout=60) == expected


def test_threads_of_python_rate_at_the_same_time() -> None:
    expected = [outcomes(seed) for seed in range(4)]
    found: dict[int, list[str]] = {}

    def work(seed: int) -> None:
        found[seed] = outcomes(seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[seed] for seed in range(4)] == expected


def test_others_may_look_at_a_rating_while_its_table_is_asked() -> None:
    code = """
class Source:
    def __len__(self):
        return 3

    def __arrow_c_stream__(self, requested_schema=None):
        if made is not None:
            look = threading.Thread(target=lambda: print(made.rows))
            look.start()
            look.join()
        return table.__arrow_c_stream__()

made = None
made = rulebook.rate_table("member", Source())
print(len(made.collect()), len(made.collect()))
"""
    assert run(code)[-1] == "3 3"


# Whether they come together is chance.
def test_threads_of_python_read_one_rating() -> None:
    code = """
made = rulebook.rate_table("member", pa.concat_tables([table] * 1_000))
found = []
threads = [threading.Thread(target=lambda: found.extend(pa.table(made).num_rows for _ in range(200))) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(set(found), len(found))
"""
    assert run(code) == ["{3000} 800"]


def test_memory_does_not_grow_with_the_rows() -> None:
    code = """
import importlib, resource
import numpy as np
sys.path.append(BENCH)
members = importlib.import_module("members")
first = members.generate(20_000, 1).to_batches()[0]
order = np.random.default_rng(1)

def batches(count):
    for _ in range(count):
        # Each has memory of its own.
        yield first.take(pa.array(order.permutation(20_000)))

def discard(count):
    source = pa.RecordBatchReader.from_batches(first.schema, batches(count))
    made = rulebook.rate_table("member", source, threads=2)
    rows = sum(batch.num_rows for batch in pa.RecordBatchReader.from_stream(made))
    assert rows == made.rows == count * 20_000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

before = discard(20)
print(discard(200) - before)
"""
    (grown,) = run(f"BENCH = {str(ROOT / 'bench')!r}" + code)
    # In memory the 200 batches with their results are some 500 MB.
    assert float(grown) < 80
