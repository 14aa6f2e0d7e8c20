"""Writes the Party members and cells of a commune that does not exist: a workbook to try the software on.

    python examples/commune.py OUT.xlsx [--seed N]

Names, dates and results are made up from a fixed seed; any likeness to a person is chance. Columns bear the Vietnamese
labels of the rulebook beside columns of the commune's own, and about a dozen rows are wrong as rows of real files are.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

import xeploai

RULEBOOK, KIND = "366-qd-tw", "member"
PEOPLE = 300
PERIOD_END = date(2025, 12, 31)

# A name that stands several times is that much more common.
FAMILY = "Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Hoàng Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Mai Trịnh"
MIDDLE = ("Văn Đức Quang Minh Hữu Xuân Thanh Công", "Thị Thị Thị Thu Ngọc Hồng Thanh Kim")
GIVEN = (
    "An Bình Cường Dũng Đạt Hải Hùng Khánh Lâm Long Nam Phong Quân Sơn Thắng Toàn Trung Tuấn Việt Vinh",
    "Anh Chi Dung Hà Hạnh Hiền Hoa Hương Lan Liên Linh Mai Nga Nhung Oanh Phương Thảo Thủy Trang Yến",
)
CELLS = [
    "Chi bộ Thôn Đông", "Chi bộ Thôn Đoài", "Chi bộ Thôn Trung", "Chi bộ Thôn Thượng", "Chi bộ Thôn Hạ",
    "Chi bộ Trường Tiểu học", "Chi bộ Trường Trung học cơ sở", "Chi bộ Trạm Y tế", "Chi bộ Công an xã",
    "Chi bộ Quân sự xã", "Chi bộ Cơ quan xã", "Chi bộ Hợp tác xã",
]  # fmt: skip

Cell = str | int | float | bool | date | None
Facts = dict[str, Cell]


def usual(luck: random.Random) -> Facts:
    """A member who did every task well: the good level, or what is built upon it."""
    tasks = luck.randint(8, 20)
    noted = luck.choice([0, 0, 1, 2, 3])
    return {
        "period_end": PERIOD_END,
        "admitted_on": date(1985, 1, 1) + timedelta(days=luck.randrange(14_400)),
        "exempt_from_activities": "Không",
        "suspended_from_activities": "Không",
        "score_general": luck.randrange(44, 57) / 2,
        "score_results": luck.randrange(200, 240) / 4,
        "tasks_assigned": tasks,
        "tasks_done": tasks,
        "tasks_late": 0,
        "tasks_below_standard": 0,
        "tasks_exceeded": luck.randint(0, tasks // 4),
        "shortcomings_noted": noted,
        "shortcomings_remedied": noted,
        "degradation_concluded": "Không",
        "conduct_breach_concluded": "Không",
        "discipline_on_duty": "Không bị kỷ luật",
        "discipline_for_earlier_violation": "Không",
        "self_detected_and_remedied": "Không",
    }


def outstanding(luck: random.Random) -> Facts:
    """Meets all that the highest level asks."""
    facts = usual(luck)
    tasks = luck.randint(8, 20)
    facts |= {"score_general": luck.randrange(54, 61) / 2, "score_results": luck.randrange(254, 281) / 4}
    return facts | {"tasks_assigned": tasks, "tasks_done": tasks, "tasks_exceeded": (3 * tasks + 9) // 10}


def passing(luck: random.Random) -> Facts:
    """Every task done, some of them late or below the standard."""
    facts = usual(luck)
    tasks = luck.randint(10, 20)
    late = luck.randint(1, tasks // 5)
    facts |= {"score_general": luck.randrange(36, 49) / 2, "score_results": luck.randrange(140, 180) / 4}
    return facts | {
        "tasks_assigned": tasks, "tasks_done": tasks, "tasks_late": late,
        "tasks_below_standard": late + luck.randint(0, 1), "tasks_exceeded": 0,
    }  # fmt: skip


def between(luck: random.Random) -> Facts:
    """The score of one level and the conditions of another, for which the text gives no level."""
    return outstanding(luck) | {"tasks_exceeded": 0}


def failing(luck: random.Random) -> Facts:
    """More than half of the tasks not done."""
    return passing(luck) | {
        "score_general": 15, "score_results": 22.5, "tasks_assigned": 12, "tasks_done": luck.randint(2, 5),
        "tasks_late": 1, "tasks_below_standard": 2,
    }  # fmt: skip


def disciplined(luck: random.Random) -> Facts:
    """Disciplined in the year; with some, what they did about it leaves the decision to the authority."""
    facts = usual(luck) | {"discipline_on_duty": luck.choice(["Khiển trách", "Cảnh cáo"])}
    return facts | {"self_detected_and_remedied": luck.choice(["Có", "Không"])}


def unfinished(luck: random.Random) -> Facts:
    """A task or two not done, for reasons that the score does not show."""
    facts = usual(luck)
    return facts | {"tasks_assigned": 12, "tasks_done": 12 - luck.randint(1, 2), "tasks_exceeded": 0}


# How many in a hundred, roughly as provinces publish it.
PROFILES: list[tuple[Callable[[random.Random], Facts], int]] = [
    (outstanding, 17), (usual, 62), (passing, 12), (between, 3), (unfinished, 3), (failing, 1), (disciplined, 2),
]  # fmt: skip

# By number of the person: what is wrong or unusual about the row. The rest of the row is as chance made it.
SPECIAL: dict[int, Facts] = {
    # Half a point and one task from the highest level.
    7: {"score_general": 27.5, "score_results": 62, "tasks_assigned": 10, "tasks_done": 10, "tasks_late": 0,
        "tasks_below_standard": 0, "tasks_exceeded": 2, "shortcomings_noted": 2, "shortcomings_remedied": 2,
        "discipline_on_duty": "Không bị kỷ luật", "self_detected_and_remedied": "Không"},
    19: {"score_results": 61.125},
    34: {"tasks_done": "mười hai"},
    48: {"admitted_on": "30/02/2020"},
    61: {"tasks_assigned": 10, "tasks_done": 12, "tasks_late": 0, "tasks_below_standard": 0, "tasks_exceeded": 0},
    77: {"score_general": 31},
    92: {"score_general": None, "score_results": None},
    108: {"discipline_on_duty": None},
    123: {"admitted_on": date(2025, 9, 2)},
    139: {"exempt_from_activities": "Có"},
    156: {"suspended_from_activities": "Có"},
    171: {"discipline_on_duty": "Phê bình"},
    188: {"tasks_late": 4, "tasks_below_standard": 1},
    203: {"tasks_late": -1},
    219: {"degradation_concluded": "x"},
    236: {"period_end": date(2024, 12, 31)},
    252: {"tasks_assigned": None, "tasks_done": None},
    # Unusual in form, and read all the same.
    268: {"score_general": "26,5", "admitted_on": "19/05/2010"},
    281: {"tasks_exceeded": 1.0, "exempt_from_activities": False},
}  # fmt: skip


def birthday(luck: random.Random, admitted: Cell) -> date:
    """A day of birth, some twenty to forty years before the admission."""
    since = admitted if isinstance(admitted, date) else date(2010, 5, 19)
    return since - timedelta(days=luck.randrange(18 * 366 + 200, 40 * 365))


def person(luck: random.Random) -> str:
    """A name made of common parts."""
    middle, given = luck.choice(list(zip(MIDDLE, GIVEN, strict=True)))
    return " ".join(luck.choice(names.split()) for names in (FAMILY, middle, given))


def rows(seed: int) -> list[tuple[list[Cell], Facts]]:
    """Each person: the commune's own columns, and the facts."""
    luck = random.Random(seed)
    made: list[tuple[list[Cell], Facts]] = []
    profiles, weights = zip(*PROFILES, strict=True)
    for number in range(1, PEOPLE + 1):
        profile = luck.choices(profiles, weights)[0]
        facts = profile(luck) | SPECIAL.get(number, {})
        own: list[Cell] = [f"DV{number:04}", person(luck), birthday(luck, facts["admitted_on"]), luck.choice(CELLS)]
        made.append((own, facts))
    return made


