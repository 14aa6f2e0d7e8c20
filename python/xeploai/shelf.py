"""The commands about rulebooks as such: which there are, which one is in force, the page of one, and local overlays."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from xeploai import _core
from xeploai.errors import NotInForceError, WordedError
from xeploai.files import check_target, replacing
from xeploai.tally import aligned
from xeploai.wording import Wording

_DONE = 0
_NOT_FOUND = 1


def rulebook_of(name: str, on: str | None = None) -> _core.Rulebook:
    """A built-in rulebook by its id, in the version of a day where one is named, or one from a file."""
    known = _core.builtin_ids()
    path = Path(name)
    if name in known:
        return _core.Rulebook.builtin(name, day(on) if on else None)
    if on:
        raise WordedError("cli.on_builtin_only", rulebook=name)
    if path.exists():
        return _core.Rulebook.load(path)
    raise WordedError("cli.unknown_rulebook", rulebook=name, known=", ".join(known))


def day(text: str) -> str:
    """A day of the command line."""
    read = _core.read_day(text)
    if read is None:
        raise WordedError("cli.no_day", text=text)
    return read


def rulebooks(options: argparse.Namespace, words: Wording) -> int:
    """Lists the rulebooks, or tells which one is in force."""
    library = _core.Library.builtin()
    for name in options.add:
        library = library.with_rulebook(_added(Path(name), library))
    if options.on is not None:
        return _in_force(library, day(options.on), options, words)
    known = [
        rulebook
        for rulebook in library.rulebooks
        if (options.subject is None or options.subject in rulebook.subjects)
        and (options.province is None or options.province == rulebook.province)
    ]
    if options.json:
        print_json([_described(rulebook) for rulebook in known])
    else:
        for rulebook in known:
            _list(rulebook, words)
    return _DONE if known else _NOT_FOUND


def _added(path: Path, library: _core.Library) -> _core.Rulebook:
    """A rulebook from a file; the base of an overlay may be one that was added before."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    if _core.is_overlay(text):
        for base in library.rulebooks:
            if _extends(text, base):
                return base.with_overlay(path)
    return _core.Rulebook.load(path)


def _extends(text: str, base: _core.Rulebook) -> bool:
    try:
        pinned = json.loads(text)["extends"]
    except (ValueError, KeyError, TypeError):
        # What is wrong with the file is told when it is loaded.
        return False
    return bool(pinned == {"id": base.id, "version": base.version})


def _described(rulebook: _core.Rulebook) -> dict[str, object]:
    return {
        "id": rulebook.id,
        "version": rulebook.version,
        "digest": rulebook.digest,
        "title": rulebook.title,
        "province": rulebook.province,
        "layers": rulebook.layers,
        "in_force": rulebook.in_force,
        "subjects": rulebook.subjects,
        "instruments": rulebook.instruments,
    }


def _list(rulebook: _core.Rulebook, words: Wording, subject: str | None = None) -> None:
    print(f"{rulebook.id} {rulebook.version}  {words.of(rulebook.title)}")
    force = rulebook.in_force if subject is None else rulebook.subject_in_force(subject)
    dates = {"from": force["from"], "to": force["to"]}
    print("  " + words("cli.in_force_until" if force["to"] else "cli.in_force_from", **dates))
    for layer in rulebook.layers:
        print("  " + words("cli.on_top_of", rulebook=layer["id"], version=layer["version"]))
    kinds = rulebook.subjects if subject is None else [subject]
    print(aligned([(f"  {kind}", words.of(rulebook.subject_label(kind))) for kind in kinds]))


def _in_force(library: _core.Library, on: str, options: argparse.Namespace, words: Wording) -> int:
    """The rulebook in force for one kind of subject, or for each."""
    kinds = [options.subject] if options.subject is not None else library.subjects
    found: list[tuple[str, _core.Rulebook | NotInForceError]] = []
    for kind in kinds:
        try:
            found.append((kind, library.in_force(on, kind, options.province)))
        except NotInForceError as none:
            found.append((kind, none))
            if none.reason == "unknown_province":
                break
    if options.json:
        print_json([_answer(kind, answer) for kind, answer in found])
    elif options.subject is not None or len(found) < len(kinds):
        _, answer = found[-1]
        if isinstance(answer, NotInForceError):
            print(words.of(answer.words))
        else:
            _list(answer, words, options.subject)
    else:
        print(aligned([_line(kind, answer, words) for kind, answer in found]))
    lacking = any(isinstance(answer, NotInForceError) for _, answer in found)
    return _NOT_FOUND if lacking and (options.subject is not None or len(found) < len(kinds)) else _DONE


