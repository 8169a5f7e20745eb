"""Vocabulary, district, counts and search."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from shapely import LineString, MultiPolygon, Point
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from backend.overview.district import newest_change
from backend.zones.models import Zone
from tests import make

EVERYBODY = Actor("bureau", EVERYTHING, ROLES["bureau_admin"])


def test_the_vocabulary_tells_four_grades_apart_without_colour(client: TestClient) -> None:
    words = client.get("/api/v1/vocabulary").json()
    assert [grade["code"] for grade in words["grades"]] == [1, 2, 3, 4]
    assert [grade["letter"] for grade in words["grades"]] == ["重", "较", "般", "低"]
    assert len({grade["hatch"] for grade in words["grades"]}) == 4
    assert words["ungraded"]["code"] is None
    assert [sector["zh"] for sector in words["sectors"]][:2] == ["道路运输", "建设"]


def test_the_district_is_its_outline_with_its_townships(client: TestClient, session: Session) -> None:
    make.area(session, "410400", "平顶山市", None, level="city")
    outline = make.square(113.1, 33.6, side=0.2)
    make.area(session, "410411", "湛河区", outline, parent_code="410400", is_indicative=True)
    make.area(session, "410411001", "马庄街道", None, level="township", parent_code="410411")
    facts = client.get("/api/v1/district").json()
    assert (facts["name"], facts["city"], facts["metric_crs"]) == ("湛河区", "平顶山市", "EPSG:4547")
    assert facts["bounds"] == pytest.approx([113.1, 33.6, 113.3, 33.8])
    assert facts["outline"] == "indicative"
    assert [township["name"] for township in facts["townships"]] == ["马庄街道"]


def test_a_township_s_name_stands_inside_it(client: TestClient, session: Session) -> None:
    # A township in two parts: the middle of its box lies in neither.
    parts = MultiPolygon([make.square(113.1, 33.6, side=0.02), make.square(113.2, 33.7, side=0.01)])
    row = make.area(session, "410411001", "马庄街道", None, level="township", parent_code="410411")
    row.boundary = make.stored(parts)
    session.flush()
    (township,) = client.get("/api/v1/district").json()["townships"]
    assert parts.contains(Point(township["label"]))


def test_townships_stand_for_a_district_without_an_outline_of_its_own(
    client: TestClient, session: Session
) -> None:
    for serial, lon in enumerate((113.1, 113.2), start=1):
        township = f"41041100{serial}"
        make.area(
            session,
            township,
            township,
            make.square(lon, 33.6, side=0.1),
            level="township",
            parent_code="410411",
        )
    facts = client.get("/api/v1/district").json()
    assert facts["bounds"] == pytest.approx([113.1, 33.6, 113.3, 33.7])
    assert facts["outline"] == "parts"


def test_without_an_outline_the_map_shows_what_there_is_and_says_so(
    client: TestClient, session: Session
) -> None:
    make.enterprise(session, place=Point(-78.5, 35.5))
    make.enterprise(session, place=Point(-79.5, 35.0))
    facts = client.get("/api/v1/district").json()
    assert facts["bounds"] == [-79.5, 35.0, -78.5, 35.5]
    assert facts["metric_name"] == "WGS 84 / UTM 17N"
    assert facts["outline"] == "none"


def test_an_empty_register_has_a_district_without_a_place(client: TestClient) -> None:
    facts = client.get("/api/v1/district").json()
    assert (facts["bounds"], facts["centre"], facts["is_demo"]) == (None, None, False)


def dated(engine: Engine, actor: Actor = EVERYBODY) -> datetime:
    """The date of the data as a reader is told it."""
    with Session(engine) as reading:
        told = newest_change(reading, actor)
    assert told is not None
    return told


def test_the_data_are_as_new_as_a_grade_that_has_followed_from_an_event(own_engine: Engine) -> None:
    with Session(own_engine) as writing, writing.begin():
        point = make.risk_point(writing, make.zone(writing, make.enterprise(writing)))
    before = dated(own_engine)
    with Session(own_engine) as writing, writing.begin():
        make.risk_event(writing, writing.merge(point), grade=2)
    with Session(own_engine) as reading:
        grade, recorded_at = reading.execute(select(Zone.grade, Zone.recorded_at)).one()
    assert grade == 2
    assert dated(own_engine) == recorded_at > before


def test_the_data_are_as_new_as_what_has_gone_for_who_had_it_alone(own_engine: Engine) -> None:
    school = Actor("school", Scope(ScopeKind.SECTORS, frozenset({"education"})), ROLES["sector_department"])
    clinic = Actor("clinic", Scope(ScopeKind.SECTORS, frozenset({"health"})), ROLES["sector_department"])
    with Session(own_engine) as writing, writing.begin():
        site = make.enterprise(writing, sector_code="education")
        zone = make.zone(writing, site)
        make.enterprise(writing, sector_code="health")
    before = dated(own_engine)
    with Session(own_engine) as writing, writing.begin():
        writing.delete(writing.merge(zone))
    assert dated(own_engine, school) == dated(own_engine) > before
    assert dated(own_engine, clinic) == before


def test_counts_tell_grades_apart_in_all_and_in_view(client: TestClient, session: Session) -> None:
    make.enterprise(session, grade=1, place=Point(113.2, 33.7))
    make.enterprise(session, grade=1, place=Point(113.9, 33.7))
    make.enterprise(session, place=Point(113.2, 33.7))
    make.enterprise(session, grade=4, place=None)
    make.receptor(session, kind="hospital")
    answer = client.get("/api/v1/counts?bbox=113.1,33.6,113.3,33.8").json()
    enterprises = answer["layers"]["enterprises"]
    assert enterprises["total"] == {"1": 2, "2": 0, "3": 0, "4": 0, "null": 1}
    assert enterprises["in_view"] == {"1": 1, "2": 0, "3": 0, "4": 0, "null": 1}
    assert answer["layers"]["receptors"]["total"] == {"hospital": 1}
    assert answer["unplaced"] == 1


def test_counts_of_a_sector_leave_the_other_sectors_out(client: TestClient, session: Session) -> None:
    school = make.enterprise(session, grade=1, sector_code="education")
    make.zone(session, school, grade=2)
    make.enterprise(session, place=None, sector_code="education")
    plant = make.enterprise(session, grade=1, sector_code="chemical", place=None)
    make.zone(session, plant, grade=3)
    make.receptor(session)
    answer = client.get("/api/v1/counts?sector=education").json()
    assert answer["layers"]["enterprises"]["total"] == {"1": 1, "2": 0, "3": 0, "4": 0, "null": 0}
    assert answer["layers"]["zones"]["total"] == {"1": 0, "2": 1, "3": 0, "4": 0, "null": 0}
    assert answer["layers"]["receptors"]["total"] == {"school": 1}
    assert answer["unplaced"] == 1
    refused = client.get("/api/v1/counts?sector=nothing")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "sector")


def test_counts_are_those_of_the_reader(client: TestClient, session: Session) -> None:
    make.enterprise(session, grade=1, sector_code="education")
    make.enterprise(session, grade=1, sector_code="education", place=None)
    nobody = Actor("nobody", Scope(ScopeKind.SECTORS), ROLES["sector_department"])
    client.app.dependency_overrides[current_actor] = lambda: nobody
    answer = client.get("/api/v1/counts").json()
    assert sum(answer["layers"]["enterprises"]["total"].values()) == 0
    assert answer["unplaced"] == 0
    assert answer["layers"]["enterprises"]["in_view"] is None


def test_search_finds_every_word_in_any_layer_and_puts_the_best_first(
    client: TestClient, session: Session
) -> None:
    make.area(session, "410411001", "姚孟街道", None, level="township")
    site = make.enterprise(session, "姚孟机械厂", grade=2, township_code="410411001")
    make.zone(session, site, "姚孟厂铸造车间", grade=1)
    make.enterprise(session, "平顶山姚孟机械二厂", place=None)
    make.corridor(session, "姚孟路", LineString([(113.2, 33.7), (113.3, 33.7)]))
    found = client.get("/api/v1/search", params={"q": "姚孟 厂"}).json()
    assert [(hit["layer"], hit["name"]) for hit in found["results"]] == [
        ("enterprises", "姚孟机械厂"),
        ("zones", "姚孟厂铸造车间"),
        ("enterprises", "平顶山姚孟机械二厂"),
    ]
    first, second, unplaced = found["results"]
    assert (first["detail"], first["grade"]) == ("姚孟街道", 1)
    assert second["detail"] == "姚孟机械厂"
    assert (unplaced["lon"], unplaced["bounds"]) == (None, None)
    assert found["total"] == 3


def test_search_finds_a_credit_code(client: TestClient, session: Session) -> None:
    make.enterprise(session, "持证企业", credit_code="91350100M000100Y43")
    (hit,) = client.get("/api/v1/search?q=91350100m000100y43").json()["results"]
    assert hit["name"] == "持证企业"


@pytest.mark.parametrize("word", ["%", "_", "\\", "'", "企%业"])
def test_search_takes_signs_literally(client: TestClient, session: Session, word: str) -> None:
    make.enterprise(session, "企业甲")
    assert client.get("/api/v1/search", params={"q": word}).json() == {"results": [], "total": 0}


@pytest.mark.parametrize("query", ["q=", "q=%20", "", "q=a&limit=0", "q=%00", "q=" + "a" * 101])
def test_search_without_words_is_400(client: TestClient, query: str) -> None:
    assert client.get(f"/api/v1/search?{query}").status_code == 400


def test_search_finds_nothing_of_another_scope(client: TestClient, session: Session) -> None:
    site = make.enterprise(session, "秘密厂", sector_code="education")
    make.zone(session, site, "秘密车间")
    stranger = Actor(
        "stranger",
        Scope(ScopeKind.ENTERPRISES, frozenset({"00000000-0000-0000-0000-000000000000"})),
        ROLES["enterprise"],
    )
    client.app.dependency_overrides[current_actor] = lambda: stranger
    assert client.get("/api/v1/search?q=秘密").json()["total"] == 0
