"""Our figures beside the workload: members of 366, threads, streams of growing length, Parquet, memory.

    python bench/beside.py [--rows 5400000] [--repeat 5] [--out bench.json]

Each figure is taken in a process of its own and is the least of several.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import members
import ours
import pyarrow as pa
import pyarrow.parquet as pq
from generate import as_integers, generate
from run import merge

import xeploai

SEED = 1
GROUP = 131_072
Measured = dict[str, float]


def least(work: Callable[[], object], repeat: int) -> float:
    """The least time of several."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
        del result
    return min(times)


def workload(rows: int, form: str) -> tuple[xeploai.Rulebook, str, pa.Table]:
    """A rulebook, a kind and its table."""
    if form.startswith("366"):
        return (
            xeploai.Rulebook.builtin("366-qd-tw"),
            "member",
            members.generate(rows, SEED, 0.2 if "empty" in form else 0),
        )
    table = generate(rows, SEED)
    return ours.rulebook(form), "person", table if form == "dec" else as_integers(table)


def in_memory(form: str, threads: int, rows: int, repeat: int) -> Measured:
    """Seconds for a table in memory, and the peak beside the bytes of the table."""
    rules, kind, table = workload(rows, form)
    table = table.combine_chunks()
    # What making the table took stays with the process; the peak of the rating is counted above it.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    seconds = least(lambda: pa.table(rules.rate_table(kind, table, threads=threads)), repeat)
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return {"seconds": seconds, "peak_rss": int(peak.split()[1]) * 1024, "table_bytes": table.nbytes}


def stream(rows: int, repeat: int) -> Measured:
    """Seconds for so many rows, one batch again and again, the results thrown away."""
    rules, kind, table = workload(min(rows, GROUP), "366")
    batch = table.combine_chunks().to_batches()[0]

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, rows, batch.num_rows):
            yield batch.slice(0, min(batch.num_rows, rows - start))

    def rate() -> int:
        rated = rules.rate_table(kind, pa.RecordBatchReader.from_batches(table.schema, batches()))
        return sum(done.num_rows for done in pa.RecordBatchReader.from_stream(rated))

    seconds = least(rate, max(1, repeat if rows <= 10_000_000 else 1))
    return {"seconds": seconds, "peak_rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def parquet(rows: int, repeat: int) -> Measured:
    """Seconds from Parquet to Parquet, and what polars needs to read the input and write the columns of the output."""
    import polars as pl

    rules, kind, table = workload(rows, "366")
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        source, target, copy = (Path(folder, name) for name in ("in.parquet", "out.parquet", "copy.parquet"))
        pq.write_table(table, source, row_group_size=GROUP, compression="snappy")
        seconds = least(lambda: rules.rate_file(kind, source, target), repeat)
        results = pl.read_parquet(target).select(["outcome", "at_least", "at_most", "score", "reasons"])

        def peer() -> None:
            frame = pl.concat([pl.read_parquet(source), results], how="horizontal")
            frame.write_parquet(copy, compression="snappy", row_group_size=GROUP)

        return {"seconds": seconds, "polars": least(peer, repeat)}


def one(name: str, rows: int, repeat: int) -> Measured:
    """One figure, in this process."""
    match name.split():
        case ["stream"]:
            return stream(rows, repeat)
        case ["parquet"]:
            return parquet(rows, repeat)
        case [form, threads]:
            return in_memory(form, int(threads), rows, repeat)
        case _:
            raise SystemExit(f"no figure {name}")


def apart(name: str, rows: int, repeat: int) -> Measured:
    """One figure, in a process of its own."""
    words = [sys.executable, __file__, "--one", name, "--rows", str(rows), "--repeat", str(repeat)]
    found: Measured = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    return found


def main() -> None:
    """Take all figures, print them and put them into a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_400_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--one")
    options = parser.parse_args()
    rows, repeat = options.rows, options.repeat
    if options.one:
        print(json.dumps(one(options.one, rows, repeat)))
        return
    entries = []

    def keep(name: str, rows: int, found: Measured, told: str = "") -> None:
        speed = rows / found["seconds"]
        print(f"{name:24} {rows:>11} rows {found['seconds']:9.4f} s {speed / 1e6:7.1f} M rows/s  {told}", flush=True)
        peak = int(found.get("peak_rss", 0))
        entry = {"name": name, "rows": rows, "seconds": round(found["seconds"], 6), "rows_per_second": round(speed)}
        entries.append({**entry, "peak_rss": peak})

    for form in ("dec", "int", "366", "366-empty"):
        single, double = (apart(f"{form} {threads}", rows, repeat) for threads in (1, 2))
        times = single["seconds"] / double["seconds"]
        memory = f"peak {double['peak_rss'] / 1e6:.0f} MB of a table of {double['table_bytes'] / 1e6:.0f} MB"
        keep(f"xeploai {form}, 1 thread", rows, single)
        keep(f"xeploai {form}, 2 threads", rows, double, f"{times:.2f} times one thread, {memory}")
    for length in (length for length in (100_000, 1_000_000, 10_000_000, 100_000_000) if length <= rows * 20):
        found = apart("stream", length, repeat)
        told = f"{found['seconds'] / length * 1e9:.1f} ns a row, peak {found['peak_rss'] / 1e6:.0f} MB"
        keep("xeploai 366, stream", length, found, told)
    found = apart("parquet", rows, repeat)
    keep("xeploai 366, Parquet", rows, found, f"{found['seconds'] / found['polars']:.2f} times polars")
    if options.out:
        merge(entries, options.out)


if __name__ == "__main__":
    main()
