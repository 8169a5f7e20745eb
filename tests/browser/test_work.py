"""The work page: an enterprise writes, an office reviews, and the map shows what came of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from backend.demo import loader
from backend.enterprises.models import Enterprise
from backend.operating.cluster import Cluster
from backend.zones.models import Zone
from tests import databases
from tests.browser.looking import Watch, answer, drawn, rest
from tests.browser.offices import Office, opened, type_password

CSRF = {"X-CSRF": "1"}
WAIT_MS = 15_000


@dataclass(frozen=True)
class Site:
    """An enterprise of the demonstration, and one of its zones that is 较大."""

    id: UUID
    name: str
    township: str
    zone_id: UUID
    zone: str


@pytest.fixture(scope="module")
def office(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Serve the small demonstration to those only who sign in."""
    with databases.own_database(cluster) as engine:
        loader.load(engine, scale="small", progress=lambda sentence: None)
        with opened(engine, tmp_path_factory.mktemp("data")) as office:
            yield office


@pytest.fixture(scope="module")
def sites(office: Office) -> list[Site]:
    return considerable_sites(office.engine)


def considerable_sites(engine: Engine) -> list[Site]:
    """Enterprises with a zone that is 较大, one zone each."""
    rows = (
        select(Enterprise.id, Enterprise.name, Enterprise.township_code, Zone.id, Zone.name)
        .join(Zone, Zone.enterprise_id == Enterprise.id)
        .where(Enterprise.grade == 2, Zone.grade == 2, Enterprise.township_code.is_not(None))
        .order_by(Enterprise.number, Zone.number)
    )
    with Session(engine) as session:
        found = [
            Site(enterprise_id, name, township or "", zone_id, zone)
            for enterprise_id, name, township, zone_id, zone in session.execute(rows)
        ]
    return list({site.id: site for site in reversed(found)}.values())


@pytest.fixture
def desk(browser: Browser, browser_context_args: dict[str, Any], office: Office) -> Iterator[BrowserContext]:
    """Open a browser at the service."""
    context = browser.new_context(**{**browser_context_args, "base_url": office.address})
    yield context
    context.close()


def firm(office: Office, page: Page, site: Site, username: str) -> None:
    """Sign in as somebody of an enterprise, as they do."""
    office.add(username, name="王工厂", role="enterprise", codes=[str(site.id)])
    page.goto("/sign-in?next=%2Fwork%23submissions")
    type_password(page, username)
    expect(page).to_have_url(re.compile("/work#submissions"))


def town(office: Office, page: Page, site: Site, username: str) -> None:
    """Sign in as somebody of the township of an enterprise."""
    office.add(username, name="马街道", role="township", codes=[site.township], has_second_factor=True)
    office.sign_in(page, username)
    open_queue(page)


def open_queue(page: Page) -> None:
    """Open the queue anew: another address of the same page would leave it with who was there before."""
    page.goto("about:blank")
    page.goto("/work#review")
    expect(page.locator("review-tab .toolbar")).to_be_visible(timeout=WAIT_MS)


def begin(page: Page, title: str) -> None:
    """Begin a submission about one's own enterprise, which is chosen already."""
    page.get_by_role("button", name="新建填报").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio").first).to_be_checked()
    dialog.get_by_label("事由").fill(title)
    dialog.get_by_role("button", name="开始填写").click()
    expect(page.locator("riskmap-row-tree")).to_be_visible(timeout=WAIT_MS)


def row(page: Page, name: str) -> Locator:
    return page.locator(".tree-row").filter(has=page.get_by_text(name, exact=True)).first


def saved(page: Page) -> None:
    expect(page.locator(".saving")).to_have_attribute("data-state", "saved", timeout=WAIT_MS)


def add_major_event(page: Page, site: Site) -> None:
    """Write a point with an event that is 重大 into the zone of a site."""
    row(page, site.zone).click()
    page.get_by_role("button", name="添加风险点").click()
    page.get_by_label("风险点名称").fill("反应釜")
    page.get_by_role("button", name="添加风险事件").click()
    page.locator("#field-name").fill("反应釜超温引起爆炸")
    page.locator("#field-inherent-method").select_option("lec")
    for factor, score in (("L", "6"), ("E", "6"), ("C", "15")):
        page.locator(f"#field-inherent-factors-{factor}").select_option(score)


