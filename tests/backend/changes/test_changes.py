"""What has changed between two moments, as a reader is told of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from geojson_pydantic import FeatureCollection
from shapely import Point
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import Scope, ScopeKind
from backend.submissions.models import Submission
from backend.zones.models import Zone
from tests import make, probing

CHANGES = "/api/v1/changes"
WEST, EAST = "410411001", "410411002"
NOTHING = {"appeared": 0, "gone": 0, "raised": 0, "lowered": 0, "moved": 0, "changed": 0, "new_red": 0}
# Importing a model declares its table; that of an approval refers to this one.
DECLARED = Submission


@pytest.fixture
def client(own_engine: Engine, tmp_path: Path) -> Iterator[TestClient]:
    with probing.client_of(own_engine, tmp_path, is_demo=True) as client:
        yield client


def step(engine: Engine, write: Callable[[Session], Any]) -> tuple[Any, str]:
    """One transaction: what it gave, and a moment after it."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        told = write(session)
    with engine.connect() as connection:
        moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return told, moment.astimezone(UTC).isoformat()


def update(engine: Engine, row: Any, **facts: Any) -> str:
    """Change a row; a moment after it."""

    def write(session: Session) -> None:
        found = session.get_one(type(row), row.id)
        if isinstance(found, Enterprise | Zone):
            make.granted(session, found)
        for name, value in facts.items():
            setattr(found, name, value)

    return step(engine, write)[1]


def read(client: TestClient, layer: str, begin: str, end: str | None = None, **asked: Any) -> dict[str, Any]:
    told = {"layer": layer, "from": begin, **({"to": end} if end else {}), **asked}
    answer = client.get(CHANGES, params=told)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def read_as(client: TestClient, *codes: str, role: str = "township") -> None:
    office = Actor("office", Scope(ScopeKind.TOWNSHIPS, frozenset(codes)), ROLES[role], None, True)
    client.app.dependency_overrides[current_actor] = lambda: office


@pytest.fixture
def start(own_engine: Engine) -> tuple[Enterprise, Zone, str]:
    """A site with a zone in the west, and a moment after both were written."""

    def write(session: Session) -> tuple[Enterprise, Zone]:
        make.area(session, WEST, "马庄街道", None, level="township")
        make.area(session, EAST, "南环路街道", None, level="township")
        site = make.enterprise(session, "化工厂", township_code=WEST)
        return site, make.zone(session, site, "罐区", grade=3)

    (site, zone), moment = step(own_engine, write)
    return site, zone, moment


@pytest.mark.parametrize(
    ("facts", "kinds", "fields", "new_red"),
    [
        ({"declared_grade": 1}, ["raised"], [("grade", 3, 1)], 1),
        ({"declared_grade": 2}, ["raised"], [("grade", 3, 2)], 0),
        ({"declared_grade": 4}, ["lowered"], [("grade", 3, 4)], 0),
        ({"declared_grade": None}, ["changed"], [("grade", 3, None)], 0),
        ({"name": "液氨罐区"}, ["changed"], [("name", "罐区", "液氨罐区")], 0),
        ({"name": "罐区"}, [], [], 0),
        ({"original_datum": "EPSG:4326"}, [], [], 0),
    ],
)
def test_a_change_is_named_by_what_it_is(
    client: TestClient,
    own_engine: Engine,
    start: tuple[Enterprise, Zone, str],
    facts: dict[str, Any],
    kinds: list[str],
    fields: list[Any],
    new_red: int,
) -> None:
    _, zone, begin = start
    end = update(own_engine, zone, **facts)
    told = read(client, "zones", begin, end)
    assert [change["kinds"] for change in told["changes"]] == ([kinds] if kinds else [])
    assert told["summary"] == {**NOTHING, **dict.fromkeys(kinds, 1), "new_red": new_red}
    for change in told["changes"]:
        assert [(each["field"], each["before"], each["after"]) for each in change["fields"]] == fields
        assert (change["id"], change["number"]) == (str(zone.id), zone.number)
        assert (change["grade_before"], change["lon"], change["lat"]) == (3, 113.2661, 33.708)


def test_a_row_may_have_changed_in_several_ways(
    client: TestClient, own_engine: Engine, start: tuple[Enterprise, Zone, str]
) -> None:
    site, _, begin = start
    elsewhere = make.stored(Point(113.3, 33.72))
    end = update(own_engine, site, declared_grade=1, location=elsewhere, address="建设路1号")
    (change,) = read(client, "enterprises", begin, end)["changes"]
    assert change["kinds"] == ["raised", "moved", "changed"]
    assert (change["lon"], change["lat"]) == (113.3, 33.72)
    (then,) = read(client, "enterprises", end, update(own_engine, site, declared_grade=None))["changes"]
    assert then["kinds"] == ["lowered"]  # its zone is still 一般


