"""The map of a past moment, and what has changed since."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from shapely import Point
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.operating.cluster import Cluster
from backend.zones.models import Zone
from tests import databases, make
from tests.browser.looking import answer, drawn, rest
from tests.browser.offices import Office, opened
from tests.browser.small_register import CHINA, PLACE, fill, look, now_in_china

BANNER = ".moment-banner"
CHANGES = "riskmap-changes"


@pytest.fixture(scope="module")
def office(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Serve a small register to those only who sign in."""
    with (
        databases.own_database(cluster) as engine,
        opened(engine, tmp_path_factory.mktemp("data")) as office,
    ):
        office.add("guanli", role="bureau_admin", has_second_factor=True)
        office.add("lingdao", role="leader", has_second_factor=True)
        yield office


class Past:
    """The register, and the moments before and after it was changed."""

    def __init__(self, engine: Engine) -> None:
        self.register = fill(engine)
        self.before = now_in_china(engine)
        with Session(engine) as session, session.begin():
            yard = session.get_one(Zone, self.register.yard)
            yard.declared_grade = 1
            mill = session.get_one(Enterprise, self.register.mill)
            make.granted(session, mill)
            mill.location = make.stored(Point(make.LON - 0.003, make.LAT + 0.001))
            office = session.get_one(Zone, self.register.office)
            make.granted(session, office)
            session.delete(office)
        self.after = now_in_china(engine)


@pytest.fixture(scope="module")
def past(office: Office) -> Past:
    """A zone turns red, its mill moves, and the office of the plant is gone."""
    return Past(office.engine)


@pytest.fixture
def page(
    browser: Browser, browser_context_args: dict[str, Any], office: Office, past: Past
) -> Iterator[Page]:
    """Look at it as the bureau."""
    context = browser.new_context(**{**browser_context_args, "base_url": office.address})
    page = context.new_page()
    office.sign_in(page, "guanli")
    yield page
    context.close()


def zones(page: Page) -> dict[str, int]:
    """The zones on the map with the grades that they are drawn in; 0 is 未评定."""
    return {each["name"]: int(each.get("grade", 0)) for each in drawn(page, "zone-fill")}


def red_zones(page: Page) -> Any:
    """The legend's count of red zones."""
    return page.locator('.legend-row[data-grade="1"] .count').nth(1)


NOW = {"反应车间": 1, "堆场": 1}
THEN = {"反应车间": 1, "堆场": 0, "办公楼": 4}


def test_an_earlier_moment_shows_earlier_colours_counts_and_facts(page: Page, past: Past) -> None:
    look(page, f"#{PLACE}")
    assert zones(page) == NOW
    expect(page.locator(BANNER)).to_have_count(0)
    expect(red_zones(page)).to_have_text("22")
    look(page, f"#{PLACE}&sel=zones/{past.register.yard}&at={past.before}")
    expect(page.locator(BANNER)).to_contain_text(
        f"正在查看 {past.before.replace('T', ' ').removesuffix(':00')} 的地图"
    )
    assert zones(page) == THEN
    expect(red_zones(page)).to_have_text("11")
    expect(page.locator(".panel-grade")).to_contain_text("未评定")
    expect(page.locator(".explanation .reason")).to_contain_text("没有登记风险事件")
    assert f"at={past.before.removesuffix(':00')}" in page.url


def test_escape_leads_back_to_now_after_it_has_closed_the_panel(page: Page, past: Past) -> None:
    look(page, f"#{PLACE}&sel=zones/{past.register.yard}&at={past.before}")
    expect(page.locator(".panel-grade")).to_contain_text("未评定")
    page.keyboard.press("Escape")
    expect(page.locator(".details-panel")).to_be_hidden()
    expect(page.locator(BANNER)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(BANNER)).to_have_count(0)
    rest(page)
    assert zones(page) == NOW
    assert "at=" not in page.url


def test_the_panel_follows_the_moment(page: Page, past: Past) -> None:
    look(page, f"#{PLACE}&sel=zones/{past.register.office}&at={past.before}")
    expect(page.locator(".panel-grade")).to_contain_text("低")
    page.get_by_role("button", name="回到现在").click()
    expect(page.locator(".panel-problem")).to_be_visible()


def test_what_was_not_yet_there_is_said_to_be_so(page: Page, past: Past) -> None:
    look(page, f"#{PLACE}&sel=zones/{past.register.yard}&at=2020-01-01T00:00")
    expect(page.locator(".panel-problem")).to_contain_text("在 2020-01-01 00:00 还没有登记")
    assert zones(page) == {}


def test_t_opens_the_choice_of_a_moment_and_quick_choices_go_there(page: Page) -> None:
    look(page, f"#{PLACE}")
    page.keyboard.press("t")
    field = page.locator('#time-panel input[name="at"]')
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    page.keyboard.press("t")
    page.locator('[data-choice="lastYear"]').click()
    today = datetime.now(CHINA)
    expect(page.locator(BANNER)).to_contain_text(f"正在查看 {today.year - 1}-{today:%m-%d} 00:00 的地图")
    rest(page)
    assert zones(page) == {}


