"""Whether places can be used and lie where they should; what only looks odd is mentioned."""

from typing import Literal, TypeAlias

import numpy as np
import shapely

from backend.importing.checking.findings import Findings, Mask
from backend.importing.checking.places import Places, describe, describe_each, say
from backend.importing.fields import Kind, Shape
from backend.jurisdictions.territory import Territory
from geodata.arrays import Floats, Geometries
from geodata.crs import GCJ02_BOUNDS, Datum, from_cgcs2000, metric_srid, scale_factor, to_cgcs2000
from geodata.geometry import all_problems

Outside: TypeAlias = Literal["accept", "warn", "quarantine"]

FIELD = "坐标"
NEAR_M = 5_000
# Farther than this from the district's box a distance tells nothing: the coordinates are wrong.
FAR_DEG = 1.0
COMMON_POINT = 5


def judge_presence(places: Places, kind: Kind, findings: Findings, notices: list[str]) -> None:
    """Find rows without a place where one is needed; elsewhere they are counted."""
    missing = shapely.is_missing(places.original) & findings.good
    if kind.is_place_required:
        findings.add(missing, FIELD, "没有坐标", code="no_place")
    else:
        say(notices, missing, "行没有坐标，导入后未上图")


def judge_places(
    places: Places, datum: Datum, shape: Shape, *, district: Territory | None, findings: Findings
) -> None:
    """Find places that cannot be used at all: not finite, 0/0, swapped, wrong sign, invalid, too large."""
    if district is not None and not datum.is_lonlat:
        _find_swapped_axes(places, datum, district, findings)
    present = np.flatnonzero(~shapely.is_missing(places.canonical) & findings.good)
    expected = None if district is None else district.bounds_with_margin
    found = all_problems(places.canonical[present], kind=shape, expected=expected)
    for index, problems in found.items():
        position = int(present[index])
        for problem in problems:
            findings.add_one(
                position,
                FIELD,
                describe(places.original[position]),
                problem.reason,
                code=problem.code,
                hint=problem.hint,
            )


def judge_outside(
    places: Places,
    datum: Datum,
    district: Territory,
    outside: Outside,
    findings: Findings,
    notices: list[str],
) -> None:
    """Hold places against the district: near its edge is a warning, far away a finding; `outside` says otherwise."""
    usable = Places(_only(findings.good, places.original), _only(findings.good, places.canonical))
    metres = metres_outside(usable.canonical, district)
    is_outside = metres > 0
    refused = metres > {"accept": np.inf, "warn": NEAR_M, "quarantine": 0}[outside]
    findings.add(
        refused,
        FIELD,
        f"在{district.name}界外",
        code="outside",
        values=describe_each(places.original, refused),
        hint=[_distance_words(each) for each in metres[refused]],
    )
    say(notices, is_outside & ~refused, f"行的位置在{district.name}界外，请核对")
    if is_outside.any() and datum.is_lonlat and datum.epsg is not None:
        _suspect_an_offset(usable, is_outside, district, notices)


def _only(where: Mask, geometries: Geometries) -> Geometries:
    kept = geometries.copy()
    kept[~where] = None
    return kept


def metres_outside(canonical: Geometries, district: Territory) -> Floats:
    """Measure how far places lie outside the district: 0 inside or without a place, infinite beyond a degree or so."""
    metres = np.zeros(len(canonical))
    away = ~shapely.is_missing(canonical) & ~shapely.intersects(district.geometry, canonical)
    xmin, ymin, xmax, ymax = district.geometry.bounds
    around = shapely.box(xmin - FAR_DEG, ymin - FAR_DEG, xmax + FAR_DEG, ymax + FAR_DEG)
    near = away & shapely.intersects(around, canonical)
    metres[away & ~near] = np.inf
    if near.any():
        plane = Datum(f"EPSG:{int(metric_srid((xmin + xmax) / 2, (ymin + ymax) / 2))}")
        bounds = shapely.bounds(canonical[near])
        lon, lat = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
        flat = shapely.distance(
            from_cgcs2000([district.geometry], plane)[0], from_cgcs2000(canonical[near], plane)
        )
        # Beside rounding, a place outside must not come out as 0 = inside.
        metres[near] = np.maximum(flat / scale_factor(lon, lat, plane.epsg or 0), 1e-3)
    return metres


def _find_swapped_axes(places: Places, datum: Datum, district: Territory, findings: Findings) -> None:
    """Recognise projected coordinates given as (north, east), as Chinese surveying names its X and Y."""
    away = ~shapely.is_missing(places.original) & ~shapely.intersects(district.geometry, places.canonical)
    swapped = shapely.transform(places.original[away], lambda xy: xy[:, ::-1])
    fits = shapely.intersects(district.geometry, to_cgcs2000(swapped, datum))
    where = away.copy()
    where[away] = fits
    findings.add(
        where,
        FIELD,
        "疑似 X、Y 颠倒（测量上 X 为北、Y 为东）",
        code="suspected_swap",
        values=describe_each(places.original, where),
        hint=[f"对调后为 {describe(geometry)}" for geometry in swapped[fits]],
    )


def _suspect_an_offset(places: Places, is_outside: Mask, district: Territory, notices: list[str]) -> None:
    """Say so when far fewer places would lie outside, were they in a datum that hides behind WGS 84."""
    xmin, ymin, xmax, ymax = district.geometry.bounds
    if not shapely.box(*GCJ02_BOUNDS).contains(shapely.box(xmin, ymin, xmax, ymax)):
        return
    count = int(is_outside.sum())
    for name in ("GCJ-02", "BD-09"):
        inside = shapely.intersects(district.geometry, to_cgcs2000(places.original, Datum(name)))
        left = int((~shapely.is_missing(places.canonical) & ~inside).sum())
        if left <= count / 2:
            notices.append(f"若按 {name} 换算，界外的行由 {count} 减为 {left}：请核对坐标系（--datum）")
            return


def suspect_a_common_point(places: Places, notices: list[str]) -> None:
    """Say so when many rows share one point: a geocoder that finds nothing answers with the middle of the place."""
    points = places.original[shapely.get_type_id(places.original) == 0]
    different, counts = np.unique(shapely.get_coordinates(points), axis=0, return_counts=True)
    if len(counts) and counts.max() >= COMMON_POINT:
        common = describe(shapely.Point(different[counts.argmax()]))
        notices.append(f"{counts.max()} 行的坐标同为 {common}：若由地址换算而来，可能没有找到确切位置")


def _distance_words(metres: float) -> str:
    return f"距边界约 {metres / 1000:.1f} 公里" if np.isfinite(metres) else "离得很远，坐标或坐标系可能有误"
