"""The chain behind a grade, read from the register: enterprise → zones → events → measures and people.

What is told of a zone across a border: the zone and what stands behind its grade; of its enterprise the name and the
grade, and nothing that would tell what kind of unit it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from backend.district_time import today
from backend.enterprises.models import Enterprise
from backend.enterprises.queries import own_id, visible_enterprises
from backend.enterprises.schemas import EnterpriseBrief
from backend.enterprises.vocabulary import HAZARD_INSTALLATION_KINDS
from backend.errors import NotFound
from backend.grades import GRADE_BASIS
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.contacts import masked, told_phone
from backend.register.history import as_of
from backend.register.rows import Term, one_row, term
from backend.risk import accidents, explanation, measures
from backend.risk.explanation import (
    ENTERPRISE,
    ZONE,
    Grounds,
    by_grade,
    decided_by,
    duty_term,
    level_set,
    level_term,
)
from backend.risk.major_hazards import LEVEL_NAMES
from backend.risk.models import (
    ControlMeasure,
    MajorHazardInstallation,
    ResponsiblePerson,
    RiskEvent,
    RiskPoint,
)
from backend.risk.queries import visible_events, visible_installations, visible_measures, visible_people
from backend.risk.schemas import (
    DecidingZone,
    Declared,
    Derived,
    EnterpriseExplanation,
    EventOut,
    EventsOut,
    InstallationOut,
    InstallationsOut,
    MeasureOut,
    PersonOut,
    PointBrief,
    Sentence,
    SubstanceOut,
    ZoneExplanation,
)
from backend.risk.vocabulary import RISK_POINT_KINDS
from backend.web.parameters import Key
from backend.zones.models import Zone
from backend.zones.queries import visible_zones
from backend.zones.schemas import ZoneBrief

EVENTS_OF_A_ZONE = 3
"""How many of the events that decide a zone's grade are told with its enterprise; the others are a click away."""


# ---------------------------------------------------------------- a zone


def explain_zone(
    session: Session, actor: Actor, key: Key, *, moment: datetime | None = None, limit: int
) -> ZoneExplanation:
    """Why a zone that exists for `actor` has its grade; at most `limit` of the deciding events are told."""
    rows = visible_zones(actor).add_columns(
        own_id(actor, Zone.enterprise_id).label("own_id"),
        Enterprise.number,
        Enterprise.name,
        Enterprise.grade,
        Enterprise.sector_code,
        Enterprise.scale,
    )
    row = one_row(session, as_of(rows, moment), Zone, key)
    zone: Zone = row[0]
    enterprise = EnterpriseBrief(
        id=row.own_id, number=row.own_id and row.number, name=row.name, grade=row.grade
    )
    counted, residual = counts_of_events(session, actor, [zone.id], moment)
    deciding = deciding_events(session, actor, [zone], moment, limit)[zone.id]
    people = people_of(session, actor, enterprise.id, [zone.id], moment)
    levels = level_set(row.sector_code, row.scale) if enterprise.id else None
    return ZoneExplanation(
        **explained(zone, enterprise),
        **sentences(ZONE, zone, counted[zone.id], deciding, residual[zone.id]),
        kind=zone.kind,
        floor=zone.floor,
        department=zone.department,
        events=by_grade(list(counted[zone.id].items())),
        deciding=deciding,
        deciding_total=deciding_total(zone, counted[zone.id]),
        people=[told_person(actor, each, levels) for each in people if each.zone_id == zone.id],
        missing_levels=missing(levels, zone, people, deciding),
    )


def missing(
    levels: str | None, zone: Zone, people: Iterable[ResponsiblePerson], deciding: Sequence[EventOut]
) -> list[Term] | None:
    """Levels that name nobody: not for the zone, nor for its enterprise, nor for one of the events that decide."""
    if levels is None:
        return None
    duties = {each.duty for each in people if each.zone_id in (None, zone.id)}
    duties |= {event.control_level.code for event in deciding if event.control_level and event.person}
    gaps = explanation.missing_levels(levels, zone.grade, duties)
    return [Term(code=level.code, zh=level.zh, en=level.en) for level in gaps]


