"""The facts behind a click: enterprises, zones, receptors, corridors."""

import pytest
from fastapi.testclient import TestClient
from pyproj import Geod
from shapely import LineString, MultiPolygon
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import Scope, ScopeKind
from tests import make

# The ellipsoid of CGCS2000; geodesics are another way to the same metres.
CGCS2000 = Geod(a=6378137, rf=298.257222101)


def test_an_enterprise_tells_its_zones_worst_first(client: TestClient, session: Session) -> None:
    make.area(session, "410411001", "马庄街道", None, level="township")
    site = make.enterprise(
        session, "机械厂", grade=1, sector_code="industry_trade", township_code="410411001"
    )
    for name, grade in (("办公楼", None), ("仓库", 3), ("罐区", 1)):
        make.zone(session, site, name, grade=grade)
    facts = client.get(f"/api/v1/enterprises/{site.id}").json()
    assert [zone["name"] for zone in facts["zones"]] == ["罐区", "仓库", "办公楼"]
    assert facts["sector"]["zh"] == "工贸"
    assert facts["township"] == {"code": "410411001", "name": "马庄街道"}
    assert facts["operating_status"] == {"code": "operating", "zh": "在产", "en": "Operating"}
    assert (facts["lon"], facts["lat"]) == (make.LON, make.LAT)
    assert facts["grade_basis"] == "inherent"


def test_the_number_in_a_tile_leads_to_the_same_row(client: TestClient, session: Session) -> None:
    site = make.enterprise(session)
    by_number = client.get(f"/api/v1/enterprises/{site.number}").json()
    assert by_number["id"] == str(site.id)


def test_an_enterprise_without_a_place_is_told_without_one(client: TestClient, session: Session) -> None:
    site = make.enterprise(session, place=None)
    facts = client.get(f"/api/v1/enterprises/{site.id}").json()
    assert (facts["lon"], facts["bounds"], facts["area_m2"]) == (None, None, None)


def test_area_and_perimeter_of_a_zone_are_those_on_the_ground(client: TestClient, session: Session) -> None:
    square = make.square(side=0.005)
    zone = make.zone(session, make.enterprise(session), boundary=square)
    facts = client.get(f"/api/v1/zones/{zone.id}").json()
    area, perimeter = CGCS2000.geometry_area_perimeter(square)
    assert facts["area_m2"] == pytest.approx(abs(area), rel=1e-5)
    assert facts["perimeter_m"] == pytest.approx(perimeter, rel=1e-5)


def test_the_area_of_an_outline_is_that_on_the_ground(client: TestClient, session: Session) -> None:
    square = make.square(side=0.01)
    site = make.enterprise(session, outline=make.stored(MultiPolygon([square])))
    area, _ = CGCS2000.geometry_area_perimeter(square)
    facts = client.get(f"/api/v1/enterprises/{site.id}").json()
    assert facts["area_m2"] == pytest.approx(abs(area), rel=1e-5)
    assert facts["bounds"] == pytest.approx(list(square.bounds))


def test_a_corridor_tells_its_length_on_the_ground(client: TestClient, session: Session) -> None:
    line = LineString([(113.2, 33.7), (113.3, 33.72)])
    corridor = make.corridor(session, "建设路", line, half_width_m=15.0)
    facts = client.get(f"/api/v1/corridors/{corridor.id}").json()
    assert facts["length_m"] == pytest.approx(CGCS2000.geometry_length(line), rel=1e-5)
    assert facts["class"]["zh"] == "主干路"


def test_a_receptor_that_is_a_point_has_no_area(client: TestClient, session: Session) -> None:
    site = make.enterprise(session, "湛河中学")
    receptor = make.receptor(session, "湛河中学", headcount=1200, enterprise_id=site.id)
    facts = client.get(f"/api/v1/receptors/{receptor.number}").json()
    assert (facts["headcount"], facts["kind"]["zh"], facts["area_m2"]) == (1200, "学校", None)
    assert facts["enterprise_id"] == str(site.id)


@pytest.mark.parametrize("kind", ["enterprises", "zones", "receptors", "corridors"])
@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("00000000-0000-0000-0000-000000000000", 404),
        ("999999999", 404),
        ("99999999999999999999", 400),
        ("not-a-key", 400),
        ("-1", 400),
        ("١٢", 400),
    ],
)
def test_a_key_that_leads_nowhere_is_a_problem_document(
    client: TestClient, kind: str, key: str, status: int
) -> None:
    answer = client.get(f"/api/v1/{kind}/{key}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_what_is_not_yours_is_not_there(client: TestClient, session: Session) -> None:
    site = make.enterprise(session, sector_code="education")
    zone = make.zone(session, site)
    stranger = Actor(
        "stranger",
        Scope(ScopeKind.SECTORS, frozenset({"health"})),
        ROLES["sector_department"],
        has_second_factor=True,
    )
    client.app.dependency_overrides[current_actor] = lambda: stranger
    for path in (f"/api/v1/enterprises/{site.id}", f"/api/v1/zones/{zone.number}"):
        there, nowhere = client.get(path), client.get("/api/v1/zones/999999999")
        assert there.status_code == 404
        assert there.json()["detail"] == nowhere.json()["detail"]
