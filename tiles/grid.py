"""The Web Mercator tile grid (WebMercatorQuad): which piece of the Earth a tile shows.

Tiles are for drawing. Nothing here may be used to decide a distance: 600 units of EPSG:3857 are 500 m on the
ground at 33.7 degrees north.
"""

import math
from typing import NamedTuple

from tiles.errors import NoSuchTile

MAX_ZOOM = 22
EXTENT = 4096
"""Units along one side of a tile."""
BUFFER = 64
"""Units around the tile that belong to it too, so that strokes and symbols are not cut at its edge."""


class Tile(NamedTuple):
    """A tile as in its URL: zoom, column from the west, row from the north."""

    z: int
    x: int
    y: int


class Bounds(NamedTuple):
    """xmin, ymin, xmax, ymax; here in degrees of longitude and latitude."""

    xmin: float
    ymin: float
    xmax: float
    ymax: float


def checked(tile: Tile) -> Tile:
    """The tile itself, when the grid has it.

    >>> checked(Tile(1, 1, 0))
    Tile(z=1, x=1, y=0)
    >>> checked(Tile(1, 2, 0))
    Traceback (most recent call last):
    tiles.errors.NoSuchTile: no tile 1/2/0: columns and rows of zoom 1 run from 0 to 1
    """
    z, x, y = tile
    if not 0 <= z <= MAX_ZOOM:
        raise NoSuchTile(f"no tile {z}/{x}/{y}: zoom levels run from 0 to {MAX_ZOOM}")
    last = 2**z - 1
    if not (0 <= x <= last and 0 <= y <= last):
        raise NoSuchTile(f"no tile {z}/{x}/{y}: columns and rows of zoom {z} run from 0 to {last}")
    return tile


def bounds(tile: Tile, *, buffer: float = 0.0) -> Bounds:
    """Longitude and latitude of a tile's edges.

    Parameters
    ----------
    buffer : widens the box on every side, as a share of the tile's width. The result stays on the map: from
        -180 to 180 degrees, and within the latitudes that the square of Web Mercator holds.

    Examples
    --------
    >>> bounds(Tile(0, 0, 0)) == (-180.0, -85.0511287798066, 180.0, 85.0511287798066)
    True
    >>> [round(degrees, 4) for degrees in bounds(Tile(11, 1668, 820))]
    [113.2031, 33.578, 113.3789, 33.7243]
    """
    z, x, y = tile
    size = 2**z
    west, east = max(0.0, x - buffer), min(size, x + 1 + buffer)
    north, south = max(0.0, y - buffer), min(size, y + 1 + buffer)
    return Bounds(
        west / size * 360 - 180, latitude(south / size), east / size * 360 - 180, latitude(north / size)
    )


def latitude(share: float) -> float:
    """Latitude in degrees at a share (0 north … 1 south) of the map's height."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * share))))
