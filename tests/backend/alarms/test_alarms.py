"""An alarm: a change brings a red zone and a school too near; both sides are told, and say why they know."""

from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pyproj import Geod
from shapely import MultiPolygon, Point, box
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.accounts.models import Account
from backend.alarms.watching import look
from backend.jurisdictions.actors import PUBLIC, Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from backend.zones.models import Zone
from tests import make
from tests.probing import OWN_PAGE

WEST, EAST = "410411001", "410411002"
HERE = Point(113.28, 33.70)
GEOD = Geod(ellps="GRS80")
LIMIT_M = 500.0
BUREAU = Actor("bureau", EVERYTHING, ROLES["bureau_admin"], has_second_factor=True)


def away(metres: float) -> float:
    return float(GEOD.fwd(HERE.x, HERE.y, 90.0, metres)[0])


def township(code: str) -> Actor:
    return Actor(
        f"office-{code}",
        Scope(ScopeKind.TOWNSHIPS, frozenset({code})),
        ROLES["township"],
        has_second_factor=True,
    )


def red_zone(session: Session, metres: float, **facts: Any) -> Zone:
    """A zone of the plant in the east whose western edge is so far east of here."""
    plant = make.enterprise(session, "东化工厂", Point(away(metres), HERE.y), township_code=EAST)
    west = away(metres)
    ground = box(west, HERE.y - 0.0004, west + 0.0004, HERE.y + 0.0004)
    return make.zone(session, plant, "储罐区", ground, **{"grade": 1, **facts})


@pytest.fixture
def world(session: Session) -> Session:
    """Two townships and their border, 200 m east of here; the watch has begun."""
    border = away(200)
    make.area(session, WEST, "西街道", box(border - 0.1, 33.6, border, 33.8), level="township")
    make.area(session, EAST, "东街道", box(border, 33.6, border + 0.1, 33.8), level="township")
    look(session, LIMIT_M)
    return session


