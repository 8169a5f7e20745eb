"""The risk lists and the coverage of the work page: found, explained, shared, exported, printed, registered from."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from backend.demo import loader
from backend.enterprises.models import Enterprise
from backend.operating.cluster import Cluster
from tests import databases
from tests.browser.looking import Watch, answer, rest
from tests.browser.offices import Office, opened
from tests.signed_in import PASSWORD

CHINESE = re.compile(r"[㐀-鿿]")
GRADES = ("1", "2", "3", "4", "none")
# Paper in points, 1/72 inch: the longer side of A4 and of A3.
PAPER = {"A4": (842, 595), "A3": (1191, 842)}


@pytest.fixture(scope="module")
def office(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Serve the small demonstration to those only who sign in."""
    with databases.own_database(cluster) as engine:
        loader.load(engine, scale="small", progress=lambda sentence: None)
        with opened(engine, tmp_path_factory.mktemp("data")) as office:
            office.add("lister", role="bureau_admin", has_second_factor=True)
            office.add("town", role="township", codes=[most_peopled_township(engine)], has_second_factor=True)
            office.add("analyst", role="bureau_analyst")
            office.add("plant", role="enterprise", codes=[one_enterprise(engine)])
            yield office


@pytest.fixture
def page(browser: Browser, browser_context_args: dict[str, Any], office: Office) -> Iterator[Page]:
    """Open its pages as somebody of the bureau."""
    context = browser.new_context(**{**browser_context_args, "base_url": office.address})
    page = context.new_page()
    office.sign_in(page, "lister")
    yield page
    context.close()


def most_peopled_township(engine: Engine) -> str:
    """The township with the most enterprises."""
    with Session(engine) as session:
        codes = [*session.scalars(select(Enterprise.township_code))]
    return str(max({*codes} - {None}, key=codes.count))


def one_enterprise(engine: Engine) -> str:
    """The worst enterprise that there is."""
    with Session(engine) as session:
        return str(session.scalars(select(Enterprise.id).order_by(Enterprise.grade).limit(1)).one())


def sign_in_by_password(page: Page, office: Office, username: str) -> None:
    """Sign in as somebody without a second factor, without looking at the page."""
    page.context.clear_cookies()
    said = {"username": username, "password": PASSWORD}
    response = page.request.post(f"{office.address}/api/v1/session", data=said, headers={"X-CSRF": "1"})
    assert response.ok, response.text()


def look(page: Page, hash_: str = "risks") -> None:
    """Open a tab anew, and wait for its rows, or for the sentence that there are none."""
    page.goto("about:blank")
    page.goto(f"/work#{hash_}")
    expect(page.locator(".list-table, .coverage-table, .nothing").first).to_be_visible()


def names(page: Page) -> list[str]:
    """The rows that are shown, by their names."""
    return page.locator(".list-table .row-open").all_inner_texts()


def toggle_counts(page: Page) -> list[str]:
    """The numbers beside the grades."""
    for grade in GRADES:
        expect(page.locator(f'.grade-toggle[data-grade="{grade}"] .grade-count')).not_to_have_text("…")
    return page.locator(".grade-count").all_inner_texts()


def total(page: Page) -> int:
    """How many rows fit, as the foot says."""
    said = page.locator(".list-foot span").first.inner_text()
    found = re.search(r"共 ([\d,]+) 条", said)
    assert found, said
    return int(found[1].replace(",", ""))


@pytest.mark.parametrize("who", ["lister", "town"])
def test_the_counts_of_the_list_are_those_of_the_legend(page: Page, office: Office, who: str) -> None:
    office.sign_in(page, who)
    look(page)
    zones = toggle_counts(page)
    look(page, "risks?list=enterprises&unplaced=false")
    enterprises = toggle_counts(page)
    page.goto("/")
    rest(page)
    for grade, of_enterprises, of_zones in zip(("1", "2", "3", "4", "0"), enterprises, zones, strict=True):
        counts = page.locator(f'.legend-row[data-grade="{grade}"] .count')
        # A cell tells what is in view, and then what there is in all.
        expect(counts.nth(0).locator("span")).to_have_text(of_enterprises)
        expect(counts.nth(1).locator("span")).to_have_text(of_zones)
    assert sum(int(number.replace(",", "")) for number in zones) > 0


