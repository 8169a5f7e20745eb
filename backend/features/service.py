"""Features of a published layer, page by page, for one actor."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from backend.errors import NotFound
from backend.jurisdictions.actors import Actor
from backend.layers import PublishedLayer
from backend.register.geojson import geojson_text
from backend.register.history import as_of
from backend.register.rows import meets
from tiles.grid import Bounds


@dataclass(frozen=True)
class Page:
    """Some features in the order of their number; `last` is where the next page goes on, None at the end."""

    features: list[dict[str, Any]]
    matched: int
    last: int | None


def page(
    session: Session,
    actor: Actor,
    layer: PublishedLayer,
    *,
    box: Bounds | None,
    after: int,
    limit: int,
    moment: datetime | None = None,
) -> Page:
    """The features after number `after` whose box meets `box` (degrees), as of `moment` (None: the present)."""
    rows = layer.rows(actor, *layer.properties, box=box)
    if box is not None:
        rows = rows.where(meets(layer.geometry, box))
    matched = session.scalars(as_of(select(func.count()).select_from(rows.subquery()), moment)).one()
    # One more than asked for tells whether there is a next page without counting again.
    wanted = as_features(layer, rows.where(layer.model.number > after)).order_by("number").limit(limit + 1)
    found = session.execute(as_of(wanted, moment)).all()
    shown = found[:limit]
    return Page([feature(row) for row in shown], matched, shown[-1].number if len(found) > limit else None)


def one_feature(
    session: Session,
    actor: Actor,
    layer: PublishedLayer,
    feature_id: UUID,
    moment: datetime | None = None,
) -> dict[str, Any]:
    """The feature with this id, if it exists for `actor` as of `moment` (None: the present)."""
    rows = layer.rows(actor, *layer.properties).where(layer.model.id == feature_id)
    row = session.execute(as_of(as_features(layer, rows), moment)).one_or_none()
    if row is None:
        raise NotFound
    return feature(row)


def as_features(layer: PublishedLayer, rows: Select[Any]) -> Select[Any]:
    """The rows with their geometry as GeoJSON text."""
    row = rows.subquery("row")
    return select(
        row.c.id,
        row.c.number,
        geojson_text(row.c.geometry).label("geojson"),
        *(row.c[name] for name in layer.properties),
    ).select_from(row)


def feature(row: Row[Any]) -> dict[str, Any]:
    """One row as a GeoJSON feature (RFC 7946)."""
    properties = dict(row._mapping)
    return {
        "type": "Feature",
        "id": properties.pop("id"),
        "geometry": orjson.Fragment(properties.pop("geojson")),
        "properties": properties,
    }
