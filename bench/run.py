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


def whole_on(form: str, read: Reader, threads: int) -> Work:
    """Our rulebook of a form, with its quota and the figures of the districts."""
    import ours

    rules = ours.rulebook(form)
    table = read(form)
    return lambda: ours.whole(rules, table, threads)


def polars_on(form: str, read: Reader, *, quota: bool = False) -> Work:
    """The polars peer; how many threads it uses is settled by the environment."""
    import peer_polars

    frame = peer_polars.load(read(form))
    return lambda: peer_polars.rate(frame, quota=quota)


def duckdb_on(form: str, read: Reader, threads: int, *, quota: bool = False) -> Work:
    """The DuckDB peer."""
    import peer_duckdb

    connection = peer_duckdb.load(read(form), threads)
    return lambda: peer_duckdb.rate(connection, quota=quota)


IMPLEMENTATIONS: dict[str, Callable[[Reader, int], Work]] = {
    "xeploai dec": lambda read, threads: xeploai_on("dec", read, threads),
    "xeploai int": lambda read, threads: xeploai_on("int", read, threads),
    "polars Decimal": lambda read, _: polars_on("dec", read),
    "polars int": lambda read, _: polars_on("int", read),
    "duckdb DECIMAL": lambda read, threads: duckdb_on("dec", read, threads),
    # The workload whole: with the quota by ranking and the figures of the districts.
    "xeploai dec, whole": lambda read, threads: whole_on("dec", read, threads),
    "xeploai int, whole": lambda read, threads: whole_on("int", read, threads),
    "polars Decimal, whole": lambda read, _: polars_on("dec", read, quota=True),
    "polars int, whole": lambda read, _: polars_on("int", read, quota=True),
    "duckdb DECIMAL, whole": lambda read, threads: duckdb_on("dec", read, threads, quota=True),
}
SHARED = ROOT.parent / "shared" / "bench" / "rustlimit"
# Hand-written Rust of the shared folder, by its form, where that is there and a compiler is.
BY_HAND = {"rust Decimal128": "dec", "rust i32": "int"}


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


def by_hand(options: argparse.Namespace) -> list[dict[str, Any]]:
    """What the hand-written Rust of the shared folder needs for the workload whole; where it is not there, why."""
    if not (SHARED / "Cargo.toml").exists():
        print("rust: SKIPPED, the shared folder is not here")
        return []
    build = ["cargo", "build", "--release", "--quiet", "--manifest-path", str(SHARED / "Cargo.toml")]
    folder = ROOT / "target" / "rustlimit"
    # Nothing is written into the shared folder.
    made = subprocess.run([*build, "--target-dir", str(folder)], capture_output=True, text=True, check=False)
    if made.returncode:
        print(f"rust: SKIPPED, {(made.stderr.splitlines() or ['cargo failed'])[-1]}")
        return []
    path = table_path(options, "dec").with_suffix("")
    entries = []
    for name, mode in BY_HAND.items():
        command = [str(folder / "release" / "rustlimit"), "--path", str(path), "--fmt", "arrow", "--mode", mode]
        runs = []
        for _ in range(options.repeat):
            told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=SHARED).stdout
            runs.append(json.loads(told[told.index("JSON{") + 4 :].splitlines()[0]))
        seconds = min(run["eval"] for run in runs)
        speed = round(options.rows / seconds)
        entry = {"name": name, "rows": options.rows, "seconds": round(seconds, 6), "rows_per_second": speed}
        entries.append({**entry, "peak_rss": max(run["rss"] for run in runs)})
    return entries


def show(entries: list[dict[str, Any]]) -> None:
    """Print the figures, and our time as a part of each peer's."""
    peers = [entry for entry in entries if not entry["name"].startswith(OURS)]
    ratios = "".join(f"{'/ ' + peer['name'].removesuffix(', whole'):>18}" for peer in peers)
    if not entries:
        return
    print(f"{'':24}{'rows':>10}{'seconds':>10}{'M rows/s':>10}{'peak MiB':>10}{ratios}")
    for entry in entries:
        line = (
            f"{entry['name']:24}{entry['rows']:>10}{entry['seconds']:>10.4f}{entry['rows_per_second'] / 1e6:>10.1f}"
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


def is_whole(entry: dict[str, Any]) -> bool:
    """Whether an entry is that of the workload with its quota and districts."""
    return entry["name"].endswith("whole") or entry["name"] in BY_HAND


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
    parser.add_argument("--by-hand", action="store_true", help="the hand-written Rust of the shared folder too")
    parser.add_argument("--one", choices=IMPLEMENTATIONS, metavar="NAME", help="measure this one here, print JSON")
    options = parser.parse_args()
    prepare(options)
    if options.one:
        print(json.dumps(measure(options)))
        return 0
    found = [entry for name in options.only if (entry := measured_apart(name, options))]
    complete = len(found) == len(options.only)
    if options.by_hand:
        found += by_hand(options)
    # What does the same stands together.
    show([entry for entry in found if not is_whole(entry)])
    show([entry for entry in found if is_whole(entry)])
    if options.out:
        merge(found, options.out)
    return 0 if complete else 1


if __name__ == "__main__":
    raise SystemExit(main())
