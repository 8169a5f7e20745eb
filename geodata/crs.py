"""Coordinate systems of the district's data: CGCS2000, the shifted Chinese datums, and the metre zone of a place.

Everything is x before y (lon before lat, east before north), whatever the authority's own axis order.

How right is it? GCJ-02 and BD-09 are published nowhere officially; the widely known formulas used here agree with
map providers to about a decimetre, and our inverses undo our forward formulas to better than 1e-9 degrees (0.1 mm).
CGCS2000 and WGS84 are treated as equal (they differ by centimetres to decimetres); the caller keeps which one was
declared. NAD83, ETRS89 and their projections go through the transformation PROJ publishes (1 to 4 m).
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike
from pyproj import CRS, Proj, Transformer
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import TransformerGroup

from geodata.arrays import Booleans, Floats, Geometries, Integers, geometry_array
from geodata.errors import NoDatumTransformation, UnknownDatum

CGCS2000 = 4490
WGS84 = 4326
WORST_ACCEPTED_ACCURACY_M = 5.0
# Beijing 54, New Beijing, Xi'an 80: what is published for them serves a few oil fields, elsewhere it is 15 m or worse.
OLD_CHINESE_DATUMS = (4214, 4555, 4610)

Movement = Callable[[Floats, Floats], tuple[Any, Any]]
"""From coordinates (x, y) to coordinates (x, y)."""

# The box in which a 3-degree Gauss-Krueger zone of CGCS2000 is used: zones 25 to 45, the latitudes of China.
CHINA_BOUNDS = (73.5, 3.0, 135.5, 54.0)
# The box of the GCJ-02 formula; outside it maps are not shifted.
GCJ02_BOUNDS = (72.004, 0.8293, 137.8347, 55.8271)


@dataclass(frozen=True)
class Datum:
    """What a pair of numbers is measured in: a name ("GCJ-02", "BD-09", "EPSG:4490", "EPSG:4547"…) and its reading.

    >>> Datum("EPSG:4547").epsg, Datum("GCJ-02").epsg
    (4547, None)
    """

    name: str

    @property
    def epsg(self) -> int | None:
        """The EPSG code, or None for the two systems that have none."""
        return int(self.name.removeprefix("EPSG:")) if self.name.startswith("EPSG:") else None

    @property
    def is_lonlat(self) -> bool:
        """Whether its coordinates are degrees."""
        return self.epsg is None or _epsg_crs(self.epsg).is_geographic

    def __str__(self) -> str:
        return self.name


_ALIASES = {
    **dict.fromkeys(
        ("gcj02", "gcj", "火星", "火星坐标", "火星坐标系", "国测局", "高德", "腾讯", "amap"), "GCJ-02"
    ),
    **dict.fromkeys(("bd09", "bd09ll", "百度", "百度坐标", "百度坐标系", "baidu"), "BD-09"),
    **dict.fromkeys(("wgs84", "wgs1984", "crs84", "ogc:crs84", "urn:ogc:def:crs:ogc:1.3:crs84"), "EPSG:4326"),
    **dict.fromkeys(("cgcs2000", "2000国家大地坐标系", "国家2000", "大地2000"), "EPSG:4490"),
    **dict.fromkeys(("nad83", "nad1983"), "EPSG:4269"),
    **dict.fromkeys(("etrs89", "etrs1989"), "EPSG:4258"),
}
_EPSG = re.compile(
    r"(?:(?:urn:ogc:def:crs:)?epsg:(?:[0-9.]*:)?|https?://www\.opengis\.net/def/crs/epsg/[0-9.]+/)?(\d{4,6})"
)


def parse_datum(text: str) -> Datum:
    """Understand what a person or a file calls a coordinate system.

    Raises
    ------
    UnknownDatum
        If the text names nothing we know, or a system that is not two-dimensional longitude/latitude or a plane.

    Examples
    --------
    >>> parse_datum("gcj02").name, parse_datum("百度").name, parse_datum("4490").name, parse_datum("WGS 84").name
    ('GCJ-02', 'BD-09', 'EPSG:4490', 'EPSG:4326')
    """
    plain = re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFKC", text)).casefold()
    if plain in _ALIASES:
        return Datum(_ALIASES[plain])
    match = _EPSG.fullmatch(plain)
    if match is None:
        raise UnknownDatum(
            f"不认识的坐标系「{text}」：请写 GCJ-02、BD-09、CGCS2000、WGS84 或 EPSG 代码，如 EPSG:4547"
        )
    return _datum_of_epsg(int(match.group(1)))


def _datum_of_epsg(code: int) -> Datum:
    crs = _epsg_crs(code)
    if not (crs.is_geographic or crs.is_projected) or len(crs.axis_info) != 2:
        raise UnknownDatum(f"EPSG:{code}（{crs.name}）不是二维的经纬度或平面坐标系")
    return Datum(f"EPSG:{code}")


@lru_cache(maxsize=64)
def _epsg_crs(code: int) -> CRS:
    try:
        return CRS.from_epsg(code)
    except CRSError as error:
        raise UnknownDatum(f"没有代码为 EPSG:{code} 的坐标系") from error


def to_cgcs2000(geometries: Sequence[Any] | Geometries, datum: Datum) -> Geometries:
    """Bring geometries to longitude/latitude in CGCS2000 (EPSG:4490), lon before lat, not rounded.

    Parameters
    ----------
    geometries : in `datum`, x before y. None stays None and empty stays empty; Z and M are dropped.

    Returns
    -------
    A new object array. A coordinate outside what the projection can express becomes infinite, which
    `geodata.geometry.problems` then reports.

    Raises
    ------
    NoDatumTransformation
        For old Chinese datums (Beijing 54, Xi'an 80) and others without a published way better than 5 m.

    Examples
    --------
    >>> from shapely import Point
    >>> district_centre = to_cgcs2000([Point(431920.23, 3731459.56)], Datum("EPSG:4547"))[0]
    >>> round(district_centre.x, 6), round(district_centre.y, 6)
    (113.2656, 33.7075)
    """
    match datum.name:
        case "GCJ-02":
            return _moved(geometries, gcj02_to_wgs84)
        case "BD-09":
            return _moved(geometries, lambda lon, lat: gcj02_to_wgs84(*bd09_to_gcj02(lon, lat)))
        case _:
            return _moved(geometries, _transformation(datum, forward=True))


def from_cgcs2000(geometries: Sequence[Any] | Geometries, datum: Datum) -> Geometries:
    """Bring CGCS2000 longitude/latitude geometries to `datum`: the way back of `to_cgcs2000`.

    >>> from shapely import Point
    >>> from_cgcs2000([Point(113.2656, 33.7075)], Datum("EPSG:4526"))[0].x // 1_000_000
    38.0
    """
    match datum.name:
        case "GCJ-02":
            return _moved(geometries, wgs84_to_gcj02)
        case "BD-09":
            return _moved(geometries, lambda lon, lat: gcj02_to_bd09(*wgs84_to_gcj02(lon, lat)))
        case _:
            return _moved(geometries, _transformation(datum, forward=False))


def _moved(geometries: Sequence[Any] | Geometries, move: Movement) -> Geometries:
    moved: Geometries = shapely.transform(geometry_array(geometries), move, interleaved=False)
    return moved


def _transformation(datum: Datum, *, forward: bool) -> Movement:
    """Give the function (x, y) -> (x, y) between an EPSG system and CGCS2000 longitude/latitude."""
    transformer = _transformer(datum.epsg or 0)
    if transformer is None:
        return lambda lon, lat: (lon, lat)
    if not forward:
        return lambda lon, lat: transformer.transform(lon, lat, direction="INVERSE")
    return lambda x, y: _unprojected(transformer, x, y)


def _unprojected(transformer: Transformer, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Transform, and make infinite what does not come back to where it was.

    PROJ wraps a northing of 10^9 m, or an easting with a zone prefix too many, around the Earth to some other place.
    """
    lon, lat = transformer.transform(x, y)
    with np.errstate(invalid="ignore"):
        x_again, y_again = transformer.transform(lon, lat, direction="INVERSE")
        is_true = (np.abs(x_again - x) < 1) & (np.abs(y_again - y) < 1)
    return np.where(is_true, lon, np.inf), np.where(is_true, lat, np.inf)


@lru_cache(maxsize=64)
def _transformer(code: int) -> Transformer | None:
    """Build the way from an EPSG system to CGCS2000; None where the numbers stay as they are."""
    if code in (CGCS2000, WGS84):
        return None
    crs = _epsg_crs(code)
    # A plane on CGCS2000 or WGS84 is only un-projected: between the two, PROJ has but a null "ballpark" step.
    base = crs.geodetic_crs.to_epsg() if crs.geodetic_crs else None
    if base in (CGCS2000, WGS84):
        return Transformer.from_crs(crs, base, always_xy=True)
    _require_published_way(crs, code)
    return Transformer.from_crs(crs, WGS84, always_xy=True, allow_ballpark=False)


def _require_published_way(crs: CRS, code: int) -> None:
    with warnings.catch_warnings():
        # PROJ would be better still with grids that we do not ship: not worth a line for every file.
        warnings.simplefilter("ignore")
        ways = _published_ways(crs)
    is_good = any(0 <= way.accuracy <= WORST_ACCEPTED_ACCURACY_M for way in ways)
    base = crs.geodetic_crs.to_epsg() if crs.geodetic_crs else None
    if not is_good or base in OLD_CHINESE_DATUMS:
        raise NoDatumTransformation(
            f"EPSG:{code}（{crs.name}）到 CGCS2000 没有公开的、优于 {WORST_ACCEPTED_ACCURACY_M:.0f} 米的转换参数："
            "请先由测绘单位用控制点转换到 CGCS2000"
        )


def _published_ways(crs: CRS) -> list[Transformer]:
    try:
        return TransformerGroup(crs, WGS84, always_xy=True, allow_ballpark=False).transformers
    except ProjError:
        return []


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Shift WGS84 degrees the way Chinese map providers must; identity outside `GCJ02_BOUNDS`.

    >>> lon, lat = wgs84_to_gcj02(121.5272106, 31.1774276)
    >>> round(float(lon), 7), round(float(lat), 7)
    (121.5315419, 31.175304)
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    dlon, dlat = _gcj02_shift(lon, lat)
    shifted = _within(GCJ02_BOUNDS, lon, lat)
    return np.where(shifted, lon + dlon, lon), np.where(shifted, lat + dlat, lat)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Undo `wgs84_to_gcj02` to 1e-9 degrees or better.

    In the 600 m wide seam along the edge of `GCJ02_BOUNDS`, far from any land of China, a shifted point may have
    two origins or none; the one inside the box is taken, else the point itself.

    >>> lon, lat = gcj02_to_wgs84(*wgs84_to_gcj02(113.2656, 33.7075))
    >>> round(float(lon), 9), round(float(lat), 9)
    (113.2656, 33.7075)
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    origin = _fixed_point(_gcj02_shift, lon, lat)
    shifted = _within(GCJ02_BOUNDS, *origin)
    return np.where(shifted, origin[0], lon), np.where(shifted, origin[1], lat)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Add Baidu's second shift. The formula knows no box: it moves every point on Earth.

    >>> lon, lat = gcj02_to_bd09(116.404, 39.915)
    >>> round(float(lon), 7), round(float(lat), 7)
    (116.4103695, 39.921337)
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    dlon, dlat = _bd09_shift(lon, lat)
    finite = np.isfinite(lon) & np.isfinite(lat)
    return np.where(finite, lon + dlon, lon), np.where(finite, lat + dlat, lat)


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Undo `gcj02_to_bd09` to 1e-9 degrees or better.

    The formula usually copied is 0.13 m off; this one iterates.
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    origin = _fixed_point(_bd09_shift, lon, lat)
    finite = np.isfinite(lon) & np.isfinite(lat)
    return np.where(finite, origin[0], lon), np.where(finite, origin[1], lat)


def _fixed_point(shift: Movement, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Find w with w + shift(w) = (lon, lat): each pass divides the error by a hundred or more.

    Four or five passes leave nothing but rounding in China, eight even in the far corners of the box.
    """
    origin_lon, origin_lat = lon, lat
    for _ in range(8):
        dlon, dlat = shift(origin_lon, origin_lat)
        steps = np.abs(lon - dlon - origin_lon) + np.abs(lat - dlat - origin_lat)
        origin_lon, origin_lat = lon - dlon, lat - dlat
        if np.max(steps, initial=0.0, where=np.isfinite(steps)) < 1e-12:
            break
    return origin_lon, origin_lat


def _gcj02_shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Give the offset in degrees of the GCJ-02 formula (Krasovsky ellipsoid), without its box."""
    semi_major, eccentricity_squared = 6378245.0, 0.00669342162296594323
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        x, y = lon - 105.0, lat - 35.0
        ripple = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
        north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
        north += (ripple + 20 * np.sin(np.pi * y) + 40 * np.sin(np.pi / 3 * y)) * 2 / 3
        north += (160 * np.sin(np.pi / 12 * y) + 320 * np.sin(np.pi / 30 * y)) * 2 / 3
        east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
        east += (ripple + 20 * np.sin(np.pi * x) + 40 * np.sin(np.pi / 3 * x)) * 2 / 3
        east += (150 * np.sin(np.pi / 12 * x) + 300 * np.sin(np.pi / 30 * x)) * 2 / 3
        latitude = np.radians(lat)
        m = 1 - eccentricity_squared * np.sin(latitude) ** 2
        meridian_radius = semi_major * (1 - eccentricity_squared) / (m * np.sqrt(m))
        parallel_radius = semi_major / np.sqrt(m) * np.cos(latitude)
        return np.degrees(east / parallel_radius), np.degrees(north / meridian_radius)


def _bd09_shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    # Some published ports use pi in place of x_pi, which is up to 73 m wrong.
    x_pi = np.pi * 3000 / 180
    with np.errstate(invalid="ignore"):
        radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * x_pi)
        angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * x_pi)
        return radius * np.cos(angle) + 0.0065 - lon, radius * np.sin(angle) + 0.006 - lat


