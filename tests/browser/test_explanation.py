"""Why something is red: the section of the panel that explains a grade, the same grade as on the map."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from backend.operating.cluster import Cluster
from backend.zones.models import Zone
from tests import databases, make
from tests.browser.looking import answer, drawn
from tests.browser.offices import Office, opened
from tests.browser.small_register import PLACE, Register, fill, look
from tests.browser.test_details import PANEL

SECTION = ".explanation"
MAJOR, LOW, UNGRADED = "重大", "低", "未评定"


@pytest.fixture(scope="module")
def office(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Serve a small register to those only who sign in."""
    with (
        databases.own_database(cluster) as engine,
        opened(engine, tmp_path_factory.mktemp("data")) as office,
    ):
        office.add("guanli", role="bureau_admin", has_second_factor=True)
        office.add("fenxi", role="bureau_analyst", has_second_factor=True)
        yield office


@pytest.fixture(scope="module")
def register(office: Office) -> Register:
    """Fill it once; nothing here changes it."""
    return fill(office.engine)


@pytest.fixture
def page(
    browser: Browser, browser_context_args: dict[str, Any], office: Office, register: Register
) -> Iterator[Page]:
    """Look at it as the bureau."""
    context = browser.new_context(**{**browser_context_args, "base_url": office.address})
    page = context.new_page()
    office.sign_in(page, "guanli")
    yield page
    context.close()


def grade_on_map(page: Page, number: int) -> int:
    """The grade that a zone is drawn with; 0 is 未评定."""
    (found,) = {int(each.get("grade", 0)) for each in drawn(page, "zone-fill") if each["number"] == number}
    return found


def test_a_zone_explains_the_grade_that_the_map_shows(page: Page, register: Register) -> None:
    look(page, f"#{PLACE}&sel=zones/{register.workshop}")
    section = page.locator(SECTION)
    inherent = section.locator(".one-risk").first
    expect(inherent).to_contain_text("地图按此着色")
    expect(inherent).to_contain_text(MAJOR)
    assert inherent.get_attribute("data-grade") == str(grade_on_map(page, register.workshop_number)) == "1"
    badge = page.locator(f"{PANEL} .panel-grade .grade-badge")
    expect(inherent.locator(".grade-badge")).to_have_text(badge.inner_text())
    expect(inherent.locator(".grade-badge")).to_have_attribute("style", badge.get_attribute("style") or "")
    expect(section.locator(".one-risk").nth(1)).to_contain_text(LOW)
    told = answer(page, f"/api/v1/zones/{register.workshop}/explanation")
    expect(section.locator(".reason")).to_have_text(told["sentence"]["zh"])


def test_the_chain_leads_down_to_scores_standard_and_who_assessed(page: Page, register: Register) -> None:
    look(page, f"#{PLACE}&sel=zones/{register.workshop}")
    event = page.locator(".chain .event").first
    expect(event.locator(".event-body")).to_be_visible()
    inherent = event.locator(".assessment").first
    scores = inherent.locator(".factors dd")
    for score, words in zip(scores.all(), ("6 相当可能", "6 每天工作时间内暴露", "15 1人死亡"), strict=True):
        expect(score).to_contain_text(words)
    expect(inherent.locator(".product")).to_contain_text("L × E × C = 540")
    expect(inherent.locator(".scale-cuts span")).to_have_text(["70", "160", "320"])
    bands, mark = (inherent.locator(each).bounding_box() for each in (".scale-bands", ".scale-mark"))
    assert bands
    assert mark
    # 540 lies in the last of four bands.
    assert bands["x"] + bands["width"] * 3 / 4 < mark["x"] + mark["width"] / 2 < bands["x"] + bands["width"]
    expect(inherent.locator(".standard").first).to_contain_text("2019 版")
    expect(event).to_contain_text("张三 · 2026/01/02")
    expect(event.locator(".overdue").last).to_have_text("已逾期")
    expect(event).to_contain_text("更新于")
    event.locator(".measures summary").click()
    expect(event.locator(".measures h6")).to_have_text(["工程技术", "个体防护"])
    expect(event.locator(".measures")).to_contain_text("安装安全阀和联锁")


