"""The demo: a made-up commune is written as an Excel file and rated; one member's result is explained.

`make demo` runs it. Everything is written below `demo/`.
"""

from __future__ import annotations

from pathlib import Path

from xeploai.cli import main as xeploai

import commune

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "demo"


def show(*arguments: str) -> int:
    """Show a command as a person would type it, and run it."""
    shown = " ".join(
        f'"{argument}"' if " " in argument or not argument.isascii() else argument for argument in arguments
    )
    print(f"\n$ xeploai {shown}", flush=True)
    return xeploai([*arguments])


def main() -> int:
    """Run the demo; the exit code is 0 where every step did what it should."""
    FOLDER.mkdir(exist_ok=True)
    source, result = FOLDER / "xa.xlsx", FOLDER / "ketqua.xlsx"
    commune.write(source, seed=366)
    files = [
        str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path) for path in (source, result)
    ]
    # Some rows are invalid on purpose: 1 is the right answer.
    rated = show("rate", "366-qd-tw", "member", files[0], "-o", files[1], "--id", "Mã", "--labels")
    explained = show("explain", "366-qd-tw", "member", "--row", files[0], "--id", "Mã", "--pick", "DV0007")
    return 0 if (rated, explained) == (1, 0) else 1


if __name__ == "__main__":
    raise SystemExit(main())
