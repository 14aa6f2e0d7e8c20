"""A cohort in files: a folder, or a workbook, with one table for each kind of subject.

A table is called like its kind (``member.parquet``, ``leader.csv``, a sheet ``party_organization``); tables called
``relations``, ``decisions`` and ``rates`` hold those. The results stand in files of the same forms, beside tables of
the quotas and of everything that was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xeploai import _core, delimited
from xeploai.cases import known_titles
from xeploai.columns import Field, Names, match, normal
from xeploai.delimited import Style
from xeploai.errors import FileFormatError, NotInForceError
from xeploai.excel import Added, Book
from xeploai.files import COLUMNS, CSV, EXCEL, TableFile, is_columns, replacing
from xeploai.tables import ID_TITLES, Cell, Table, id_text

if TYPE_CHECKING:
    from collections.abc import Iterator

RELATIONS, DECISIONS, RATES = "relations", "decisions", "rates"
RELATION_NAMES = ("belongs_to", "heads", "sits_in", "holds_post", "below")
# What the results add to a row, in this order; the reason code is for programs.
RESULTS = ("outcome", "at_least", "at_most", "score", "level", "decided_level", "own_at_most", "open", "stage")


@dataclass(frozen=True)
class Settings:
    """How a cohort is rated."""

    period_end: str
    on: str | None = None
    province: str | None = None
    library: _core.Library = field(default_factory=_core.Library.builtin)
    policies: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    keep: Sequence[str] = ()
    contradictions: str = "unknown"
    unit: str = "unit"

    def rulebook(self, kind: str) -> _core.Rulebook | None:
        """The rulebook in force for a kind."""
        try:
            return self.library.in_force(self.on or self.period_end, kind, self.province)
        except NotInForceError:
            return None


class Source:
    """The tables of a folder or of a workbook."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: dict[str, Path] = {}
        self.book: Book | None = None
        if path.is_dir():
            for file in sorted(path.iterdir()):
                if file.suffix.lower() in (*CSV, *EXCEL, *COLUMNS) and not file.name.startswith((".", "~")):
                    if file.stem in self.files:
                        raise FileFormatError("cohort.file_twice", one=self.files[file.stem].name, other=file.name)
                    self.files[file.stem] = file
        elif path.suffix.lower() in EXCEL:
            self.book = Book.read(path)
            self.files = dict.fromkeys(self.book.sheets(), path)
        else:
            raise FileFormatError("cohort.no_source", file=path.name)
        if not self.files:
            raise FileFormatError("cohort.nothing", file=path.name)

    def kinds(self) -> Iterator[str]:
        """The names of the tables that hold subjects."""
        return (name for name in self.files if name not in (RELATIONS, DECISIONS, RATES))

    def columns(self, name: str) -> _core.ArrowTable | None:
        """A table of columns; nothing where it is one of cells."""
        file = self.files[name]
        if not is_columns(file):
            return None
        try:
            return _core.ArrowTable.read(file)
        except ValueError as error:
            raise FileFormatError("cli.not_of_form", file=file.name, found=str(error)) from error

    def cells(self, name: str, fields: Names) -> TableFile:
        """A table of cells."""
        if self.book is not None:
            return TableFile(self.book.table(name), book=self.book, sheet=name)
        return TableFile.read(self.files[name], lambda titles: known_titles(titles, fields))


def _rows(table: Table) -> Iterator[tuple[list[str], list[Cell]]]:
    titles = [normal(title) for title in table.titles]
    for row in table.rows:
        if not row.empty():
            yield titles, row.cells


def read(source: Source, settings: Settings) -> _core.Cohort:
    """The cohort of some tables."""
    rates = _rates(source)
    cohort = _core.Cohort(
        settings.period_end,
        on=settings.on,
        province=settings.province,
        library=settings.library,
        policies=dict(settings.policies),
        groups={name: list(columns) for name, columns in settings.groups.items()},
        rates=rates,
        keep=list(settings.keep),
        contradictions=settings.contradictions,
    )
    for kind in source.kinds():
        table = source.columns(kind)
        if table is not None:
            cohort.add(kind, table)
        else:
            _add_cells(cohort, source, kind, settings)
    if RELATIONS in source.files:
        table = source.columns(RELATIONS)
        if table is not None:
            cohort.relate(table)
        else:
            cohort.relate(_triples(source))
    if DECISIONS in source.files:
        table = source.columns(DECISIONS)
        if table is not None:
            cohort.decide(table)
        else:
            cohort.decide(list(_mappings(source, DECISIONS, dates=("date",))))
    return cohort


