"""Tiles as a map client asks for them."""

import mapbox_vector_tile
import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import Scope, ScopeKind
from backend.layers import LAYERS
from tests import make

TILE = "14/13346/6560"


def test_a_tile_carries_the_layers_of_its_address(client: TestClient, session: Session) -> None:
    site = make.enterprise(session, "化工厂", grade=1, operating_status="suspended")
    make.zone(session, site, "罐区", grade=2, floor="1F")
    answer = client.get(f"/tiles/enterprises,zones/{TILE}.mvt")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    layers = mapbox_vector_tile.decode(answer.content)
    assert layers["enterprises"]["features"][0]["properties"] == {
        "grade": 1,
        "name": "化工厂",
        "status": "suspended",
    }
    assert layers["zones"]["features"][0]["properties"] == {"grade": 2, "name": "罐区", "floor": "1F"}


def test_zones_are_not_drawn_at_the_scale_of_the_whole_district(client: TestClient, session: Session) -> None:
    make.zone(session, make.enterprise(session), grade=1)
    answer = client.get("/tiles/zones/11/1668/820.mvt")
    assert (answer.status_code, answer.content) == (200, b"")


def test_an_unchanged_tile_is_not_sent_again(client: TestClient, session: Session) -> None:
    make.enterprise(session)
    first = client.get(f"/tiles/enterprises/{TILE}.mvt")
    again = client.get(f"/tiles/enterprises/{TILE}.mvt", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "private, no-cache"


def test_an_edit_gives_the_tile_another_tag(client: TestClient, session: Session) -> None:
    site = make.enterprise(session, grade=3)
    before = client.get(f"/tiles/enterprises/{TILE}.mvt").headers["etag"]
    site.declared_grade = 1
    session.flush()
    after = client.get(f"/tiles/enterprises/{TILE}.mvt", headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["etag"] != before


def test_another_township_s_rows_are_in_no_tile_and_share_no_tag(
    client: TestClient, session: Session
) -> None:
    make.area(session, "410411001", "马庄街道", None, level="township")
    make.area(session, "410411002", "南环路街道", None, level="township")
    site = make.enterprise(session, township_code="410411002", grade=1)
    make.zone(session, site, grade=1)
    whole = client.get(f"/tiles/enterprises,zones/{TILE}.mvt")
    neighbour = Actor("neighbour", Scope(ScopeKind.TOWNSHIPS, frozenset({"410411001"})), ROLES["township"])
    client.app.dependency_overrides[current_actor] = lambda: neighbour
    answer = client.get(
        f"/tiles/enterprises,zones/{TILE}.mvt", headers={"If-None-Match": whole.headers["etag"]}
    )
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["etag"] != whole.headers["etag"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tiles/nothing/1/0/0.mvt", 404),
        ("/tiles/zones,zones/1/0/0.mvt", 404),
        ("/tiles/zones/1/2/0.mvt", 404),
        ("/tiles/zones/99/0/0.mvt", 404),
        ("/tiles/zones/1/-1/0.mvt", 400),
        ("/tiles/zones/a/0/0.mvt", 400),
        ("/tiles/zones/1/0/99999999999999999999999999.mvt", 400),
        ("/tiles/zones/1_0/0/0.mvt", 400),
        ("/tiles/zones/+1/0/0.mvt", 400),
        ("/tiles/zones/1/0/١.mvt", 400),
        ("/tiles/nothing.json", 404),
    ],
)
def test_a_tile_that_cannot_be_is_a_problem_document(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_has_tilejson_that_fits_its_tiles(
    client: TestClient, session: Session, name: str
) -> None:
    make.area(session, "410411", "湛河区", make.square(side=0.2))
    document = client.get(f"/tiles/{name}.json").json()
    assert document["tilejson"] == "3.0.0"
    (described,) = document["vector_layers"]
    assert described["id"] == name
    assert described["fields"] == dict(LAYERS[name].tiles.fields)
    assert document["tiles"] == [f"http://testserver/tiles/{name}/{{z}}/{{x}}/{{y}}.mvt"]
    assert ("bounds" in document) == (name == "areas")


def test_tilejson_of_several_layers_spans_their_zoom_levels(client: TestClient) -> None:
    document = client.get("/tiles/areas,zones.json").json()
    assert (document["minzoom"], document["maxzoom"]) == (0, 16)
    assert [layer["id"] for layer in document["vector_layers"]] == ["areas", "zones"]
