"""From a draft over the review to what is published: who sees what, who may do what, and what the map shows."""

import json
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from shapely import Polygon
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.audit.models import AuditEvent
from backend.enterprises.models import Enterprise
from backend.jurisdictions.scope import ScopeKind
from backend.risk.documents import recomputed
from backend.risk.models import RiskEvent
from backend.zones.models import Zone
from tests import make
from tests.backend.submissions.people import (
    BUREAU,
    GENERAL,
    HIGH,
    MAZHUANG,
    NANHUAN,
    OTHER_TOWN,
    SECTOR,
    TOWN,
    Office,
    delete,
    drawn,
    firm,
    person,
    put,
    whole_zone,
)


@pytest.fixture
def site(session: Session) -> Enterprise:
    make.area(session, MAZHUANG, "马庄街道", make.square(113.2, 33.65, side=0.1), level="township")
    make.area(session, NANHUAN, "南环路街道", make.square(113.3, 33.65, side=0.1), level="township")
    return make.enterprise(session, "化工厂", township_code=MAZHUANG, sector_code="chemical")


def zones_on_the_map(client: TestClient) -> dict[str, int | None]:
    client.app.dependency_overrides[current_actor] = lambda: BUREAU
    page = client.get("/ogc/collections/zones/items").json()
    return {each["properties"]["name"]: each["properties"]["grade"] for each in page["features"]}


def test_a_draft_is_on_no_map_until_somebody_else_publishes_it(client: TestClient, site: Enterprise) -> None:
    ours, town = Office(client, firm(site.id)), Office(client, TOWN)
    draft = ours.begin(site.id, *whole_zone("合成车间", make.square(), HIGH))
    assert draft["state"]["code"] == "draft"
    assert zones_on_the_map(client) == {}
    submitted = ours.must("submit", draft)
    assert submitted["waits_for"] == ["马庄街道", "一般化工主管部门", "区应急管理局"]
    assert zones_on_the_map(client) == {}
    published = town.must("publish", submitted, comment="同意")
    assert (published["state"]["code"], published["decided_by"]) == ("published", "mazhuang")
    assert zones_on_the_map(client) == {"合成车间": 1}
    assert town.get(f"/enterprises/{site.id}")["grade"] == 1


def test_a_draft_exists_for_its_own_people_alone(client: TestClient, site: Enterprise) -> None:
    ours = Office(client, firm(site.id))
    draft = ours.begin(site.id, put("enterprise", site.id, 1, address="新址"))
    colleague = Office(client, firm(site.id, "colleague"))
    assert [each["id"] for each in colleague.get("/submissions")["items"]] == [draft["id"]]
    for other in (TOWN, BUREAU, SECTOR, OTHER_TOWN):
        assert Office(client, other).get("/submissions")["items"] == []
        assert Office(client, other).ask("GET", f"/submissions/{draft['id']}").status_code == 404
    ours.must("submit", draft)
    for reviewer in (TOWN, BUREAU, SECTOR):
        (seen,) = Office(client, reviewer).get("/submissions", state="submitted")["items"]
        assert "review" in seen["may"]
    assert Office(client, OTHER_TOWN).ask("GET", f"/submissions/{draft['id']}").status_code == 404


def test_a_returned_submission_says_why_and_can_be_handed_in_again(
    client: TestClient, site: Enterprise
) -> None:
    ours, town = Office(client, firm(site.id)), Office(client, TOWN)
    submitted = ours.must("submit", ours.begin(site.id, *whole_zone("罐区", make.square(), GENERAL)))
    returned = town.must("return", submitted, comment="缺少应急措施")
    assert (returned["state"]["code"], returned["comment"]) == ("returned", "缺少应急措施")
    mine = ours.get(f"/submissions/{submitted['id']}")
    assert mine["comment"] == "缺少应急措施"
    assert "edit" in mine["may"]
    event = next(each["id"] for each in mine["items"] if each["kind"]["code"] == "risk_event")
    measure = put("measure", event_id=event, kind="emergency", description="设围堰和消防沙")
    kept = [
        {name: each[name] for name in ("op", "id", "seen", "facts")} | {"kind": each["kind"]["code"]}
        for each in mine["items"]
    ]
    again = ours.must("submit", ours.save(mine, changes=[*kept, measure]))
    assert town.must("publish", again)["state"]["code"] == "published"


