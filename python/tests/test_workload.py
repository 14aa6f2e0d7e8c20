"""The reference workload: what our rulebooks say of it is what a plain reading of its rules says, bit by bit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(script: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / script), *words], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_ours_and_the_peers_are_equal_to_the_reading() -> None:
    told = run("check.py", "--rows", "20000", "--seeds", "1", "2")
    assert told.count("equal") == len(told.splitlines()) == 30


def test_the_shared_workload_where_it_is_at_hand() -> None:
    told = run("check_shared.py", "--rows", "20000")
    assert "SKIPPED" in told or "equal" in told


def test_the_figures_can_be_taken(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    run("run.py", "--rows", "20000", "--repeat", "1", "--out", str(out), "--work", str(tmp_path))
    names = {"xeploai dec", "xeploai int", "polars Decimal", "polars int", "duckdb DECIMAL"}
    assert all(f'"{name}"' in out.read_text(encoding="utf-8") for name in names)
    told = run("beside.py", "--rows", "20000", "--repeat", "1")
    assert "xeploai 366, Parquet" in told
