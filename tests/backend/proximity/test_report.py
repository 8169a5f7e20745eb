"""A report: which sites stand how near to what, from the right edge, for whom, and what the distance rules say."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pyproj import Geod
from shapely import LineString, MultiPolygon, Point, box
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from backend.proximity import analysis
from tests import make

WEST, EAST = "410411001", "410411002"
SCHOOL = Point(113.28, 33.70)
GEOD = Geod(ellps="GRS80")
BUREAU = Actor("bureau", EVERYTHING, ROLES["bureau_analyst"], has_second_factor=True)


def east_of(place: Point, metres: float) -> float:
    """The longitude so far east of a place, by the geodesic."""
    return float(GEOD.fwd(place.x, place.y, 90.0, metres)[0])


def block(west: float, *, width: float = 0.0005) -> MultiPolygon:
    """A block whose western edge crosses the school's latitude."""
    return MultiPolygon([box(west, SCHOOL.y - 0.0004, west + width, SCHOOL.y + 0.0004)])


@pytest.fixture
def world(session: Session) -> dict[str, Any]:
    """A school in the west; in the east a plant whose fence is 430 m from it and whose red tank 480 m."""
    border = east_of(SCHOOL, 200)
    make.area(session, WEST, "西街道", box(border - 0.1, 33.6, border, 33.8), level="township")
    make.area(session, EAST, "东街道", box(border, 33.6, border + 0.1, 33.8), level="township")
    fence = block(east_of(SCHOOL, 430), width=0.003)
    plant = make.enterprise(
        session,
        "东化工厂",
        fence.centroid,
        outline=make.stored(fence),
        township_code=EAST,
        sector_code="hazardous_chemicals",
        accuracy_m=2.0,
    )
    tank = make.zone(session, plant, "储罐区", block(east_of(SCHOOL, 480)).geoms[0], grade=1)
    school = make.receptor(session, "西小学", SCHOOL)
    session.expire_all()
    return {"plant": plant, "tank": tank, "school": school}


def township(code: str) -> Actor:
    return Actor(
        code, Scope(ScopeKind.TOWNSHIPS, frozenset({code})), ROLES["township"], has_second_factor=True
    )


def asked(client: TestClient, actor: Actor, query: str = "", *, status: int = 200) -> dict[str, Any]:
    client.app.dependency_overrides[current_actor] = lambda: actor  # type: ignore[attr-defined]
    answer = client.get(f"/api/v1/proximity/report?{query}")
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_tank_s_township_measures_from_the_tank_or_from_the_fence(
    client: TestClient, world: dict[str, Any]
) -> None:
    from_tank = asked(client, township(EAST), "start=zone")
    from_fence = asked(client, township(EAST), "start=outline")
    told = {
        pair["site"]["edge"]["code"]: pair["distance_m"]
        for report in (from_tank, from_fence)
        for pair in report["pairs"]
    }
    assert told == {"zone": pytest.approx(480, abs=0.02), "outline": pytest.approx(430, abs=0.02)}


def test_the_school_s_township_finds_no_site_of_the_other_in_a_report(
    client: TestClient, world: dict[str, Any]
) -> None:
    for start in ("outline", "zone", "installation"):
        report = asked(client, township(WEST), f"start={start}")
        assert (report["sites"], report["unplaced"], report["pairs"], report["findings"]) == (0, 0, [], [])


def test_the_school_s_township_is_told_of_the_plant_from_its_fence(
    client: TestClient, world: dict[str, Any]
) -> None:
    client.app.dependency_overrides[current_actor] = lambda: township(WEST)  # type: ignore[attr-defined]
    answer = client.get(f"/api/v1/proximity/receptors/{world['school'].id}/sites").json()
    (site,) = answer["items"]
    assert site["distance_m"] == pytest.approx(430, abs=0.02)
    assert (site["edge"]["zh"], site["id"], site["office"]) == ("厂界", None, "东街道")


