"""How many rows of each grade (or kind) a reader has, in all and within the view."""

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.grades import CODES
from backend.jurisdictions.actors import Actor
from backend.layers import LAYERS, PublishedLayer
from backend.register.history import as_of
from backend.register.rows import meets
from tiles.grid import Bounds


class LayerCounts(BaseModel):
    """Counts by class: grade codes as text and "null" for 未评定, or the kinds of receptors."""

    total: dict[str, int]
    in_view: dict[str, int] | None


class Counts(BaseModel):
    """Counts of every layer that has classes, under the reader's scope."""

    layers: dict[str, LayerCounts]
    unplaced: int


def counts(
    session: Session,
    actor: Actor,
    view: Bounds | None,
    moment: datetime | None = None,
    *,
    sector: str | None = None,
) -> Counts:
    """Count each layer's classes, as the map shows them.

    Parameters
    ----------
    view : degrees of longitude and latitude.
    moment : as of when; None is the present.
    sector : only enterprises of this sector and their zones; of a zone that reaches into a neighbour's territory the
        sector is not told. Other layers are of no sector and are counted whole.
    """
    return Counts(
        layers={
            layer.name: layer_counts(session, actor, layer, view, moment, sector)
            for layer in LAYERS.values()
            if layer.classes is not None
        },
        unplaced=unplaced(session, actor, moment, sector),
    )


def layer_counts(
    session: Session,
    actor: Actor,
    layer: PublishedLayer,
    view: Bounds | None,
    moment: datetime | None,
    sector: str | None,
) -> LayerCounts:
    """Count one layer in a single pass over the reader's rows."""
    chosen = layer.rows(actor, str(layer.classes))
    # Those that a tile tells the sector of are those that the map can limit to one.
    if sector is not None and "sector" in layer.tiles.fields:
        chosen = chosen.where(layer.column("sector", actor) == sector)
    rows = chosen.subquery()
    by_class = rows.c[str(layer.classes)]
    in_view = func.count().filter(meets(rows.c.geometry, view)) if view else func.count()
    by_classes = select(by_class, func.count(), in_view).group_by(by_class)
    found = session.execute(as_of(by_classes, moment)).all()
    names = [str(code) for code in CODES] + ["null"] if layer.classes == "grade" else []
    total = dict.fromkeys(names, 0)
    seen = dict.fromkeys(names, 0)
    for key, everywhere, here in found:
        name = "null" if key is None else str(key)
        total[name], seen[name] = everywhere, here
    return LayerCounts(total=total, in_view=seen if view else None)


def unplaced(session: Session, actor: Actor, moment: datetime | None, sector: str | None) -> int:
    """Enterprises that are registered but have no place on the map yet (未上图)."""
    chosen = visible_enterprises(actor).where(Enterprise.location.is_(None))
    if sector is not None:
        chosen = chosen.where(Enterprise.sector_code == sector)
    rows = chosen.subquery()
    return session.scalars(as_of(select(func.count()).select_from(rows), moment)).one()
