"""The map and its legend: what is drawn, counted, filtered and read off."""

import re

import pytest
from playwright.sync_api import Page, expect
from pyproj import Transformer

from tests.browser.looking import Watch, answer, centre, drawn, fly, grades_drawn, open_map, rest

ALL_GRADES = {0, 1, 2, 3, 4}


def densest_place(page: Page) -> tuple[float, float]:
    """Where enterprises stand closest together: there is something to see at every zoom."""
    places = [feature["coordinates"] for feature in drawn(page, "enterprise-symbol")]

    def neighbours(place: list[float]) -> int:
        return sum(abs(place[0] - lon) < 0.005 and abs(place[1] - lat) < 0.005 for lon, lat in places)

    lon, lat = max(places, key=neighbours)
    return lon, lat


def test_the_map_comes_to_rest_without_a_complaint_and_asks_nobody_else(page: Page, base_url: str) -> None:
    watch = Watch(page, base_url)
    open_map(page)
    fly(page, *densest_place(page), 16.0)
    assert drawn(page, "zone-fill")
    assert drawn(page, "enterprise-name")
    assert watch.complaints == []
    assert watch.strangers == []


def test_every_grade_of_enterprises_is_drawn_with_the_district_in_view(page: Page) -> None:
    open_map(page)
    assert grades_drawn(page, "enterprise-symbol") == ALL_GRADES


def test_zones_wait_until_they_can_be_told_apart(page: Page) -> None:
    open_map(page)
    place = densest_place(page)
    assert drawn(page, "zone-fill") == []
    fly(page, *place, 14.0)
    assert len(drawn(page, "zone-fill")) > 10
    assert len(drawn(page, "zone-hatch")) == len(drawn(page, "zone-fill"))


def test_the_legend_counts_what_the_server_counts(page: Page) -> None:
    open_map(page)
    counts = answer(page, "/api/v1/counts")["layers"]
    for grade in ("1", "2", "3", "4", "null"):
        row = page.locator(f'.legend-row[data-grade="{"0" if grade == "null" else grade}"] .count')
        for cell, layer in enumerate(("enterprises", "zones")):
            total = counts[layer]["total"][grade]
            # The whole district is in view, so both numbers are the total.
            expect(row.nth(cell)).to_have_text(f"{total:,}{total:,}")


def test_counts_in_view_follow_the_map(page: Page) -> None:
    open_map(page)
    fly(page, *densest_place(page), 15.0)
    bounds = page.evaluate("() => window.riskmap.store.state.bounds")
    counts = answer(page, "/api/v1/counts?bbox=" + ",".join(f"{edge:.6f}" for edge in bounds))["layers"][
        "zones"
    ]
    in_view, total = sum(counts["in_view"].values()), sum(counts["total"].values())
    assert 0 < in_view < total
    zones = page.locator(".layer", has=page.locator('[data-layer="zones"]'))
    expect(zones.locator(".count")).to_have_text(f"{in_view:,}{total:,}")


def test_what_is_not_on_the_map_is_counted_and_explained(page: Page) -> None:
    open_map(page)
    unplaced = page.locator(".legend-unplaced")
    expect(unplaced).to_contain_text(f"{answer(page, '/api/v1/counts')['unplaced']} 家")
    expect(unplaced.locator("p")).to_be_hidden()
    unplaced.locator("summary").click()
    expect(unplaced.locator("p")).to_contain_text("没有坐标")


def test_every_township_is_named(page: Page) -> None:
    open_map(page)
    named = {feature["name"] for feature in drawn(page, "township-name")}
    assert named == {each["name"] for each in answer(page, "/api/v1/district")["townships"] if each["label"]}


def test_a_click_in_the_legend_hides_a_grade_on_the_map_and_in_the_address(page: Page) -> None:
    open_map(page)
    row = page.locator('.legend-row[data-grade="2"]')
    row.click()
    rest(page)
    expect(row).to_have_attribute("aria-pressed", "false")
    assert grades_drawn(page, "enterprise-symbol") == ALL_GRADES - {2}
    assert "grades=1,3,4,0" in page.url
    page.get_by_role("button", name="全部显示").click()
    rest(page)
    assert grades_drawn(page, "enterprise-symbol") == ALL_GRADES
    assert "grades=" not in page.url


