"""The demonstration district is drawn in metres (EPSG:4547, x east before y north) and told in degrees (EPSG:4490)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from geodata.arrays import Floats, Geometries
from geodata.crs import Datum, from_cgcs2000, to_cgcs2000
from geodata.geometry import round_coordinates

METRES = Datum("EPSG:4547")


def in_metres(geometries: Sequence[Any] | Geometries) -> Geometries:
    """Bring longitude/latitude geometries into the plane in which the demonstration is drawn."""
    return from_cgcs2000(geometries, METRES)


def in_degrees(geometries: Sequence[Any] | Geometries) -> Geometries:
    """Bring drawn geometries to longitude/latitude, rounded to 1e-7 degrees (a centimetre)."""
    return round_coordinates(to_cgcs2000(geometries, METRES))


def points_in_metres(lonlat: Sequence[Sequence[float]]) -> Floats:
    """Bring a list of [lon, lat] into the plane: one row (x, y) each.

    >>> points_in_metres([[113.2656, 33.7075]]).round().tolist()
    [[431920.0, 3731460.0]]
    """
    xy: Floats = shapely.get_coordinates(in_metres(shapely.points(np.asarray(lonlat, dtype=float))))
    return xy
