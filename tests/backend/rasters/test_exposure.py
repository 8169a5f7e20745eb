"""How many people are exposed, as the API tells it."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from fastapi.testclient import TestClient
from pyproj import Geod
from shapely import MultiPolygon, Point, box
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.jurisdictions.actors import PUBLIC, Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import Scope, ScopeKind
from backend.rasters.occupancy import FILE, Occupancy, occupancy
from backend.rasters.service import known_alpha
from backend.risk.major_hazards import alpha_for
from backend.surroundings.models import RECEPTOR_KINDS
from tests import make
from tests.backend.rasters.delivering import bring_in
from tests.rasters import CELL

GRS80 = Geod(ellps="GRS80")
OUTLINE = make.square(side=0.004)
# Cells of the raster hold a hundred people each.
PEOPLE_PER_DEGREE = 100 / CELL**2


def site(session: Session, **facts: Any) -> Any:
    return make.enterprise(session, "化工厂", outline=make.stored(MultiPolygon([OUTLINE])), **facts)


def asked(client: TestClient, query: str) -> Any:
    answer = client.get(f"/api/v1/exposure?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def drawn(client: TestClient, geometry: Any, distances: list[float]) -> Any:
    return client.post(
        "/api/v1/exposure",
        json={"geometry": geometry, "distances_m": distances},
        headers={"X-CSRF": "1"},
    )


def circle_area(distance_m: float) -> float:
    """In square degrees at the tests' place: an ellipse that is a circle on the ground."""
    lon, lat = make.LON, make.LAT
    east = GRS80.inv(lon, lat, lon + 0.001, lat)[2] / 0.001
    north = GRS80.inv(lon, lat, lon, lat + 0.001)[2] / 0.001
    return math.pi * distance_m**2 / east / north


def test_residents_are_counted_inside_and_in_the_ring_of_each_distance(
    client: TestClient, session: Session, tmp_path: Path
) -> None:
    bring_in(session, tmp_path)
    told = asked(client, f"enterprise={site(session).id}&distance_m=500,1000")
    inside, half, whole = told["inside"], *told["rings"]
    assert inside["population"] == pytest.approx(OUTLINE.area * PEOPLE_PER_DEGREE, rel=1e-6)
    assert (inside["distance_m"], half["distance_m"], whole["distance_m"]) == (None, 500, 1000)
    # By the area of the ring on the ground: a cell of 0.001° is 0.0103 km² here.
    for ring in (half, whole):
        assert ring["population"] == pytest.approx(100 * ring["area_km2"] / 0.010284, rel=2e-3)
        assert ring["people"] == math.ceil(ring["population"])
        assert (ring["share_without_data"], ring["reason"]) == (0, None)
    assert half["population"] < whole["population"]
    assert told["subject"]["place"] == "outline"
    assert told["raster"] | {"added_at": None} == {
        "title": "人口格网",
        "year": 2025,
        "source": "测试数据",
        "unit": {"code": "persons", "zh": "人/像元", "en": "People per cell"},
        "added_at": None,
    }


def test_around_a_point_the_whole_circle_is_counted(
    client: TestClient, session: Session, tmp_path: Path
) -> None:
    bring_in(session, tmp_path)
    told = asked(client, f"enterprise={make.enterprise(session).number}&distance_m=800")
    assert (told["inside"], told["subject"]["place"]) == (None, "point")
    assert told["rings"][0]["population"] == pytest.approx(circle_area(800) * PEOPLE_PER_DEGREE, rel=2e-3)
    assert (told["alpha"]["alpha"], told["alpha"]["sentence"][:4]) == (None, "没有厂界")


def test_a_zone_is_counted_around_and_has_no_alpha(
    client: TestClient, session: Session, tmp_path: Path
) -> None:
    bring_in(session, tmp_path)
    zone = make.zone(session, site(session), boundary=make.square(side=0.002))
    told = asked(client, f"zone={zone.id}")
    assert told["inside"]["population"] == pytest.approx(400, rel=1e-6)
    assert (told["subject"]["kind"], told["subject"]["name"], told["alpha"]) == ("zone", "车间甲", None)
    assert [ring["distance_m"] for ring in told["rings"]] == [500]


