"""How far the published layers reach, for one actor."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.jurisdictions.actors import Actor
from backend.layers import PublishedLayer
from backend.register.history import as_of
from tiles.grid import Bounds


def extent(
    session: Session, actor: Actor, layers: Sequence[PublishedLayer], moment: datetime | None = None
) -> Bounds | None:
    """Longitudes and latitudes that hold all that the actor may see of the layers; None where that is nothing.

    `moment` is that of which the register is asked, None the present.
    """
    boxes = [box for layer in layers if (box := layer_extent(session, actor, layer, moment)) is not None]
    if not boxes:
        return None
    xmins, ymins, xmaxs, ymaxs = zip(*boxes, strict=True)
    return Bounds(min(xmins), min(ymins), max(xmaxs), max(ymaxs))


def layer_extent(
    session: Session, actor: Actor, layer: PublishedLayer, moment: datetime | None = None
) -> Bounds | None:
    """The box of one layer."""
    rows = layer.rows(actor).subquery()
    box = func.ST_Extent(rows.c.geometry)
    edges = select(func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box))
    xmin, ymin, xmax, ymax = session.execute(as_of(edges, moment)).one()
    return None if xmin is None else Bounds(xmin, ymin, xmax, ymax)
