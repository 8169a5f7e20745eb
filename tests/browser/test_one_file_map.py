"""A map of one file, opened from a folder with the network cut."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.demo.generator import generate
from backend.grades import GRADES, UNGRADED
from backend.maps.one_file import one_file_map

DRAWN = (
    "() => [...document.querySelectorAll('path.leaflet-interactive')].map(path => path.getAttribute('fill'))"
)
SCRIPTS_OF_OTHERS = """() => new Promise(resolve => {
  const script = document.createElement("script")
  script.src = "http://127.0.0.1:9/script.js"
  document.addEventListener("securitypolicyviolation", event => resolve(event.effectiveDirective), { once: true })
  document.head.append(script)
})"""


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the small demonstration's map to a file."""
    demo = generate("small")
    names = demo.enterprises.set_index("source_id")["name"]
    zones = demo.zones.assign(enterprise=demo.zones["enterprise"].map(names))
    path = tmp_path_factory.mktemp("handed-out") / "四色图.html"
    one_file_map(zones, demo.enterprises, title="风险四色图", note="演示数据").save(path)
    return path


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    """Open a page that reaches nothing."""
    with browser.new_context(offline=True, viewport={"width": 1280, "height": 800}) as context:
        yield context.new_page()


def test_zones_and_enterprises_are_drawn_and_nothing_else_is_asked_for(
    offline: Page, handed_out: Path
) -> None:
    asked, complaints = [], []
    offline.on("request", lambda request: asked.append(request.url))
    offline.on("console", lambda message: complaints.append(message.text))
    offline.on("pageerror", lambda error: complaints.append(str(error)))
    offline.goto(handed_out.as_uri(), wait_until="networkidle")
    demo = generate("small")
    grades = [*demo.zones["grade"], *demo.enterprises["grade"][demo.enterprises.geometry.notna()]]
    keys = {grade.code: grade.key for grade in GRADES}
    expected = sorted(f"url(#{keys.get(grade, UNGRADED.key)})" for grade in grades)
    assert sorted(offline.evaluate(DRAWN)) == expected
    assert [address for address in asked if not address.startswith("data:")] == [handed_out.as_uri()]
    assert complaints == []


def test_every_grade_has_its_letter_and_its_hatch_in_the_legend(offline: Page, handed_out: Path) -> None:
    offline.goto(handed_out.as_uri())
    for grade in (*GRADES, UNGRADED):
        row = offline.locator(".legend tr", has=offline.locator(f'rect[fill="url(#{grade.key})"]'))
        expect(row).to_contain_text(f"{grade.letter}{grade.zh}")
        ground = offline.locator(f"pattern#{grade.key} rect")
        expect(ground).to_have_attribute("fill", grade.colour)
        assert (offline.locator(f"pattern#{grade.key} g > *").count() > 0) == (grade.hatch != "none")


def test_a_zone_says_whose_it_is_and_its_grade(offline: Page, handed_out: Path) -> None:
    offline.goto(handed_out.as_uri())
    offline.locator('path[fill="url(#major)"]').last.hover(force=True)
    expect(offline.locator(".leaflet-tooltip")).to_contain_text("重大")


def test_the_page_itself_forbids_what_others_would_have_it_load(offline: Page, handed_out: Path) -> None:
    offline.goto(handed_out.as_uri())
    assert offline.evaluate(SCRIPTS_OF_OTHERS) == "script-src-elem"
