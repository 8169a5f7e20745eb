"""One zone, and an enterprise with its zones."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.enterprises.queries import own_id
from backend.enterprises.schemas import EnterpriseBrief
from backend.enterprises.service import enterprise_facts
from backend.grades import GRADE_BASIS
from backend.jurisdictions.actors import Actor
from backend.register.history import as_of
from backend.register.rows import one_row, own_fields, place, place_columns, true_area_m2, true_perimeter_m
from backend.web.parameters import Key
from backend.zones.models import Zone
from backend.zones.queries import visible_zones
from backend.zones.schemas import EnterpriseWithZones, ZoneBrief, ZoneOut


def enterprise_with_zones(
    session: Session, actor: Actor, key: Key, moment: datetime | None = None
) -> EnterpriseWithZones:
    """An enterprise that exists for `actor`, with its zones, as of `moment` (None: the present)."""
    facts = enterprise_facts(session, actor, key, moment)
    rows = (
        visible_zones(actor)
        .where(Zone.enterprise_id == facts["id"])
        .order_by(Zone.grade.asc().nulls_last(), Zone.name, Zone.number)
    )
    zones = session.scalars(as_of(rows, moment))
    return EnterpriseWithZones(**facts, zones=[ZoneBrief.model_validate(zone) for zone in zones])


def zone_out(session: Session, actor: Actor, key: Key, moment: datetime | None = None) -> ZoneOut:
    """A zone that exists for `actor`, as of `moment` (None: the present)."""
    rows = visible_zones(actor).add_columns(
        own_id(actor, Zone.enterprise_id).label("own_enterprise_id"),
        Enterprise.number.label("enterprise_number"),
        Enterprise.name.label("enterprise_name"),
        Enterprise.grade.label("enterprise_grade"),
        true_area_m2(Zone.boundary_metric, Zone.metric_k).label("area_m2"),
        true_perimeter_m(Zone.boundary_metric, Zone.metric_k).label("perimeter_m"),
        *place_columns(Zone.boundary),
    )
    row = one_row(session, as_of(rows, moment), Zone, key)._mapping
    zone: Zone = row["Zone"]
    return ZoneOut(
        **own_fields(zone, ZoneOut),
        **place(row),
        enterprise=EnterpriseBrief(
            id=row["own_enterprise_id"],
            number=row["own_enterprise_id"] and row["enterprise_number"],
            name=row["enterprise_name"],
            grade=row["enterprise_grade"],
        ),
        grade_basis=GRADE_BASIS,
        area_m2=row["area_m2"],
        perimeter_m=row["perimeter_m"],
    )
