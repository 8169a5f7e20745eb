"""Whatever is in a file: nothing outside of the sender's scope changes, and nothing of it is told."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.operating.cluster import Cluster
from backend.risk.models import ResponsiblePerson, RiskEvent, RiskPoint, RosterEntry
from backend.zones.models import Zone
from tests import databases, make
from tests.backend.uploads.offices import (
    NORTH,
    SOURCE,
    SOUTH,
    bureau,
    commit,
    lay_out,
    office,
    previewed,
    rested,
    row,
    service,
)

HIDDEN = "南街道1厂"
TABLES = (
    "enterprise",
    "zone",
    "risk_point",
    "risk_event",
    "control_measure",
    "responsible_person",
    "roster_entry",
)


@pytest.fixture
def register(cluster: Cluster) -> Iterator[Engine]:
    with databases.own_database(cluster) as engine:
        lay_out(engine)
        with Session(engine) as session, session.begin():
            for site in session.query(Enterprise).all():
                for count in (1, 2):
                    fill(session, site, count)
        yield engine


def fill(session: Session, site: Enterprise, count: int) -> None:
    """A zone with what stands behind it, a contact and an entry of the roster."""
    key = f"{site.source_id}-{count}"
    zone = make.zone(session, site, f"{site.name}的车间{count}")
    point = make.risk_point(session, zone, f"{site.name}的反应釜{count}")
    event = make.risk_event(session, point, f"{site.name}的泄漏{count}")
    person = ResponsiblePerson(
        enterprise_id=site.id, name=f"{site.name}的人", duty="safety_head", **make.origin()
    )
    entry = RosterEntry(name=f"{site.name}的条目{count}", township_code=site.township_code, **make.origin())
    session.add_all([person, entry])
    for each in (zone, point, event, person, entry):
        each.source, each.source_id = SOURCE, key
    session.flush()


@pytest.fixture
def web(register: Engine, tmp_path: Path) -> TestClient:
    return service(register, tmp_path)


def hidden_rows(engine: Engine) -> dict[str, list[Any]]:
    """All rows that belong to the south, as they are stored, and how many rows there are of the north."""
    belongs = {
        "enterprise": "t.township_code = :south OR t.township_code IS NULL",
        "zone": "t.enterprise_id IN (SELECT id FROM enterprise WHERE township_code = :south)",
        "risk_point": "t.zone_id IN (SELECT z.id FROM zone z JOIN enterprise e ON e.id = z.enterprise_id "
        "WHERE e.township_code = :south)",
        "risk_event": "t.enterprise_id IN (SELECT id FROM enterprise WHERE township_code = :south)",
        "control_measure": "t.event_id IN (SELECT v.id FROM risk_event v JOIN enterprise e "
        "ON e.id = v.enterprise_id WHERE e.township_code = :south)",
        "responsible_person": "t.enterprise_id IN (SELECT id FROM enterprise WHERE township_code = :south)",
        "roster_entry": "t.township_code = :south OR t.township_code IS NULL",
    }
    with engine.connect() as connection:
        return {
            table: sorted(
                connection.scalars(
                    text(f"SELECT to_jsonb(t)::text FROM {table} AS t WHERE {belongs[table]}"),
                    {"south": SOUTH},
                )
            )
            for table in TABLES
        }


def unheard(engine: Engine, said: str) -> list[str]:
    """Names of hidden rows that a file says nothing of."""
    with Session(engine) as session:
        south = list(session.query(Enterprise).filter(Enterprise.township_code == SOUTH))
        everything = [site.name for site in south] + [
            name
            for site in south
            for model in (Zone, RiskPoint, RiskEvent, ResponsiblePerson, RosterEntry)
            for name in session.query(model.name).filter(model.name.like(f"{site.name}%")).distinct()
            for name in name
        ]
    return [name for name in everything if name not in said]


KEYS = [f"{side}{number}" for side in "北南" for number in (1, 2)]
PART_KEYS = [f"{key}-{count}" for key in KEYS for count in (1, 2)]
CASES = {
    "enterprises": (
        KEYS,
        {
            "名称": ["甲", "乙"],
            "街道": ["北街道", "南街道", None],
            "从业人数": [1, 2],
            "主要负责人": ["王", None],
        },
    ),
    "zones": (
        PART_KEYS,
        {
            "WKT": ["POLYGON((113.2656 33.7075, 113.2666 33.7075, 113.2666 33.7085, 113.2656 33.7075))"],
            "所属企业": ["北1", "南1", "南街道2厂", "没有的厂"],
            "名称": ["甲", "乙"],
        },
    ),
    "risk_points": (
        PART_KEYS,
        {"所属企业": [None, "北1", "南1"], "风险分区": ["北1-1", "南1-1"], "名称": ["甲"]},
    ),
    "risk_events": (PART_KEYS, {"风险点": ["北1-1", "南1-1", "无"], "名称": ["甲", "乙"]}),
    "risk_list": (
        PART_KEYS,
        {
            "企业名称": ["北1", "南1"],
            "风险分区": ["北1-1", "南1-1"],
            "风险点": ["反应釜"],
            "危险源": ["超压"],
            "风险事件": ["甲"],
            "工程技术措施": ["阀", None],
        },
    ),
    "control_measures": (
        PART_KEYS,
        {"风险事件": ["北1-1", "南1-1"], "措施内容": ["甲"], "措施类别": ["工程技术"]},
    ),
    "responsible_people": (PART_KEYS, {"所属企业": ["北1", "南1"], "姓名": ["甲"], "职责": ["安全负责人"]}),
    "roster": (PART_KEYS, {"名称": ["甲", "乙"], "街道": ["北街道", "南街道", None]}),
}


def random_file(kind: str, chance: random.Random) -> list[dict[str, object]]:
    keys, columns = CASES[kind]
    chosen = chance.sample([*keys, "新-1", "新-2"], chance.randint(1, len(keys)))
    return [
        {"数据编号": key, **{name: chance.choice(cells) for name, cells in columns.items()}} for key in chosen
    ]


@pytest.mark.parametrize("kind", CASES)
def test_nothing_outside_changes_and_nothing_of_it_is_told(
    web: TestClient, register: Engine, tmp_path: Path, kind: str
) -> None:
    town, written = office(web), 0
    for seed in range(6):
        rows = random_file(kind, random.Random(f"{kind}{seed}"))
        before = hidden_rows(register)
        said = json.dumps(rows, ensure_ascii=False)
        upload = previewed(town, rows, kind=kind, partial="true", datum="CGCS2000")
        assert upload["report"] is not None, upload["problem"]
        told = json.dumps(upload, ensure_ascii=False)
        assert [name for name in unheard(register, said) if name in told] == []
        if upload["is_writable"]:
            answer = commit(town, upload)
            done = rested(town, answer.json()) if answer.status_code == 200 else answer.json()
            assert done.get("state") == "committed", answer.text
            told = json.dumps(done, ensure_ascii=False)
            assert [name for name in unheard(register, said) if name in told] == []
            written += done["new"] + done["changed"]
        assert hidden_rows(register) == before
    assert written or kind == "control_measures", "some of it was the office's own"


def test_the_bureau_s_file_changes_what_an_office_s_does_not(web: TestClient) -> None:
    """The test above can fail."""
    rows = [row("南1", "改名厂", 街道="南街道")]
    chief = previewed(bureau(web), rows)
    town = previewed(office(web), rows)
    assert (chief["report"]["main"]["changed"], town["report"]["main"]["changed"]) == (1, 0)
    [finding] = town["report"]["findings"]
    assert (finding["reason"], finding["column"], finding["value"]) == ("不在您的管辖范围内", "A", None)


@pytest.mark.parametrize("named", [HIDDEN, "南1", "没有的厂"])
def test_a_hidden_enterprise_and_one_that_is_not_there_get_the_same_words(
    web: TestClient, named: str
) -> None:
    upload = previewed(office(web), [{"数据编号": "z1", "所属企业": named, "名称": "车间"}], kind="zones")
    told = [
        (each["reason"], each["hint"]) for each in upload["report"]["findings"] if each["field"] == "所属企业"
    ]
    assert told == [
        ("没有这个所属企业，或不在您的管辖范围内", "先导入企业；可写企业编号、统一社会信用代码或名称")
    ]


def test_rows_that_a_file_lacks_are_counted_among_one_s_own(web: TestClient) -> None:
    rows = [row("北1", "北街道1厂")]
    gone = [previewed(who, rows)["report"]["main"]["gone"] for who in (office(web), bureau(web))]
    assert gone == [1, 3]


def test_a_zone_without_a_place_is_told_by_its_row(web: TestClient) -> None:
    rows = [{"数据编号": "北1-1", "所属企业": "北1", "名称": "改名车间"}]
    upload = previewed(office(web), rows, kind="zones")
    assert [(each["row"], each["reason"]) for each in upload["report"]["findings"]] == [(2, "没有坐标")]


def test_an_enterprise_is_not_given_away(web: TestClient, register: Engine) -> None:
    upload = previewed(office(web), [row("北1", "北街道1厂", 街道="南街道")])
    assert [each["reason"] for each in upload["report"]["findings"]] == ["不在您的管辖范围内"]
    assert NORTH in {site.township_code for site in Session(register).query(Enterprise)}
