"""Search: from a few characters to the place, without a mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import answer, centre, drawn, open_map, rest

BOX = "#search-input"
OPTIONS = "#search-results [role=option]"


def test_a_name_is_found_opened_and_framed_by_keyboard_alone(page: Page) -> None:
    open_map(page)
    name = next(feature["name"] for feature in drawn(page, "enterprise-symbol"))
    page.keyboard.press("/")
    expect(page.locator(BOX)).to_be_focused()
    page.keyboard.type(name)
    expect(page.locator(OPTIONS).first).to_contain_text(name)
    page.keyboard.press("ArrowDown")
    expect(page.locator(OPTIONS).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator(".details-panel h2")).to_have_text(name)
    page.wait_for_timeout(1000)
    rest(page)
    result = answer(page, f"/api/v1/search?q={name}")["results"][0]
    lon, lat, zoom = centre(page)
    assert (lon, lat) == pytest.approx((result["lon"], result["lat"]), abs=0.002)
    assert zoom > 14
    assert f"sel=enterprises/{result['id']}" in page.url


def test_the_list_says_how_much_more_there_is(page: Page) -> None:
    open_map(page)
    page.locator(BOX).fill("演示")
    expect(page.locator(".search-foot")).to_contain_text(re.compile(r"共 [\d,]+ 条，显示前 12 条"))
    expect(page.locator(OPTIONS)).to_have_count(12)


def test_the_arrow_keys_walk_the_list_and_escape_closes_it(page: Page) -> None:
    open_map(page)
    page.locator(BOX).fill("演示")
    expect(page.locator(OPTIONS).first).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.locator(OPTIONS).last).to_have_attribute("aria-selected", "true")
    expect(page.locator(BOX)).to_have_attribute("aria-activedescendant", "search-result-11")
    page.keyboard.press("Escape")
    expect(page.locator(OPTIONS).first).to_be_hidden()


def test_a_name_that_nobody_has_is_said_not_to_be_found(page: Page) -> None:
    open_map(page)
    page.locator(BOX).fill("没有这样的名字xyz")
    expect(page.locator(".search-foot")).to_contain_text("没有找到")


def test_a_township_is_framed_without_a_panel(page: Page) -> None:
    open_map(page)
    township = next(each for each in answer(page, "/api/v1/district")["townships"] if each["bounds"])
    page.locator(BOX).fill(township["name"])
    page.locator(OPTIONS).filter(has=page.get_by_text(township["name"], exact=True)).click()
    page.wait_for_timeout(1000)
    rest(page)
    xmin, ymin, xmax, ymax = township["bounds"]
    lon, lat, _ = centre(page)
    assert (lon, lat) == pytest.approx(((xmin + xmax) / 2, (ymin + ymax) / 2), abs=0.01)
    expect(page.locator(".details-panel")).to_be_hidden()
