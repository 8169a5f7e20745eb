"""What is only planned: a plant near a school, a school near a plant, and what is told of it across a border."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pyproj import Geod
from shapely import LineString, Point, box, to_geojson
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from tests import make
from tests.probing import OWN_PAGE

WEST, EAST = "410411001", "410411002"
HERE = Point(113.28, 33.70)
GEOD = Geod(ellps="GRS80")
BUREAU = Actor("bureau", EVERYTHING, ROLES["bureau_analyst"], has_second_factor=True)


def away(metres: float) -> Point:
    lon, lat, _ = GEOD.fwd(HERE.x, HERE.y, 90.0, metres)
    return Point(lon, lat)


@pytest.fixture
def world(session: Session) -> dict[str, Any]:
    """A school here, in the west; a red plant 600 m east of it, across the border; a road at 150 m."""
    border = away(300).x
    make.area(session, WEST, "西街道", box(border - 0.1, 33.6, border, 33.8), level="township")
    make.area(session, EAST, "东街道", box(border, 33.6, border + 0.1, 33.8), level="township")
    make.receptor(session, "西小学", HERE)
    plant = make.enterprise(
        session, "东化工厂", away(600), grade=1, township_code=EAST, sector_code="hazardous_chemicals"
    )
    make.enterprise(session, "东低风险厂", away(500), grade=4, township_code=EAST)
    lon = away(150).x
    make.corridor(session, "大道", LineString([(lon, 33.69), (lon, 33.71)]), half_width_m=10.0)
    return {"plant": plant}


def township(code: str) -> Actor:
    return Actor(
        code, Scope(ScopeKind.TOWNSHIPS, frozenset({code})), ROLES["township"], has_second_factor=True
    )


def planned(
    client: TestClient, actor: Actor, place: BaseGeometry, *, status: int = 200, **said: Any
) -> dict[str, Any]:
    client.app.dependency_overrides[current_actor] = lambda: actor  # type: ignore[attr-defined]
    body = {"geometry": json.loads(to_geojson(place)), **said}
    answer = client.post("/api/v1/proximity/what-if", json=body, headers=OWN_PAGE)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def square(metres: float, *, size: float = 0.0004) -> BaseGeometry:
    """A block whose western edge is so far east of here."""
    west = away(metres).x
    return box(west, HERE.y - size, west + size, HERE.y + size)


def test_a_planned_plant_is_measured_from_its_edge_and_the_rules_speak(
    client: TestClient, world: dict[str, Any]
) -> None:
    told = planned(
        client,
        BUREAU,
        square(170),
        planned="site",
        sector="hazardous_chemicals",
        major_hazard=True,
        name="新储罐",
    )
    distances = {pair["target"]["name"]: pair["distance_m"] for pair in told["pairs"]}
    assert distances == {"大道": pytest.approx(10, abs=0.02), "西小学": pytest.approx(170, abs=0.02)}
    assert {finding["rule"]: finding["outcome"]["zh"] for finding in told["findings"]} == {
        "highway-land": "需核查",
        "eight-places": "需调取评价报告",
    }
    assert {pair["site"]["edge"]["zh"] for pair in told["pairs"]} == {"规划范围"}
    assert {pair["site"]["id"] for pair in told["pairs"]} == {None}


def test_a_planned_school_finds_the_red_plant(client: TestClient, world: dict[str, Any]) -> None:
    told = planned(client, BUREAU, square(200), planned="receptor", receptor_kind="kindergarten")
    (pair,) = told["pairs"]
    assert (pair["site"]["name"], pair["target"]["kind"]["zh"]) == ("东化工厂", "幼儿园")
    assert told["neighbours"] == []


def test_a_township_is_told_of_the_neighbour_s_red_plant_no_more_than_protects_its_school(
    client: TestClient, world: dict[str, Any]
) -> None:
    told = planned(client, township(WEST), HERE, planned="receptor")
    assert (told["sites"], told["pairs"]) == (0, [])
    (site,) = told["neighbours"]
    assert site.pop("distance_m") == pytest.approx(600, abs=0.02)
    assert site.pop("edge")["code"] == "point"
    assert site == {"id": None, "number": None, "name": "东化工厂", "grade": 1, "office": "东街道"}


def test_a_school_planned_on_the_neighbour_s_land_tells_nothing_of_their_sites(
    client: TestClient, world: dict[str, Any]
) -> None:
    told = planned(client, township(WEST), away(400), planned="receptor")
    assert (told["sites"], told["pairs"], told["neighbours"]) == (0, [], [])
    # Nor does one that only reaches over the border.
    told = planned(client, township(WEST), square(290, size=0.001), planned="receptor")
    assert told["neighbours"] == []


def test_a_planned_plant_tells_nothing_of_the_neighbour_s_sites(
    client: TestClient, world: dict[str, Any]
) -> None:
    assert planned(client, township(WEST), HERE, planned="site")["neighbours"] == []


def test_nothing_is_kept(client: TestClient, world: dict[str, Any], session: Session) -> None:
    def rows() -> list[int]:
        return [
            session.scalar(text(f"SELECT count(*) FROM {table}")) or 0
            for table in ("enterprise", "zone", "receptor")
        ]

    before = rows()
    planned(client, BUREAU, square(200), planned="site")
    planned(client, BUREAU, square(200), planned="receptor")
    assert rows() == before


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"planned": "castle"}, "planned"),
        ({"planned": "receptor", "receptor_kind": "castle"}, "castle"),
        ({"planned": "site", "asked": {"distance_m": [0]}}, "distance_m"),
        ({"planned": "site", "colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_planned_is_refused(client: TestClient, said: dict[str, Any], expected: str) -> None:
    assert expected in str(planned(client, BUREAU, HERE, status=422, **said))


def test_a_drawing_that_crosses_itself_is_refused_with_the_place(client: TestClient) -> None:
    client.app.dependency_overrides[current_actor] = lambda: BUREAU  # type: ignore[attr-defined]
    bowtie = [[[113.28, 33.70], [113.29, 33.71], [113.29, 33.70], [113.28, 33.71], [113.28, 33.70]]]
    body = {"planned": "site", "geometry": {"type": "Polygon", "coordinates": bowtie}}
    answer = client.post("/api/v1/proximity/what-if", json=body, headers=OWN_PAGE)
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["location"]) == (422, pytest.approx([113.285, 33.705]))
