"""The commands about cohorts: the order as a timetable, everybody rated, what would change, one result explained."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xeploai import _core
from xeploai.cohorts import Settings, Source, read, write
from xeploai.commands import pairs
from xeploai.errors import WordedError
from xeploai.shelf import day, print_json
from xeploai.tally import aligned
from xeploai.wording import Wording

if TYPE_CHECKING:
    from xeploai._core import Words

_DONE = 0
_SOMETHING_FOUND = 1
# So many findings are read by someone; the rest stands in the file.
_MOST = 20


def plan(options: argparse.Namespace, words: Wording) -> int:
    """Prints the stages in which a cohort is rated."""
    settings = _settings(options)
    stages, problems = read(Source(Path(options.source)), settings).plan()
    if options.json:
        print_json({"stages": stages, "problems": problems})
    else:
        _print_stages(stages, settings, words)
        _complain([problem["words"] for problem in problems], words)
    return _SOMETHING_FOUND if problems else _DONE


def rate(options: argparse.Namespace, words: Wording) -> int:
    """Rates a cohort into a folder."""
    settings = _settings(options)
    source, folder = Source(Path(options.source)), Path(options.output)
    rated = read(source, settings).rate()
    written = write(source, rated, folder, settings, words.lang)
    _print_stages(rated.stages, settings, words)
    print()
    _print_quotas(rated, settings, words)
    print()
    _print_levels(rated, settings, words)
    print("\n" + words("cohort.written", files=", ".join(path.name for path in written), folder=folder))
    found = [one["words"] for one in (*rated.problems, *rated.findings)]
    _complain(found, words)
    return _SOMETHING_FOUND if found else _DONE


def what_if(options: argparse.Namespace, words: Wording) -> int:
    """Prints who would come out otherwise."""
    settings = _settings(options)
    source = Source(Path(options.source))
    cohort = read(source, settings)
    rated = cohort.rate()
    changes: dict[str, dict[str, object]] = {}
    for change in options.change:
        name, fact, value = _change(change)
        try:
            kind = rated.standing(name)["kind"]
        except KeyError:
            raise WordedError("cohort.no_subject", id=name) from None
        rulebook = settings.rulebook(kind)
        cell = rulebook.read_cells(kind, {fact: value})[fact] if rulebook else value
        changes.setdefault(name, {})[fact] = cell
    changed = rated.what_if(changes)
    if options.json:
        print_json(changed)
        return _DONE
    if not changed:
        print(words("cohort.nothing_changes"))
    for one in changed:
        before, after = (_levels(one[side], settings, one["kind"], words) for side in ("before", "after"))
        through = words("cohort.through", ids=" → ".join(one["through"])) if one["through"] else ""
        print(f"{one['id']}  {_kind(one['kind'], settings, words)}: {before} → {after}{through}")
    return _DONE


def explain(options: argparse.Namespace, words: Wording) -> int:
    """Explains the result of one subject of a cohort."""
    settings = _settings(options)
    rated = read(Source(Path(options.source)), settings).rate()
    try:
        rating = rated.rating(options.pick)
        standing = rated.standing(options.pick)
    except KeyError:
        raise WordedError("cohort.no_subject", id=options.pick) from None
    if options.json:
        print_json({"rating": json.loads(rating.to_json()), "standing": standing})
        return _DONE
    print(rating.explain(words.lang))
    kept_open = rated.open(options.pick)
    if kept_open:
        levels = _levels(standing["before"], settings, standing["kind"], words)
        print("\n" + words("cohort.kept_open", levels=levels, open=kept_open))
    if standing["before"] != standing["after"]:
        after = _levels(standing["after"], settings, standing["kind"], words)
        print("\n" + words("cohort.after_quota", levels=after))
    return _DONE


def _settings(options: argparse.Namespace) -> Settings:
    library = _core.Library.builtin()
    for name in options.add:
        library = library.with_rulebook(_core.Rulebook.load(Path(name)))
    groups = {name: columns.split(",") for name, columns in pairs("--group", options.group).items()}
    return Settings(
        period_end=day(options.period_end),
        on=day(options.on) if options.on else None,
        province=options.province,
        library=library,
        policies=pairs("--policy", options.policy),
        groups=groups,
        keep=tuple(options.keep),
        contradictions=options.contradictions,
    )


def _change(text: str) -> tuple[str, str, str]:
    """Reads ``ID:FACT=VALUE``."""
    subject, colon, rest = text.partition(":")
    fact, equals, value = rest.partition("=")
    if not colon or not equals:
        raise WordedError("cohort.no_change", text=text)
    return subject.strip(), fact.strip(), value.strip()


def _kind(kind: str, settings: Settings, words: Wording) -> str:
    rulebook = settings.rulebook(kind)
    found = rulebook.subject_label(kind) if rulebook and kind in rulebook.subjects else None
    return words.of(found) if found else kind


def _level_labels(kind: str, settings: Settings, words: Wording) -> dict[str, str]:
    rulebook = settings.rulebook(kind)
    return {level["code"]: level["short"] or words.of(level["label"]) for level in rulebook.levels} if rulebook else {}


def _levels(side: _core.Side, settings: Settings, kind: str, words: Wording) -> str:
    labels = _level_labels(kind, settings, words)
    low, high = side["at_least"], side["at_most"]
    outcome = words(f"outcome.{side['outcome']}")
    if low is None or high is None:
        return outcome
    levels = labels.get(low, low) if low == high else f"{labels.get(low, low)} … {labels.get(high, high)}"
    return levels if side["outcome"] == "rated" else f"{levels} ({outcome})"


def _print_stages(stages: Sequence[_core.Stage], settings: Settings, words: Wording) -> None:
    print(words("cohort.stages"))
    lines = [tuple(words(f"cohort.column.{name}") for name in ("stage", "kind", "subjects", "quotas", "by"))]
    for stage in stages:
        quotas = ", ".join(f"{quota['grouping']}: {quota['groups']}" for quota in stage["quotas"])
        kind = _kind(stage["kind"], settings, words)
        lines.append((str(stage["stage"]), kind, str(stage["subjects"]), quotas, "; ".join(stage["citations"])))
    print(aligned(lines))


def _print_quotas(rated: _core.RatedCohort, settings: Settings, words: Wording) -> None:
    print(words("cohort.quotas"))
    lines = [
        tuple(words(f"cohort.column.{name}") for name in ("kind", "grouping", "groups", "candidates", "most", "over"))
    ]
    sums: dict[tuple[str, str], Counter[str]] = {}
    for line in rated.quotas:
        total = sums.setdefault((line["kind"], line["grouping"]), Counter())
        total["groups"] += 1
        for name in ("candidates", "most", "over"):
            total[f"{name}_low"] += line[name][0]
            total[f"{name}_high"] += line[name][1]
    for (kind, grouping), total in sums.items():
        cells = [
            str(low) if (low := total[f"{name}_low"]) == (high := total[f"{name}_high"]) else f"{low} … {high}"
            for name in ("candidates", "most", "over")
        ]
        lines.append((_kind(kind, settings, words), grouping, str(total["groups"]), *cells))
    print(aligned(lines))


def _print_levels(rated: _core.RatedCohort, settings: Settings, words: Wording) -> None:
    """How many stand where in the end: as decided, or as proposed."""
    print(words("cohort.levels"))
    lines: list[tuple[str, ...]] = []
    for kind in rated.kinds:
        try:
            table = rated.table(kind)
        except KeyError:
            continue
        labels = _level_labels(kind, settings, words)
        name = "result_level" if "result_level" in table.column_names else "level"
        outcome = "result_outcome" if "result_outcome" in table.column_names else "outcome"
        levels = table.column(name)
        counts = Counter(level for level in levels if level is not None)
        others = Counter(found for level, found in zip(levels, table.column(outcome), strict=True) if level is None)
        total = sum(counts.values())
        shown = [
            f"{labels.get(code, code)} {counts[code]} ({_percent(counts[code], total, words)})"
            for code in reversed(labels)
        ]
        shown += [f"{words(f'outcome.{code}')} {count}" for code, count in sorted(others.items())]
        lines.append((_kind(kind, settings, words), str(len(levels)), *[", ".join(shown)]))
    print(aligned(lines))


def _percent(part: int, whole: int, words: Wording) -> str:
    """A share in hundredths of a percent, half rounded up; a dash of nobody."""
    if whole == 0:
        return "-"
    hundredths = (20_000 * part + whole) // (2 * whole)
    point = "," if words.lang == "vi" else "."
    return f"{hundredths // 100}{point}{hundredths % 100:02} %"


def _complain(found: Sequence[Words], words: Wording) -> None:
    for one in found[:_MOST]:
        print(words.of(one), file=sys.stderr)
    if len(found) > _MOST:
        print(words("cohort.more_found", count=len(found) - _MOST), file=sys.stderr)
