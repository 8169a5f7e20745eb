"""A workbook as a township sends it: sixty enterprises, every second one with something odd about it."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import shapely
import xlsxwriter
from geoalchemy2.shape import to_shape
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from xlsxwriter.worksheet import Worksheet

from backend.enterprises.models import Enterprise
from backend.importing.report import ImportReport
from geodata.crs import Datum, from_cgcs2000
from tests.backend.importing.files import district, imported
from tests.workbooks import workbook

COUNT = 60
FIRST_ROW = 4
HEADINGS = [
    "编号", "企业名称", "统一社会信用代码", "更正说明", "经度", "纬度", "风险等级", "从业人员", "命名日期",
    "经营状态", "详细地址", "行业代码",
]  # fmt: skip
GOOD, SHARED = "91440300708461136T", "91350100M000100Y43"
WRONG = f"{GOOD[:-1]}U"
# In the district, the last three within 400 m of its eastern edge; told in GCJ-02, which lies 500 m off.
PLACES = [shapely.Point(113.21 + number / 1000, 33.70) for number in range(COUNT - 3)] + [
    shapely.Point(113.347 + number / 2000, 33.71) for number in range(3)
]
TOLD = shapely.get_coordinates(from_cgcs2000(np.array(PLACES, dtype=object), Datum("GCJ-02")))

# What is odd about a row, by its number from 1: (column, what is written there).
ODD: dict[int, tuple[str, object]] = {
    2: ("从业人员", "１２０"),
    4: ("统一社会信用代码", "９１３５０１００Ｍ０００１００Ｙ４３"),
    6: ("经营状态", "注销"),
    8: ("命名日期", date(2026, 3, 5)),
    10: ("命名日期", 46086),
    12: ("命名日期", "2026.3.5"),
    14: ("命名日期", "2026年3月5日"),
    16: ("命名日期", "20260305"),
    18: ("从业人员", "1,200"),
    20: ("风险等级", "Ⅱ级"),
    22: ("统一社会信用代码", SHARED),
    24: ("行业代码", "0111"),
    26: ("经度", str(TOLD[25][0])),
    # From here on nobody can tell what is right.
    3: ("统一社会信用代码", WRONG),
    5: ("企业名称", None),
    7: ("风险等级", "绿"),
    9: ("命名日期", "2026-13-01"),
    11: ("命名日期", "去年"),
    13: ("从业人员", "约百人"),
    15: ("统一社会信用代码", "9.1440300708E+17"),
    17: ("编号", "e16"),
    19: ("经度", "１１３.２３"),
    21: ("行业代码", 999),
    23: ("经营状态", "不详"),
}
BAD = (3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 31, 33, 35, 37)
LETTERS = {heading: "ABCDEFGHIJKL"[index] for index, heading in enumerate(HEADINGS)}
DAY = date(2026, 3, 5)


def line(number: int) -> list[Any]:
    lon, lat = TOLD[number - 1].tolist()
    plain = dict(zip(HEADINGS, [f"e{number}", f"企业{number}", None, None, lon, lat, "低"], strict=False))
    if number in ODD:
        heading, written = ODD[number]
        plain[heading] = written
    if number == 31:  # swapped
        plain |= {"经度": lat, "纬度": lon}
    if number == 33:  # an office in the capital of the province
        plain |= {"经度": 113.66, "纬度": 34.75}
    if number == 35:  # a geocoder that found nothing
        plain |= {"经度": 0, "纬度": 0}
    if number == 39:
        plain |= {"统一社会信用代码": WRONG, "更正说明": "证照如此，市监局已核对"}
    return [plain.get(heading) for heading in HEADINGS]


def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
    """A title, headings under headings, merged cells, formulas and errors."""
    days = book.add_format({"num_format": "yyyy/m/d"})
    sheet.merge_range("A1:L1", "姚孟街道企业风险清单（2026 年）")
    for column, heading in enumerate(HEADINGS):
        if heading not in ("经度", "纬度"):
            sheet.merge_range(1, column, 2, column, heading)
    sheet.merge_range("E2:F2", "位置")
    sheet.write_row("E3", ["经度", "纬度"])
    for number in range(1, COUNT + 1):
        row = FIRST_ROW + number - 2
        for column, value in enumerate(line(number)):
            if isinstance(value, date):
                sheet.write_datetime(row, column, value, days)
            elif value is not None:
                sheet.write(row, column, value)
    people = HEADINGS.index("从业人员")
    sheet.write_formula(FIRST_ROW + 37 - 2, people, "=B99/0", None, "#DIV/0!")
    sheet.write_formula(FIRST_ROW + 38 - 2, people, "=60*2", None, 120)
    sheet.merge_range(
        FIRST_ROW + 40 - 2,
        HEADINGS.index("详细地址"),
        FIRST_ROW + 42 - 2,
        HEADINGS.index("详细地址"),
        "湛南路 1 号院",
    )


@pytest.fixture
def dirty(session: Session, tmp_path: Path) -> Path:
    district(session)
    return workbook(tmp_path / "清单.xlsx", fill=fill)


def taken(session: Session, path: Path, folder: Path, **options: Any) -> ImportReport:
    return imported(
        session,
        path,
        source="姚孟",
        crs=None,
        **{"datum": "GCJ-02", "is_partial": True, "quarantine": folder / "隔离.xlsx", **options},
    )


def row_of(session: Session, number: int) -> Enterprise:
    return session.scalars(select(Enterprise).where(Enterprise.source_id == f"e{number}")).one()


def count(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Enterprise)).one()


def test_nothing_is_lost(session: Session, dirty: Path, tmp_path: Path) -> None:
    report = taken(session, dirty, tmp_path)
    assert (report.rows, report.inserted, report.quarantined) == (COUNT, COUNT - len(BAD), len(BAD))
    assert count(session) == COUNT - len(BAD)
    assert {finding.row - FIRST_ROW + 1 for finding in report.findings} == set(BAD)


def test_each_fault_is_named_by_sheet_row_and_letter(session: Session, dirty: Path, tmp_path: Path) -> None:
    told = {finding.row: finding for finding in taken(session, dirty, tmp_path).findings}
    expected = {
        3: ("C", "应为“T”"),
        5: ("B", "必填项为空"),
        7: ("G", "不认识的词"),
        9: ("I", "不是日期"),
        11: ("I", "不是日期"),
        13: ("H", "不是非负整数"),
        15: ("C", "科学计数法"),
        17: ("A", "编号重复"),
        19: ("E", "全角"),
        21: ("L", "不是 GB/T 4754-2017 的行业代码"),
        23: ("J", "不认识的词"),
        31: ("E、F", "颠倒"),
        33: ("E、F", "界外"),
        35: ("E、F", "0"),
        37: ("H", "#DIV/0!"),
    }
    for number, (letters, reason) in expected.items():
        finding = told[FIRST_ROW + number - 1]
        assert (finding.sheet, finding.column) == ("企业", letters), finding
        assert reason in f"{finding.reason} {finding.hint} {finding.value}", finding


@pytest.mark.parametrize(
    ("number", "fact", "value"),
    [
        (2, "staff", 120),
        (4, "credit_code", SHARED),
        (6, "operating_status", "closed"),
        *((number, "demonstration_since", DAY) for number in (8, 10, 12, 14, 16)),
        (18, "staff", 1200),
        (20, "grade", 2),
        (24, "industry_code", "0111"),
        (38, "staff", 120),
        (39, "credit_code", WRONG),
        *((number, "address", "湛南路 1 号院") for number in (40, 41, 42)),
        (43, "address", None),
    ],
)
def test_what_is_only_written_oddly_is_understood(
    session: Session, dirty: Path, tmp_path: Path, number: int, fact: str, value: object
) -> None:
    taken(session, dirty, tmp_path)
    assert getattr(row_of(session, number), fact) == value


def test_places_in_gcj_02_come_to_where_they_are(session: Session, dirty: Path, tmp_path: Path) -> None:
    taken(session, dirty, tmp_path)
    stored = session.execute(select(Enterprise.source_id, Enterprise.location)).all()
    for source_id, location in stored:
        place = PLACES[int(source_id.removeprefix("e")) - 1]
        # A few metres: the shift is undone by approximation, and rounded.
        assert to_shape(location).distance(place) < 1e-5, source_id


def test_a_datum_that_was_forgotten_is_suspected(session: Session, dirty: Path, tmp_path: Path) -> None:
    report = taken(session, dirty, tmp_path, datum="WGS84")
    assert any("若按 GCJ-02 换算，界外的行由" in notice for notice in report.notices)


def test_what_is_only_remarkable_is_told(session: Session, dirty: Path, tmp_path: Path) -> None:
    notices = "\n".join(taken(session, dirty, tmp_path).notices)
    assert "2 行共用 1 个统一社会信用代码" in notices
    assert "1 行的信用代码不合校验规则，按更正说明接受" in notices
    assert "列名在第 3 行" in notices


MENDS: dict[int, dict[str, object]] = {
    3: {"统一社会信用代码": GOOD},
    5: {"企业名称": "企业5"},
    7: {"风险等级": "低"},
    9: {"命名日期": "2026-03-01"},
    11: {"命名日期": "2025-03-01"},
    13: {"从业人员": "100"},
    15: {"统一社会信用代码": None},
    17: {"编号": "e17"},
    19: {"经度": float(TOLD[18][0])},
    21: {"行业代码": "C2611"},
    23: {"经营状态": "正常"},
    31: {"经度": float(TOLD[30][0]), "纬度": float(TOLD[30][1])},
    33: {"经度": float(TOLD[32][0]), "纬度": float(TOLD[32][1])},
    35: {"经度": float(TOLD[34][0]), "纬度": float(TOLD[34][1])},
    37: {"从业人员": 12},
}


def mend(path: Path) -> None:
    """Correct the cells of the quarantine, as somebody does in Excel."""
    book = openpyxl.load_workbook(path)
    (sheet,) = book.worksheets
    headings = [cell.value for cell in sheet[1]]
    numbers = headings.index("隔离_行号")
    for row in sheet.iter_rows(min_row=2):
        for heading, value in MENDS[int(str(row[numbers].value)) - FIRST_ROW + 1].items():
            row[headings.index(heading)].value = value  # type: ignore[union-attr]
    book.save(path)


def test_the_quarantine_comes_in_once_it_is_mended(session: Session, dirty: Path, tmp_path: Path) -> None:
    taken(session, dirty, tmp_path)
    mend(tmp_path / "隔离.xlsx")
    report = taken(session, tmp_path / "隔离.xlsx", tmp_path, is_partial=False, quarantine=None)
    assert (report.inserted, report.quarantined, report.gone) == (len(BAD), 0, COUNT - len(BAD))
    assert count(session) == COUNT
    assert {row.source_id for row in session.scalars(select(Enterprise))} == {
        f"e{number}" for number in range(1, COUNT + 1)
    }


def test_a_quarantine_that_was_not_mended_says_the_same_again(
    session: Session, dirty: Path, tmp_path: Path
) -> None:
    first = taken(session, dirty, tmp_path)
    again = taken(session, tmp_path / "隔离.xlsx", tmp_path, quarantine=None, is_partial=False)
    # By itself, the row with a repeated key is a change of the other, which has to be agreed to; and what Excel could
    # not calculate is an empty cell.
    assert {finding.code for finding in first.findings} - {finding.code for finding in again.findings} == {
        "repeated_id",
        "error_cell",
    }
    assert (again.is_applied, again.differences.changed) == (False, 1)