def test_a_submission_is_returned_mended_published_and_colours_the_map(
    desk: BrowserContext, office: Office, sites: list[Site]
) -> None:
    page, site = desk.new_page(), sites[0]
    firm(office, page, site, "story-firm")
    begin(page, "新增反应釜")
    add_major_event(page, site)
    expect(page.locator('[data-type="assessment"]').first).to_contain_text("540", timeout=WAIT_MS)
    expect(page.locator('[data-type="assessment"]').first.locator(".assessment-sum b")).to_have_text("重大")
    page.get_by_role("button", name="检查").click()
    changes = page.locator(".grades-table tr").filter(has_text=site.zone)
    expect(changes).to_contain_text("较大", timeout=WAIT_MS)
    expect(changes).to_contain_text("重大")
    page.get_by_role("button", name="提交审核").click()
    page.get_by_role("dialog").get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("已提交，等待审核")).to_be_visible(timeout=WAIT_MS)
    line = page.locator(".linked-row").filter(has_text="新增反应釜")
    expect(line).to_contain_text("区应急管理局 审核，今天")

    town(office, page, site, "story-town")
    page.locator(".linked-row").filter(has_text="新增反应釜").click()
    expect(page.locator(".change").filter(has_text="反应釜超温引起爆炸")).to_be_visible()
    page.get_by_role("button", name="退回修改").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="退回修改").click()
    expect(dialog.get_by_label("退回理由")).to_be_focused()
    dialog.get_by_label("退回理由").fill("请写明可能的后果")
    dialog.get_by_role("button", name="退回修改").click()
    expect(page.get_by_text(f"{site.name}：已退回")).to_be_visible(timeout=WAIT_MS)

    page.context.clear_cookies()
    page.goto("/sign-in?next=%2Fwork%23submissions")
    type_password(page, "story-firm")
    page.locator(".linked-row").filter(has_text="请写明可能的后果").click()
    expect(page.locator(".returned-reason")).to_have_text("请写明可能的后果")
    page.get_by_role("searchbox", name="查找名称").fill("反应釜超温")
    row(page, "反应釜超温引起爆炸").click()
    page.get_by_label("可能的后果").fill("爆炸，一人死亡")
    page.get_by_role("button", name="提交审核").click()
    page.get_by_role("dialog").get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("已提交，等待审核")).to_be_visible(timeout=WAIT_MS)

    office.sign_in(page, "story-town")
    open_queue(page)
    page.locator(".linked-row").filter(has_text="新增反应釜").click()
    expect(page.get_by_role("button", name="发布", exact=True)).to_be_enabled(timeout=WAIT_MS)
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".grades-table tr").filter(has_text=site.zone)).to_contain_text("重大")
    expect(dialog.locator("riskmap-small-map")).to_be_visible()
    dialog.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_text("已发布，地图已更新")).to_be_visible(timeout=WAIT_MS)
    open_queue(page)
    page.get_by_role("button", name="我已处理").click()
    decided = page.locator(".linked-row").filter(has_text="新增反应釜")
    expect(decided).to_contain_text("已发布", timeout=WAIT_MS)
    expect(decided).to_contain_text("王工厂")
    zone = answer(page, f"/ogc/collections/zones/items/{site.zone_id}")
    assert zone["properties"]["grade"] == 1
    lon, lat = zone["geometry"]["coordinates"][0][0][0]
    page.goto(f"/#map=17.00/{lat}/{lon}")
    rest(page)
    assert 1 in {zone["grade"] for zone in drawn(page, "zone-fill") if zone["name"] == site.zone}


