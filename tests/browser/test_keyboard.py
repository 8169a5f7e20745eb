"""Everything can be reached and done without a mouse."""

from playwright.sync_api import Page, expect

from tests.browser.looking import answer, centre, drawn, fly, grades_drawn, open_map, rest

PARTS = (".skip-link", ".header-nav", ".legend-row", ".layer", ".map-canvas", ".map-controls")
PART_IN_FOCUS = "parts => parts.filter(part => document.activeElement.closest(part))"


def test_tab_reaches_every_part_of_the_page(page: Page) -> None:
    open_map(page)
    visited = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        visited.update(page.evaluate(PART_IN_FOCUS, PARTS))
    assert visited == set(PARTS)


def test_the_question_mark_shows_every_key_and_escape_puts_it_away(page: Page) -> None:
    open_map(page)
    sheet = page.locator(".key-sheet")
    expect(sheet).to_be_hidden()
    page.keyboard.press("?")
    expect(sheet).to_be_visible()
    expect(sheet.locator("dd")).to_have_count(17)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_digits_switch_grades(page: Page) -> None:
    open_map(page)
    page.keyboard.press("1")
    rest(page)
    assert 1 not in grades_drawn(page, "enterprise-symbol")
    page.keyboard.press("Shift+Digit2")
    rest(page)
    assert grades_drawn(page, "enterprise-symbol") == {2}
    page.keyboard.press("a")
    rest(page)
    assert grades_drawn(page, "enterprise-symbol") == {0, 1, 2, 3, 4}


def test_letters_are_letters_while_someone_types(page: Page) -> None:
    open_map(page)
    page.keyboard.press("/")
    page.keyboard.type("hl1")
    expect(page.locator("#search-input")).to_have_value("hl1")
    expect(page.locator("#legend")).to_be_visible()
    assert 1 in grades_drawn(page, "enterprise-symbol")


def test_the_legend_folds_away_and_gives_its_width_to_the_map(page: Page) -> None:
    open_map(page)
    canvas = page.locator(".map-canvas")
    before = canvas.bounding_box()
    page.keyboard.press("l")
    expect(page.locator("#legend")).to_be_hidden()
    after = canvas.bounding_box()
    assert before
    assert after
    assert after["width"] > before["width"] + 200


def test_enter_opens_what_lies_under_the_cross(page: Page) -> None:
    open_map(page)
    place = drawn(page, "enterprise-symbol")[0]
    fly(page, *place["coordinates"], 18.0)
    page.get_by_text("跳到地图").focus()
    page.keyboard.press("Enter")
    expect(page.locator("canvas")).to_be_focused()
    expect(page.locator(".map-crosshair")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".details-panel h2")).to_have_text(place["name"])
    expect(page.locator(".details-panel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".details-panel")).to_be_hidden()
    expect(page.locator("canvas")).to_be_focused()


def test_the_focus_stays_in_the_panel_when_its_button_is_gone(page: Page) -> None:
    open_map(page)
    facts = next(
        facts
        for feature in drawn(page, "enterprise-symbol")
        if (facts := answer(page, f"/api/v1/enterprises/{feature['number']}"))["zones"]
    )
    page.goto("about:blank")
    open_map(page, f"#sel=enterprises/{facts['id']}")
    page.locator(".zone-list button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".details-panel h2")).to_have_text(facts["zones"][0]["name"])
    expect(page.locator(".details-panel")).to_be_focused()


def test_plus_and_minus_change_the_scale(page: Page) -> None:
    open_map(page)
    _, _, before = centre(page)
    page.keyboard.press("+")
    page.wait_for_timeout(600)
    rest(page)
    assert centre(page)[2] > before + 0.5