@pytest.mark.parametrize(
    ("per_cell", "alpha"), [(0.0, 0.5), (0.1, 1.0), (0.2, 1.2), (0.4, 1.5), (100.0, 2.0)]
)
def test_alpha_follows_from_the_residents_within_500_m_outside_the_outline(
    client: TestClient, session: Session, tmp_path: Path, per_cell: float, alpha: float
) -> None:
    bring_in(session, tmp_path, np.full((100, 160), per_cell, "float32"))
    told = asked(client, f"enterprise={site(session).id}&distance_m=500,3000")
    assert told["alpha"]["people"] == told["rings"][0]["people"]
    assert told["alpha"]["alpha"] == float(alpha_for(told["alpha"]["people"])) == alpha
    assert told["alpha"]["is_lower_bound"] is False
    assert f"约 {told['alpha']['people']} 人（估算）" in told["alpha"]["sentence"]
    assert "GB 18218-2018" in told["alpha"]["sentence"]


def test_people_on_the_site_itself_make_no_alpha(
    client: TestClient, session: Session, tmp_path: Path
) -> None:
    values = np.zeros((100, 160), "float32")
    # 112 cells from the west, 53 from the north: inside the outline.
    column, row = int((make.LON + 0.002 - 113.20) / CELL), int((33.76 - make.LAT - 0.002) / CELL)
    values[row, column] = 5000
    bring_in(session, tmp_path, values)
    told = asked(client, f"enterprise={site(session).id}")
    assert told["inside"]["people"] == 5000
    assert (told["alpha"]["people"], told["alpha"]["alpha"]) == (0, 0.5)


@pytest.mark.parametrize(
    ("residents", "share", "alpha", "is_lower_bound"),
    [(29.0, 0.0, 1.0, False), (29.01, 0.0, 1.2, False), (30.0, 0.2, 1.2, True), (100.0, 0.9, 2.0, False)],
)
def test_alpha_is_a_lower_bound_where_data_are_missing_and_could_raise_it(
    residents: float, share: float, alpha: float, is_lower_bound: bool
) -> None:
    told = known_alpha(residents, share)
    assert (told.alpha, told.is_lower_bound) == (alpha, is_lower_bound)
    assert ("只会更大" in told.sentence) == is_lower_bound


# ---------------------------------------------------------------- what is not known


def test_without_a_raster_the_population_is_null_with_a_reason_and_receptors_are_told(
    client: TestClient, session: Session
) -> None:
    make.receptor(session, place=Point(make.LON + 0.006, make.LAT), headcount=900)
    told = asked(client, f"enterprise={site(session).id}")
    assert told["raster"] is None
    assert "没有可用的人口栅格" in told["reason"]
    ring = told["rings"][0]
    assert (ring["population"], ring["people"], ring["share_without_data"]) == (None, None, None)
    assert "没有可用的人口栅格" in ring["reason"]
    assert ring["receptors"]["headcount"] == 900
    assert (told["alpha"]["alpha"], "α 未知" in told["alpha"]["sentence"]) == (None, True)


def test_beside_the_raster_the_population_is_null_and_not_nought(
    client: TestClient, session: Session, tmp_path: Path
) -> None:
    bring_in(session, tmp_path)
    told = drawn(client, {"type": "Point", "coordinates": [114.5, 34.5]}, [500]).json()
    assert (told["rings"][0]["population"], told["rings"][0]["share_without_data"]) == (None, 1)
    assert "在人口栅格之外" in told["rings"][0]["reason"]


def test_what_has_no_data_is_told_as_a_share(client: TestClient, session: Session, tmp_path: Path) -> None:
    values = np.full((100, 160), 100, "float32")
    values[:, : int((make.LON + 0.002 - 113.20) / CELL)] = -1
    bring_in(session, tmp_path, values, nodata=-1)
    told = asked(client, f"enterprise={site(session).id}")
    ring = told["rings"][0]
    assert 0.4 < ring["share_without_data"] < 0.6
    assert ring["population"] is not None
    assert ring["reason"] is None


# ---------------------------------------------------------------- receptors