def explained(thing: Zone | Enterprise, enterprise: EnterpriseBrief) -> dict[str, Any]:
    """The fields that every explanation begins with."""
    return {
        "id": thing.id,
        "number": thing.number,
        "name": thing.name,
        "enterprise": enterprise,
        "grade": thing.grade,
        "residual_grade": thing.residual_grade,
        "grade_basis": GRADE_BASIS,
        "decided_by": decided_by(thing.declared_grade, thing.derived_grade),
        "declared": Declared(
            grade=thing.declared_grade,
            residual_grade=thing.declared_residual_grade,
            source=thing.source,
            source_id=thing.source_id,
        ),
        "derived": Derived(grade=thing.derived_grade, residual_grade=thing.derived_residual_grade),
        "review_due": thing.review_due,
        "is_overdue": is_overdue(thing.review_due),
    }


def is_overdue(due: date | None) -> bool:
    """Whether a review should have been made before today, in China."""
    return due is not None and due < today()


Counted = dict[int | None, int]


def sentences(
    kind: explanation.Kind,
    thing: Zone | Enterprise,
    counted: Counted,
    deciding: Sequence[EventOut] | Sequence[DecidingZone],
    residual: tuple[Counted, str | None],
) -> dict[str, Sentence]:
    """Why the grade before the measures is what it is, and why the one with them."""
    first = deciding[0] if deciding else None
    reason = first.sentence if isinstance(first, DecidingZone) else None
    if isinstance(first, EventOut) and first.inherent is not None:
        reason = first.inherent.sentence
    left, left_by = residual
    before = Grounds(
        name=thing.name,
        declared=thing.declared_grade,
        derived=thing.derived_grade,
        source=thing.source,
        worst_part=None if first is None else first.name,
        part_reason=reason,
        deciding=counted.get(thing.derived_grade, 0),
        parts=sum(counted.values()),
        ungraded=counted.get(None, 0),
    )
    after = Grounds(
        name=thing.name,
        declared=thing.declared_residual_grade,
        derived=thing.derived_residual_grade,
        source=thing.source,
        worst_part=left_by,
        part_reason=None,
        deciding=left.get(thing.derived_residual_grade, 0),
        parts=sum(left.values()),
        ungraded=left.get(None, 0),
    )
    return {
        "sentence": explanation.sentence_of(kind, before),
        "residual_sentence": explanation.sentence_of(kind, after),
    }


def deciding_total(zone: Zone, counted: Counted) -> int:
    """How many events are as bad as the zone; none where something else decides."""
    return 0 if zone.derived_grade is None else counted.get(zone.derived_grade, 0)


# ---------------------------------------------------------------- events


def event_rows(actor: Actor) -> Select[Any]:
    """Visible events with what they are told with."""
    return (
        visible_events(actor)
        .join(RiskPoint, RiskPoint.id == RiskEvent.risk_point_id)
        .join(Zone, Zone.id == RiskEvent.zone_id)
        .join(Enterprise, Enterprise.id == RiskEvent.enterprise_id)
        .add_columns(
            RiskPoint.id.label("point_id"),
            RiskPoint.number.label("point_number"),
            RiskPoint.name.label("point_name"),
            RiskPoint.kind.label("point_kind"),
            Zone.number.label("zone_number"),
            Zone.name.label("zone_name"),
            Zone.kind.label("zone_kind"),
            Zone.floor.label("zone_floor"),
            Zone.grade.label("zone_grade"),
            own_id(actor, RiskEvent.enterprise_id).label("own_id"),
            Enterprise.number.label("enterprise_number"),
            Enterprise.name.label("enterprise_name"),
            Enterprise.grade.label("enterprise_grade"),
            Enterprise.sector_code.label("sector"),
            Enterprise.scale.label("scale"),
        )
    )


WORST_FIRST = (RiskEvent.grade.asc().nulls_last(), RiskEvent.number)


def events_of_zone(
    session: Session, actor: Actor, key: Key, *, moment: datetime | None = None, page: int, limit: int
) -> EventsOut:
    """A page of the events of a zone that exists for `actor`."""
    zone = one_row(session, as_of(visible_zones(actor).with_only_columns(Zone.id), moment), Zone, key)
    mine = RiskEvent.zone_id == zone.id
    total = session.scalars(
        as_of(visible_events(actor).where(mine).with_only_columns(func.count()), moment)
    ).one()
    rows = event_rows(actor).where(mine).order_by(*WORST_FIRST).limit(limit).offset((page - 1) * limit)
    return EventsOut(items=told_events(session, actor, rows, moment), total=total, page=page, limit=limit)


def one_event(session: Session, actor: Actor, key: Key, *, moment: datetime | None = None) -> EventOut:
    """One event that exists for `actor`."""
    column = RiskEvent.number if isinstance(key, int) else RiskEvent.id
    found = told_events(session, actor, event_rows(actor).where(column == key), moment)
    if not found:
        raise NotFound
    return found[0]