def test_a_draft_survives_a_closed_browser_and_what_was_not_sent_is_offered(
    desk: BrowserContext,
    browser: Browser,
    browser_context_args: dict[str, Any],
    office: Office,
    sites: list[Site],
) -> None:
    page, site = desk.new_page(), sites[1]
    firm(office, page, site, "drafting-firm")
    begin(page, "草稿")
    page.get_by_label("从业人数").fill("37")
    saved(page)
    where = page.url
    kept = desk.storage_state()
    page.close()

    again = browser.new_context(**{**browser_context_args, "base_url": office.address, "storage_state": kept})
    page = again.new_page()
    page.goto(where)
    expect(page.get_by_label("从业人数")).to_have_value("37", timeout=WAIT_MS)
    again.set_offline(True)
    page.get_by_label("地址").fill("湛河区新址 1 号")
    expect(page.locator(".saving")).to_contain_text("保存失败，已存本机", timeout=WAIT_MS)
    kept = again.storage_state()
    again.close()

    third = browser.new_context(**{**browser_context_args, "base_url": office.address, "storage_state": kept})
    page = third.new_page()
    page.goto(where)
    expect(page.get_by_text("没有上传的内容")).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_label("地址")).not_to_have_value("湛河区新址 1 号")
    page.get_by_role("button", name="合并本机内容").click()
    expect(page.get_by_label("地址")).to_have_value("湛河区新址 1 号")
    expect(page.get_by_label("从业人数")).to_have_value("37")
    saved(page)
    third.close()


def test_two_who_write_at_once_decide_what_both_have_changed(
    desk: BrowserContext, office: Office, sites: list[Site]
) -> None:
    page, site = desk.new_page(), sites[1]
    firm(office, page, site, "clashing-firm")
    begin(page, "两人同写")
    identity = re.search(r"id=([0-9a-f-]{36})", page.url)
    assert identity
    path = f"/api/v1/submissions/{identity[1]}"
    present = answer(page, path)
    theirs = [
        {"kind": "enterprise", "id": str(site.id), "seen": 1, "facts": {"staff": 12, "address": "别处"}}
    ]
    sent = page.request.patch(
        path, data={"changes": theirs}, headers={**CSRF, "If-Match": f'"{present["version"]}"'}
    )
    assert sent.ok, sent.text()
    page.get_by_label("从业人数").fill("40")
    expect(page.get_by_text("这份草稿被两边同时修改")).to_be_visible(timeout=WAIT_MS)
    clash = page.locator(".clashes tbody tr")
    expect(clash).to_have_count(1)
    expect(clash).to_contain_text("40")
    expect(clash).to_contain_text("12")
    page.get_by_role("button", name="合并并保存").click()
    saved(page)
    (change,) = answer(page, path)["items"]
    assert change["facts"] == {"staff": 40, "address": "别处"}


def test_what_lowers_a_grade_asks_for_the_reason_and_then_for_the_evidence(
    desk: BrowserContext, office: Office, sites: list[Site]
) -> None:
    page, site = desk.new_page(), sites[2]
    firm(office, page, site, "lowering-firm")
    begin(page, "车间停用")
    row(page, site.zone).click()
    page.get_by_role("button", name="删除").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("条风险点")
    dialog.get_by_role("button", name="删除").click()
    expect(row(page, site.zone)).to_have_attribute("data-state", "deleted")
    page.get_by_role("button", name="提交审核").click()
    reason = page.get_by_label("降级理由和依据")
    expect(reason).to_be_focused(timeout=WAIT_MS)
    reason.fill("车间已拆除")
    page.get_by_role("button", name="提交审核").click()
    page.get_by_role("dialog").get_by_role("button", name="提交审核").click(timeout=WAIT_MS)
    expect(page.get_by_text("已提交，等待审核")).to_be_visible(timeout=WAIT_MS)

    town(office, page, site, "lowering-town")
    page.get_by_role("checkbox", name="只看含降级").check()
    line = page.locator(".linked-row").filter(has_text="车间停用")
    expect(line).to_contain_text("含降级")
    line.get_by_role("checkbox").check()
    page.get_by_role("button", name="批量发布（1）").click()
    page.get_by_role("dialog").get_by_role("button", name="发布", exact=True).click()
    expect(line).to_contain_text("须写明依据", timeout=WAIT_MS)
    line.click()
    box = page.locator(".lowering-box")
    expect(box).to_contain_text("车间已拆除", timeout=WAIT_MS)
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_label("批准依据")).to_be_focused()
    page.get_by_label("批准依据").fill("现场核查记录 2026-017")
    page.get_by_role("button", name="发布", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("删除分区")
    expect(dialog).to_contain_text(site.zone)
    dialog.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_text("已发布，地图已更新")).to_be_visible(timeout=WAIT_MS)
    page.get_by_role("link", name="降级", exact=True).click()
    granted = page.locator(".downgrades-table tbody tr").filter(has_text=site.zone)
    expect(granted).to_contain_text("已批准")
    expect(granted).to_contain_text("现场核查记录 2026-017")
    expect(granted).to_contain_text("马街道")
    page.goto(f"/#sel=enterprises/{site.id}")
    expect(page.locator("riskmap-lowered")).to_contain_text("曾被删除，批准人 马街道", timeout=WAIT_MS)


