"""The map of a printed report: boundaries, corridors, receptors, sites in their grade, and the nearest connections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geoalchemy2 import Geometry
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, or_, type_coerce
from sqlalchemy.orm import Session

from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area
from backend.jurisdictions.queries import visible_areas
from backend.printing.drawing import (
    SIGN_MM,
    Box,
    Frame,
    Labels,
    clipped,
    drawn,
    fitted,
    grade_sign,
    hatch,
    letter_sign,
    sheet,
)
from backend.proximity.describing import moment_of
from backend.proximity.ends import frame_of
from backend.proximity.map_legend import legend_parts
from backend.proximity.map_signs import BY_GRADE, CONNECTION, DISTRICT, SIGNS, STROKES, TOWNSHIP, grade_of
from backend.proximity.models import ProximityRun
from backend.proximity.places import Places, places_of
from backend.register.history import as_of
from geodata.arrays import Geometries, geometry_array
from geodata.crs import metric_zone_name

# A sheet of A4 across, within its margins; the legend stands to the right of the map.
WIDTH_MM, HEIGHT_MM, LEGEND_MM = 261.0, 158.0, 58.0
MOST_LABELS = 60
CHINA: Box = (73.0, 18.0, 135.0, 54.0)
Document = Mapping[str, Any]


@dataclass(frozen=True)
class RunMap:
    """Maps as SVG, each with what it is of, and the sentences that belong under them."""

    sheets: Mapping[str, str]
    notes: list[str]


@dataclass(frozen=True)
class Drawn:
    """What a map is drawn from: places, boundaries, and the pairs whose connections are shown with their lines."""

    places: Places
    areas: gpd.GeoDataFrame
    shown: Sequence[Document]
    lines: Geometries


def map_of(
    session: Session, actor: Actor, run: ProximityRun, district: str, pairs: Sequence[Document]
) -> RunMap:
    """Draw the sites of a run and some of its pairs: the whole district, and where most of the pairs are.

    Parameters
    ----------
    district : its code.
    pairs : documents, those that are to be labelled first come first; a unit and its own place are no connection.
    """
    shown = [each for each in pairs if not each["is_own"]]
    drawn_from = Drawn(
        places_of(session, run, {UUID(each["target"]["id"]) for each in shown}),
        boundaries(session, actor, run, district),
        shown,
        geometry_array([shapely.LineString(each["line"]) for each in shown]),
    )
    width = WIDTH_MM - LEGEND_MM
    frames = {"全图": fitted(whole(drawn_from), width, HEIGHT_MM)}
    if shown:
        nearer = fitted(most_of(drawn_from), width, HEIGHT_MM)
        if nearer.denominator <= frames["全图"].denominator / 2:
            frames["局部图"] = nearer
    sheets = {title: sheet_of(frame, drawn_from) for title, frame in frames.items()}
    return RunMap(sheets, notes(frames["全图"], drawn_from.areas))


def sheet_of(frame: Frame, of: Drawn) -> str:
    """One map with its legend."""
    sites, targets = on_paper(frame, of.places.sites), on_paper(frame, of.places.targets)
    lines, labels = frame.on_paper(of.lines), Labels(frame)
    signs = [*target_signs(targets, labels), *site_signs(sites, labels)]
    clip, inside = clipped(
        frame,
        [
            *area_parts(frame, of.areas),
            *corridor_parts(targets),
            *ground_parts(targets, sites),
            *(drawn(line, **CONNECTION) for line in lines),
            *signs,
            *label_parts(of.shown, lines, targets, sites, labels),
            *township_names(frame, of.areas, labels),
        ],
    )
    patterns = [clip, *(hatch(grade) for grade in BY_GRADE.values())]
    legend = legend_parts(frame, sites, targets, of.areas, lines)
    return sheet(WIDTH_MM, HEIGHT_MM, patterns, [inside, *legend])


# ---------------------------------------------------------------- what is on it


def boundaries(session: Session, actor: Actor, run: ProximityRun, district: str) -> gpd.GeoDataFrame:
    """The district and its townships at the run's moment: `name`, `level`, `is_indicative`."""
    rows = (
        visible_areas(actor)
        .where(or_(Area.code == district, Area.parent_code == district), Area.boundary.is_not(None))
        .with_only_columns(
            Area.name,
            Area.level,
            Area.is_indicative,
            func.ST_AsBinary(type_coerce(Area.boundary, Geometry)).label("place"),
        )
        .order_by(Area.code)
    )
    return frame_of(session, as_of(rows, moment_of(run)))


