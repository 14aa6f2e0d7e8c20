"""The demo: a made-up commune is written as an Excel file; its members and cells are rated, one result is explained.

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


def shown(path: Path) -> str:
    """A path as a person at the project's root would type it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def main() -> int:
    """Run the demo; the exit code is 0 where every step did what it should."""
    FOLDER.mkdir(exist_ok=True)
    source, people, cells = (shown(FOLDER / name) for name in ("xa.xlsx", "ketqua.xlsx", "ketqua-chibo.xlsx"))
    commune.write(Path(source), seed=366)
    # Some rows are invalid on purpose: 1 is the right answer.
    codes = [
        show("rate", "366-qd-tw", "member", source, "-o", people, "--id", "Mã", "--labels"),
        show("rate", "366-qd-tw", "party_organization", source, "--sheet", "Chi bộ", "-o", cells, "--labels"),
        show("explain", "366-qd-tw", "member", "--row", source, "--id", "Mã", "--pick", "DV0007"),
    ]
    return 0 if codes == [1, 0, 0] else 1


if __name__ == "__main__":
    raise SystemExit(main())
