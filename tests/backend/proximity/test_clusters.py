"""Domino groups of sites, and corridors kilometre by kilometre."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from pyproj import Geod
from shapely import LineString, Point
from shapely.geometry import shape
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from backend.proximity import clusters
from tests import make

HERE = Point(113.28, 33.70)
GEOD = Geod(ellps="GRS80")
BUREAU = Actor("bureau", EVERYTHING, ROLES["bureau_analyst"], has_second_factor=True)


def away(metres: float) -> Point:
    lon, lat, _ = GEOD.fwd(HERE.x, HERE.y, 90.0, metres)
    return Point(lon, lat)


@pytest.fixture
def world(session: Session) -> Session:
    """Red sites at 0, 90, 180 and 1,500 m along a road that begins at 0; a yellow one between; two townships."""
    for code, name in (("410411001", "西街道"), ("410411002", "东街道")):
        make.area(session, code, name, None, level="township")
    for name, metres in (("甲", 0), ("乙", 90), ("丙", 180), ("丁", 1_500)):
        code = "410411001" if metres < 100 else "410411002"
        make.enterprise(session, name, away(metres), grade=1, township_code=code)
    make.enterprise(session, "黄", away(1_450), grade=3, township_code="410411002")
    make.corridor(session, "大道", LineString([HERE.coords[0], away(2_500).coords[0]]), half_width_m=10.0)
    return session


def asked(client: TestClient, actor: Actor, path: str, *, status: int = 200) -> Any:
    client.app.dependency_overrides[current_actor] = lambda: actor  # type: ignore[attr-defined]
    answer = client.get(f"/api/v1/proximity/{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


def test_sites_that_reach_each_other_are_one_group(client: TestClient, world: Session) -> None:
    told = asked(client, BUREAU, "groups?distance_m=100")
    (group,) = told["groups"]
    assert [member["name"] for member in group["members"]] == ["甲", "乙", "丙"]
    assert (told["sites"], group["enterprises"], group["grades"]) == (4, 3, {"1": 3})
    ground = shape(group["geometry"])
    assert ground.geom_type == "Polygon"
    assert all(ground.covers(away(metres)) for metres in (0, 90, 180))


def test_a_shorter_distance_parts_them(client: TestClient, world: Session) -> None:
    assert asked(client, BUREAU, "groups?distance_m=80")["groups"] == []


def test_other_grades_may_be_asked_for(client: TestClient, world: Session) -> None:
    told = asked(client, BUREAU, "groups?distance_m=100&grade=1&grade=3")
    assert [[member["name"] for member in group["members"]] for group in told["groups"]] == [
        ["甲", "乙", "丙"],
        ["丁", "黄"],
    ]


def test_a_group_that_reaches_over_a_border_is_told_as_far_as_one_s_own_sites(
    client: TestClient, world: Session
) -> None:
    scope = Scope(ScopeKind.TOWNSHIPS, frozenset({"410411001"}))
    west = Actor("west", scope, ROLES["township"], has_second_factor=True)
    told = asked(client, west, "groups?distance_m=100")
    (group,) = told["groups"]
    assert (told["sites"], [member["name"] for member in group["members"]]) == (2, ["甲", "乙"])


def road(client: TestClient) -> str:
    client.app.dependency_overrides[current_actor] = lambda: BUREAU  # type: ignore[attr-defined]
    (feature,) = client.get("/ogc/collections/corridors/items").json()["features"]
    return str(feature["id"])


def test_a_road_is_told_kilometre_by_kilometre(client: TestClient, world: Session) -> None:
    told = asked(client, BUREAU, f"corridors/{road(client)}/sections?distance_m=200&grade=1&grade=3")
    assert [(each["from_m"], each["to_m"], each["grades"]) for each in told["sections"]] == [
        (0, 1_000, {"1": 3}),
        (1_000, 2_000, {"1": 1, "3": 1}),
        (2_000, 2_500, {}),
    ]
    assert told["sections"][2]["nearest_m"] is None


def test_sections_are_as_long_as_is_asked_for(client: TestClient, world: Session) -> None:
    told = asked(client, BUREAU, f"corridors/{road(client)}/sections?length_m=500")
    assert len(told["sections"]) == 5
    asked(client, BUREAU, f"corridors/{road(client)}/sections?length_m=5", status=400)


def test_questions_that_would_compare_everything_are_refused(client: TestClient, world: Session) -> None:
    asked(client, BUREAU, "groups?distance_m=2001", status=400)
    asked(client, BUREAU, f"corridors/{road(client)}/sections?distance_m=2001", status=400)


def test_too_many_sections_and_sites_are_refused_with_advice(
    client: TestClient, world: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "MOST_COMPARED", 3)
    problem = asked(client, BUREAU, f"corridors/{road(client)}/sections", status=422)
    assert problem["code"] == "too_many_pairs"


def test_a_corridor_that_is_none_is_not_found(client: TestClient, world: Session) -> None:
    asked(client, BUREAU, "corridors/00000000-0000-4000-8000-000000000000/sections", status=404)