def test_a_link_shows_somebody_else_the_same_rows(page: Page) -> None:
    watch = Watch(page, page.url)
    look(page)
    page.locator('.grade-toggle[data-grade="2"]').click()
    page.locator(".list-filters").get_by_label("行业", exact=True).select_option(index=1)
    page.locator(".list-words").fill("演示")
    expect(page).to_have_url(re.compile(r"#risks\?.*grade=2.*sector=.*q="))
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    shown, link = names(page), page.url
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".list-table, .nothing").first).to_be_visible()
    assert names(page) == shown
    expect(page.locator('.grade-toggle[data-grade="2"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".list-words")).to_have_value("演示")
    page.get_by_role("button", name="清除筛选").first.click()
    expect(page).to_have_url(re.compile(r"#risks$"))
    expect(page.locator(".list-words")).to_have_value("")
    assert watch.complaints == []


def test_each_filter_of_the_bar_narrows_as_the_server_does(page: Page) -> None:
    look(page, "risks?list=events")
    before = total(page)
    page.get_by_role("button", name="复评逾期").click()
    expect(page).to_have_url(re.compile("overdue=true"))
    expect(page.locator(".list-foot")).not_to_contain_text(f"共 {before:,} 条")
    assert total(page) == answer(page, "/api/v1/risk-list?list=events&overdue=true")["total"] > 0
    # Not by colour alone: each late row says so.
    assert page.locator(".list-row").count() == page.locator(".list-row .tag", has_text="已逾期").count()


def test_columns_are_sorted_from_the_keyboard(page: Page) -> None:
    look(page, "risks?list=enterprises")
    head = page.locator("th", has_text="风险事件数")
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(page).to_have_url(re.compile("sort=-events"))
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    numbers = [int(text) for text in page.locator('td[data-column="events"]').all_inner_texts()]
    assert numbers == sorted(numbers, reverse=True)
    assert len({*numbers}) > 1


def test_the_heading_stays_while_the_rows_scroll(page: Page) -> None:
    look(page, "risks?limit=200")
    head = page.locator(".list-table thead th").first
    before = head.bounding_box()
    page.locator(".list-scroll").evaluate("each => each.scrollTo({ top: 2000, left: 300 })")
    page.wait_for_timeout(100)
    assert head.bounding_box() == before


def test_pages_hold_each_row_once(page: Page) -> None:
    look(page, "risks?limit=100")
    seen = {row.get_attribute("data-id") for row in page.locator(".list-row").all()}
    page.get_by_role("button", name="下一页").click()
    expect(page).to_have_url(re.compile("page=2"))
    expect(page.locator(".list-foot")).to_contain_text("第 101–200 条")
    further = {row.get_attribute("data-id") for row in page.locator(".list-row").all()}
    assert len(seen) == len(further) == 100
    assert not seen & further


def test_columns_that_were_chosen_stay_in_this_browser(page: Page) -> None:
    look(page, "risks?list=events")
    page.locator("riskmap-column-chooser summary").click()
    page.get_by_label("工程技术").check()
    page.get_by_label("企业名称").uncheck()
    page.keyboard.press("Escape")
    look(page, "risks?list=events")
    expect(page.locator("th", has_text="工程技术")).to_be_visible()
    expect(page.locator("th", has_text="企业名称")).to_have_count(0)
    page.locator("riskmap-column-chooser summary").click()
    page.get_by_role("button", name="恢复默认").click()
    expect(page.locator("th", has_text="企业名称")).to_be_visible()


def test_a_row_is_explained_and_leads_to_its_place_on_the_map(page: Page) -> None:
    look(page, "risks?grade=1")
    first = page.locator(".row-open").first
    name = first.inner_text()
    first.focus()
    page.keyboard.press("Enter")
    panel = page.locator(".list-panel")
    expect(panel.get_by_role("heading", level=2)).to_have_text(name)
    expect(panel).to_contain_text("重大风险")
    expect(panel.locator(".reason")).to_contain_text(name)
    page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("heading", level=2)).to_have_text(names(page)[1])
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(page.locator(".row-open").nth(1)).to_be_focused()
    page.locator(".row-open").first.click()
    panel.get_by_role("link", name="在地图上看").click()
    rest(page)
    expect(page.locator("riskmap-details h2")).to_have_text(name)
    assert page.evaluate("() => window.riskmap.map.getZoom()") > 14


def test_an_enterprise_leads_to_its_zones_and_to_one_of_them(page: Page) -> None:
    look(page, "risks?list=enterprises&grade=1")
    page.locator(".row-open").first.click()
    page.locator(".list-panel").get_by_role("button", name="查看这个分区").first.click()
    expect(page).to_have_url(re.compile(r"#risks\?sel="))
    expect(page.locator('.list-kind[aria-pressed="true"]')).to_have_text("安全风险清单")
    expect(page.locator(".list-panel .panel-kind")).to_contain_text("风险分区")


def test_an_event_tells_its_scores_and_measures(page: Page) -> None:
    look(page, "risks?list=events&grade=1")
    page.locator(".row-open").first.click()
    panel = page.locator(".list-panel")
    expect(panel).to_contain_text(re.compile("L × E × C"))
    expect(panel).to_contain_text("管控措施")


def test_a_submission_is_begun_about_the_enterprise_of_a_row(page: Page, office: Office) -> None:
    sign_in_by_password(page, office, "plant")
    look(page)
    page.locator(".row-open").first.click()
    panel = page.locator(".list-panel")
    name = panel.locator(".row-belongs a").first.inner_text()
    panel.get_by_role("button", name="填报").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(name)
    dialog.get_by_role("button", name="开始填写").click()
    expect(page).to_have_url(re.compile(r"#submissions\?id="))
    begun = answer(page, f"/api/v1/submissions/{page.url.split('id=')[1]}")
    assert begun["enterprise"]["name"] == name


def test_who_may_not_edit_is_not_offered_a_submission(page: Page, office: Office) -> None:
    sign_in_by_password(page, office, "analyst")
    look(page)
    page.locator(".row-open").first.click()
    expect(page.locator(".list-panel .panel-actions a")).to_be_visible()
    expect(page.locator(".list-panel").get_by_role("button", name="填报")).to_have_count(0)


def test_an_export_without_the_second_factor_is_refused_with_the_way_to_it(
    page: Page, office: Office
) -> None:
    sign_in_by_password(page, office, "analyst")
    look(page)
    page.locator("riskmap-choice-menu summary").first.click()
    page.get_by_role("button", name=re.compile("Excel")).click()
    line = page.locator('.export-line[role="alert"]')
    expect(line).to_contain_text("二次验证")
    line.get_by_role("link").click()
    expect(page).to_have_url(re.compile("/account$"))


@pytest.mark.parametrize(("form", "button"), [("xlsx", "Excel"), ("csv", "CSV")])
def test_an_export_has_the_rows_that_are_shown(page: Page, tmp_path: Path, form: str, button: str) -> None:
    look(page, "risks?list=events&grade=1,2")
    rows = total(page)
    page.locator("riskmap-choice-menu summary").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(button)).click()
    assert re.fullmatch(rf"风险辨识管控清单_\d{{8}}\.{form}", download.value.suggested_filename)
    expect(page.locator(".export-line")).to_contain_text(f"{rows} 行")
    file = tmp_path / f"list.{form}"
    download.value.save_as(file)
    if form == "csv":
        assert file.read_bytes().count(b"\r\n") == rows + 1
    else:
        assert file.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize("paper", ["A4", "A3"])