def deciding_events(
    session: Session, actor: Actor, zones: Sequence[Zone], moment: datetime | None, limit: int
) -> dict[UUID, list[EventOut]]:
    """Of each zone the first `limit` events that are as bad as all of them together."""
    place = func.row_number().over(partition_by=RiskEvent.zone_id, order_by=RiskEvent.number)
    # Numbers first: a window over whole rows would carry every assessment of a large enterprise along.
    ranked = (
        visible_events(actor)
        .join(Zone, Zone.id == RiskEvent.zone_id)
        .where(RiskEvent.zone_id.in_([zone.id for zone in zones]), RiskEvent.grade == Zone.derived_grade)
        .with_only_columns(RiskEvent.id, place.label("place"), maintain_column_froms=True)
        .subquery()
    )
    chosen = select(ranked.c.id).where(ranked.c.place <= limit)
    rows = event_rows(actor).where(RiskEvent.id.in_(chosen)).order_by(*WORST_FIRST)
    by_zone: dict[UUID, list[EventOut]] = defaultdict(list)
    for event in told_events(session, actor, rows, moment):
        by_zone[event.zone.id].append(event)
    return by_zone


def counts_of_events(
    session: Session, actor: Actor, zones: Sequence[UUID], moment: datetime | None
) -> tuple[dict[UUID, Counted], dict[UUID, tuple[Counted, str | None]]]:
    """Of each zone its events by grade, and by what the measures leave of it with the name of a worst one."""
    left = func.coalesce(RiskEvent.residual_grade, RiskEvent.grade)
    kinds: list[Any] = [RiskEvent.zone_id, RiskEvent.grade, left.label("left")]
    told = [*kinds, func.count().label("number"), func.min(RiskEvent.name).label("name")]
    grouped = (
        visible_events(actor)
        .where(RiskEvent.zone_id.in_(zones))
        .with_only_columns(*told, maintain_column_froms=True)
        .group_by(*kinds)
    )
    rows = session.execute(as_of(grouped, moment)).all()
    counted: dict[UUID, Counted] = defaultdict(dict)
    residual: dict[UUID, Counted] = defaultdict(dict)
    named: dict[UUID, dict[int | None, str]] = defaultdict(dict)
    for row in rows:
        counted[row.zone_id][row.grade] = counted[row.zone_id].get(row.grade, 0) + row.number
        residual[row.zone_id][row.left] = residual[row.zone_id].get(row.left, 0) + row.number
        named[row.zone_id].setdefault(row.left, row.name)
    worst_left = {
        zone: (residual[zone], named[zone].get(min((g for g in residual[zone] if g), default=None)))
        for zone in zones
    }
    return counted, worst_left


def told_events(session: Session, actor: Actor, rows: Select[Any], moment: datetime | None) -> list[EventOut]:
    """The events of a select as they are told, with their measures."""
    found = session.execute(as_of(rows, moment)).all()
    against = measures_of(session, actor, [row[0].id for row in found], moment)
    return [told_event(row, against[row[0].id]) for row in found]


def told_event(row: Row[Any], against: list[MeasureOut]) -> EventOut:
    """One event; of an enterprise that is not the reader's, its name and grade."""
    event: RiskEvent = row[0]
    levels = level_set(row.sector, row.scale) if row.own_id else "plant"
    return EventOut(
        id=event.id,
        number=event.number,
        name=event.name,
        grade=event.grade,
        residual_grade=event.residual_grade,
        point=PointBrief(
            id=row.point_id,
            number=row.point_number,
            name=row.point_name,
            kind=term(RISK_POINT_KINDS, row.point_kind),
        ),
        zone=ZoneBrief(
            id=event.zone_id,
            number=row.zone_number,
            name=row.zone_name,
            kind=row.zone_kind,
            floor=row.zone_floor,
            grade=row.zone_grade,
        ),
        enterprise=EnterpriseBrief(
            id=row.own_id,
            number=row.own_id and row.enterprise_number,
            name=row.enterprise_name,
            grade=row.enterprise_grade,
        ),
        hazard_source=event.hazard_source,
        accident_type=accident_term(event.accident_edition, event.accident_code),
        accident_edition=event.accident_edition,
        consequence=event.consequence,
        control_level=event.control_level and level_term(event.control_level, levels),
        department=event.department,
        person=event.person,
        inherent=explanation.told_assessment(event.inherent),
        residual=explanation.told_assessment(event.residual),
        assessed_by=event.assessed_by,
        assessed_on=event.assessed_on,
        review_due=event.review_due,
        is_overdue=is_overdue(event.review_due),
        measures=against,
        source=event.source,
        source_id=event.source_id,
        updated_at=event.updated_at,
    )


