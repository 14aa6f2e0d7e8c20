"""Measures the engines on the workload, each in a process of its own, and prints them beside each other.

    python bench/run.py --rows 1000000 --repeat 5 --out bench.json

A process loads the table into the form its engine likes best, which is not timed, and then rates it several times; the
least time counts. Peak memory is that of the whole process, loading included. The tables are made once and kept under
`target/bench`.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

# Nothing large is imported here: what a process of its own uses is counted, and it begins with what this one has.
HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

FORMS = {"dec": [], "int": ["--integers"]}
OURS = "xeploai "

# Reads the table in a form.
Reader = Callable[[str], "pa.Table"]
# Rates the table that was loaded.
Work = Callable[[], object]


def xeploai_on(form: str, read: Reader, threads: int) -> Work:
    """Our rulebook of a form, evaluated into an Arrow table."""
    import ours

    rules = ours.rulebook(form)
    table = read(form)
    return lambda: ours.rate(rules, table, threads)


def polars_on(form: str, read: Reader) -> Work:
    """The polars peer; how many threads it uses is settled by the environment."""
    import peer_polars

    frame = peer_polars.load(read(form))
    return lambda: peer_polars.rate(frame)


def duckdb_on(form: str, read: Reader, threads: int) -> Work:
    """The DuckDB peer."""
    import peer_duckdb

    connection = peer_duckdb.load(read(form), threads)
    return lambda: peer_duckdb.rate(connection)


IMPLEMENTATIONS: dict[str, Callable[[Reader, int], Work]] = {
    "xeploai dec": lambda read, threads: xeploai_on("dec", read, threads),
    "xeploai int": lambda read, threads: xeploai_on("int", read, threads),
    "polars Decimal": lambda read, _: polars_on("dec", read),
    "polars int": lambda read, _: polars_on("int", read),
    "duckdb DECIMAL": lambda read, threads: duckdb_on("dec", read, threads),
}


def table_path(options: argparse.Namespace, form: str) -> Path:
    """Where the table of a form is kept."""
    folder: Path = options.work
    return folder / f"people-{options.rows}-{options.seed}-{form}.arrow"


def prepare(options: argparse.Namespace) -> None:
    """Make the tables that are not there or older than their generator, in processes of their own."""
    generator = HERE / "generate.py"
    for form, flags in FORMS.items():
        path = table_path(options, form)
        if not path.exists() or path.stat().st_mtime < generator.stat().st_mtime:
            script = [sys.executable, str(generator), str(path)]
            subprocess.run([*script, "--rows", str(options.rows), "--seed", str(options.seed), *flags], check=True)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Load and rate in this process."""
    import pyarrow as pa

    def read(form: str) -> pa.Table:
        # A file, and not a memory map: all of it is in memory before anything is timed. One piece, as it was made.
        with pa.OSFile(str(table_path(options, form))) as file:
            return pa.ipc.open_file(file).read_all().combine_chunks()

    os.environ["POLARS_MAX_THREADS"] = str(options.threads)
    work = IMPLEMENTATIONS[options.one](read, options.threads)
    times = []
    for _ in range(options.repeat):
        gc.collect()
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
        del result
    return {
        "name": options.one,
        "rows": options.rows,
        "seconds": round(min(times), 6),
        "rows_per_second": round(options.rows / min(times)),
        "peak_rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def measured_apart(name: str, options: argparse.Namespace) -> dict[str, Any] | None:
    """What a fresh process measures of one implementation; `None`, and why on standard error, where it fails."""
    given = {
        "--one": name,
        "--rows": options.rows,
        "--repeat": options.repeat,
        "--threads": options.threads,
        "--seed": options.seed,
        "--work": options.work,
    }
    words = [str(word) for pair in given.items() for word in pair]
    run = subprocess.run([sys.executable, __file__, *words], capture_output=True, text=True, check=False)
    if run.returncode:
        print(f"{name}: {(run.stderr.splitlines() or ['no reason given'])[-1]}", file=sys.stderr)
        return None
    entry: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return entry


def show(entries: list[dict[str, Any]]) -> None:
    """Print the figures, and our time as a part of each peer's."""
    peers = [entry for entry in entries if not entry["name"].startswith(OURS)]
    ratios = "".join(f"{'/ ' + peer['name']:>18}" for peer in peers)
    print(f"{'':16}{'rows':>10}{'seconds':>10}{'M rows/s':>10}{'peak MiB':>10}{ratios}")
    for entry in entries:
        line = (
            f"{entry['name']:16}{entry['rows']:>10}{entry['seconds']:>10.4f}{entry['rows_per_second'] / 1e6:>10.1f}"
            f"{entry['peak_rss'] / 2**20:>10.0f}"
        )
        if entry["name"].startswith(OURS):
            line += "".join(f"{entry['seconds'] / peer['seconds']:>18.2f}" for peer in peers)
        print(line)


def merge(entries: list[dict[str, Any]], path: Path) -> None:
    """Put the entries into a file of figures, in place of those of the same name and size; all others stay."""
    old = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    new = {(entry["name"], entry["rows"]) for entry in entries}
    kept = [entry for entry in old if (entry.get("name"), entry.get("rows")) not in new]
    path.write_text(json.dumps(kept + entries, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """Measure all, or the one that is named; the exit code is 1 where one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="a file of figures to put the result into")
    parser.add_argument("--work", type=Path, default=ROOT / "target" / "bench", help="where the tables are kept")
    parser.add_argument("--only", nargs="+", choices=IMPLEMENTATIONS, default=list(IMPLEMENTATIONS), metavar="NAME")
    parser.add_argument("--one", choices=IMPLEMENTATIONS, metavar="NAME", help="measure this one here, print JSON")
    options = parser.parse_args()
    prepare(options)
    if options.one:
        print(json.dumps(measure(options)))
        return 0
    found = [entry for name in options.only if (entry := measured_apart(name, options))]
    show(found)
    if options.out:
        merge(found, options.out)
    return 0 if len(found) == len(options.only) else 1


if __name__ == "__main__":
    raise SystemExit(main())