def test_what_has_come_and_gone(
    client: TestClient, own_engine: Engine, start: tuple[Enterprise, Zone, str]
) -> None:
    site, _, begin = start
    new, middle = step(own_engine, lambda session: make.zone(session, site, "车间乙", grade=1))

    def delete(session: Session) -> None:
        make.granted(session, session.get_one(Zone, new.id))
        session.delete(session.get_one(Zone, new.id))

    _, end = step(own_engine, delete)
    appeared = read(client, "zones", begin, middle)
    assert appeared["summary"] == {**NOTHING, "appeared": 1, "new_red": 1}
    gone = read(client, "zones", middle, end)
    assert gone["summary"] == {**NOTHING, "gone": 1}
    assert [(change["name"], change["grade_before"]) for change in gone["changes"]] == [("车间乙", 1)]
    # What came and went in between is no difference.
    assert read(client, "zones", begin, end)["summary"] == NOTHING
    assert read(client, "zones", begin, begin)["changes"] == []


def test_a_row_tells_of_the_one_that_it_belongs_to(
    client: TestClient, own_engine: Engine, start: tuple[Enterprise, Zone, str]
) -> None:
    site, zone, begin = start
    end = update(own_engine, site, name="新化工厂")
    (change,) = read(client, "zones", begin, end)["changes"]
    assert change["id"] == str(zone.id)
    assert change["fields"] == [{"field": "enterprise", "before": "化工厂", "after": "新化工厂"}]


def test_a_layer_without_grades_is_compared_too(
    client: TestClient, own_engine: Engine, start: tuple[Enterprise, Zone, str]
) -> None:
    _, _, begin = start
    _, end = step(own_engine, lambda session: make.area(session, "410411", "湛河区", make.square(side=0.1)))
    assert read(client, "areas", begin, end)["summary"] == {**NOTHING, "appeared": 1}


def test_each_office_sees_the_changes_of_what_it_had(
    client: TestClient, own_engine: Engine, start: tuple[Enterprise, Zone, str]
) -> None:
    """Handed over, a site is gone for the one and has appeared for the other, who learns nothing of before."""
    site, zone, begin = start
    renamed = update(own_engine, zone, name="秘密名称", declared_grade=1)
    handed = update(own_engine, site, township_code=EAST)
    end = update(own_engine, zone, name="东边的名称")
    seen = {}
    for code in (WEST, EAST):
        read_as(client, code)
        seen[code] = [
            [(change["name"], change["kinds"]) for change in read(client, "zones", *moments)["changes"]]
            for moments in ((begin, renamed), (renamed, handed), (handed, end), (begin, end))
        ]
    assert seen == {
        WEST: [[("秘密名称", ["raised", "changed"])], [("秘密名称", ["gone"])], [], [("罐区", ["gone"])]],
        EAST: [
            [],
            [("秘密名称", ["appeared"])],
            [("东边的名称", ["changed"])],
            [("东边的名称", ["appeared"])],
        ],
    }


def test_of_a_foreign_zone_only_what_is_told_of_it_is_compared(
    client: TestClient, own_engine: Engine
) -> None:
    """A zone of the west that reaches into the east: the east is told its enterprise's name, and not whose it is."""

    def write(session: Session) -> tuple[Enterprise, Zone]:
        make.area(session, WEST, "马庄街道", make.square(113.2, 33.7, side=0.1), level="township")
        make.area(session, EAST, "南环路街道", make.square(113.3, 33.7, side=0.1), level="township")
        site = make.enterprise(session, "化工厂", township_code=WEST)
        return site, make.zone(session, site, boundary=make.square(113.2995, 33.71, side=0.001))

    (site, _), begin = step(own_engine, write)
    end = update(own_engine, site, sector_code="chemical", address="机密")
    read_as(client, EAST)
    assert read(client, "zones", begin, end)["changes"] == []
    read_as(client, WEST)
    (change,) = read(client, "zones", begin, end)["changes"]
    assert change["fields"] == [{"field": "sector", "before": None, "after": "chemical"}]
    # Given to the east, the enterprise comes out of its mask there.
    handed = update(own_engine, site, township_code=EAST)
    read_as(client, EAST)
    (change,) = read(client, "zones", end, handed)["changes"]
    told = {each["field"]: (each["before"], each["after"]) for each in change["fields"]}
    assert told == {
        "enterprise_id": (None, str(site.id)),
        "sector": (None, "chemical"),
        "township": (None, EAST),
    }