def test_nobody_reviews_their_own_writing_but_the_bureau(client: TestClient, site: Enterprise) -> None:
    change = put("enterprise", site.id, 1, staff=120)
    town = Office(client, TOWN)
    own = town.must("submit", town.begin(site.id, change))
    refused = town.does("publish", own)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_person_required")
    assert "review" not in town.get(f"/submissions/{own['id']}")["may"]
    Office(client, SECTOR).must("return", own, comment="由区局办理")
    bureau = Office(client, BUREAU)
    by_bureau = bureau.must("submit", bureau.begin(site.id, change))
    assert bureau.must("publish", by_bureau)["state"]["code"] == "published"


def test_who_may_not_review_is_refused(client: TestClient, site: Enterprise) -> None:
    ours = Office(client, firm(site.id))
    submitted = ours.must("submit", ours.begin(site.id, put("enterprise", site.id, 1, staff=3)))
    assert ours.does("publish", submitted).status_code == 403
    assert Office(client, OTHER_TOWN).does("publish", submitted).status_code == 404


def test_a_draft_may_be_incomplete_and_is_told_what_it_lacks(client: TestClient, site: Enterprise) -> None:
    ours = Office(client, firm(site.id))
    bowtie = Polygon([(113.26, 33.70), (113.27, 33.71), (113.27, 33.70), (113.26, 33.71)])
    draft = ours.begin(
        site.id,
        put("zone", boundary=drawn(bowtie)),
        put("risk_event", name="火灾", inherent=HIGH | {"factors": {"L": 5, "E": 6}}),
        put("enterprise", site.id, 1, credit_code="91110000802100433A"),
    )
    found = ours.check(draft)
    told = {fault["pointer"]: fault["reason"] for fault in found["faults"]}
    assert "缺少名称" in told["/changes/0/facts/name"]
    assert "自相交" in told["/changes/0/facts/boundary"]
    place = next(fault["location"] for fault in found["faults"] if fault.get("location"))
    assert place == pytest.approx([113.265, 33.705])
    assert "/changes/1/facts/inherent/factors/L" in told
    assert "/changes/1/facts/inherent/factors/C" in told
    assert "B" in told["/changes/2/facts/credit_code"]
    refused = ours.does("submit", draft)
    assert (refused.status_code, refused.json()["code"]) == (422, "changes_not_acceptable")
    assert len(refused.json()["errors"]) == len(found["faults"])


def test_everything_that_is_wrong_is_told_in_one_round(client: TestClient, site: Enterprise) -> None:
    ours = Office(client, firm(site.id))
    zone, point = put("zone", name="合成车间"), uuid4()
    draft = ours.begin(
        site.id,
        # Without its boundary, and with a number that is none.
        zone | {"facts": zone["facts"] | {"most_people": "许多"}},
        # Below what cannot be made, which is no fault of its own.
        put("risk_point", point, zone_id=zone["id"], name="反应釜", kind="nothing"),
        put(
            "risk_event",
            risk_point_id=str(point),
            name="爆炸",
            assessed_on="明天",
            accident_edition="GB 6441-2025",
            accident_code="车辆伤害",
            inherent=HIGH | {"factors": {"L": 5, "E": 6, "C": 15}},
        ),
        put(
            "installation", name="罐区", kind="1", substances=[{"name": "氯", "quantity": -1}], people_500m=10
        ),
    )
    assert {fault["pointer"] for fault in ours.check(draft)["faults"]} == {
        "/changes/0/facts/boundary",
        "/changes/0/facts/most_people",
        "/changes/1/facts/kind",
        "/changes/2/facts/assessed_on",
        "/changes/2/facts/accident_code",
        "/changes/2/facts/inherent/factors/L",
        "/changes/3/facts/substances/0/quantity",
    }


