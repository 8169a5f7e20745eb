"""Nothing published as 重大 or 较大 goes down without a second organisation, whatever the way."""

import random
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from shapely import Point, Polygon, box
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.zones.models import Zone
from tests import make
from tests.backend.submissions.people import (
    BUREAU,
    CONSIDERABLE,
    EVIDENCE,
    GENERAL,
    HIGH,
    LOW,
    MAZHUANG,
    OTHER_TOWN,
    SECTOR,
    TOWN,
    TOWN_COLLEAGUE,
    Office,
    delete,
    drawn,
    firm,
    put,
    whole_zone,
)

WHOLE = box(113.2656, 33.7075, 113.2666, 33.7085)
WEST, EAST = box(113.2656, 33.7075, 113.2661, 33.7085), box(113.2661, 33.7075, 113.2666, 33.7085)


class Plant:
    """An enterprise with one published red zone, and what its people can send."""

    def __init__(self, client: TestClient, session: Session, inherent: dict[str, Any] = HIGH) -> None:
        make.area(session, MAZHUANG, "马庄街道", make.square(113.2, 33.65, side=0.1), level="township")
        place = Point(113.2661, 33.708)
        site = make.enterprise(session, "化工厂", place, township_code=MAZHUANG, sector_code="chemical")
        self.session, self.id = session, site.id
        self.ours, self.town, self.bureau = (Office(client, actor) for actor in (firm(site.id), TOWN, BUREAU))
        self.publish(*whole_zone("合成车间", WHOLE, inherent))

    def publish(self, *changes: dict[str, Any], **words: Any) -> Any:
        return self.town.must(
            "publish", self.ours.must("submit", self.ours.begin(self.id, *changes)), **words
        )

    def asked(self, *changes: dict[str, Any], reason: str = "工艺改造后风险降低") -> Any:
        """A submission that lowers something, handed in."""
        draft = self.ours.begin(self.id, *changes)
        return self.ours.must("submit", self.ours.save(draft, reason=reason))

    def row(self, kind: str) -> Any:
        rows = self.ours.get(f"/enterprises/{self.id}/dossier")["rows"]
        return next(row for row in rows if row["kind"] == kind)

    def grade(self) -> int | None:
        grade: int | None = self.ours.get(f"/enterprises/{self.id}")["grade"]
        return grade


@pytest.fixture
def plant(client: TestClient, session: Session) -> Plant:
    return Plant(client, session)


def lower_factors(plant: Plant) -> list[dict[str, Any]]:
    event = plant.row("risk_event")
    return [put("risk_event", event["id"], event["version"], inherent=GENERAL)]


def other_method(plant: Plant) -> list[dict[str, Any]]:
    event = plant.row("risk_event")
    ls = {"method": "ls", "scale": "ls-2016-shandong", "factors": {"L": 2, "S": 2}}
    return [put("risk_event", event["id"], event["version"], inherent=ls)]


def no_assessment(plant: Plant) -> list[dict[str, Any]]:
    event = plant.row("risk_event")
    return [put("risk_event", event["id"], event["version"], inherent=None)]


def without_event(plant: Plant) -> list[dict[str, Any]]:
    event = plant.row("risk_event")
    return [delete("risk_event", event["id"], event["version"])]


def without_point(plant: Plant) -> list[dict[str, Any]]:
    point = plant.row("risk_point")
    return [delete("risk_point", point["id"], point["version"])]


def without_zone(plant: Plant) -> list[dict[str, Any]]:
    zone = plant.row("zone")
    return [delete("zone", zone["id"], zone["version"])]


def split_off(plant: Plant) -> list[dict[str, Any]]:
    zone = plant.row("zone")
    return [
        put("zone", zone["id"], zone["version"], boundary=drawn(WEST)),
        *whole_zone("东跨", EAST, LOW),
    ]


def shrunk(plant: Plant) -> list[dict[str, Any]]:
    zone = plant.row("zone")
    return [put("zone", zone["id"], zone["version"], boundary=drawn(WEST))]


def moved(plant: Plant) -> list[dict[str, Any]]:
    zone = plant.row("zone")
    return [
        put("zone", zone["id"], zone["version"], boundary=drawn(box(113.2756, 33.7075, 113.2766, 33.7085)))
    ]


def suspended(plant: Plant) -> list[dict[str, Any]]:
    site = plant.row("enterprise")
    return [put("enterprise", site["id"], site["version"], operating_status="suspended")]


def point_into_a_lower_zone(plant: Plant) -> list[dict[str, Any]]:
    point = plant.row("risk_point")
    elsewhere = put("zone", name="仓库", boundary=drawn(box(113.27, 33.7075, 113.271, 33.7085)), floor="1F")
    return [elsewhere, put("risk_point", point["id"], point["version"], zone_id=elsewhere["id"])]


