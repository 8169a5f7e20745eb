"""What was recorded at a moment, as maps and clients ask for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import mapbox_vector_tile
import pytest
from fastapi.testclient import TestClient
from shapely import LineString, Point
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import Scope, ScopeKind
from backend.submissions.models import Submission
from backend.surroundings.models import Corridor, Receptor
from backend.zones.models import Zone
from tests import make, probing

TILE = "14/13346/6560"
WEST, EAST = "410411001", "410411002"

# Importing a model declares its table; that of an approval refers to this one.
DECLARED = Submission


@dataclass(frozen=True)
class Story:
    """A site and its zone, and moments between which they changed.

    First they are of the west; then the zone is graded 1 and renamed; then the site goes to the east and moves; then
    both are gone.
    """

    engine: Engine
    site: UUID
    zone: UUID
    numbers: tuple[int, int]
    before: str
    first: str
    graded: str
    moved: str
    gone: str


def now(engine: Engine) -> str:
    """A moment after all that has committed, and before what begins."""
    with engine.connect() as connection:
        moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@pytest.fixture
def story(own_engine: Engine) -> Story:
    moments = [now(own_engine)]

    def step(write: Callable[[Session], Any]) -> Any:
        with Session(own_engine) as session, session.begin():
            told = write(session)
        moments.append(now(own_engine))
        return told

    def begin(session: Session) -> tuple[UUID, UUID, int, int]:
        make.area(session, WEST, "马庄街道", None, level="township")
        make.area(session, EAST, "南环路街道", None, level="township")
        site = make.enterprise(session, "化工厂", township_code=WEST)
        zone = make.zone(session, site, "罐区")
        return site.id, zone.id, site.number, zone.number

    site, zone, *numbers = step(begin)
    step(lambda session: change(session.get_one(Zone, zone), declared_grade=1, name="液氨罐区"))
    step(lambda session: hand_over(session, session.get_one(Enterprise, site)))
    step(lambda session: delete(session, session.get_one(Enterprise, site), session.get_one(Zone, zone)))
    return Story(own_engine, site, zone, (numbers[0], numbers[1]), *moments)


def hand_over(session: Session, site: Enterprise) -> None:
    """Move a site over the border; it is red, so somebody has to have approved it."""
    make.granted(session, site)
    change(site, township_code=EAST, location=make.stored(Point(113.9, 33.9)))


def change(row: Any, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(row, name, value)


def delete(session: Session, site: Enterprise, *zones: Zone) -> None:
    """Delete a site with its zones, as an approval would let somebody do."""
    make.granted(session, site, *zones)
    session.delete(site)


@pytest.fixture
def client(own_engine: Engine, tmp_path: Path) -> Iterator[TestClient]:
    with probing.client_of(own_engine, tmp_path, is_demo=True) as client:
        yield client


def read_as(client: TestClient, *codes: str) -> None:
    """Ask as the office of some townships."""
    office = Actor("office", Scope(ScopeKind.TOWNSHIPS, frozenset(codes)), ROLES["township"], None, True)
    client.app.dependency_overrides[current_actor] = lambda: office


def features(client: TestClient, layer: str, **asked: str) -> list[dict[str, Any]]:
    answer = client.get(f"/ogc/collections/{layer}/items", params=asked)
    assert answer.status_code == 200, answer.text
    page = answer.json()
    found: list[dict[str, Any]] = page["features"]
    assert page["numberMatched"] == page["numberReturned"] == len(found)
    return found


def test_a_collection_is_read_as_of_a_moment(client: TestClient, story: Story) -> None:
    told = [
        [
            (feature["properties"]["name"], feature["properties"]["grade"])
            for feature in features(client, "zones", datetime=moment)
        ]
        for moment in (story.before, story.first, story.graded, story.moved, story.gone)
    ]
    assert told == [[], [("罐区", None)], [("液氨罐区", 1)], [("液氨罐区", 1)], []]
    assert features(client, "zones") == []


@pytest.mark.parametrize(
    ("interval", "names"),
    [
        ("{before}/{first}", ["罐区"]),
        ("../{first}", ["罐区"]),
        ("/{graded}", ["液氨罐区"]),
        ("{first}/..", []),
        ("{first}/", []),
        ("../..", []),
    ],
)
def test_of_an_interval_the_end_counts(
    client: TestClient, story: Story, interval: str, names: list[str]
) -> None:
    asked = interval.format(before=story.before, first=story.first, graded=story.graded)
    found = features(client, "zones", datetime=asked)
    assert [feature["properties"]["name"] for feature in found] == names


def test_an_offset_says_the_same_moment(client: TestClient, story: Story) -> None:
    moment = datetime.fromisoformat(story.first)
    elsewhere = moment.astimezone(tz=datetime.fromisoformat("2026-01-01T00:00:00+08:00").tzinfo)
    assert features(client, "zones", datetime=elsewhere.isoformat()) == features(
        client, "zones", datetime=story.first
    )


def test_a_box_is_held_against_the_place_of_then(client: TestClient, story: Story) -> None:
    old, new = "113.2,33.6,113.3,33.8", "113.8,33.8,114,34"
    for moment, expected in ((story.graded, (1, 0)), (story.moved, (0, 1)), (story.gone, (0, 0))):
        found = tuple(len(features(client, "enterprises", datetime=moment, bbox=bbox)) for bbox in (old, new))
        assert found == expected


def test_pages_of_a_moment_go_on_in_that_moment(client: TestClient, story: Story) -> None:
    with Session(story.engine) as session, session.begin():
        for serial in range(4):
            make.enterprise(session, f"企业{serial}")
    then = now(story.engine)
    with Session(story.engine) as session, session.begin():
        session.execute(text("DELETE FROM enterprise WHERE name LIKE '企业%'"))
    page = client.get("/ogc/collections/enterprises/items", params={"datetime": then, "limit": 3}).json()
    (following,) = [link["href"] for link in page["links"] if link["rel"] == "next"]
    assert [feature["properties"]["name"] for feature in client.get(following).json()["features"]] == [
        "企业3"
    ]


def test_one_feature_is_read_as_of_a_moment(client: TestClient, story: Story) -> None:
    address = f"/ogc/collections/zones/items/{story.zone}"
    assert client.get(address).status_code == 404
    told = client.get(address, params={"datetime": story.graded})
    assert told.json()["properties"]["name"] == "液氨罐区"
    assert client.get(address, params={"datetime": story.gone}).status_code == 404


def test_a_tile_is_of_a_moment_and_so_is_its_tag(client: TestClient, story: Story) -> None:
    answers = {
        moment: client.get(f"/tiles/zones/{TILE}.mvt", params={"datetime": moment} if moment else None)
        for moment in ("", story.first, story.graded)
    }
    drawn = {
        moment: [
            feature["properties"]
            for feature in mapbox_vector_tile.decode(answer.content)["zones"]["features"]
        ]
        for moment, answer in answers.items()
        if answer.content
    }
    assert drawn == {story.first: [{"name": "罐区"}], story.graded: [{"name": "液氨罐区", "grade": 1}]}
    assert len({answer.headers["etag"] for answer in answers.values()}) == 3
    again = client.get(
        f"/tiles/zones/{TILE}.mvt",
        params={"datetime": story.first},
        headers={"If-None-Match": answers[story.first].headers["etag"]},
    )
    assert again.status_code == 304


def test_a_tilejson_of_a_moment_leads_to_tiles_of_it(client: TestClient, story: Story) -> None:
    document = client.get("/tiles/zones.json", params={"datetime": story.graded}).json()
    (template,) = document["tiles"]
    z, x, y = TILE.split("/")
    address = template.replace("{z}", z).replace("{x}", x).replace("{y}", y)
    tile = mapbox_vector_tile.decode(client.get(address).content)
    assert tile["zones"]["features"][0]["properties"]["name"] == "液氨罐区"
    assert document["bounds"] == pytest.approx([113.2656, 33.7075, 113.2666, 33.7085])
    assert "bounds" not in client.get("/tiles/zones.json").json()


@pytest.mark.parametrize("by", ["id", "number"])
def test_facts_are_told_as_of_a_moment(client: TestClient, story: Story, by: str) -> None:
    site, zone = (story.site, story.zone) if by == "id" else story.numbers
    told = client.get(f"/api/v1/enterprises/{site}", params={"datetime": story.graded}).json()
    assert (told["township"]["name"], told["lon"]) == ("马庄街道", 113.2656)
    assert [(zone["name"], zone["grade"]) for zone in told["zones"]] == [("液氨罐区", 1)]
    later = client.get(f"/api/v1/enterprises/{site}", params={"datetime": story.moved}).json()
    assert (later["township"]["name"], later["lon"]) == ("南环路街道", 113.9)
    assert client.get(f"/api/v1/enterprises/{site}").status_code == 404
    assert client.get(f"/api/v1/zones/{zone}", params={"datetime": story.first}).json()["name"] == "罐区"
    assert client.get(f"/api/v1/zones/{zone}").status_code == 404


def test_surroundings_are_told_as_of_a_moment(client: TestClient, own_engine: Engine) -> None:
    with Session(own_engine) as session, session.begin():
        school = make.receptor(session, "湛河中学", headcount=1200).id
        road = make.corridor(session, "建设路", LineString([(113.26, 33.7), (113.27, 33.7)])).id
    then = now(own_engine)
    with Session(own_engine) as session, session.begin():
        change(session.get_one(Receptor, school), headcount=900)
        change(session.get_one(Corridor, road), name="建设东路")
    for address, name, past, present in (
        (f"/api/v1/receptors/{school}", "headcount", 1200, 900),
        (f"/api/v1/corridors/{road}", "name", "建设路", "建设东路"),
    ):
        assert client.get(address, params={"datetime": then}).json()[name] == past
        assert client.get(address).json()[name] == present


def test_the_legend_counts_as_of_a_moment(client: TestClient, story: Story) -> None:
    view = "113.2,33.6,113.3,33.8"
    told = [
        client.get("/api/v1/counts", params={"datetime": moment, "bbox": view}).json()["layers"]
        for moment in (story.first, story.graded, story.moved, story.gone)
    ]
    assert [(layers["zones"]["total"]["1"], layers["zones"]["total"]["null"]) for layers in told] == [
        (0, 1),
        (1, 0),
        (1, 0),
        (0, 0),
    ]
    assert [sum(layers["enterprises"]["in_view"].values()) for layers in told] == [1, 1, 0, 0]


def test_a_row_is_shown_to_who_had_it_then(client: TestClient, story: Story) -> None:
    """Handed over, it is the past of the one and the present of the other."""
    seen = {}
    for code in (WEST, EAST):
        read_as(client, code)
        seen[code] = [
            [len(features(client, layer, datetime=moment)) for layer in ("enterprises", "zones")]
            for moment in (story.first, story.graded, story.moved, story.gone)
        ]
    assert seen == {
        WEST: [[1, 1], [1, 1], [0, 0], [0, 0]],
        EAST: [[0, 0], [0, 0], [1, 1], [0, 0]],
    }


ADDRESSES = [
    "/ogc/collections/zones/items",
    "/ogc/collections/zones/items/00000000-0000-4000-8000-000000000000",
    f"/tiles/zones/{TILE}.mvt",
    "/tiles/zones.json",
    "/api/v1/enterprises/1",
    "/api/v1/zones/1",
    "/api/v1/receptors/1",
    "/api/v1/corridors/1",
    "/api/v1/counts",
]
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-23T08:00:00", "带时区"),
        ("2026-11-23", "带时区"),
        ("2026-11-23T08:00:00 08:00", "带时区"),
        ("20261123T080000Z", "带时区"),
        ("2026-13-23T08:00:00Z", "带时区"),
        ("0001-01-01T00:00:00+08:00", "带时区"),
        ("yesterday", "带时区"),
        ("", "带时区"),
        ("２０２６-11-23T08:00:00Z", "带时区"),
        (TOMORROW, "还没有到"),
        (f"../{TOMORROW}", "还没有到"),
        ("2026-01-02T00:00:00Z/2026-01-01T00:00:00Z", "晚于"),
        ("2026-01-01T00:00:00Z/../2026-01-02T00:00:00Z", "带时区"),
    ],
)
def test_what_is_no_moment_of_the_past_is_refused(
    own_client: TestClient, address: str, moment: str, said: str
) -> None:
    answer = own_client.get(address, params={"datetime": moment})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter")
    assert answer.json()["errors"][0]["pointer"] == "datetime"
    assert said in answer.json()["detail"]


@pytest.fixture(scope="module")
def own_client(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The service over an empty register."""
    with probing.client_of(engine, tmp_path_factory.mktemp("data"), is_demo=True) as client:
        yield client