def metric_srid(lon: ArrayLike, lat: ArrayLike) -> Integers:
    """Name the plane in which a place is measured in metres.

    Inside `CHINA_BOUNDS` the 3-degree Gauss-Krueger zone of CGCS2000 without zone prefix (EPSG:4534 at 75 E to 4554
    at 135 E), elsewhere the UTM zone of WGS84 (326zz north, 327zz south; the exceptions around Norway and Svalbard
    are not made). A border belongs to the zone east of it. 0 where there is no place (NaN, infinite, out of range).

    >>> metric_srid([113.2656, 9.52, -78.6], [33.7075, 47.14, 35.8]).tolist()
    [4547, 32632, 32617]
    """
    lon, lat = np.broadcast_arrays(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
    real = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    lon, lat = np.where(real, lon, 0.0), np.where(real, lat, 0.0)
    gauss_krueger = 4534 + np.floor((lon + 1.5) / 3).astype(np.int64) - 25
    utm = np.where(lat >= 0, 32600, 32700) + np.floor((lon + 180) / 6).astype(np.int64) % 60 + 1
    srid = np.where(_within(CHINA_BOUNDS, lon, lat), gauss_krueger, utm)
    return np.where(real, srid, 0)


def metric_zone_name(srid: int) -> str:
    """Say what officers call the plane of `metric_srid`.

    >>> metric_zone_name(4547), metric_zone_name(32617)
    ('CGCS2000 3度带 中央子午线114°E', 'WGS 84 / UTM 17N')
    """
    if 4534 <= srid <= 4554:
        return f"CGCS2000 3度带 中央子午线{75 + 3 * (srid - 4534)}°E"
    return f"WGS 84 / UTM {srid % 100}{'N' if srid < 32700 else 'S'}"


def scale_factor(lon: ArrayLike, lat: ArrayLike, srid: ArrayLike) -> Floats:
    """Give the point scale factor: metres in the plane `srid` for one metre on the ground at a place.

    Right to 1e-9 (PROJ's own factors of a conformal projection). NaN where `srid` is 0 or the place is not finite.

    >>> scale_factor([113.2656], [33.7075], [4547]).round(6).tolist()
    [1.000057]
    """
    lon, lat, srid = np.broadcast_arrays(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float), srid)
    factor = np.full(lon.shape, np.nan)
    for zone in np.unique(srid):
        here = (srid == zone) & np.isfinite(lon) & np.isfinite(lat)
        if zone and here.any():
            factor[here] = _projection(int(zone)).get_factors(lon[here], lat[here]).meridional_scale
    return factor


@lru_cache(maxsize=128)
def _projection(srid: int) -> Proj:
    return Proj(_epsg_crs(srid))


def _within(bounds: tuple[float, float, float, float], lon: Floats, lat: Floats) -> Booleans:
    xmin, ymin, xmax, ymax = bounds
    return (lon >= xmin) & (lon <= xmax) & (lat >= ymin) & (lat <= ymax)
