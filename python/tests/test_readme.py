"""Every command and snippet of both READMEs is run, and the table of bad input is what the library answers."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bad_input

ROOT = Path(__file__).parents[2]
READMES = ["README.md", "README.vi.md"]


def blocks(name: str, language: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", READMES)
def test_the_python_snippets_give_what_they_show(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    snippets = "\n".join(blocks(name, "python"))
    example = doctest.DocTestParser().get_doctest(snippets, {}, name, name, 0)
    assert len(example.examples) >= 10
    results = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(example)
    assert results.failed == 0


@pytest.mark.parametrize("name", READMES)
def test_the_commands_run(name: str, tmp_path: Path) -> None:
    first, *others = blocks(name, "sh")
    # The first block is the two targets that the whole run of the tests and of CI is.
    targets = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"^make (\w+)", first, re.MULTILINE) == ["demo", "test"]
    assert all(f"\n{target}: " in targets for target in ("demo", "test"))
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    environment = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONIOENCODING": "utf-8",
    }
    assert others
    for block in others:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout
    assert (tmp_path / "result.xlsx").is_file()


@pytest.mark.parametrize(("name", "column"), [("README.md", 0), ("README.vi.md", 1)])
def test_the_table_of_bad_input_is_what_is_answered(name: str, column: int) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    rows = bad_input.table(column)
    assert len(rows) == 16
    for row in rows:
        assert row in text, f"{name} lacks the row; it is: {row}"


@pytest.mark.parametrize("name", READMES)
def test_the_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / target).exists(), target


def test_both_readmes_have_the_same_parts() -> None:
    english, vietnamese = ((ROOT / name).read_text(encoding="utf-8") for name in READMES)
    assert english.count("\n## ") == vietnamese.count("\n## ")
    for language in ("sh", "python", "rust"):
        assert len(blocks("README.md", language)) == len(blocks("README.vi.md", language))
