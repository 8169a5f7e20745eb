"""The guides are true: their commands run from an empty register, print what is shown, and lead to the map promised."""

import json
import os
import re
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from shapely import intersection
from shapely.geometry import shape
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from backend.administration.keys import create_key
from backend.administration.schemas import NewKey
from backend.audit.trail import operator
from backend.operating.cluster import Cluster
from geodata.measure import area_m2, length_m
from tests import databases
from tests.guides.reading import SERVE, Step, guide_path, lines_not_printed, read_guide
from tests.real_data import PROJECT, real_data, real_data_folder

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

MARK = "── next step of the guide"
DATA_SETS = {"liechtenstein": "liechtenstein-osm", "north-carolina": "us-nc-rmp"}


@dataclass(frozen=True)
class Followed:
    """A guide that was followed to its end: what each step printed, and the map that is served now."""

    steps: list[Step]
    outputs: list[str]
    address: str
    key: str
    answers: dict[str, Any] = field(default_factory=dict)

    def get(self, path: str) -> Any:
        """Ask the service, once for each question."""
        if path not in self.answers:
            asked = urllib.request.Request(
                self.address + path, headers={"Authorization": f"Bearer {self.key}"}
            )
            with urllib.request.urlopen(asked, timeout=30) as answer:
                self.answers[path] = json.load(answer)
        return self.answers[path]

    def totals(self, layer: str) -> dict[str, int]:
        """Count a layer's rows by grade or kind; what there is none of is left out."""
        totals: dict[str, int] = self.get("api/v1/counts")["layers"][layer]["total"]
        return {name: count for name, count in totals.items() if count}