def whole(of: Drawn) -> Box:
    """The district with all connections and sites; China while there is nothing at all."""
    everything = geometry_array([*of.areas.geometry, *of.places.sites.geometry, *of.lines])
    xmin, ymin, xmax, ymax = shapely.total_bounds(everything).tolist() if len(everything) else CHINA
    return xmin, ymin, xmax, ymax


def most_of(of: Drawn) -> Box:
    """Where four fifths of the shown connections are, those with receptors where there are any."""
    is_receptor = np.array([each["target"]["layer"] == "receptors" for each in of.shown], dtype=bool)
    bounds = shapely.bounds(of.lines[is_receptor] if is_receptor.any() else of.lines)
    xmin, ymin = np.percentile(bounds[:, :2], 10, axis=0).tolist()
    xmax, ymax = np.percentile(bounds[:, 2:], 90, axis=0).tolist()
    return min(xmin, xmax), min(ymin, ymax), max(xmin, xmax), max(ymin, ymax)


def on_paper(frame: Frame, rows: gpd.GeoDataFrame) -> pd.DataFrame:
    """Rows with `shape` and the point `x`, `y` of their sign, millimetres; `is_inside` the frame."""
    table = pd.DataFrame(rows.drop(columns="geometry"))
    shapes = frame.on_paper(geometry_array(rows.geometry.to_numpy()))
    points = shapely.point_on_surface(shapes)
    points[shapely.is_empty(points)] = None
    table["shape"] = pd.Series(list(shapes), index=table.index, dtype=object)
    table["x"], table["y"] = shapely.get_x(points), shapely.get_y(points)
    is_inside = [
        bool(np.isfinite(x)) and frame.holds(x, y) for x, y in zip(table["x"], table["y"], strict=True)
    ]
    table["is_inside"] = np.array(is_inside, dtype=bool)
    return table


def area_parts(frame: Frame, areas: gpd.GeoDataFrame) -> list[str]:
    """Outlines of townships, then of the district over them."""
    # As lines: an area that is cut off at the frame would be outlined along the cut.
    outlines = frame.on_paper(shapely.boundary(geometry_array(areas.geometry.to_numpy())))
    parts = list(zip(outlines, areas["level"], strict=True))
    townships = [drawn(line, **TOWNSHIP) for line, level in parts if level == "township"]
    return [*townships, *(drawn(line, **DISTRICT) for line, level in parts if level != "township")]


def township_names(frame: Frame, areas: gpd.GeoDataFrame, labels: Labels) -> list[str]:
    """Names of the townships where there is room, last of all."""
    some = areas[areas["level"] == "township"]
    table = on_paper(frame, some)
    return [
        labels.placed(row["name"], row["x"], row["y"], 3.0, away=0.0)
        for _, row in table.iterrows()
        if row["is_inside"]
    ]


def corridor_parts(targets: pd.DataFrame) -> list[str]:
    """Corridors, first all outer lines, then all inner ones, so that crossings are open."""
    corridors = targets[targets["layer"] == "corridors"]
    most = max(len(strokes) for strokes in STROKES.values())
    return [
        drawn(row["shape"], **STROKES[row["kind"]][place])
        for place in range(most)
        for _, row in corridors.iterrows()
        if place < len(STROKES[row["kind"]])
    ]


