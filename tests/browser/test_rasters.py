"""Rasters on the map: offered in the legend, drawn under the signs, told in their colours."""

from playwright.sync_api import Page, expect

from tests.browser.looking import Watch, open_map, rest

RASTER_LAYERS = (
    "() => window.riskmap.map.getStyle().layers.filter(({ type }) => type === 'raster').map(({ id }) => id)"
)


def test_the_density_of_risk_is_switched_on_and_off(page: Page, base_url: str) -> None:
    watch = Watch(page, base_url)
    open_map(page)
    # Nobody has brought a population raster in.
    expect(page.locator("input[data-raster]")).to_have_count(1)
    assert page.evaluate(RASTER_LAYERS) == []
    with page.expect_response("**/raster/risk_density/*/*/*.png") as tile:
        page.locator("input[data-raster=risk_density]").check()
    rest(page)
    assert tile.value.headers["content-type"] == "image/png"
    assert page.evaluate(RASTER_LAYERS) == ["raster-risk_density"]
    legend = page.locator("riskmap-raster-legend")
    expect(legend).to_contain_text("10/5/2/1")
    expect(legend.locator(".raster-values span")).to_have_text(["0.5", "5", "20", "60", "200"])
    page.locator("input[data-raster=risk_density]").uncheck()
    rest(page)
    assert page.evaluate(RASTER_LAYERS) == []
    assert watch.complaints == []
    assert watch.strangers == []
