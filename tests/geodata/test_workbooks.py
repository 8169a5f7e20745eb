"""Tables in Excel workbooks."""

import random
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from geodata import workbook_parts
from geodata.crs import Datum
from geodata.errors import (
    GeodataError,
    MissingCRS,
    TooLarge,
    UnknownLayer,
    UnreadableFile,
    UnsafeArchive,
    UnsupportedFormat,
)
from geodata.workbooks import WorkbookTable, read_workbook
from tests.workbooks import sheets, with_part, workbook

KNOWN = ("名称", "信用代码", "经度", "纬度", "启用日期", "等级", "备注")
SHEET = "xl/worksheets/sheet1.xml"


def read(path: Path, **options: Any) -> WorkbookTable:
    return read_workbook(path, **{"known": KNOWN, **options})


def column(table: WorkbookTable, name: str) -> list[object]:
    values = table.table.frame[name]
    return values.astype(object).where(values.notna(), None).tolist()


def faults(table: WorkbookTable) -> list[tuple[str, str]]:
    return [(fault.where, fault.code) for fault in table.faults]


# Where the table is


def test_rows_are_known_by_their_numbers_on_the_screen_and_blank_ones_are_left_out(tmp_path: Path) -> None:
    rows = [["名称", "信用代码"], ["甲", "1"], ["", None], [" ", "\u3000"], ["乙", "2"]]
    table = read(workbook(tmp_path / "a.xlsx", rows))
    assert table.table.frame.index.tolist() == [2, 5]
    assert table.letters == {"名称": "A", "信用代码": "B"}


