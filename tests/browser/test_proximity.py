"""The proximity panel: a report with its lines, an emergency, and alarms."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from shapely import Point
from sqlalchemy.orm import Session

from backend.alarms.watching import look as watch
from backend.enterprises.models import Enterprise
from backend.operating.cluster import Cluster
from tests import databases, make
from tests.browser.looking import Watch, drawn, rest
from tests.browser.offices import Office, opened
from tests.browser.small_register import PLACE, fill, look

PANEL = "#near-panel"
PAIRS = f"{PANEL} .near-pairs > .near-list .near-pair"
LIMIT_M = 500.0
# 0.003 degrees of longitude east of the red workshop's edge.
SCHOOL = Point(make.LON + 0.004, make.LAT + 0.0005)


@pytest.fixture(scope="module")
def office(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Serve a small register with a school beside a red workshop."""
    with (
        databases.own_database(cluster) as engine,
        opened(engine, tmp_path_factory.mktemp("data")) as office,
    ):
        office.add("guanli", role="bureau_admin", has_second_factor=True)
        register = fill(engine)
        with Session(engine) as session, session.begin():
            watch(session, LIMIT_M)
        with Session(engine) as session, session.begin():
            make.receptor(session, "湛河小学", SCHOOL)
            plant = session.get_one(Enterprise, register.plant)
            make.person(session, plant, "赵六", position="厂长", phone="13800001111")
        with Session(engine) as session, session.begin():
            watch(session, LIMIT_M)
        yield office


@pytest.fixture
def page(browser: Browser, browser_context_args: dict[str, Any], office: Office) -> Iterator[Page]:
    """Look at it as the bureau."""
    context = browser.new_context(**{**browser_context_args, "base_url": office.address})
    page = context.new_page()
    office.sign_in(page, "guanli")
    yield page
    context.close()


def test_a_report_lists_and_draws_its_pairs_and_its_link_restores_both(page: Page, office: Office) -> None:
    heard = Watch(page, office.address)
    look(page, f"#{PLACE}")
    page.get_by_role("button", name="邻近分析").click()
    panel = page.locator(PANEL)
    panel.get_by_label("从哪里量起").select_option("风险分区")
    panel.get_by_label("全部防护目标").uncheck()
    panel.get_by_text("只看某些防护目标").click()
    panel.locator("input[name=receptor][value=school]").check()
    panel.get_by_label("距离").fill("200，500")
    panel.locator("form").get_by_role("button", name="分析").click()
    pair = page.locator(PAIRS)
    expect(pair).to_have_count(1)
    expect(pair).to_contain_text("反应车间 → 湛河小学")
    expect(panel).to_contain_text("筛查提示（非许可依据）")
    # Pairs, sites, targets and borderline ones within 200 m, then within 500 m.
    expect(panel.locator(".near-summary td")).to_have_text(["0", "0", "0", "0", "1", "1", "1", "0"])
    pair.click()
    rest(page)
    expect(panel.locator(".near-facts")).to_contain_text("限值 500 米")
    ends = {each["name"] for each in drawn(page, "near-picked-end")}
    assert ends == {"反应车间", "湛河小学"}
    assert "tool=analysis&near=zone/1/school//200,500" in page.url
    look(page, page.url.split("/", 3)[3])
    expect(page.locator(PAIRS)).to_have_count(1)
    rest(page)
    # A line is cut at the edges of the map's tiles.
    assert len({each["key"] for each in drawn(page, "near-line")}) == 1
    assert (heard.complaints, heard.strangers) == ([], [])


def test_a_line_and_its_row_are_marked_together(page: Page) -> None:
    look(page, f"#map=16/{make.LAT}/{make.LON + 0.002}&tool=analysis&near=zone/1/school//500")
    expect(page.locator(PAIRS)).to_have_count(1)
    rest(page)
    x, y = page.evaluate(
        """([lon, lat]) => {
          const { left, top } = window.riskmap.map.getCanvas().getBoundingClientRect()
          const { x, y } = window.riskmap.map.project([lon, lat])
          return [left + x, top + y]
        }""",
        [make.LON + 0.0025, make.LAT + 0.0005],
    )
    page.mouse.move(x, y)
    expect(page.locator(f"{PAIRS}[data-under]")).to_have_count(1)
    page.mouse.click(x, y)
    expect(page.locator(f"{PAIRS}[aria-current]")).to_have_count(1)
    page.locator(PANEL).get_by_role("button", name="否").click()
    page.locator(PANEL).locator("[data-verdict=yes].near-chip").click()
    expect(page.locator(PANEL)).to_contain_text("没有符合所选结论的对")
    rest(page)
    assert drawn(page, "near-line") == []


