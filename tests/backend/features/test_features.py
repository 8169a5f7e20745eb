"""Collections and items as QGIS, GDAL and the city platform ask for them."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import shapely
from fastapi.testclient import TestClient
from geojson_pydantic import FeatureCollection
from shapely import LineString, Point
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import Scope, ScopeKind
from backend.layers import LAYERS
from tests import make

ITEMS = "/ogc/collections/{}/items"


def pages(client: TestClient, path: str) -> Iterator[dict[str, object]]:
    """Every page, by its `next` link."""
    while path:
        page = client.get(path).json()
        yield page
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        address = urlsplit(following[0]) if following else None
        path = f"{address.path}?{address.query}" if address else ""


def test_the_landing_page_leads_to_everything(client: TestClient) -> None:
    page = client.get("/ogc").json()
    for link in page["links"]:
        assert client.get(link["href"]).status_code == 200, link
    assert {link["rel"] for link in page["links"]} == {
        "self",
        "service-desc",
        "service-doc",
        "conformance",
        "data",
    }


def test_every_published_layer_is_a_collection(client: TestClient) -> None:
    found = client.get("/ogc/collections").json()["collections"]
    assert [collection["id"] for collection in found] == list(LAYERS)
    for collection in found:
        assert client.get(f"/ogc/collections/{collection['id']}").json() == collection


@pytest.mark.parametrize("name", LAYERS)
def test_items_are_rfc_7946(client: TestClient, session: Session, name: str) -> None:
    make.area(session, "410411", "湛河区", make.square(side=0.2))
    site = make.enterprise(session, outline=make.stored(shapely.MultiPolygon([make.square()])), grade=1)
    make.zone(session, site, grade=1)
    make.receptor(session)
    make.corridor(session, "建设路", LineString([(113.2, 33.7), (113.3, 33.71)]))
    make.installation(session, site)
    answer = client.get(ITEMS.format(name))
    assert answer.headers["content-type"] == "application/geo+json"
    FeatureCollection.model_validate_json(answer.content)
    document = answer.json()
    assert "crs" not in answer.text
    assert document["numberMatched"] == document["numberReturned"] == 1
    (feature,) = document["features"]
    assert set(feature["properties"]) == {"number", *LAYERS[name].properties}
    item = client.get(f"{ITEMS.format(name)}/{feature['id']}").json()
    assert item["geometry"] == feature["geometry"]


def test_polygons_run_counter_clockwise_with_seven_decimals_at_most(
    client: TestClient, session: Session
) -> None:
    site = make.enterprise(session)
    clockwise = shapely.Polygon([(113.2, 33.7), (113.2, 33.71234567891), (113.21, 33.71), (113.21, 33.7)])
    make.zone(session, site, boundary=clockwise)
    (feature,) = client.get(ITEMS.format("zones")).json()["features"]
    ((ring,),) = feature["geometry"]["coordinates"]
    assert shapely.LinearRing(ring).is_ccw
    assert max(len(str(value).split(".")[1]) for point in ring for value in point) <= 7


def test_pages_go_on_until_every_feature_came_once(client: TestClient, session: Session) -> None:
    numbers = [make.enterprise(session, f"企业{serial}").id for serial in range(7)]
    seen = [
        feature["id"]
        for page in pages(client, ITEMS.format("enterprises") + "?limit=3")
        for feature in page["features"]
    ]
    assert seen == [str(number) for number in numbers]


def test_a_row_added_while_paging_moves_nothing(client: TestClient, session: Session) -> None:
    for serial in range(4):
        make.enterprise(session, f"企业{serial}")
    turning = pages(client, ITEMS.format("enterprises") + "?limit=2")
    first = next(turning)
    make.enterprise(session, "后来者")
    names = [feature["properties"]["name"] for page in (first, *turning) for feature in page["features"]]
    assert names == ["企业0", "企业1", "企业2", "企业3", "后来者"]


def test_a_box_keeps_what_meets_it_and_counts_the_same(client: TestClient, session: Session) -> None:
    make.enterprise(session, "里", place=Point(113.25, 33.7))
    make.enterprise(session, "外", place=Point(113.9, 33.7))
    page = client.get(ITEMS.format("enterprises") + "?bbox=113.2,33.6,113.3,33.8").json()
    assert [feature["properties"]["name"] for feature in page["features"]] == ["里"]
    assert page["numberMatched"] == 1


def test_a_box_may_cross_the_antimeridian(client: TestClient, session: Session) -> None:
    make.enterprise(session, "东", place=Point(179.9, 0))
    make.enterprise(session, "西", place=Point(-179.9, 0))
    make.enterprise(session, "中", place=Point(0, 0))
    page = client.get(ITEMS.format("enterprises") + "?bbox=179,-1,-179,1").json()
    assert {feature["properties"]["name"] for feature in page["features"]} == {"东", "西"}


def test_heights_of_a_box_are_passed_over(client: TestClient, session: Session) -> None:
    make.enterprise(session, place=Point(113.25, 33.7))
    assert (
        client.get(ITEMS.format("enterprises") + "?bbox=113.2,33.6,-5,113.3,33.8,500").json()["numberMatched"]
        == 1
    )


def test_an_enterprise_without_a_place_is_no_feature(client: TestClient, session: Session) -> None:
    make.enterprise(session, place=None)
    assert client.get(ITEMS.format("enterprises")).json()["numberMatched"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=nan,0,1,1",
        "bbox=1_0,0,11,1",
        "bbox=١,0,11,1",
        "bbox=1e99,0,1,1",
        "bbox=0,5,1,1",
        "bbox=0,-91,1,1",
        "datetime=yesterday",
        "datetime=2026-01-01/../..",
        "limit=0",
        "limit=-1",
        "limit=x",
        "after=-1",
        "after=99999999999999999999",
        "unknown=1",
    ],
)
def test_a_bad_parameter_is_400_and_named(client: TestClient, query: str) -> None:
    answer = client.get(f"{ITEMS.format('zones')}?{query}")
    assert answer.status_code == 400
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == query.split("=")[0]
    assert re.search("[一-鿿]", fault["reason"]), fault


@pytest.mark.parametrize("path", ["/ogc/conformance", "/ogc/collections", "/ogc/collections/zones", "/ogc"])
def test_other_documents_take_no_parameters(client: TestClient, path: str) -> None:
    assert client.get(f"{path}?bbox=0,0,1,1").status_code == 400


def test_a_page_larger_than_the_largest_is_cut_to_it(client: TestClient) -> None:
    assert client.get(f"{ITEMS.format('zones')}?limit=1000000").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ogc/collections/nothing", 404),
        ("/ogc/collections/nothing/items", 404),
        ("/ogc/collections/zones/items/not-an-id", 400),
        ("/ogc/collections/zones/items/00000000-0000-0000-0000-000000000000", 404),
    ],
)
def test_what_is_not_there_is_a_problem_document(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_another_scope_s_feature_is_not_there(client: TestClient, session: Session) -> None:
    site = make.enterprise(session, sector_code="education")
    zone = make.zone(session, site)
    stranger = Actor(
        "stranger",
        Scope(ScopeKind.SECTORS, frozenset({"health"})),
        ROLES["sector_department"],
        has_second_factor=True,
    )
    client.app.dependency_overrides[current_actor] = lambda: stranger
    for name, row in (("enterprises", site), ("zones", zone)):
        assert client.get(f"{ITEMS.format(name)}/{row.id}").status_code == 404
        assert client.get(ITEMS.format(name)).json()["numberMatched"] == 0
        assert "extent" not in client.get(f"/ogc/collections/{name}").json()