def test_the_whole_list_goes_on_paper(page: Page, paper: str) -> None:
    page.add_init_script("window.print = () => { window.hasPrinted = true }")
    look(page, "risks?list=events&grade=1,2,3")
    rows = total(page)
    page.locator("riskmap-choice-menu summary").nth(1).click()
    page.get_by_role("button", name=paper).click()
    page.wait_for_function("() => window.hasPrinted")
    sheet = page.locator(".print-sheet")
    assert sheet.locator("tbody tr").count() == rows > 50
    page.emulate_media(media="print")
    expect(sheet.get_by_role("heading")).to_contain_text("风险辨识管控清单")
    expect(sheet).to_contain_text("筛选条件：风险等级（固有）: 重大、较大、一般")
    expect(sheet).to_contain_text("打印时间")
    expect(page.locator("riskmap-work")).to_be_hidden()
    # In grey: a word and a letter in each row, on white.
    badge = sheet.locator("tbody .grade-badge").first
    assert badge.evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(255, 255, 255)"
    printed = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert len(boxes) > 1
    for width, height in boxes:
        assert (round(float(width)), round(float(height))) == pytest.approx(PAPER[paper], abs=2)


def test_an_empty_list_says_why(page: Page) -> None:
    look(page, "risks?q=没有这样的名称")
    expect(page.locator(".nothing")).to_contain_text("没有符合这些条件的记录")
    page.locator(".nothing").get_by_role("button", name="清除筛选").click()
    expect(page.locator(".list-row").first).to_be_visible()
    look(page, "risks?page=999")
    page.get_by_role("button", name="回到第一页").click()
    expect(page.locator(".list-row").first).to_be_visible()


