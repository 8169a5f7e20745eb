"""The risk lists: the map's rows and counts, filters and orders that mean what they say, and files that hold them."""

import csv
import io
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.audit.models import AuditEvent
from backend.grades import GRADES
from backend.jurisdictions.models import UnitGroup
from backend.lists.columns import LISTS
from backend.risk import documents
from backend.risk.models import ControlMeasure, RiskEvent, RiskPoint
from backend.zones.models import Zone
from tests import make

LEC = {"method": "lec", "scale": "lec-2019-general"}
LEC_MAJOR = LEC | {"factors": {"L": 6, "E": 6, "C": 15}}
LEC_LOW = LEC | {"factors": {"L": 1, "E": 3, "C": 3}}
WEST = "410411001"


def event(
    session: Session, zone: Zone, name: str, said: dict[str, Any] | None = None, **facts: Any
) -> RiskEvent:
    point = make.added(
        session, RiskPoint(zone_id=zone.id, name=f"{name}点", kind="equipment", **make.origin())
    )
    inherent = None if said is None else documents.document(said)
    return make.added(
        session, RiskEvent(risk_point_id=point.id, name=name, inherent=inherent, **facts, **make.origin())
    )


@pytest.fixture
def register(session: Session) -> Session:
    """Two sites of one township and one that is not on the map; zones of every kind of grade."""
    make.area(session, WEST, "马庄街道", make.square(side=0.01), level="township")
    plant = make.enterprise(session, "氨厂", township_code=WEST, sector_code="chemical")
    school = make.enterprise(session, "小学", township_code=WEST, sector_code="education", grade=3)
    make.enterprise(session, "没上图的厂", None, township_code=WEST, operating_status="suspended")
    tank = make.zone(session, plant, "罐区", kind="tank_farm")
    yard = make.zone(session, plant, "空地")
    make.zone(session, school, "教室", grade=4)
    leak = event(
        session,
        tank,
        "液氨泄漏",
        LEC_MAJOR,
        accident_edition="GB 6441-1986",
        accident_code="19",
        hazard_source="液氨储罐",
        review_due=date(2020, 1, 1),
        control_level="company",
        person="张三",
        residual=documents.document(LEC_LOW),
    )
    event(session, tank, "滑倒", LEC_LOW)
    event(session, yard, "没评过")
    for kind, said in (("engineering", "装报警器"), ("engineering", "装喷淋"), ("ppe", "戴面具")):
        make.added(
            session,
            ControlMeasure(event_id=leak.id, name="m", kind=kind, description=said, **make.origin()),
        )
    session.expire_all()
    return session


