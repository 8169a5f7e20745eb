"""Which rows can be measured, which cannot and why, and which only look odd."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geodata.arrays import Booleans, Floats, Geometries, Integers
from geodata.crs import wgs84_to_gcj02
from geodata.geometry import all_problems
from geodata.measure import CGCS2000_ELLIPSOID

WORLD = (-180.0, -90.0, 180.0, 90.0)
# The latitudes for which UTM is defined (DMA TM 8358.2, 2-1).
UTM_LATITUDES = (-80.0, 84.0)
# Wider than this a row would lie in many zones at once, and no plane would be right for all of it.
WIDEST_DEG = 10.0

# Farther than this from the middle of all rows, and than five times the median row, a row looks misplaced.
FAR_M = 300_000.0
FAR_TIMES_MEDIAN = 5.0
# Of places of the same name on both sides: so many must be apart by the shift of GCJ-02, each to so many metres.
SHIFTED_PLACES = 3
SHIFTED_TO_M = 50.0

# What `geodata.geometry.problems` says of one row, said of many.
_REASONS = {
    "missing": "没有坐标或几何",
    "empty": "几何为空，没有任何坐标",
    "wrong_type": "几何类型不支持（应为点、线或面）",
    "too_many_vertices": "顶点太多，请先简化",
    "not_finite": "坐标不是有限的数（NaN 或无穷大）",
    "out_of_range": "坐标超出经纬度范围（±180, ±90）",
    "suspected_swap": "坐标超出经纬度范围，疑似经度、纬度颠倒",
    "zero": "坐标为 0, 0，多半是没有填写",
    "polar": "在极区（北纬 84° 以北或南纬 80° 以南），没有可用的投影带",
    "antimeridian": "跨越或紧靠 180° 经线",
    "too_wide": f"东西跨度超过 {WIDEST_DEG:.0f}°，请先分段",
}
_INVALID = "几何无效（边界自相交等），请先修复"


@dataclass(frozen=True)
class Excluded:
    """Rows that are left out for one cause; `reason` is Chinese, fit to show, `code` is for programs."""

    code: str
    reason: str
    count: int


def exclusions(geometries: Geometries, *, margin_m: float) -> tuple[Booleans, list[Excluded]]:
    """Tell which geometries can be measured, and count the others by reason.

    Parameters
    ----------
    geometries : CGCS2000 or WGS84 degrees, lon before lat, two-dimensional.
    margin_m : how near to the 180th meridian nothing is taken: pairs across it would be missed.

    Returns
    -------
    (is usable, for each row; what is left out, the most frequent reason first).

    Examples
    --------
    >>> from shapely import Point
    >>> from geodata.arrays import geometry_array
    >>> usable, left_out = exclusions(geometry_array([Point(113.2, 33.7), None, Point(0, 0)]), margin_m=1000)
    >>> usable.tolist(), [(each.code, each.count) for each in left_out]
    ([True, False, False], [('missing', 1), ('zero', 1)])
    """
    codes = np.full(len(geometries), "", dtype=object)
    for row, found in all_problems(geometries, kind="any", expected=WORLD).items():
        codes[row] = next((problem.code for problem in found if not problem.is_warning), "")
    fine = np.flatnonzero(codes == "")
    west, south, east, north = shapely.bounds(geometries[fine]).reshape(-1, 4).T
    farthest = np.maximum(np.abs(south), np.abs(north))
    to_antimeridian = 180 - np.maximum(np.abs(west), np.abs(east))
    codes[fine[east - west > WIDEST_DEG]] = "too_wide"
    codes[fine[to_antimeridian < degrees_of_longitude(margin_m, farthest)]] = "antimeridian"
    codes[fine[(south < UTM_LATITUDES[0]) | (north > UTM_LATITUDES[1])]] = "polar"
    return np.asarray(codes == ""), _counted(codes)


def _counted(codes: Geometries) -> list[Excluded]:
    by_reason = pd.Series(codes[codes != ""], dtype=object).value_counts()
    return [
        Excluded(str(code), _REASONS.get(str(code), _INVALID), int(count))
        for code, count in by_reason.items()
    ]


def degrees_of_longitude(metres: float, latitude: Floats | float) -> Floats:
    """Say how many degrees of longitude so many metres are at a latitude, rather too many than too few.

    >>> round(float(degrees_of_longitude(111_000, 60.0)), 2)
    2.02
    """
    # A degree of longitude is never shorter than 111.1 km times the cosine; 1 % covers what the chord cuts off.
    return np.asarray(1.01 * metres / (111_100 * np.cos(np.radians(np.minimum(np.abs(latitude), 89.0)))))


@dataclass(frozen=True)
class Suspicion:
    """Usable rows that look wrong: their positions, and a Chinese reason, with the mend where one suggests itself."""

    reason: str
    rows: Integers


def suspicions(geometries: Geometries, *, beside: Geometries) -> list[Suspicion]:
    """Find rows that lie far from all others, and say which slip of the pen would put them among them.

    Parameters
    ----------
    geometries : usable ones, degrees, lon before lat.
    beside : those of the other side, which help to tell where the data are.

    Examples
    --------
    >>> from shapely import points
    >>> schools = points([-78.6, -78.7, -78.8, 78.9], [35.8, 35.7, 35.9, 35.6])
    >>> [(each.reason, each.rows.tolist()) for each in suspicions(schools, beside=schools)]
    [('离其余数据很远，疑似经度正负号有误', [3])]
    """
    if len(geometries) == 0:
        return []
    lon, lat = _middles(geometries).T
    middle = np.median(_middles(np.concatenate([geometries, beside])), axis=0)
    all_metres = _metres_from(middle, *_middles(np.concatenate([geometries, beside])).T)
    farthest = max(FAR_M, FAR_TIMES_MEDIAN * float(np.median(all_metres)))
    waiting = _metres_from(middle, lon, lat) > farthest
    found = []
    for slip, mended_lon, mended_lat in (
        ("，疑似经度、纬度颠倒", lat, lon),
        ("，疑似经度正负号有误", -lon, lat),
        ("，疑似纬度正负号有误", lon, -lat),
        ("，疑似经度、纬度正负号都有误", -lon, -lat),
        ("，请核对坐标和坐标系", np.full_like(lon, middle[0]), np.full_like(lat, middle[1])),
    ):
        fits = waiting & (np.abs(mended_lat) <= 90)
        fits[fits] = _metres_from(middle, mended_lon[fits], mended_lat[fits]) <= farthest
        if fits.any():
            found.append(Suspicion(f"离其余数据很远{slip}", np.flatnonzero(fits)))
        waiting &= ~fits
    return found


def _middles(geometries: Geometries) -> Floats:
    bounds = shapely.bounds(geometries).reshape(-1, 4)
    return np.asarray((bounds[:, :2] + bounds[:, 2:]) / 2)


def _metres_from(middle: Floats, lon: Floats, lat: Floats) -> Floats:
    _, _, metres = CGCS2000_ELLIPSOID.inv(
        np.full_like(lon, middle[0]), np.full_like(lat, middle[1]), lon, lat
    )
    return np.asarray(metres, dtype=float)


def shifted_places(
    names: pd.Series[str], geometries: Geometries, other_names: pd.Series[str], others: Geometries
) -> int:
    """Count the places that stand on both sides, the second shifted from the first as GCJ-02 is from WGS84.

    One side alone cannot be told: shifted coordinates look like any others. A school that is a unit too, say, stands
    on both, and then the offset gives the side away that is still in GCJ-02.

    Parameters
    ----------
    names, geometries : of the side that is thought to be right.
    other_names, others : of the side that is suspected. Names that occur twice on a side are not compared.

    Returns
    -------
    How many; 0 where they are fewer than `SHIFTED_PLACES` or than half of the names on both sides.

    Examples
    --------
    >>> from shapely import points
    >>> lon, lat = np.array([113.20, 113.25, 113.30]), np.array([33.70, 33.72, 33.74])
    >>> schools = pd.Series(["一中", "二中", "三中"])
    >>> shifted_places(schools, points(lon, lat), schools, points(*wgs84_to_gcj02(lon, lat)))
    3
    >>> shifted_places(schools, points(lon, lat), schools, points(lon, lat))
    0
    """
    here = pd.Series(np.arange(len(names)), index=names.to_numpy(dtype=object))
    there = pd.Series(np.arange(len(other_names)), index=other_names.to_numpy(dtype=object))
    both = pd.concat([_once(here), _once(there)], axis=1, join="inner").to_numpy(dtype=np.int64)
    lon, lat = _middles(geometries[both[:, 0]]).T
    other_lon, other_lat = _middles(others[both[:, 1]]).T
    shifted_lon, shifted_lat = wgs84_to_gcj02(lon, lat)
    _, _, shift = CGCS2000_ELLIPSOID.inv(lon, lat, shifted_lon, shifted_lat)
    _, _, rest = CGCS2000_ELLIPSOID.inv(shifted_lon, shifted_lat, other_lon, other_lat)
    count = int(((rest <= SHIFTED_TO_M) & (shift > 2 * SHIFTED_TO_M)).sum())
    return count if count >= SHIFTED_PLACES and 2 * count >= len(both) else 0


def _once(rows: pd.Series[int]) -> pd.Series[int]:
    return rows[rows.index.notna() & ~rows.index.duplicated(keep=False)]
