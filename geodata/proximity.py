"""Which receptors and corridors lie within how many metres of which sites.

One kernel for all: the server asks it with rows that stay in memory, the command line with files, a cluster maps it
over partitions. Sites, receptors and corridors are points, lines or areas in CGCS2000 or WGS84 degrees, lon before
lat; a distance is from edge to edge, 0 where they touch or overlap, in true metres on the ground.

How it measures. A pair is measured in the plane of the SITE's metric zone (`geodata.crs.metric_srid`: the 3-degree
Gauss-Krueger zone in China, UTM elsewhere), whichever zone the other end lies in. Planar metres are divided by the
scale of the plane along the connecting line (`_line_scale`). What is found within a hair of a limit is measured again
as a geodesic between the nearest points, and that decides. Right to 2 mm at 1 km; an edge is straight in the plane,
which differs by millimetres from a geodesic on an edge of a kilometre and by about a metre on one of 50 km.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from geodata.arrays import Booleans, Floats, Geometries, Integers, geometry_array
from geodata.crs import CGCS2000, WGS84, Datum, from_cgcs2000, metric_srid
from geodata.errors import MissingCRS, UnknownColumn, UnusableDistance, UnusableHalfWidth
from geodata.measure import CGCS2000_ELLIPSOID
from geodata.usable import WIDEST_DEG, Excluded, degrees_of_longitude, exclusions

LONGEST_M = 50_000.0
# How much wider than asked is searched: the scale of the plane is not the same all along a line.
SEARCH_FACTOR = 1.0005
# Within this part of a limit (1 cm at 1 km), and a millimetre, the geodesic decides.
RECHECKED = 1e-5
RECHECKED_M = 1e-3
# The first circle in which `nearest` looks.
FIRST_CIRCLE_M = 1_000.0
FALSE_EASTING_M = 500_000.0


@dataclass(frozen=True)
class Plane:
    """Some of the rows in the metres of one zone: which rows, their geometries, and their (x, y) if all are points."""

    rows: Integers
    geometries: Geometries
    points: Floats | None


class Prepared:
    """Rows that can be measured, with what was left out; made by `prepare`.

    The rows are brought into the planes of the zones as those are asked for, and stay there: a second question costs
    only the search. Nothing in it ever changes what is answered, so that threads may share it.

    Attributes
    ----------
    frame : the usable rows, with their index.
    excluded : what was left out, by reason.
    half_width_m : per row, metres from a centreline to the outer edge; 0 without one.
    """

    def __init__(self, frame: gpd.GeoDataFrame, excluded: list[Excluded], half_width_m: Floats) -> None:
        self.frame = frame
        self.excluded = excluded
        self.half_width_m = half_width_m
        self.geometries = geometry_array(frame.geometry.to_numpy())
        self.bounds: Floats = shapely.bounds(self.geometries).reshape(-1, 4)
        west, south, east, north = self.bounds.T
        self.latitudes: Floats = (south + north) / 2
        self.zones = metric_srid((west + east) / 2, self.latitudes)
        self._own: dict[int, Plane] = {}
        self._around: dict[int, tuple[Plane, shapely.STRtree]] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def take(self, rows: Integers) -> Prepared:
        """Give some of the rows, by position; what was left out is told by the whole."""
        return Prepared(self.frame.iloc[rows], [], self.half_width_m[rows])

    def own_plane(self, zone: int) -> Plane:
        """Give the rows whose own zone this is."""
        if zone not in self._own:
            self._own[zone] = self._plane(zone, self.zones == zone)
        return self._own[zone]

    def plane_around(self, zone: int) -> tuple[Plane, shapely.STRtree]:
        """Give all rows that may be near a row of this zone, and their index."""
        if zone not in self._around:
            plane = self._plane(zone, self._is_around(zone))
            self._around[zone] = (plane, shapely.STRtree(plane.geometries))
        return self._around[zone]

    def _plane(self, zone: int, wanted: Booleans) -> Plane:
        rows = np.flatnonzero(wanted)
        geometries = from_cgcs2000(self.geometries[rows], Datum(f"EPSG:{zone}"))
        is_points = bool((shapely.get_type_id(geometries) == 0).all())
        return Plane(rows, geometries, shapely.get_coordinates(geometries) if is_points else None)

    def _is_around(self, zone: int) -> Booleans:
        meridian, half_zone = _central_meridian(zone)
        highest = np.abs(self.bounds[:, [1, 3]]).max(initial=0.0)
        reach = half_zone + WIDEST_DEG / 2 + float(degrees_of_longitude(LONGEST_M, highest + 0.5))
        west, east = self.bounds[:, 0], self.bounds[:, 2]
        return np.asarray((west <= meridian + reach) & (east >= meridian - reach))


def prepare(
    frame: gpd.GeoDataFrame, *, half_width_m: str | float | None = None, is_checked: bool = False
) -> Prepared:
    """Make rows ready to be measured, as sites or as receptors, and leave out those that cannot be.

    Parameters
    ----------
    frame : in EPSG:4490 or 4326. Z and M are not looked at.
    half_width_m : of corridors, metres from the centreline to the outer edge: a number for all, or the name of a
        column. A missing one counts as 0; whether that matters is said by `geodata.verdict`.
    is_checked : the rows come from where only usable ones are (the register), so they are not looked at again.

    Raises
    ------
    MissingCRS
        If the frame is in neither of the two systems.
    UnknownColumn, UnusableHalfWidth
        If a half-width is negative, infinite, or not there.

    Examples
    --------
    >>> from shapely import Point
    >>> schools = gpd.GeoDataFrame({"name": ["甲", "乙"]}, geometry=[Point(113.27, 33.7), None], crs=4490)
    >>> ready = prepare(schools)
    >>> len(ready), [(each.reason, each.count) for each in ready.excluded]
    (1, [('没有坐标或几何', 1)])
    """
    if frame.crs is None or frame.crs.to_epsg() not in (CGCS2000, WGS84):
        raise MissingCRS("邻近分析只用 CGCS2000 或 WGS84 经纬度：请先转换坐标")
    widths = _half_widths(frame, half_width_m)
    geometries = shapely.force_2d(geometry_array(frame.geometry.to_numpy()))
    flat = frame.set_geometry(gpd.GeoSeries(geometries, index=frame.index, crs=frame.crs))
    if is_checked:
        return Prepared(flat, [], widths)
    usable, excluded = exclusions(geometries, margin_m=LONGEST_M)
    return Prepared(flat[usable], excluded, widths[usable])


def _half_widths(frame: gpd.GeoDataFrame, half_width_m: str | float | None) -> Floats:
    if half_width_m is None:
        return np.zeros(len(frame))
    if not isinstance(half_width_m, str):
        widths = np.full(len(frame), float(half_width_m))
    elif half_width_m in frame.columns:
        widths = pd.to_numeric(frame[half_width_m], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        widths = np.nan_to_num(widths, nan=0.0, posinf=np.inf)
    else:
        raise UnknownColumn(f"没有字段「{half_width_m}」；有：{'、'.join(map(str, frame.columns))}")
    if not ((widths >= 0) & (widths <= LONGEST_M)).all():
        raise UnusableHalfWidth(f"半宽必须是 0 到 {LONGEST_M:.0f} 之间的米数")
    return widths


@dataclass(frozen=True)
class Found:
    """Pairs as arrays, in no particular order.

    `site`, `target` : positions among the usable rows. `distance_m` : edge to edge, (n,). `zone` : the plane in which
    they were measured. `start`, `end` : the nearest points in that plane, (n, 2); `end` on the outer edge.
    """

    site: Integers
    target: Integers
    distance_m: Floats
    zone: Integers
    start: Floats
    end: Floats


def find_pairs(sites: Prepared, targets: Prepared, distance_m: float | Sequence[float]) -> Found:
    """Find all pairs within a distance; with several, within the longest, and exactly decided at each.

    This is the search alone, without names and lines: `pairs_within` has them.

    Raises
    ------
    UnusableDistance
        If a distance is not above 0 and up to 50 km.
    """
    limits = checked_distances(distance_m)
    zones = [int(zone) for zone in np.unique(sites.zones)]
    parts = [_find_in_zone(sites, targets, limits, zone) for zone in zones]
    return _joined(parts)


def checked_distances(distance_m: float | Sequence[float]) -> Floats:
    """Give the distances asked for as an ascending array without doubles, or refuse them."""
    limits = np.unique(np.atleast_1d(np.asarray(distance_m, dtype=float)))
    if len(limits) == 0 or not ((limits > 0) & (limits <= LONGEST_M)).all():
        raise UnusableDistance(f"距离必须大于 0、不超过 {LONGEST_M / 1000:.0f} 公里，以米计")
    return limits


def _find_in_zone(sites: Prepared, targets: Prepared, limits: Floats, zone: int) -> Found:
    here, (there, tree) = sites.own_plane(zone), targets.plane_around(zone)
    if len(there.rows) == 0:
        return _NOTHING
    longest, widest = float(limits[-1]), float(targets.half_width_m[there.rows].max())
    curvature = _curvature(sites.latitudes[here.rows])
    k0 = _central_scale(zone)
    reach = (longest + widest) * SEARCH_FACTOR * _largest_scale(here, longest + widest, curvature, k0)
    i, j = _candidates(here, there, tree, reach)
    start, end = _nearest_points(here, there, i, j)
    planar = np.hypot(end[:, 0] - start[:, 0], end[:, 1] - start[:, 1])
    metres = planar / _line_scale(start[:, 0], end[:, 0], curvature[i], k0)
    half_width: Floats | float = targets.half_width_m[there.rows[j]] if widest > 0 else 0.0
    doubtful = _is_near_a_limit(metres - half_width, limits)
    metres[doubtful] = _geodesic_m(start[doubtful], end[doubtful], zone)
    if widest > 0:
        end = _drawn_back(start, end, metres, half_width)
        metres = np.maximum(metres - half_width, 0.0)
    kept = np.flatnonzero(metres <= longest)
    return Found(
        here.rows[i[kept]],
        there.rows[j[kept]],
        metres[kept],
        np.full(len(kept), zone),
        start[kept],
        end[kept],
    )


def _candidates(here: Plane, there: Plane, tree: shapely.STRtree, reach: Floats) -> tuple[Integers, Integers]:
    """Give all pairs within reach in the plane, and perhaps some beyond."""
    if here.points is not None and there.points is not None:
        # For points nearly twice as fast as GEOS's distances, though a square holds a quarter more than its circle.
        x, y = here.points.T
        i, j = tree.query(shapely.box(x - reach, y - reach, x + reach, y + reach))
    else:
        i, j = tree.query(here.geometries, predicate="dwithin", distance=reach)
    return i, j


def _nearest_points(here: Plane, there: Plane, i: Integers, j: Integers) -> tuple[Floats, Floats]:
    """Give the nearest points of each pair in the plane, (n, 2) on the site and (n, 2) on the target."""
    if here.points is not None and there.points is not None:
        return here.points[i], there.points[j]
    lines = shapely.shortest_line(here.geometries[i], there.geometries[j])
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    return ends[:, 0], ends[:, 1]


def _drawn_back(start: Floats, end: Floats, metres: Floats, half_width: Floats | float) -> Floats:
    """Move the end of a line from the centreline to the outer edge, or to the start where that lies inside."""
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(metres > half_width, 1 - half_width / metres, 0.0)
    return np.asarray(start + (end - start) * part[:, None])


def _is_near_a_limit(metres: Floats, limits: Floats) -> Booleans:
    doubtful = np.zeros(len(metres), dtype=bool)
    for limit in limits:
        doubtful |= np.abs(metres - limit) <= limit * RECHECKED + RECHECKED_M
    return doubtful


def _geodesic_m(start: Floats, end: Floats, zone: int) -> Floats:
    lon, lat = _degrees(start, zone).T
    lon_end, lat_end = _degrees(end, zone).T
    _, _, metres = CGCS2000_ELLIPSOID.inv(lon, lat, lon_end, lat_end)
    return np.asarray(metres, dtype=float)


def _degrees(points: Floats, zone: int) -> Floats:
    """Bring (n, 2) metres of a zone back to degrees."""
    return np.column_stack(_to_degrees(zone).transform(points[:, 0], points[:, 1]))


@lru_cache(maxsize=128)
def _to_degrees(zone: int) -> Transformer:
    # Only un-projected, as `geodata.crs` does; it also checks every result, which our own planes do not need.
    plane = CRS.from_epsg(zone)
    return Transformer.from_crs(plane, plane.geodetic_crs, always_xy=True)


def _line_scale(x: Floats, x_end: Floats, curvature: Floats, k0: float) -> Floats:
    """Give planar metres for one metre on the ground, along straight lines from x to x_end.

    The reduction of distances of the surveying textbooks (高斯投影的距离改化): with y the eastings from the central
    meridian, y_m their mean and R^2 = M N, the scale is 1 + y_m^2/2R^2 + (y_2 - y_1)^2/24R^2 + y_m^4/24R^4; on UTM
    times 0.9996, of eastings divided by it. A test holds it to the geodesic.
    """
    y, y_end = (x - FALSE_EASTING_M) / k0, (x_end - FALSE_EASTING_M) / k0
    middle = ((y + y_end) / 2) ** 2 * curvature
    return np.asarray(k0 * (1 + middle / 2 + (y_end - y) ** 2 * curvature / 24 + middle**2 / 24))


def _largest_scale(here: Plane, distance_m: float, curvature: Floats, k0: float) -> Floats:
    """Give the largest scale that a line of this length can have that begins at each site."""
    bounds = shapely.bounds(here.geometries).reshape(-1, 4)[:, [0, 2]] - FALSE_EASTING_M
    farthest = FALSE_EASTING_M + np.abs(bounds).max(axis=1) + distance_m
    return _line_scale(farthest, farthest, curvature, k0)


def _curvature(latitude: Floats) -> Floats:
    """Give 1/MN, the Gaussian curvature of the ellipsoid at a latitude, per square metre."""
    e2 = CGCS2000_ELLIPSOID.es
    a = CGCS2000_ELLIPSOID.a
    return np.asarray((1 - e2 * np.sin(np.radians(latitude)) ** 2) ** 2 / (a**2 * (1 - e2)))


def _central_meridian(zone: int) -> tuple[float, float]:
    """Give a zone's central meridian and half its width, in degrees."""
    if 4534 <= zone <= 4554:
        return 75.0 + 3 * (zone - 4534), 1.5
    return 6.0 * (zone % 100) - 183, 3.0


