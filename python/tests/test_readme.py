"""Every command and snippet of both READMEs is run, and the table of bad input is what the library answers."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import bad_input
import shelf_table
from snippets import ROOT, blocks, check_links, read, run_python, run_shell

READMES = ["README.md", "README.vi.md"]


@pytest.mark.parametrize("name", READMES)
def test_the_python_snippets_give_what_they_show(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    results = run_python(name)
    assert results.attempted >= 10
    assert results.failed == 0


@pytest.mark.parametrize("name", READMES)
def test_the_commands_run(name: str, tmp_path: Path) -> None:
    first, *others = blocks(name, "sh")
    # The first block is the two targets that the whole run of the tests and of CI is.
    targets = read("Makefile")
    assert re.findall(r"^make (\w+)", first, re.MULTILINE) == ["demo", "test"]
    assert all(f"\n{target}: " in targets for target in ("demo", "test"))
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    assert others
    for block in others:
        run_shell(block, tmp_path)
    assert (tmp_path / "result.xlsx").is_file()


@pytest.mark.parametrize(("name", "column"), [("README.md", 0), ("README.vi.md", 1)])
def test_the_table_of_bad_input_is_what_is_answered(name: str, column: int) -> None:
    text = read(name)
    rows = bad_input.table(column)
    assert len(rows) == 16
    for row in rows:
        assert row in text, f"{name} lacks the row; it is: {row}"


@pytest.mark.parametrize(("name", "column"), [("README.md", 0), ("README.vi.md", 1)])
def test_the_table_of_rulebooks_is_what_there_is(name: str, column: int) -> None:
    for row in shelf_table.table(column):
        assert f"\n{row}\n" in read(name), f"{name} lacks the row; it is: {row}"


@pytest.mark.parametrize("name", READMES)
def test_the_links_lead_somewhere(name: str) -> None:
    check_links(name)


def test_both_readmes_have_the_same_parts() -> None:
    english, vietnamese = (read(name) for name in READMES)
    assert english.count("\n## ") == vietnamese.count("\n## ")
    for language in ("sh", "python", "rust"):
        assert len(blocks("README.md", language)) == len(blocks("README.vi.md", language))


@pytest.mark.parametrize("name", READMES)
def test_the_program_in_c_is_that_of_the_header(name: str) -> None:
    # `tests/c/run.sh` takes it out of the header, compiles it as C and C++ and runs it.
    header = read("include/xeploai.h")
    example = re.search(r"^ \* AN EXAMPLE\n \*\n(.*?)^ \*\n \* OWNERSHIP", header, re.M | re.S)
    assert example
    assert blocks(name, "c") == [re.sub(r"^ \*(?:     )?", "", example[1], flags=re.M)]
