"""Rasters as a map asks for them: tiles, tags, legends, and whose they are."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from fastapi.testclient import TestClient
from pyproj import Geod
from rasterio.io import MemoryFile
from shapely import Point
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.app import create_app
from backend.area_risk.rules import index_weights
from backend.grades import GRADES
from backend.jurisdictions.actors import PUBLIC, Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from backend.rasters import surface
from backend.rasters.legends import legends
from backend.rasters.pictures import population_picture
from backend.rasters.surface import density_file, density_state
from backend.settings import Settings
from geodata.measure import area_m2
from tests import make
from tests.backend.rasters.delivering import bring_in
from tests.rasters import CELL, NORTH_M, WEST_M
from tiles.raster import empty_png

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")

TILE = "14/13346/6560"
WHOLE = Actor("all", EVERYTHING)
GRS80 = Geod(ellps="GRS80")


def indexes(picture: bytes) -> Any:
    with MemoryFile(picture) as memory, memory.open() as png:
        return png.read(1)


def as_township(client: TestClient, code: str) -> Actor:
    actor = Actor("township", Scope(ScopeKind.TOWNSHIPS, frozenset({code})), ROLES["township"])
    client.app.dependency_overrides[current_actor] = lambda: actor  # type: ignore[attr-defined]
    return actor


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


# ---------------------------------------------------------------- density


def test_a_red_site_is_drawn_and_its_legend_says_how(client: TestClient, session: Session) -> None:
    make.zone(session, make.enterprise(session), grade=1)
    answer = client.get(f"/raster/risk_density/{TILE}.png")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert (indexes(answer.content) > 0).mean() > 0.15
    told = client.get("/raster/risk_density.json").json()
    assert told["tilejson"] == "3.0.0"
    assert told["tiles"] == ["http://testserver/raster/risk_density/{z}/{x}/{y}.png"]
    assert (told["bandwidth_m"], told["cell_m"], told["kernel"]) == (800, 50, "quartic")
    assert told["weights"] == {str(grade): weight for grade, weight in index_weights().items()}
    assert told["weights_of"]["id"] == "weighted-index"
    west, south, east, north = told["bounds"]
    assert west < make.LON < east
    assert south < make.LAT < north
    # Once across: twice the bandwidth and a cell at most.
    assert GRS80.inv(west, make.LAT, east, make.LAT)[2] == pytest.approx(1600, abs=110)


def test_the_surface_holds_the_weights_of_what_is_graded_each_once(
    session: Session, settings: Settings
) -> None:
    site = make.enterprise(session, grade=1)
    for grade in (2, 3, None, 4):
        make.zone(session, site, grade=grade)
    make.enterprise(session, "没有分区", Point(make.LON + 0.02, make.LAT), grade=3)
    make.enterprise(session, "未评定", Point(make.LON + 0.02, make.LAT))
    make.enterprise(session, "未上图", None, grade=1)
    path = density_file(session, WHOLE, settings)
    assert path is not None
    with rasterio.open(path) as raster:
        total = float(raster.read(1).sum()) * (raster.transform.a / 1000) ** 2
    weights = index_weights()
    assert total == pytest.approx(weights[2] + weights[3] + weights[4] + weights[3], rel=1e-3)


def test_where_nothing_is_graded_tiles_are_empty_and_the_legend_has_no_bounds(
    client: TestClient, session: Session
) -> None:
    make.zone(session, make.enterprise(session))
    answer = client.get(f"/raster/risk_density/{TILE}.png")
    assert (answer.status_code, answer.content) == (200, empty_png())
    told = client.get("/raster/risk_density.json").json()
    assert ("bounds" in told, told["cell_m"]) == (False, None)


def test_the_density_of_a_township_is_that_of_its_own_sites(client: TestClient, session: Session) -> None:
    for code in ("410411001", "410411002"):
        make.area(session, code, code, None, level="township")
    make.enterprise(session, "北厂", Point(113.27, 33.72), grade=4, township_code="410411001")
    make.enterprise(session, "南厂", Point(113.27, 33.68), grade=1, township_code="410411002")
    whole = client.get("/raster/risk_density.json").json()["bounds"]
    whole_tile = client.get("/raster/risk_density/12/3336/1640.png")
    as_township(client, "410411001")
    own = client.get("/raster/risk_density.json").json()["bounds"]
    assert whole[1] < 33.68 < 33.70 < own[1]
    tile = client.get(
        "/raster/risk_density/12/3336/1640.png", headers={"If-None-Match": whole_tile.headers["etag"]}
    )
    assert tile.status_code == 200
    assert tile.headers["etag"] != whole_tile.headers["etag"]
    assert 0 < (indexes(tile.content) > 0).sum() < (indexes(whole_tile.content) > 0).sum()


def test_the_public_has_a_density_of_nothing(client: TestClient, session: Session) -> None:
    make.enterprise(session, grade=1)
    client.app.dependency_overrides[current_actor] = lambda: PUBLIC  # type: ignore[attr-defined]
    assert client.get(f"/raster/risk_density/{TILE}.png").content == empty_png()


def test_an_edit_gives_another_tag_and_another_picture(client: TestClient, session: Session) -> None:
    site = make.enterprise(session, grade=3)
    before = client.get(f"/raster/risk_density/{TILE}.png")
    again = client.get(f"/raster/risk_density/{TILE}.png", headers={"If-None-Match": before.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (again.headers["cache-control"], again.headers["vary"]) == (
        "private, no-cache",
        "Cookie, Authorization",
    )
    site.declared_grade = 1
    session.flush()
    after = client.get(f"/raster/risk_density/{TILE}.png", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.headers["etag"] != before.headers["etag"]
    assert after.content != before.content


def test_a_304_makes_no_surface(client: TestClient, session: Session, tmp_path: Path) -> None:
    make.enterprise(session, grade=1)
    tag = client.get(f"/raster/risk_density/{TILE}.png").headers["etag"]
    (made,) = (tmp_path / "rasters" / "density").iterdir()
    made.unlink()
    assert client.get(f"/raster/risk_density/{TILE}.png", headers={"If-None-Match": tag}).status_code == 304
    assert [*made.parent.iterdir()] == []


def test_a_surface_is_made_once_and_goes_when_nobody_asks_for_it(
    session: Session, settings: Settings
) -> None:
    site = make.enterprise(session, grade=2)
    first = density_file(session, WHOLE, settings)
    assert first is not None
    written = first.stat().st_ino
    assert density_file(session, WHOLE, settings) == first
    assert first.stat().st_ino == written
    site.declared_grade = 1
    session.flush()
    os.utime(first, (0, time.time() - surface.KEPT_S - 1))
    second = density_file(session, WHOLE, settings)
    assert second is not None
    assert [*first.parent.iterdir()] == [second]


def test_the_folder_of_surfaces_is_its_owner_s_alone(session: Session, settings: Settings) -> None:
    make.enterprise(session, grade=1)
    path = density_file(session, WHOLE, settings)
    assert path is not None
    assert [folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)] == [0o700, 0o700]


def test_a_state_is_that_of_a_scope_and_of_the_rows(session: Session) -> None:
    site = make.enterprise(session, grade=2)
    township = Actor("t", Scope(ScopeKind.TOWNSHIPS, frozenset({"410411001"})))
    before = density_state(session, WHOLE)
    assert before == density_state(session, Actor("somebody else", EVERYTHING))
    assert before != density_state(session, township)
    site.declared_grade = 1
    session.flush()
    assert before != density_state(session, WHOLE)


@pytest.fixture
def served(own_engine: Engine, tmp_path: Path) -> Iterator[TestClient]:
    """A service over a database of its own, with sites that stay."""
    with Session(own_engine) as session, session.begin():
        for number in range(30):
            make.enterprise(session, str(number), Point(113.2 + number / 300, 33.7), grade=1 + number % 4)
    app = create_app(Settings(data_dir=tmp_path, allowed_hosts=["testserver"]), own_engine, is_demo=True)
    with TestClient(app) as client:
        yield client


def test_a_crowd_that_asks_at_once_is_answered_with_one_surface(served: TestClient, tmp_path: Path) -> None:
    paths = [f"/raster/risk_density/13/{x}/{y}.png" for x in range(6672, 6675) for y in range(3279, 3282)] * 8
    with ThreadPoolExecutor(24) as threads:
        answers = list(threads.map(served.get, paths))
    assert {answer.status_code for answer in answers} == {200}
    assert len([*(tmp_path / "rasters" / "density").iterdir()]) == 1
    alone = {path: served.get(path).content for path in set(paths)}
    assert all(answer.content == alone[path] for path, answer in zip(paths, answers, strict=True))


# ---------------------------------------------------------------- population


def test_population_is_drawn_and_told_with_its_origin(
    client: TestClient, session: Session, tmp_path: Path
) -> None:
    bring_in(session, tmp_path)
    answer = client.get(f"/raster/population/{TILE}.png")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert indexes(answer.content).all()
    told = client.get("/raster/population.json").json()
    assert (told["title"], told["year"], told["source"]) == ("人口格网", 2025, "测试数据")
    assert told["attribution"] == "人口格网（2025），测试数据"
    assert told["is_estimate"] is True
    assert told["legend"]["unit_zh"] == "人/平方千米"
    assert told["bounds"] == pytest.approx([113.20, 33.66, 113.36, 33.76])


@pytest.mark.parametrize(
    "place",
    [{}, {"crs": "EPSG:4547", "west": WEST_M, "north": NORTH_M, "cell": 100.0}],
    ids=["degrees", "GK"],
)
def test_people_per_cell_and_per_square_kilometre_are_drawn_alike(
    client: TestClient, session: Session, tmp_path: Path, place: dict[str, Any]
) -> None:
    per_cell = np.full((100, 160), 50, "float32")
    bring_in(session, tmp_path, per_cell, **place)
    by_cell = indexes(client.get(f"/raster/population/{TILE}.png").content)
    # A cell of 0.001° is 1.03 hectares here.
    west, north = 113.27, 33.70
    square = area_m2(Point(west, north).buffer(CELL / 2, cap_style="square")) / 1e6 if not place else 0.01
    bring_in(session, tmp_path, per_cell / square, unit="persons_per_km2", **place)
    by_area = indexes(client.get(f"/raster/population/{TILE}.png").content)
    assert np.abs(by_cell.astype(int) - by_area).max() <= 1
    assert by_cell.min() > 127


def test_another_raster_gives_another_tag(client: TestClient, session: Session, tmp_path: Path) -> None:
    bring_in(session, tmp_path)
    before = client.get(f"/raster/population/{TILE}.png").headers["etag"]
    again = client.get(f"/raster/population/{TILE}.png", headers={"If-None-Match": before})
    assert again.status_code == 304
    bring_in(session, tmp_path, np.full((100, 160), 3, "float32"))
    after = client.get(f"/raster/population/{TILE}.png", headers={"If-None-Match": before})
    assert (after.status_code, after.headers["etag"] != before) == (200, True)


def test_to_the_public_and_before_one_came_in_there_is_no_population(
    client: TestClient, session: Session, tmp_path: Path
) -> None:
    paths = ("/raster/population.json", f"/raster/population/{TILE}.png")
    never = [client.get(path).json() | {"trace_id": ""} for path in paths]
    assert [document["status"] for document in never] == [404, 404]
    bring_in(session, tmp_path)
    assert [client.get(path).status_code for path in paths] == [200, 200]
    as_township(client, "410411001")
    assert [client.get(path).status_code for path in paths] == [200, 200]
    client.app.dependency_overrides[current_actor] = lambda: PUBLIC  # type: ignore[attr-defined]
    assert [client.get(path).json() | {"trace_id": ""} for path in paths] == never


def test_a_township_of_nothing_still_sees_the_population(session: Session, settings: Settings) -> None:
    bring_in(session, settings.data_dir)
    nobody_s = Actor("t", Scope(ScopeKind.TOWNSHIPS))
    assert population_picture(session, nobody_s, settings) is not None


# ---------------------------------------------------------------- both


def test_a_map_is_told_which_rasters_there_are_and_makes_none_by_asking(
    client: TestClient, session: Session, tmp_path: Path
) -> None:
    make.enterprise(session, grade=1)
    (density,) = client.get("/api/v1/rasters").json()["items"]
    assert (density["name"], density["bandwidth_m"]) == ("risk_density", 800)
    assert density["weights"] == {str(grade): weight for grade, weight in index_weights().items()}
    assert not (tmp_path / "rasters").exists()
    bring_in(session, tmp_path)
    told = client.get("/api/v1/rasters").json()["items"]
    assert [item["name"] for item in told] == ["population", "risk_density"]
    assert (told[0]["attribution"], told[0]["weights"]) == ("人口格网（2025），测试数据", None)
    client.app.dependency_overrides[current_actor] = lambda: PUBLIC  # type: ignore[attr-defined]
    assert [item["name"] for item in client.get("/api/v1/rasters").json()["items"]] == ["risk_density"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/raster/nothing/1/0/0.png", 404),
        ("/raster/nothing.json", 404),
        ("/raster/risk_density/1/2/0.png", 404),
        ("/raster/risk_density/99/0/0.png", 404),
        ("/raster/risk_density/1/-1/0.png", 400),
        ("/raster/risk_density/a/0/0.png", 400),
        ("/raster/risk_density/1_0/0/0.png", 400),
        ("/raster/risk_density/1/0/99999999999999999999.png", 400),
        ("/raster/..%2F..%2Fetc/1/0/0.png", 404),
    ],
)
def test_a_tile_that_cannot_be_is_a_problem_document(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_beside_the_zoom_levels_of_a_raster_its_tiles_are_empty(client: TestClient, session: Session) -> None:
    make.enterprise(session, grade=1)
    for address in ("4/13/6", "17/106768/52480"):
        answer = client.get(f"/raster/risk_density/{address}.png")
        assert (answer.status_code, answer.content) == (200, empty_png())


@pytest.mark.parametrize("name", ["population", "risk_density"])
def test_no_ramp_has_a_colour_of_a_grade_or_one_near_it(name: str) -> None:
    for stop in legends()[name].stops:
        red, green, blue = bytes.fromhex(stop.colour[1:])
        # Violet and grey-purple: blue leads, green is least.
        assert blue >= red >= green, stop.colour
        for grade in GRADES:
            other = bytes.fromhex(grade.colour[1:])
            assert sum(abs(a - b) for a, b in zip((red, green, blue), other, strict=True)) > 100, stop.colour


@pytest.mark.parametrize("name", ["population", "risk_density"])
def test_every_ramp_grows_darker_and_less_transparent(name: str) -> None:
    stops = legends()[name].stops
    light = [sum(bytes.fromhex(stop.colour[1:])) for stop in stops]
    assert light == sorted(light, reverse=True)
    assert [stop.opacity for stop in stops] == sorted(stop.opacity for stop in stops)