@pytest.mark.parametrize("start", ["outline", "zone", "installation"])
def test_a_site_that_is_not_the_reader_s_is_not_there(
    client: TestClient, world: dict[str, Any], session: Session, start: str
) -> None:
    rows = {
        "outline": world["plant"],
        "zone": world["tank"],
        "installation": make.installation(session, world["plant"]),
    }
    asked(client, township(WEST), f"start={start}&site={rows[start].id}", status=404)
    assert asked(client, township(EAST), f"start={start}&site={rows[start].id}")["sites"] == 1


def test_a_target_that_is_not_there_is_not_found(client: TestClient, world: dict[str, Any]) -> None:
    asked(client, BUREAU, "target=00000000-0000-4000-8000-000000000000", status=404)


def test_the_line_runs_from_edge_to_edge_and_is_as_long_as_is_said(
    client: TestClient, world: dict[str, Any]
) -> None:
    (pair,) = asked(client, BUREAU, "receptor=school")["pairs"]
    (lon, lat), (lon_end, lat_end) = pair["line"]
    assert GEOD.inv(lon, lat, lon_end, lat_end)[2] == pytest.approx(pair["distance_m"], abs=0.02)
    assert (lon_end, lat_end) == (SCHOOL.x, SCHOOL.y)


def test_each_distance_has_its_counts_and_verdict(client: TestClient, world: dict[str, Any]) -> None:
    report = asked(client, BUREAU, "receptor=all&distance_m=400&distance_m=431&distance_m=500")
    (layer,) = report["layers"]
    assert [(each["distance_m"], each["pairs"], each["borderline"]) for each in layer["by_distance"]] == [
        (400, 0, 0),
        (431, 1, 1),
        (500, 1, 0),
    ]
    (pair,) = report["pairs"]
    assert [verdict["zh"] for verdict in pair["verdicts"]] == ["否", "临界", "是"]
    assert "不能断定" in pair["reason"]["zh"]


def test_just_outside_the_longest_distance_borderline_pairs_are_told_and_not_counted(
    client: TestClient, world: dict[str, Any]
) -> None:
    report = asked(client, BUREAU, "receptor=all&distance_m=429")
    (pair,) = report["pairs"]
    assert pair["verdicts"][0]["zh"] == "临界"
    (counted,) = report["layers"][0]["by_distance"]
    assert (counted["pairs"], counted["borderline"]) == (0, 1)


def test_a_school_that_is_the_unit_itself_stands_apart(client: TestClient, session: Session) -> None:
    unit = make.enterprise(session, "某中学", SCHOOL, grade=1)
    make.receptor(session, "某中学", SCHOOL, enterprise_id=unit.id)
    report = asked(client, BUREAU, "receptor=school")
    (pair,) = report["pairs"]
    assert (pair["is_own"], pair["distance_m"]) == (True, 0)
    assert [each["pairs"] for each in report["layers"][0]["by_distance"]] == [0, 0]


def test_what_has_no_place_is_counted_and_not_forgotten(client: TestClient, session: Session) -> None:
    make.enterprise(session, "未上图的厂", None, grade=1)
    report = asked(client, BUREAU)
    assert (report["sites"], report["unplaced"]) == (0, 1)


def road(session: Session, metres: float, **facts: Any) -> Any:
    """A north-south road so far east of the school."""
    lon = east_of(SCHOOL, metres)
    return make.corridor(
        session, "东大道", LineString([(lon, 33.69), (lon, 33.71)]), **{"class_": "primary", **facts}
    )


