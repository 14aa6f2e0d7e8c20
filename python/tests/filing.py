"""What the tests of files share: a member, and files written and read without the code under test."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

import xeploai
from xeploai import cli

CRITERIA = Path(__file__).parent / "data" / "criteria.json"

# A member rated good: 89.99 points, and 3 of 10 tasks beyond the requirement.
GOOD: dict[str, Any] = {
    "period_end": "2025-12-31",
    "admitted_on": "2010-05-19",
    "exempt_from_activities": False,
    "suspended_from_activities": False,
    "score_general": 28,
    "score_results": 61.99,
    "tasks_assigned": 10,
    "tasks_done": 10,
    "tasks_late": 0,
    "tasks_below_standard": 0,
    "tasks_exceeded": 3,
    "shortcomings_noted": 0,
    "shortcomings_remedied": 0,
    "degradation_concluded": False,
    "conduct_breach_concluded": False,
    "discipline_on_duty": "none",
    "discipline_for_earlier_violation": False,
    "self_detected_and_remedied": False,
}
CODES = ["outcome", "level", "at_least", "at_most", "score", "missing", "problems", "reasons"]
TITLES = ["Kết quả", "Mức xếp loại", "Thấp nhất", "Cao nhất", "Điểm", "Còn thiếu", "Lỗi dữ liệu", "Lý do"]

Line = Sequence[Any]

# A table, and the items of its list `criteria`, of the rulebook CRITERIA.
MAIN = [["Mã", "Có mặt"], ["A", "Có"], ["B", "Có"], ["7", "Có"], ["", "Có"]]
ITEMS = [
    ["Ghi chú", "Mã", "Tên tiêu chí", "Cấp độ"],
    ["", "A", "một", "Tốt"],
    ["", "A", "hai", "good"],
    ["", " B ", "một", "Kém"],
]


def write_csv(path: Path, lines: Sequence[Line], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(lines)
    return path


def read_csv(path: Path, delimiter: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def write_xlsx(path: Path, **sheets: Sequence[Line]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, lines in sheets.items():
        sheet = workbook.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
    workbook.save(path)
    return path


def read_xlsx(path: Path, sheet: int = 0) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path).worksheets[sheet].iter_rows(values_only=True))


def rate(*arguments: str | Path, subject: str = "member", rulebook: str | Path = "366-qd-tw") -> int:
    return cli.main(["rate", str(rulebook), subject, *map(str, arguments)])


def good(**changes: Any) -> list[Any]:
    return list((GOOD | changes).values())


def labels(lang: str = "vi") -> dict[str, str]:
    facts = xeploai.Rulebook.builtin("366-qd-tw").facts("member")
    return {fact["name"]: fact["label"]["vi" if lang == "vi" else "en"] for fact in facts}