def off_the_map(plant: Plant) -> list[dict[str, Any]]:
    site = plant.row("enterprise")
    return [put("enterprise", site["id"], site["version"], location=None, name="无关企业")]


def put_elsewhere(plant: Plant) -> list[dict[str, Any]]:
    site = plant.row("enterprise")
    at = {"type": "Point", "coordinates": [113.285, 33.71]}
    return [put("enterprise", site["id"], site["version"], location=at)]


def under_construction(plant: Plant) -> list[dict[str, Any]]:
    site = plant.row("enterprise")
    return [put("enterprise", site["id"], site["version"], operating_status="under_construction")]


def replaced(plant: Plant) -> list[dict[str, Any]]:
    """Another zone on the same ground, as bad by declaration, and nothing behind it."""
    zone = plant.row("zone")
    bare = put("zone", name="新车间", boundary=drawn(WHOLE), floor="1F", declared_grade=1)
    return [delete("zone", zone["id"], zone["version"]), bare]


WAYS = [
    (off_the_map, "ground"),
    (put_elsewhere, "ground"),
    (under_construction, "status"),
    (replaced, "deletion"),
    (lower_factors, "grade"),
    (other_method, "grade"),
    (no_assessment, "grade"),
    (without_event, "grade"),
    (without_point, "grade"),
    (without_zone, "deletion"),
    (split_off, "ground"),
    (shrunk, "ground"),
    (moved, "ground"),
    (suspended, "status"),
    (point_into_a_lower_zone, "grade"),
]


@pytest.mark.parametrize(("way", "told"), WAYS)
def test_each_way_down_waits_for_another_organisation(plant: Plant, way: Any, told: str) -> None:
    draft = plant.ours.begin(plant.id, *way(plant))
    found = plant.ours.check(draft)
    assert (found["faults"], found["needs_reason"]) == ([], True)
    assert [(each["way"]["code"], each["from_grade"]) for each in found["lowered"]] == [(told, 1)]
    bare = plant.ours.does("submit", draft)
    assert (bare.status_code, bare.json()["errors"][0]["pointer"]) == (409, "/reason")
    submitted = plant.ours.must("submit", plant.ours.save(draft, reason="工艺改造"))
    assert submitted["downgrades"] == 1
    assert plant.grade() == 1
    no_evidence = plant.town.does("publish", submitted)
    assert (no_evidence.status_code, no_evidence.json()["errors"][0]["pointer"]) == (409, "/evidence")
    assert plant.grade() == 1
    published = plant.town.must("publish", submitted, evidence=EVIDENCE)
    (granted,) = published["lowered"]
    assert (granted["state"]["code"], granted["evidence"], granted["decided_by"]) == (
        "granted",
        EVIDENCE,
        "mazhuang",
    )
    (listed,) = plant.town.get("/downgrades")["items"]
    assert (listed["asked_by"], listed["reason"], listed["way"]["code"]) == ("firm", "工艺改造", told)


def test_an_office_that_wants_it_lower_does_not_approve_it(plant: Plant) -> None:
    town = plant.town
    draft = town.save(town.begin(plant.id, *lower_factors(plant)), reason="复核")
    submitted = town.must("submit", draft)
    colleague = Office(town.client, TOWN_COLLEAGUE)
    refused = colleague.does("publish", submitted, evidence=EVIDENCE)
    assert (refused.status_code, refused.json()["code"]) == (409, "downgrade_needs_approval")
    assert plant.grade() == 1
    Office(town.client, SECTOR).must("publish", submitted, evidence=EVIDENCE)
    assert plant.grade() == 3


def test_the_bureau_asks_somebody_else_too(plant: Plant) -> None:
    bureau = plant.bureau
    submitted = bureau.must("submit", bureau.save(bureau.begin(plant.id, *shrunk(plant)), reason="复测"))
    assert bureau.does("publish", submitted, evidence=EVIDENCE).status_code == 409
    plant.town.must("publish", submitted, evidence=EVIDENCE)


def test_a_refused_downgrade_stays_on_the_list(plant: Plant) -> None:
    submitted = plant.asked(*lower_factors(plant))
    plant.town.must("return", submitted, comment="改造尚未验收")
    (refused,) = plant.ours.get("/downgrades")["items"]
    assert (refused["state"]["code"], refused["evidence"]) == ("refused", "改造尚未验收")
    assert Office(plant.town.client, OTHER_TOWN).get("/downgrades")["items"] == []
    assert plant.grade() == 1