def told(client: TestClient, actor: Actor, state: str = "open") -> list[dict[str, Any]]:
    client.app.dependency_overrides[current_actor] = lambda: actor  # type: ignore[attr-defined]
    answer = client.get(f"/api/v1/alarms?state={state}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    assert answer.json()["total"] == len(items)
    return items


def answered(
    client: TestClient, actor: Actor, alarm: dict[str, Any], side: str, reason: str = "已核实，计划搬迁"
) -> Any:
    client.app.dependency_overrides[current_actor] = lambda: actor  # type: ignore[attr-defined]
    return client.post(
        f"/api/v1/alarms/{alarm['id']}/answer", json={"side": side, "reason": reason}, headers=OWN_PAGE
    )


def test_what_is_too_near_when_the_watch_begins_is_no_alarm(client: TestClient, session: Session) -> None:
    make.area(session, EAST, "东街道", None, level="township")
    make.receptor(session, "老小学", HERE)
    red_zone(session, 300)
    assert look(session, LIMIT_M).new == 1
    assert told(client, BUREAU) == []
    (standing,) = told(client, BUREAU, "standing")
    assert (standing["receptor_name"], standing["cause"]["zh"]) == ("老小学", "原有")


def test_a_new_zone_near_an_old_school_alarms_both_sides(client: TestClient, world: Session) -> None:
    make.receptor(world, "西小学", HERE)
    look(world, LIMIT_M)
    red_zone(world, 430)
    assert look(world, LIMIT_M).new == 1
    (at_site,), (at_school,) = (told(client, township(code)) for code in (EAST, WEST))
    assert (at_site["site_name"], at_site["mine"]) == ("储罐区", ["site"])
    assert (at_school["mine"], at_school["receptor_name"]) == (["receptor"], "西小学")
    assert at_site["distance_m"] == at_school["distance_m"] == pytest.approx(430, abs=0.02)


def test_across_the_border_only_the_unit_s_name_grade_and_distance_are_told(
    client: TestClient, world: Session
) -> None:
    make.receptor(world, "西小学", HERE)
    red_zone(world, 430)
    look(world, LIMIT_M)
    (alarm,) = told(client, township(WEST))
    assert (alarm["enterprise_name"], alarm["grade"]) == ("东化工厂", 1)
    assert (alarm["site_id"], alarm["site_name"], alarm["enterprise_id"]) == (None, None, None)


@pytest.mark.parametrize(("first", "cause"), [("zone", "receptor"), ("school", "site")])
def test_the_side_that_changed_last_is_the_cause(own_engine: Engine, first: str, cause: str) -> None:
    """In transactions of their own: the moment of a change is that of its transaction."""

    def write(what: str) -> None:
        with Session(own_engine) as session, session.begin():
            if what == "zone":
                red_zone(session, 300)
            elif what == "school":
                make.receptor(session, "新小学", HERE)
            else:
                make.area(session, EAST, "东街道", None, level="township")
                look(session, LIMIT_M)

    write("the watch")
    write(first)
    write("school" if first == "zone" else "zone")
    with Session(own_engine) as session, session.begin():
        assert look(session, LIMIT_M).new == 1
        assert session.scalar(text("SELECT cause FROM conflict")) == cause


def test_nobody_else_is_told(client: TestClient, world: Session) -> None:
    make.area(world, "410411003", "南街道", None, level="township")
    make.receptor(world, "西小学", HERE)
    red_zone(world, 430)
    look(world, LIMIT_M)
    assert told(client, township("410411003")) == []
    assert told(client, PUBLIC) == []
    (alarm,) = told(client, BUREAU)
    assert answered(client, township("410411003"), alarm, "site").status_code == 404


def test_a_zone_that_reaches_over_the_border_is_answered_for_by_its_owner_alone(
    client: TestClient, world: Session
) -> None:
    """The border is 200 m away, the zone reaches from 190 m on: it exists for the west, its enterprise does not."""
    make.receptor(world, "西小学", HERE)
    red_zone(world, 190)
    look(world, LIMIT_M)
    (alarm,) = told(client, township(WEST))
    assert (alarm["mine"], alarm["enterprise_id"], alarm["site_id"]) == (["receptor"], None, None)
    assert answered(client, township(WEST), alarm, "site").status_code == 403
    assert answered(client, township(EAST), alarm, "site").status_code == 200


def test_an_installation_of_a_unit_without_a_grade_raises_an_alarm(
    client: TestClient, world: Session
) -> None:
    make.receptor(world, "西小学", HERE)
    plant = make.enterprise(world, "未评定的厂", Point(away(300), HERE.y), township_code=EAST)
    west = away(300)
    ground = MultiPolygon([box(west, HERE.y - 0.0004, west + 0.0004, HERE.y + 0.0004)])
    make.installation(world, plant, "罐区", boundary=make.stored(ground))
    look(world, LIMIT_M)
    (alarm,) = told(client, township(WEST))
    assert (alarm["enterprise_name"], alarm["grade"], alarm["start"]["code"]) == (
        "未评定的厂",
        None,
        "installation",
    )


def test_an_alarm_tells_what_things_are_called_now(client: TestClient, world: Session) -> None:
    school = make.receptor(world, "西小学", HERE)
    red_zone(world, 430)
    look(world, LIMIT_M)
    school.name = "西实验小学"
    world.flush()
    look(world, LIMIT_M)
    (alarm,) = told(client, BUREAU)
    assert alarm["receptor_name"] == "西实验小学"


def test_each_side_answers_for_itself_with_a_reason_once(client: TestClient, world: Session) -> None:
    make.receptor(world, "西小学", HERE)
    red_zone(world, 430)
    look(world, LIMIT_M)
    (alarm,) = told(client, BUREAU)
    assert answered(client, township(WEST), alarm, "site").status_code == 403
    assert answered(client, township(WEST), alarm, "receptor", " ").status_code == 422
    said = answered(client, township(WEST), alarm, "receptor").json()
    assert (said["receptor"]["reason"], said["site"]) == ("已核实，计划搬迁", None)
    assert answered(client, township(WEST), alarm, "receptor").status_code == 409
    assert told(client, township(WEST)) == []
    # The other side is still to speak.
    assert len(told(client, township(EAST))) == len(told(client, BUREAU)) == 1
    assert answered(client, township(EAST), alarm, "site").status_code == 200
    assert told(client, BUREAU) == []
    assert len(told(client, BUREAU, "answered")) == 1


def test_the_answer_is_in_the_audit_trail(client: TestClient, world: Session) -> None:
    make.receptor(world, "西小学", HERE)
    red_zone(world, 430)
    look(world, LIMIT_M)
    (alarm,) = told(client, BUREAU)
    answered(client, BUREAU, alarm, "site")
    who = world.scalar(text("SELECT actor_name FROM audit_event WHERE action = 'answer_alarm'"))
    assert who == "bureau"


def test_an_answer_is_signed_with_the_unit_and_name_of_the_account(
    client: TestClient, world: Session
) -> None:
    account = Account(username="zhang", name="张三", unit="西街道办")
    world.add(account)
    make.receptor(world, "西小学", HERE)
    red_zone(world, 430)
    world.flush()
    look(world, LIMIT_M)
    (alarm,) = told(client, BUREAU)
    said = answered(client, replace(township(WEST), id=account.id), alarm, "receptor").json()
    assert said["receptor"]["by"] == "西街道办 张三"


def test_a_conflict_ends_when_the_school_is_gone_and_is_new_when_it_comes_back(
    client: TestClient, world: Session
) -> None:
    school = make.receptor(world, "西小学", HERE)
    red_zone(world, 430)
    look(world, LIMIT_M)
    world.delete(school)
    world.flush()
    assert (seen := look(world, LIMIT_M)).ended == 1, seen
    assert told(client, BUREAU) == []
    (over,) = told(client, BUREAU, "ended")
    assert over["ended_at"] is not None
    assert answered(client, BUREAU, over, "site").status_code == 409
    make.receptor(world, "西小学", HERE)
    assert look(world, LIMIT_M).new == 1


def test_without_a_change_nothing_is_measured(world: Session) -> None:
    assert not look(world, LIMIT_M).looked
    make.receptor(world, "西小学", HERE)
    assert look(world, LIMIT_M).looked
    assert not look(world, LIMIT_M).looked


def test_yellow_zones_markets_and_a_school_s_own_zone_raise_no_alarm(
    client: TestClient, world: Session
) -> None:
    zone = red_zone(world, 300, grade=3)
    make.receptor(world, "西小学", HERE)
    make.receptor(world, "集市", HERE, kind="market")
    own = make.enterprise(world, "西中学", HERE, township_code=WEST)
    make.zone(world, own, "实验楼", box(HERE.x, HERE.y, HERE.x + 0.0001, HERE.y + 0.0001), grade=1)
    world.execute(text("UPDATE receptor SET enterprise_id = :id WHERE kind = 'school'"), {"id": own.id})
    assert zone.grade == 3
    look(world, LIMIT_M)
    assert told(client, BUREAU) == []


def test_a_longer_distance_is_a_new_watch(client: TestClient, world: Session) -> None:
    make.receptor(world, "西小学", HERE)
    red_zone(world, 700)
    assert look(world, LIMIT_M).new == 0
    assert look(world, 1_000.0).new == 1
    assert told(client, BUREAU) == []
    assert len(told(client, BUREAU, "standing")) == 1