def test_a_highway_is_measured_to_the_outer_edge_of_its_land(
    client: TestClient, world: dict[str, Any], session: Session
) -> None:
    """公路安全保护条例, article 18: the centreline is 115 m from the fence, the edge of the land 95 m."""
    road(session, 430 - 115, half_width_m=20.0)
    report = asked(client, BUREAU, "corridor=all")
    (finding,) = report["findings"]
    assert finding["rule"] == "highway-land"
    assert finding["distance_m"] == pytest.approx(95, abs=0.02)
    assert (finding["verdict"]["zh"], finding["outcome"]["zh"]) == ("是", "需核查")
    assert finding["because"]["zh"] == "按该单位的行业"
    assert report["disclaimer"]["zh"] == "筛查提示（非许可依据）"
    (rule,) = report["rules"]
    assert rule["clause"] == "第十八条第（一）项"


def test_without_a_half_width_a_highway_at_115_m_is_borderline(
    client: TestClient, world: dict[str, Any], session: Session
) -> None:
    road(session, 430 - 115)
    (finding,) = asked(client, BUREAU, "corridor=all")["findings"]
    assert (finding["verdict"]["zh"], finding["outcome"]["zh"]) == ("临界", "需核查")
    assert "没有半宽" in finding["reason"]["zh"]


def test_a_major_hazard_near_a_school_asks_for_the_evaluation_report(
    client: TestClient, world: dict[str, Any], session: Session
) -> None:
    make.installation(session, world["plant"], "罐区", boundary=make.stored(block(east_of(SCHOOL, 490))))
    (finding,) = asked(client, BUREAU, "receptor=school")["findings"]
    assert finding["rule"] == "eight-places"
    assert finding["limit_m"] is finding["verdict"] is None
    assert finding["outcome"]["zh"] == "需调取评价报告"
    assert finding["site"]["edge"]["zh"] == "重大危险源边界"
    assert finding["distance_m"] == pytest.approx(490, abs=0.02)


def test_the_rules_speak_of_a_unit_that_nobody_has_graded(client: TestClient, session: Session) -> None:
    plant = make.enterprise(session, "未评定的化工厂", Point(east_of(SCHOOL, 300), SCHOOL.y))
    make.installation(session, plant, "罐区", boundary=make.stored(block(east_of(SCHOOL, 300))))
    make.receptor(session, "西小学", SCHOOL)
    (finding,) = asked(client, BUREAU, f"site={plant.id}&receptor=school")["findings"]
    assert (finding["rule"], finding["site"]["grade"]) == ("eight-places", None)


def test_one_target_among_many_is_measured_as_it_is_by_itself(
    client: TestClient, world: dict[str, Any], session: Session
) -> None:
    for metres in (100, 200, 300):
        make.receptor(session, f"集市{metres}", Point(east_of(SCHOOL, metres), SCHOOL.y), kind="market")
    (pair,) = asked(client, BUREAU, f"receptor=all&target={world['school'].id}")["pairs"]
    assert (pair["target"]["name"], pair["distance_m"]) == ("西小学", pytest.approx(430, abs=0.02))
    names = {each["target"]["name"] for each in asked(client, BUREAU, "receptor=market")["pairs"]}
    assert names == {"集市100", "集市200", "集市300"}


def test_what_takes_too_long_is_ended_with_advice(
    client: TestClient, world: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis, "LONGEST_S", -1.0)
    problem = asked(client, BUREAU, status=422)
    assert (problem["code"], "保存为分析" in problem["detail"]) == ("too_slow", True)


def test_an_area_of_the_evaluation_report_decides_what_the_clause_leaves_to_it(
    client: TestClient, world: dict[str, Any], session: Session
) -> None:
    """The school is 490 m from the tank; one report keeps 600 m free, the newer one only the plant's own ground."""
    make.installation(session, world["plant"], "罐区", boundary=make.stored(block(east_of(SCHOOL, 490))))
    wide = box(SCHOOL.x - 0.001, SCHOOL.y - 0.01, SCHOOL.x + 0.02, SCHOOL.y + 0.01)
    make.protective_area(session, world["plant"], wide, reported_on=date(2026, 1, 5))
    (finding,) = asked(client, BUREAU, "receptor=school")["findings"]
    assert finding["outcome"]["zh"] == "需核查"
    assert finding["report_area"] == {
        "name": "外部安全防护距离",
        "report": "安全评价报告 2026-01",
        "reported_on": "2026-01-05",
        "is_inside": True,
    }


