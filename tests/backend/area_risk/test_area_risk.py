"""The colour of areas over HTTP: counted per scope, with its formula, its rule, its view and its date."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from shapely import Point, box
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from backend.area_risk.rules import rules
from backend.area_risk.schemas import AreaRiskOut
from backend.area_risk.service import Asked, area_risk
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import UnitGroup
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from tests import make

WEST, EAST, DISTRICT = "410411001", "410411002", "410411"
MIDDLE = 113.30
NOBODY_S = dict.fromkeys(("1", "2", "3", "4", "null"), 0)


@pytest.fixture
def two_townships(session: Session) -> None:
    """A district of two townships of 3.7 by 3.3 km, one beside the other."""
    make.area(session, DISTRICT, "演示区", box(113.26, 33.70, 113.34, 33.73))
    make.area(
        session, WEST, "西街道", box(113.26, 33.70, MIDDLE, 33.73), level="township", parent_code=DISTRICT
    )
    make.area(
        session, EAST, "东街道", box(MIDDLE, 33.70, 113.34, 33.73), level="township", parent_code=DISTRICT
    )


def asked(client: TestClient, query: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/area-risk?{query}")
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def seen_by(session: Session, scope: Scope, **facts: Any) -> AreaRiskOut:
    question = Asked(**{"level": "township", "rule": rules()["highest"], **facts})
    return area_risk(session, Actor("somebody", scope), question)


def by_code(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {area["code"]: area for area in answer["areas"]}


@pytest.mark.usefixtures("two_townships")
def test_an_area_tells_its_counts_its_colour_and_how_it_came_about(
    client: TestClient, session: Session
) -> None:
    site = make.enterprise(session, township_code=WEST)
    for grade in (1, 3, 3, None):
        make.zone(session, site, grade=grade)
    make.enterprise(session, "没有分区", township_code=WEST, grade=4)
    document = asked(client, "level=township")
    west, east = document["areas"]
    assert west["units"] == {"1": 1, "2": 0, "3": 2, "4": 1, "null": 1}
    assert (west["grade"], west["ungraded_share"]) == (3, 0.2)
    # (10 + 2·2 + 1) over 12.34 km²; a red one is never blue.
    assert west["value"] == pytest.approx(15 / west["area_km2"])
    assert west["formula"]["zh"].endswith("≥ 0；有重大，至少一般 → 一般")
    assert "≥ 0; holds Major, so at least General" in west["formula"]["en"]
    assert (east["is_told"], east["grade"], east["units"]) == (True, None, NOBODY_S)
    assert (document["rule"]["id"], document["rule"]["edition"]) == ("weighted-index", "1")
    assert document["rule"]["verified"] is False
    assert (document["view"]["zh"], document["sector"], document["unassigned"]) == ("全部", None, 0)
    assert document["data_as_of"] is not None


@pytest.mark.usefixtures("two_townships")
def test_only_grey_zones_leave_an_area_grey(client: TestClient, session: Session) -> None:
    make.zone(session, make.enterprise(session, township_code=WEST))
    for rule in rules():
        west = by_code(asked(client, f"level=township&rule={rule}"))[WEST]
        assert (west["grade"], west["ungraded_share"]) == (None, 1.0)


@pytest.mark.usefixtures("two_townships")
def test_a_zone_across_a_border_counts_on_both_sides_and_once_in_the_district(
    client: TestClient, session: Session
) -> None:
    site = make.enterprise(session, township_code=WEST)
    make.zone(session, site, boundary=make.square(MIDDLE - 0.0005), grade=2)
    assert [area["units"]["2"] for area in asked(client, "level=township")["areas"]] == [1, 1]
    assert [area["units"]["2"] for area in asked(client, "level=district")["areas"]] == [1]


@pytest.mark.usefixtures("two_townships")
def test_the_share_counts_cells_not_zones(client: TestClient, session: Session) -> None:
    site = make.enterprise(session, township_code=WEST)
    for _ in range(9):
        make.zone(session, site, boundary=make.square(side=0.0001), grade=1)
    make.zone(session, site, boundary=make.square(113.28, 33.72), grade=4)
    west = by_code(asked(client, "level=township&rule=grid-share"))[WEST]
    assert (west["cells"]["1"], west["cells"]["4"], west["value"]) == (1, 1, 0.5)
    assert west["units"]["1"] == 9


@pytest.mark.usefixtures("two_townships")
def test_a_township_sees_its_own_colour_and_of_others_the_name(session: Session) -> None:
    near, far = (make.enterprise(session, township_code=code) for code in (WEST, EAST))
    make.zone(session, near, grade=3)
    make.zone(session, far, boundary=make.square(113.32), grade=1)
    answer = seen_by(session, Scope(ScopeKind.TOWNSHIPS, frozenset({WEST})))
    west, east = answer.areas
    assert (west.grade, west.is_told) == (3, True)
    assert east.model_dump(exclude_none=True) == {"code": EAST, "name": "东街道", "is_told": False}
    assert answer.view.zh == "本辖区"
    # Half of the district's rows would make a false colour of the district.
    (district,) = seen_by(session, Scope(ScopeKind.TOWNSHIPS, frozenset({WEST})), level="district").areas
    assert (district.is_told, district.units) == (False, None)


@pytest.mark.usefixtures("two_townships")
def test_a_sector_sees_every_township_by_its_own_enterprises(session: Session) -> None:
    ours = make.enterprise(session, township_code=WEST, sector_code="education")
    theirs = make.enterprise(session, township_code=WEST, sector_code="chemical")
    make.zone(session, ours, grade=4)
    make.zone(session, theirs, grade=1)
    scope = Scope(ScopeKind.SECTORS, frozenset({"education"}))
    assert [area.grade for area in seen_by(session, scope).areas] == [4, None]
    assert seen_by(session, scope).view.zh == "本行业"
    assert [area.grade for area in seen_by(session, EVERYTHING).areas] == [1, None]


@pytest.mark.usefixtures("two_townships")
@pytest.mark.parametrize("kind", [ScopeKind.ENTERPRISES, ScopeKind.PUBLIC])
def test_who_sees_but_a_part_of_an_area_is_told_no_colour_of_it(session: Session, kind: ScopeKind) -> None:
    site = make.enterprise(session, township_code=WEST)
    make.zone(session, site, grade=1)
    codes = frozenset({str(site.id)}) if kind is ScopeKind.ENTERPRISES else frozenset()
    answer = seen_by(session, Scope(kind, codes))
    assert [area.is_told for area in answer.areas] == [False, False]
    assert answer.data_as_of is None


@pytest.mark.usefixtures("two_townships")
def test_the_view_of_a_sector_counts_that_sector_alone(client: TestClient, session: Session) -> None:
    for sector, grade in (("education", 2), ("chemical", 1)):
        site = make.enterprise(session, township_code=WEST, sector_code=sector)
        make.zone(session, site, grade=grade)
    document = asked(client, "level=township&rule=highest&sector=education")
    assert (by_code(document)[WEST]["grade"], document["sector"]["zh"]) == (2, "教育")


@pytest.mark.usefixtures("two_townships")
def test_groups_are_coloured_by_their_members(client: TestClient, session: Session) -> None:
    park = make.added(
        session, UnitGroup(code="P1", name="园区甲", kind="park", township_code=WEST, **make.origin())
    )
    make.zone(session, make.enterprise(session, township_code=WEST, group_id=park.id), grade=2)
    make.zone(session, make.enterprise(session, township_code=WEST), grade=1)
    document = asked(client, "level=group&rule=highest")
    assert [(area["code"], area["grade"]) for area in document["areas"]] == [("P1", 2)]
    assert document["unassigned"] == 1
    # It has no outline, so the index per km² has nothing to divide by.
    (area,) = asked(client, "level=group&rule=weighted-index")["areas"]
    assert (area["grade"], area["formula"]["zh"]) == (None, "没有边界，面积未知，不着色")


def test_what_lies_in_no_area_is_counted_apart(client: TestClient, session: Session) -> None:
    make.enterprise(session, place=Point(100, 30), grade=1)
    document = asked(client, "level=township")
    assert (document["areas"], document["unassigned"]) == ([], 1)


def test_a_township_that_is_no_more_is_not_listed(client: TestClient, session: Session) -> None:
    long_ago = datetime.now(UTC).date() - timedelta(days=400)
    make.area(session, "410411009", "旧街道", None, level="township", valid_to=long_ago)
    assert asked(client, "level=township")["areas"] == []


def test_the_colour_of_then_is_that_of_then(own_engine: Engine) -> None:
    with Session(own_engine) as first, first.begin():
        make.area(first, WEST, "西街道", box(113.26, 33.70, MIDDLE, 33.73), level="township")
        site = make.enterprise(first, township_code=WEST)
        make.zone(first, site, grade=4)
    with own_engine.connect() as connection:
        then = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    with Session(own_engine) as second, second.begin():
        make.zone(second, second.merge(site), grade=1)
    with Session(own_engine) as reading:
        assert [area.grade for area in seen_by(reading, EVERYTHING).areas] == [1]
        before = seen_by(reading, EVERYTHING, moment=then)
        assert [area.grade for area in before.areas] == [4]
        assert before.as_of == then
        assert before.data_as_of is not None
        assert before.data_as_of < then


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("level=village", "level"),
        ("level=township&rule=guess", "rule"),
        ("level=township&sector=nothing", "sector"),
        ("level=township&sector=%00", "sector"),
        ("level=township&datetime=2026-01-01", "datetime"),
        ("level=township&datetime=2126-01-01T00:00:00Z", "datetime"),
        ("level=township&datetime=yesterday", "datetime"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_with_its_field(
    client: TestClient, query: str, pointer: str
) -> None:
    answer = client.get(f"/api/v1/area-risk?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


def test_the_vocabulary_lists_the_rules(client: TestClient) -> None:
    listed = client.get("/api/v1/vocabulary").json()["area_rules"]
    assert [rule["id"] for rule in listed] == list(rules())
    assert all(rule["source"] for rule in listed)