def test_a_moment_to_come_is_refused_in_words(page: Page) -> None:
    look(page, f"#{PLACE}")
    page.get_by_role("button", name="时间", exact=True).click()
    field = page.locator('#time-panel input[name="at"]')
    page.locator("#time-panel .primary-button").first.click()
    expect(page.locator(".time-fault")).to_have_text("请选择日期和时间")
    field.fill((datetime.now(CHINA) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"))
    field.press("Enter")
    expect(page.locator(".time-fault")).to_have_text("这个时刻还没有到")
    expect(page.locator(BANNER)).to_have_count(0)
    field.fill("2021-05-01T08:30")
    field.press("Enter")
    expect(page.locator(BANNER)).to_contain_text("正在查看 2021-05-01 08:30 的地图")


def test_search_says_that_it_looks_through_the_present(page: Page, past: Past) -> None:
    look(page, f"#{PLACE}&at={past.before}")
    page.locator("#search-input").fill("面粉")
    expect(page.locator(".search-present")).to_contain_text("搜索的是现在登记的名称")


def test_the_difference_lists_counts_and_marks_what_changed(page: Page, past: Past) -> None:
    look(page, f"#{PLACE}&compare={past.before}/{past.after}")
    expect(page.locator(BANNER)).to_contain_text("正在对比")
    counts = {
        row.get_attribute("data-kind"): row.locator("b").inner_text()
        for row in page.locator(f"{CHANGES} .change-kind").all()
    }
    summaries = [
        answer(page, f"/api/v1/changes?layer={layer}&from={past.before}%2B08:00&to={past.after}%2B08:00")[
            "summary"
        ]
        for layer in ("enterprises", "zones", "receptors", "corridors")
    ]
    assert counts == {kind: str(sum(each[kind] for each in summaries)) for kind in counts}
    assert (counts["moved"], counts["gone"]) == ("1", "1")
    assert int(counts["new_red"]) == 2
    rows = page.locator(f"{CHANGES} .change")
    expect(rows.filter(has_text="堆场")).to_have_attribute("data-kind", "new_red")
    expect(rows.filter(has_text="办公楼")).to_have_attribute("data-kind", "gone")
    rest(page)
    assert {each["name"] for each in drawn(page, "change-new_red-zones")} == {"堆场"}
    assert {each["name"] for each in drawn(page, "change-was-gone-zones")} == {"办公楼"}
    signs = {each["sign"] for each in drawn(page, "change-sign")}
    assert {"!", "×"} <= signs


def test_kinds_filter_list_and_map(page: Page, past: Past) -> None:
    look(page, f"#{PLACE}&compare={past.before}/{past.after}")
    gone = page.locator(f'{CHANGES} .change-kind[data-kind="gone"]')
    gone.click()
    expect(gone).to_have_attribute("aria-pressed", "false")
    expect(page.locator(f"{CHANGES} .change").filter(has_text="办公楼")).to_have_count(0)
    rest(page)
    assert "×" not in {each["sign"] for each in drawn(page, "change-sign")}


def test_a_click_in_the_list_flies_there(page: Page, past: Past) -> None:
    look(page, f"#map=12/33.9/113.6&compare={past.before}/{past.after}")
    page.locator(f"{CHANGES} .change").filter(has_text="堆场").click()
    expect(page.locator(".details-panel h2")).to_have_text("堆场")
    page.wait_for_timeout(900)
    rest(page)
    assert {each["name"] for each in drawn(page, "change-new_red-zones")} == {"堆场"}


def test_the_changes_are_taken_away_as_geojson(page: Page, past: Past, tmp_path: Path) -> None:
    look(page, f"#{PLACE}&compare={past.before}/{past.after}")
    with page.expect_download() as download:
        page.locator(f'{CHANGES} a[data-layer="zones"]').click()
    file = tmp_path / "changes.geojson"
    download.value.save_as(file)
    collection = json.loads(file.read_text())
    assert collection["type"] == "FeatureCollection"
    assert {each["properties"]["name"] for each in collection["features"]} >= {"堆场", "办公楼"}


def test_who_may_not_export_is_told_so(page: Page, office: Office, past: Past) -> None:
    office.sign_in(page, "lingdao")
    look(page, f"#{PLACE}&compare={past.before}/{past.after}")
    expect(page.locator(f"{CHANGES} .change").first).to_be_visible()
    expect(page.locator(f"{CHANGES} .changes-foot")).to_contain_text("不能导出")
    expect(page.locator(f"{CHANGES} a")).to_have_count(0)


def test_a_quiet_time_says_that_nothing_changed(page: Page) -> None:
    look(page, f"#{PLACE}&compare=2020-01-01T00:00/2020-02-01T00:00")
    expect(page.locator(".changes-none")).to_have_text("这段时间没有变化")
    page.get_by_role("button", name="结束对比").first.click()
    expect(page.locator(CHANGES)).to_have_count(0)
    expect(page.locator("riskmap-legend")).to_be_visible()


def test_two_moments_are_chosen_and_compared(page: Page, past: Past) -> None:
    look(page, f"#{PLACE}")
    page.keyboard.press("t")
    page.locator('#time-panel input[name="from"]').fill("2021-05-01T08:30")
    page.locator('#time-panel input[name="to"]').fill("2021-04-01T08:30")
    page.get_by_role("button", name="对比", exact=True).click()
    expect(page.locator(".time-fault")).to_have_text("开始应早于结束")
    page.locator('#time-panel input[name="to"]').fill("")
    page.get_by_role("button", name="对比", exact=True).click()
    expect(page.locator(BANNER)).to_contain_text("正在对比 2021-05-01 08:30 → 现在")
    expect(page.locator(f'{CHANGES} .change-kind[data-kind="appeared"] b')).not_to_have_text("0")
    assert "compare=2021-05-01T08:30/now" in page.url
