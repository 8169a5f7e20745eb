"""Corridors cut into sections of equal length on the ground, as kilometre posts cut a road."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from geodata.errors import UnusableDistance
from geodata.measure import CGCS2000_ELLIPSOID

SHORTEST_M, LONGEST_M = 50.0, 50_000.0


def sections(lines: gpd.GeoDataFrame, length_m: float = 1_000.0) -> gpd.GeoDataFrame:
    """Cut lines into sections of a length, measured along the geodesic; the last of each line is what is left.

    A line of several parts is joined where their ends meet; what then is still apart is counted on from part to part.

    Parameters
    ----------
    lines : (multi-)lines in EPSG:4490 or 4326.
    length_m : metres on the ground, 50 to 50,000.

    Returns
    -------
    A frame of `line` (index label of the line), `number` (from 1), `from_m`, `to_m` along the line, and `geometry`.

    Raises
    ------
    UnusableDistance
        If the length is outside its bounds.

    Examples
    --------
    >>> road = gpd.GeoDataFrame(geometry=[LineString([(113.27, 33.7), (113.30, 33.7)])], crs=4490)
    >>> cut = sections(road)
    >>> cut.number.tolist(), [round(float(end)) for end in cut.to_m]
    ([1, 2, 3], [1000, 2000, 2781])
    """
    if not SHORTEST_M <= length_m <= LONGEST_M:
        raise UnusableDistance(f"分段长度应在 {SHORTEST_M:.0f} 到 {LONGEST_M:.0f} 米之间")
    rows = [
        {"line": label, "number": number, "from_m": begin, "to_m": end, "geometry": piece}
        for label, line in lines.geometry.items()
        for number, (begin, end, piece) in enumerate(_cut(line, length_m), start=1)
    ]
    columns = ["line", "number", "from_m", "to_m", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=lines.crs)


def _cut(line: BaseGeometry | None, length_m: float) -> list[tuple[float, float, LineString]]:
    """Cut one line, part after part."""
    if line is None or line.is_empty:
        return []
    pieces: list[tuple[float, float, LineString]] = []
    walked = 0.0
    for part in shapely.get_parts(shapely.line_merge(shapely.force_2d(line))):
        vertices = shapely.get_coordinates(part)
        lon, lat = vertices.T
        azimuths, _, steps = CGCS2000_ELLIPSOID.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
        posts = np.append(0.0, np.cumsum(steps))
        cuts = np.append(np.arange(0.0, posts[-1] - 1e-6, length_m), posts[-1])
        # Where each cut lies: so far along the geodesic of the edge that it falls on.
        edge = np.clip(np.searchsorted(posts, cuts, side="right") - 1, 0, len(steps) - 1)
        x, y, _ = CGCS2000_ELLIPSOID.fwd(lon[edge], lat[edge], azimuths[edge], cuts - posts[edge])
        ends = np.stack([x, y], axis=1)
        for at in range(len(cuts) - 1):
            inner = vertices[(posts > cuts[at]) & (posts < cuts[at + 1])]
            piece = LineString(np.concatenate([ends[at : at + 1], inner, ends[at + 1 : at + 2]]))
            pieces.append((walked + cuts[at], walked + cuts[at + 1], piece))
        walked += posts[-1]
    return pieces
