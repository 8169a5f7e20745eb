"""A register with a plant and a school, a service over it, and people who save their analyses."""

import time
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from pyproj import Geod
from shapely import LineString, MultiPolygon, Point, box
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from backend.app import create_app
from backend.enterprises.models import Enterprise
from backend.settings import Settings
from tests import make
from tests.signed_in import HTTPS, as_role, at

DISTRICT, WEST, EAST = "410411", "410411001", "410411002"
SCHOOL = Point(113.28, 33.70)
GEOD = Geod(ellps="GRS80")
RUNS = "/api/v1/proximity/runs"
NOT_THERE = "00000000-0000-4000-8000-000000000000"
ASKED: dict[str, Any] = {"grade": [1, 2], "distance_m": [500, 1000]}


def east_of(place: Point, metres: float) -> Point:
    """So far east of a place, by the geodesic."""
    lon, lat, _ = GEOD.fwd(place.x, place.y, 90.0, metres)
    return Point(lon, lat)


def lay_out(engine: Engine) -> None:
    """A school in the west; in the east a plant 430 m from it, a point 700 m from it, a highway, and one 未上图."""
    with Session(engine) as session, session.begin():
        border = east_of(SCHOOL, 200).x
        make.area(session, DISTRICT, "湛河区", box(border - 0.05, 33.66, border + 0.05, 33.74))
        halves = {WEST: (border - 0.05, border), EAST: (border, border + 0.05)}
        for code, (west, east) in halves.items():
            name = {WEST: "西街道", EAST: "东街道"}[code]
            make.area(
                session, code, name, box(west, 33.66, east, 33.74), level="township", parent_code=DISTRICT
            )
        fence = east_of(SCHOOL, 430).x
        plant = plot(session, "东化工厂", fence)
        make.zone(session, plant, "储罐区", box(fence + 0.0005, 33.6996, fence + 0.001, 33.7004), grade=1)
        point = east_of(SCHOOL, 700)
        make.enterprise(session, "东仓库", point, township_code=EAST, grade=2, accuracy_m=5.0)
        make.enterprise(session, "未上图的厂", None, township_code=EAST, grade=1)
        make.receptor(session, "西小学", SCHOOL, accuracy_m=1.0)
        road = east_of(SCHOOL, 330).x
        line = LineString([(road, 33.69), (road, 33.71)])
        make.corridor(session, "东大道", line, class_="primary", half_width_m=15.0)


def plot(session: Session, name: str, west: float) -> Enterprise:
    """A chemical plant whose western fence crosses the school's latitude."""
    fence = MultiPolygon([box(west, SCHOOL.y - 0.0006, west + 0.003, SCHOOL.y + 0.0006)])
    return make.enterprise(
        session,
        name,
        fence.centroid,
        outline=make.stored(fence),
        township_code=EAST,
        sector_code="hazardous_chemicals",
        accuracy_m=2.0,
    )


def move_school(engine: Engine, metres: float) -> None:
    """Put the school so far east of where it was at first."""
    place = east_of(SCHOOL, metres)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE receptor SET place = ST_SetSRID(ST_Point(:lon, :lat), 4490) WHERE name = '西小学'"),
            {"lon": place.x, "lat": place.y},
        )


def service(engine: Engine, folder: Path, *, is_demo: bool = False) -> TestClient:
    """A browser at a service, with nobody signed in."""
    settings = Settings(data_dir=folder, allowed_hosts=["testserver"])
    return at(create_app(settings, engine, is_demo=is_demo), HTTPS)


def bureau(browser: TestClient, role: str = "bureau_admin") -> TestClient:
    """Somebody of the bureau, at the same service."""
    return as_role(browser, role, has_second_factor=True)


def office(browser: TestClient, township: str = EAST) -> TestClient:
    """Somebody of a township, at the same service."""
    return as_role(browser, "township", [township], has_second_factor=True)


def begun(browser: TestClient, name: str | None = None, **asked: Any) -> dict[str, Any]:
    """Ask for a run."""
    answer = browser.post(RUNS, json={"name": name, "asked": {**ASKED, **asked}})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def ended(browser: TestClient, run: dict[str, Any]) -> dict[str, Any]:
    """Wait for the end of a run."""
    end = time.monotonic() + 60
    while run["state"]["code"] in ("waiting", "running"):
        assert time.monotonic() < end, "the work does not end"
        time.sleep(0.05)
        run = browser.get(f"{RUNS}/{run['id']}").json()
    return run


def done(browser: TestClient, name: str | None = None, **asked: Any) -> dict[str, Any]:
    """Ask for a run, and wait until it is done."""
    run = ended(browser, begun(browser, name, **asked))
    assert run["state"]["code"] == "done", run["problem"]
    return run


def repeated(browser: TestClient, run: dict[str, Any], *, as_recorded: bool) -> dict[str, Any]:
    """Repeat a run, and wait until that is done."""
    answer = browser.post(f"{RUNS}/{run['id']}/repeat", json={"as_recorded": as_recorded})
    assert answer.status_code == 202, answer.text
    return ended(browser, answer.json())


def pairs(browser: TestClient, run: dict[str, Any]) -> list[tuple[str, str, float]]:
    """The names and distances of a run's pairs."""
    items = browser.get(f"{RUNS}/{run['id']}/pairs").json()["items"]
    return [(each["site"]["name"], each["target"]["name"], each["distance_m"]) for each in items]