ACCIDENTS = {(each.edition, each.code): each for each in accidents.ACCIDENT_TYPES}


def accident_term(edition: str | None, code: str | None) -> Term | None:
    """The words of an accident type in its edition; a code that no edition has is told as it is."""
    if code is None:
        return None
    known = ACCIDENTS.get((edition or "", code))
    return Term(code=code, zh=known.zh if known else code, en=known.en if known else code)


def measures_of(
    session: Session, actor: Actor, events: Sequence[UUID], moment: datetime | None
) -> dict[UUID, list[MeasureOut]]:
    """The measures against some events, by kind in the order of the table of kinds."""
    found = session.scalars(
        as_of(
            visible_measures(actor)
            .where(ControlMeasure.event_id.in_(events))
            .order_by(ControlMeasure.number),
            moment,
        )
    ).all()
    order = list(measures.KINDS)
    against: dict[UUID, list[MeasureOut]] = defaultdict(list)
    for each in sorted(found, key=lambda each: order.index(each.kind)):
        against[each.event_id].append(told_measure(each))
    return against


def told_measure(measure: ControlMeasure) -> MeasureOut:
    """One measure with the words of its classes."""
    return MeasureOut(
        id=measure.id,
        kind=class_term(measures.KINDS, measure.kind),
        description=measure.description,
        data_source=measure.data_source and class_term(measures.DATA_SOURCES, measure.data_source),
        class_1=measure.class_1 and class_term(measures.NATIONAL, measure.class_1),
        class_2=measure.class_2 and class_term(measures.NATIONAL, measure.class_2),
        class_3=measure.class_3,
        check_content=measure.check_content,
    )


def class_term(table: dict[str, measures.MeasureClass], code: str) -> Term:
    """The words of a measure's class; a code that the table has not is told as it is."""
    known = table.get(code)
    return Term(code=code, zh=known.zh if known else code, en=known.en if known else code)


# ---------------------------------------------------------------- people


def people_of(
    session: Session,
    actor: Actor,
    enterprise_id: UUID | None,
    zones: Sequence[UUID],
    moment: datetime | None,
) -> list[ResponsiblePerson]:
    """Who is in charge of some zones, and the contacts of an enterprise."""
    rows = visible_people(actor).where(
        or_(
            ResponsiblePerson.zone_id.in_(zones),
            (ResponsiblePerson.enterprise_id == enterprise_id) & ResponsiblePerson.zone_id.is_(None),
        )
    )
    return list(session.scalars(as_of(rows.order_by(ResponsiblePerson.number), moment)))


def told_person(actor: Actor, person: ResponsiblePerson, levels: str | None) -> PersonOut:
    """One person; across a border (no set of levels) nobody's phone is told whole."""
    phone = told_phone(actor, person.phone)
    if levels is None and phone is not None:
        phone = masked(phone)
    return PersonOut(
        name=person.name,
        duty=duty_term(person.duty, levels or "plant"),
        position=person.position,
        phone=phone,
    )


# ---------------------------------------------------------------- an enterprise


def explain_enterprise(
    session: Session, actor: Actor, key: Key, *, moment: datetime | None = None, page: int, limit: int
) -> EnterpriseExplanation:
    """Why an enterprise that exists for `actor` has its grade; the deciding zones come in pages."""
    enterprise: Enterprise = one_row(session, as_of(visible_enterprises(actor), moment), Enterprise, key)[0]
    mine = Zone.enterprise_id == enterprise.id
    counted, left, left_by = counts_of_zones(session, actor, enterprise, moment)
    decides = Zone.grade == enterprise.derived_grade
    zones = session.scalars(
        as_of(
            visible_zones(actor)
            .where(mine, decides)
            .order_by(Zone.name, Zone.number)
            .limit(limit)
            .offset((page - 1) * limit),
            moment,
        )
    ).all()
    people = people_of(session, actor, enterprise.id, [zone.id for zone in zones], moment)
    levels = level_set(enterprise.sector_code, enterprise.scale)
    deciding = told_zones(session, actor, zones, people, levels, moment)
    return EnterpriseExplanation(
        **explained(
            enterprise,
            EnterpriseBrief(
                id=enterprise.id, number=enterprise.number, name=enterprise.name, grade=enterprise.grade
            ),
        ),
        **sentences(ENTERPRISE, enterprise, counted, deciding, (left, left_by)),
        zones=by_grade(list(counted.items())),
        deciding=deciding,
        deciding_total=0 if enterprise.derived_grade is None else counted.get(enterprise.derived_grade, 0),
        page=page,
        limit=limit,
        contacts=[told_person(actor, each, levels) for each in people if each.zone_id is None],
    )


