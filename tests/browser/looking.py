"""How tests look at the map: open it, wait until it rests, ask what is drawn, click on what is there."""

import re
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request

# Functions, not strings: the page's security policy forbids eval.
IS_AT_REST = """() => {
  const map = window.riskmap?.map
  const isDrawn = document.querySelector("riskmap-map")?.hasAttribute("ready")
  return isDrawn && map.loaded() && map.areTilesLoaded() && !map.isMoving()
}"""
DRAWN = """layer => window.riskmap.map.queryRenderedFeatures({ layers: [layer] }).map(({ id, properties, geometry }) =>
  ({ ...properties, number: id, coordinates: geometry.type === "Point" ? geometry.coordinates : null }))"""
# Screen place where just one feature of the layer is drawn, clear of the panels.
SPOT = """([layer, number]) => {
  const map = window.riskmap.map
  const { left, top, width, height } = map.getCanvas().getBoundingClientRect()
  for (let y = 60; y < height - 20; y += 4) {
    for (let x = 60; x < width - 60; x += 4) {
      const box = [[x - 3, y - 3], [x + 3, y + 3]]
      const numbers = new Set(map.queryRenderedFeatures(box, { layers: [layer] }).map(({ id }) => id))
      if (numbers.size === 1 && (number === null || numbers.has(number))) return [left + x, top + y, [...numbers][0]]
    }
  }
  return null
}"""


def open_map(page: Page, address: str = "") -> None:
    """Open the page at an address (what follows the server's name) and wait for the map."""
    page.goto(f"/{address}")
    rest(page)


def rest(page: Page) -> None:
    """Wait until everything in view is drawn; MapLibre starts flights and loads a moment after the cause."""
    page.wait_for_timeout(300)
    page.wait_for_function(IS_AT_REST, timeout=60_000)


def drawn(page: Page, style_layer: str) -> list[dict[str, Any]]:
    """List the features that a layer of the style shows: their properties, number and, of points, coordinates."""
    found: list[dict[str, Any]] = page.evaluate(DRAWN, style_layer)
    return found


def grades_drawn(page: Page, style_layer: str) -> set[int]:
    """Collect the grades that a layer shows; 0 stands for what nobody graded."""
    return {int(feature.get("grade", 0)) for feature in drawn(page, style_layer)}


def spot(page: Page, style_layer: str, number: int | None = None) -> tuple[float, float, int]:
    """Find a place on the screen where one feature of a layer lies alone, and that feature's number."""
    found = page.evaluate(SPOT, [style_layer, number])
    assert found, f"no lone feature of {style_layer} in view"
    x, y, feature = found
    return x, y, feature


def fly(page: Page, lon: float, lat: float, zoom: float) -> None:
    """Put the map somewhere at once."""
    page.evaluate(
        "([lon, lat, zoom]) => window.riskmap.map.jumpTo({ center: [lon, lat], zoom })", [lon, lat, zoom]
    )
    rest(page)


def centre(page: Page) -> tuple[float, float, float]:
    """Tell longitude, latitude and zoom of the map."""
    lon, lat, zoom = page.evaluate(
        "() => [...window.riskmap.map.getCenter().toArray(), window.riskmap.map.getZoom()]"
    )
    return lon, lat, zoom


def answer(page: Page, path: str) -> Any:
    """Ask the server itself what the page should show."""
    response = page.request.get(path)
    assert response.ok, f"{path}: {response.status}"
    return response.json()


class Watch:
    """What a page must not do: complain on the console, or ask anyone but its own server."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self._own = re.compile(rf"({re.escape(base_url)}/|data:|blob:{re.escape(base_url)}/)")
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(error.stack or str(error)))
        page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def _see(self, request: Request) -> None:
        if not self._own.match(request.url):
            self.strangers.append(request.url)