def test_kinds_boxes_and_pages(
    client: TestClient, own_engine: Engine, start: tuple[Enterprise, Zone, str]
) -> None:
    site, _, begin = start

    def write(session: Session) -> list[int]:
        return [
            make.zone(session, site, f"车间{n}", make.square(113.2 + n / 10, 33.7)).number for n in range(5)
        ]

    numbers, _ = step(own_engine, write)
    end = update(own_engine, start[1], declared_grade=1)
    assert read(client, "zones", begin, end)["summary"] == {
        **NOTHING,
        "appeared": 5,
        "raised": 1,
        "new_red": 1,
    }
    raised = read(client, "zones", begin, end, kind="raised")
    assert (raised["matched"], len(raised["changes"]), raised["summary"]["appeared"]) == (1, 1, 5)
    both = read(client, "zones", begin, end, kind=["raised", "appeared"])
    assert both["matched"] == 6
    boxed = read(client, "zones", begin, end, bbox="113.39,33.6,113.55,33.8", kind="appeared")
    assert [change["number"] for change in boxed["changes"]] == numbers[2:4]
    assert boxed["summary"] == {**NOTHING, "appeared": 2}
    seen, after = [], 0
    while after is not None:
        page = read(client, "zones", begin, end, kind="appeared", limit=2, after=after)
        assert page["matched"] == 5
        seen += [change["number"] for change in page["changes"]]
        after = page["next"]
    assert seen == numbers


def test_what_left_a_box_has_changed_in_it(
    client: TestClient, own_engine: Engine, start: tuple[Enterprise, Zone, str]
) -> None:
    site, _, begin = start
    end = update(own_engine, site, location=make.stored(Point(113.9, 33.9)))
    old, new, other = "113.2,33.6,113.3,33.8", "113.8,33.8,114,34", "1,1,2,2"
    told = [len(read(client, "enterprises", begin, end, bbox=box)["changes"]) for box in (old, new, other)]
    assert told == [1, 1, 0]


def test_a_download_is_geojson_page_by_page(
    client: TestClient, own_engine: Engine, start: tuple[Enterprise, Zone, str]
) -> None:
    site, zone, begin = start

    def delete(session: Session) -> None:
        session.delete(session.get_one(Zone, zone.id))

    step(own_engine, delete)
    for serial in range(2):
        step(own_engine, lambda session, serial=serial: make.zone(session, site, f"新{serial}", grade=2))
    asked: dict[str, Any] = {"layer": "zones", "from": begin}
    answer = client.get(CHANGES, params=asked, headers={"Accept": "application/geo+json"})
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["content-disposition"].startswith('attachment; filename="changes-zones-')
    FeatureCollection.model_validate_json(answer.content)
    first = client.get(CHANGES, params={**asked, "f": "geojson", "limit": 2}).json()
    assert (first["numberMatched"], first["numberReturned"]) == (3, 2)
    (link,) = first["links"]
    # Of the same moment, whatever has been written meanwhile.
    step(own_engine, lambda session: make.zone(session, site, "更新"))
    second = client.get(link["href"]).json()
    assert second["links"] == []
    told = {
        feature["properties"]["name"]: (feature["properties"]["kinds"], feature["properties"]["grade"])
        for feature in first["features"] + second["features"]
    }
    assert told == {"罐区": (["gone"], 3), "新0": (["appeared"], 2), "新1": (["appeared"], 2)}
    with own_engine.connect() as connection:
        exports = connection.execute(
            text("SELECT detail->>'what', (detail->>'rows')::int FROM audit_event WHERE action = 'export'")
        ).all()
    assert exports == [("changes of zones", 3), ("changes of zones", 2), ("changes of zones", 1)]


def test_who_may_not_export_reads_the_list_and_takes_nothing_away(
    client: TestClient, start: tuple[Enterprise, Zone, str]
) -> None:
    read_as(client, WEST, role="enterprise")
    asked = {"layer": "zones", "from": start[2]}
    assert client.get(CHANGES, params=asked).status_code == 200
    refused = client.get(CHANGES, params={**asked, "f": "geojson"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")


TOMORROW = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
PAST = "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"layer": "nothing", "from": PAST}, "layer"),
        ({"layer": "zones", "from": TOMORROW}, "from"),
        ({"layer": "zones", "from": "2026-01-01"}, "from"),
        ({"layer": "zones", "from": PAST, "to": "2026-01-02T00:00:00"}, "to"),
        ({"layer": "zones", "from": PAST, "to": TOMORROW}, "to"),
        ({"layer": "zones", "from": PAST, "to": "2025-01-01T00:00:00Z"}, "from"),
        ({"layer": "zones", "from": PAST, "bbox": "1,2,3"}, "bbox"),
        ({"layer": "zones", "from": f"{PAST}/.."}, "from"),
    ],
)
def test_what_cannot_be_compared_is_refused_at_its_place(
    client: TestClient, asked: dict[str, str], pointer: str
) -> None:
    answer = client.get(CHANGES, params=asked)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)
