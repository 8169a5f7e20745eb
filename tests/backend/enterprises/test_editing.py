"""Editing an enterprise: in one's own scope, on the version that was seen, with a trace."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.access import current_actor
from backend.audit.models import AuditEvent
from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from tests import make

MAZHUANG, NANHUAN = "410411001", "410411002"
BUREAU = Actor("bureau", EVERYTHING, ROLES["bureau_admin"], has_second_factor=True)
TOWNSHIP = Actor("mazhuang", Scope(ScopeKind.TOWNSHIPS, frozenset({MAZHUANG})), ROLES["township"])
LEADER = Actor("leader", EVERYTHING, ROLES["leader"])


@pytest.fixture
def site(session: Session) -> Enterprise:
    """An enterprise of 马庄, whose boundary holds it, with a neighbour that lies elsewhere."""
    make.area(session, MAZHUANG, "马庄街道", make.square(113.2, 33.7, side=0.1), level="township")
    make.area(session, NANHUAN, "南环路街道", make.square(113.3, 33.7, side=0.1), level="township")
    return make.enterprise(session, "化工厂", township_code=MAZHUANG, address="旧址")


def edit(client: TestClient, actor: Actor, site: Enterprise, version: int | None, **given: Any) -> Response:
    """Ask for a change as somebody who saw a version."""
    client.app.dependency_overrides[current_actor] = lambda: actor
    headers = {"X-CSRF": "1"} | ({} if version is None else {"If-Match": f'"{version}"'})
    return client.patch(f"/api/v1/enterprises/{site.id}", json=given, headers=headers)


def test_a_township_edits_its_own_enterprise(client: TestClient, site: Enterprise) -> None:
    answer = edit(client, TOWNSHIP, site, 1, address="新址", operating_status="suspended")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert (answer.json()["address"], answer.json()["name"]) == ("新址", "化工厂")
    assert answer.json()["operating_status"]["code"] == "suspended"


def test_what_is_read_carries_the_version_to_edit_it_by(client: TestClient, site: Enterprise) -> None:
    assert client.get(f"/api/v1/enterprises/{site.id}").headers["etag"] == '"1"'


def test_a_change_leaves_one_trace_of_what_differs(
    client: TestClient, session: Session, site: Enterprise
) -> None:
    edit(client, TOWNSHIP, site, 1, address="新址", name="化工厂")
    (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "edit"))
    assert (event.actor_name, event.subject_id) == ("mazhuang", str(site.id))
    assert (event.before, event.after) == ({"address": "旧址"}, {"address": "新址"})


def test_a_change_that_changes_nothing_leaves_none(
    client: TestClient, session: Session, site: Enterprise
) -> None:
    assert edit(client, TOWNSHIP, site, 1, address="旧址").json()["version"] == 1
    assert session.scalars(select(AuditEvent).where(AuditEvent.action == "edit")).all() == []


def test_an_enterprise_of_another_township_is_not_there(
    client: TestClient, session: Session, site: Enterprise
) -> None:
    site.township_code = NANHUAN
    session.flush()
    answer = edit(client, TOWNSHIP, site, site.version, address="新址")
    assert answer.status_code == 404
    session.expire_all()
    assert site.address == "旧址"


def test_who_only_reads_cannot_edit(client: TestClient, site: Enterprise) -> None:
    assert edit(client, LEADER, site, 1, address="新址").status_code == 403


def test_a_township_cannot_give_an_enterprise_away(client: TestClient, site: Enterprise) -> None:
    answer = edit(client, TOWNSHIP, site, 1, township=NANHUAN)
    assert (answer.status_code, answer.json()["code"]) == (403, "handing_over_refused")


def test_the_bureau_hands_over_and_is_told_that_the_place_does_not_fit(
    client: TestClient, site: Enterprise
) -> None:
    answer = edit(client, BUREAU, site, 1, township=NANHUAN)
    assert answer.json()["township"]["code"] == NANHUAN
    assert answer.json()["notices"] == ["点位不在所写的街道/乡镇边界内，请核对。"]
    assert edit(client, BUREAU, site, 2, township=MAZHUANG).json()["notices"] == []


def test_the_second_of_two_editors_is_shown_what_is_there_now(client: TestClient, site: Enterprise) -> None:
    assert edit(client, BUREAU, site, 1, address="甲改").status_code == 200
    answer = edit(client, TOWNSHIP, site, 1, address="乙改")
    assert (answer.status_code, answer.json()["code"]) == (412, "changed_meanwhile")
    assert (answer.json()["current"]["address"], answer.json()["current"]["version"]) == ("甲改", 2)


def test_a_change_without_a_version_is_refused(client: TestClient, site: Enterprise) -> None:
    assert edit(client, BUREAU, site, None, address="新址").status_code == 428


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"sector": "nothing"}, "/sector"),
        ({"township": "410411999"}, "/township"),
        ({"operating_status": "asleep"}, "/operating_status"),
        ({"name": ""}, "/name"),
        ({"name": None}, "/name"),
        ({"name": "甲\x00"}, "/name"),
        ({"grade": 4}, "/grade"),
    ],
)
def test_what_cannot_be_taken_is_named(
    client: TestClient, site: Enterprise, given: dict[str, Any], pointer: str
) -> None:
    answer = edit(client, BUREAU, site, 1, **given)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
