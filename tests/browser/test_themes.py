"""What the map is about: squares from afar, enterprises, zones from near; coloured townships; one sector."""

import re

from playwright.sync_api import Page, expect

from tests.browser.looking import answer, centre, drawn, fly, grades_drawn, open_map, rest

ON_SCREEN = """place => {
  const { map } = window.riskmap
  const { left, top } = map.getCanvas().getBoundingClientRect()
  const { x, y } = map.project(place)
  return [left + x, top + y]
}"""


def test_from_afar_squares_stand_for_enterprises(page: Page) -> None:
    open_map(page)
    lon, lat, zoom = centre(page)
    assert drawn(page, "enterprise-symbol")
    assert drawn(page, "grid-fill") == []
    fly(page, lon, lat, zoom - 1.2)
    assert drawn(page, "enterprise-symbol") == []
    assert drawn(page, "grid-fill")
    expect(page.locator("riskmap-theme")).to_contain_text("现在显示 500 米网格")


def test_the_grid_is_chosen_by_keyboard_and_stands_in_the_address(page: Page) -> None:
    open_map(page)
    page.locator('[data-theme="grid"]').focus()
    page.keyboard.press("Enter")
    rest(page)
    assert "theme=grid" in page.url
    assert drawn(page, "enterprise-symbol") == []
    squares = {square["number"]: square for square in drawn(page, "grid-fill")}
    units = sum(
        square[word]
        for square in squares.values()
        for word in ("major", "considerable", "general", "low", "ungraded")
    )
    counts = answer(page, "/api/v1/counts")["layers"]["zones"]["total"]
    # The whole district is in view; enterprises without zones count as well.
    assert units >= sum(counts.values())
    page.locator('.legend-row[data-grade="4"]').click()
    rest(page)
    assert 4 not in grades_drawn(page, "grid-fill")


def test_townships_are_coloured_by_a_named_rule(page: Page) -> None:
    open_map(page, "#theme=areas&rule=grid-share")
    told = answer(page, "/api/v1/area-risk?level=township&rule=grid-share")
    expect(page.locator("[data-field=rule]")).to_have_value("grid-share")
    theme = page.locator("riskmap-theme")
    expect(theme).to_contain_text(told["rule"]["plain"]["zh"])
    theme.get_by_text("公式与权重").click()
    expect(theme).to_contain_text(told["rule"]["formula"]["zh"])
    expect(theme).to_contain_text("第 1 版")
    expect(theme).to_contain_text("未经核定")
    rest(page)
    assert {area["code"] for area in drawn(page, "area-fill")} == {area["code"] for area in told["areas"]}
    worst = min(told["areas"], key=lambda area: area["grade"] or 9)
    page.locator(f'[data-area="{worst["code"]}"]').click()
    panel = page.locator("riskmap-details")
    expect(panel).to_contain_text(worst["formula"]["zh"])
    page.locator("[data-field=rule]").select_option("highest")
    expect(panel).to_contain_text("最高等级为")
    assert "rule=highest" in page.url


def test_a_click_on_a_coloured_township_tells_how_its_colour_came_about(page: Page) -> None:
    open_map(page, "#theme=areas")
    town = next(
        area for area in answer(page, "/api/v1/area-risk?level=township")["areas"] if "曹镇" in area["name"]
    )
    (place,) = (
        each["label"]
        for each in answer(page, "/api/v1/district")["townships"]
        if each["code"] == town["code"]
    )
    x, y = page.evaluate(ON_SCREEN, place)
    page.mouse.click(x, y)
    panel = page.locator("riskmap-details")
    expect(panel.get_by_role("heading", level=2)).to_have_text(town["name"])
    expect(panel).to_contain_text(town["formula"]["zh"])
    expect(panel.locator(".area-tally-row").last).to_contain_text(
        str(town["units"]["null"] or town["units"]["4"])
    )
    assert f"area={town['code']}" in page.url
    panel.get_by_role("link", name="查看企业清单").click()
    expect(page).to_have_url(re.compile(rf"/work#risks\?.*list=enterprises&township={town['code']}"))


def test_the_view_of_a_sector_shows_its_enterprises_alone(page: Page) -> None:
    open_map(page, "#theme=sector&sector=hazardous_chemicals")
    shown = drawn(page, "enterprise-symbol")
    assert {site["sector"] for site in shown} == {"hazardous_chemicals"}
    # The legend counts what is on the map and nothing else.
    worst = len({site["number"] for site in shown if site.get("grade") == 1})
    counted = page.locator('.legend-row[data-grade="1"] .count').first
    expect(counted).to_have_text(re.compile(rf"^\s*{worst}\s*{worst}\s*$"))
    expect(page.locator("riskmap-legend")).to_contain_text("只计危险化学品")
    page.get_by_role("button", name="English").click()
    expect(page.locator("riskmap-theme")).to_contain_text("There is no national formula")