def test_a_check_tells_the_outcome_and_changes_nothing(
    client: TestClient, session: Session, site: Enterprise
) -> None:
    ours = Office(client, firm(site.id))
    draft = ours.begin(site.id, *whole_zone("合成车间", make.square(), HIGH, residual=GENERAL))
    found = ours.check(draft)
    assert found["faults"] == found["lowered"] == []
    enterprise, zone = found["grades"]
    assert (enterprise["before"], enterprise["after"]) == (None, 1)
    assert (zone["name"], zone["after"], zone["residual_after"], zone["is_new"]) == ("合成车间", 1, 3, True)
    assert session.scalars(select(Zone.id)).all() == session.scalars(select(RiskEvent.id)).all() == []


def test_what_is_published_can_be_computed_again_from_its_inputs(
    client: TestClient, session: Session, site: Enterprise
) -> None:
    bureau = Office(client, BUREAU)
    bureau.must(
        "publish", bureau.must("submit", bureau.begin(site.id, *whole_zone("间", make.square(), HIGH)))
    )
    (event,) = session.scalars(select(RiskEvent))
    assert event.inherent is not None
    assert recomputed(event.inherent).grade == event.grade == 1


def test_a_row_that_changed_meanwhile_is_not_overwritten(
    client: TestClient, session: Session, site: Enterprise
) -> None:
    ours, bureau = Office(client, firm(site.id)), Office(client, BUREAU)
    submitted = ours.must("submit", ours.begin(site.id, put("enterprise", site.id, 1, address="甲路 1 号")))
    site.address = "乙路 2 号"
    session.flush()
    refused = bureau.does("publish", submitted)
    assert refused.status_code == 422
    assert "刚刚被别人改过" in refused.json()["errors"][0]["reason"]
    assert bureau.get(f"/enterprises/{site.id}")["address"] == "乙路 2 号"


def test_a_saved_draft_of_another_version_is_refused(client: TestClient, site: Enterprise) -> None:
    ours = Office(client, firm(site.id))
    draft = ours.begin(site.id, put("enterprise", site.id, 1, staff=3))
    ours.save(draft, title="甲")
    stale = ours.ask("PATCH", f"/submissions/{draft['id']}", draft["version"], json={"title": "乙"})
    assert stale.status_code == 412
    assert ours.ask("PATCH", f"/submissions/{draft['id']}", json={"title": "乙"}).status_code == 428


def test_rows_of_another_enterprise_cannot_be_touched(
    client: TestClient, session: Session, site: Enterprise
) -> None:
    other = make.enterprise(session, "邻厂", township_code=NANHUAN)
    zone = make.zone(session, other, "邻厂车间", grade=4)
    ours = Office(client, firm(site.id))
    draft = ours.begin(
        site.id, put("zone", zone.id, 1, name="改名"), put("risk_point", name="点", zone_id=str(zone.id))
    )
    found = {fault["pointer"] for fault in ours.check(draft)["faults"]}
    assert found == {"/changes/0", "/changes/1/facts/zone_id"}
    bureau = Office(client, BUREAU)
    draft = bureau.begin(site.id, delete("zone", zone.id, 1))
    assert "不属于这家企业" in bureau.check(draft)["faults"][0]["reason"]
    refused = ours.ask(
        "POST", "/submissions", json={"title": "x", "enterprise_id": str(other.id), "changes": []}
    )
    assert refused.status_code == 404


def test_an_enterprise_does_not_say_whose_it_is(client: TestClient, site: Enterprise) -> None:
    ours = Office(client, firm(site.id))
    body = {
        "title": "改行业",
        "enterprise_id": str(site.id),
        "changes": [put("enterprise", site.id, 1, sector="education", demonstration="benchmark")],
    }
    refused = ours.ask("POST", "/submissions", json=body)
    assert refused.status_code == 422
    assert {error["pointer"] for error in refused.json()["errors"]} == {
        "/changes/0/facts/sector",
        "/changes/0/facts/demonstration",
    }