def test_rows_that_do_not_come_can_be_asked_for_again(page: Page) -> None:
    look(page)
    page.route("**/api/v1/risk-list?*", lambda route: route.abort())
    page.locator('.grade-toggle[data-grade="1"]').click()
    expect(page.locator(".list-answer [role=alert]")).to_contain_text("连不上服务器")
    # The rows of before would be taken for those of the grade.
    expect(page.locator(".list-row")).to_have_count(0)
    page.unroute("**/api/v1/risk-list?*")
    page.locator(".list-answer").get_by_role("button", name="重试").click()
    expect(page.locator(".list-row").first).to_be_visible()
    assert sum(int(number.replace(",", "")) for number in toggle_counts(page)) > total(page)


def test_rows_that_take_long_are_waited_for_with_their_shape(page: Page) -> None:
    page.route("**/api/v1/risk-list?*", lambda route: None)
    page.goto("/work#risks")
    expect(page.locator(".list-skeleton")).to_be_visible()


def test_behind_each_number_of_the_coverage_are_its_entries(page: Page) -> None:
    look(page, "coverage")
    row = page.locator(".coverage-table tbody tr").filter(has=page.locator("td:nth-child(4) a")).first
    link = row.locator("td:nth-child(4) a")
    number = link.inner_text()
    link.click()
    expect(page).to_have_url(re.compile(r"part=pending.*township="))
    expect(page.locator(".roster .table-foot")).to_contain_text(f"共 {number} 条")
    late = page.locator(".coverage-table tfoot td").nth(9).locator("a")
    number = late.inner_text()
    late.click()
    expect(page.locator(".list-foot")).to_contain_text(f"共 {number} 条")


def test_the_numbers_of_the_coverage_add_up_to_its_foot(page: Page) -> None:
    look(page, "coverage")
    whole = answer(page, "/api/v1/coverage")["whole"]
    foot = page.locator(".coverage-table tfoot td")
    expect(foot.first).to_have_text(f"{whole['due']:,}")
    expect(foot.nth(1)).to_contain_text(f"/ {whole['due']:,}")
    for by in ("按行业", "街道/乡镇 × 行业", "按街道/乡镇"):
        page.get_by_role("button", name=by, exact=True).click()
        level = "part" if "×" in by else "row"
        cells = page.locator(f'.coverage-table tr[data-level="{level}"] td:nth-child(2)')
        expect(cells.first).to_be_visible()
        assert sum(int(text.replace(",", "")) for text in cells.all_inner_texts()) == whole["due"]


def test_an_office_registers_what_the_roster_awaits(page: Page, office: Office) -> None:
    look(page, "coverage")
    row = page.locator(".roster-table tbody tr").first
    name = row.locator("th").inner_text()
    words = re.findall(r"[^（）]+", name)[0]
    page.locator(".roster .filter-search input").fill(words)
    expect(page).to_have_url(re.compile("words="))
    (entry,) = [
        each
        for each in answer(page, f"/api/v1/roster?unmatched=true&q={words}")["items"]
        if each["name"] == name
    ]
    row.get_by_role("button", name="登记").click()
    page.get_by_role("dialog").get_by_role("button", name="开始填写").click()
    expect(page).to_have_url(re.compile(r"#submissions\?id="))
    (change,) = answer(page, f"/api/v1/submissions/{page.url.split('id=')[1]}")["items"]
    facts = change["facts"]
    assert (facts["name"], facts["township"], facts["sector"]) == (
        name,
        entry["township"]["code"],
        entry["sector"]["code"],
    )


def test_an_enterprise_registers_nobody(page: Page, office: Office) -> None:
    sign_in_by_password(page, office, "plant")
    look(page, "coverage?part=due")
    expect(page.locator(".roster")).to_be_visible()
    expect(page.get_by_role("button", name="登记", exact=True)).to_have_count(0)


@pytest.mark.parametrize("tab", ["risks?list=enterprises", "coverage?by=both"])
@pytest.mark.parametrize("width", [1440, 1024, 820])
def test_the_page_fits_its_window_in_both_languages(page: Page, tab: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for _ in range(2):
        look(page, tab)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        page.locator(".language-switch").click()
    look(page, tab)
    page.locator(".language-switch").click()
    head = " ".join(page.locator("thead th").all_inner_texts())
    assert not CHINESE.search(head), head
