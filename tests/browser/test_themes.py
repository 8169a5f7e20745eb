"""What the map is about: squares from afar, enterprises, zones from near; coloured townships; one sector."""

from playwright.sync_api import Page, expect

from tests.browser.looking import answer, centre, drawn, fly, grades_drawn, open_map, rest


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
    expect(page.locator("riskmap-theme")).to_contain_text("第 1 版")
    expect(page.locator("riskmap-theme")).to_contain_text("未经核定")
    rest(page)
    assert {area["code"] for area in drawn(page, "area-fill")} == {area["code"] for area in told["areas"]}
    worst = min(told["areas"], key=lambda area: area["grade"] or 9)
    row = page.locator(f'[data-area="{worst["code"]}"]')
    row.locator("summary").click()
    expect(row).to_contain_text(worst["formula"]["zh"])
    page.locator("[data-field=rule]").select_option("highest")
    expect(row).to_contain_text("最高等级为")
    assert "rule=highest" in page.url


def test_the_view_of_a_sector_shows_its_enterprises_alone(page: Page) -> None:
    open_map(page, "#theme=sector&sector=hazardous_chemicals")
    assert {site["sector"] for site in drawn(page, "enterprise-symbol")} == {"hazardous_chemicals"}
    page.get_by_role("button", name="English").click()
    expect(page.locator("riskmap-theme")).to_contain_text("There is no national formula")
