"""Excel workbooks into the register, and the rows that could not be taken back to who mends them."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner
from xlsxwriter.worksheet import Worksheet

from backend.enterprises.models import Enterprise
from backend.importing.commands import app
from backend.importing.errors import CannotImport
from backend.importing.report import ImportReport
from backend.jurisdictions.models import Area
from tests import databases
from tests.backend.importing.files import csv_file, district, imported, only_finding, site
from tests.workbooks import sheets, workbook

HEADER = ["编号", "名称", "信用代码", "经度", "纬度", "等级", "地址"]
GOOD = ["e1", "企业1", "91350100M000100Y43", 113.26, 33.7, "低", "湛南路1号"]


def names(session: Session) -> list[str]:
    return list(session.scalars(select(Enterprise.name).order_by(Enterprise.source_id)))


def enterprise(session: Session, source_id: str = "e1") -> Enterprise:
    return session.scalars(select(Enterprise).where(Enterprise.source_id == source_id)).one()


def cells(path: Path) -> list[list[object]]:
    (sheet,) = openpyxl.load_workbook(path).worksheets
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


# Reading


def test_a_workbook_with_a_title_and_a_group_heading_is_imported(session: Session, tmp_path: Path) -> None:
    def fill(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.merge_range("A1:D1", "湛河区企业清单")
        sheet.merge_range("A2:A3", "编号")
        sheet.merge_range("B2:B3", "企业\n名称 *")
        sheet.merge_range("C2:D2", "位置")
        sheet.write_row("C3", ["经度", "纬度"])
        sheet.write_row("A4", ["e1", "企业1", 113.26, 33.7])

    report = imported(session, workbook(tmp_path / "a.xlsx", fill=fill))
    assert report.inserted == 1
    assert report.notices[0] == "工作表「企业」，列名在第 3 行"
    assert "名称←企业名称" in "".join(report.notices)


def test_the_sheet_of_the_kind_is_taken_and_another_by_its_name(session: Session, tmp_path: Path) -> None:
    other = [HEADER, ["e2", "企业2", None, 113.27, 33.7, "低", None]]
    path = sheets(tmp_path / "a.xlsx", {"填写说明": [HEADER], "企业": [HEADER, GOOD], "其他": other})
    imported(session, path, source="s")
    imported(session, path, source="s", layer="其他")
    assert names(session) == ["企业1", "企业2"]


@pytest.mark.parametrize(
    ("field", "value", "place", "code"),
    [
        (1, None, "工作表「企业」第 3 行 B 列「名称」", "empty"),
        (2, "4.10411E+11", "工作表「企业」第 3 行 C 列「统一社会信用代码」", "lost_digits"),
        (5, "绿", "工作表「企业」第 3 行 F 列「风险等级」", "unknown_word"),
        (0, "e1", "工作表「企业」第 3 行 A 列「编号」", "repeated_id"),
        (3, "113°", "工作表「企业」第 3 行 D 列「经度」", "not_a_number"),
        (4, 95, "工作表「企业」第 3 行 D、E 列「坐标」", "out_of_range"),
    ],
)
def test_each_fault_is_named_by_sheet_row_and_letter(
    session: Session, tmp_path: Path, field: int, value: object, place: str, code: str
) -> None:
    bad: list[object] = ["e2", *GOOD[1:]]
    bad[field] = value
    finding = only_finding(imported(session, workbook(tmp_path / "a.xlsx", [HEADER, GOOD, bad])))
    assert (finding.where, finding.code) == (place, code)


def test_an_error_in_a_column_that_is_not_read_does_not_matter(session: Session, tmp_path: Path) -> None:
    def fill(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.write("H1", "旁注")
        sheet.write_formula("H2", "=NA()", None, "#N/A")

    assert imported(session, workbook(tmp_path / "a.xlsx", [HEADER, GOOD], fill)).inserted == 1


@pytest.mark.parametrize(("value", "code"), [("#N/A", "error_cell"), ("", "not_calculated")])
def test_an_error_or_a_formula_without_a_value_is_a_finding_of_its_cell(
    session: Session, tmp_path: Path, value: str, code: str
) -> None:
    path = workbook(
        tmp_path / "a.xlsx", [HEADER, GOOD], lambda _, sheet: sheet.write_formula("G2", "=1/0", None, value)
    )
    finding = only_finding(imported(session, path))
    assert (finding.where, finding.code) == ("工作表「企业」第 2 行 G 列「地址」", code)


def area(session: Session, tmp_path: Path, code: object) -> ImportReport:
    rows = [["代码", "级别", "名称"], [code, "township", "甲街道"]]
    return imported(session, workbook(tmp_path / "a.xlsx", rows), "areas", id_column=None)


@pytest.mark.parametrize(
    "written", [410411001001, "４１０４１１００１００１", "410411001001.0", " 410411001001 "]
)
def test_a_code_is_known_however_excel_holds_it(session: Session, tmp_path: Path, written: object) -> None:
    assert area(session, tmp_path, written).findings == ()
    assert session.scalars(select(Area.code)).one() == "410411001001"


@pytest.mark.parametrize("written", [914104110123456789, "4.10411E+11", "9.1E+17"])
def test_a_code_that_lost_its_digits_is_never_guessed(
    session: Session, tmp_path: Path, written: object
) -> None:
    finding = area(session, tmp_path, written).findings[0]
    assert (finding.code, finding.where) == ("lost_digits", "工作表「企业」第 2 行 A 列「代码」")


def test_full_width_letters_stay_in_names_and_addresses(session: Session, tmp_path: Path) -> None:
    row = ["e1", "\u3000Ａ１公司 ", *GOOD[2:6], " 湛南路１号"]
    imported(session, workbook(tmp_path / "a.xlsx", [HEADER, row]))
    assert (enterprise(session).name, enterprise(session).address) == ("Ａ１公司", "湛南路１号")


@pytest.mark.parametrize("is_1904", [False, True])
@pytest.mark.parametrize(
    "written",
    ["day", "serial", "2026.3.5", "2026年3月5日", "2026/3/5", "20260305", 20260305, "２０２６-３-５"],
)
def test_a_day_is_known_however_it_is_written(
    session: Session, tmp_path: Path, written: object, is_1904: bool
) -> None:
    serial = 44624 if is_1904 else 46086

    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        if written == "day":
            sheet.write_datetime("D2", date(2026, 3, 5), book.add_format({"num_format": "yyyy/m/d"}))

    rows = [
        ["代码", "级别", "名称", "启用日期"],
        ["1", "district", "甲区", serial if written == "serial" else written],
    ]
    path = workbook(tmp_path / "a.xlsx", rows, fill, date_1904=is_1904)
    assert imported(session, path, "areas", id_column=None).inserted == 1
    assert session.scalars(select(Area.valid_from)).one() == date(2026, 3, 5)


@pytest.mark.parametrize("written", ["1899-12-31", "2101.1.1", 1, 80_000, "0206-03-05"])
def test_a_day_out_of_all_reason_is_a_finding(session: Session, tmp_path: Path, written: object) -> None:
    rows = [["代码", "级别", "名称", "启用日期"], ["1", "district", "甲区", written]]
    finding = only_finding(imported(session, workbook(tmp_path / "a.xlsx", rows), "areas", id_column=None))
    assert (finding.code, finding.where) == ("not_a_date", "工作表「企业」第 2 行 D 列「启用日期」")


def test_a_mapping_names_the_columns_of_a_workbook(session: Session, tmp_path: Path) -> None:
    rows = [["湛河区"], ["号", "单位全称", "x", "y"], ["e1", "企业1", 113.26, 33.7]]
    path = workbook(tmp_path / "a.xlsx", rows)
    options = {"columns": {"name": "单位全称"}, "lon": "x", "lat": "y", "id_column": "号"}
    assert imported(session, path, **options).inserted == 1


# The rows that were put aside


def test_a_bad_row_goes_into_a_workbook_with_its_reasons_first(session: Session, tmp_path: Path) -> None:
    bad = ["e2", None, *GOOD[2:5], "绿", "=1+1"]
    imported(session, workbook(tmp_path / "a.xlsx", [HEADER, GOOD, bad]), quarantine=tmp_path / "隔离.xlsx")
    heading, row = cells(tmp_path / "隔离.xlsx")
    assert heading == ["隔离_行号", "隔离_列", "隔离_原因", "隔离_建议", *HEADER]
    assert row[:3] == [3, "B 列「名称」；F 列「风险等级」", "必填项为空；不认识的词"]
    assert row[4:] == bad


def test_the_cells_to_mend_are_coloured_and_nothing_is_a_formula(session: Session, tmp_path: Path) -> None:
    bad = ["e2", None, *GOOD[2:5], "绿", "=1+1"]
    imported(session, workbook(tmp_path / "a.xlsx", [HEADER, bad]), quarantine=tmp_path / "隔离.xlsx")
    row = openpyxl.load_workbook(tmp_path / "隔离.xlsx").worksheets[0][2]
    coloured = [cell.column_letter for cell in row if cell.fill.fill_type == "solid"]
    # Four columns of reasons go before.
    assert coloured == ["F", "J"]
    assert row[10].quotePrefix


def mended(path: Path, **by_column: object) -> Path:
    """Mend the first bad row as somebody does in Excel, and save."""
    book = openpyxl.load_workbook(path)
    (sheet,) = book.worksheets
    columns = {cell.value: cell.column for cell in sheet[1]}
    for name, value in by_column.items():
        sheet.cell(2, columns[name], value)
    book.save(path.with_name("改好.xlsx"))
    return path.with_name("改好.xlsx")


def test_the_mended_workbook_is_imported_as_it_is(session: Session, tmp_path: Path) -> None:
    bad = ["e2", "'企业", GOOD[2], 113.27, 33.7, "绿", "-1+1"]
    path = workbook(tmp_path / "a.xlsx", [["标题"], HEADER, GOOD, bad])
    imported(session, path, quarantine=tmp_path / "隔离.xlsx", is_partial=True)
    report = imported(session, mended(tmp_path / "隔离.xlsx", 等级="蓝"), source="a")
    assert (report.inserted, report.findings) == (1, ())
    second = enterprise(session, "e2")
    assert (second.name, second.credit_code, second.address) == ("'企业", GOOD[2], "-1+1")


def test_a_code_that_lost_its_digits_is_not_mended_by_the_way_back(session: Session, tmp_path: Path) -> None:
    bad = ["e2", "企业2", 914104110123456789, *GOOD[3:]]
    imported(session, workbook(tmp_path / "a.xlsx", [HEADER, bad]), quarantine=tmp_path / "隔离.xlsx")
    again = imported(session, tmp_path / "隔离.xlsx")
    assert (again.findings[0].code, again.findings[0].column) == ("lost_digits", "G")
    whole = mended(tmp_path / "隔离.xlsx", 信用代码="91350100M000100Y43")
    assert imported(session, whole).inserted == 1


def test_a_row_that_is_still_bad_has_todays_reasons_only(session: Session, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [HEADER, [*GOOD[:5], "绿", None]])
    imported(session, path, quarantine=tmp_path / "隔离.xlsx")
    imported(session, mended(tmp_path / "隔离.xlsx", 名称="新名"), quarantine=tmp_path / "再隔离.xlsx")
    first, second = cells(tmp_path / "隔离.xlsx"), cells(tmp_path / "再隔离.xlsx")
    assert second[0] == first[0]
    assert second[1][:2] == [2, "J 列「风险等级」"]


def test_any_file_may_have_its_bad_rows_in_a_workbook(session: Session, tmp_path: Path) -> None:
    path = csv_file(tmp_path, [site(1, 等级="绿", 地址="0410")])
    imported(session, path, quarantine=tmp_path / "隔离.xlsx")
    assert imported(session, mended(tmp_path / "隔离.xlsx", 等级="蓝")).inserted == 1
    assert enterprise(session).address == "0410"


def test_a_text_that_no_cell_holds_is_not_cut_off(session: Session, tmp_path: Path) -> None:
    path = csv_file(tmp_path, [site(1, 等级="绿", 备注="长" * 40_000)])
    with pytest.raises(CannotImport, match=r"第 2 行「备注」超过 32,767 个字符.*隔离.csv"):
        imported(session, path, quarantine=tmp_path / "隔离.xlsx")


# As somebody types it


@pytest.fixture
def command(own_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """Run `import …` in an empty folder, on a database of its own."""
    url = own_engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("RISKMAP_DATABASE_URL", url)
    monkeypatch.setenv("RISKMAP_OWNER_DATABASE_URL", databases.owner_url(own_engine))
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, list(map(str, words)))


def test_a_workbook_leaves_a_workbook_beside_us(command: Callable[..., object], tmp_path: Path) -> None:
    path = workbook(tmp_path / "企业.xlsx", [HEADER, [*GOOD[:5], "绿", None]])
    result = command("enterprises", path, "--id-field", "编号", "--crs", "EPSG:4490")
    assert result.exit_code == 2
    assert "2（F 列）" in result.output
    assert (tmp_path / "企业.xlsx.quarantine.xlsx").exists()


def test_a_filled_in_template_is_imported_as_it_is(
    command: Callable[..., object], own_engine: Engine, tmp_path: Path
) -> None:
    with Session(own_engine) as session:
        district(session)
        session.commit()
    assert command("template", "enterprises", "zones", "-o", "模板.xlsx").exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "模板.xlsx")
    sheet = book["企业"]
    columns = {str(cell.value).removesuffix(" *"): cell.column for cell in sheet[3]}
    facts = {"数据编号": "QY-1", "名称": "企业1", "统一社会信用代码": "91350100M000100Y43", "行业": "工贸"}
    facts |= {"风险等级": "较大", "经营状态": "在产", "经度": 113.26, "纬度": 33.7}
    for name, value in facts.items():
        sheet.cell(4, columns[name], value)
    book.save(tmp_path / "填好.xlsx")
    result = command("enterprises", "填好.xlsx", "--datum", "CGCS2000")
    assert result.exit_code == 0, result.output
    with Session(own_engine) as session:
        row = enterprise(session, "QY-1")
        assert (row.name, row.credit_code) == ("企业1", "91350100M000100Y43")
        assert session.scalars(select(func.ST_X(func.ST_GeomFromEWKB(Enterprise.location)))).one() == 113.26


def test_a_template_is_not_written_over_a_file(command: Callable[..., object], tmp_path: Path) -> None:
    (tmp_path / "模板.xlsx").write_text("别人的")
    result = command("template", "enterprises", "-o", "模板.xlsx")
    assert (result.exit_code, (tmp_path / "模板.xlsx").read_text()) == (2, "别人的")
    assert "已存在" in result.output


def test_an_unknown_kind_of_template_is_refused_by_name(command: Callable[..., object]) -> None:
    result = command("template", "企业")
    assert result.exit_code == 2
    assert "不能导入「企业」" in result.output


def test_a_template_without_a_register_says_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RISKMAP_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(
        app, ["template", "areas", "-o", "模板.xlsx", "--data-dir", str(tmp_path / "none")]
    )
    assert result.exit_code == 0, result.output
    assert "没有下拉选项" in result.output
    assert "行政区划" in openpyxl.load_workbook(io.BytesIO((tmp_path / "模板.xlsx").read_bytes())).sheetnames