def _central_scale(zone: int) -> float:
    return 1.0 if 4534 <= zone <= 4554 else 0.9996


_NOTHING = Found(
    np.zeros(0, dtype=np.int64),
    np.zeros(0, dtype=np.int64),
    np.zeros(0),
    np.zeros(0, dtype=np.int64),
    np.zeros((0, 2)),
    np.zeros((0, 2)),
)


def _joined(parts: Sequence[Found]) -> Found:
    parts = [part for part in parts if len(part.site)] or [_NOTHING]
    if len(parts) == 1:
        return parts[0]
    names = Found.__dataclass_fields__
    return Found(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def pairs_within(
    sites: gpd.GeoDataFrame | Prepared,
    targets: gpd.GeoDataFrame | Prepared,
    distance_m: float | Sequence[float],
    *,
    owners: tuple[str, str] | None = None,
) -> gpd.GeoDataFrame:
    """List every pair within a distance, with the line that connects them.

    Parameters
    ----------
    sites, targets : frames in EPSG:4490 or 4326, or what `prepare` made of them (which tells what was left out).
    distance_m : above 0 and up to 50 km. Of several, the longest is searched, and each is exactly decided.
    owners : a column of the sites and a column of the targets; a pair in which both have the same value is a unit
        and its own place (a school that is a unit too), told apart by `is_own`.

    Returns
    -------
    A frame of `site` and `receptor` (their index labels), `distance_m`, `is_own`, and `geometry`: the shortest line
    from edge to edge in degrees, both ends the same point where the distance is 0. By site, the nearest first.

    Examples
    --------
    >>> from shapely import Point, box
    >>> works = gpd.GeoDataFrame(geometry=[box(113.26, 33.70, 113.27, 33.71)], index=["厂"], crs=4490)
    >>> school = gpd.GeoDataFrame(geometry=[Point(113.275, 33.705)], index=["校"], crs=4490)
    >>> pairs = pairs_within(works, school, 500)
    >>> pairs[["site", "receptor"]].values.tolist(), round(float(pairs.distance_m[0]), 2)
    ([['厂', '校']], 463.51)
    """
    here, there = _prepared(sites), _prepared(targets)
    return _frame(find_pairs(here, there, distance_m), here, there, owners)


def nearest(
    sites: gpd.GeoDataFrame | Prepared,
    targets: gpd.GeoDataFrame | Prepared,
    *,
    within_m: float = LONGEST_M,
    owners: tuple[str, str] | None = None,
) -> gpd.GeoDataFrame:
    """Find for each site the nearest target that is not its own, if there is one within a distance.

    Of several at the same distance the one that stands first. Otherwise as `pairs_within`, one row a site at most.
    """
    here, there = _prepared(sites), _prepared(targets)
    limit = float(checked_distances(within_m)[-1])
    own = _own_ids(here, there, owners)
    waiting, circle = np.arange(len(here)), min(FIRST_CIRCLE_M, limit)
    parts = []
    while len(waiting):
        found = find_pairs(here.take(waiting), there, circle)
        found = _replaced_sites(found, waiting)
        found = _taken(found, np.flatnonzero(~_is_own(found, own)))
        order = np.lexsort((found.target, found.distance_m, found.site))
        _, first = np.unique(found.site[order], return_index=True)
        parts.append(_taken(found, order[first]))
        waiting = np.setdiff1d(waiting, parts[-1].site)
        if circle >= limit:
            break
        circle = min(circle * 4, limit)
    return _frame(_joined(parts), here, there, owners)


def _prepared(rows: gpd.GeoDataFrame | Prepared) -> Prepared:
    return rows if isinstance(rows, Prepared) else prepare(rows)


def _replaced_sites(found: Found, rows: Integers) -> Found:
    return Found(rows[found.site], found.target, found.distance_m, found.zone, found.start, found.end)


def _taken(found: Found, rows: Integers) -> Found:
    return Found(**{name: getattr(found, name)[rows] for name in Found.__dataclass_fields__})


OwnIds = tuple[Geometries, Geometries]


def _own_ids(sites: Prepared, targets: Prepared, owners: tuple[str, str] | None) -> OwnIds | None:
    if owners is None:
        return None
    columns = []
    for prepared, name in ((sites, owners[0]), (targets, owners[1])):
        if name not in prepared.frame.columns:
            raise UnknownColumn(f"没有字段「{name}」；有：{'、'.join(map(str, prepared.frame.columns))}")
        ids = prepared.frame[name]
        columns.append(ids.astype(object).where(ids.notna(), None).to_numpy())
    return columns[0], columns[1]


def _is_own(found: Found, own: OwnIds | None) -> Booleans:
    if own is None:
        return np.zeros(len(found.site), dtype=bool)
    of_site, of_target = own[0][found.site], own[1][found.target]
    return np.array([a is not None and a == b for a, b in zip(of_site, of_target, strict=True)], dtype=bool)


def _frame(
    found: Found, sites: Prepared, targets: Prepared, owners: tuple[str, str] | None
) -> gpd.GeoDataFrame:
    found = _taken(found, np.lexsort((found.target, found.distance_m, found.site)))
    columns = {
        "site": sites.frame.index[found.site],
        "receptor": targets.frame.index[found.target],
        "distance_m": found.distance_m,
        "is_own": _is_own(found, _own_ids(sites, targets, owners)),
    }
    return gpd.GeoDataFrame(columns, geometry=_lines(found), crs=sites.frame.crs)


def _lines(found: Found) -> Geometries:
    ends = np.zeros((len(found.site), 2, 2))
    for zone in np.unique(found.zone):
        rows = found.zone == zone
        ends[rows, 0], ends[rows, 1] = (
            _degrees(found.start[rows], int(zone)),
            _degrees(found.end[rows], int(zone)),
        )
    return np.asarray(shapely.linestrings(ends), dtype=object)


@dataclass(frozen=True)
class Summary:
    """How many pairs, sites with one, and receptors with one there are up to a distance."""

    distance_m: float
    pairs: int
    sites: int
    receptors: int


def summary(pairs: pd.DataFrame, distances_m: Sequence[float]) -> list[Summary]:
    """Count the answer of `pairs_within` up to each distance; a unit and its own place are no pair.

    >>> pairs = pd.DataFrame({"site": [1, 1], "receptor": [7, 8], "distance_m": [300.0, 700.0], "is_own": False})
    >>> summary(pairs, [500, 1000])[1]
    Summary(distance_m=1000.0, pairs=2, sites=1, receptors=2)
    """
    others = pairs[~pairs["is_own"]]
    counted = []
    for limit in checked_distances(distances_m):
        near = others[others["distance_m"] <= limit]
        counted.append(
            Summary(float(limit), len(near), int(near["site"].nunique()), int(near["receptor"].nunique()))
        )
    return counted
