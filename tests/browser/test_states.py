"""What the page says when something is missing: graphics, the server, tiles, data; and its other language and sizes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from tests.browser.looking import Watch, answer, drawn, open_map, rest, spot
from tests.browser.served import served

WITHOUT_WEBGL2 = """
const getContext = HTMLCanvasElement.prototype.getContext
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind === "webgl2" ? null : getContext.call(this, kind, ...more)
}
"""
CHINESE = re.compile(r"[㐀-鿿]")


@pytest.fixture
def empty_server(own_engine: Engine, tmp_path: Path) -> Iterator[str]:
    """Serve a database that the migrations left empty."""
    with served(own_engine, tmp_path) as address:
        yield address


def test_without_webgl2_the_page_explains_itself_and_search_still_works(page: Page, base_url: str) -> None:
    page.add_init_script(WITHOUT_WEBGL2)
    watch = Watch(page, base_url)
    page.goto("/")
    expect(page.get_by_role("heading", name="这个浏览器画不了地图")).to_be_visible()
    expect(page.locator('.legend-row[data-grade="1"] .count').first).to_have_text(re.compile(r"^\s*\d+\s*$"))
    page.keyboard.press("/")
    page.keyboard.type("演示")
    expect(page.locator("#search-results [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".details-panel h2")).to_contain_text("演示")
    assert watch.complaints == []


def test_a_server_out_of_reach_is_named_and_tried_again(page: Page) -> None:
    page.route("**/api/v1/**", lambda route: route.abort())
    page.goto("/")
    expect(page.get_by_role("heading", name="地图暂时打不开")).to_be_visible()
    expect(page.locator(".notice-page")).to_contain_text("连不上服务器")
    page.unroute("**/api/v1/**")
    page.get_by_role("button", name="重试").click()
    rest(page)
    assert drawn(page, "enterprise-symbol")


def test_tiles_that_fail_are_reported_and_loaded_on_request(page: Page) -> None:
    page.route("**/tiles/enterprises*/**", lambda route: route.abort())
    page.goto("/")
    problem = page.locator(".status-problem")
    expect(problem).to_contain_text("部分地图没有读到")
    page.unroute("**/tiles/enterprises*/**")
    problem.get_by_role("button", name="重试").click()
    expect(problem).to_be_hidden()
    rest(page)
    assert drawn(page, "enterprise-symbol")


def test_an_empty_database_tells_how_to_fill_it(page: Page, empty_server: str) -> None:
    watch = Watch(page, empty_server)
    page.goto(empty_server)
    notice = page.locator(".map-notice")
    expect(notice).to_contain_text("还没有数据")
    expect(notice).to_contain_text("./riskmap import enterprises")
    notice.get_by_role("button", name="关闭").click()
    expect(notice).to_be_hidden()
    assert watch.complaints == []


def test_the_whole_page_turns_english_and_back(page: Page) -> None:
    open_map(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", name="Risk grade")).to_be_visible()
    assert "lang=en" in page.url
    names = page.locator(
        ".legend-name, .switch-row > span, .legend-head, .legend-remarks, .header-nav a"
    ).all_inner_texts()
    assert len(names) > 12
    assert [name for name in names if CHINESE.search(name)] == []
    page.reload()
    expect(page.get_by_role("heading", name="Risk grade")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name="风险等级")).to_be_visible()
    assert "lang=" not in page.url


EVERY_WORD = """() => {
  const found = [document.title]
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const node = walk.currentNode
    if (node.nodeType === Node.TEXT_NODE) found.push(node.data.trim())
    else found.push(...["title", "aria-label", "placeholder"].map(name => node.getAttribute(name) ?? ""))
  }
  return found.filter(Boolean)
}"""


def test_english_leaves_chinese_to_the_data(page: Page) -> None:
    open_map(page, "#lang=en")
    # Bare ground: a name under the pointer would be data, too.
    page.locator(".map-canvas").hover(position={"x": 80, "y": 680})
    expect(page.locator(".degrees")).to_be_visible()
    vocabulary = answer(page, "/api/v1/vocabulary")
    letters = {grade["letter"] for grade in [*vocabulary["grades"], vocabulary["ungraded"]]}
    name = answer(page, "/api/v1/district")["name"]
    chinese = {words.replace(name, "") for words in page.evaluate(EVERY_WORD) if "<" not in words} - letters
    assert {words for words in chinese if CHINESE.search(words)} == {"中文"}


def test_counts_of_another_view_go_when_they_cannot_be_had(page: Page) -> None:
    open_map(page)
    count = page.locator('.legend-row[data-grade="4"] .count').first
    expect(count.locator("b")).to_be_visible()
    page.route("**/api/v1/counts**", lambda route: route.abort())
    page.keyboard.press("+")
    expect(page.locator(".legend-note")).to_contain_text("统计暂不可用")
    expect(count.locator("b")).to_have_count(0)
    expect(count).to_have_text(re.compile(r"^\s*\d+\s*$"))


def test_a_finger_opens_the_legend_on_an_upright_tablet_and_folds_it_away(page: Page) -> None:
    page.set_viewport_size({"width": 820, "height": 1180})
    open_map(page)
    legend, toggle = page.locator("#legend"), page.locator(".legend-toggle")
    expect(legend).to_be_hidden()
    toggle.click()
    expect(legend).to_be_visible()
    toggle.click()
    expect(legend).to_be_hidden()
    expect(page.locator(".demo-tag")).to_be_visible()


def test_the_page_says_that_it_is_loading_before_any_script_has_run(page: Page) -> None:
    page.route("**/app/**", lambda route: route.abort())
    page.goto("/")
    expect(page.get_by_role("heading", name="安全风险电子地图")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("正在读取地图")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (768, 1024)])
def test_nothing_sticks_out_of_the_window(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    open_map(page)
    x, y, _ = spot(page, "enterprise-symbol")
    page.mouse.click(x, y)
    panel = page.locator(".details-panel")
    expect(panel.locator("h2")).to_be_visible()
    rest(page)
    sticking_out = page.evaluate(
        """() => [...document.querySelectorAll("header, footer, aside:not([hidden]), riskmap-map, .search")]
        .filter(element => {
          const { left, top, right, bottom } = element.getBoundingClientRect()
          const isFrame = !element.closest("aside") || element.matches("aside")
          return isFrame && (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1)
        })
        .map(element => element.outerHTML.slice(0, 80))"""
    )
    assert sticking_out == []
    box = page.locator(".map-canvas").bounding_box()
    assert box
    assert box["width"] > 400


def test_the_interface_is_documented_from_this_server_alone(page: Page, base_url: str) -> None:
    watch = Watch(page, base_url)
    page.goto("/docs")
    expect(page.locator("#documentation")).to_contain_text("/api/v1/vocabulary")
    assert watch.complaints == []
    assert watch.strangers == []
