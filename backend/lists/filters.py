"""Which rows of a list are wanted: read once, refused in the user's words, turned into one condition each.

What a filter says of an enterprise finds rows of enterprises that exist for the reader alone: of a zone that reaches
over a border it would otherwise tell, one guess after another, what is not told of its enterprise.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, and_, cast, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.district_time import today
from backend.enterprises.models import Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.errors import BadParameter, NotFound
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import UnitGroup
from backend.jurisdictions.scope import ScopeKind
from backend.lists import words
from backend.lists.columns import ENTERPRISE_LIST, EVENT_LIST, ZONE_LIST, RiskList, first_due
from backend.register.rows import Term, meets
from backend.risk.models import RiskEvent, RiskEventCount, RiskPoint
from backend.risk.queries import visible_events, visible_points
from backend.web.parameters import Key
from backend.zones.models import Zone
from backend.zones.queries import visible_zones
from tiles.grid import Bounds

NONE = "none"


@dataclass(frozen=True)
class Filters:
    """What is wanted; every field that is given has to hold, and of several codes one.

    Parameters
    ----------
    grade, residual_grade : grade codes as text, `none` for 未评定.
    township : rows that belong to one of these townships or reach into it.
    kind : of a risk point (list=events), or as a zone's own says (list=zones).
    q : words; each is in a name of the row or of its enterprise.
    bbox : degrees; what lies there on the map.
    overdue : whether a review was due before today, in China.
    unplaced : whether there is no place on the map yet (未上图).
    unassessed : whether no event has been assessed yet (未评估).
    min_age : days since the row was changed, at least.
    """

    grade: tuple[str, ...] = ()
    residual_grade: tuple[str, ...] = ()
    township: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    accident_type: tuple[str, ...] = ()
    enterprise: Key | None = None
    q: str | None = None
    bbox: Bounds | None = None
    overdue: bool | None = None
    unplaced: bool | None = None
    unassessed: bool | None = None
    min_age: int | None = None

    def given(self) -> dict[str, Any]:
        """The fields that say something."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in said.items() if value is not None and value != ()}


# Filters that a list has not: a zone is always on the map, and an enterprise has no kind.
ABSENT = {"zones": {"unplaced"}, "events": set(), "enterprises": {"kind"}}
# Filters whose values are codes, and their tables; those of groups are the reader's own.
CODED = {
    "grade": "grade",
    "residual_grade": "grade",
    "township": "township",
    "sector": "sector",
    "status": "status",
    "accident_type": "accident_type",
}


def checked(
    session: Session, actor: Actor, listed: RiskList, filters: Filters, tables: Mapping[str, words.Table]
) -> dict[str, list[Term]]:
    """The words of every code that is filtered by.

    Raises
    ------
    BadParameter
        For a filter that the list has not, and a code that there is not, with those there are.
    NotFound
        For an enterprise that does not exist for the actor.
    """
    given = filters.given()
    for name in sorted(ABSENT[listed.code] & given.keys()):
        raise BadParameter(name, f"{listed.zh}没有这个筛选条件")
    told = {name: coded(name, tables[table], given[name]) for name, table in CODED.items() if name in given}
    if filters.group:
        told["group"] = coded("group", words.own_groups(session, actor), filters.group)
    if filters.kind and listed is EVENT_LIST:
        told["kind"] = coded("kind", tables["point_kind"], filters.kind)
    if filters.enterprise is not None:
        told["enterprise"] = [named_enterprise(session, actor, filters.enterprise)]
    return told


def coded(name: str, table: words.Table, codes: tuple[str, ...]) -> list[Term]:
    """The words of some codes."""
    for code in codes:
        if code not in table:
            there = "、".join(f"{each.code}（{each.zh}）" for each in table.values())
            raise BadParameter(name, f"没有「{code[:40]}」；可用的有 {there or '（没有）'}")
    return [table[code] for code in codes]


def named_enterprise(session: Session, actor: Actor, key: Key) -> Term:
    """The enterprise that rows are wanted of."""
    name = session.scalars(
        visible_enterprises(actor).where(by_key(key)).with_only_columns(Enterprise.name)
    ).one_or_none()
    if name is None:
        raise NotFound
    return Term(code=str(key), zh=name, en=name)