def test_a_question_that_asks_for_nothing_says_what_it_lacks(page: Page) -> None:
    look(page, f"#{PLACE}&tool=analysis")
    panel = page.locator(PANEL)
    panel.get_by_label("距离").fill("近")
    panel.locator("form").get_by_role("button", name="分析").click()
    expect(panel.get_by_role("alert")).to_have_text("距离应为 1 至 6 个大于 0、不超过 50000 的数")


def test_a_report_that_does_not_come_can_be_asked_for_again(page: Page) -> None:
    page.route("**/proximity/report?*", lambda route: route.abort())
    look(page, f"#{PLACE}&tool=analysis&near=zone/1/school//500")
    alert = page.locator(PANEL).get_by_role("alert")
    expect(alert).to_be_visible()
    page.unroute("**/proximity/report?*")
    alert.get_by_role("button", name="重试").click()
    expect(page.locator(PAIRS)).to_have_count(1)


def test_an_emergency_rings_a_place_tells_whom_to_call_prints_and_ends(page: Page) -> None:
    page.add_init_script("window.print = () => {}")
    look(page, f"#{PLACE}")
    page.get_by_role("button", name="应急").click()
    rest(page)
    x, y = page.evaluate(
        """() => {
          const { left, top, width, height } = window.riskmap.map.getCanvas().getBoundingClientRect()
          return [left + width / 2, top + height / 2]
        }"""
    )
    page.mouse.click(x, y)
    panel = page.locator(PANEL)
    expect(panel.locator(".near-section").nth(0)).to_contain_text("鹰城化工厂")
    expect(panel.get_by_role("link", name="13800001111")).to_be_visible()
    expect(panel.locator(".near-section").nth(1)).to_contain_text("湛河小学")
    rest(page)
    assert {each["metres"] for each in drawn(page, "near-ring")} == {500, 1000, 3000}
    assert "tool=emergency&around=" in page.url
    panel.get_by_role("button", name="打印").click()
    sheet = page.locator(".print-sheet")
    for words in ("应急周边清单", "赵六 厂长 13800001111", "湛河小学"):
        expect(sheet).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    rest(page)
    assert "around" not in page.url


def test_an_emergency_takes_a_coordinate_and_a_name_that_was_searched(page: Page) -> None:
    look(page, f"#{PLACE}&tool=emergency")
    panel = page.locator(PANEL)
    place = panel.get_by_label("经度")
    place.fill("33.7, 113.3")
    panel.get_by_role("button", name="查看周围").click()
    expect(panel.get_by_role("alert")).to_be_visible()
    place.fill(f"{make.LON}, {make.LAT}")
    panel.get_by_role("button", name="查看周围").click()
    expect(panel.locator(".near-section").nth(0)).to_contain_text("鹰城化工厂")
    panel.get_by_role("button", name="另选地点").click()
    page.get_by_role("combobox", name="搜索").fill("湛河小学")
    page.get_by_role("option").first.click()
    expect(panel.locator(".near-section").nth(1).locator(".near-line").first).to_contain_text("0 m")


def test_an_alarm_is_counted_shown_and_answered_for_each_side(page: Page) -> None:
    look(page, f"#{PLACE}")
    bell = page.get_by_role("button", name="邻近提醒：1 条待处理")
    bell.click()
    panel = page.locator(PANEL)
    alarm = panel.locator("[data-alarm]")
    expect(alarm).to_contain_text("鹰城化工厂 反应车间 → 湛河小学")
    alarm.locator(".near-line").click()
    expect(page.locator(".details-panel")).to_contain_text("湛河小学")
    rest(page)
    assert {each["name"] for each in drawn(page, "near-picked-end")} == {"反应车间", "湛河小学"}
    for side, reason in (("site", "已停用"), ("receptor", "正在搬迁")):
        form = alarm.locator(f"[data-side={side}]")
        form.locator("summary").click()
        form.get_by_role("textbox").fill(reason)
        form.get_by_role("button", name="提交说明").click()
        expect(form).to_have_count(0)
    expect(page.get_by_role("button", name="邻近提醒：0 条待处理")).to_be_visible()
    panel.get_by_role("button", name="已说明").click()
    expect(alarm).to_contain_text("已停用")
    expect(alarm).to_contain_text("正在搬迁")


