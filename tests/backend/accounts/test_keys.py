"""Keys of machine clients: what they open, and for how long."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from tests.signed_in import TILE, as_role, enter, events, person, run

KEYS = "/api/v1/api-keys"
IN_A_MONTH = str((datetime.now(UTC) + timedelta(days=30)).date())


@pytest.fixture
def security(visitor: TestClient) -> TestClient:
    """A browser in which a security administrator is signed in."""
    return as_role(visitor, "security_admin")


def made(security: TestClient, role: str = "city_platform", **facts: Any) -> dict[str, Any]:
    """A new key with its secret."""
    body = {"name": "市平台", "role": role, "codes": [], "expires_at": IN_A_MONTH, **facts}
    answer = security.post(KEYS, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_a_key_opens_what_its_role_may_see(security: TestClient, visitor: TestClient) -> None:
    assert visitor.get(TILE, headers=bearer(made(security)["secret"])).status_code == 200


def test_a_key_exports_without_a_second_factor(security: TestClient, visitor: TestClient) -> None:
    secret = made(security)["secret"]
    assert visitor.get("/ogc/collections/enterprises/items", headers=bearer(secret)).status_code == 200


def test_a_key_has_the_scope_that_it_was_given(security: TestClient) -> None:
    told = made(security, "sector_department", codes=["education"])["key"]
    assert told["scope"] == {"kind": "sectors", "codes": [{"code": "education", "name": "教育"}]}


@pytest.mark.parametrize(
    "path", ["/api/v1/accounts", "/api/v1/api-keys", "/api/v1/audit", "/api/v1/account/sessions"]
)
def test_a_key_administers_nothing(security: TestClient, visitor: TestClient, path: str) -> None:
    assert visitor.get(path, headers=bearer(made(security)["secret"])).status_code in (401, 403)


@pytest.mark.parametrize(
    "role",
    ["system_admin", "security_admin", "audit_admin", "bureau_admin", "public_viewer", "demo_reader", "boss"],
)
def test_no_key_holds_an_administration(security: TestClient, role: str) -> None:
    body = {"name": "市平台", "role": role, "codes": [], "expires_at": IN_A_MONTH}
    answer = security.post(KEYS, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/role")


@pytest.mark.parametrize("column", ["expires_at", "revoked_at"])
def test_a_key_that_is_over_opens_nothing(
    kept_engine: Engine, security: TestClient, visitor: TestClient, column: str
) -> None:
    key = made(security)
    run(kept_engine, f"UPDATE api_key SET {column} = now() WHERE id = :id", id=key["key"]["id"])
    assert visitor.get(TILE, headers=bearer(key["secret"])).json()["code"] == "sign_in_required"


def test_a_revoked_key_is_dead_at_the_next_request(security: TestClient, visitor: TestClient) -> None:
    key = made(security)
    assert visitor.get(TILE, headers=bearer(key["secret"])).status_code == 200
    assert security.delete(f"{KEYS}/{key['key']['id']}").status_code == 204
    assert visitor.get(TILE, headers=bearer(key["secret"])).status_code == 401


def test_a_key_is_revoked_once(security: TestClient) -> None:
    path = f"{KEYS}/{made(security)['key']['id']}"
    assert (security.delete(path).status_code, security.delete(path).status_code) == (204, 404)


@pytest.mark.parametrize(
    "authorization",
    ["Bearer rmk_guess", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "rmk_guess", "Bearer ' OR 1=1--", ""],
)
def test_what_is_no_key_is_refused_whatever_it_looks_like(visitor: TestClient, authorization: str) -> None:
    answer = visitor.get(TILE, headers={"Authorization": authorization})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_a_key_that_is_no_good_is_not_saved_by_a_session(kept_engine: Engine, visitor: TestClient) -> None:
    own = enter(visitor, person(kept_engine))
    assert own.get(TILE).status_code == 200
    assert own.get(TILE, headers=bearer("rmk_guess")).status_code == 401


def test_a_key_counts_more_than_a_session(
    kept_engine: Engine, security: TestClient, visitor: TestClient
) -> None:
    leader = enter(visitor, person(kept_engine, role="leader"))
    items = "/ogc/collections/enterprises/items"
    assert leader.get(items).status_code == 403
    assert leader.get(items, headers=bearer(made(security)["secret"])).status_code == 200


def test_an_unknown_key_is_in_the_trail(kept_engine: Engine, visitor: TestClient) -> None:
    visitor.get(TILE, headers=bearer("rmk_told-by-nobody"))
    event = events(kept_engine, action="refusal")[-1]
    assert (event.result, event.address, event.detail) == (
        "refused",
        "testclient",
        {"path": TILE, "reason": "unknown key"},
    )


def test_guessing_keys_is_slowed_down(visitor: TestClient) -> None:
    answers = {visitor.get(TILE, headers=bearer(f"rmk_{number}")).status_code for number in range(60)}
    assert answers == {401}
    assert visitor.get(TILE, headers=bearer("rmk_60")).status_code == 429


def test_a_secret_is_told_once(security: TestClient) -> None:
    secret = made(security)["secret"]
    listed = security.get(KEYS).text
    assert secret not in listed
    assert secret[:10] in listed


def test_only_a_hash_of_a_key_is_kept(kept_engine: Engine, security: TestClient) -> None:
    secret = made(security)["secret"]
    with kept_engine.connect() as connection:
        kept = connection.scalars(text("SELECT api_key::text FROM api_key")).all()
    assert not [row for row in kept if secret in row or secret.encode().hex() in row]


@pytest.mark.parametrize("days", [-1, 368])
def test_a_key_ends_between_today_and_a_year(security: TestClient, days: int) -> None:
    day = str((datetime.now(UTC) + timedelta(days=days)).date())
    body = {"name": "市平台", "role": "city_platform", "codes": [], "expires_at": day}
    answer = security.post(KEYS, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/expires_at")


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_end_of_time_is_refused(security: TestClient, day: str) -> None:
    body = {"name": "市平台", "role": "city_platform", "codes": [], "expires_at": day}
    assert security.post(KEYS, json=body).status_code == 422


def test_when_a_key_was_last_used_is_told(security: TestClient, visitor: TestClient) -> None:
    key = made(security)
    visitor.get(TILE, headers=bearer(key["secret"]))
    (told,) = [each for each in security.get(KEYS).json()["items"] if each["id"] == key["key"]["id"]]
    assert told["last_used_at"] is not None


def test_the_looks_of_a_key_of_the_duty_officer_are_in_the_trail(
    kept_engine: Engine, security: TestClient, visitor: TestClient
) -> None:
    key = made(security, "duty_officer", name="值班大屏")
    visitor.get(TILE, headers=bearer(key["secret"]))
    looks = events(kept_engine, action="look")
    assert looks[-1].actor_name == "key:值班大屏"


def test_making_and_revoking_a_key_are_in_the_trail(kept_engine: Engine, security: TestClient) -> None:
    key = made(security)
    security.delete(f"{KEYS}/{key['key']['id']}")
    told = [event for event in events(kept_engine) if event.subject_id == key["key"]["id"]]
    assert [event.action for event in told] == ["create_key", "revoke_key"]