def test_what_is_taken_back_is_no_longer_asked_for(plant: Plant) -> None:
    plant.ours.must("withdraw", plant.asked(*lower_factors(plant)))
    assert plant.ours.get("/downgrades")["items"] == []
    assert len(plant.ours.get("/downgrades", state="withdrawn")["items"]) == 1


def test_a_batch_grants_no_downgrade(plant: Plant) -> None:
    submitted = plant.asked(*lower_factors(plant))
    items = [{"id": submitted["id"], "version": submitted["version"]}]
    answer = plant.town.ask("POST", "/submissions/publish", json={"items": items, "comment": "同意"})
    assert [each["is_published"] for each in answer.json()["items"]] == [False]
    assert plant.grade() == 1


def test_a_zone_in_small_pieces_is_still_a_zone(plant: Plant) -> None:
    """Each piece is smaller than a square metre; a second red zone keeps the enterprise red meanwhile."""
    plant.publish(*whole_zone("罐区", box(113.27, 33.7075, 113.271, 33.7085), HIGH))
    zone = next(row for row in dossier_rows(plant, "zone") if row["name"] == "合成车间")
    xmin, ymin, xmax, ymax = WHOLE.bounds
    step = (xmax - xmin) / 40
    pieces = [
        put(
            "zone",
            name=f"条{n}",
            boundary=drawn(box(xmin + n * step, ymin, xmin + (n + 1) * step, ymax)),
            floor="1F",
            declared_grade=1,
        )
        for n in range(1, 40)
    ]
    first = drawn(box(xmin, ymin, xmin + step, ymax))
    plant.publish(put("zone", zone["id"], zone["version"], boundary=first), *pieces)
    strips = [row for row in dossier_rows(plant, "zone") if row["name"].startswith("条")]
    draft = plant.ours.begin(plant.id, *(delete("zone", row["id"], row["version"]) for row in strips))
    assert len(plant.ours.check(draft)["lowered"]) == len(strips) == 39


def test_an_edge_does_not_creep_by_small_steps(plant: Plant) -> None:
    """A whole edge 4 cm inwards is less than 5 m², and asked for all the same."""
    zone = plant.row("zone")
    xmin, ymin, xmax, ymax = WHOLE.bounds
    inwards = drawn(box(xmin + 4e-7, ymin, xmax, ymax))
    draft = plant.ours.begin(plant.id, put("zone", zone["id"], zone["version"], boundary=inwards))
    assert [each["way"]["code"] for each in plant.ours.check(draft)["lowered"]] == ["ground"]
    vertex = drawn(Polygon([(xmin, ymin), (xmax, ymin), (xmax, 33.7080001), (xmax, ymax), (xmin, ymax)]))
    free = plant.ours.begin(plant.id, put("zone", zone["id"], zone["version"], boundary=vertex))
    assert plant.ours.check(free)["lowered"] == []


def dossier_rows(plant: Plant, kind: str) -> list[dict[str, Any]]:
    rows = plant.ours.get(f"/enterprises/{plant.id}/dossier")["rows"]
    return [row for row in rows if row["kind"] == kind]


def test_what_lowers_nothing_goes_free(plant: Plant) -> None:
    """A typing error in a draft, a zone divided into two of its grade, a worse grade, more ground."""
    zone, event = plant.row("zone"), plant.row("risk_event")
    draft = plant.ours.begin(plant.id, *whole_zone("配电间", box(113.27, 33.70, 113.271, 33.701), HIGH))
    plant.ours.must("submit", plant.ours.save(draft, changes=whole_zone("配电间", WEST, LOW)))
    plant.publish(
        put("zone", zone["id"], zone["version"], boundary=drawn(WEST)), *whole_zone("东跨", EAST, HIGH)
    )
    plant.publish(put("risk_event", event["id"], event["version"], residual=GENERAL))
    assert plant.ours.get("/downgrades")["total"] == 0


def test_a_general_risk_may_go_down(client: TestClient, session: Session) -> None:
    plant = Plant(client, session, GENERAL)
    event = plant.row("risk_event")
    plant.publish(put("risk_event", event["id"], event["version"], inherent=LOW))
    assert plant.grade() == 4


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE zone SET declared_grade = 3",
        "UPDATE zone SET declared_grade = NULL",
        "UPDATE zone SET boundary = ST_Multi(ST_Buffer(boundary, -0.0001))",
        "UPDATE zone SET boundary = ST_Translate(boundary, 0.001, 0)",
        "DELETE FROM zone",
        "DELETE FROM enterprise",
        "UPDATE enterprise SET operating_status = 'closed'",
        "UPDATE enterprise SET location = NULL",
        "UPDATE enterprise SET location = ST_Translate(location, 0.001, 0)",
    ],
)
def test_the_database_refuses_what_the_guard_was_not_asked(session: Session, statement: str) -> None:
    """The last wall: somebody writes a new way into the register and forgets the guard."""
    make.zone(session, make.enterprise(session), grade=2)
    with pytest.raises(DatabaseError, match="without a grant"), session.begin_nested():
        session.execute(text(statement))