def test_receptors_of_a_ring_are_told_by_time_of_day(client: TestClient, session: Session) -> None:
    near = Point(make.LON + 0.006, make.LAT)
    make.receptor(session, "中学", near, headcount=1200)
    make.receptor(session, "小区", near, kind="residential", headcount=3000)
    make.receptor(session, "集市", near, kind="market")
    make.receptor(session, "厂内食堂", Point(make.LON + 0.002, make.LAT + 0.002), kind="other", headcount=50)
    make.receptor(session, "远方", Point(make.LON + 0.05, make.LAT), headcount=7)
    told = asked(client, f"enterprise={site(session).id}")
    assert told["rings"][0]["receptors"] == {
        "count": 3,
        "without_headcount": 1,
        "headcount": 4200,
        # 1200 pupils and four tenths of the residents by day; a tenth (boarders) and all of them by night.
        "present": {
            "workday_day": 2400,
            "workday_night": 3120,
            "rest_day_day": 2520,
            "rest_day_night": 3120,
        },
    }
    assert told["inside"]["receptors"]["headcount"] == 50
    assert told["presence"]["verified"] is False
    assert "本产品拟定的假设" in told["presence"]["source"]
    assert [period["code"] for period in told["presence"]["periods"]] == [
        *told["rings"][0]["receptors"]["present"]
    ]


def test_a_school_that_is_asked_about_is_not_in_its_own_ring(client: TestClient, session: Session) -> None:
    school = site(session)
    grounds = MultiPolygon([box(make.LON, make.LAT, make.LON + 0.006, make.LAT + 0.004)])
    make.receptor(session, "学校", grounds, headcount=800, enterprise_id=school.id)
    told = asked(client, f"enterprise={school.id}")
    assert told["rings"][0]["receptors"]["count"] == 0


def test_grounds_that_reach_into_a_ring_count_whole(client: TestClient, session: Session) -> None:
    grounds = MultiPolygon([box(make.LON + 0.008, make.LAT, make.LON + 0.02, make.LAT + 0.004)])
    make.receptor(session, "校园", grounds, headcount=800)
    assert asked(client, f"enterprise={site(session).id}")["rings"][0]["receptors"]["headcount"] == 800


def test_the_table_of_presence_knows_every_kind_and_no_other() -> None:
    assert set(occupancy().shares) == set(RECEPTOR_KINDS)
    said = FILE.read_text("utf-8")
    for broken in (
        said.replace('"heritage"', '"castle"'),
        said.replace("[0.4, 1.0, 0.8, 1.0]", "[0.4, 1.0, 0.8]"),
    ):
        with pytest.raises(ValueError, match="shares"):
            Occupancy.model_validate_json(broken)


# ---------------------------------------------------------------- who asks, and how


def as_township(client: TestClient, code: str) -> None:
    neighbour = Actor("neighbour", Scope(ScopeKind.TOWNSHIPS, frozenset({code})), ROLES["township"])
    client.app.dependency_overrides[current_actor] = lambda: neighbour  # type: ignore[attr-defined]


def test_a_site_of_the_neighbour_township_is_404_as_one_that_never_was(
    client: TestClient, session: Session, tmp_path: Path
) -> None:
    bring_in(session, tmp_path)
    for code in ("410411001", "410411002"):
        make.area(session, code, code, None, level="township")
    own, foreign = site(session, township_code="410411001"), site(session, township_code="410411002")
    zone = make.zone(session, foreign)
    as_township(client, "410411001")
    assert client.get(f"/api/v1/exposure?enterprise={own.id}").status_code == 200
    never = client.get("/api/v1/exposure?enterprise=00000000-0000-4000-8000-000000000000").json()
    for query in (f"enterprise={foreign.id}", f"enterprise={foreign.number}", f"zone={zone.id}"):
        answer = client.get(f"/api/v1/exposure?{query}")
        assert answer.status_code == 404
        assert answer.json() | {"trace_id": ""} == never | {"trace_id": ""}


def test_the_public_is_told_of_no_raster(client: TestClient, session: Session, tmp_path: Path) -> None:
    bring_in(session, tmp_path)
    client.app.dependency_overrides[current_actor] = lambda: PUBLIC  # type: ignore[attr-defined]
    told = drawn(client, {"type": "Point", "coordinates": [make.LON, make.LAT]}, [500]).json()
    assert (told["raster"], told["rings"][0]["population"]) == (None, None)


