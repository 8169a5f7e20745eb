"""A register of a handful of rows, explained and with a past, that tests may change as they like."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from playwright.sync_api import Page
from shapely import Point
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from backend.risk.documents import document
from backend.risk.models import ControlMeasure, ResponsiblePerson
from tests import make
from tests.browser.looking import rest

CHINA = ZoneInfo("Asia/Shanghai")
PLACE = f"map=17/{make.LAT + 0.0005}/{make.LON + 0.0005}"
LEC_MAJOR = {"method": "lec", "scale": "lec-2019-general", "factors": {"L": 6, "E": 6, "C": 15}}
LEC_LOW = {"method": "lec", "scale": "lec-2019-general", "factors": {"L": 1, "E": 3, "C": 3}}


@dataclass(frozen=True)
class Register:
    """A chemical plant whose workshop is red by its events and whose office is declared, and a mill beside it."""

    engine: Engine
    plant: UUID
    workshop: UUID
    workshop_number: int
    office: UUID
    mill: UUID
    yard: UUID


def fill(engine: Engine) -> Register:
    """Write the register in one transaction."""
    with Session(engine) as session, session.begin():
        make.area(session, "410411", "湛河区", make.square(make.LON - 0.05, make.LAT - 0.05, side=0.1))
        plant = make.enterprise(
            session, "鹰城化工厂", Point(make.LON + 0.0005, make.LAT + 0.0015), scale="large"
        )
        workshop = make.zone(session, plant, "反应车间")
        office = make.zone(
            session, plant, "办公楼", make.square(make.LON, make.LAT - 0.0008, side=0.0006), grade=4
        )
        mill = make.enterprise(session, "白龟面粉厂", Point(make.LON - 0.002, make.LAT + 0.0005), grade=3)
        yard = make.zone(session, mill, "堆场", make.square(make.LON - 0.0015, make.LAT, side=0.0006))
        point = make.risk_point(session, workshop, "一号反应釜", kind="equipment")
        burst = make.risk_event(
            session,
            point,
            "容器爆炸",
            inherent=document(LEC_MAJOR),
            residual=document(LEC_LOW),
            hazard_source="反应釜超温超压",
            accident_edition="GB 6441-1986",
            accident_code="17",
            consequence="1 人死亡",
            assessed_by="张三",
            assessed_on=date(2026, 1, 2),
            review_due=date(2026, 2, 1),
        )
        make.risk_event(session, point, "烫伤", inherent=document(LEC_LOW))
        for kind, what in (("engineering", "安装安全阀和联锁"), ("ppe", "佩戴防护面罩")):
            session.add(
                ControlMeasure(event_id=burst.id, name=what, kind=kind, description=what, **make.origin())
            )
        for name, duty, phone in (("李四", "company", "13812341234"), ("王五", "workshop", "13912345678")):
            session.add(
                ResponsiblePerson(
                    name=name,
                    enterprise_id=plant.id,
                    zone_id=workshop.id,
                    duty=duty,
                    phone=phone,
                    **make.origin(),
                )
            )
        session.flush()
        return Register(engine, plant.id, workshop.id, workshop.number, office.id, mill.id, yard.id)


def now_in_china(engine: Engine) -> str:
    """Wait for the database's next second, and tell it as the page's address does: all that was written is before."""
    with engine.connect() as connection:
        row = connection.execute(
            text(
                "SELECT pg_sleep(1 - extract(epoch FROM clock_timestamp())::numeric % 1),"
                " date_trunc('second', clock_timestamp())"
            )
        ).one()
    moment: datetime = row[1]
    with engine.connect() as connection:
        # What is written from here on is after it.
        connection.execute(text("SELECT pg_sleep(0.05)"))
    return moment.astimezone(UTC).astimezone(CHINA).strftime("%Y-%m-%dT%H:%M:%S")


def look(page: Page, address: str) -> None:
    """Open the map anew at an address: what follows the server's name."""
    page.goto("about:blank")
    page.goto(f"/{address}")
    rest(page)
