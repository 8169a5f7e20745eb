"""An emergency: what is around one place, whom to call, for whom, and what is kept of the question."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from pyproj import Geod
from shapely import LineString, Point
from sqlalchemy import text
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from tests import make

HERE = Point(113.28, 33.70)
GEOD = Geod(ellps="GRS80")
DUTY = Actor("duty", EVERYTHING, ROLES["duty_officer"], has_second_factor=True)
ANALYST = Actor("analyst", EVERYTHING, ROLES["bureau_analyst"], has_second_factor=True)
PHONE = "13812341234"


def away(metres: float) -> Point:
    lon, lat, _ = GEOD.fwd(HERE.x, HERE.y, 90.0, metres)
    return Point(lon, lat)


@pytest.fixture
def world(session: Session) -> dict[str, Any]:
    """A red plant at 400 m with somebody to call, one without a grade at 900 m, one too far; a school and a road."""
    for code, name in (("410411001", "西街道"), ("410411002", "东街道")):
        make.area(session, code, name, None, level="township")
    plant = make.enterprise(session, "近厂", away(400), grade=1, township_code="410411001")
    make.person(session, plant, "张三", phone=PHONE)
    make.enterprise(session, "未评定的厂", away(900), township_code="410411002")
    make.enterprise(session, "远厂", away(3_010), grade=1)
    make.enterprise(session, "未上图的厂", None, grade=1)
    make.receptor(session, "学校", away(700), headcount=500)
    lon = away(1_200).x
    make.corridor(session, "大道", LineString([(lon, 33.69), (lon, 33.71)]), half_width_m=10.0)
    return {"plant": plant}


def around(
    client: TestClient, actor: Actor, query: str = "lon=113.28&lat=33.70", *, status: int = 200
) -> Any:
    client.app.dependency_overrides[current_actor] = lambda: actor  # type: ignore[attr-defined]
    answer = client.get(f"/api/v1/proximity/around?{query}")
    assert answer.status_code == status, answer.text
    return answer.json()


def test_everything_around_is_told_the_nearest_first(client: TestClient, world: dict[str, Any]) -> None:
    told = around(client, DUTY)
    assert [(site["name"], site["grade"], site["within_m"]) for site in told["sites"]] == [
        ("近厂", 1, 500),
        ("未评定的厂", None, 1_000),
    ]
    assert [site["distance_m"] for site in told["sites"]] == pytest.approx([400, 900], abs=0.01)
    (school,) = told["receptors"]
    assert (school["kind"]["zh"], school["headcount"], school["distance_m"]) == (
        "学校",
        500,
        pytest.approx(700, abs=0.01),
    )
    (road,) = told["corridors"]
    # From the place to the outer edge of the road.
    assert road["distance_m"] == pytest.approx(1_190, abs=0.02)
    assert told["totals"] == {"sites": 2, "receptors": 1, "corridors": 1}


def test_the_duty_officer_can_call_and_the_analyst_cannot(client: TestClient, world: dict[str, Any]) -> None:
    assert around(client, DUTY)["sites"][0]["contacts"][0]["phone"] == PHONE
    (person,) = around(client, ANALYST)["sites"][0]["contacts"]
    assert (person["name"], person["phone"]) == ("张三", "138****1234")


def test_a_township_is_told_of_its_own_sites_alone(client: TestClient, world: dict[str, Any]) -> None:
    township = Actor(
        "west",
        Scope(ScopeKind.TOWNSHIPS, frozenset({"410411002"})),
        ROLES["township"],
        has_second_factor=True,
    )
    told = around(client, township)
    assert [site["name"] for site in told["sites"]] == ["未评定的厂"]
    assert told["totals"]["sites"] == 1


def test_the_question_is_kept_in_the_audit_trail(
    client: TestClient, world: dict[str, Any], session: Session
) -> None:
    around(client, DUTY)
    who, detail = session.execute(
        text("SELECT actor_name, detail ->> 'query' FROM audit_event WHERE action = 'emergency'")
    ).one()
    assert (who, detail) == ("duty", "lon=113.28&lat=33.70")


@pytest.mark.parametrize(
    "query",
    [
        "lon=113.28",
        "lon=nan&lat=33",
        "lon=200&lat=33",
        "lon=113&lat=33&distance_m=0",
        "lon=113&lat=33&distance_m=60000",
    ],
)
def test_a_place_or_a_distance_that_is_none_is_refused(client: TestClient, query: str) -> None:
    around(client, DUTY, query, status=400)
