"""The counts that the database keeps are those of the events, whatever has happened to these."""

import random
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from backend.lists.columns import LISTS
from backend.lists.filters import Filters
from backend.lists.service import Wanted, page
from backend.risk import documents
from backend.risk.models import RiskEvent, RiskEventCount, RiskPoint
from backend.zones.models import Zone
from tests import make

WEST, EAST = "410411001", "410411002"
COLUMNS: list[Any] = [
    RiskEvent.enterprise_id,
    RiskEvent.township_codes,
    RiskEvent.sector_code,
    RiskEvent.group_id,
    RiskEvent.grade,
    RiskEvent.residual_grade,
]


def assessed(grade: int | None) -> dict[str, Any] | None:
    said = {"method": "declared", "grade": grade, "source": "普查"}
    return None if grade is None else documents.document(said)


def events_of(session: Session, zone: Zone, grades: list[int | None]) -> list[RiskEvent]:
    point = make.added(session, RiskPoint(zone_id=zone.id, name="点", **make.origin()))
    rows = [
        RiskEvent(risk_point_id=point.id, name="事件", inherent=assessed(grade), **make.origin())
        for grade in grades
    ]
    session.add_all(rows)
    session.flush()
    return rows


def kept(session: Session) -> set[tuple[Any, ...]]:
    names = [column.name for column in RiskEventCount.__table__.c if column.name != "id"]
    rows = session.execute(select(*(RiskEventCount.__table__.c[name] for name in names)))
    return {tuple(map(str, row)) for row in rows if row.number}


def truly(session: Session) -> set[tuple[Any, ...]]:
    rows = session.execute(select(*COLUMNS, func.count()).group_by(*COLUMNS))
    return {tuple(map(str, row)) for row in rows}


@pytest.fixture
def sites(session: Session) -> list[Enterprise]:
    for code, lon in ((WEST, make.LON), (EAST, make.LON + 0.01)):
        make.area(session, code, code, make.square(lon=lon, side=0.01), level="township")
    facts = {"township_code": WEST, "sector_code": "chemical"}
    return [make.enterprise(session, name, **facts) for name in "甲乙"]


def test_counts_follow_everything_that_happens_to_events(session: Session, sites: list[Enterprise]) -> None:
    first, second = (make.zone(session, site) for site in sites)
    events = events_of(session, first, [3, 3, 4, None])
    events_of(session, second, [4, None])
    assert kept(session) == truly(session) != set()
    events[0].inherent, events[1].residual = assessed(4), assessed(4)
    session.flush()
    assert kept(session) == truly(session)
    # A risk point moves into a zone of another enterprise.
    point = session.get_one(RiskPoint, events[0].risk_point_id)
    point.zone_id = second.id
    session.flush()
    assert kept(session) == truly(session)
    # An enterprise changes hands: its zones and events go along.
    sites[1].sector_code, sites[1].township_code = "health", EAST
    session.flush()
    assert kept(session) == truly(session)
    session.delete(events[2])
    session.flush()
    assert kept(session) == truly(session) != set()
    session.execute(delete(Enterprise).where(Enterprise.id == sites[1].id))
    assert kept(session) == truly(session)


def test_counts_follow_a_thousand_changes_of_chance(session: Session, sites: list[Enterprise]) -> None:
    chance = random.Random(411)
    zones = [make.zone(session, site, grade=None) for site in sites for _ in "ab"]
    events = [each for zone in zones for each in events_of(session, zone, [3, 4, None])]
    for _ in range(60):
        for event in chance.sample(events, 5):
            event.inherent = assessed(chance.choice([None, 3, 4]))
            event.residual = assessed(chance.choice([None, 4]))
        session.flush()
    assert kept(session) == truly(session)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(grade=("3", "none")),
        Filters(residual_grade=("4",)),
        Filters(sector=("chemical",)),
        Filters(township=(EAST,)),
        Filters(unassessed=True),
        Filters(unassessed=False, status=("operating",)),
    ],
)
@pytest.mark.parametrize("townships", [None, {WEST}, {EAST}, {WEST, EAST}, set()])
def test_kept_counts_are_those_of_the_rows(
    session: Session, sites: list[Enterprise], filters: Filters, townships: set[str] | None
) -> None:
    scope = EVERYTHING if townships is None else Scope(ScopeKind.TOWNSHIPS, frozenset(townships))
    reader = Actor("somebody", scope, ROLES["township"])
    events_of(session, make.zone(session, sites[0]), [3, 4, None])
    # Of the west, and reaching over the border into the east.
    events_of(session, make.zone(session, sites[1], boundary=make.square(lon=make.LON + 0.0095)), [3, None])
    wanted = Wanted(LISTS["events"], filters)
    told = page(session, reader, wanted, page=1, limit=100)
    assert told.total == len(told.items)
    by_rows = dict.fromkeys(told.counts, 0)
    for item in told.items:
        by_rows["null" if item["grade"] is None else str(item["grade"])] += 1
    assert (told.counts, told.on_map) == (by_rows, by_rows)