def test_outside_the_area_of_the_report_no_conflict_is_seen_and_the_report_is_named(
    client: TestClient, world: dict[str, Any], session: Session
) -> None:
    make.installation(session, world["plant"], "罐区", boundary=make.stored(block(east_of(SCHOOL, 490))))
    make.protective_area(session, world["plant"], block(east_of(SCHOOL, 420), width=0.004).geoms[0])
    report = asked(client, BUREAU, "receptor=school")
    (finding,), (pair,) = report["findings"], report["pairs"]
    assert (finding["outcome"]["zh"], finding["report_area"]["is_inside"]) == ("未见冲突", False)
    # The screening distance too gives way to the report.
    assert (pair["verdicts"][0]["zh"], pair["outcome"]["zh"]) == ("是", "未见冲突")


def test_an_area_is_looked_into_however_far_it_reaches(
    client: TestClient, world: dict[str, Any], session: Session
) -> None:
    make.installation(session, world["plant"], "罐区", boundary=make.stored(block(east_of(SCHOOL, 490))))
    wide = box(SCHOOL.x - 0.001, SCHOOL.y - 0.01, SCHOOL.x + 0.02, SCHOOL.y + 0.01)
    make.protective_area(session, world["plant"], wide)
    report = asked(client, BUREAU, "receptor=school&distance_m=100")
    (finding,) = report["findings"]
    assert (report["pairs"], finding["outcome"]["zh"]) == ([], "需核查")
    assert finding["distance_m"] == pytest.approx(490, abs=0.02)


def test_a_report_does_not_shorten_a_clause_s_own_figure(
    client: TestClient, world: dict[str, Any], session: Session
) -> None:
    make.protective_area(session, world["plant"], block(east_of(SCHOOL, 420), width=0.004).geoms[0])
    road(session, 430 - 115, half_width_m=20.0)
    (finding,) = asked(client, BUREAU, "corridor=all")["findings"]
    assert (finding["rule"], finding["outcome"]["zh"], finding["report_area"]) == (
        "highway-land",
        "需核查",
        None,
    )


def test_an_installation_without_a_place_is_measured_from_the_fence_and_says_so(
    client: TestClient, world: dict[str, Any], session: Session
) -> None:
    make.installation(session, world["plant"], "罐区", boundary=None)
    (finding,) = asked(client, BUREAU, "receptor=school")["findings"]
    assert finding["site"]["edge"]["zh"] == "厂界"
    assert finding["distance_m"] == pytest.approx(430, abs=0.02)


def test_an_edit_of_a_receptor_is_in_the_next_report(
    client: TestClient, world: dict[str, Any], session: Session
) -> None:
    assert len(asked(client, BUREAU, "receptor=all")["pairs"]) == 1
    make.receptor(session, "新幼儿园", SCHOOL, kind="kindergarten")
    assert len(asked(client, BUREAU, "receptor=all")["pairs"]) == 2


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("distance_m=0", "distance_m"),
        ("distance_m=-5", "distance_m"),
        ("distance_m=50001", "distance_m"),
        ("distance_m=nan", "distance_m"),
        (
            "distance_m=1&distance_m=2&distance_m=3&distance_m=4&distance_m=5&distance_m=6&distance_m=7",
            "distance_m",
        ),
        ("receptor=castle", "castle"),
        ("corridor=canal", "canal"),
        ("grade=5", "grade"),
        ("start=roof", "start"),
        ("site=17", "site"),
        ("at=2099-01-01T00:00:00Z", "时刻还没有到"),
        ("colour=red", "colour"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_parameter_s_name(
    client: TestClient, query: str, said: str
) -> None:
    problem = asked(client, BUREAU, query, status=400)
    assert said in str(problem["errors"]) + problem["detail"]
