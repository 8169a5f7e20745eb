"""A township brings a workbook in through the browser: checked, mended by its columns, agreed to, written."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from backend.operating.cluster import Cluster
from tests import databases
from tests.backend.uploads.offices import NORTH, lay_out, names, row, workbook
from tests.browser.looking import Watch
from tests.browser.offices import Office, opened

WAIT_MS = 30_000


@pytest.fixture(scope="module")
def register(cluster: Cluster) -> Iterator[Engine]:
    with databases.own_database(cluster) as engine:
        lay_out(engine)
        yield engine


@pytest.fixture(scope="module")
def office(register: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with opened(register, tmp_path_factory.mktemp("data")) as office:
        yield office


@pytest.fixture
def page(browser: Browser, browser_context_args: dict[str, object], office: Office) -> Iterator[Page]:
    size = {"width": 1440, "height": 900}
    context = browser.new_context(
        **{**browser_context_args, "base_url": office.address, "viewport": size, "accept_downloads": True}
    )
    yield context.new_page()
    context.close()


def choose(page: Page, content: bytes, name: str) -> None:
    """Choose a file and send it."""
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": mime, "buffer": content})
    page.get_by_role("button", name="上传并核对").click()
    expect(page.locator(".import-view .import-counts, .import-view .problem-box").first).to_be_visible(
        timeout=WAIT_MS
    )


def test_a_township_imports_its_list(page: Page, office: Office, register: Engine, tmp_path: Path) -> None:
    watch = Watch(page, office.address)
    office.add("beijie", name="马街道", role="township", codes=[NORTH], has_second_factor=True)
    office.sign_in(page, "beijie")
    page.goto("/work#import")
    expect(page.get_by_text("还没有上传过文件。")).to_be_visible(timeout=WAIT_MS)

    with page.expect_download() as download:
        page.get_by_role("link", name="下载填报模板（企业）").click()
    assert download.value.suggested_filename == "填报模板_企业.xlsx"

    page.get_by_label("数据来源名").fill("台账")
    rows = [
        row("北1", "北街道第一机械厂", 街道="北街道", 从业人数=120),
        row("北9", "北街道新厂", 街道="北街道", 从业人数=8),
        row("北2", "北街道2厂", 街道="北街道", 从业人数="很多"),
        row("南1", "抢来的厂", 街道="南街道", 从业人数=5),
    ]
    choose(page, workbook(rows), "北街道企业.xlsx")
    expect(page.locator("[data-count=new] dd")).to_have_text("1")
    expect(page.locator("[data-count=quarantined] dd")).to_have_text("2")
    lines = page.locator(".findings-table tbody tr")
    expect(lines).to_have_count(2)
    expect(page.get_by_role("cell", name="北街道第一机械厂")).to_be_visible()
    page.get_by_placeholder("筛选：行号、字段、原因").fill("管辖范围")
    expect(lines).to_have_count(1)
    expect(lines.locator("td").first).to_have_text("5")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载不能导入的行").click()
    saved = tmp_path / "rejected.xlsx"
    download.value.save_as(saved)
    sheet = openpyxl.load_workbook(io.BytesIO(saved.read_bytes())).active
    assert sheet is not None
    assert sheet.max_row == 3

    write = page.get_by_role("button", name=re.compile("^写入"))
    expect(write).to_be_disabled()
    page.get_by_label("导入其余的行（2 行）").check()
    write.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("将新增 1 行，变更 1 行已有数据；2 行不写入")
    dialog.get_by_role("button", name="确认写入").click()
    expect(page.get_by_text("导入完成")).to_be_visible(timeout=WAIT_MS)
    found = names(register)
    assert (found["北1"], found["北9"], found["北2"]) == ("北街道第一机械厂", "北街道新厂", "北街道2厂")
    assert found["南1"] == "南街道1厂"

    page.get_by_role("link", name="返回上传记录").click()
    expect(page.get_by_role("row", name=re.compile("北街道企业.xlsx.*已导入"))).to_be_visible()

    page.get_by_label("数据来源名").fill("台账")
    choose(page, workbook([{"号": "北2", "厂子": "北街道第二机械厂"}]), "月报.xlsx")
    expect(page.get_by_role("alert").first).to_contain_text("没有认识的列名")
    page.get_by_label("编号列").select_option("号")
    page.get_by_label("名称 *").select_option("厂子")
    page.set_viewport_size({"width": 1024, "height": 768})
    page.get_by_role("button", name="重新核对").click()
    expect(page.locator("[data-count=changed] dd")).to_have_text("1", timeout=WAIT_MS)
    page.get_by_label("把读取方式保存为").fill("北街道月报")
    page.get_by_role("button", name=re.compile("^写入")).click()
    page.get_by_role("dialog").get_by_role("button", name="确认写入").click()
    expect(page.get_by_text("导入完成")).to_be_visible(timeout=WAIT_MS)
    assert names(register)["北2"] == "北街道第二机械厂"
    page.get_by_role("link", name="返回上传记录").click()
    expect(page.get_by_label("列对应")).to_contain_text("北街道月报")
    assert (watch.complaints, watch.strangers) == ([], [])