def test_an_office_registers_a_new_enterprise_in_its_own_territory(
    client: TestClient, session: Session, site: Enterprise
) -> None:
    new_id = uuid4()
    at = {"type": "Point", "coordinates": [113.27, 33.71]}
    mine = put("enterprise", new_id, name="新厂", township=MAZHUANG, sector="chemical", location=at)
    town = Office(client, TOWN)
    draft = town.begin(None, mine, title="新增企业")
    assert draft["is_new"] is True
    submitted = town.must("submit", draft)
    published = Office(client, SECTOR).must("publish", submitted)
    assert published["state"]["code"] == "published"
    assert town.get(f"/enterprises/{new_id}")["lon"] == 113.27
    elsewhere = town.begin(None, put("enterprise", name="别处的厂", township=NANHUAN))
    assert Office(client, OTHER_TOWN).get("/submissions")["items"] == []
    found = town.ask("POST", f"/submissions/{elsewhere['id']}/check")
    assert found.status_code in (200, 404)
    if found.status_code == 200:
        assert "管辖范围" in found.json()["faults"][0]["reason"]


def test_several_are_published_together_and_each_stands_by_itself(
    client: TestClient, session: Session, site: Enterprise
) -> None:
    other = make.enterprise(session, "邻厂", township_code=MAZHUANG, sector_code="chemical")
    handed_in = [
        Office(client, firm(each.id)).must(
            "submit", Office(client, firm(each.id)).begin(each.id, put("enterprise", each.id, 1, staff=9))
        )
        for each in (site, other)
    ]
    other.address = "先改了"
    session.flush()
    items = [{"id": each["id"], "version": each["version"]} for each in handed_in]
    answer = Office(client, TOWN).ask("POST", "/submissions/publish", json={"items": items})
    done, refused = answer.json()["items"]
    assert (done["is_published"], refused["is_published"]) == (True, False)
    assert "1 处问题" in refused["detail"]
    assert session.get_one(Enterprise, site.id, populate_existing=True).staff == 9


def test_each_step_leaves_a_trace(client: TestClient, session: Session, site: Enterprise) -> None:
    ours, town = Office(client, firm(site.id)), Office(client, TOWN)
    draft = ours.begin(site.id, put("enterprise", site.id, 1, staff=3))
    submitted = ours.must("submit", draft)
    back = ours.must("withdraw", submitted)
    town_seen = ours.must("submit", back)
    town.must("return", town_seen, comment="请补充")
    ours.must("discard", ours.get(f"/submissions/{draft['id']}"))
    deeds = session.scalars(
        select(AuditEvent.action).where(AuditEvent.subject_kind == "submission").order_by(AuditEvent.number)
    ).all()
    assert deeds == ["draft", "submit", "withdraw", "submit", "return", "withdraw"]


def test_the_dossier_is_what_changes_are_written_from(client: TestClient, site: Enterprise) -> None:
    ours, bureau = Office(client, firm(site.id)), Office(client, BUREAU)
    zone = whole_zone("间", make.square(), HIGH, accident_edition="GB 6441-1986", accident_code="其他爆炸")
    event = zone[2]["id"]
    person = put("person", name="王工", duty="technician", phone="13812345678")
    measure = put("measure", event_id=event, kind="engineering", description="联锁切断")
    bureau.must("publish", bureau.must("submit", bureau.begin(site.id, *zone, measure, person)))
    rows: dict[str, Any] = {row["kind"]: row for row in ours.get(f"/enterprises/{site.id}/dossier")["rows"]}
    assert rows.keys() == {"enterprise", "zone", "risk_point", "risk_event", "measure", "person"}
    assert rows["risk_event"]["facts"]["inherent"] == HIGH
    assert rows["risk_event"]["facts"]["accident_code"] == "18"
    assert rows["zone"]["facts"]["boundary"]["type"] == "MultiPolygon"
    assert rows["zone"]["grade"] == 1
    again = ours.begin(
        site.id,
        *(
            put(kind, row["id"], row["version"], **row["facts"])
            for kind, row in rows.items()
            if kind != "enterprise"
        ),
    )
    found = ours.check(again)
    assert (found["faults"], found["lowered"]) == ([], [])


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"inherent": GENERAL, "residual": HIGH}, "residual"),
        ({"inherent": HIGH, "assessed_on": "2099-01-01"}, "assessed_on"),
        ({"inherent": HIGH, "assessed_on": "2026-01-02", "review_due": "2026-01-02"}, "review_due"),
    ],
)
def test_an_assessment_that_contradicts_itself_is_refused(
    client: TestClient, site: Enterprise, facts: dict[str, Any], pointer: str
) -> None:
    ours = Office(client, firm(site.id))
    zone, point, event = whole_zone("间", make.square(), HIGH)
    draft = ours.begin(site.id, zone, point, {**event, "facts": event["facts"] | facts})
    assert [fault["pointer"] for fault in ours.check(draft)["faults"]] == [f"/changes/2/facts/{pointer}"]


