"""Formatted workbooks, read again: by openpyxl as another program would, by our own reader for the way back."""

import io
import subprocess
import sys
import textwrap
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from backend import spreadsheets
from backend.grades import GRADES
from backend.spreadsheets import CodeList, Column, Fill, Marked, write_table
from geodata.workbooks import read_workbook

COLUMNS = (Column("名称"), Column("信用代码", "code"), Column("等级", "grade"), Column("人数", "integer"))
FILLS = {grade.zh: Fill(grade.colour, grade.text) for grade in GRADES}


def written(
    rows: list[list[object]], columns: Any = COLUMNS, title: str | None = "风险清单", **more: Any
) -> Worksheet:
    return book(rows, columns, title, **more).worksheets[0]


def book(
    rows: list[list[object]], columns: Any = COLUMNS, title: str | None = "风险清单", **more: Any
) -> Any:
    stream = io.BytesIO()
    assert write_table(stream, title, columns, rows, **more) == len(rows)
    return openpyxl.load_workbook(stream)


def test_a_list_has_a_title_notes_headings_and_a_filter_in_sight() -> None:
    sheet = written([["甲", "1", "重大", 3]], notes=["截至 2026-03-05"])
    assert [cell.value for cell in sheet["A"]] == ["风险清单", "截至 2026-03-05", "名称", "甲"]
    assert sheet.merged_cells.ranges == {*map(openpyxl.worksheet.cell_range.CellRange, ("A1:D1", "A2:D2"))}
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == ("A3:D4", "A4")


@pytest.mark.parametrize(("paper", "number"), [("A4", 9), ("A3", 8)])
def test_a_list_is_printed_across_with_its_headings_on_each_page(paper: Any, number: int) -> None:
    sheet = written([["甲", "1", "重大", 3]], paper=paper)
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", number)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$2:$2"


def test_grades_are_coloured_as_the_caller_says() -> None:
    sheet = written([["甲", "1", grade.zh, 3] for grade in GRADES], fills=FILLS)
    cells = [sheet.cell(row, 3) for row in range(3, 7)]
    assert [f"#{cell.fill.fgColor.rgb[2:].lower()}" for cell in cells] == [grade.colour for grade in GRADES]
    assert [f"#{cell.font.color.rgb[2:].lower()}" for cell in cells] == [grade.text for grade in GRADES]
    assert sheet["A3"].fill.fill_type is None


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "{=1}", "http://x.cn", "1e5", "0410"]
)
def test_text_is_never_a_formula_a_link_or_a_number(text: str) -> None:
    cell = written([[text, text, "低", 1]])["A3"]
    assert (cell.value, cell.hyperlink) == (text, None)
    assert cell.quotePrefix == (text[0] in "=+-@")
    stream = io.BytesIO()
    write_table(stream, None, COLUMNS, [[text, text, "低", 1]])
    assert "<f>" not in part(stream, "xl/worksheets/sheet1.xml")


def part(stream: io.BytesIO, member: str) -> str:
    with zipfile.ZipFile(stream) as archive:
        return archive.read(member).decode()


def test_values_have_the_formats_of_their_columns() -> None:
    columns = [Column(kind, kind) for kind in ("code", "integer", "number", "percent", "date", "time")]
    moment = datetime(2026, 3, 5, 16, 30, tzinfo=UTC)
    row = written([["0410", 3, 1.5, 0.25, date(2026, 3, 5), moment]], columns, None)[2]
    assert [(cell.value, cell.number_format) for cell in row] == [
        ("0410", "@"),
        (3, "0"),
        (1.5, "General"),
        (0.25, "0.0%"),
        (datetime(2026, 3, 5), "yyyy-mm-dd"),  # noqa: DTZ001
        (datetime(2026, 3, 6, 0, 30), "yyyy-mm-dd hh:mm"),  # noqa: DTZ001 (the same moment in China)
    ]