def test_a_site_that_is_nowhere_has_nothing_around_it(client: TestClient, session: Session) -> None:
    answer = client.get(f"/api/v1/exposure?enterprise={make.enterprise(session, place=None).id}")
    assert (answer.status_code, answer.json()["code"]) == (422, "unplaced")


@pytest.mark.parametrize(
    "query",
    [
        "distance_m=500",
        "enterprise=1&zone=2",
        "enterprise=x",
        "enterprise=1&distance_m=",
        "enterprise=1&distance_m=0",
        "enterprise=1&distance_m=-5",
        "enterprise=1&distance_m=50001",
        "enterprise=1&distance_m=nan",
        "enterprise=1&distance_m=500,",
        "enterprise=1&distance_m=1,2,3,4,5,6,7,8,9",
        "enterprise=1&distance_m=1_0",
    ],
)
def test_a_question_that_cannot_be_read_is_400(client: TestClient, query: str) -> None:
    assert client.get(f"/api/v1/exposure?{query}").status_code == 400


def test_a_drawn_polygon_is_counted_as_a_site_is(
    client: TestClient, session: Session, tmp_path: Path
) -> None:
    bring_in(session, tmp_path)
    told = drawn(client, shapely.geometry.mapping(OUTLINE), [500, 50_000]).json()
    assert told["inside"]["population"] == pytest.approx(1600, rel=1e-6)
    assert told["subject"] == {"kind": "drawn", "id": None, "number": None, "name": None, "place": "outline"}
    assert told["alpha"] is None
    # Most of fifty kilometres lies beside the raster.
    assert told["rings"][1]["share_without_data"] > 0.9


def test_a_drawn_line_has_no_inside(client: TestClient, session: Session, tmp_path: Path) -> None:
    bring_in(session, tmp_path)
    line = {"type": "LineString", "coordinates": [[113.25, 33.7], [113.28, 33.71]]}
    told = drawn(client, line, [200]).json()
    assert (told["inside"], told["subject"]["place"]) == (None, "line")
    assert told["rings"][0]["population"] > 0


BOWTIE = [[[113.26, 33.70], [113.27, 33.71], [113.27, 33.70], [113.26, 33.71], [113.26, 33.70]]]


@pytest.mark.parametrize(
    ("geometry", "pointer", "word"),
    [
        ({"type": "Polygon", "coordinates": BOWTIE}, "/geometry", "自"),
        ({"type": "Polygon", "coordinates": [[[113, 33], [114, 33]]]}, "/geometry/coordinates/0", "4 个坐标"),
        ({"type": "Circle", "coordinates": []}, "/geometry/type", "应为"),
        ({"type": "Point", "coordinates": [33.7, 113.27]}, "/geometry", "对调"),
        ({"type": "LineString", "coordinates": [[113 + n / 1e4, 33] for n in range(2001)]},
         "/geometry/coordinates", "2000"),
        ({"type": "GeometryCollection", "geometries": []}, "/geometry/type", "应为"),
    ],
    ids=["crossing itself", "two points", "no type", "swapped", "too many vertices", "collection"],
)  # fmt: skip
def test_a_drawing_that_cannot_be_used_is_422_with_its_place(
    client: TestClient, geometry: Any, pointer: str, word: str
) -> None:
    answer = drawn(client, geometry, [500])
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == pointer
    assert word in json_text(fault)


def json_text(fault: Any) -> str:
    return " ".join(map(str, fault.values()))


def test_where_a_drawing_crosses_itself_is_told(client: TestClient) -> None:
    (fault,) = drawn(client, {"type": "Polygon", "coordinates": BOWTIE}, [500]).json()["errors"]
    assert fault["location"] == pytest.approx([113.265, 33.705])


@pytest.mark.parametrize("distances", [[], [0], [50_001], [-1], ["far"], list(range(1, 10))])
def test_distances_that_cannot_be_are_422(client: TestClient, distances: Any) -> None:
    answer = drawn(client, {"type": "Point", "coordinates": [113.27, 33.7]}, distances)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/distances_m")
