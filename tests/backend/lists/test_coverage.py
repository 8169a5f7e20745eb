"""How far the register covers the roster: numbers that add up, apart for 未上图 and 未评估, of one's own alone."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from backend.lists.coverage import RosterFilters, coverage, roster
from backend.risk import documents
from backend.risk.models import RiskEvent, RiskPoint, RosterEntry
from tests import make

WEST, EAST = "410411001", "410411002"
LEC = {"method": "lec", "scale": "lec-2019-general", "factors": {"L": 6, "E": 6, "C": 15}}


def entry(session: Session, name: str, site: Enterprise | None = None, **facts: Any) -> RosterEntry:
    return make.added(
        session, RosterEntry(name=name, enterprise_id=site and site.id, **facts, **make.origin())
    )


@pytest.fixture
def register(session: Session) -> Session:
    make.area(session, WEST, "马庄街道", make.square(side=0.01), level="township")
    make.area(session, EAST, "河滨街道", make.square(lon=114.0, side=0.01), level="township")
    facts = {"township_code": WEST, "sector_code": "chemical"}
    whole = make.enterprise(session, "全的", review_due=date(2020, 1, 1), **facts)
    zone = make.zone(session, whole)
    point = make.added(session, RiskPoint(zone_id=zone.id, name="点", **make.origin()))
    make.added(
        session,
        RiskEvent(risk_point_id=point.id, name="炸", inherent=documents.document(LEC), **make.origin()),
    )
    bare = make.enterprise(session, "没图没评的", None, **facts)
    other = make.enterprise(session, "在别处的", township_code=EAST, sector_code="chemical")
    make.enterprise(session, "名册里没有的", **facts)
    for name, site in (("全的", whole), ("没图没评的", bare), ("在别处的", other), ("还没登记的", None)):
        entry(session, name, site, **facts)
    session.expire_all()
    return session


def township(code: str) -> Actor:
    return Actor("街道", Scope(ScopeKind.TOWNSHIPS, frozenset({code})), ROLES["township"])


@pytest.mark.usefixtures("register")
def test_the_numbers_add_up(client: TestClient) -> None:
    told = client.get("/api/v1/coverage").json()
    west = next(row for row in told["rows"] if row["township"]["code"] == WEST)
    counted = {
        name: west[name]
        for name in ("due", "registered", "elsewhere", "mapped", "graded", "unplaced", "unassessed",
                     "beyond_roster", "overdue_enterprises")
    }  # fmt: skip
    assert counted == {
        "due": 4,
        "registered": 3,
        "elsewhere": 0,
        "mapped": 2,
        "graded": 1,
        "unplaced": 1,
        "unassessed": 2,
        "beyond_roster": 1,
        "overdue_enterprises": 1,
    }
    assert west["registered_share"] == {"part": 3, "whole": 4, "percent": 75.0}
    assert west["mapped_share"] == {"part": 2, "whole": 3, "percent": 66.7}
    assert (west["sector"]["code"], told["whole"]["due"]) == ("chemical", 4)
    assert west["oldest"] is not None


def test_a_township_counts_of_sites_elsewhere_nothing_but_that_they_are(register: Session) -> None:
    (row,) = coverage(register, township(WEST)).rows
    assert (row.due, row.registered, row.elsewhere, row.mapped, row.unplaced) == (4, 3, 1, 1, 1)
    assert row.mapped_share.whole == 2
    assert {each.due for each in coverage(register, township(EAST)).rows} == {0}
    assert coverage(register, township("410411099")).rows == []


def test_an_empty_roster_has_no_shares(client: TestClient) -> None:
    whole = client.get("/api/v1/coverage").json()["whole"]
    assert whole["registered_share"] == {"part": 0, "whole": 0, "percent": None}


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, {"全的", "没图没评的", "在别处的", "还没登记的", "无主的"}),
        ({"unmatched": "true"}, {"还没登记的", "无主的"}),
        ({"unmatched": "false", "q": "没"}, {"没图没评的"}),
        ({"township": EAST}, set()),
        ({"township": f"{EAST},none"}, {"无主的"}),
        ({"sector": "none"}, {"无主的"}),
        ({"unplaced": "true"}, {"没图没评的"}),
        ({"unplaced": "false"}, {"全的", "在别处的"}),
        ({"ungraded": "false"}, {"全的"}),
        ({"unassessed": "true"}, {"没图没评的", "在别处的"}),
        ({"sector": "chemical,education", "q": "全"}, {"全的"}),
    ],
)
def test_the_roster_is_filtered(
    client: TestClient, session: Session, query: dict[str, str], wanted: set[str]
) -> None:
    entry(session, "无主的")
    told = client.get("/api/v1/roster", params=query).json()
    assert {item["name"] for item in told["items"]} == wanted
    assert told["total"] == len(wanted)


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("number", "query"),
    [
        ("due", {}),
        ("registered", {"unmatched": "false"}),
        ("mapped", {"unplaced": "false"}),
        ("unplaced", {"unplaced": "true"}),
        ("graded", {"ungraded": "false"}),
        ("unassessed", {"unassessed": "true"}),
    ],
)
@pytest.mark.parametrize("reader", [None, WEST])
def test_behind_each_number_are_as_many_entries(
    session: Session, number: str, query: dict[str, str], reader: str | None
) -> None:
    actor = township(reader) if reader else Actor("局", EVERYTHING, ROLES["bureau_admin"])
    filters = RosterFilters(**{name: said == "true" for name, said in query.items()})
    counted = getattr(coverage(session, actor).whole, number)
    assert roster(session, actor, filters, page=1, limit=5).total == counted > 0


def test_each_township_and_each_sector_is_summed_with_its_own_age(register: Session) -> None:
    facts = {"township_code": EAST, "sector_code": "education"}
    entry(register, "小学", make.enterprise(register, "小学", **facts), **facts)
    entry(register, "中学", township_code=EAST)
    told = coverage(register, Actor("局", EVERYTHING, ROLES["bureau_admin"]))
    due = {row.township and row.township.code: row.due for row in told.townships}
    assert due == {WEST: 4, EAST: 2}
    assert {row.sector and row.sector.code: row.due for row in told.sectors} == {
        "chemical": 4,
        "education": 1,
        None: 1,
    }
    for row in (*told.townships, *told.sectors):
        assert (row.median_age_days is None) == (row.oldest is None) == (row.sector is None and row.due == 1)
    assert told.whole.due == 6


@pytest.mark.usefixtures("register")
def test_the_roster_comes_in_pages(client: TestClient) -> None:
    pages = [client.get("/api/v1/roster", params={"page": n, "limit": 3}).json() for n in (1, 2)]
    assert [len(page["items"]) for page in pages] == [3, 1]
    assert len({item["id"] for page in pages for item in page["items"]}) == 4


def test_a_site_elsewhere_is_not_named_in_the_roster(register: Session) -> None:
    told = roster(register, township(WEST), RosterFilters(q="在别处的"), page=1, limit=5)
    (item,) = told.items
    assert (item.is_matched, item.enterprise_id, item.enterprise) == (True, None, None)


@pytest.mark.parametrize("path", ["coverage?township=1", "roster?colour=1", "roster?sector=nothing"])
def test_what_cannot_be_asked_is_refused(client: TestClient, path: str) -> None:
    assert client.get(f"/api/v1/{path}").status_code == 400
