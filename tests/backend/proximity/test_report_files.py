"""The printed report and its Word document: read again, page by page."""

import io
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from backend.printing import fonts
from backend.proximity import report_content
from tests import make
from tests.backend.proximity.saved import EAST, RUNS, SCHOOL, bureau, done, east_of, office

HOSTILE = ('#read("/etc/passwd")', "$x$ [*甲*]", "<b>&乙</b>")


def pages(browser: TestClient, run: dict[str, Any]) -> list[str]:
    """What each page of the PDF says, without spaces."""
    answer = browser.get(f"{RUNS}/{run['id']}/report.pdf")
    assert answer.status_code == 200, answer.text
    document = pypdfium2.PdfDocument(answer.content)
    said = []
    for page in document:
        words = page.get_textpage()
        said.append("".join(words.get_text_bounded().split()))
        words.close()
        page.close()
    document.close()
    return said


def word(browser: TestClient, run: dict[str, Any]) -> Any:
    answer = browser.get(f"{RUNS}/{run['id']}/report.docx")
    assert answer.status_code == 200, answer.text
    return docx.Document(io.BytesIO(answer.content))


def test_the_report_says_who_what_when_how_and_that_it_permits_nothing(web: TestClient) -> None:
    town = office(web)
    run = done(town, "每月核查")
    said = pages(town, run)
    first = said[0]
    for expected in (
        "湛河区安全风险邻近分析报告",
        "每月核查",
        "筛查提示（非许可依据）",
        "可见范围东街道",
        "CGCS2000经纬度（EPSG:4490）",
        "距离500、1000米",
        "另有1个未上图",
        "审核：",
    ):
        assert expected in first
    assert all(f"第{place}页，共{len(said)}页" in page for place, page in enumerate(said, 1))
    assert "1公里内误差不大于2毫米" in said[-1]
    assert run["digest"] in said[-1]
    tables = "".join(said[2:-1])
    assert "东化工厂重大厂界西小学学校430.0是是需核查" in tables
    assert "东化工厂重大厂界东大道主干路85.0是是需核查" in tables
    assert "第十八条第（一）项" in tables


def test_the_map_has_what_a_map_needs(web: TestClient) -> None:
    admin = bureau(web)
    said = pages(admin, done(admin))
    whole, part = said[1], said[2]
    for page in (whole, part):
        for expected in (
            "图例",
            "北",
            "比例尺1:",
            "重大1个",
            "较大1个",
            "学校1个",
            "主干路1条",
            "最近连线4对",
            "区县界",
            "中央子午线114°E",
            "未改正子午线收敛角",
        ):
            assert expected in page
    assert "东街道" in whole
    assert "430米" in part
    assert "东化工厂" in part


def test_names_are_printed_as_they_are_written(web: TestClient, register: Engine) -> None:
    with Session(register) as session, session.begin():
        for place, name in enumerate(HOSTILE):
            make.enterprise(session, name, east_of(SCHOOL, 300 + 50 * place), township_code=EAST, grade=1)
            make.receptor(session, f"校{name}", east_of(SCHOOL, 600 + 50 * place))
    admin = bureau(web)
    run = done(admin, name='#read("/etc/passwd") $y$')
    said = "".join(pages(admin, run))
    document = word(admin, run)
    cells = {cell for table in document.tables for cell in table_cells(table)}
    assert '#read("/etc/passwd")$y$' in said
    for name in HOSTILE:
        assert said.count("".join(name.split())) >= 3, "in both tables and on the map"
        assert {name, f"校{name}"} <= cells


def table_cells(table: Any) -> list[str]:
    """The texts of a table's cells, through its own elements: python-docx looks for merged ones, which takes long."""
    return ["".join(each.text or "" for each in cell.iter(qn("w:t"))) for cell in table._tbl.iter(qn("w:tc"))]


def test_the_word_document_can_be_edited_and_printed(web: TestClient) -> None:
    admin = bureau(web)
    run = done(admin, "每月核查")
    document = word(admin, run)
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[:3] == ["湛河区安全风险邻近分析报告", "每月核查", "筛查提示（非许可依据）"]
    assert {"一、基本情况", "四、位置图", "五、结果表", "六、规则提示：筛查提示（非许可依据）"} <= set(texts)
    assert [section.orientation for section in document.sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.PORTRAIT,
    ]
    assert round(document.sections[0].page_width.mm) == 210
    assert len(document.inline_shapes) == 2, "the maps"
    fields = document.sections[0].footer._element.iter(qn("w:fldSimple"))
    assert [field.get(qn("w:instr")) for field in fields] == ["PAGE", "NUMPAGES"]
    repeated = [table for table in document.tables if list(table._tbl.iter(qn("w:tblHeader")))]
    assert len(repeated) == 4, "summary, two tables of pairs, hints"
    assert "西小学" in table_cells(repeated[1])
    assert document.core_properties.title == "湛河区安全风险邻近分析报告"


def test_a_long_table_is_cut_off_and_says_where_the_rest_is(
    web: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_content, "MOST_ROWS", 1)
    admin = bureau(web)
    said = "".join(pages(admin, done(admin)))
    assert said.count("共2对，此处列出最近的1对；其余见同一分析的Excel文件。") == 2
    assert "东仓库较大" not in said


def test_a_run_without_pairs_has_a_report_all_the_same(web: TestClient) -> None:
    admin = bureau(web)
    run = done(admin, grade=[4])
    assert "没有。" in "".join(pages(admin, run))
    assert word(admin, run).paragraphs


def test_a_register_without_boundaries_has_a_report_too(web: TestClient, register: Engine) -> None:
    with Session(register) as session, session.begin():
        for area in session.query(make.Area):
            area.boundary = None
    admin = bureau(web)
    assert "图例" in pages(admin, done(admin))[1]


@pytest.mark.parametrize("name", ["report.pdf", "report.docx"])
def test_without_a_chinese_font_the_report_is_refused(
    web: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    admin = bureau(web)
    run = done(admin)
    monkeypatch.setattr(fonts, "FONTS", tmp_path)
    refused = admin.get(f"{RUNS}/{run['id']}/{name}")
    assert (refused.status_code, refused.json()["code"]) == (501, "missing_font")
    assert "fonts-noto-cjk" in refused.json()["detail"]


def test_a_unit_and_its_own_place_are_named_so_and_hint_at_nothing(web: TestClient, register: Engine) -> None:
    with Session(register) as session, session.begin():
        place = east_of(SCHOOL, 2_500)
        unit = make.enterprise(session, "某中学", place, township_code=EAST, grade=1)
        make.receptor(session, "某中学", place, enterprise_id=unit.id)
    admin = bureau(web)
    said = "".join(pages(admin, done(admin, receptor=["school"])))
    assert "某中学重大点位某中学学校0.0是是本单位" in said