def test_a_click_with_shift_leaves_one_grade_alone(page: Page) -> None:
    open_map(page)
    page.locator('.legend-row[data-grade="1"]').click(modifiers=["Shift"])
    rest(page)
    assert grades_drawn(page, "enterprise-symbol") == {1}


def test_layers_and_kinds_of_receptors_are_switched_off(page: Page) -> None:
    open_map(page)
    fly(page, *densest_place(page), 14.0)
    kinds = {feature["kind"] for feature in drawn(page, "receptor-symbol")}
    kind = min(kinds)
    page.locator(".kinds summary").first.click()
    page.locator(f'[data-kind="{kind}"]').uncheck()
    rest(page)
    assert {feature["kind"] for feature in drawn(page, "receptor-symbol")} == kinds - {kind}
    page.locator('[data-layer="receptors"]').uncheck()
    page.locator('[data-layer="enterprises"]').uncheck()
    rest(page)
    assert drawn(page, "receptor-symbol") == drawn(page, "enterprise-symbol") == []
    assert drawn(page, "zone-fill")
    assert "layers=zones,corridors,areas" in page.url
    assert f"without={kind}" in page.url


def test_the_hatch_goes_and_the_colours_stay(page: Page) -> None:
    open_map(page)
    fly(page, *densest_place(page), 15.0)
    page.get_by_label("分区填充花纹").uncheck()
    rest(page)
    assert drawn(page, "zone-hatch") == []
    assert drawn(page, "zone-fill")


def test_risk_colours_and_letters_are_those_of_the_vocabulary(page: Page) -> None:
    open_map(page)
    vocabulary = answer(page, "/api/v1/vocabulary")
    grades = [*vocabulary["grades"], vocabulary["ungraded"]]
    fill = page.evaluate("() => window.riskmap.map.getPaintProperty('zone-fill', 'fill-color')")
    assert [value for value in fill if str(value).startswith("#")] == [grade["colour"] for grade in grades]
    letters = page.locator(".legend-row .grade-badge").all_inner_texts()
    assert letters == [grade["letter"] for grade in grades]


def test_the_read_out_agrees_with_proj(page: Page) -> None:
    open_map(page)
    page.locator(".map-canvas").hover(position={"x": 400, "y": 300})
    degrees = page.locator(".degrees")
    expect(degrees).to_be_visible()
    lon, lat = (float(number) for number in re.findall(r"-?\d+\.\d{6}", degrees.inner_text()))
    northing, easting = (float(text) for text in page.locator(".metres").all_inner_texts())
    crs = answer(page, "/api/v1/district")["metric_crs"]
    expected = Transformer.from_crs("EPSG:4490", crs, always_xy=True).transform(lon, lat)
    # Six decimals of a degree are 0.1 m.
    assert (easting, northing) == pytest.approx(expected, abs=0.1)


def test_the_scale_halves_with_every_zoom(page: Page) -> None:
    open_map(page)
    lon, lat, _ = centre(page)

    def denominator() -> int:
        return int(page.locator(".scale-ratio").inner_text().removeprefix("1:").replace(",", ""))

    fly(page, lon, lat, 12.0)
    far = denominator()
    fly(page, lon, lat, 13.0)
    assert far / denominator() == pytest.approx(2, rel=0.01)


def test_home_and_north_bring_the_district_back(page: Page) -> None:
    open_map(page)
    start = centre(page)
    page.evaluate("() => window.riskmap.map.jumpTo({ center: [100, 30], zoom: 5, bearing: 40 })")
    page.get_by_role("button", name="正北朝上").click()
    rest(page)
    page.get_by_role("button", name="全区").click()
    rest(page)
    page.wait_for_timeout(900)
    rest(page)
    assert centre(page) == pytest.approx(start, abs=0.01)
    assert page.evaluate("() => window.riskmap.map.getBearing()") == 0