def test_a_direct_edit_that_lowers_is_refused_in_the_user_s_words(
    client: TestClient, session: Session
) -> None:
    site = make.enterprise(session, "化工厂", township_code=None, grade=1)
    bureau = Office(client, BUREAU)
    refused = bureau.ask("PATCH", f"/enterprises/{site.id}", 1, json={"operating_status": "closed"})
    assert (refused.status_code, refused.json()["code"]) == (409, "downgrade_needs_approval")
    assert "填报" in refused.json()["detail"]


# ---------------------------------------------------------------- whatever the sequence


STEPS = (
    lower_factors,
    other_method,
    no_assessment,
    without_event,
    without_point,
    without_zone,
    split_off,
    shrunk,
    moved,
)


def reddest_ground(session: Session, enterprise_id: UUID) -> list[tuple[int, float]]:
    """The guarded zones of an enterprise: grade and area on the ground."""
    session.expire_all()
    rows = session.execute(
        text(
            "SELECT grade, ST_Area(boundary_metric) / metric_k ^ 2 AS area FROM zone"
            " WHERE enterprise_id = :id AND grade <= 2"
        ),
        {"id": enterprise_id},
    )
    return [(row.grade, row.area) for row in rows]


@pytest.mark.parametrize("seed", range(6))
def test_no_sequence_of_allowed_edits_lowers_a_published_red(
    client: TestClient, session: Session, seed: int
) -> None:
    """Random steps of the enterprise, its township and the bureau, none of them with evidence or a second hand."""
    chance = random.Random(seed)
    plant = Plant(client, session, chance.choice([HIGH, CONSIDERABLE]))
    hands = (plant.ours, plant.town, plant.bureau, Office(client, SECTOR))
    for _ in range(12):
        before = sum(area for _, area in reddest_ground(session, plant.id))
        worst = plant.grade()
        author, reviewer = chance.choice(hands), chance.choice(hands[1:])
        changes = chance.choice([*STEPS, raised, widened])(plant)
        draft = author.begin(plant.id, *changes)
        if chance.random() < 0.5:
            draft = author.save(draft, reason="随便写的理由")
        handed_in = author.does("submit", draft)
        if handed_in.status_code == 200:
            words = {"comment": "同意"} if chance.random() < 0.5 else {}
            if reviewer.actor.scope.kind == author.actor.scope.kind:
                # The same organisation may give what evidence it likes.
                words["evidence"] = EVIDENCE
            reviewer.does("publish", handed_in.json(), **words)
        assert plant.grade() is not None
        assert (plant.grade() or 9) <= (worst or 9)
        assert sum(area for _, area in reddest_ground(session, plant.id)) >= before - 1
    assert session.get_one(Enterprise, plant.id, populate_existing=True).operating_status == "operating"
    assert plant.ours.get("/downgrades", state="granted")["total"] == 0


def raised(plant: Plant) -> list[dict[str, Any]]:
    event = plant.row("risk_event")
    return [put("risk_event", event["id"], event["version"], inherent=HIGH)]


def widened(plant: Plant) -> list[dict[str, Any]]:
    zone = plant.row("zone")
    return [
        put("zone", zone["id"], zone["version"], boundary=drawn(box(113.2655, 33.7074, 113.2667, 33.7086)))
    ]


def test_a_zone_is_never_better_than_its_worst_event(session: Session) -> None:
    """The rule of the database, against a plain loop over random events, declarations and deletions."""
    chance = random.Random(7)
    site = make.enterprise(session)
    zones = [make.zone(session, site, f"间{place}") for place in range(4)]
    points = [make.risk_point(session, zone) for zone in zones]
    events = []
    for _ in range(60):
        step = chance.random()
        if step < 0.5 or not events:
            events.append(
                make.risk_event(session, chance.choice(points), grade=chance.choice([None, 1, 2, 3, 4]))
            )
        elif step < 0.7:
            events.pop(chance.randrange(len(events))).inherent = None
        else:
            chance.choice(zones).declared_grade = chance.choice([None, 1, 2, 3, 4])
        make.granted(session, site, *zones)
        session.flush()
        session.expire_all()
        for zone in zones:
            mine = [event.grade for event in events if event.zone_id == zone.id and event.grade]
            told = [*mine, *([zone.declared_grade] if zone.declared_grade else [])]
            assert zone.grade == (min(told) if told else None)
        known = [zone.grade for zone in zones if zone.grade]
        assert site.grade == (min(known) if known else None)
    assert session.query(Zone).count() == 4
