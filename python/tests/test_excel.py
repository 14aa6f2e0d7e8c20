"""Workbooks: what is read from them, what is written, and what the other sheets keep."""

from __future__ import annotations

import re
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from filing import CODES, GOOD, good, labels, rate, read_csv, read_xlsx, write_csv, write_xlsx


def test_excel_round_trip(tmp_path: Path) -> None:
    titles = ["Họ và tên", *labels().values(), None, "Ngày sinh"]
    record = GOOD | {"period_end": datetime(2025, 12, 31), "admitted_on": date(2010, 5, 19), "tasks_done": 10.0}
    cells = ["Lê Văn A", *record.values(), "không tiêu đề", date(1980, 2, 29)]
    broken = ["Lê Văn B", *(record | {"tasks_done": 11}).values()]
    open_ = ["Lê Văn C", *(record | {"score_general": None}).values()]
    source = write_xlsx(tmp_path / "in.xlsx", Một=[titles, cells, broken, open_], Hai=[["x", 1.5], [None, True]])
    workbook = openpyxl.load_workbook(source)
    workbook.worksheets[0].column_dimensions["A"].width = 33
    text = workbook.worksheets[0]["A5"]
    text.value, text.data_type = "=text", "s"
    workbook.save(source)
    assert rate(source, "-o", tmp_path / "out.xlsx") == 1

    workbook = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert workbook.sheetnames == ["Một", "Hai"]
    assert read_xlsx(tmp_path / "out.xlsx", 1) == [("x", 1.5), (None, True)]
    sheet = workbook.worksheets[0]
    lines = list(sheet.iter_rows(values_only=True))
    width = len(titles)
    assert list(lines[0]) == [*titles, *CODES]
    assert lines[1][:width] == tuple(datetime(c.year, c.month, c.day) if isinstance(c, date) else c for c in cells)
    assert lines[1][width:] == ("rated", "good", "good", "good", 89.99, None, None, lines[1][-1])
    assert lines[2][width] == "invalid"
    assert str(lines[2][width + 6]).startswith("tasks_done: inconsistent (expected <= tasks_assigned (10); found 11)")
    assert lines[3][width : width + 5] == ("undetermined", None, "completed", "excellent", None)
    assert lines[3][width + 5] == "score_general"
    assert (sheet["A5"].value, sheet["A5"].data_type) == ("=text", "s")
    assert sheet.column_dimensions["A"].width == 33
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(5, width + 8).coordinate}"
    assert all(sheet.cell(1, place).font.b for place in range(1, width + 9))
    tints = [sheet.cell(row, 1).fill.fgColor.rgb for row in (2, 3, 4)]
    assert tints[0] == "00000000"
    assert len(set(tints)) == 3
    assert sheet.cell(2, width + 8).alignment.wrap_text


def test_excel_sheet_is_chosen_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_xlsx(tmp_path / "in.xlsx", Bìa=[["Báo cáo"]], Hồ_sơ=[list(GOOD), good()])
    assert rate(source, "-o", tmp_path / "out.xlsx") == 2
    capsys.readouterr()
    assert rate(source, "-o", tmp_path / "out.xlsx", "--sheet", "Hồ sơ") == 2
    assert "Bìa, Hồ_sơ" in capsys.readouterr().err
    name = unicodedata.normalize("NFD", "hồ_Sơ")
    assert rate(source, "-o", tmp_path / "out.xlsx", "--sheet", name) == 0
    assert read_xlsx(tmp_path / "out.xlsx", 0) == [("Báo cáo",)]
    assert read_xlsx(tmp_path / "out.xlsx", 1)[1][-7] == "good"


def test_a_formula_counts_by_its_value_and_is_never_silently_missing(tmp_path: Path) -> None:
    source = write_xlsx(tmp_path / "in.xlsx", S=[["tổng", *GOOD], ["=1+1", *good(tasks_done="=5+5")]])
    # openpyxl computes nothing, so the formula has no value: it is a stated fact that cannot be read.
    assert rate(source, "-o", tmp_path / "out.xlsx") == 1
    line = read_xlsx(tmp_path / "out.xlsx")[1]
    assert line[0] == "=1+1"
    assert line[-8] == "invalid"
    assert '"=5+5"' in line[-2]


def change_sheet(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Changes the text of the first sheet, to what other programs than openpyxl write."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    assert change(parts[name]) != parts[name]
    parts[name] = change(parts[name])
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)