def listed(client: TestClient, which: str = "zones", **query: Any) -> dict[str, Any]:
    answer = client.get("/api/v1/risk-list", params={"list": which, **query})
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def names(client: TestClient, which: str, **query: Any) -> list[str]:
    return [row["name"] for row in listed(client, which, **query)["items"]]


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("which", ["zones", "enterprises"])
@pytest.mark.parametrize("box", [None, "113.2,33.7,113.3,33.8", "100,20,101,21"])
def test_counts_are_those_of_the_map(client: TestClient, which: str, box: str | None) -> None:
    query = {} if box is None else {"bbox": box}
    told = listed(client, which, **query)
    layer = client.get("/api/v1/counts", params=query).json()["layers"][which]
    assert told["on_map"] == (layer["in_view"] or layer["total"])
    features = client.get(f"/ogc/collections/{which}/items", params={"limit": 1, **query}).json()
    assert sum(told["on_map"].values()) == features["numberMatched"]
    assert told["total"] == sum(told["counts"].values()) == features["numberMatched"] + told["unplaced"]
    assert len(told["items"]) == told["total"]
    assert told["counts"] == {
        **dict.fromkeys(told["counts"], 0),
        **Counter("null" if row["grade"] is None else str(row["grade"]) for row in told["items"]),
    }


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("which", "query", "wanted"),
    [
        ("zones", {}, ["罐区", "教室", "空地"]),
        ("zones", {"grade": "1"}, ["罐区"]),
        ("zones", {"grade": "1,none"}, ["罐区", "空地"]),
        ("zones", {"grade": ["4", "none"]}, ["教室", "空地"]),
        ("zones", {"residual_grade": "4"}, ["罐区"]),
        ("zones", {"kind": "tank_farm"}, ["罐区"]),
        ("zones", {"sector": "education"}, ["教室"]),
        ("zones", {"township": WEST}, ["罐区", "教室", "空地"]),
        ("zones", {"accident_type": "GB 6441-1986/19"}, ["罐区"]),
        ("zones", {"accident_type": "GB 6441-2025/19"}, []),
        ("zones", {"unassessed": "true"}, ["教室", "空地"]),
        ("zones", {"unassessed": "false"}, ["罐区"]),
        ("zones", {"q": "氨 罐"}, ["罐区"]),
        ("zones", {"q": "%"}, []),
        ("events", {}, ["液氨泄漏", "滑倒", "没评过"]),
        ("events", {"overdue": "true"}, ["液氨泄漏"]),
        ("events", {"overdue": "false"}, ["滑倒", "没评过"]),
        ("events", {"unassessed": "true"}, ["没评过"]),
        ("events", {"unplaced": "true"}, ["液氨泄漏", "滑倒", "没评过"]),
        ("events", {"unplaced": "false"}, []),
        ("events", {"kind": "place"}, []),
        ("events", {"q": "储罐"}, ["液氨泄漏"]),
        ("events", {"min_age": "1"}, []),
        ("events", {"sector": "education"}, []),
        ("events", {"bbox": "113.2,33.7,113.3,33.8"}, ["液氨泄漏", "滑倒", "没评过"]),
        ("events", {"sort": "value"}, ["滑倒", "液氨泄漏", "没评过"]),
        ("events", {"sort": "-value"}, ["液氨泄漏", "滑倒", "没评过"]),
        ("enterprises", {}, ["氨厂", "小学", "没上图的厂"]),
        ("enterprises", {"unplaced": "true"}, ["没上图的厂"]),
        ("enterprises", {"unplaced": "false", "sort": "-grade"}, ["小学", "氨厂"]),
        ("enterprises", {"status": "suspended"}, ["没上图的厂"]),
        ("enterprises", {"unassessed": "true"}, ["小学", "没上图的厂"]),
        ("enterprises", {"sort": "-events"}, ["氨厂", "小学", "没上图的厂"]),
    ],
)  # fmt: skip
def test_a_filter_finds_what_it_says(
    client: TestClient, which: str, query: dict[str, Any], wanted: list[str]
) -> None:
    told = listed(client, which, **query)
    found = [row["name"] for row in told["items"]]
    assert found == wanted
    assert told["total"] == len(wanted)


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("which", LISTS)
def test_every_column_sorts_both_ways_and_pages_hold_each_row_once(client: TestClient, which: str) -> None:
    columns = [each["code"] for each in listed(client, which)["columns"] if each["is_sortable"]]
    assert columns
    for code in columns:
        for sign in ("", "-"):
            whole = [row["id"] for row in listed(client, which, sort=sign + code)["items"]]
            paged = [
                row["id"]
                for page in range(1, len(whole) + 1)
                for row in listed(client, which, sort=sign + code, page=page, limit=1)["items"]
            ]
            assert whole == paged
            assert len(set(whole)) == len(whole)


@pytest.mark.usefixtures("register")
def test_what_is_filtered_by_gets_its_words(client: TestClient) -> None:
    told = listed(
        client,
        "events",
        grade="1,none",
        township=WEST,
        sector="chemical",
        accident_type="GB 6441-1986/19",
        kind="equipment",
    )["filters"]
    assert {name: [each["zh"] for each in words] for name, words in told.items()} == {
        "grade": ["重大", "未评定"],
        "township": ["马庄街道"],
        "sector": [told["sector"][0]["zh"]],
        "accident_type": ["中毒和窒息"],
        "kind": ["设备设施"],
    }