def counts_of_zones(
    session: Session, actor: Actor, enterprise: Enterprise, moment: datetime | None
) -> tuple[Counted, Counted, str | None]:
    """An enterprise's zones by grade, by what the measures leave of it, and the name of one that is worst then."""
    left = func.coalesce(Zone.residual_grade, Zone.grade)
    kinds: list[Any] = [Zone.grade, left.label("left")]
    told = [*kinds, func.count().label("number"), func.min(Zone.name).label("name")]
    grouped = (
        visible_zones(actor)
        .where(Zone.enterprise_id == enterprise.id)
        .with_only_columns(*told, maintain_column_froms=True)
        .group_by(*kinds)
    )
    rows = session.execute(as_of(grouped, moment)).all()
    counted: Counted = {}
    residual: Counted = {}
    for row in rows:
        counted[row.grade] = counted.get(row.grade, 0) + row.number
        residual[row.left] = residual.get(row.left, 0) + row.number
    named = [row.name for row in rows if row.left == enterprise.derived_residual_grade]
    return counted, residual, min(named, default=None)


def told_zones(
    session: Session,
    actor: Actor,
    zones: Sequence[Zone],
    people: Sequence[ResponsiblePerson],
    levels: str,
    moment: datetime | None,
) -> list[DecidingZone]:
    """The zones that decide, each with the first of the events that decide its own grade."""
    ids = [zone.id for zone in zones]
    counted, residual = counts_of_events(session, actor, ids, moment)
    events = deciding_events(session, actor, zones, moment, EVENTS_OF_A_ZONE)
    return [
        DecidingZone(
            id=zone.id,
            number=zone.number,
            name=zone.name,
            kind=zone.kind,
            floor=zone.floor,
            grade=zone.grade,
            residual_grade=zone.residual_grade,
            sentence=sentences(ZONE, zone, counted[zone.id], events[zone.id], residual[zone.id])["sentence"],
            deciding=events[zone.id],
            deciding_total=deciding_total(zone, counted[zone.id]),
            people=[told_person(actor, each, levels) for each in people if each.zone_id == zone.id],
            missing_levels=missing(levels, zone, people, events[zone.id]),
        )
        for zone in zones
    ]


# ---------------------------------------------------------------- major hazard installations


def installations_of(
    session: Session, actor: Actor, key: Key, *, moment: datetime | None = None
) -> InstallationsOut:
    """The major hazard installations of an enterprise that exists for `actor`."""
    rows = visible_enterprises(actor).with_only_columns(Enterprise.id)
    enterprise = one_row(session, as_of(rows, moment), Enterprise, key)
    found = session.scalars(
        as_of(
            visible_installations(actor)
            .where(MajorHazardInstallation.enterprise_id == enterprise.id)
            .order_by(MajorHazardInstallation.level.asc().nulls_last(), MajorHazardInstallation.number),
            moment,
        )
    )
    return InstallationsOut(items=[told_installation(each) for each in found])


def told_installation(each: MajorHazardInstallation) -> InstallationOut:
    """One installation with its substances."""
    names = SubstanceOut.model_fields
    return InstallationOut(
        id=each.id,
        number=each.number,
        name=each.name,
        code=each.code,
        kind=term(HAZARD_INSTALLATION_KINDS, each.kind),
        level=installation_level(each.level),
        s=each.s,
        alpha=each.alpha,
        r=each.r,
        people_500m=each.people_500m,
        people_basis=each.people_basis,
        substances=[SubstanceOut(**{name: given.get(name) for name in names}) for given in each.substances],
        source=each.source,
        source_id=each.source_id,
    )


def installation_level(level: int | None) -> Term | None:
    """一级 to 四级; None where the installation is below the critical amount."""
    named = {code: Term(code=str(code), zh=zh, en=f"Level {code}") for code, zh in LEVEL_NAMES.items()}
    return next((each for code, each in named.items() if code == level), None)