@contextmanager
def followed(name: str, cluster: Cluster, folder: Path) -> Iterator[Callable[[], Followed]]:
    """Run a guide's blocks in one shell, as a reader would; the answer waits until the map is served."""
    real_data(DATA_SETS[name])
    for each in ("riskmap", ".venv"):
        (folder / each).symlink_to(PROJECT / each)
    steps = read_guide(name)
    script = "set -eu\n" + "".join(f"{step.commands}echo '{MARK}'\n" for step in steps[:-1]) + SERVE
    with databases.own_database(cluster) as engine:
        shell = subprocess.Popen(
            ["sh", "-c", script], env=surroundings(engine, folder), cwd=folder, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

        def when_served() -> Followed:
            said, address = read_until_served(shell)
            return Followed(steps, said.split(f"{MARK}\n"), address, key_to_everything(engine))

        try:
            yield when_served
        finally:
            os.killpg(shell.pid, signal.SIGTERM)
            shell.communicate(timeout=30)


def key_to_everything(engine: Engine) -> str:
    """Make a key for the tests' questions; whoever follows the guide signs in instead."""
    given = NewKey(
        name="guide", role="city_platform", expires_at=datetime.now(UTC).date() + timedelta(days=2)
    )
    with Session(engine) as session, session.begin():
        return create_key(session, operator(), given).secret


def surroundings(engine: Engine, folder: Path) -> dict[str, str]:
    """Stand a throw-away database in for the guide's data folder, and any free port for the usual one.

    Files that a guide makes go to `folder`.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith("RISKMAP_")}
    return ours | {
        "TMPDIR": str(folder),
        "RISKMAP_REAL_DATA": str(real_data_folder().resolve()),
        "RISKMAP_DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "RISKMAP_OWNER_DATABASE_URL": databases.owner_url(engine),
        "RISKMAP_PORT": str(free_port()),
    }


def read_until_served(shell: subprocess.Popen[str]) -> tuple[str, str]:
    said = ""
    for line in shell.stdout or []:
        if found := re.search(r"http://\S+/", line):
            return said, found[0]
        said += line
    raise AssertionError(f"the guide did not come to its end:\n{said}")


@pytest.fixture(scope="module")
def guides(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Followed]]:
    """Follow both guides at the same time: most of it is waiting for Python to start."""
    with ExitStack() as running:
        waiting = {
            name: running.enter_context(followed(name, cluster, tmp_path_factory.mktemp(name)))
            for name in DATA_SETS
        }
        yield {name: when_served() for name, when_served in waiting.items()}


@pytest.fixture
def liechtenstein(guides: dict[str, Followed]) -> Followed:
    return guides["liechtenstein"]


@pytest.fixture
def carolina(guides: dict[str, Followed]) -> Followed:
    return guides["north-carolina"]


def wrong_lines(guide: Followed) -> dict[str, list[str]]:
    """Find the lines that a guide shows and its commands do not print, by step."""
    pairs = zip(guide.steps, guide.outputs, strict=True)
    missing = {step.commands: lines_not_printed(step.shown, output) for step, output in pairs}
    return {commands: lines for commands, lines in missing.items() if lines}


def test_the_commands_of_liechtenstein_print_what_is_shown(liechtenstein: Followed) -> None:
    assert wrong_lines(liechtenstein) == {}


def test_liechtenstein_is_as_large_as_it_is_known_to_be(liechtenstein: Followed) -> None:
    country = shape(feature(liechtenstein, "areas", "code", "LI")["geometry"])
    # 160.5 square kilometres by the country's own survey.
    assert area_m2(country) == pytest.approx(160.5e6, rel=1e-3)


def test_liechtenstein_is_the_district_and_its_communes_the_townships(liechtenstein: Followed) -> None:
    district = liechtenstein.get("api/v1/district")
    assert (district["name"], district["metric_crs"]) == ("Liechtenstein", "EPSG:32632")
    assert len(district["townships"]) == 11


def test_a_site_of_liechtenstein_has_the_grade_of_its_zone_and_none_of_its_own(
    liechtenstein: Followed,
) -> None:
    assert liechtenstein.totals("enterprises") == liechtenstein.totals("zones")
    for site in features(liechtenstein, "enterprises"):
        why = liechtenstein.get(f"api/v1/enterprises/{site['id']}/explanation")
        assert why["declared"]["grade"] is None, why
        assert {zone["name"] for zone in why["deciding"]} <= {"示意分区（非风险评价）"}, why


def test_the_zones_have_the_grades_of_the_guides_table(liechtenstein: Followed) -> None:
    table = re.findall(
        r"^\| `\S+` \| (\d|none) .*?\| (\d+) \|", guide_path("liechtenstein").read_text(), re.MULTILINE
    )
    promised: dict[str, int] = {}
    for grade, count in table:
        code = "null" if grade == "none" else grade
        promised[code] = promised.get(code, 0) + int(count)
    assert liechtenstein.totals("zones") == promised == {"2": 7, "3": 73, "4": 31, "null": 9}


def test_liechtensteins_receptors_and_corridors_are_on_the_map(liechtenstein: Followed) -> None:
    receptors = {"school": 18, "kindergarten": 20, "hospital": 2, "nursing_home": 2}
    assert liechtenstein.totals("receptors") == receptors
    assert liechtenstein.totals("corridors") == {"null": 664 + 34}


def test_liechtensteins_railway_has_nine_kilometres_inside_the_border(liechtenstein: Followed) -> None:
    country = shape(feature(liechtenstein, "areas", "code", "LI")["geometry"])
    tracks = [
        shape(each["geometry"])
        for each in features(liechtenstein, "corridors")
        if each["properties"]["class"] == "railway" and each["properties"]["name"] != "铁路"
    ]
    assert sum(length_m(intersection(track, country)) for track in tracks) == pytest.approx(9.0e3, abs=100)


def test_the_commands_of_north_carolina_print_what_is_shown(carolina: Followed) -> None:
    assert wrong_lines(carolina) == {}


def test_north_carolina_is_the_district_and_its_counties_the_townships(carolina: Followed) -> None:
    district = carolina.get("api/v1/district")
    assert (district["name"], district["metric_crs"]) == ("North Carolina", "EPSG:32617")
    assert len(district["townships"]) == 100


def test_active_sites_are_graded_by_program_level_and_closed_ones_not_at_all(carolina: Followed) -> None:
    assert carolina.totals("enterprises") == {"1": 201, "2": 15, "3": 14, "null": 208 - 3}


def test_three_sites_wait_in_quarantine_for_somebody_who_knows(carolina: Followed) -> None:
    sites = {each["properties"]["source_id"] for each in features(carolina, "enterprises")}
    assert len(sites) == 438 - 3
    assert not sites & {"100000012693", "100000018955", "100000074242"}


def test_schools_hospitals_and_railways_of_the_state_are_on_the_map(carolina: Followed) -> None:
    assert carolina.totals("receptors") == {"school": 3565, "hospital": 157}
    assert carolina.totals("corridors") == {"null": 40}


def test_the_commands_of_proximity_print_what_is_shown_without_a_database(tmp_path: Path) -> None:
    for name in DATA_SETS.values():
        real_data(name)
    for each in ("riskmap", ".venv"):
        (tmp_path / each).symlink_to(PROJECT / each)
    steps = read_guide("proximity")
    script = "set -eu\n" + "".join(f"{step.commands}echo '{MARK}'\n" for step in steps)
    ours = {name: value for name, value in os.environ.items() if not name.startswith("RISKMAP_")}
    nowhere = {
        "TMPDIR": str(tmp_path),
        "RISKMAP_REAL_DATA": str(real_data_folder().resolve()),
        "RISKMAP_DATA_DIR": "/nonexistent",
    }
    ran = subprocess.run(
        ["sh", "-c", script], env=ours | nowhere, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    pairs = zip(steps, ran.stdout.split(f"{MARK}\n"), strict=False)
    assert [
        (step.commands, lines) for step, said in pairs if (lines := lines_not_printed(step.shown, said))
    ] == []


@pytest.mark.parametrize("name", DATA_SETS)
def test_a_guides_pictures_are_there(name: str) -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", guide_path(name).read_text(encoding="utf-8"))
    assert [each for each in pictures if not (guide_path(name).parent / each).is_file()] == []


def features(guide: Followed, layer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = guide.get(f"ogc/collections/{layer}/items?limit=1000")["features"]
    return found


def feature(guide: Followed, layer: str, name: str, value: str) -> dict[str, Any]:
    return next(each for each in features(guide, layer) if each["properties"][name] == value)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
