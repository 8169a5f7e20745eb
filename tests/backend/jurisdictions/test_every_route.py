"""Nothing of another scope on any route: not in a list, a count, a tile, a fact or an error."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from shapely import MultiPolygon
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import Scope, ScopeKind
from backend.layers import LAYERS
from tests import make

SECRET = "机密"
TILE = {"z": "14", "x": "13346", "y": "6560"}


@pytest.fixture
def secrets(session: Session) -> dict[str, Any]:
    """An enterprise with a zone whose every text tells it apart."""
    site = make.enterprise(
        session,
        SECRET + "企业",
        outline=make.stored(MultiPolygon([make.square()])),
        grade=1,
        address=SECRET,
        is_demo=True,
    )
    return {"enterprises": site, "zones": make.zone(session, site, SECRET + "车间", grade=1)}


def addresses(client: TestClient, secrets: dict[str, Any]) -> list[str]:
    """Every GET route of the API with every sensible value of its path's parameters."""
    values = {
        "layers": list(LAYERS),
        "collection_id": list(LAYERS),
        "feature_id": [str(row.id) for row in secrets.values()],
        "key": [str(key) for row in secrets.values() for key in (row.id, row.number)],
        "account_id": ["00000000-0000-0000-0000-000000000000"],
        **{name: [value] for name, value in TILE.items()},
    }
    found = [path for path, actions in client.app.openapi()["paths"].items() if "get" in actions]
    for name, given in values.items():
        found = [
            address.replace(f"{{{name}}}", value)
            for address in found
            for value in (given if f"{{{name}}}" in address else [""])
        ]
    assert not [address for address in found if "{" in address], "a parameter that this test does not know"
    return [f"{address}?q={SECRET}" if address.endswith("/search") else address for address in found]


def told(client: TestClient, secrets: dict[str, Any]) -> list[str]:
    """The addresses whose answer holds anything of the secret rows."""
    signs = [SECRET.encode(), *(str(row.id).encode() for row in secrets.values())]
    return [
        address
        for address in addresses(client, secrets)
        if any(sign in client.get(address).content for sign in signs if sign.decode() not in address)
    ]


@pytest.mark.parametrize("kind", [ScopeKind.TOWNSHIPS, ScopeKind.SECTORS, ScopeKind.ENTERPRISES])
def test_an_empty_scope_is_told_nothing_on_any_route(
    client: TestClient, secrets: dict[str, Any], kind: ScopeKind
) -> None:
    whole = told(client, secrets)
    assert len(whole) > 10, "the probe finds what it looks for while everything may be seen"
    client.app.dependency_overrides[current_actor] = lambda: Actor(
        "nobody", Scope(kind), ROLES["bureau_admin"], has_second_factor=True
    )
    assert told(client, secrets) == []
    district = client.get("/api/v1/district").json()
    assert (district["is_demo"], district["data_as_of"], district["bounds"]) == (False, None, None)
    assert sum(client.get("/api/v1/counts").json()["layers"]["enterprises"]["total"].values()) == 0
