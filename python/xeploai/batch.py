"""A whole file of cases rated into another file.

Every row of the input stands in the output, in its place, also the one that could not be rated. What is wrong with the
file as such is refused before any row is rated, and then nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xeploai import _core
from xeploai.cases import Cases, Reading, known_titles
from xeploai.columnfiles import rate_columns
from xeploai.columns import Field, Names
from xeploai.errors import FileFormatError
from xeploai.excel import Added
from xeploai.files import TableFile, check_format, check_target, is_columns, is_json_lines, is_table
from xeploai.jsonlines import LineCases, Progress, rate_lines
from xeploai.results import ResultColumns, Writing
from xeploai.tally import Tally


def _quiet(_done: int, _total: int) -> None:
    pass


def rate_file(
    rulebook: _core.Rulebook,
    kind: str,
    source: Path,
    target: Path,
    *,
    policies: Mapping[str, str] | None = None,
    reading: Reading | None = None,
    writing: Writing | None = None,
    progress: Progress = _quiet,
) -> Tally:
    """Rates every row of ``source`` into ``target`` and counts the results.

    Both are JSON Lines, or both are tables (CSV, Excel), or both are columns (Parquet, Arrow), which the ends of their
    names tell. ``progress`` is called with the number of rows done and of all rows, 0 where nobody knows. Raises
    ``FileFormatError`` where the file as such is not in order, ``TableError`` for its columns, and ``OSError`` where it
    cannot be read or written; ``target`` is then as it was.
    """
    reading = reading or Reading()
    writing = writing or Writing()
    check_format(source, columns=True)
    check_format(target, columns=True)
    lists = [Path(place) for place in reading.lists.values()]
    check_target(target, [source, *filter(is_table, lists)])
    if is_json_lines(source) != is_json_lines(target) or is_columns(source) != is_columns(target):
        raise FileFormatError("cli.formats_differ", source=source.name, target=target.name)
    if not is_table(source):
        refuse_beside_tables(
            sheet=reading.sheet,
            id=reading.id_column,
            list=reading.lists,
            labels=writing.labels,
            explain=writing.explain,
            excel_csv=writing.excel_csv,
        )
    if is_columns(source):
        keep = list(reading.keep)
        return rate_columns(rulebook, kind, source, target, policies or {}, keep, writing.prefix, progress)
    if is_json_lines(source):
        refuse_beside_tables(prefix=writing.prefix)
        return rate_lines(source, target, LineCases(rulebook, kind, reading.keep), policies or {}, progress)

    cases = read_cases(rulebook, kind, source, reading)
    columns = ResultColumns(rulebook, kind, writing)
    columns.check(cases.table)
    total = sum(1 for _ in cases.rows())
    if total == 0:
        raise FileFormatError("cli.no_rows", file=source.name)
    tally = Tally(strays=cases.strays, foreign=cases.foreign())
    added: list[Added | None] = []
    for row in cases.table.rows:
        if row.empty():
            added.append(None)
            continue
        rating = cases.rate(row, policies or {})
        added.append(columns.cells(rating))
        tally.count(rating)
        progress(tally.rows, total)
    cases.source.write(target, columns.titles, added, excel_csv=writing.excel_csv)
    return tally


def read_cases(rulebook: _core.Rulebook, kind: str, source: Path, reading: Reading) -> Cases:
    """The cases of a table."""
    names = Names(Field.of(fact) for fact in rulebook.facts(kind))
    file = TableFile.read(source, lambda titles: known_titles(titles, names), reading.sheet)
    return Cases(file, rulebook, kind, reading)


def refuse_beside_tables(**asked: object) -> None:
    """Refuses the options that mean something for CSV and Excel alone, before anybody waits for a result."""
    for name, value in asked.items():
        if value:
            raise FileFormatError("cli.only_for_tables", option="--" + name.replace("_", "-"))