def by_key(key: Key) -> ColumnElement[bool]:
    """The enterprise with this id or number."""
    return Enterprise.number == key if isinstance(key, int) else Enterprise.id == key


# ---------------------------------------------------------------- conditions


def conditions(actor: Actor, listed: RiskList, filters: Filters) -> list[ColumnElement[bool]]:
    """One condition for each filter that is given; a list's own columns alone, so that counting joins nothing."""
    given = filters.given()
    wanted = [MEANINGS[name](actor, listed, given[name]) for name in MEANINGS if name in given]
    return [*wanted, *own_facts(actor, listed.enterprise_id, given)]


def own_facts(
    actor: Actor, enterprise_id: InstrumentedAttribute[Any], given: Mapping[str, Any]
) -> list[ColumnElement[bool]]:
    """What is asked of the enterprise, which has to exist for the actor."""
    facts = [fact(given[name]) for name, fact in ENTERPRISE_FACTS.items() if name in given]
    own = visible_enterprises(actor).where(*facts).with_only_columns(Enterprise.id)
    return [enterprise_id.in_(own)] if facts else []


def count_conditions(actor: Actor, filters: Filters) -> list[ColumnElement[bool]] | None:
    """The same conditions on the counts of events that the database keeps; None where those do not tell.

    They know whose an event is and its grades; what else is asked has to be counted event by event.
    """
    given = filters.given()
    if given.keys() - OF_COUNTS.keys() - ENTERPRISE_FACTS.keys():
        return None
    wanted = [OF_COUNTS[name](actor, given[name]) for name in OF_COUNTS if name in given]
    return [*wanted, *own_facts(actor, RiskEventCount.enterprise_id, given)]


