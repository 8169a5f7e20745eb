"""What a click opens: facts, zones, a list where signs overlap; and links that bring all of it back."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import answer, centre, drawn, fly, open_map, rest, spot

PANEL = ".details-panel"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


ON_SCREEN = """place => {
  const { left, top } = window.riskmap.map.getCanvas().getBoundingClientRect()
  const { x, y } = window.riskmap.map.project(place)
  return [left + x, top + y]
}"""
GROUND_AT = """([x, y]) => {
  const { left, top } = window.riskmap.map.getCanvas().getBoundingClientRect()
  return window.riskmap.map.unproject([x - left, y - top]).toArray()
}"""


def ground_at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Tell longitude and latitude of a place on the screen."""
    lon, lat = page.evaluate(GROUND_AT, [x, y])
    return lon, lat


def enterprise_with_zones(page: Page) -> dict[str, Any]:
    """Facts of an enterprise that has an outline and zones of more than one grade."""
    for feature in drawn(page, "enterprise-symbol"):
        facts: dict[str, Any] = answer(page, f"/api/v1/enterprises/{feature['number']}")
        if facts["area_m2"] and len({zone["grade"] for zone in facts["zones"]}) > 1:
            return facts
    raise AssertionError("the demonstration has no such enterprise")


def click_enterprise(page: Page) -> dict[str, Any]:
    """Go near such an enterprise and click on its sign."""
    facts = enterprise_with_zones(page)
    fly(page, facts["lon"], facts["lat"], 16.5)
    x, y, _ = spot(page, "enterprise-symbol", facts["number"])
    page.mouse.click(x, y)
    expect(page.locator(f"{PANEL} h2")).to_have_text(facts["name"])
    return facts


def test_a_click_on_a_sign_shows_the_facts_of_the_enterprise(page: Page) -> None:
    open_map(page)
    facts = click_enterprise(page)
    panel = page.locator(PANEL)
    expect(panel).to_contain_text(facts["sector"]["zh"])
    expect(panel).to_contain_text(facts["township"]["name"])
    expect(panel).to_contain_text(f"{round(facts['area_m2']):,} m²")
    expect(panel.locator(".demo-remark")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"sel=enterprises/{facts['id']}"))


def test_the_zones_of_an_enterprise_are_listed_worst_first_and_open(page: Page) -> None:
    open_map(page)
    facts = click_enterprise(page)
    names = page.locator(".zone-list .row-name").all_inner_texts()
    assert names == [zone["name"] for zone in facts["zones"]]
    grades = [zone["grade"] or 9 for zone in facts["zones"]]
    assert grades == sorted(grades)
    page.locator(".zone-list button").first.click()
    expect(page).to_have_url(re.compile(rf"sel=zones/{facts['zones'][0]['id']}"))
    expect(page.locator(f"{PANEL} h2")).to_have_text(facts["zones"][0]["name"])
    page.locator(".owner").click()
    expect(page.locator(f"{PANEL} h2")).to_have_text(facts["name"])


def test_the_ground_stays_under_the_pointer_when_the_panel_opens(page: Page) -> None:
    open_map(page)
    facts = enterprise_with_zones(page)
    fly(page, facts["lon"], facts["lat"], 16.5)
    x, y, _ = spot(page, "enterprise-symbol", facts["number"])
    page.mouse.click(x, y)
    expect(page.locator(f"{PANEL} h2")).to_have_text(facts["name"])
    rest(page)
    place = "([lon, lat]) => { const { x, y } = window.riskmap.map.project([lon, lat]); return [x, y] }"
    box = page.locator(".map-canvas").bounding_box()
    assert box
    seen_x, seen_y = page.evaluate(place, [facts["lon"], facts["lat"]])
    # The click fell somewhere on the sign, which is 20 pixels wide.
    assert (box["x"] + seen_x, box["y"] + seen_y) == pytest.approx((x, y), abs=14)


def test_a_click_on_a_road_that_runs_on_past_the_window_leaves_the_map_where_it_is(page: Page) -> None:
    open_map(page)
    facts = enterprise_with_zones(page)
    fly(page, facts["lon"], facts["lat"], 15.0)
    x, y, number = spot(page, "road")
    length_m = answer(page, f"/api/v1/corridors/{number}")["length_m"]
    assert length_m > 1000
    before = ground_at(page, x, y)
    page.mouse.click(x, y)
    expect(page.locator(PANEL)).to_contain_text("长度")
    page.wait_for_timeout(900)
    rest(page)
    assert centre(page)[2] == 15.0
    assert ground_at(page, x, y) == pytest.approx(before, abs=1e-5)


def test_what_the_panel_would_cover_moves_just_out_of_its_way(page: Page) -> None:
    open_map(page)
    facts = enterprise_with_zones(page)
    fly(page, facts["lon"], facts["lat"], 15.0)
    box = page.locator(".map-canvas").bounding_box()
    assert box
    # Put the sign into the strip at the right that the panel is about to take, left of the buttons there.
    page.evaluate("x => window.riskmap.map.panBy([x, 0], { duration: 0 })", -(box["width"] / 2 - 90))
    rest(page)
    x, y, _ = spot(page, "enterprise-symbol", facts["number"])
    page.mouse.click(x, y)
    expect(page.locator(f"{PANEL} h2")).to_have_text(facts["name"])
    page.wait_for_timeout(900)
    rest(page)
    panel = page.locator(PANEL).bounding_box()
    assert panel
    place = page.evaluate(ON_SCREEN, [facts["lon"], facts["lat"]])
    assert panel["x"] - 60 < place[0] < panel["x"]
    assert place[1] == pytest.approx(y, abs=14)
    assert centre(page)[2] == 15.0


