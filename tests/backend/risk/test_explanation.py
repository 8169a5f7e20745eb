"""The chain behind a grade: the same grade as on the map, down to scores, clauses, people and sources."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from backend.risk import documents, service
from backend.risk.explanation import ENTERPRISE, ZONE, Grounds, Sentence, sentence_of, told_assessment
from backend.risk.models import (
    ControlMeasure,
    MajorHazardInstallation,
    ResponsiblePerson,
    RiskEvent,
    RiskPoint,
)
from backend.zones.models import Zone
from tests import make

LEC_MAJOR = {
    "method": "lec",
    "scale": "lec-2019-general",
    "factors": {"L": 6, "E": 6, "C": 15},
}
LEC_LOW = {"method": "lec", "scale": "lec-2019-general", "factors": {"L": 1, "E": 3, "C": 3}}
ADMIN = Actor("admin", EVERYTHING, ROLES["bureau_admin"])


def event(
    session: Session, zone: Zone, name: str = "容器爆炸", said: dict[str, Any] | None = None, **facts: Any
) -> RiskEvent:
    """An event at a risk point of its own."""
    point = make.added(session, RiskPoint(zone_id=zone.id, name=f"{name}的风险点", **make.origin()))
    return make.added(
        session,
        RiskEvent(
            risk_point_id=point.id,
            name=name,
            inherent=None if said is None else documents.document(said),
            **facts,
            **make.origin(),
        ),
    )


def seen(session: Session, row: Any) -> Any:
    """A row as the database has derived it."""
    session.flush()
    session.refresh(row)
    return row


def explained(client: TestClient, of: Zone | Enterprise, **query: Any) -> dict[str, Any]:
    session = object_session(of)
    assert session is not None
    # The client reads through the same session, which would tell what it has loaded before.
    session.flush()
    session.expire_all()
    folder = "zones" if isinstance(of, Zone) else "enterprises"
    answer = client.get(f"/api/v1/{folder}/{of.id}/explanation", params=query)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_a_zone_is_explained_down_to_its_scores(client: TestClient, session: Session) -> None:
    site = make.enterprise(session, "化工厂")
    zone = make.zone(session, site, "反应车间")
    bad = event(
        session,
        zone,
        said=LEC_MAJOR,
        hazard_source="反应釜",
        accident_edition="GB 6441-1986",
        accident_code="17",
        assessed_by="张三",
        assessed_on=date(2026, 1, 2),
        review_due=date(2026, 2, 1),
        residual=documents.document(LEC_LOW),
    )
    event(session, zone, "碰伤", LEC_LOW)
    event(session, zone, "没评过")
    session.add(
        ControlMeasure(
            event_id=bad.id,
            name="m",
            kind="engineering",
            description="装安全阀",
            class_1="1",
            **make.origin(),
        )
    )
    told = explained(client, zone)
    assert (told["grade"], told["grade_basis"], told["decided_by"]) == (1, "inherent", "parts")
    assert (
        told["grade"] == seen(session, zone).grade == client.get(f"/api/v1/zones/{zone.id}").json()["grade"]
    )
    assert told["events"] == {"1": 1, "2": 0, "3": 0, "4": 1, "null": 1}
    (deciding,) = told["deciding"]
    inherent = deciding["inherent"]
    assert [(each["code"], each["score"]) for each in inherent["factors"]] == [("L", 6), ("E", 6), ("C", 15)]
    assert all(each["score_zh"] for each in inherent["factors"])
    assert (inherent["value"], inherent["band"]["grade"], inherent["agrees"]) == (540, 1, True)
    assert inherent["scale"]["standard"] in inherent["sentence"]["zh"]
    bands = inherent["scale"]["bands"]
    assert [(each["grade"], each["lower"], each["upper"]) for each in bands] == [
        (1, 320, None),
        (2, 160, 320),
        (3, 70, 160),
        (4, 0, 70),
    ]
    assert inherent["scale"]["greatest"] == 10_000
    assert (deciding["accident_type"]["zh"], deciding["is_overdue"]) == ("容器爆炸", True)
    (against,) = deciding["measures"]
    assert (against["kind"]["code"], against["description"]) == ("engineering", "装安全阀")
    assert "容器爆炸" in told["sentence"]["zh"]
    assert "1 个风险事件未评定" in told["sentence"]["zh"]
    # With the measures only the event that nobody has assessed keeps silent.
    assert told["residual_grade"] == 4


def test_a_declared_grade_that_is_worse_is_said_to_decide(client: TestClient, session: Session) -> None:
    zone = make.zone(session, make.enterprise(session), grade=2)
    event(session, zone, said=LEC_LOW)
    told = explained(client, zone)
    assert (told["grade"], told["decided_by"]) == (2, "declared")
    assert told["declared"] == {
        "grade": 2,
        "residual_grade": None,
        "source": "test",
        "source_id": zone.source_id,
    }
    assert told["derived"]["grade"] == 4
    assert "来源「test」申报为较大风险，高于由风险事件得出的低风险" in told["sentence"]["zh"]


def test_a_declared_grade_that_is_better_does_not_decide(client: TestClient, session: Session) -> None:
    zone = make.zone(session, make.enterprise(session), grade=3)
    event(session, zone, said=LEC_MAJOR)
    told = explained(client, zone)
    assert (told["grade"], told["decided_by"]) == (1, "parts")
    assert "高于来源「test」申报的一般风险" in told["sentence"]["zh"]


def test_direct_judgement_names_its_clause(client: TestClient, session: Session) -> None:
    zone = make.zone(session, make.enterprise(session))
    event(session, zone, said={"method": "direct", "clauses": ["direct-2016-shandong.major_hazard"]})
    told = explained(client, zone)
    (clause,) = told["deciding"][0]["inherent"]["clauses"]
    assert (told["grade"], clause["id"]) == (1, "direct-2016-shandong.major_hazard")
    assert clause["standard"] in told["sentence"]["zh"]
    assert clause["number"] in told["sentence"]["zh"]


def test_an_event_declared_by_its_source_ends_there(client: TestClient, session: Session) -> None:
    zone = make.zone(session, make.enterprise(session))
    event(session, zone, said={"method": "declared", "grade": 2, "source": "2025 年普查"})
    told = explained(client, zone)["deciding"][0]["inherent"]
    assert (told["method"]["code"], told["source"], told["declared"]) == ("declared", "2025 年普查", 2)
    assert "2025 年普查" in told["sentence"]["zh"]


@pytest.mark.parametrize(
    ("events", "why"), [(0, "没有登记风险事件"), (2, "登记了 2 个风险事件，都还没有评估")]
)
def test_an_ungraded_zone_says_why(client: TestClient, session: Session, events: int, why: str) -> None:
    zone = make.zone(session, make.enterprise(session))
    for number in range(events):
        event(session, zone, f"事件{number}")
    told = explained(client, zone)
    assert (told["grade"], told["decided_by"], told["deciding"]) == (None, "nothing", [])
    assert why in told["sentence"]["zh"]


def test_an_enterprise_is_explained_through_the_zone_that_decides(
    client: TestClient, session: Session
) -> None:
    site = make.enterprise(session)
    bad = make.zone(session, site, "反应车间")
    event(session, bad, said=LEC_MAJOR)
    make.zone(session, site, "办公室", grade=4)
    make.zone(session, site, "空地")
    told = explained(client, site)
    assert (told["grade"], told["decided_by"]) == (1, "parts")
    assert told["grade"] == seen(session, site).grade
    assert told["zones"] == {"1": 1, "2": 0, "3": 0, "4": 1, "null": 1}
    ((zone,), total) = told["deciding"], told["deciding_total"]
    assert (zone["id"], zone["deciding"][0]["name"], total) == (str(bad.id), "容器爆炸", 1)
    assert "反应车间" in told["sentence"]["zh"]
    assert "L=6" in told["sentence"]["zh"]


def test_many_deciding_zones_come_in_pages(client: TestClient, session: Session) -> None:
    site = make.enterprise(session)
    for number in range(5):
        make.zone(session, site, f"车间{number}", grade=2)
    first = explained(client, site, limit=2)
    last = explained(client, site, limit=2, page=3)
    assert (first["deciding_total"], len(first["deciding"]), len(last["deciding"])) == (5, 2, 1)
    assert "等 5 个" in first["sentence"]["zh"]


def test_events_of_a_zone_come_in_pages_the_worst_first(client: TestClient, session: Session) -> None:
    zone = make.zone(session, make.enterprise(session))
    event(session, zone, "没评过")
    event(session, zone, "低", LEC_LOW)
    event(session, zone, "重大", LEC_MAJOR)
    pages = [
        client.get(f"/api/v1/zones/{zone.number}/events", params={"limit": 2, "page": page}).json()
        for page in (1, 2)
    ]
    assert [each["name"] for page in pages for each in page["items"]] == ["重大", "低", "没评过"]
    assert pages[0]["total"] == 3
    only = client.get(f"/api/v1/events/{pages[0]['items'][0]['id']}").json()
    assert only == pages[0]["items"][0]


def test_missing_levels_are_named(client: TestClient, session: Session) -> None:
    site = make.enterprise(session, scale="large")
    zone = make.zone(session, site, grade=3)
    for duty, of in (("team", zone.id), ("workshop", None)):
        session.add(
            ResponsiblePerson(name=f"管{duty}", enterprise_id=site.id, zone_id=of, duty=duty, **make.origin())
        )
    told = explained(client, zone)
    assert [each["zh"] for each in told["missing_levels"]] == ["岗位级"]
    assert [each["duty"]["zh"] for each in told["people"]] == ["班组级"]


def test_phones_are_masked_for_who_may_not_call(client: TestClient, session: Session) -> None:
    site = make.enterprise(session)
    zone = make.zone(session, site, grade=1)
    session.add(
        ResponsiblePerson(
            name="李四",
            enterprise_id=site.id,
            zone_id=zone.id,
            duty="post",
            phone="13812341234",
            **make.origin(),
        )
    )
    session.flush()
    # The demonstration's reader may not; the bureau may.
    assert [each["phone"] for each in explained(client, zone)["people"]] == ["138****1234"]
    told = service.explain_zone(session, ADMIN, zone.id, limit=1)
    assert [each.phone for each in told.people] == ["13812341234"]


def test_a_neighbour_learns_the_grade_and_not_whose_kind_it_is(session: Session) -> None:
    make.area(session, "410411001", "甲街道", make.square(side=0.002), level="township")
    make.area(session, "410411002", "乙街道", make.square(lon=make.LON + 0.002, side=0.002), level="township")
    site = make.enterprise(session, "学校", township_code="410411001", sector_code="education")
    zone = make.zone(session, site, "教学楼", make.square(lon=make.LON + 0.0015))
    event(session, zone, said=LEC_MAJOR)
    for of in (zone.id, None):
        session.add(
            ResponsiblePerson(
                name="校长",
                enterprise_id=site.id,
                zone_id=of,
                duty="school",
                phone="13812341234",
                **make.origin(),
            )
        )
    session.flush()
    session.expire_all()
    neighbour = Actor("乙", Scope(ScopeKind.TOWNSHIPS, frozenset({"410411002"})), ROLES["township"])
    told = service.explain_zone(session, neighbour, zone.id, limit=5)
    assert (told.grade, told.enterprise.id, told.enterprise.number) == (1, None, None)
    assert told.deciding[0].enterprise.id is None
    assert told.missing_levels is None
    assert [each.phone for each in told.people] == ["138****1234"]
    assert str(site.id) not in told.model_dump_json()
    own = Actor("甲", Scope(ScopeKind.TOWNSHIPS, frozenset({"410411001"})), ROLES["township"])
    assert service.explain_zone(session, own, zone.id, limit=5).enterprise.id == site.id


def test_installations_come_with_their_substances(client: TestClient, session: Session) -> None:
    site = make.enterprise(session)
    make.added(
        session,
        MajorHazardInstallation(
            name="氯库",
            enterprise_id=site.id,
            kind="3",
            substances=[{"name": "氯", "cas": "7782-50-5", "q": 20, "Q": 5, "beta": 4, "citation": "表 1"}],
            s=4,
            alpha=2,
            r=32,
            level=3,
            **make.origin(),
        ),
    )
    (item,) = client.get(f"/api/v1/enterprises/{site.id}/installations").json()["items"]
    assert (item["kind"]["zh"], item["level"]["zh"], item["substances"][0]["Q"]) == ("存储库", "三级", 5)


@pytest.mark.parametrize(
    "path",
    ["zones/{}/explanation", "zones/{}/events", "enterprises/{}/explanation",
     "enterprises/{}/installations", "events/{}"],
)  # fmt: skip
def test_what_is_not_there_is_404(client: TestClient, path: str) -> None:
    assert client.get("/api/v1/" + path.format(uuid4())).status_code == 404


def test_a_scale_that_is_gone_is_told_as_stored() -> None:
    told = told_assessment(
        {"method": "lec", "scale": "lec-1990-gone", "factors": {"L": 6}, "value": 540, "grade": 1}
    )
    assert told is not None
    assert (told.grade, told.agrees, told.scale, told.value) == (1, False, None, 540)
    assert "不能复算" in told.sentence.zh


def test_a_grade_that_does_not_follow_from_its_scores_is_said_not_to() -> None:
    kept = documents.document(LEC_MAJOR) | {"grade": 4}
    told = told_assessment(kept)
    assert told is not None
    assert (told.grade, told.agrees) == (4, False)


@pytest.mark.parametrize("kind", [ZONE, ENTERPRISE])
@pytest.mark.parametrize("declared", [None, 1, 2, 4])
@pytest.mark.parametrize("derived", [None, 1, 3, 4])
def test_every_sentence_says_the_grade_of_the_map(
    kind: Any, declared: int | None, derived: int | None
) -> None:
    graded = int(derived is not None)
    grounds = Grounds(
        "甲", declared, derived, "普查", "某", Sentence(zh="理由。", en="why."), graded, 3, 3 - graded
    )
    words = {None: "未评定", 1: "重大风险", 2: "较大风险", 3: "一般风险", 4: "低风险"}
    best = min((each for each in (declared, derived) if each), default=None)
    said = sentence_of(kind, grounds)
    assert said.zh.startswith(f"「甲」{'' if best is None else '为'}{words[best]}：")
    assert said.zh.endswith("。")
    assert "。。" not in said.zh
    assert said.en.endswith(".")


def test_every_zone_of_a_register_is_explained_with_its_own_grade(
    client: TestClient, session: Session
) -> None:
    """The grade of an explanation is the one on the map, whatever was declared and assessed."""
    site = make.enterprise(session)
    for declared in (None, 1, 2, 3, 4):
        for said in (None, LEC_LOW, LEC_MAJOR):
            zone = make.zone(session, site, grade=declared)
            event(session, zone, said=said)
    for zone in session.scalars(select(Zone).where(Zone.enterprise_id == site.id)):
        told = explained(client, zone)
        assert told["grade"] == seen(session, zone).grade
        assert (told["grade"] is None) == (told["decided_by"] == "nothing")