def _rates(source: Source) -> list[dict[str, Any]]:
    if RATES not in source.files:
        return []
    table = source.columns(RATES)
    if table is None:
        return list(_mappings(source, RATES))
    columns = {name: table.column(name) for name in table.column_names}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _mappings(source: Source, name: str, dates: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    for titles, cells in _rows(source.cells(name, Names([])).table):
        row: dict[str, Any] = {}
        for title, cell in zip(titles, cells, strict=False):
            text = id_text(cell)
            if text:
                row[title] = (_core.read_day(text) or text) if title in dates else text
        yield row


def _triples(source: Source) -> list[tuple[str, str, str]]:
    rows = _mappings(source, RELATIONS)
    return [(row.get("subject", ""), row.get("relation", ""), row.get("object", "")) for row in rows]


def _add_cells(cohort: _core.Cohort, source: Source, kind: str, settings: Settings) -> None:
    """Adds the rows of a table of cells, each cell read as its fact is declared."""
    rulebook = settings.rulebook(kind)
    fields = [Field.of(fact) for fact in rulebook.facts(kind)] if rulebook and kind in rulebook.subjects else []
    table = source.cells(kind, Names(fields)).table
    foreign = {*ID_TITLES, *RELATION_NAMES, settings.unit}
    for quota in rulebook.quotas(kind) if rulebook and kind in rulebook.subjects else []:
        for name in quota["group_by"]:
            foreign.update(normal(column) for column in settings.groups.get(name, [name]))
    foreign.update(map(normal, settings.keep))
    places = match(table.titles, Names(fields), foreign, table.name)
    facts = {place: name for name, place in places.items()}
    identity = table.id_column(None)
    records = []
    columns: set[str] = set()
    for titles, cells in _rows(table):
        record: dict[str, Any] = {"id": id_text(cells[identity])}
        stated: dict[str, object] = {facts[place]: cell for place, cell in enumerate(cells) if place in facts}
        if rulebook and stated:
            record.update(rulebook.read_cells(kind, stated))
        for place, (title, cell) in enumerate(zip(titles, cells, strict=False)):
            if place not in facts and place != identity and title:
                columns.add(title)
                if text := id_text(cell):
                    record[title] = text
        records.append(record)
    cohort.add_records(kind, records, sorted(columns))


def write(
    source: Source, rated: _core.RatedCohort, folder: Path, settings: Settings, lang: _core.Language
) -> list[Path]:
    """Writes the results into a folder: each kind in the form of its table, then the quotas and what was found."""
    folder.mkdir(parents=True, exist_ok=True)
    if source.path.is_dir() and folder.resolve() == source.path.resolve():
        raise FileFormatError("cli.over_input", file=folder.name)
    written = []
    for kind in rated.kinds:
        try:
            table = rated.table(kind)
        except KeyError:
            continue
        file = source.files[kind]
        target = folder / (f"{kind}{file.suffix}" if source.book is None else f"{kind}.xlsx")
        with_form = target.suffix[1:].lower()
        if is_columns(target):
            with replacing(target) as made:
                table.write(Path(made.name), form=with_form)
        else:
            _write_cells(source, kind, table, target, settings)
        written.append(target)
    for name, lines in (
        ("quotas", _quota_lines(rated)),
        ("problems", _found_lines([*rated.problems, *rated.findings], lang)),
    ):
        target = folder / f"{name}.csv"
        with replacing(target) as made:
            delimited.write(made, lines, Style(",", True, "\r\n"))
        written.append(target)
    return written


def _write_cells(source: Source, kind: str, table: _core.ArrowTable, target: Path, settings: Settings) -> None:
    rulebook = settings.rulebook(kind)
    fields = [Field.of(fact) for fact in rulebook.facts(kind)] if rulebook else []
    file = source.cells(kind, Names(fields))
    names = [f"result_{name}" if f"result_{name}" in table.column_names else name for name in RESULTS]
    names = [name for name in names if name in table.column_names]
    columns = [table.column(name) for name in names]
    results = iter(list(zip(*columns, strict=True)))
    added = []
    for row in file.table.rows:
        cells = None if row.empty() else next(results)
        added.append(None if cells is None else Added(cells, str(cells[0])))
    if target.suffix.lower() in EXCEL and source.book is not None:
        file = TableFile(file.table)
    file.write(target, names, added, excel_csv=True)


def _pair(bounds: tuple[int, int]) -> str:
    low, high = bounds
    return str(low) if low == high else f"{low} … {high}"


def _quota_lines(rated: _core.RatedCohort) -> Iterable[Sequence[Cell]]:
    counts = ("candidates", "base", "most", "over")
    plain = ("quota", "citation", "kind", "level", "grouping", "group", "members", "rate", "decision")
    yield (*plain, *counts, "rated_in_the_end", "still_open", "open", "ranking")
    for line in rated.quotas:
        ranking = [
            f"{first}: {name}" if first == last else f"{first}-{last}: {name}" for name, first, last in line["ranking"]
        ]
        cells: list[Cell] = [line[name] for name in plain]  # type: ignore[literal-required]
        cells += [_pair(line[name]) for name in counts]  # type: ignore[literal-required]
        yield [*cells, *line["decided"], ", ".join(line["open"]), "; ".join(ranking)]


def _found_lines(found: Sequence[Mapping[str, Any]], lang: _core.Language) -> Iterable[Sequence[Cell]]:
    yield ("code", "table", "rows", "subjects", "citation", "words")
    for one in found:
        rows = ", ".join(map(str, one["rows"]))
        yield (
            one["code"],
            one.get("table", DECISIONS),
            rows,
            ", ".join(one["subjects"]),
            one.get("citation", ""),
            one["words"][lang],
        )
