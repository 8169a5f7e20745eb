"""One receptor, one corridor."""

from datetime import datetime

from sqlalchemy import func
from sqlalchemy.orm import Session

from backend.enterprises.queries import own_id
from backend.jurisdictions.actors import Actor
from backend.register.history import as_of
from backend.register.rows import one_row, own_fields, place, place_columns, term, true_area_m2, true_length_m
from backend.surroundings.models import CORRIDOR_CLASSES, RECEPTOR_KINDS, Corridor, Receptor
from backend.surroundings.queries import visible_corridors, visible_receptors
from backend.surroundings.schemas import CorridorOut, ReceptorOut
from backend.web.parameters import Key


def receptor_out(session: Session, actor: Actor, key: Key, moment: datetime | None = None) -> ReceptorOut:
    """A receptor that exists for `actor`, as of a moment; None is the present."""
    rows = visible_receptors(actor).add_columns(
        own_id(actor, Receptor.enterprise_id).label("own_enterprise_id"),
        func.nullif(true_area_m2(Receptor.place_metric, Receptor.metric_k), 0).label("area_m2"),
        *place_columns(Receptor.place),
    )
    row = one_row(session, as_of(rows, moment), Receptor, key)._mapping
    receptor: Receptor = row["Receptor"]
    return ReceptorOut(
        **own_fields(receptor, ReceptorOut)
        | {"kind": term(RECEPTOR_KINDS, receptor.kind), "enterprise_id": row["own_enterprise_id"]},
        **place(row),
        area_m2=row["area_m2"],
    )


def corridor_out(session: Session, actor: Actor, key: Key, moment: datetime | None = None) -> CorridorOut:
    """A corridor that exists for `actor`, as of a moment; None is the present."""
    rows = visible_corridors(actor).add_columns(
        true_length_m(Corridor.centreline_metric, Corridor.metric_k).label("length_m"),
        *place_columns(Corridor.centreline),
    )
    row = one_row(session, as_of(rows, moment), Corridor, key)._mapping
    corridor: Corridor = row["Corridor"]
    return CorridorOut(
        **own_fields(corridor, CorridorOut) | {"class_": term(CORRIDOR_CLASSES, corridor.class_)},
        **place(row),
        length_m=row["length_m"],
    )