def test_a_title_and_group_headings_above_the_names_are_no_names(tmp_path: Path) -> None:
    def fill(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.merge_range("A1:D1", "湛河区企业清单")
        sheet.merge_range("A2:A3", "名称")
        sheet.merge_range("B2:C2", "位置")
        sheet.write_row("B3", ["经度", "纬度"])
        sheet.write("D2", "等级")
        sheet.write_row("A4", ["甲", 113.26, 33.7, "低"])

    table = read(workbook(tmp_path / "a.xlsx", fill=fill), datum=Datum("EPSG:4490"))
    assert table.letters == {"名称": "A", "经度": "B", "纬度": "C", "等级": "D"}
    assert table.table.frame.index.tolist() == [4]
    assert table.table.frame.geometry.iloc[0].coords[0] == (113.26, 33.7)
    assert table.notices[0] == "工作表「企业」，列名在第 3 行"


def test_names_that_go_down_two_rows_end_where_the_merge_ends(tmp_path: Path) -> None:
    def fill(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.merge_range("A1:A2", "名称")
        sheet.merge_range("B1:B2", "等级")
        sheet.write_row("A3", ["甲", "低"])

    table = read(workbook(tmp_path / "a.xlsx", fill=fill))
    assert table.table.frame.index.tolist() == [3]


def test_twins_are_told_apart_by_their_group(tmp_path: Path) -> None:
    def fill(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.merge_range("B1:C1", "法人")
        sheet.merge_range("D1:E1", "安全员")
        sheet.write_row("A2", ["名称", "姓名", "电话", "姓名", "电话"])
        sheet.write_row("A3", ["甲", "张", "1", "李", "2"])

    table = read(workbook(tmp_path / "a.xlsx", fill=fill))
    assert list(table.letters) == ["名称", "法人/姓名", "法人/电话", "安全员/姓名", "安全员/电话"]


def test_twins_without_a_group_are_refused_with_their_letters(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="B、C 列都叫「等级」"):
        read(workbook(tmp_path / "a.xlsx", [["名称", "等级", "等级"], ["甲", "低", "低"]]))


@pytest.mark.parametrize("written", ["信用\n代码", "信用代码 *", "信用 代码", "  信用代码＊ "])
def test_what_is_only_for_the_eye_is_no_part_of_a_name(tmp_path: Path, written: str) -> None:
    assert list(read(workbook(tmp_path / "a.xlsx", [["名称", written], ["甲", "1"]])).letters) == [
        "名称",
        "信用代码",
    ]


def test_a_column_without_a_name_is_told_and_not_read(tmp_path: Path) -> None:
    table = read(workbook(tmp_path / "a.xlsx", [["名称", "", "等级"], ["甲", "旁注", "低"]]))
    assert list(table.letters) == ["名称", "等级"]
    assert "B 列没有列名，没有读取" in table.notices


def test_a_sheet_without_any_known_name_is_refused_with_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"没有认识的列名.*单位、区号"):
        read(workbook(tmp_path / "a.xlsx", [["单位", "区号"], ["甲", "1"]]))


def test_hidden_rows_and_columns_are_read_and_counted(tmp_path: Path) -> None:
    def fill(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(9, None, None, {"hidden": True})
        sheet.set_column("B:B", None, None, {"hidden": True})

    table = read(workbook(tmp_path / "a.xlsx", [["名称", "等级"], ["甲", "低"], ["乙", "低"]], fill))
    assert column(table, "名称") == ["甲", "乙"]
    assert "有 1 行、1 列是隐藏的，也一并读取" in table.notices


# Which sheet


def test_instructions_and_codes_are_no_table(tmp_path: Path) -> None:
    rows = [["名称", "等级"], ["甲", "低"]]
    path = sheets(tmp_path / "a.xlsx", {"填写说明": rows, "清单": rows, "代码表": rows})
    assert read(path).sheet == "清单"


def test_the_only_sheet_with_a_table_is_found(tmp_path: Path) -> None:
    path = sheets(
        tmp_path / "a.xlsx", {"封面": [["名称"], ["某区"]], "清单": [["名称", "等级"], ["甲", "低"]]}
    )
    assert read(path).sheet == "清单"


def test_several_tables_are_refused_by_name(tmp_path: Path) -> None:
    rows = [["名称", "等级"], ["甲", "低"]]
    with pytest.raises(UnknownLayer, match="「一季度」、「二季度」都有可导入的表"):
        read(sheets(tmp_path / "a.xlsx", {"一季度": rows, "二季度": rows}))


def test_a_named_or_a_preferred_sheet_is_taken(tmp_path: Path) -> None:
    path = sheets(
        tmp_path / "a.xlsx",
        {"企业": [["名称", "等级"], ["甲", "低"]], "分区": [["名称", "等级"], ["乙", "低"]]},
    )
    assert column(read(path, sheet="分区"), "名称") == ["乙"]
    assert column(read(path, preferred="企业"), "名称") == ["甲"]
    with pytest.raises(UnknownLayer, match="没有工作表「三」；有：「企业」、「分区」"):
        read(path, sheet="三")


def test_a_hidden_sheet_is_taken_only_by_name(tmp_path: Path) -> None:
    rows = [["名称", "等级"], ["甲", "低"]]
    path = sheets(tmp_path / "a.xlsx", {"清单": rows, "旧": rows}, lambda _, sheet: sheet.hide())
    assert read(path).sheet == "清单"
    assert read(path, sheet="旧").sheet == "旧"


# What cells say


def test_a_cell_merged_downwards_belongs_to_each_of_its_rows(tmp_path: Path) -> None:
    def fill(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.merge_range("A2:A4", "甲公司")

    rows = [["名称", "等级"], [None, "低"], [None, "一般"], [], [None, "重大"]]
    table = read(workbook(tmp_path / "a.xlsx", rows, fill))
    assert table.table.frame.index.tolist() == [2, 3, 5]
    assert column(table, "名称") == ["甲公司", "甲公司", None]
    assert "有 1 处上下合并的单元格，其内容算作每一行的内容" in table.notices


def test_a_cell_merged_sideways_belongs_to_its_first_column(tmp_path: Path) -> None:
    def fill(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.merge_range("A2:B2", "甲公司")

    table = read(workbook(tmp_path / "a.xlsx", [["名称", "等级"]], fill))
    assert (column(table, "名称"), column(table, "等级")) == (["甲公司"], [None])


def test_numbers_keep_their_digits_and_no_more(tmp_path: Path) -> None:
    table = read(
        workbook(tmp_path / "a.xlsx", [["名称", "信用代码"], [0.1 + 0.2, 410411001001], [7, "0410"]])
    )
    assert column(table, "名称") == [0.3, 7]
    assert column(table, "信用代码") == [410411001001, "0410"]
    assert table.faults == []


def test_a_number_too_long_for_excel_is_a_fault(tmp_path: Path) -> None:
    table = read(workbook(tmp_path / "a.xlsx", [["名称", "信用代码"], ["甲", 914104110123456789]]))
    assert faults(table) == [("工作表「企业」第 2 行 B 列「信用代码」", "lost_digits")]


def test_truth_is_said_in_chinese_and_percent_and_money_are_left_alone(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.write_number("B3", 0.25, book.add_format({"num_format": "0%"}))
        sheet.write_number("B4", 1200.5, book.add_format({"num_format": '"¥"#,##0.00'}))

    table = read(workbook(tmp_path / "a.xlsx", [["名称", "备注"], [True, "甲"], [False], ["丙"]], fill))
    assert column(table, "名称") == ["是", "否", "丙"]
    assert column(table, "备注") == ["甲", 0.25, 1200.5]


@pytest.mark.parametrize("is_1904", [False, True])
def test_days_and_moments_are_read_as_written_whatever_the_epoch(tmp_path: Path, is_1904: bool) -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.write_datetime("B2", date(2026, 3, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_datetime(
            "B3",
            datetime.fromisoformat("2026-03-05T08:30"),
            book.add_format({"num_format": 'yyyy"年"m"月"d"日" hh:mm'}),
        )

    path = workbook(tmp_path / "a.xlsx", [["名称", "启用日期"], ["甲"], ["乙"]], fill, date_1904=is_1904)
    table = read(path)
    assert column(table, "启用日期") == ["2026-03-05", "2026-03-05 08:30:00"]
    assert table.is_1904 == is_1904


def test_a_formula_gives_what_was_calculated_and_is_told(tmp_path: Path) -> None:
    def fill(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.write_formula("B2", '="低"', None, "低")

    table = read(workbook(tmp_path / "a.xlsx", [["名称", "等级"], ["甲"]], fill))
    assert column(table, "等级") == ["低"]
    assert "有 1 格是公式，取上次保存时的计算结果" in table.notices
    assert table.faults == []


def test_a_formula_that_nobody_calculated_is_a_fault(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "企业"
    sheet.append(["名称", "等级"])
    sheet.append(["甲", '="低"'])
    sheet.append(['=A2&""', None])
    book.save(tmp_path / "a.xlsx")
    table = read(tmp_path / "a.xlsx")
    assert faults(table) == [
        ("工作表「企业」第 2 行 B 列「等级」", "not_calculated"),
        ("工作表「企业」第 3 行 A 列「名称」", "not_calculated"),
    ]


def test_a_formula_whose_value_is_an_empty_text_is_no_fault(tmp_path: Path) -> None:
    def change(part: bytes) -> bytes:
        return part.replace(b'<c r="B2"><f>""</f><v></v></c>', b'<c r="B2" t="str"><f>""</f><v></v></c>')

    path = workbook(
        tmp_path / "a.xlsx",
        [["名称", "等级"], ["甲"]],
        lambda _, sheet: sheet.write_formula("B2", '=""', None, ""),
    )
    assert faults(read(path)) == [("工作表「企业」第 2 行 B 列「等级」", "not_calculated")]
    assert faults(read(with_part(path, SHEET, change))) == []


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#NAME?"])
def test_an_error_cell_is_a_fault_in_each_row_it_is_merged_over(tmp_path: Path, error: str) -> None:
    def fill(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.merge_range("B2:B3", "")
        sheet.write_formula("B2", "=1/0", None, error)

    table = read(workbook(tmp_path / "a.xlsx", [["名称", "等级"], ["甲"], ["乙"]], fill))
    assert [(fault.where, fault.reason) for fault in table.faults] == [
        ("工作表「企业」第 2 行 B 列「等级」", f"单元格是错误值 {error}"),
        ("工作表「企业」第 3 行 B 列「等级」", f"单元格是错误值 {error}"),
    ]
    assert column(table, "等级") == [None, None]


def test_coordinates_may_be_numbers_or_text_and_are_judged_alike(tmp_path: Path) -> None:
    rows = [
        ["名称", "经度", "纬度"],
        ["甲", 113.26, "33.7"],
        ["乙", "113°", 33.7],
        ["丙", None, None],
        ["丁", 113.2, None],
    ]
    table = read(workbook(tmp_path / "a.xlsx", rows), datum=Datum("EPSG:4490"))
    assert table.table.frame.geometry.iloc[0].coords[0] == (113.26, 33.7)
    assert [(problem.where, problem.code) for problem in table.table.problems] == [
        ("工作表「企业」第 3 行 B 列「经度」", "not_a_number"),
        ("工作表「企业」第 5 行 C 列「纬度」", "missing_coordinate"),
    ]


def test_coordinates_without_a_datum_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingCRS):
        read(workbook(tmp_path / "a.xlsx", [["名称", "经度", "纬度"], ["甲", 113.26, 33.7]]))


def test_rows_are_chosen_and_the_others_have_no_faults(tmp_path: Path) -> None:
    rows = [["名称", "信用代码", "等级"], ["甲", 1e17, "低"], ["乙", 2, "重大"]]
    table = read(workbook(tmp_path / "a.xlsx", rows), where="等级 = '重大'")
    assert (table.table.frame.index.tolist(), table.faults) == ([3], [])


def test_other_programs_prefixes_are_understood(tmp_path: Path) -> None:
    """The OpenXML library of .NET writes <x:c>."""

    def change(part: bytes) -> bytes:
        for tag in (b"worksheet", b"sheetData", b"row", b"c", b"v", b"f"):
            part = part.replace(b"<" + tag + b" ", b"<x:" + tag + b" ").replace(
                b"<" + tag + b">", b"<x:" + tag + b">"
            )
            part = part.replace(b"</" + tag + b">", b"</x:" + tag + b">")
        return part.replace(b"xmlns=", b"xmlns:x=").replace(
            b"<x:worksheet", b'<x:worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        )

    path = workbook(
        tmp_path / "a.xlsx",
        [["名称", "等级"], ["甲"]],
        lambda _, sheet: sheet.write_formula("B2", "=NA()", None, "#N/A"),
    )
    table = read(with_part(path, SHEET, change))
    assert column(table, "名称") == ["甲"]
    assert faults(table) == [("工作表「企业」第 2 行 B 列「等级」", "error_cell")]


def test_cells_without_their_own_place_stand_where_they_come(tmp_path: Path) -> None:
    def change(part: bytes) -> bytes:
        return part.replace(b' r="A2"', b"").replace(b' r="B2"', b"").replace(b'<row r="2"', b"<row")

    path = workbook(tmp_path / "a.xlsx", [["名称", "信用代码"], ["甲", 1e17]])
    assert faults(read(with_part(path, SHEET, change))) == [
        ("工作表「企业」第 2 行 B 列「信用代码」", "lost_digits")
    ]


# What is no workbook, or a dangerous one


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "是空文件"),
        ("名称,等级\n甲,低\n".encode("gb18030"), "其实是文本（CSV）"),
        (b"\xef\xbb\xbf <HTML><table><tr><td>1</td></tr></table>", "其实是网页（HTML）"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "其实是XML 表格",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "是旧格式（.xls 或 .et）"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "加了密码"),
        (b"%PDF-1.7\0\0", "不是 Excel 工作簿"),
    ],
)
def test_a_file_that_only_calls_itself_a_workbook_is_told_what_it_is(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(UnsupportedFormat, match=f"a.xlsx {said}"):
        read(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument"),
        ({"企业.csv": "名称"}, "压缩包"),
        (
            {
                "_rels/.rels": '<R><Relationship Id="1" Type="x/officeDocument" Target="word/document.xml"/></R>'
            },
            "另一种 Office",
        ),
        (
            {"_rels/.rels": '<R><Relationship Id="1" Type="x/officeDocument" Target="xl/workbook.bin"/></R>'},
            "xlsb",
        ),
    ],
)
def test_another_kind_of_zip_is_told(tmp_path: Path, members: dict[str, str], said: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    with pytest.raises(UnsupportedFormat, match=said):
        read(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    "member", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "_rels/.rels"]
)
@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY e "&b;&b;&b;&b;&b;">]>',
    ],
)
def test_a_document_type_is_refused_wherever_it_stands(tmp_path: Path, member: str, doctype: bytes) -> None:
    path = workbook(tmp_path / "a.xlsx", [["名称", "等级"], ["甲", "低"]])
    with_part(path, member, lambda part: part.replace(b"?>", b"?>" + doctype, 1))
    with pytest.raises(UnsafeArchive, match="文档类型声明"):
        read(path)


def test_an_entity_in_utf_16_is_seen_too(tmp_path: Path) -> None:
    def change(part: bytes) -> bytes:
        text = (
            part.decode()
            .replace("UTF-8", "UTF-16")
            .replace("?>", '?><!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>', 1)
        )
        return text.encode("utf-16")

    path = with_part(workbook(tmp_path / "a.xlsx", [["名称", "等级"], ["甲", "低"]]), SHEET, change)
    with pytest.raises(UnsafeArchive, match="文档类型声明"):
        read(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["名称", "等级"], ["甲", "低"]])
    with_part(path, SHEET, lambda part: part.replace(b"<sheetData>", b"<sheetData>" + b" " * 250_000_000))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(UnsafeArchive, match="解压后超过 200 MB"):
        read(path)


def test_a_bomb_that_lies_about_its_size_does_not_get_further(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["名称", "等级"], ["甲", "低"]])
    with_part(path, SHEET, lambda part: part.replace(b"<sheetData>", b"<sheetData>" + b" " * 5_000_000))
    size = (5_000_000).to_bytes(4, "little")
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    with pytest.raises(UnreadableFile, match="已损坏"):
        read(path)


@pytest.mark.parametrize(
    ("cell", "said"),
    [("XFD1048576", "一直到 XFD1048576"), ("B99999999", "行号超过"), ("XFE7", "单元格编号「XFE7」不对")],
)
def test_a_far_cell_takes_no_memory(tmp_path: Path, cell: str, said: str) -> None:
    row = "".join(filter(str.isdigit, cell))
    far = f'<row r="{row}"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
    path = workbook(tmp_path / "a.xlsx", [["名称", "等级"], ["甲", "低"]])
    with_part(path, SHEET, lambda part: part.replace(b"</sheetData>", far))
    with pytest.raises((TooLarge, UnreadableFile), match=said):
        read(path)


def test_too_many_columns_with_content_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="有 501 列有内容，超过 500 列"):
        read(workbook(tmp_path / "a.xlsx", [["名称", "等级", *map(str, range(499))]]))
    assert (
        len(
            read(
                workbook(tmp_path / "b.xlsx", [["名称", *map(str, range(499))], ["甲"]], sheet="企业"),
                known=["名称"],
            ).letters
        )
        == 500
    )


def test_merges_over_the_whole_sheet_take_no_time(tmp_path: Path) -> None:
    many = b"<mergeCells>" + b'<mergeCell ref="A3:XFD1048576"/>' * 1_000 + b"</mergeCells>"
    path = workbook(tmp_path / "a.xlsx", [["名称", "等级"], ["甲", "低"]])
    with_part(path, SHEET, lambda part: part.replace(b"</sheetData>", b"</sheetData>" + many))
    with pytest.raises(TooLarge, match="合并单元格太多"):
        read(path)


def test_macros_and_links_to_elsewhere_are_not_even_copied(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsm", [["名称", "等级"], ["甲", "低"]])
    with_part(path, "xl/vbaProject.bin", lambda _: b"macro")
    with_part(path, "xl/externalLinks/externalLink1.xml", lambda _: b"<!DOCTYPE x>")
    with_part(
        path,
        "xl/_rels/workbook.xml.rels",
        lambda part: part.replace(
            b"</Relationships>",
            b'<Relationship Id="z" Type="x/worksheet" Target="file:///x" TargetMode="External"/></Relationships>',
        ),
    )
    folder = tmp_path / "copy"
    folder.mkdir()
    parts = workbook_parts.look_through(path, folder)
    with zipfile.ZipFile(parts.copy) as copy:
        assert not {"xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml"} & set(copy.namelist())
    assert column(read(path), "名称") == ["甲"]


def test_a_sheet_that_is_listed_and_not_there_is_damage(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["名称", "等级"], ["甲", "低"]])
    with_part(path, "xl/_rels/workbook.xml.rels", lambda part: part.replace(b"sheet1.xml", b"sheet9.xml"))
    with pytest.raises(UnreadableFile, match=r"缺少 xl/worksheets/sheet9\.xml"):
        read(path)


def test_two_sheets_in_one_part_are_damage(tmp_path: Path) -> None:
    rows = [["名称", "等级"], ["甲", "低"]]
    path = sheets(tmp_path / "a.xlsx", {"一": rows, "二": rows})
    with_part(path, "xl/_rels/workbook.xml.rels", lambda part: part.replace(b"sheet2.xml", b"sheet1.xml"))
    with pytest.raises(UnreadableFile, match="多次引用"):
        read(path)


def damaged(whole: bytes, seed: int) -> bytes:
    """The file with a few bytes changed, cut out or doubled."""
    dice, data = random.Random(seed), bytearray(whole)
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(len(data))
        match dice.randrange(3):
            case 0:
                data[place] = dice.randrange(256)
            case 1:
                del data[place : place + dice.randint(1, 40)]
            case _:
                data[place:place] = data[place : place + dice.randint(1, 40)]
    return bytes(data)


@pytest.mark.parametrize("seed", range(0, 400, 50))
def test_damage_is_a_sentence_and_never_a_crash(tmp_path: Path, seed: int) -> None:
    rows = [["名称", "信用代码", "等级"], *(["甲", n, "低"] for n in range(20))]
    whole = workbook(tmp_path / "whole.xlsx", rows).read_bytes()
    outcomes = set()
    for each in range(seed, seed + 50):
        (tmp_path / "a.xlsx").write_bytes(damaged(whole, each))
        try:
            read(tmp_path / "a.xlsx")
        except GeodataError:
            outcomes.add("refused")
        else:
            outcomes.add("read")
    assert "refused" in outcomes


@pytest.mark.parametrize("seed", range(0, 400, 50))
def test_damage_inside_the_xml_is_a_sentence_and_never_a_crash(tmp_path: Path, seed: int) -> None:
    rows = [["名称", "信用代码", "等级"], *(["甲", n, "低"] for n in range(20))]
    members = [
        SHEET,
        "xl/workbook.xml",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
        "xl/_rels/workbook.xml.rels",
    ]
    outcomes = set()
    for each in range(seed, seed + 50):
        path = workbook(tmp_path / "a.xlsx", rows)
        change: Callable[[bytes], bytes] = lambda part, each=each: damaged(part, each)  # noqa: E731
        with_part(path, members[each % len(members)], change)
        try:
            read(path)
        except GeodataError:
            outcomes.add("refused")
        else:
            outcomes.add("read")
    assert "refused" in outcomes
