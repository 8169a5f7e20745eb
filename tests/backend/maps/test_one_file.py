"""A map in one file: what stands in it, and what must not."""

import html
import json
import re

import geopandas as gpd
import pytest
from shapely.geometry import Point

from backend.maps.one_file import one_file_map
from backend.obstacle import Obstacle
from tests.shapes import POLYGON

LOADED = re.compile(r"""(?:src|href)\s*=\s*["'](?!#)[^"']*|url\((?!#|data:)[^)]*\)|@import[^;]*""")
# Leaflet names itself on a map with an attribution, which ours has not.
LEAFLETS_OWN = 'href="https://leafletjs.com'


def zones(**columns: object) -> gpd.GeoDataFrame:
    given: dict[str, object] = {"enterprise": ["甲厂"], "name": ["罐区"], "grade": [1], **columns}
    return gpd.GeoDataFrame(given, geometry=[POLYGON], crs=4490)


def enterprises(**columns: object) -> gpd.GeoDataFrame:
    given: dict[str, object] = {"name": ["甲厂"], "grade": [None], **columns}
    return gpd.GeoDataFrame(given, geometry=[Point(113.27, 33.7)], crs=4490)


def page(zone: gpd.GeoDataFrame, enterprise: gpd.GeoDataFrame, title: str = "图", note: str = "") -> str:
    return one_file_map(zone, enterprise, title=title, note=note).get_root().render()


def test_nothing_is_loaded_from_anywhere() -> None:
    assert set(LOADED.findall(page(zones(), enterprises()))) == {LEAFLETS_OWN}


def test_the_licence_of_leaflet_goes_with_it() -> None:
    assert "Redistributions in binary form must reproduce the above copyright" in page(zones(), enterprises())


@pytest.mark.parametrize(
    "evil", ["</script><script>alert(1)</script>", "<img src=x>", "{{ 6 * 7 }}{% endraw %}{#"]
)
def test_what_somebody_typed_stays_text(evil: str) -> None:
    text = page(zones(name=[evil]), enterprises(name=[evil]), title=evil, note=evil)
    shown = html.escape(evil)
    assert f"<title>{shown}</title>" in text
    assert f"<h1>{shown}</h1>" in text
    assert f"<p>{shown}</p>" in text
    labels = [json.loads(found) for found in re.findall(r'"label": ("[^"]*")', text)]
    assert [html.unescape(label) for label in labels] == [f"甲厂 · {evil} · 重大", f"{evil} · 未评定"]
    assert "<" not in "".join(labels)
    assert text.count("<script>") == page(zones(), enterprises()).count("<script>")


def test_what_nobody_graded_is_counted_and_drawn_as_not_graded() -> None:
    assert '"grade": "ungraded"' in page(zones(), enterprises())


def test_rows_without_a_place_are_counted_and_not_drawn() -> None:
    unplaced = enterprises().set_geometry(gpd.GeoSeries([None], crs=4490))
    text = page(zones(), unplaced)
    assert "<th>其中未上图</th><td>0</td><td>1</td>" in text
    assert text.count("L.geoJson(null") == 1


def test_a_map_of_nothing_is_refused() -> None:
    with pytest.raises(Obstacle, match="没有可画的位置"):
        one_file_map(zones().iloc[:0], enterprises().iloc[:0], title="图")
