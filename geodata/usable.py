"""Which rows can be measured, which cannot and why, and which only look odd."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geodata.arrays import Booleans, Floats, Geometries
from geodata.geometry import all_problems

WORLD = (-180.0, -90.0, 180.0, 90.0)
# The latitudes for which UTM is defined (DMA TM 8358.2, 2-1).
UTM_LATITUDES = (-80.0, 84.0)
# Wider than this a row would lie in many zones at once, and no plane would be right for all of it.
WIDEST_DEG = 10.0

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
