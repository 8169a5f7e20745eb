"""Geometry as GeoJSON text (RFC 7946)."""

from typing import Any

from sqlalchemy import SQLColumnExpression, func

GEOJSON = "application/geo+json"
DECIMALS = 7
"""Of a degree: 1e-7 is about one centimetre, and RFC 7946 advises against more."""


def geojson_text(geometry: SQLColumnExpression[Any]) -> SQLColumnExpression[str | None]:
    """A geometry as GeoJSON; polygons run counter-clockwise."""
    # Options 0: otherwise PostGIS adds a `crs` member for every SRID but 4326, which RFC 7946 forbids.
    return func.ST_AsGeoJSON(func.ST_ForcePolygonCCW(geometry), DECIMALS, 0)
