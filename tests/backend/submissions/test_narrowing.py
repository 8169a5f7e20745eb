"""What narrows and orders the lists of submissions and downgrades."""

from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from backend.accounts.models import Account
from backend.enterprises.models import Enterprise
from backend.jurisdictions.models import UnitGroup
from backend.jurisdictions.scope import ScopeKind
from tests import make
from tests.backend.submissions.people import (
    BUREAU,
    HIGH,
    LOW,
    MAZHUANG,
    NANHUAN,
    OTHER_TOWN,
    TOWN,
    TOWN_COLLEAGUE,
    Office,
    firm,
    person,
    put,
    whole_zone,
)


@pytest.fixture
def sites(session: Session) -> tuple[Enterprise, Enterprise]:
    make.area(session, MAZHUANG, "马庄街道", make.square(113.2, 33.65, side=0.1), level="township")
    make.area(session, NANHUAN, "南环路街道", make.square(113.3, 33.65, side=0.1), level="township")
    return (
        make.enterprise(session, "化工厂", township_code=MAZHUANG, sector_code="chemical"),
        make.enterprise(session, "粮库", township_code=NANHUAN, sector_code="industry_trade"),
    )


def titles(office: Office, **query: object) -> list[str]:
    return [each["title"] for each in office.get("/submissions", **query)["items"]]


def test_submissions_are_narrowed_by_territory_sector_and_author(
    client: TestClient, sites: tuple[Enterprise, Enterprise]
) -> None:
    chemical, grain = sites
    bureau = Office(client, BUREAU)
    works = Office(client, firm(chemical.id))
    handed = works.begin(chemical.id, *whole_zone("合成车间", make.square(), HIGH), title="甲")
    works.must("submit", handed)
    bureau.begin(grain.id, title="乙")
    assert titles(bureau) == ["甲", "乙"]
    assert titles(bureau, township=NANHUAN) == ["乙"]
    assert titles(bureau, sector="chemical") == ["甲"]
    assert titles(bureau, own=True) == ["乙"]
    assert titles(bureau, sort="number") == ["甲", "乙"]
    assert titles(bureau, sort="-number") == ["乙", "甲"]
    page = bureau.get("/submissions", sector="chemical", state="draft")
    assert (page["total"], page["states"]) == (0, {"submitted": 1})


def test_those_that_lower_something_are_found_and_so_are_their_downgrades(
    client: TestClient, sites: tuple[Enterprise, Enterprise]
) -> None:
    chemical, _ = sites
    works, town = Office(client, firm(chemical.id)), Office(client, TOWN)
    changes = whole_zone("合成车间", make.square(), HIGH)
    town.must("publish", works.must("submit", works.begin(chemical.id, *changes, title="新增")))
    event = changes[2]["id"]
    (version,) = (
        row["version"]
        for row in works.get(f"/enterprises/{chemical.id}/dossier")["rows"]
        if row["id"] == event
    )
    lower = works.begin(chemical.id, put("risk_event", UUID(event), version, inherent=LOW), title="改造")
    works.must("submit", works.save(lower, reason="工艺已改造"))
    assert titles(town, lowering=True) == ["改造"]

    def found(**query: str) -> int:
        total: int = town.get("/downgrades", **query)["total"]
        return total

    assert found(way="grade", q="合成") == found(q="化工") == 1
    assert found(way="deletion") == found(q="粮库") == 0
    assert found(zone=changes[0]["id"]) == 1
    assert found(zone=event) == 0


def test_a_reviewer_finds_what_they_have_decided_and_nobody_else_does(
    client: TestClient, sites: tuple[Enterprise, Enterprise]
) -> None:
    chemical, _ = sites
    works, town = Office(client, firm(chemical.id)), Office(client, TOWN)
    for title, deed in (("甲", "publish"), ("乙", "return"), ("丙", None)):
        handed = works.must("submit", works.begin(chemical.id, a_person(title), title=title))
        if deed == "publish":
            town.must("publish", handed)
        elif deed == "return":
            returned = town.must("return", handed, comment="缺附图")
    assert titles(town, decided=True, sort="-number") == ["乙", "甲"]
    assert titles(town, decided=True, state="published") == ["甲"]
    assert titles(town, decided=True, q="乙") == ["乙"]
    assert titles(Office(client, TOWN_COLLEAGUE), decided=True) == []
    assert titles(Office(client, OTHER_TOWN), decided=True) == []
    # What is handed in again waits for a decision once more.
    works.must("submit", returned)
    assert titles(town, decided=True) == ["甲"]


def a_person(name: str) -> dict[str, object]:
    """A new person of an enterprise: a change that may be made as often as one likes."""
    return put("person", name=name, duty="safety")


def test_people_are_told_by_name_and_unit_and_without_their_phones(
    client: TestClient, session: Session, sites: tuple[Enterprise, Enterprise]
) -> None:
    chemical, _ = sites
    clerk = firm(chemical.id)
    for actor, name, unit in ((clerk, "张三 13800001111", "化工厂"), (TOWN, "李四", "马庄街道办事处")):
        make.added(session, Account(id=actor.id, username=actor.name, name=name, unit=unit))
    works, town = Office(client, clerk), Office(client, TOWN)
    handed = works.must("submit", works.begin(chemical.id, a_person("王五")))
    assert (handed["author"], handed["authors"]) == (
        "张三 13800001111（化工厂）",
        ["张三 13800001111（化工厂）"],
    )
    analyst = Office(client, person("analyst", "bureau_analyst", ScopeKind.EVERYTHING))
    assert analyst.get(f"/submissions/{handed['id']}")["author"] == "张三 138****1111（化工厂）"
    assert town.must("publish", handed)["decided_by"] == "李四（马庄街道办事处）"
    # Who has no account keeps the name that the record was written with.
    assert Office(client, BUREAU).begin(chemical.id, title="丁")["author"] == "bureau"


def test_the_vocabulary_names_the_parks_and_grids(client: TestClient, session: Session) -> None:
    session.add(UnitGroup(name="东区化工园", code="P1", kind="park", **make.origin()))
    session.flush()
    (group,) = Office(client, BUREAU).get("/submissions/vocabulary")["groups"]
    assert (group["code"], group["name"], group["kind"]) == ("P1", "东区化工园", "park")
    # Who cannot put an enterprise into one is not told of any.
    assert Office(client, TOWN).get("/submissions/vocabulary")["groups"] == []
