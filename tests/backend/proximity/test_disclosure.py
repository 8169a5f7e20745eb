"""Who is told of a red site near a school that lies on the other side of a border."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from pyproj import Geod
from shapely import MultiPolygon, Point
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import PUBLIC, Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from backend.surroundings.models import Receptor
from tests import make

WEST, EAST = "410411001", "410411002"
BORDER = 113.30
# 370 m on either side of the border at 33.7 degrees north.
SCHOOL, PLANT = Point(BORDER - 0.004, 33.72), Point(BORDER + 0.004, 33.72)
GEOD = Geod(ellps="GRS80")


def somebody(kind: ScopeKind, role: str, *codes: object) -> Actor:
    return Actor(role, Scope(kind, frozenset(map(str, codes))), ROLES[role], has_second_factor=True)


@pytest.fixture
def world(session: Session) -> dict[str, Any]:
    """A school in the west, a plant of the grade 重大 in the east, 740 m apart; and what is too far, or ungraded."""
    make.area(session, WEST, "西街道", make.square(BORDER - 0.1, 33.65, side=0.1), level="township")
    make.area(session, EAST, "东街道", make.square(BORDER, 33.65, side=0.1), level="township")
    unit = make.enterprise(session, "西小学", SCHOOL, township_code=WEST, sector_code="education", grade=4)
    school = make.receptor(session, "西小学", SCHOOL, enterprise_id=unit.id)
    plant = make.enterprise(
        session, "东化工厂", PLANT, township_code=EAST, sector_code="chemical", grade=1, address="东街 1 号"
    )
    make.enterprise(session, "东远厂", Point(BORDER + 0.03, 33.72), township_code=EAST, grade=1)
    make.enterprise(session, "东无级厂", PLANT, township_code=EAST)
    return {"school": school, "plant": plant, "unit": unit}


def told(client: TestClient, actor: Actor, receptor: Receptor, query: str = "") -> list[dict[str, Any]]:
    client.app.dependency_overrides[current_actor] = lambda: actor
    answer = client.get(f"/api/v1/proximity/receptors/{receptor.id}/sites{query}")
    assert answer.status_code == 200
    return answer.json()["items"]


def test_the_school_s_township_is_told_what_protects_it(client: TestClient, world: dict[str, Any]) -> None:
    west = somebody(ScopeKind.TOWNSHIPS, "township", WEST)
    (site,) = told(client, west, world["school"])
    true_m = GEOD.inv(SCHOOL.x, SCHOOL.y, PLANT.x, PLANT.y)[2]
    assert site.pop("distance_m") == pytest.approx(true_m, abs=0.002)
    assert site.pop("edge")["code"] == "point"
    assert site == {"id": None, "number": None, "name": "东化工厂", "grade": 1, "office": "东街道"}
    assert client.get(f"/api/v1/enterprises/{world['plant'].id}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "role", "code"),
    [
        (ScopeKind.SECTORS, "sector_department", "education"),
        (ScopeKind.ENTERPRISES, "enterprise", None),
    ],
)
def test_so_are_the_school_s_department_and_the_school_itself(
    client: TestClient, world: dict[str, Any], kind: ScopeKind, role: str, code: str | None
) -> None:
    (site,) = told(client, somebody(kind, role, code or world["unit"].id), world["school"])
    assert (site["id"], site["name"]) == (None, "东化工厂")


def test_the_plant_s_township_sees_its_own_site_whole(client: TestClient, world: dict[str, Any]) -> None:
    (site,) = told(client, somebody(ScopeKind.TOWNSHIPS, "township", EAST), world["school"])
    assert (site["id"], site["name"]) == (str(world["plant"].id), "东化工厂")


@pytest.mark.parametrize(
    "actor",
    [
        somebody(ScopeKind.SECTORS, "sector_department", "health"),
        somebody(ScopeKind.TOWNSHIPS, "township", "410411003"),
        somebody(ScopeKind.TOWNSHIPS, "township"),
        somebody(ScopeKind.GROUPS, "park_committee", "00000000-0000-0000-0000-000000000000"),
        PUBLIC,
    ],
    ids=lambda actor: f"{actor.name} {len(actor.scope.codes)}",
)
def test_who_has_neither_is_told_nothing(client: TestClient, world: dict[str, Any], actor: Actor) -> None:
    assert told(client, actor, world["school"]) == []


def test_the_bureau_sees_both_sides(client: TestClient, world: dict[str, Any]) -> None:
    bureau = Actor("bureau", EVERYTHING, ROLES["bureau_admin"], has_second_factor=True)
    (site,) = told(client, bureau, world["school"])
    assert site["id"] == str(world["plant"].id)


def test_a_site_is_as_near_as_its_outline(
    client: TestClient, session: Session, world: dict[str, Any]
) -> None:
    plant: Enterprise = world["plant"]
    west_edge = BORDER + 0.001
    plant.outline = make.stored(MultiPolygon([make.square(west_edge, 33.715, side=0.01)]))
    session.flush()
    (site,) = told(client, somebody(ScopeKind.TOWNSHIPS, "township", WEST), world["school"])
    assert site["distance_m"] == pytest.approx(GEOD.inv(SCHOOL.x, SCHOOL.y, west_edge, SCHOOL.y)[2], abs=0.01)


@pytest.mark.parametrize("radius", ["0", "-1", "nan", "inf", "5001", "x"])
def test_a_distance_that_cannot_be_is_400(client: TestClient, world: dict[str, Any], radius: str) -> None:
    address = f"/api/v1/proximity/receptors/{world['school'].id}/sites?radius_m={radius}"
    assert client.get(address).status_code == 400


def test_the_distance_is_the_reader_s_choice(client: TestClient, world: dict[str, Any]) -> None:
    west = somebody(ScopeKind.TOWNSHIPS, "township", WEST)
    assert told(client, west, world["school"], "?radius_m=700") == []
    assert len(told(client, west, world["school"], "?radius_m=5000")) == 1
    east = somebody(ScopeKind.TOWNSHIPS, "township", EAST)
    assert len(told(client, east, world["school"], "?radius_m=5000")) == 2


def test_a_low_risk_across_the_border_is_nobody_else_s_business(
    client: TestClient, session: Session, world: dict[str, Any]
) -> None:
    make.granted(session, world["plant"])
    world["plant"].declared_grade = 3
    session.flush()
    assert told(client, somebody(ScopeKind.TOWNSHIPS, "township", WEST), world["school"]) == []