def test_people_are_told_by_level_and_missing_levels_are_named(page: Page, register: Register) -> None:
    look(page, f"#{PLACE}&sel=zones/{register.workshop}")
    people = page.locator(".people")
    expect(people.locator("dt")).to_have_text(["公司（厂）级", "车间级"])
    expect(people.get_by_role("link", name="13812341234")).to_have_attribute("href", "tel:13812341234")
    told = answer(page, f"/api/v1/zones/{register.workshop}/explanation")
    missing = "、".join(each["zh"] for each in told["missing_levels"])
    assert "班组级" in missing
    expect(people.locator(".explanation-warning")).to_have_text(f"未指定责任人：{missing}")


def test_who_may_not_call_sees_no_whole_number(page: Page, office: Office, register: Register) -> None:
    office.sign_in(page, "fenxi")
    look(page, f"#{PLACE}&sel=zones/{register.workshop}")
    expect(page.locator(".people")).to_contain_text("138****1234")
    expect(page.locator(".people a")).to_have_count(0)


def test_an_enterprise_leads_to_the_zone_that_decides(page: Page, register: Register) -> None:
    look(page, f"#{PLACE}&sel=enterprises/{register.plant}")
    zone = page.locator(".deciding-zone")
    expect(zone).to_have_count(1)
    expect(zone.locator(".event-name").first).to_contain_text("反应车间")
    zone.get_by_role("button", name="查看这个分区").click()
    expect(page.locator(f"{PANEL} h2")).to_have_text("反应车间")
    expect(page.locator(f"{SECTION} .event").first).to_contain_text("容器爆炸")


def test_all_events_are_a_click_away(page: Page, register: Register) -> None:
    look(page, f"#{PLACE}&sel=zones/{register.workshop}")
    events = page.locator(".all-events")
    events.locator(":scope > summary").click()
    expect(events.locator(".event .event-name")).to_contain_text(["容器爆炸", "烫伤"])


def test_a_declared_grade_names_its_source(page: Page, register: Register) -> None:
    look(page, f"#{PLACE}&sel=zones/{register.office}")
    expect(page.locator(f"{SECTION} .reason")).to_contain_text("由来源「test」申报为低风险")


def test_what_nobody_graded_says_why(page: Page, register: Register) -> None:
    look(page, f"#{PLACE}&sel=zones/{register.yard}")
    section = page.locator(SECTION)
    expect(section.locator(".one-risk").first).to_contain_text(UNGRADED)
    expect(section.locator(".reason")).to_contain_text("没有登记风险事件，来源也没有申报等级")


def test_the_explanation_speaks_english_too(page: Page, register: Register) -> None:
    look(page, f"#{PLACE}&sel=zones/{register.workshop}&lang=en")
    section = page.locator(SECTION)
    expect(section.locator("h3")).to_have_text("Why this grade")
    expect(section.locator(".reason")).to_contain_text("as bad as the risk event")


def test_a_failed_answer_is_said_and_asked_for_again(page: Page, register: Register) -> None:
    page.route("**/explanation?*", lambda route: route.abort())
    look(page, f"#{PLACE}&sel=zones/{register.office}")
    expect(page.locator(".explanation-problem")).to_contain_text("连不上服务器")
    page.unroute("**/explanation?*")
    page.locator(".explanation-problem button").click()
    expect(page.locator(f"{SECTION} .reason")).to_contain_text("申报")


def test_a_neighbour_sees_why_and_not_whose(page: Page, office: Office, register: Register) -> None:
    """A zone that reaches into the next township is explained there, without what is masked."""
    with Session(office.engine) as session, session.begin():
        east = make.square(make.LON + 0.0165, make.LAT, side=0.01)
        for code, name, lon in (("410411901", "西街道", make.LON + 0.0065), ("410411902", "东街道", None)):
            outline = east if lon is None else make.square(lon, make.LAT, side=0.01)
            make.area(session, code, name, outline, level="township")
        site = make.enterprise(session, "边界仓库", township_code="410411901")
        zone = make.zone(session, site, "危化品库", make.square(make.LON + 0.016, make.LAT + 0.001), grade=1)
        key = zone.id
    with Session(office.engine) as session:
        assert session.get_one(Zone, key).grade == 1
    office.add("dong", role="township", codes=["410411902"], has_second_factor=True)
    office.sign_in(page, "dong")
    look(page, f"#map=17/{make.LAT + 0.0015}/{make.LON + 0.0165}&sel=zones/{key}")
    section = page.locator(SECTION)
    expect(section.locator(".one-risk").first).to_contain_text(MAJOR)
    expect(section.locator(".people")).to_have_count(0)
    expect(page.locator(f"{PANEL} button.owner")).to_have_count(0)