def test_faults_stand_at_their_fields_and_a_click_in_the_list_goes_there(
    desk: BrowserContext, office: Office, sites: list[Site]
) -> None:
    page, site = desk.new_page(), sites[3]
    watch = Watch(page, office.address)
    firm(office, page, site, "faulty-firm")
    begin(page, "核对")
    page.get_by_label("统一社会信用代码").fill("91440300708461136U")
    expect(page.locator("#field-credit_code-fault")).to_contain_text("应为“T”", timeout=WAIT_MS)
    row(page, site.zone).click()
    page.locator("#field-boundary").fill("113.3,33.7\n113.301,33.701\n113.301,33.7\n113.3,33.701")
    page.get_by_role("button", name="检查").click()
    faults = page.locator(".fault-list .fault-link")
    expect(faults).to_have_count(2, timeout=WAIT_MS)
    faults.filter(has_text="信用代码").click()
    expect(page.get_by_label("统一社会信用代码")).to_be_focused()
    faults.filter(has_text="分区范围").click()
    expect(page.locator("#field-boundary")).to_be_focused()
    expect(page.locator(".field-faults")).to_contain_text(re.compile(r"113\.3\d+, 33\.70\d+"))
    page.keyboard.press("Control+z")
    expect(row(page, site.zone)).to_have_attribute("data-state", "same")
    page.keyboard.press("Control+y")
    expect(row(page, site.zone)).to_have_attribute("data-state", "changed")
    page.locator("#field-boundary").fill("113.3;33")
    row(page, site.name).click()
    page.get_by_role("button", name="提交审核").click()
    # One round: what the page cannot read stands among what the server has found, each with its way.
    expect(faults).to_have_count(2, timeout=WAIT_MS)
    unread = faults.filter(has_text="还读不出来")
    expect(unread).to_contain_text(f"「{site.zone}」")
    unread.click()
    expect(page.locator("#field-boundary")).to_be_focused()
    expect(page.locator("#field-boundary")).to_have_value("113.3;33")
    page.get_by_role("button", name="放弃草稿").click()
    page.get_by_role("dialog").get_by_role("button", name="放弃草稿").click()
    expect(page.get_by_text("草稿已放弃")).to_be_visible(timeout=WAIT_MS)
    assert watch.complaints == []
    assert watch.strangers == []


def test_who_may_only_look_has_no_tabs_for_writing(desk: BrowserContext, office: Office) -> None:
    page = desk.new_page()
    office.add("work-leader", name="领导", role="leader")
    page.goto("/sign-in?next=%2Fwork%23submissions")
    type_password(page, "work-leader")
    tabs = page.get_by_role("navigation", name="工作台")
    expect(tabs.get_by_role("link", name="降级", exact=True)).to_be_visible(timeout=WAIT_MS)
    expect(tabs.get_by_role("link", name="填报")).to_have_count(0)
    expect(tabs.get_by_role("link", name="审核")).to_have_count(0)