def test_a_click_on_a_zone_shows_its_measures_and_marks_it(page: Page) -> None:
    open_map(page)
    facts = enterprise_with_zones(page)
    fly(page, facts["lon"], facts["lat"], 17.0)
    x, y, number = spot(page, "zone-fill")
    page.mouse.click(x, y)
    zone = answer(page, f"/api/v1/zones/{number}")
    expect(page.locator(f"{PANEL} h2")).to_have_text(zone["name"])
    expect(page.locator(PANEL)).to_contain_text(f"{round(zone['area_m2']):,} m²")
    state = "id => window.riskmap.map.getFeatureState({ source: 'risk', sourceLayer: 'zones', id })"
    assert page.evaluate(state, number) == {"selected": True}
    page.keyboard.press("Escape")
    expect(page.locator(PANEL)).to_be_hidden()
    assert page.evaluate(state, number) == {}
    assert "sel=" not in page.url


def test_signs_on_top_of_each_other_are_offered_as_a_list(page: Page) -> None:
    # From so far away the map would show the grid by itself.
    open_map(page, "#theme=enterprises")
    lon, lat, _ = centre(page)
    fly(page, lon, lat, 7.0)
    place = drawn(page, "enterprise-symbol")[0]["coordinates"]
    x, y = page.evaluate(
        "place => { const { x, y } = window.riskmap.map.project(place); return [x, y] }", place
    )
    page.locator(".map-canvas").click(position={"x": x, "y": y})
    choices = page.locator(".choices li")
    expect(choices.nth(1)).to_be_visible()
    count = choices.count()
    expect(page.locator(".panel-kind")).to_contain_text(f"此处有 {count} 个对象")
    name = choices.nth(1).locator(".row-name").inner_text()
    choices.nth(1).locator("button").click()
    expect(page.locator(f"{PANEL} h2")).to_have_text(name)
    page.get_by_role("button", name="返回列表").click()
    expect(choices).to_have_count(count)


def test_a_click_on_bare_ground_closes_the_panel(page: Page) -> None:
    open_map(page)
    click_enterprise(page)
    page.evaluate("() => window.riskmap.map.jumpTo({ center: [112.9, 33.9], zoom: 14 })")
    rest(page)
    page.locator(".map-canvas").click(position={"x": 200, "y": 200})
    expect(page.locator(PANEL)).to_be_hidden()


def test_a_link_brings_back_place_layers_grades_and_selection(page: Page) -> None:
    open_map(page)
    facts = enterprise_with_zones(page)
    address = f"#map=15.50/{facts['lat']:.5f}/{facts['lon']:.5f}&layers=enterprises,zones&grades=1,2,3,4"
    open_map(page, f"{address}&sel=enterprises/{facts['id']}")
    page.reload()
    rest(page)
    expect(page.locator(f"{PANEL} h2")).to_have_text(facts["name"])
    assert centre(page) == pytest.approx((facts["lon"], facts["lat"], 15.5), abs=1e-4)
    expect(page.locator('[data-layer="receptors"]')).not_to_be_checked()
    expect(page.locator('.legend-row[data-grade="0"]')).to_have_attribute("aria-pressed", "false")


def test_a_link_without_a_place_goes_to_what_it_selects(page: Page) -> None:
    open_map(page)
    facts = enterprise_with_zones(page)
    page.goto("about:blank")
    open_map(page, f"#sel=enterprises/{facts['id']}")
    expect(page.locator(f"{PANEL} h2")).to_have_text(facts["name"])
    page.wait_for_timeout(1000)
    rest(page)
    lon, lat, _ = centre(page)
    assert (lon, lat) == pytest.approx((facts["lon"], facts["lat"]), abs=0.2)


def test_coordinates_and_link_are_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_map(page)
    facts = click_enterprise(page)
    page.get_by_role("button", name="复制坐标").click()
    clipboard = "() => navigator.clipboard.readText()"
    page.wait_for_function(f"async () => (await ({clipboard})()).includes(',')")
    assert page.evaluate(clipboard) == f"{facts['lon']:.6f}, {facts['lat']:.6f}"
    page.get_by_role("button", name="复制链接").click()
    page.wait_for_function(f"async () => (await ({clipboard})()).startsWith('http')")
    assert re.search(rf"#map=.*&sel=enterprises/{UUID}", page.evaluate(clipboard))


def test_a_link_to_what_is_gone_says_so_and_offers_to_try_again(page: Page) -> None:
    open_map(page, "#sel=zones/00000000-0000-4000-8000-000000000000")
    problem = page.locator(".panel-problem")
    expect(problem).to_be_visible()
    expect(problem.get_by_role("button", name="重试")).to_be_visible()
    assert re.search(r"[一-鿿]{4,}", problem.inner_text())