def ground_parts(targets: pd.DataFrame, sites: pd.DataFrame) -> list[str]:
    """The grounds of receptors, and of sites in their grade."""
    grounds = targets[targets["layer"] == "receptors"]
    receptors = [
        drawn(row["shape"], fill="gainsboro", stroke="black", stroke_width=0.2)
        for _, row in grounds.iterrows()
        if is_ground(row["shape"])
    ]
    plots = [
        drawn(
            row["shape"],
            fill=f"url(#hatch-{grade_of(row).key})",
            stroke=grade_of(row).stroke,
            stroke_width=0.25,
        )
        for _, row in worst_last(sites).iterrows()
        if is_ground(row["shape"])
    ]
    return [*receptors, *plots]


def is_ground(shape: BaseGeometry) -> bool:
    """Whether a shape of the paper has an area."""
    return shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty


def worst_last(sites: pd.DataFrame) -> pd.DataFrame:
    """Sites so that the worst are drawn over the others."""
    return sites.sort_values("grade", ascending=False, na_position="first", kind="stable")


def target_signs(targets: pd.DataFrame, labels: Labels) -> list[str]:
    """A sign for each receptor."""
    receptors = targets[(targets["layer"] == "receptors") & targets["is_inside"]]
    for _, row in receptors.iterrows():
        labels.take(row["x"], row["y"], SIGN_MM)
    return [letter_sign(SIGNS[row["kind"]], row["x"], row["y"]) for _, row in receptors.iterrows()]


def site_signs(sites: pd.DataFrame, labels: Labels) -> list[str]:
    """A square for each site, the worst over the others."""
    inside = worst_last(sites[sites["is_inside"]])
    for _, row in inside.iterrows():
        labels.take(row["x"], row["y"], SIGN_MM)
    return [grade_sign(grade_of(row), row["x"], row["y"]) for _, row in inside.iterrows()]


def label_parts(
    shown: Sequence[Document],
    lines: Geometries,
    targets: pd.DataFrame,
    sites: pd.DataFrame,
    labels: Labels,
) -> list[str]:
    """Sites' names, distances and targets' names of the first pairs, as far as there is room."""
    points = {
        str(row["id"]): (row["x"], row["y"])
        for table in (targets[targets["layer"] == "receptors"], sites)
        for _, row in table.iterrows()
        if row["is_inside"]
    }
    nearest = [pair for pair in zip(shown, lines, strict=True) if not pair[1].is_empty][:MOST_LABELS]
    names = {
        end: {each[end]["id"]: each[end]["name"] for each, _ in nearest if each[end]["id"] in points}
        for end in ("site", "target")
    }
    return [
        *(labels.placed(short(name), *points[key], 2.5) for key, name in names["site"].items()),
        *(distance_label(each, line, labels) for each, line in nearest if line.length > 0),
        *(labels.placed(short(name), *points[key], 2.5) for key, name in names["target"].items()),
    ]


def distance_label(document: Document, line: BaseGeometry, labels: Labels) -> str:
    """How long a connection is, beside its middle."""
    middle = line.interpolate(0.5, normalized=True)
    xmin, ymin, xmax, ymax = line.bounds
    said, is_flat = f"{document['distance_m']:.0f} 米", xmax - xmin > ymax - ymin
    return labels.placed(said, middle.x, middle.y, 2.3, away=0.6, is_above=is_flat)


def short(name: str, longest: int = 14) -> str:
    """A name that fits a map; the table has the whole.

    >>> short("平顶山市湛河区某某化工有限责任公司")
    '平顶山市湛河区某某化工有限…'
    """
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def notes(frame: Frame, areas: gpd.GeoDataFrame) -> list[str]:
    """What has to be known to read the map."""
    indicative = "边界为示意。" if areas["is_indicative"].any() else ""
    return [
        (
            f"投影：{metric_zone_name(frame.srid)}。比例尺在按原大（A4）打印时有效；比例尺条为图幅中心的实地距离。"
            f"图的上方为坐标北，未改正子午线收敛角。{indicative}"
        ),
        "图上画出结果表所列各对的连线和目标，以及全部已上图的单位；距离和名称在放得下处标注，防护目标和距离近的优先，全部见结果表。",
    ]