@pytest.mark.usefixtures("register")
def test_an_event_is_told_with_its_factors_and_measures(client: TestClient) -> None:
    (row, *_) = listed(client, "events")["items"]
    assert (row["enterprise"], row["zone"], row["point"]) == ("氨厂", "罐区", "液氨泄漏点")
    assert (row["L"], row["E"], row["C"], row["S"], row["value"]) == (6, 6, 15, None, 540)
    assert (row["method"]["code"], row["accident_type"]["zh"]) == ("lec", "中毒和窒息")
    assert (row["measures_engineering"], row["measures_ppe"]) == ("装报警器；装喷淋", "戴面具")
    assert row["measures_training"] is None
    assert (row["control_level"]["zh"], row["person"]) == ("公司（厂）级", "张三")


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("which", "kinds"),
    [("zones", ["tank_farm"]), ("events", ["place", "activity", "equipment"]), ("enterprises", [])],
)
def test_a_list_tells_what_it_can_be_filtered_by(client: TestClient, which: str, kinds: list[str]) -> None:
    told = client.get("/api/v1/risk-list/choices", params={"list": which}).json()
    assert {kind["code"] for kind in told["kind"]} >= set(kinds)
    assert bool(told["kind"]) == bool(kinds)
    assert told["township"] == [{"code": WEST, "zh": "马庄街道", "en": "马庄街道"}]
    for name in set(told) - {"kind"}:
        for choice in told[name][:3]:
            assert listed(client, which, **{name: choice["code"]})["filters"][name] == [choice]


def test_a_group_is_filtered_by_its_code(client: TestClient, session: Session) -> None:
    park = make.added(session, UnitGroup(name="化工园", code="P1", kind="park", **make.origin()))
    make.enterprise(session, "园里的厂", group_id=park.id)
    make.enterprise(session, "园外的厂")
    assert names(client, "enterprises", group="P1") == ["园里的厂"]
    refused = client.get("/api/v1/risk-list", params={"group": "P2"})
    assert (refused.status_code, "P1（化工园）" in refused.json()["detail"]) == (400, True)


