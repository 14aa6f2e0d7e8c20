"""Files of columns, Parquet and Arrow: rated by the core without a table in Python, larger than memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from xeploai import _core
from xeploai.errors import FileFormatError, TableError
from xeploai.files import replacing
from xeploai.jsonlines import Progress
from xeploai.tally import Tally


def rate_columns(
    rulebook: _core.Rulebook,
    kind: str,
    source: Path,
    target: Path,
    policies: Mapping[str, str],
    keep: Sequence[str],
    prefix: str,
    progress: Progress,
) -> Tally:
    """Rates every row of ``source`` into ``target`` and counts the results.

    Raises ``TableError`` where the columns are not in order, ``FileFormatError`` where a file is not of its form, and
    ``OSError`` where it cannot be read or written; ``target`` is then as it was.
    """

    def told(rows: int) -> None:
        # How many there are in all, nobody knows before the last.
        progress(rows, 0)

    with source.open("rb"), replacing(target) as file:
        try:
            counts = rulebook.rate_file(
                kind,
                source,
                Path(file.name),
                form=target.suffix[1:].lower(),
                policies=policies or None,
                keep=list(keep),
                prefix=prefix,
                progress=told,
            )
        except TableError:
            raise
        except ValueError as error:
            raise FileFormatError("cli.not_of_form", file=source.name, found=str(error)) from error
        if counts["rows"] == 0:
            raise FileFormatError("cli.no_rows", file=source.name)
    return Tally(
        rows=counts["rows"],
        outcomes=Counter(counts["outcomes"]),
        levels=Counter(counts["levels"]),
        foreign=counts["foreign"],
        absent=counts["absent"],
        single_rows=counts["single_rows"],
        why_single=counts["why_single"],
    )
