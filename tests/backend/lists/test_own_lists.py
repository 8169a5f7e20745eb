"""An index finds the events of townships; what it finds is what may be seen, no more and no less."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from backend.lists import service
from backend.lists.columns import EVENT_LIST, ListColumn
from backend.lists.filters import Filters
from backend.lists.own_lists import of_own_lists
from backend.lists.service import Wanted, page
from backend.risk.models import RiskEvent, RiskPoint
from backend.risk.queries import visible_events
from tests import make

WEST, EAST = "410411001", "410411002"
LATE = date(2020, 1, 1)


@pytest.fixture
def site(session: Session) -> Enterprise:
    """A site of the west with three zones: in the west, over the border, and one that is emptied again."""
    half = 0.01
    for code, lon in ((WEST, make.LON), (EAST, make.LON + half)):
        make.area(session, code, code, make.square(lon=lon, side=half), level="township")
    site = make.enterprise(session, name="某厂", township_code=WEST)
    for number, shift in enumerate((0.0, 0.005, 0.002)):
        zone = make.zone(session, site, boundary=make.square(lon=make.LON + shift, side=0.001))
        point = make.added(session, RiskPoint(zone_id=zone.id, name=f"点{number}", **make.origin()))
        for person, due in (("甲", LATE), (None, None), ("乙", LATE + timedelta(days=40_000))):
            event = RiskEvent(
                risk_point_id=point.id, name=f"事件{number}", person=person, review_due=due, **make.origin()
            )
            make.added(session, event)
    return site


@pytest.mark.parametrize("filters", [Filters(), Filters(overdue=True), Filters(overdue=False)])
@pytest.mark.parametrize("townships", [{WEST}, {EAST}, {WEST, EAST}, {"999999"}, set()])
@pytest.mark.parametrize("sort", ["grade", "-name", "person", "-person", "zone", "-review_due"])
@pytest.mark.parametrize("near", [0, service.NEAR])
def test_a_page_holds_the_rows_that_may_be_seen(
    session: Session,
    site: Enterprise,
    monkeypatch: pytest.MonkeyPatch,
    townships: set[str],
    filters: Filters,
    sort: str,
    near: int,
) -> None:
    monkeypatch.setattr(service, "NEAR", near)
    reader = Actor("somebody", Scope(ScopeKind.TOWNSHIPS, frozenset(townships)), ROLES["township"])
    seen = [
        event.id
        for event in session.scalars(visible_events(reader))
        if filters.overdue is None or filters.overdue == (event.review_due == LATE)
    ]
    told = page(session, reader, Wanted(EVENT_LIST, filters, sort), page=1, limit=100)
    assert sorted(item["id"] for item in told.items) == sorted(seen)
    assert told.total == len(seen)


@pytest.mark.parametrize("sort", ["name", "person"])
def test_what_is_empty_comes_last_from_both_ends(session: Session, site: Enterprise, sort: str) -> None:
    reader = Actor("somebody", Scope(ScopeKind.TOWNSHIPS, frozenset({WEST})), ROLES["township"])
    there = [
        [
            item[sort]
            for item in page(session, reader, Wanted(EVENT_LIST, Filters(), each), page=1, limit=100).items
        ]
        for each in (sort, f"-{sort}")
    ]
    up, down = ([value for value in values if value is not None] for values in there)
    assert (up, down) == (sorted(up), sorted(down, reverse=True))
    assert all(values == [*values[: len(up)], *[None] * (len(values) - len(up))] for values in there)


def test_who_answers_for_no_townships_is_narrowed_by_nothing(session: Session) -> None:
    assert of_own_lists(session, Actor("somebody", EVERYTHING, ROLES["bureau_admin"])) == []


@pytest.mark.parametrize(
    "column", [each for each in EVENT_LIST.sortable if each.is_indexed], ids=lambda each: each.code
)
def test_a_column_that_is_said_to_have_an_index_has_one(session: Session, column: ListColumn) -> None:
    indexes = session.scalars(text("SELECT indexdef FROM pg_indexes WHERE tablename = 'risk_event'")).all()
    assert any(each.endswith(f"({column.code}, number)") for each in indexes)