def test_a_formula_whose_value_is_empty_is_an_empty_cell(tmp_path: Path) -> None:
    cells = good(tasks_done="=5+5", score_general='=IF(TRUE,"","")')
    source = write_xlsx(tmp_path / "in.xlsx", S=[list(GOOD), cells])

    def compute(text: bytes) -> bytes:
        text = re.sub(rb"<c r=\"(\w+)\"><f>5\+5</f><v ?/>", rb'<c r="\1"><f>5+5</f><v>10</v>', text)
        return re.sub(rb"<c r=\"(\w+)\"><f>IF(.*?)</f><v ?/>", rb'<c r="\1" t="str"><f>IF\2</f><v></v>', text)

    change_sheet(source, compute)
    assert rate(source, "-o", tmp_path / "out.xlsx") == 0
    line = read_xlsx(tmp_path / "out.xlsx")[1]
    assert line[list(GOOD).index("tasks_done")] == 10
    assert line[len(GOOD)] == "undetermined"
    assert line[len(GOOD) + 5] == "score_general"


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_a_formula_is_seen_whatever_its_element_is_called(tmp_path: Path, prefix: str) -> None:
    def rename(text: bytes) -> bytes:
        space = b'="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        return re.sub(rb"<(/?)(\w)", rb"<\1x:\2", text).replace(b"xmlns" + space, b"xmlns:x" + space)

    source = write_xlsx(tmp_path / "in.xlsx", S=[["exempt_from_activities"], ["=TRUE()"]])
    if prefix:
        change_sheet(source, rename)
    assert rate(source, "-o", tmp_path / "out.xlsx") == 1
    assert '"=TRUE()"' in read_xlsx(tmp_path / "out.xlsx")[1][7]


def test_titles_and_merged_cells_beside_the_table(tmp_path: Path) -> None:
    source = write_xlsx(tmp_path / "in.xlsx", S=[["exempt_from_activities"], [True]])
    workbook = openpyxl.load_workbook(source)
    workbook.worksheets[0].merge_cells("A1:F1")
    workbook.worksheets[0]["Z900"].number_format = "0.00"
    workbook.save(source)
    assert rate(source, "-o", tmp_path / "out.xlsx") == 0
    assert read_xlsx(tmp_path / "out.xlsx")[1][:2] == (True, "not_reviewed")


def test_a_table_of_excel_keeps_its_own_filter(tmp_path: Path) -> None:
    source = write_xlsx(tmp_path / "in.xlsx", S=[["exempt_from_activities"], [True]])
    workbook = openpyxl.load_workbook(source)
    from openpyxl.worksheet.table import Table

    workbook.worksheets[0].add_table(Table(displayName="T", ref="A1:A2"))
    workbook.save(source)
    assert rate(source, "-o", tmp_path / "out.xlsx") == 0
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0].auto_filter.ref is None


def test_what_is_no_workbook_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.xlsx"
    source.write_bytes(b"PK\x03\x04 broken")
    assert rate(source, "-o", tmp_path / "out.xlsx") == 2
    assert "in.xlsx" in capsys.readouterr().err


def test_excel_needs_openpyxl_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_xlsx(tmp_path / "in.xlsx", S=[list(GOOD), good()])
    plain = write_csv(tmp_path / "in.csv", [list(GOOD), good()])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert rate(source, "-o", tmp_path / "out.xlsx") == 2
    assert "xeploai[files]" in capsys.readouterr().err
    assert rate(plain, "-o", tmp_path / "out.csv") == 0


def test_csv_to_excel_and_back(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "in.csv", [["note", *GOOD], ["=SUM(A1)", *good()], ["\x07", *good()]])
    assert rate(source, "-o", tmp_path / "out.xlsx") == 0
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=SUM(A1)", "s")  # text, not a formula of whoever wrote it
    assert sheet["A3"].value == "\ufffd"
    assert rate(tmp_path / "out.xlsx", "-o", tmp_path / "back.csv", "--prefix", "again_") == 0
    back = read_csv(tmp_path / "back.csv")
    assert back[1][: len(GOOD) + 1] == ["=SUM(A1)", *map(str, good())]
    assert back[1][-7] == "good"


def test_excel_cells_as_text_of_csv(tmp_path: Path) -> None:
    line = [datetime(2025, 12, 31), datetime(2025, 12, 31, 8, 30), 3.0, 2.5, True, None]
    source = write_xlsx(tmp_path / "in.xlsx", S=[["a", "b", "c", "d", "exempt_from_activities", "tasks_done"], line])
    assert rate(source, "-o", tmp_path / "out.csv") == 0
    assert not (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert read_csv(tmp_path / "out.csv")[1][:6] == ["2025-12-31", "2025-12-31T08:30:00", "3", "2.5", "TRUE", ""]
