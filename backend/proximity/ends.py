"""The two ends of a distance as frames for the kernel: the sites that exist for somebody, and what is near them.

Receptors and corridors are open to every reader, so they stay in memory with their index until one of them changes.
Sites are scoped, and read anew for whoever asks.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import geopandas as gpd
import pandas as pd
import shapely
from geoalchemy2 import Geometry
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, case, func, literal, type_coerce
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.enterprises.queries import own_fact, own_id, visible_enterprises
from backend.jurisdictions.actors import Actor
from backend.proximity.asked import Asked, Start
from backend.proximity.rules import Layer
from backend.register.history import as_of
from backend.register.located import CANONICAL_SRID
from backend.register.revisions import revisions
from backend.risk.models import MajorHazardInstallation
from backend.risk.queries import visible_installations
from backend.surroundings.models import Corridor, Receptor
from backend.surroundings.queries import visible_corridors, visible_receptors
from backend.zones.models import Zone
from backend.zones.queries import visible_zones
from geodata.proximity import Prepared, prepare

Column = SQLColumnExpression[Any]


# ---------------------------------------------------------------- sites


@dataclass(frozen=True)
class Edge:
    """Where a distance may start: the rows of a table, their places, and what the edge of each is called.

    `owner` : id of the enterprise; `own_enterprise` : the same, null where it is not the actor's.
    """

    visible: Callable[[Actor], Select[Any]]
    model: type[Enterprise] | type[Zone] | type[MajorHazardInstallation]
    grade: Column
    place: Column
    called: ColumnElement[str]
    owner: Column
    own_enterprise: Callable[[Actor], Column]


# Without a surveyed outline a distance starts at the site's point, and says so.
EDGES: Mapping[Start, Edge] = {
    "outline": Edge(
        visible_enterprises,
        Enterprise,
        Enterprise.grade,
        type_coerce(func.coalesce(Enterprise.outline, Enterprise.location), Geometry),
        case((Enterprise.outline.is_not(None), "outline"), else_="point"),
        Enterprise.id,
        lambda actor: Enterprise.id,
    ),
    "zone": Edge(
        visible_zones,
        Zone,
        Zone.grade,
        Zone.boundary,
        literal("zone"),
        Zone.enterprise_id,
        # A zone that reaches over a border exists for the neighbour, its enterprise does not.
        lambda actor: own_id(actor, Zone.enterprise_id),
    ),
    "installation": Edge(
        visible_installations,
        MajorHazardInstallation,
        Enterprise.grade,
        MajorHazardInstallation.boundary,
        literal("installation"),
        MajorHazardInstallation.enterprise_id,
        lambda actor: MajorHazardInstallation.enterprise_id,
    ),
}


def edge_rows(actor: Actor, start: Start) -> Select[Any]:
    """The sites that exist for `actor`, with the edge that a distance starts at.

    Returns
    -------
    A select of `id`, `number`, `name`, `grade`, `accuracy_m`, `enterprise_id` (null where it is not the actor's),
    `owner_id`, `enterprise`, `sector`, `has_major_hazard`, `edge` and `place` (WKB; null for what is 未上图).
    """
    edge = EDGES[start]
    columns: list[Column] = [
        edge.model.id.label("id"),
        edge.model.number.label("number"),
        edge.model.name.label("name"),
        edge.grade.label("grade"),
        edge.model.accuracy_m.label("accuracy_m"),
        edge.own_enterprise(actor).label("enterprise_id"),
        edge.owner.label("owner_id"),
        Enterprise.name.label("enterprise"),
        own_fact(actor, Enterprise.sector_code).label("sector"),
        has_hazard(actor, start).label("has_major_hazard"),
        edge.called.label("edge"),
        func.ST_AsBinary(edge.place).label("place"),
    ]
    return edge.visible(actor).with_only_columns(*columns, maintain_column_froms=True)


def has_hazard(actor: Actor, start: Start) -> ColumnElement[bool]:
    """Whether the unit of a row has a major hazard installation that exists for `actor`."""
    with_hazard = visible_installations(actor).with_only_columns(MajorHazardInstallation.enterprise_id)
    return EDGES[start].owner.in_(with_hazard)


def site_rows(actor: Actor, asked: Asked, start: Start, *, whatever_grade: bool = False) -> Select[Any]:
    """Those of `edge_rows` that are asked for.

    What is asked of an enterprise (sector, township, installation) finds rows of those alone that exist for the actor:
    of a zone that reaches over a border it would otherwise tell what is not told of its enterprise. One site that is
    asked for by its id is asked for whatever it is; `whatever_grade` asks for those without a grade too.
    """
    edge, rows = EDGES[start], edge_rows(actor, start)
    if asked.site is not None:
        return rows.where(edge.model.id == asked.site)
    if not whatever_grade:
        rows = rows.where(edge.grade.in_(asked.grade))
    if asked.sector:
        rows = rows.where(own_fact(actor, Enterprise.sector_code).in_(asked.sector))
    if asked.township:
        rows = rows.where(own_fact(actor, Enterprise.township_code).in_(asked.township))
    if asked.major_hazard:
        rows = rows.where(has_hazard(actor, start))
    return rows.order_by(edge.model.number)


def read_sites(
    session: Session, actor: Actor, asked: Asked, start: Start, *, whatever_grade: bool = False
) -> gpd.GeoDataFrame:
    """The rows of `site_rows` as a frame in EPSG:4490, by position; those 未上图 have no geometry."""
    rows = site_rows(actor, asked, start, whatever_grade=whatever_grade)
    return frame_of(session, as_of(rows, asked.at))


# ---------------------------------------------------------------- receptors and corridors


def target_rows(actor: Actor, layer: Layer) -> Select[Any]:
    """What is near: `id`, `number`, `name`, `kind`, `accuracy_m`, `owner_id`, `half_width_m`, `headcount`, `place`."""
    rows: Select[Any]
    model: type[Receptor | Corridor]
    if layer == "receptors":
        rows, model, place = visible_receptors(actor), Receptor, Receptor.place
        own: list[Column] = [
            Receptor.kind,
            Receptor.enterprise_id.label("owner_id"),
            literal(None).label("half_width_m"),
            Receptor.headcount,
        ]
    else:
        rows, model, place = visible_corridors(actor), Corridor, Corridor.centreline
        own = [
            Corridor.class_.label("kind"),
            literal(None).label("owner_id"),
            Corridor.half_width_m,
            literal(None).label("headcount"),
        ]
    common: list[Column] = [model.id, model.number, model.name, model.accuracy_m]
    return rows.with_only_columns(*common, *own, func.ST_AsBinary(place).label("place")).order_by(
        model.number
    )


@dataclass
class Surroundings:
    """The receptors and corridors of the present in memory, each with its index; shared by all threads.

    Whoever finds that the register has moved reads it anew, under a lock, and those who come meanwhile wait for that.
    """

    kept: dict[Layer, tuple[UUID, Prepared]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self, session: Session, actor: Actor, layer: Layer) -> Prepared:
        """The rows of a layer as this session sees them."""
        table = {"receptors": "receptor", "corridors": "corridor"}[layer]
        revision = revisions(session, [table])[table]
        with self.lock:
            found = self.kept.get(layer)
            if found is None or found[0] != revision:
                found = self.kept[layer] = (revision, read_targets(session, actor, layer, None))
            return found[1]


def read_targets(session: Session, actor: Actor, layer: Layer, moment: datetime | None) -> Prepared:
    """The rows of a layer as they were recorded at a moment; None is the present."""
    frame = frame_of(session, as_of(target_rows(actor, layer), moment))
    return prepare(frame, half_width_m="half_width_m" if layer == "corridors" else None, is_checked=True)


def frame_of(session: Session, rows: Select[Any]) -> gpd.GeoDataFrame:
    """Rows with a `place` (WKB) as a frame in EPSG:4490 whose index counts from 0."""
    result = session.execute(rows)
    names = [name for name in list(result.keys()) if name != "place"]
    found = result.all()
    places = shapely.from_wkb([row.place for row in found])
    columns = {
        name: pd.Series([getattr(row, name) for row in found], dtype=FLOATS.get(name, object))
        for name in names
    }
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=list(places), crs=CANONICAL_SRID)


FLOATS: Mapping[str, Any] = {"accuracy_m": "float64", "half_width_m": "float64"}
