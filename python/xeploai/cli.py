"""The command line ``xeploai``: its arguments, its exit codes, and one line on stderr for what cannot be done.

0: every row is rated or honestly open. 1: something was invalid, and the output says what. 2: nothing was done. What
each command does stands in ``commands``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn, TextIO, TypeAlias

from xeploai import __version__, cohort_commands, commands, shelf, stats
from xeploai.errors import InternalError, LoadError, TableError, WordedError, XeploaiError
from xeploai.wording import LANGUAGES, Wording

if TYPE_CHECKING:
    from xeploai._core import Language

_Command: TypeAlias = Callable[[argparse.Namespace, Wording], int]

_NOTHING_DONE = 2
_INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """A parser that leaves the end of the program to ``main``."""

    def error(self, message: str) -> NoReturn:
        raise WordedError("cli.usage", detail=message, command=self.prog)


_Room: TypeAlias = "argparse._SubParsersAction[_Parser]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and gives its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        _speak_unicode(stream)
    words = Wording(_language(given))
    try:
        try:
            options = _parser(words).parse_args(given)
        except SystemExit as end:  # --help and --version have said what they had to
            return int(end.code or 0)
        code = int(options.run(options, words))
        sys.stdout.flush()
        return code
    except WordedError as error:
        return _refuse(error.text(words.lang))
    except LoadError as error:
        faults = [words.of(fault["words"]) for fault in error.faults]
        return _refuse(words("cli.not_loaded", count=len(faults)), *faults)
    except TableError as error:
        columns = [words.of(fault["words"]) for fault in error.faults]
        return _refuse(words("cli.columns_refused", count=len(columns)), *columns)
    except InternalError:
        raise
    except XeploaiError as error:
        return _refuse(str(error))
    except BrokenPipeError:
        # Whoever read the output has gone; what is left of it must not be an error when the program ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NOTHING_DONE
    except OSError as error:
        return _refuse(_system(error, words))
    except KeyboardInterrupt:
        return _INTERRUPTED


def _refuse(*lines: str) -> int:
    for line in lines:
        print(f"xeploai: {line}", file=sys.stderr)
    return _NOTHING_DONE


def _system(error: OSError, words: Wording) -> str:
    file = error.filename or ""
    match error:
        case FileNotFoundError():
            return words("cli.not_found", file=file)
        case PermissionError():
            return words("cli.no_permission", file=file)
        case IsADirectoryError():
            return words("cli.is_folder", file=file)
        case _:
            return words("cli.system", file=file, detail=error.strerror or "")


def _speak_unicode(stream: TextIO) -> None:
    """Lets a stream of an older encoding, as pipes of Windows have, take Vietnamese."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None and (stream.encoding or "").lower().replace("-", "") != "utf8":
        reconfigure(encoding="utf-8")


def _language(given: Sequence[str]) -> Language:
    """The language that is asked for; it is needed before the arguments are read, for what is said about them."""
    for place, argument in enumerate(given):
        option, equals, value = argument.partition("=")
        if option == "--lang":
            value = value if equals else "".join(given[place + 1 : place + 2])
            for lang in LANGUAGES:
                if value == lang:
                    return lang
    return LANGUAGES[0]