def test_a_planned_school_is_drawn_judged_and_not_kept(page: Page) -> None:
    look(page, f"#{PLACE}&tool=planned")
    panel = page.locator(PANEL)
    panel.get_by_role("button", name="试算").click()
    expect(panel.get_by_role("alert")).to_contain_text("请先在地图上画出位置")
    panel.get_by_role("button", name="画矩形").click()
    canvas = page.locator(".map-canvas").bounding_box()
    assert canvas
    for share in (0.7, 0.8):
        page.mouse.click(canvas["x"] + canvas["width"] * share, canvas["y"] + canvas["height"] * share)
    expect(panel).to_contain_text("已画好")
    panel.get_by_label("从哪里量起").select_option("风险分区")
    panel.get_by_role("button", name="试算").click()
    expect(page.locator(PAIRS)).to_contain_text("反应车间 → 规划的防护目标")
    rest(page)
    assert drawn(page, "near-draft-fill")
    panel.get_by_role("button", name="关闭").click()
    rest(page)
    assert "planned" not in page.url
    assert page.evaluate("() => window.riskmap.map.getSource('near')") is None


def test_an_analysis_is_saved_opened_and_compared(page: Page) -> None:
    panel = page.locator(PANEL)
    for name in ("第一次", "第二次"):
        look(page, f"#{PLACE}&tool=analysis&near=zone/1/school//500")
        panel.get_by_label("分析名称").fill(name)
        panel.get_by_role("button", name="保存为分析").click()
        expect(panel.locator(".near-run", has_text=name)).to_contain_text("已完成", timeout=60_000)
    panel.locator(".near-line", has_text="第二次").click()
    expect(page.locator(PAIRS)).to_contain_text("反应车间 → 湛河小学")
    expect(panel.get_by_role("link", name="XLSX")).to_have_attribute("href", re.compile(r"/pairs\.xlsx$"))
    panel.get_by_label("与另一次分析对比").select_option(label="#1 第一次")
    expect(panel).to_contain_text("两次分析没有差别")


def test_the_panel_is_opened_walked_and_left_by_keyboard(page: Page) -> None:
    look(page, f"#{PLACE}")
    page.keyboard.press("p")
    panel = page.locator(PANEL)
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    button = page.get_by_role("button", name="邻近分析")
    button.focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("button", name="分析", exact=True).first).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.keyboard.press("e")
    expect(panel).to_contain_text("在地图上点事故地点")
    page.locator(".map-canvas canvas").focus()
    page.keyboard.press("Enter")
    expect(panel.locator(".near-section").first).to_contain_text("鹰城化工厂")


TOO_SMALL = """() => {
  const targets = document.querySelectorAll("#near-panel :is(button, select, summary, input[type=text], a, label)")
  const fields = "select, input[type=text], textarea"
  return [...targets]
    .filter(each => each.checkVisibility() && !each.querySelector(fields))
    .map(each => [each.tagName, each.textContent.trim(), each.getBoundingClientRect().height])
    .filter(([, , height]) => height < 44)
}"""


def test_a_finger_hits_everything_in_the_panel(
    browser: Browser, browser_context_args: dict[str, Any], office: Office
) -> None:
    context = browser.new_context(
        **{**browser_context_args, "base_url": office.address, "has_touch": True, "is_mobile": True}
    )
    page = context.new_page()
    office.sign_in(page, "guanli")
    for tool, shown in (
        ("analysis&near=zone/1/school//500", PAIRS),
        ("saved", ".near-body"),
        ("planned", ".near-shapes"),
        (f"emergency&around={make.LAT}/{make.LON}", ".near-contact"),
        ("alarms", ".near-chip"),
    ):
        look(page, f"#{PLACE}&tool={tool}")
        expect(page.locator(shown).first).to_be_visible()
        assert page.evaluate(TOO_SMALL) == [], tool
    context.close()