@pytest.mark.parametrize(
    "substance",
    [
        {"name": ["x"], "quantity": 1},
        {"name": "y", "quantity": 1, "threshold": 1, "beta": 1, "citation": {"a": 1}},
        {"name": "y\u0007", "quantity": 1},
        {"name": "y", "quantity": 1e200, "threshold": 1e-200, "beta": 1, "citation": "z"},
    ],
)
def test_a_substance_that_cannot_be_read_is_a_fault_and_not_poison(
    client: TestClient, site: Enterprise, substance: dict[str, Any]
) -> None:
    ours = Office(client, firm(site.id))
    draft = ours.begin(site.id, put("installation", name="罐组", kind="2", substances=[substance]))
    faults = ours.check(draft)["faults"]
    assert faults
    assert all(fault["pointer"].startswith("/changes/0/facts/substances/0/") for fault in faults)


@pytest.mark.parametrize("name", ["半\ud800", "空\x00", {"a": {}}])
def test_facts_that_cannot_be_kept_are_refused(client: TestClient, site: Enterprise, name: Any) -> None:
    nested: Any = name
    for _ in range(40 if isinstance(name, dict) else 0):
        nested = {"a": nested}
    body = json.dumps({"title": "x", "changes": [put("enterprise", name=nested)]})
    answer = Office(client, TOWN).ask(
        "POST", "/submissions", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422)


def test_phones_in_a_submission_are_masked_for_who_may_not_call(client: TestClient, site: Enterprise) -> None:
    ours = Office(client, firm(site.id))
    draft = ours.begin(site.id, put("person", name="王工", duty="technician", phone="13812345678"))
    submitted = ours.must("submit", draft)
    analyst = Office(client, person("analyst", "bureau_analyst", ScopeKind.EVERYTHING))
    (told,) = analyst.get(f"/submissions/{submitted['id']}")["items"]
    assert told["facts"]["phone"] == "138****5678"
    (whole,) = Office(client, TOWN).get(f"/submissions/{submitted['id']}")["items"]
    assert whole["facts"]["phone"] == "13812345678"


def test_a_check_keeps_no_other_writer_waiting(
    client: TestClient, session: Session, site: Enterprise
) -> None:
    """A trial moves no revision, which is one row for all writers of a table; a publication moves each once."""
    ours, town = Office(client, firm(site.id)), Office(client, TOWN)
    revisions = "SELECT table_name, revision FROM table_revision"
    draft = ours.begin(site.id, *whole_zone("间", make.square(), HIGH))
    before = dict(session.execute(text(revisions)).all())
    ours.check(draft)
    submitted = ours.must("submit", draft)
    assert dict(session.execute(text(revisions)).all()) == before
    town.must("publish", submitted)
    after = dict(session.execute(text(revisions)).all())
    assert {table for table in before if after[table] != before[table]} >= {
        "zone",
        "risk_event",
        "enterprise",
    }
    site.address = "新址"
    session.flush()
    assert dict(session.execute(text(revisions)).all())["enterprise"] != after["enterprise"]