def test_an_enterprise_is_filtered_by_id_or_number(client: TestClient, session: Session) -> None:
    site = make.enterprise(session, "甲")
    make.zone(session, site, "甲的")
    make.zone(session, make.enterprise(session, "乙"), "乙的")
    for key in (site.id, site.number):
        assert names(client, "zones", enterprise=key) == ["甲的"]
    assert client.get("/api/v1/risk-list?enterprise=123456789").status_code == 404


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"colour": "red"}, "grade"),
        ({"list": "nothing"}, "安全风险清单"),
        ({"grade": "5"}, "1（重大）"),
        ({"grade": "重大"}, "none（未评定）"),
        ({"sector": "nothing"}, "education（"),
        ({"township": "1"}, "可用的有"),
        ({"status": "open"}, "operating（在产）"),
        ({"accident_type": "99"}, "GB 6441-2025/01（"),
        ({"list": "events", "kind": "room"}, "place（场所）"),
        ({"list": "enterprises", "kind": "room"}, "没有这个筛选条件"),
        ({"unplaced": "true"}, "没有这个筛选条件"),
        ({"sort": "colour"}, "residual_grade"),
        ({"list": "events", "sort": "measures_ppe"}, "可用的有"),
        ({"bbox": "1,2"}, "bbox"),
        ({"page": "0"}, "有误"),
        ({"limit": "1000"}, "有误"),
        ({"overdue": "perhaps"}, "有误"),
        ({"q": "\x00"}, "字符"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_what_can(
    client: TestClient, query: dict[str, str], said: str
) -> None:
    answer = client.get("/api/v1/risk-list", params=query)
    assert answer.status_code == 400, answer.text
    assert said in answer.json()["detail"]


# ---------------------------------------------------------------- files


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("which", LISTS)
def test_a_workbook_holds_the_rows_of_the_page_in_their_order(
    client: TestClient, register: Session, which: str
) -> None:
    answer = client.get("/api/v1/risk-list.xlsx", params={"list": which, "sort": "-grade"})
    assert answer.status_code == 200, answer.text
    title = LISTS[which].zh
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book[title]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == title
    assert "地图按固有风险着色" in str(rows[1][0])
    assert "无（全部）" in str(rows[2][0])
    assert list(rows[3]) == [column.zh for column in LISTS[which].columns]
    told = listed(client, which, sort="-grade")["items"]
    place = [column.code for column in LISTS[which].columns].index("name")
    assert [row[place] for row in rows[4:]] == [each["name"] for each in told]
    assert "代码表" in book.sheetnames
    trace = register.scalars(select(AuditEvent).where(AuditEvent.action == "export")).all()
    assert trace[-1].detail is not None
    assert trace[-1].detail["rows"] == len(told)


@pytest.mark.usefixtures("register")
def test_grades_are_words_in_their_colours(client: TestClient) -> None:
    answer = client.get("/api/v1/risk-list.xlsx", params={"grade": "1"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["安全风险清单"]
    column = [each.code for each in LISTS["zones"].columns].index("grade") + 1
    cell = sheet.cell(5, column)
    assert cell.value == "重大"
    assert cell.fill.start_color.rgb == f"FF{GRADES[0].colour[1:].upper()}"
    assert "风险等级（固有）为重大" in str(sheet.cell(3, 1).value)


@pytest.mark.usefixtures("register")
def test_csv_is_utf8_for_excel_and_runs_no_formula(client: TestClient, session: Session) -> None:
    make.zone(session, make.enterprise(session), "=1+1", grade=2)
    answer = client.get("/api/v1/risk-list.csv", params={"grade": "1,2"})
    assert answer.content.startswith("\ufeff企业名称".encode())
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["风险分区"], row["风险等级（固有）"]) for row in rows] == [
        ("罐区", "重大"),
        ("'=1+1", "较大"),
    ]
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_file_of_what_cannot_be_filtered_by_is_refused(client: TestClient, form: str) -> None:
    answer = client.get(f"/api/v1/risk-list.{form}", params={"grade": "红"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter")


def test_a_day_that_is_over_makes_a_review_overdue(client: TestClient, session: Session) -> None:
    today = datetime.now().astimezone().date()
    site = make.enterprise(session)
    for name, days in (("昨天", -1), ("明天", 1)):
        make.zone(session, site, name, review_due=today + timedelta(days=days))
    assert names(client, "zones", overdue=True) == ["昨天"]
    assert names(client, "enterprises", overdue=True) == [site.name]


def test_a_whole_is_as_late_as_the_first_of_its_parts(client: TestClient, session: Session) -> None:
    yesterday = datetime.now().astimezone().date() - timedelta(days=1)
    site = make.enterprise(session, "甲厂")
    late, other = make.zone(session, site, "车间"), make.zone(session, site, "仓库")
    for zone, due in ((late, yesterday), (late, None), (other, None)):
        make.risk_event(session, make.risk_point(session, zone), review_due=due)
    assert names(client, "zones", overdue=True) == ["车间"]
    assert names(client, "zones", overdue=False) == ["仓库"]
    assert names(client, "enterprises", overdue=True) == ["甲厂"]
    rows = client.get("/api/v1/risk-list", params={"list": "enterprises"}).json()["items"]
    assert [row["review_due"] for row in rows] == [yesterday.isoformat()]


def test_no_file_is_left(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert client.get("/api/v1/risk-list.csv").status_code == 200
    assert list(tmp_path.iterdir()) == []
