"""The demo: a made-up province rated as one cohort, with its order, quotas and statistics; then a commune's Excel file.

`make demo` runs it. Everything is written below `demo/`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from xeploai.cli import main as xeploai

import commune

PROVINCE = Path(__file__).parent / "province"

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


def of_province() -> int:
    """Write the last year of the made-up province, rate it as one cohort, count it."""
    year, results = FOLDER / "tinh" / "2021", FOLDER / "ketqua-tinh"
    print(f"\n$ python examples/province/generate.py --out {shown(year.parent)} --year 2021", flush=True)
    subprocess.run(
        [sys.executable, str(PROVINCE / "generate.py"), "--out", str(year.parent), "--year", "2021"], check=True
    )
    period = ("--period-end", "31/12/2021", "--province", "nam-dinh")
    found = show("cohort", "rate", shown(year), *period, "-o", shown(results))
    organizations, leaders = (shown(results / f"{kind}.parquet") for kind in ("party_organization", "leader"))
    show("stats", organizations, "--kind", "party_organization", "--year", "2021", "--by", "tier")
    show("stats", leaders, "--kind", "leader", "--year", "2021")
    return found


def main() -> int:
    """Run the demo; the exit code is 0 where every step did what it should."""
    FOLDER.mkdir(exist_ok=True)
    province = of_province()
    source, people, cells = (shown(FOLDER / name) for name in ("xa.xlsx", "ketqua.xlsx", "ketqua-chibo.xlsx"))
    commune.write(Path(source), seed=366)
    # Some rows are invalid on purpose: 1 is the right answer.
    codes = [
        show("rate", "366-qd-tw", "member", source, "-o", people, "--id", "Mã", "--labels"),
        show("rate", "366-qd-tw", "party_organization", source, "--sheet", "Chi bộ", "-o", cells, "--labels"),
        show("explain", "366-qd-tw", "member", "--row", source, "--id", "Mã", "--pick", "DV0007"),
    ]
    return 0 if [province, *codes] == [0, 1, 0, 0] else 1


if __name__ == "__main__":
    raise SystemExit(main())