def _answer(kind: str, answer: _core.Rulebook | NotInForceError) -> dict[str, object]:
    if isinstance(answer, NotInForceError):
        return {
            "subject": kind,
            "rulebook": None,
            "reason": answer.reason,
            "candidates": answer.candidates,
            "words": answer.words,
        }
    return {"subject": kind, "rulebook": _described(answer), "reason": None, "candidates": [], "words": None}


def _line(kind: str, answer: _core.Rulebook | NotInForceError, words: Wording) -> tuple[str, str, str]:
    if isinstance(answer, NotInForceError):
        several = answer.reason == "several_in_force"
        named = ", ".join(candidate["id"] for candidate in answer.candidates)
        return (kind, "-", words("cli.several_in_force", rulebooks=named) if several else words("cli.none_in_force"))
    return (kind, f"{answer.id} {answer.version}", words.of(answer.title))


def show(options: argparse.Namespace, words: Wording) -> int:
    """Prints a rulebook as a page for jurists, or writes it to a file."""
    rulebook = rulebook_of(options.rulebook, options.on)
    for overlay in options.overlay:
        rulebook = rulebook.with_overlay(Path(overlay))
    page = rulebook.page(words.lang)
    if options.output is None:
        sys.stdout.write(page)
        return _DONE
    target = Path(options.output)
    check_target(target, map(Path, [options.rulebook, *options.overlay]))
    with replacing(target) as file:
        file.write(page.encode())
    print(words("cli.written", file=target))
    return _DONE


def schema(options: argparse.Namespace, words: Wording) -> int:
    """Prints the schema of rulebooks or of overlays, or writes it to a file."""
    text = _core.schema(options.of)
    if options.output is None:
        sys.stdout.write(text)
        return _DONE
    with replacing(Path(options.output)) as file:
        file.write(text.encode())
    print(words("cli.written", file=options.output))
    return _DONE


def new(options: argparse.Namespace, words: Wording) -> int:
    """Writes an overlay to start from, with the schema from which an editor completes it."""
    base = rulebook_of(options.base, options.on)
    template = base.overlay_template()
    started = json.loads(template)
    target = Path(options.output if options.output is not None else f"{started['id']}.json")
    # The file that the overlay names as its schema, in the same folder.
    beside = target.with_name(started["$schema"])
    if target == beside:
        raise WordedError("cli.schema_name", file=target.name)
    if target.exists():
        raise WordedError("cli.exists", file=target)
    with replacing(beside) as file:
        file.write(base.overlay_schema().encode())
    with replacing(target) as file:
        file.write(template.encode())
    print(words("cli.written", file=target))
    print(words("cli.written", file=beside))
    # The base of a file of one's own is named, for it is not found by its id.
    base_option = "" if base.id == options.base else f" --base {options.base}"
    print(words("cli.overlay_next", command=f"xeploai overlay check {target}{base_option}"))
    return _DONE


def check(options: argparse.Namespace, words: Wording) -> int:
    """Loads a rulebook or an overlay, and reports what it changes against its base or another one."""
    path = Path(options.file)
    if options.base is None:
        rulebook = _core.Rulebook.load(path)
        changes = rulebook.changes()
    else:
        base = rulebook_of(options.base, options.on)
        extends = _core.is_overlay(path.read_text(encoding="utf-8-sig", errors="replace"))
        rulebook = base.with_overlay(path) if extends else _core.Rulebook.load(path)
        changes = rulebook.changes(base)
    if options.json:
        print_json({**_described(rulebook), "changes": changes})
        return _DONE
    print(words("cli.sound", rulebook=rulebook.id, version=rulebook.version, digest=rulebook.digest))
    for layer in rulebook.layers:
        print(words("cli.on_top_of", rulebook=layer["id"], version=layer["version"]))
    if not rulebook.layers and options.base is None:
        print(words("cli.no_base"))
        return _DONE
    for change in changes:
        print(f"- {words.of(change['words'])}")
    print(words("cli.changes", count=len(changes)))
    print(words("cli.rest_not_compared"))
    return _DONE


def print_json(value: object) -> None:
    """Prints JSON for programs."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
