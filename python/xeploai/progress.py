"""How far a long run has come, for a person who watches; silent where nobody does."""

from __future__ import annotations

from typing import TextIO


class Progress:
    """Writes ``done/total`` over itself, at most once for each hundredth of the way, and only to a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream if stream.isatty() else None
        self._shown = -1

    def __call__(self, done: int, total: int) -> None:
        """So many of so many rows are done; of 0 where nobody knows how many there are."""
        if self._stream is None:
            return
        if total == 0:
            self._shown = 0
            self._stream.write(f"\r{done}")
            self._stream.flush()
            return
        hundredth = done * 100 // max(total, 1)
        if hundredth > self._shown:
            self._shown = hundredth
            self._stream.write(f"\r{done}/{total}")
            self._stream.flush()

    def close(self) -> None:
        """Leaves the line to what comes next."""
        if self._stream is not None and self._shown >= 0:
            self._stream.write("\n")
            self._stream.flush()