def cell_rows(seed: int) -> list[tuple[list[Cell], Facts]]:
    """Each Party cell: its number and name, and the facts of the organisation."""
    luck = random.Random(seed + 1)
    made: list[tuple[list[Cell], Facts]] = []
    for number, name in enumerate(CELLS, start=1):
        assigned = luck.randint(10, 18)
        late = luck.choice([0, 0, 0, 2])
        facts: Facts = {
            "period_end": PERIOD_END, "score_general": luck.randint(44, 60) / 2,
            "score_results": luck.randint(100, 138) / 2,
            "tasks_assigned": assigned, "tasks_done": assigned, "tasks_late": late, "tasks_below_standard": late,
            "tasks_exceeded": luck.choice([1, 2, assigned // 3 + 1]),
            "shortcomings_noted": 1, "shortcomings_remedied": 1,
            "subordinate_unit_disciplined": "Không", "member_discipline_on_duty": "Không bị kỷ luật",
            "member_discipline_other": luck.choice(["Không bị kỷ luật"] * 5 + ["Khiển trách"]),
        }  # fmt: skip
        if number == 4:
            facts["tasks_done"] = assigned // 2
            facts["tasks_exceeded"] = 0
        if number == 9:
            facts["tasks_late"] = None
        made.append(([f"CB{number:02}", name], facts))
    return made


def fill(sheet: Worksheet, titles: list[str], kind: str, made: list[tuple[list[Cell], Facts]]) -> None:
    """Writes the rows of a kind of subject below the titles."""
    declared = xeploai.Rulebook.builtin(RULEBOOK).facts(kind)
    sheet.append([*titles, *(fact["label"]["vi"] for fact in declared)])
    for own, facts in made:
        sheet.append([*own, *(facts.get(fact["name"]) for fact in declared)])
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            if isinstance(cell.value, date):
                cell.number_format = "dd/mm/yyyy"
    for place, title in enumerate(sheet[1], start=1):
        title.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = 24 if place <= len(titles) and place > 1 else 14


def write(target: Path, seed: int) -> None:
    """Writes the workbook: the people, and the cells that they belong to."""
    workbook = Workbook()
    people = workbook.worksheets[0]
    people.title = "Đảng viên"
    fill(people, ["Mã", "Họ và tên", "Ngày sinh", "Chi bộ"], KIND, rows(seed))
    fill(workbook.create_sheet("Chi bộ"), ["Mã", "Tên chi bộ"], "party_organization", cell_rows(seed))
    target.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(target)


def main() -> None:
    """Reads the arguments and writes."""
    parser = argparse.ArgumentParser(description="Write the made-up Party members of a commune into a workbook.")
    parser.add_argument("output", metavar="OUT.xlsx", type=Path)
    parser.add_argument("--seed", type=int, default=366)
    options = parser.parse_args()
    write(options.output, options.seed)


if __name__ == "__main__":
    main()