def _parser(words: Wording) -> _Parser:
    common = _Parser(add_help=False, allow_abbrev=False)
    common.add_argument("--lang", choices=LANGUAGES, default=LANGUAGES[0], help=words("cli.help_lang"))

    subject = _Parser(add_help=False, allow_abbrev=False)
    subject.add_argument("rulebook", metavar="RULEBOOK", help=words("cli.help_rulebook"))
    subject.add_argument("subject", metavar="SUBJECT", help=words("cli.help_subject"))
    subject.add_argument("--on", metavar="DATE", help=words("cli.help_on"))
    subject.add_argument("--overlay", metavar="FILE", action="append", default=[], help=words("cli.help_overlay"))

    policy = _Parser(add_help=False, allow_abbrev=False)
    policy.add_argument("--policy", metavar="NAME=OPTION", action="append", default=[], help=words("cli.help_policy"))

    table = _Parser(add_help=False, allow_abbrev=False)
    table.add_argument("--sheet", metavar="NAME", help=words("cli.help_sheet"))
    table.add_argument("--id", metavar="COLUMN", help=words("cli.help_id"))
    table.add_argument("--list", metavar="FACT=FILE|SHEET", action="append", default=[], help=words("cli.help_list"))
    table.add_argument("--keep", metavar="COLUMN", action="append", default=[], help=words("cli.help_keep"))

    parser = _Parser(prog="xeploai", description=words("cli.about"), epilog=words("cli.exit_codes"), allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"xeploai {__version__}", help=words("cli.help_version"))
    parser.add_argument("--lang", choices=LANGUAGES, default=LANGUAGES[0], help=words("cli.help_lang"))
    room = parser.add_subparsers(metavar="COMMAND", required=True, dest="command")

    def command(name: str, about: str, *parents: _Parser, below: _Room = room, run: _Command | None = None) -> _Parser:
        made = below.add_parser(name, help=about, description=about, parents=[common, *parents], allow_abbrev=False)
        made.set_defaults(run=run or getattr(commands, name))
        return made

    made = command("rulebooks", words("cli.about_rulebooks"), run=shelf.rulebooks)
    made.add_argument("--on", metavar="DATE", help=words("cli.help_in_force_on"))
    made.add_argument("--subject", metavar="SUBJECT", help=words("cli.help_subject"))
    made.add_argument("--province", metavar="PROVINCE", help=words("cli.help_province"))
    made.add_argument("--add", metavar="FILE", action="append", default=[], help=words("cli.help_add"))
    made.add_argument("--json", action="store_true", help=words("cli.help_json"))
    shown = made.add_subparsers(metavar="[ACTION]", required=False, dest="action")
    made = command("show", words("cli.about_show"), below=shown, run=shelf.show)
    made.add_argument("rulebook", metavar="RULEBOOK", help=words("cli.help_rulebook"))
    made.add_argument("--on", metavar="DATE", help=words("cli.help_on"))
    made.add_argument("--overlay", metavar="FILE", action="append", default=[], help=words("cli.help_overlay"))
    made.add_argument("-o", "--output", metavar="FILE", help=words("cli.help_page"))

    made = command("overlay", words("cli.about_overlay"), run=shelf.new)
    actions = made.add_subparsers(metavar="ACTION", required=True, dest="action")
    made = command("new", words("cli.about_overlay_new"), below=actions, run=shelf.new)
    made.add_argument("--base", metavar="RULEBOOK", required=True, help=words("cli.help_base"))
    made.add_argument("--on", metavar="DATE", help=words("cli.help_on"))
    made.add_argument("-o", "--output", metavar="FILE", help=words("cli.help_new"))
    for room_of_files in (shown, actions):
        made = command("check", words("cli.about_check"), below=room_of_files, run=shelf.check)
        made.add_argument("file", metavar="FILE", help=words("cli.help_check"))
        made.add_argument("--base", metavar="RULEBOOK", help=words("cli.help_check_base"))
        made.add_argument("--on", metavar="DATE", help=words("cli.help_on"))
        made.add_argument("--json", action="store_true", help=words("cli.help_json"))

    made = command("schema", words("cli.about_schema"), run=shelf.schema)
    made.add_argument("of", choices=("rulebook", "overlay"), help=words("cli.help_schema"))
    made.add_argument("-o", "--output", metavar="FILE", help=words("cli.help_schema_file"))

    made = command("facts", words("cli.about_facts"), subject)
    made.add_argument("--json", action="store_true", help=words("cli.help_json"))

    made = command("rate", words("cli.about_rate"), subject, policy, table)
    made.add_argument("input", metavar="INPUT", help=words("cli.help_input"))
    made.add_argument("-o", "--output", metavar="OUTPUT", required=True, help=words("cli.help_output"))
    made.add_argument("--labels", action="store_true", help=words("cli.help_labels"))
    made.add_argument("--explain", action="store_true", help=words("cli.help_explain"))
    made.add_argument("--prefix", metavar="TEXT", default="", help=words("cli.help_prefix"))
    made.add_argument("--excel-csv", action="store_true", help=words("cli.help_excel_csv"))

    made = command("explain", words("cli.about_explain"), subject, policy, table)
    source = made.add_mutually_exclusive_group()
    source.add_argument("--fact", metavar="NAME=VALUE", action="append", help=words("cli.help_fact"))
    source.add_argument("--row", metavar="FILE", help=words("cli.help_row"))
    made.add_argument("--pick", metavar="ID", help=words("cli.help_pick"))
    made.add_argument("--json", action="store_true", help=words("cli.help_json"))

    made = command("cohort", words("cli.about_cohort"), run=cohort_commands.rate)
    actions = made.add_subparsers(metavar="ACTION", required=True, dest="action")
    whole = _cohort(words, policy)
    made = command("plan", words("cli.about_cohort_plan"), whole, below=actions, run=cohort_commands.plan)
    made.add_argument("--json", action="store_true", help=words("cli.help_json"))
    made = command("rate", words("cli.about_cohort_rate"), whole, below=actions, run=cohort_commands.rate)
    made.add_argument("-o", "--output", metavar="FOLDER", required=True, help=words("cli.help_cohort_output"))
    made = command("what-if", words("cli.about_cohort_what_if"), whole, below=actions, run=cohort_commands.what_if)
    told = words("cli.help_cohort_change")
    made.add_argument("--change", metavar="ID:FACT=VALUE", action="append", required=True, help=told)
    made.add_argument("--json", action="store_true", help=words("cli.help_json"))
    made = command("explain", words("cli.about_cohort_explain"), whole, below=actions, run=cohort_commands.explain)
    made.add_argument("--pick", metavar="ID", required=True, help=words("cli.help_pick"))
    made.add_argument("--json", action="store_true", help=words("cli.help_json"))

    made = command("template", words("cli.about_template"), subject)
    made.add_argument("-o", "--output", metavar="FILE", required=True, help=words("cli.help_template"))

    made = command("stats", words("cli.about_stats"), run=stats.stats)
    made.add_argument("files", metavar="FILE", nargs="+", help=words("cli.help_stats_files"))
    made.add_argument("--by", metavar="COLUMN", action="append", default=[], help=words("cli.help_stats_by"))
    made.add_argument("--unit", metavar="COLUMN", help=words("cli.help_stats_unit"))
    made.add_argument("--kind", metavar="KIND", action="append", default=[], help=words("cli.help_stats_kind"))
    made.add_argument("--year", metavar="YEAR", action="append", default=[], help=words("cli.help_stats_year"))
    made.add_argument("--decimals", metavar="N", type=int, default=2, help=words("cli.help_stats_decimals"))
    roundings = ("half_up", "largest_remainder", "truncated")
    made.add_argument("--rounding", choices=roundings, default=roundings[0], help=words("cli.help_stats_rounding"))
    made.add_argument("--base", metavar="BASE", default="rated", help=words("cli.help_stats_base"))
    made.add_argument("--levels", metavar="CODE,CODE…", help=words("cli.help_stats_levels"))
    made.add_argument("--rulebook", metavar="RULEBOOK", help=words("cli.help_stats_rulebook"))
    made.add_argument("--prefix", metavar="TEXT", default="", help=words("cli.help_prefix"))
    made.add_argument("--sheet", metavar="NAME", help=words("cli.help_stats_sheet"))
    made.add_argument("--quota", metavar="SHARE", help=words("cli.help_stats_quota"))
    made.add_argument("--keep", metavar="COLUMN", action="append", default=[], help=words("cli.help_stats_keep"))
    made.add_argument("--json", action="store_true", help=words("cli.help_json"))
    made.add_argument("-o", "--output", metavar="OUTPUT", help=words("cli.help_stats_output"))
    return parser


def _cohort(words: Wording, policy: _Parser) -> _Parser:
    """What every command about a cohort asks for."""
    whole = _Parser(add_help=False, allow_abbrev=False, parents=[policy])
    whole.add_argument("source", metavar="SOURCE", help=words("cli.help_cohort_source"))
    whole.add_argument("--period-end", metavar="DATE", required=True, help=words("cli.help_period_end"))
    whole.add_argument("--on", metavar="DATE", help=words("cli.help_cohort_on"))
    whole.add_argument("--province", metavar="PROVINCE", help=words("cli.help_province"))
    whole.add_argument("--add", metavar="FILE", action="append", default=[], help=words("cli.help_add"))
    whole.add_argument("--group", metavar="NAME=COLUMN,…", action="append", default=[], help=words("cli.help_group"))
    whole.add_argument("--keep", metavar="COLUMN", action="append", default=[], help=words("cli.help_keep"))
    choices = ("unknown", "stated", "computed")
    told = words("cli.help_contradictions")
    whole.add_argument("--contradictions", choices=choices, default=choices[0], help=told)
    return whole
