"""The reference workload as a national data set on Spark: rating, the quota of each group, the figures of districts.

    python examples/spark/national.py [--rows 200000] [--partitions 8] [--check]

Runs on all cores of this machine, or where `spark-submit --master …` says. Prints for each step its seconds, what a
million rows cost, how much was shuffled, and how much memory the Python worker that used most of it took. `--check`
holds all three results against the same rows rated by one process without Spark; the exit code is 1 where any differs.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark import AccumulatorParam, Broadcast
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql.pandas.types import from_arrow_schema

import steps

HERE = Path(__file__).resolve().parent
BENCH = HERE.parents[1] / "bench"
sys.path.append(str(BENCH))

import compare  # noqa: E402
import generate  # noqa: E402
import ours  # noqa: E402

RULEBOOK = BENCH / "rulebook-dec.json"
# Rows that Spark hands to Python at a time.
BATCH = 32_768
LEVELS = ("l4", "l3", "l2", "l1")
OTHERS = ("authority_decides", "undetermined", "not_rated", "not_reviewed", "invalid")


class Greatest(AccumulatorParam[int]):
    """Of the numbers that workers tell, the greatest."""

    def zero(self, _value: int) -> int:
        """What everything is above."""
        return 0

    def addInPlace(self, one: int, other: int) -> int:  # noqa: N802
        """The greater of two; Spark gave it its name."""
        return max(one, other)


def peak() -> int:
    """The most memory that this process ever had, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Country:
    """The three steps. Each reads what the one before it wrote, and writes its own result as Parquet."""

    def __init__(self, spark: SparkSession, folder: Path) -> None:
        self.spark, self.folder = spark, folder
        context = spark.sparkContext
        # A module of its own and no part of this script: a worker that is used again has it, and its rulebook, already.
        context.addPyFile(str(HERE / "steps.py"))
        self.text: Broadcast[str] = context.broadcast(RULEBOOK.read_text(encoding="utf-8"))
        self.memory = context.accumulator(0, Greatest())

    def read(self, name: str) -> DataFrame:
        """A table that stands in the folder."""
        return self.spark.read.parquet(str(self.folder / name))

    def rated(self) -> DataFrame:
        """Each row rated, where it lies: nothing is shuffled."""
        text, memory = self.text, self.memory

        def rate(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                yield from steps.rated(text.value, batch).to_batches()
            memory.add(peak())

        return self.read("people").mapInArrow(rate, from_arrow_schema(steps.RATED))

    def held(self) -> DataFrame:
        """The quota of each group, for which the rows of a group come together."""
        text, memory = self.text, self.memory

        def hold(group: pa.Table) -> pa.Table:
            result = steps.held(text.value, group)
            memory.add(peak())
            return result

        return self.read("rated").groupBy("district", "group").applyInArrow(hold, from_arrow_schema(steps.HELD))

    def districts(self) -> DataFrame:
        """How many people of a district are at each level, what became of the others, and the shares of the levels.

        Shares are in hundredths of a percent of those who are at a level, half a hundredth rounded up; nothing where
        nobody is.
        """
        outcome = sf.col("outcome")
        counts = {level: (outcome == "rated") & (sf.col("at_most") == level) for level in LEVELS}
        counts |= {other: outcome == other for other in OTHERS}
        counted = (
            self.read("held").groupBy("district").agg(*(sf.count_if(true).alias(name) for name, true in counts.items()))
        )
        whole = " + ".join(LEVELS)
        shares = {
            f"share_{level}": sf.expr(f"CASE WHEN {whole} > 0 THEN (20000 * {level} + {whole}) DIV (2 * ({whole})) END")
            for level in LEVELS
        }
        return counted.withColumns(shares)


def single_machine(people: pa.Table) -> dict[str, pa.Table]:
    """The same three results, without Spark."""
    after, counted = ours.whole(ours.rulebook("dec"), people, threads=1)
    names = {f"own_{name}": name for name in steps.LEVELS}
    before = after.drop_columns(list(steps.LEVELS)).rename_columns(
        [names.get(name, name) for name in after.column_names if name not in steps.LEVELS]
    )
    fields = [field for field in steps.RATED if field.name != "district"]
    figures = {"district": counted["unit_id"].cast(pa.int32())}
    figures |= {name: counted[name].cast(pa.int64()) for name in (*LEVELS, *OTHERS)}
    hundred = pa.scalar(100, pa.int64())
    figures |= {
        f"share_{level}": pa.compute.multiply(counted[f"share_{level}"], hundred).cast(pa.int64()) for level in LEVELS
    }
    return {
        "rated": steps.in_types(before, pa.schema(fields)),
        "held": steps.in_types(after, pa.schema([field for field in steps.HELD if field.name != "district"])),
        "districts": pa.table(figures),
    }


def differences(people: pa.Table, folder: Path) -> int:
    """Print for each result how many cells differ from the single machine's; the sum."""
    found = 0
    for name, expected in single_machine(people).items():
        key = "district" if name == "districts" else "id"
        counts = compare.compare(expected, pq.read_table(folder / name), key)
        found += sum(counts.values())
        print(f"{name}: {len(expected):,} rows, {sum(counts.values())} differences", flush=True)
        if any(counts.values()):
            print(json.dumps(counts))
    return found


def shuffled(log: Path) -> dict[str, int]:
    """The bytes that each step wrote for others to read, from Spark's own log of events."""
    step_of: dict[int, str] = {}
    total: dict[str, int] = {}
    for path in sorted(path for path in log.rglob("*") if path.is_file() and not path.name.startswith(".")):
        for line in path.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event["Event"] == "SparkListenerJobStart":
                step = event["Properties"].get("spark.job.description", "")
                step_of |= dict.fromkeys(event["Stage IDs"], step)
            elif event["Event"] == "SparkListenerTaskEnd" and "Task Metrics" in event:
                written = event["Task Metrics"]["Shuffle Write Metrics"]["Shuffle Bytes Written"]
                step = step_of[event["Stage ID"]]
                total[step] = total.get(step, 0) + written
    return total


def run(people: pa.Table, partitions: int, folder: Path) -> None:
    """Write the people as files, take the three steps, print what each cost."""
    rows, log = len(people), folder / "log"
    log.mkdir()
    (folder / "people").mkdir()
    size = -(-rows // partitions)
    for at in range(partitions):
        pq.write_table(people.slice(at * size, size), folder / "people" / f"{at:05}.parquet")
    # Workers are this interpreter, unless who submits says which; the `python3` of the path may lack the wheel.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = (
        SparkSession.builder.appName("xeploai national")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", BATCH)
        .config("spark.sql.shuffle.partitions", partitions)
        .config("spark.eventLog.enabled", True)
        .config("spark.eventLog.compress", False)
        .config("spark.eventLog.dir", log.as_uri())
        .config("spark.ui.enabled", False)
        .getOrCreate()
    )
    cores = spark.sparkContext.defaultParallelism
    seconds: dict[str, float] = {}
    memory: dict[str, int] = {}
    try:
        print(f"{rows:,} rows, {partitions} partitions, {cores} cores, Spark {spark.version}", flush=True)
        country = Country(spark, folder)
        for name, step in (("rated", country.rated), ("held", country.held), ("districts", country.districts)):
            spark.sparkContext.setJobDescription(name)
            begun = time.perf_counter()
            step().write.parquet(str(folder / name))
            seconds[name] = time.perf_counter() - begun
            memory[name] = country.memory.value
            country.memory.value = 0
    finally:
        spark.stop()
    written = shuffled(log)
    for name, taken in seconds.items():
        million = taken / rows * 1_000_000
        line = f"{name}: {taken:.2f} s, {million:.2f} s and {million * cores:.2f} core-seconds per million rows"
        line += f", {written.get(name, 0) / rows:.1f} bytes per row shuffled"
        if memory[name]:
            line += f", at most {memory[name] / 1024:.0f} MiB in a Python worker"
        print(line, flush=True)


def main() -> int:
    """Make the people up, rate them on Spark, and where it is asked for hold the results against the single machine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--partitions", type=int, default=8)
    parser.add_argument("--check", action="store_true", help="hold all results against the single machine")
    options = parser.parse_args()
    people = generate.generate(options.rows)
    with tempfile.TemporaryDirectory() as folder:
        run(people, options.partitions, Path(folder))
        return 1 if options.check and differences(people, Path(folder)) else 0


if __name__ == "__main__":
    raise SystemExit(main())