def test_truth_gaps_and_numbers_beyond_excel_are_told_as_people_read_them() -> None:
    rows = written([[True, 914104110123456789, None, float("nan")]], title=None)
    assert [cell.value for cell in rows[2]] == ["是", "914104110123456789", None, None]


def test_control_characters_leave_a_mark_and_too_much_text_is_cut_visibly() -> None:
    sheet = written([["名\x00称\x1b\u202e\ud800", "长" * 40_000, "低", 1]])
    assert sheet["A3"].value == "名\ufffd称\ufffd\ufffd\ufffd"
    assert len(sheet["B3"].value) == 32_767
    assert sheet["B3"].value.endswith("…（后面还有，一格写不下）")


def test_a_marked_cell_is_coloured_and_its_neighbour_is_not() -> None:
    sheet = written([[Marked("甲"), "1", Marked(None), 3]])
    assert [cell.fill.fill_type for cell in sheet[3]] == ["solid", None, "solid", None]


def test_codes_stand_on_a_sheet_of_their_own() -> None:
    names = book([["甲", "1", "低", 1]], codes=[CodeList("等级", ["重大", "低"]), CodeList("行业", ["工贸"])])
    assert names.sheetnames == ["清单", "代码表"]
    assert [[cell.value for cell in row] for row in names["代码表"]] == [
        ["等级", "行业"],
        ["重大", "工贸"],
        ["低", None],
    ]


def test_a_list_too_long_for_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 5)
    parts = book([[f"企业{n}", "1", "低", n] for n in range(7)])
    assert parts.sheetnames == ["清单", "清单（2）", "清单（3）"]
    assert [[sheet.cell(row, 1).value for row in range(3, sheet.max_row + 1)] for sheet in parts] == [
        ["企业0", "企业1", "企业2"],
        ["企业3", "企业4", "企业5"],
        ["企业6"],
    ]


def test_an_empty_list_is_a_list() -> None:
    assert [cell.value for cell in written([])["A"]] == ["风险清单", "名称"]


def test_the_same_list_is_the_same_file() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    for stream in (first, second):
        write_table(stream, "清单", COLUMNS, [["甲", "1", "低", 1]])
    assert first.getvalue() == second.getvalue()


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
CELLS = st.one_of(
    st.none(),
    TEXTS,
    st.integers(-(10**14), 10**14),
    st.dates(date(1990, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["=1+1", "_x0041_", "a\nb", "  甲 ", "'=1", '&<>"', "0410", "1E+5"]),
)


def expected(value: object) -> object:
    """What a cell reads as: marks for controls, one kind of line break, days as text, blanks as nothing."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        text = spreadsheets.cell_text(value)
        return text if text.strip() else None
    return value


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[object, ...]]
) -> None:
    path = tmp_path_factory.mktemp("round") / "a.xlsx"
    columns = [Column("名称"), Column("信用代码"), Column("备注")]
    with path.open("wb") as stream:
        write_table(stream, "清单", columns, rows)
    frame = read_workbook(path, known=["名称", "信用代码", "备注"]).table.frame.drop(columns="geometry")
    wanted = {
        number: [expected(value) for value in row]
        for number, row in enumerate(rows, start=3)
        if any(expected(value) is not None for value in row)
    }
    found = frame.astype(object).where(frame.notna(), None)
    assert dict(zip(found.index, found.to_numpy().tolist(), strict=True)) == wanted


@pytest.mark.slow
def test_two_hundred_thousand_rows_take_the_memory_of_a_few(tmp_path: Path) -> None:
    program = textwrap.dedent(
        f"""
        import re
        from pathlib import Path
        from backend.spreadsheets import Column, write_table
        rows = ([f"企业{{n}}", *range(24)] for n in range(200_000))
        with open({str(tmp_path / "a.xlsx")!r}, "wb") as stream:
            print(write_table(stream, "清单", [Column(str(n)) for n in range(25)], rows))
        # The peak of this program alone: ru_maxrss begins with the peak of the process that started it.
        print(int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
        """
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    count, megabytes = map(int, run.stdout.split())
    assert count == 200_000
    assert megabytes < 300