def graded(column: InstrumentedAttribute[Any], codes: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether a grade is one of these; `none` is 未评定."""
    wanted = column.in_([int(code) for code in codes if code != NONE])
    return or_(wanted, column.is_(None)) if NONE in codes else wanted


def in_townships(actor: Actor, listed: RiskList, codes: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether a row belongs to a township or reaches into it."""
    if listed is ENTERPRISE_LIST:
        return Enterprise.township_code.in_(codes)
    column = RiskEvent.township_codes if listed is EVENT_LIST else Zone.township_codes
    return reaching(actor, column, listed.enterprise_id, codes)


def reaching(
    actor: Actor,
    column: InstrumentedAttribute[Any],
    enterprise_id: InstrumentedAttribute[Any],
    codes: tuple[str, ...],
) -> ColumnElement[bool]:
    """Whether one of a row's townships is one of these.

    Which other townships a row over the border belongs to, its neighbour is not told.
    """
    if actor.scope.kind is not ScopeKind.TOWNSHIPS:
        return overlaps(column, codes)
    own = visible_enterprises(actor).with_only_columns(Enterprise.id)
    seen = tuple(code for code in codes if code in actor.scope.codes)
    return or_(overlaps(column, seen), and_(overlaps(column, codes), enterprise_id.in_(own)))


def overlaps(column: InstrumentedAttribute[Any], codes: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether one of the row's townships is one of these."""
    wanted: ColumnElement[bool] = column.overlap(cast(list(codes), ARRAY(Text))) if codes else false()
    return wanted


def of_kind(actor: Actor, listed: RiskList, kinds: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether a zone, or the point of an event, is of a kind."""
    if listed is ZONE_LIST:
        return Zone.kind.in_(kinds)
    return at_points(actor, RiskPoint.kind.in_(kinds))


def with_accident(actor: Actor, listed: RiskList, codes: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether such an accident is what can happen, or one of the things that can."""
    pairs = [code.rpartition("/") for code in codes]
    fits = or_(
        *(
            and_(RiskEvent.accident_edition == edition, RiskEvent.accident_code == code)
            for edition, _, code in pairs
        )
    )
    if listed is EVENT_LIST:
        return fits
    belongs = RiskEvent.zone_id if listed is ZONE_LIST else RiskEvent.enterprise_id
    return listed.model.id.in_(select(belongs).where(fits))


def with_words(actor: Actor, listed: RiskList, text: str) -> ColumnElement[bool]:
    """Whether each word is in a name; the name of an enterprise is told with every row of it."""
    found = []
    for word in text.split():
        own = [column.icontains(word, autoescape=True) for column in listed.names]
        named = Enterprise.name.icontains(word, autoescape=True)
        found.append(or_(*own, in_zones(actor, named) if listed is EVENT_LIST else named))
    return and_(*found)


def meeting(actor: Actor, listed: RiskList, box: Bounds) -> ColumnElement[bool]:
    """Whether a row lies in a view of the map; an event where its zone does."""
    if listed is ENTERPRISE_LIST:
        return and_(Enterprise.location.is_not(None), meets(Enterprise.location, box))
    there = meets(Zone.boundary, box)
    return there if listed is ZONE_LIST else in_zones(actor, there)


def overdue(actor: Actor, listed: RiskList, wanted: bool) -> ColumnElement[bool]:
    """Whether a review, of a row or of what is in it, should have been made before today, in China."""
    due = first_due(actor, listed.model)
    is_late = due < today()
    return is_late if wanted else or_(~is_late, due.is_(None))


def unplaced(actor: Actor, listed: RiskList, wanted: bool) -> ColumnElement[bool]:
    """Whether an enterprise, or the point of an event, has no place."""
    if listed is ENTERPRISE_LIST:
        return Enterprise.location.is_(None) if wanted else Enterprise.location.is_not(None)
    return at_points(actor, RiskPoint.location.is_(None) if wanted else RiskPoint.location.is_not(None))


def at_points(actor: Actor, fits: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an event is at a risk point of which something holds."""
    points = visible_points(actor).where(fits)
    return RiskEvent.risk_point_id.in_(points.with_only_columns(RiskPoint.id, maintain_column_froms=True))


def in_zones(actor: Actor, fits: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an event is in a zone of which, or of whose enterprise, something holds."""
    zones = visible_zones(actor).where(fits)
    return RiskEvent.zone_id.in_(zones.with_only_columns(Zone.id, maintain_column_froms=True))


def unassessed(actor: Actor, listed: RiskList, wanted: bool) -> ColumnElement[bool]:
    """Whether no event has been assessed yet: neither this one nor one below."""
    if listed is EVENT_LIST:
        return RiskEvent.grade.is_(None) if wanted else RiskEvent.grade.is_not(None)
    mine = RiskEvent.zone_id == Zone.id if listed is ZONE_LIST else RiskEvent.enterprise_id == Enterprise.id
    has_one = (
        visible_events(actor)
        .where(mine, RiskEvent.grade.is_not(None))
        .correlate(Zone if listed is ZONE_LIST else Enterprise)
        .exists()
    )
    return ~has_one if wanted else has_one


def aged(actor: Actor, listed: RiskList, days: int) -> ColumnElement[bool]:
    """Whether nobody has changed a row for so many days."""
    return listed.model.updated_at <= func.now() - timedelta(days=days)


MEANINGS: Mapping[str, Callable[[Actor, RiskList, Any], ColumnElement[bool]]] = {
    "grade": lambda actor, listed, codes: graded(listed.model.grade, codes),
    "residual_grade": lambda actor, listed, codes: graded(listed.model.residual_grade, codes),
    "township": in_townships,
    "kind": of_kind,
    "accident_type": with_accident,
    "q": with_words,
    "bbox": meeting,
    "overdue": overdue,
    "unplaced": unplaced,
    "unassessed": unassessed,
    "min_age": aged,
}
OF_COUNTS: Mapping[str, Callable[[Actor, Any], ColumnElement[bool]]] = {
    "grade": lambda actor, codes: graded(RiskEventCount.grade, codes),
    "residual_grade": lambda actor, codes: graded(RiskEventCount.residual_grade, codes),
    "township": lambda actor, codes: reaching(
        actor, RiskEventCount.township_codes, RiskEventCount.enterprise_id, codes
    ),
    "unassessed": lambda actor, wanted: (
        RiskEventCount.grade.is_(None) if wanted else RiskEventCount.grade.is_not(None)
    ),
}
ENTERPRISE_FACTS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "sector": lambda codes: Enterprise.sector_code.in_(codes),
    "status": lambda codes: Enterprise.operating_status.in_(codes),
    "group": lambda codes: Enterprise.group_id.in_(select(UnitGroup.id).where(UnitGroup.code.in_(codes))),
    "enterprise": by_key,
}
