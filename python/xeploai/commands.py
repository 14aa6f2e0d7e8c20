"""What each command of the command line does, and its exit code. Arguments and errors are the business of ``cli``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from xeploai import _core
from xeploai.batch import rate_file, read_cases, refuse_beside_tables
from xeploai.cases import Reading
from xeploai.columns import Field, Names
from xeploai.errors import WordedError
from xeploai.files import check_format, check_target, is_columns, is_json_lines
from xeploai.jsonlines import LineCases, pick_line
from xeploai.progress import Progress
from xeploai.results import Writing
from xeploai.shelf import print_json, rulebook_of
from xeploai.tally import aligned, summary
from xeploai.template import form_words, write_template
from xeploai.wording import Wording

_DONE = 0
_SOME_INVALID = 1
# So many lines on single items are read by someone; the rest is counted.
_MOST_STRAYS = 20


def facts(options: argparse.Namespace, words: Wording) -> int:
    """Lists what a case of a kind of subject may say."""
    rulebook = _rulebook(options)
    declared = rulebook.facts(options.subject)
    if options.json:
        print_json(declared)
        return _DONE
    lines: list[tuple[str, ...]] = []
    for fact in map(Field.of, declared):
        lines.append((fact.name, words.of(fact.label), form_words(fact, words)))
        lines.extend((f"  {part.name}", words.of(part.label), form_words(part, words)) for part in fact.fields)
    print(aligned(lines))
    return _DONE


def rate(options: argparse.Namespace, words: Wording) -> int:
    """Rates a file into another one."""
    rulebook = _rulebook(options)
    source, target = Path(options.input), Path(options.output)
    check_target(target, map(Path, [options.rulebook, *options.overlay]))
    progress = Progress(sys.stderr)
    try:
        tally = rate_file(
            rulebook,
            options.subject,
            source,
            target,
            policies=_policies(options, rulebook),
            reading=_reading(options),
            writing=Writing(words.lang, options.labels, options.explain, options.prefix, options.excel_csv),
            progress=progress,
        )
    finally:
        progress.close()
    if tally.foreign:
        # A title that was meant as a fact and is not read as one would else go unnoticed.
        print(words("cli.foreign_columns", columns=", ".join(tally.foreign)))
    if tally.absent:
        print(words("cli.absent_columns", facts=", ".join(tally.absent)))
    if tally.why_single is not None:
        print(words("cli.single_rows", count=tally.single_rows, why=words.of(tally.why_single)))
    absent = [] if is_columns(source) else _lists_absent(options, rulebook, source)
    if absent:
        _complain(words("cli.lists_absent", facts=", ".join(absent)))
    for stray in tally.strays[:_MOST_STRAYS]:
        _complain(words("cli.stray_item", file=stray.table, row=stray.row, id=stray.id, fact=stray.fact))
    if tally.strays:
        _complain(words("cli.stray_items", count=len(tally.strays)))
    print(summary(tally, rulebook, words))
    print(words("cli.written", file=target))
    return _DONE if tally.clean else _SOME_INVALID


def explain(options: argparse.Namespace, words: Wording) -> int:
    """Rates one case and says why."""
    rulebook = _rulebook(options)
    policies = _policies(options, rulebook)
    if options.row is not None:
        rating = _rate_row(options, rulebook, policies)
    else:
        for option in ("pick", "sheet", "id", "list", "keep"):
            if getattr(options, option):
                raise WordedError("cli.only_with_row", option=f"--{option}")
        rating = _rate_facts(options.fact or [], rulebook, options.subject, policies)
    print(rating.to_json() if options.json else rating.explain(words.lang).rstrip("\n"))
    return _SOME_INVALID if rating.outcome == "invalid" else _DONE


def template(options: argparse.Namespace, words: Wording) -> int:
    """Writes an empty file with the right columns."""
    target = Path(options.output)
    check_target(target, map(Path, [options.rulebook, *options.overlay]))
    for name in write_template(_rulebook(options), options.subject, target, words):
        _complain(words("cli.template_list", fact=name))
    print(words("cli.written", file=target))
    return _DONE


def _rulebook(options: argparse.Namespace) -> _core.Rulebook:
    """The rulebook that is asked for, with its overlays, and surely with the kind of subject."""
    rulebook = rulebook_of(options.rulebook, options.on)
    for overlay in options.overlay:
        rulebook = rulebook.with_overlay(Path(overlay))
    if options.subject not in rulebook.subjects:
        kinds = ", ".join(rulebook.subjects)
        raise WordedError("cli.unknown_subject", subject=options.subject, rulebook=rulebook.id, known=kinds)
    return rulebook


def _policies(options: argparse.Namespace, rulebook: _core.Rulebook) -> dict[str, str]:
    """The choices for policies, each of which the rulebook has."""
    known = {policy["name"]: [option["code"] for option in policy["options"]] for policy in rulebook.policies}
    chosen = pairs("--policy", options.policy)
    for name, option in chosen.items():
        if name not in known:
            raise WordedError("cli.unknown_policy", policy=name, known=", ".join(known) or "-")
        if option not in known[name]:
            raise WordedError("cli.unknown_option", policy=name, option=option, known=", ".join(known[name]))
    return chosen


def pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    """The pairs ``name=value`` of an option; none may be given twice."""
    pairs: dict[str, str] = {}
    for text in given:
        name, value = _pair(option, text)
        if name in pairs:
            raise WordedError("cli.given_twice", option=option, name=name)
        pairs[name] = value
    return pairs


def _pair(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        # The text itself may be the value of a fact: it is not repeated.
        raise WordedError("cli.no_pair", option=option)
    return name.strip(), value.strip()


def _reading(options: argparse.Namespace) -> Reading:
    return Reading(options.sheet, options.id, tuple(options.keep), pairs("--list", options.list))


def _lists_absent(options: argparse.Namespace, rulebook: _core.Rulebook, source: Path) -> list[str]:
    """The list facts that no table was given for; lines of JSON hold theirs themselves."""
    given = pairs("--list", options.list)
    lists = [fact["name"] for fact in rulebook.facts(options.subject) if fact["type"] == "list"]
    return [] if is_json_lines(source) else [name for name in lists if name not in given]


def _rate_facts(given: Sequence[str], rulebook: _core.Rulebook, kind: str, policies: Mapping[str, str]) -> _core.Rating:
    """Rates the facts of a command line, which are cells."""
    declared = Names(Field.of(fact) for fact in rulebook.facts(kind))
    cells: dict[str, object] = {}
    for text in given:
        written, value = _pair("--fact", text)
        # What names no fact goes on as it is, and the rating says so.
        name = declared.one(written) or written
        if name in cells:
            return _core.invalid(rulebook, kind, name, "duplicate", value)
        field = declared.fields.get(name)
        cells[name] = _items(value) if field is not None and field.kind == "list" else value
    return rulebook.rate(kind, rulebook.read_cells(kind, cells), policies=policies or None)


def _items(value: str) -> object:
    """The items of a list, written as JSON; anything else stays text, which no list is."""
    try:
        return json.loads(value)
    except ValueError:
        return value


def _rate_row(options: argparse.Namespace, rulebook: _core.Rulebook, policies: Mapping[str, str]) -> _core.Rating:
    """Rates one row of a file."""
    if options.pick is None:
        raise WordedError("cli.no_pick")
    path = Path(options.row)
    check_format(path)
    if is_json_lines(path):
        refuse_beside_tables(sheet=options.sheet, list=options.list)
        row = pick_line(path, options.id, options.pick)
        return LineCases(rulebook, options.subject, options.keep).rate(row, policies)
    cases = read_cases(rulebook, options.subject, path, _reading(options))
    return cases.rate(cases.pick(options.pick), policies)


def _complain(line: str) -> None:
    print(f"xeploai: {line}", file=sys.stderr)
