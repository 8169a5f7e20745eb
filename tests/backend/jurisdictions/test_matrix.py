"""Every route and who may use it: the table below, held against the application with real sessions."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from starlette.routing import Route

from backend.accounts.models import Account
from backend.accounts.throttle import Throttle
from backend.app import create_app
from backend.operating.cluster import Cluster
from backend.settings import Settings
from tests import probing
from tests.probing import Caller

TABLE = Path(__file__).parents[3] / "backend/jurisdictions/roles.csv"
# Read here once more, so that a reader that takes an empty cell for a right would be found.
ROLES = {row["code"]: row for row in csv.DictReader(TABLE.read_text("utf-8").splitlines())}
ACTIONS = ("look", "export", "edit", "review", "contacts", "manage_accounts", "grant", "read_audit")
ONLY_WITH_A_SECOND_FACTOR = {"export", "manage_accounts", "grant", "read_audit"}


@dataclass(frozen=True)
class Stages:
    """Whoever is signed in and stands at one of these stages."""

    stages: frozenset[str]


@dataclass(frozen=True)
class Right:
    """Whoever's role has one of these actions of roles.csv."""

    actions: frozenset[str]


def right(*actions: str) -> Right:
    return Right(frozenset(actions))


ANYONE = None
AT_ANY_STAGE = Stages(frozenset({"second_factor", "new_password", "second_factor_set_up", "complete"}))
PAST_THE_CODE = Stages(AT_ANY_STAGE.stages - {"second_factor"})
PAST_THE_PASSWORD = Stages(PAST_THE_CODE.stages - {"new_password"})
COMPLETE = Stages(frozenset({"complete"}))
ANY_ROLE = right(*ACTIONS)

WHO_MAY: dict[str, Stages | Right | None] = {
    "GET /healthz": ANYONE,
    "GET /readyz": ANYONE,
    "GET /": ANYONE,
    "GET /sign-in": ANYONE,
    "GET /activate": ANYONE,
    "GET /setup": ANYONE,
    "GET /account": ANYONE,
    "GET /admin": ANYONE,
    "GET /work": ANYONE,
    "GET /docs": ANYONE,
    "MOUNT /app": ANYONE,
    "MOUNT /styles": ANYONE,
    "MOUNT /vendor": ANYONE,
    "GET /openapi.json": ANY_ROLE,
    "GET /api/v1/session": ANYONE,
    "POST /api/v1/session": ANYONE,
    "DELETE /api/v1/session": ANYONE,
    "POST /api/v1/session/link": ANYONE,
    "POST /api/v1/session/second-factor": AT_ANY_STAGE,
    "GET /api/v1/password-policy": ANYONE,
    "POST /api/v1/activation": ANYONE,
    "PUT /api/v1/activation": ANYONE,
    "POST /api/v1/setup": ANYONE,
    "GET /api/v1/account": PAST_THE_CODE,
    "PUT /api/v1/account/password": PAST_THE_CODE,
    "POST /api/v1/account/second-factor": PAST_THE_PASSWORD,
    "PUT /api/v1/account/second-factor": PAST_THE_PASSWORD,
    "POST /api/v1/account/second-factor/removal": COMPLETE,
    "GET /api/v1/account/sessions": COMPLETE,
    "DELETE /api/v1/account/sessions": COMPLETE,
    "DELETE /api/v1/account/sessions/{session_id}": COMPLETE,
    "GET /api/v1/roles": ANY_ROLE,
    "GET /api/v1/accounts": right("manage_accounts", "grant"),
    "POST /api/v1/accounts": right("manage_accounts"),
    "GET /api/v1/accounts/{account_id}": right("manage_accounts", "grant"),
    "PATCH /api/v1/accounts/{account_id}": right("manage_accounts"),
    "POST /api/v1/accounts/{account_id}/activation": right("manage_accounts"),
    "DELETE /api/v1/accounts/{account_id}/sessions": right("manage_accounts"),
    "PUT /api/v1/accounts/{account_id}/grant": right("grant"),
    "DELETE /api/v1/accounts/{account_id}/lock": right("grant"),
    "DELETE /api/v1/accounts/{account_id}/second-factor": right("grant"),
    "GET /api/v1/territories": right("manage_accounts", "grant"),
    "GET /api/v1/territories/enterprises": right("grant"),
    "GET /api/v1/api-keys": right("grant"),
    "POST /api/v1/api-keys": right("grant"),
    "DELETE /api/v1/api-keys/{key_id}": right("grant"),
    "GET /api/v1/audit": right("read_audit"),
    "GET /api/v1/audit/actions": right("read_audit"),
    "GET /api/v1/audit/verification": right("read_audit"),
    "GET /api/v1/vocabulary": right("look"),
    "GET /api/v1/district": right("look"),
    "GET /api/v1/counts": right("look"),
    "GET /api/v1/search": right("look"),
    "GET /api/v1/changes": right("look"),
    "GET /api/v1/area-risk": right("look"),
    "GET /api/v1/enterprises/{key}": right("look"),
    "PATCH /api/v1/enterprises/{enterprise_id}": right("review"),
    "GET /api/v1/enterprises/{enterprise_id}/dossier": right("edit"),
    "GET /api/v1/submissions": right("look"),
    "POST /api/v1/submissions": right("edit"),
    "GET /api/v1/submissions/vocabulary": right("look"),
    "POST /api/v1/submissions/publish": right("review"),
    "GET /api/v1/submissions/{submission_id}": right("look"),
    "PATCH /api/v1/submissions/{submission_id}": right("edit"),
    "POST /api/v1/submissions/{submission_id}/check": right("edit"),
    "POST /api/v1/submissions/{submission_id}/submit": right("edit"),
    "POST /api/v1/submissions/{submission_id}/withdraw": right("edit"),
    "POST /api/v1/submissions/{submission_id}/discard": right("edit"),
    "POST /api/v1/submissions/{submission_id}/return": right("review"),
    "POST /api/v1/submissions/{submission_id}/publish": right("review"),
    "GET /api/v1/imports": right("review"),
    "POST /api/v1/imports": right("review"),
    "GET /api/v1/imports/kinds": right("review"),
    "GET /api/v1/imports/template": right("edit"),
    "GET /api/v1/imports/{upload_id}": right("review"),
    "PATCH /api/v1/imports/{upload_id}": right("review"),
    "DELETE /api/v1/imports/{upload_id}": right("review"),
    "GET /api/v1/imports/{upload_id}/rejected.xlsx": right("review"),
    "POST /api/v1/imports/{upload_id}/commit": right("review"),
    "GET /api/v1/import-mappings": right("review"),
    "POST /api/v1/assessments/preview": right("look"),
    "GET /api/v1/downgrades": right("look"),
    "GET /api/v1/enterprises/{key}/explanation": right("look"),
    "GET /api/v1/enterprises/{key}/installations": right("look"),
    "GET /api/v1/zones/{key}": right("look"),
    "GET /api/v1/zones/{key}/explanation": right("look"),
    "GET /api/v1/zones/{key}/events": right("look"),
    "GET /api/v1/events/{key}": right("look"),
    "GET /api/v1/risk-list": right("look"),
    "GET /api/v1/risk-list/choices": right("look"),
    "GET /api/v1/risk-list.xlsx": right("export"),
    "GET /api/v1/risk-list.csv": right("export"),
    "GET /api/v1/coverage": right("look"),
    "GET /api/v1/roster": right("look"),
    "GET /api/v1/proximity/receptors/{key}/sites": right("look"),
    "GET /api/v1/proximity/report": right("look"),
    "GET /api/v1/proximity/around": right("look"),
    "GET /api/v1/proximity/groups": right("look"),
    "GET /api/v1/proximity/corridors/{key}/sections": right("look"),
    "GET /api/v1/alarms": right("look"),
    "POST /api/v1/alarms/{alarm_id}/answer": right("edit"),
    "POST /api/v1/proximity/what-if": right("look"),
    "GET /api/v1/proximity/rules": right("look"),
    "GET /api/v1/proximity/runs": right("look"),
    "POST /api/v1/proximity/runs": right("look"),
    "GET /api/v1/proximity/runs/{run_id}": right("look"),
    "DELETE /api/v1/proximity/runs/{run_id}": right("look"),
    "GET /api/v1/proximity/runs/{run_id}/pairs": right("look"),
    "GET /api/v1/proximity/runs/{run_id}/findings": right("look"),
    "POST /api/v1/proximity/runs/{run_id}/cancel": right("look"),
    "POST /api/v1/proximity/runs/{run_id}/repeat": right("look"),
    "GET /api/v1/proximity/runs/{run_id}/compare": right("look"),
    "GET /api/v1/proximity/runs/{run_id}/pairs.xlsx": right("export"),
    "GET /api/v1/proximity/runs/{run_id}/pairs.geojson": right("export"),
    "GET /api/v1/proximity/runs/{run_id}/pairs.gpkg": right("export"),
    "GET /api/v1/proximity/runs/{run_id}/report.docx": right("export"),
    "GET /api/v1/proximity/runs/{run_id}/report.pdf": right("export"),
    "GET /api/v1/receptors/{key}": right("look"),
    "GET /api/v1/corridors/{key}": right("look"),
    "GET /ogc": right("look"),
    "GET /ogc/conformance": right("look"),
    "GET /ogc/collections": right("look"),
    "GET /ogc/collections/{collection_id}": right("look"),
    "GET /ogc/collections/{collection_id}/items": right("export"),
    "GET /ogc/collections/{collection_id}/items/{feature_id}": right("look"),
    "GET /api/v1/exposure": right("look"),
    "POST /api/v1/exposure": right("look"),
    "GET /api/v1/rasters": right("look"),
    "GET /raster/{name}.json": right("look"),
    "GET /raster/{name}/{z}/{x}/{y}.png": right("look"),
    "GET /tiles/{layers}.json": right("look"),
    "GET /tiles/{layers}/{z}/{x}/{y}.mvt": right("look"),
}

# These find out at what stage somebody stands only when they have read what was sent.
BODIES: dict[str, dict[str, Any]] = {
    "PUT /api/v1/account/password": {"current": "not this one", "new": "nor this one"},
    "POST /api/v1/account/second-factor": {"password": "not this one"},
    "PUT /api/v1/account/second-factor": {"code": "000000"},
}
QUERIES = {
    "GET /api/v1/changes": "?layer=zones&from=2026-01-01T00:00:00Z",
    "GET /api/v1/search": "?q=厂",
    "GET /api/v1/imports/template": "?kind=enterprises",
    "GET /api/v1/area-risk": "?level=township",
    "GET /api/v1/territories/enterprises": "?q=厂",
    "GET /api/v1/proximity/runs/{run_id}/compare": "?with=00000000-0000-4000-8000-000000000000",
}
NOBODY_S = "00000000-0000-4000-8000-000000000000"
VALUES = {
    "session_id": NOBODY_S,
    "account_id": NOBODY_S,
    "key_id": NOBODY_S,
    "enterprise_id": NOBODY_S,
    "submission_id": NOBODY_S,
    "upload_id": NOBODY_S,
    "run_id": NOBODY_S,
    "alarm_id": NOBODY_S,
    "key": NOBODY_S,
    "feature_id": NOBODY_S,
    "collection_id": "zones",
    "layers": "zones",
    "name": "risk_density",
    "z": "14",
    "x": "13346",
    "y": "6560",
}
FILES = {"/app": "/language/format.js", "/styles": "/main.css", "/vendor": "/nothing.js"}
REFUSALS = {"sign_in_required", "not_permitted", "second_factor_required"}
# An answer of 401 or 403 to what was sent, from a route that has let its caller in.
NOT_BY_RIGHT = {"wrong_password", "wrong_code"}
PROBLEM = {"type", "title", "status", "detail", "code", "errors", "trace_id"}


@dataclass(frozen=True)
class Person:
    """Somebody who asks: a role of the table as its holders hold it, or somebody who is not through yet.

    Parameters
    ----------
    role : None may do nothing.
    stage : of a session; None where there is none, for machines and for who has not signed in.
    """

    name: str
    role: str | None
    stage: str | None = "complete"
    has_second_factor: bool = True
    facts: tuple[tuple[str, Any], ...] = ()
    has_key: bool = False
    app: str = "service"


def holder(role: str) -> Person:
    """A role as it is held: by an account, a key, or by everybody."""
    match ROLES[role]["is_for"]:
        case "accounts":
            return Person(role, role)
        case "keys":
            return Person(role, role, stage=None, has_key=True)
        case _:
            return Person(
                role, role, stage=None, app={"public_viewer": "public", "demo_reader": "demo"}[role]
            )


def without_second_factor(role: str) -> Person:
    needs_it = ROLES[role]["second_factor"] == "●"
    stage = "second_factor_set_up" if needs_it else "complete"
    return Person(
        f"{role} without a second factor", None if needs_it else role, stage, has_second_factor=False
    )


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
# Each kind: who must have one, who needs it for some of their rights, who for none.
ALSO_WITHOUT = ("bureau_admin", "system_admin", "security_admin", "audit_admin", "township", "expert")
PEOPLE = [
    *map(holder, ROLES),
    *map(without_second_factor, ALSO_WITHOUT),
    Person("nobody", None, stage=None),
    Person("a key of a township", "township", stage=None, has_key=True),
    Person("an account without a role", None),
    Person("a second factor not proved", None, "second_factor", False, (("totp_secret", "A" * 32),)),
    Person("a password too old", None, "new_password", True, (("password_changed_at", LONG_AGO),)),
]


@pytest.fixture(scope="module")
def engine_of_all(cluster: Cluster) -> Iterator[Engine]:
    with probing.own_world(cluster) as engine:
        yield engine


@pytest.fixture(scope="module")
def clients(
    engine_of_all: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, TestClient]]:
    """The service as it is, with a public view, and as a demonstration."""
    folder = tmp_path_factory.mktemp("data")
    with (
        probing.client_of(engine_of_all, folder) as service,
        probing.client_of(engine_of_all, folder, public_view=True) as public,
        probing.client_of(engine_of_all, folder, is_demo=True) as demo,
    ):
        yield {"service": service, "public": public, "demo": demo}


@pytest.fixture(scope="module")
def accounts(engine_of_all: Engine) -> dict[str, Account]:
    """An account for everybody who has one."""
    role_of = {person.name: person.name.removesuffix(" without a second factor") for person in PEOPLE}
    with Session(engine_of_all, expire_on_commit=False) as session, session.begin():
        return {
            person.name: probing.account(
                session,
                # Who is not through yet holds a role all the same.
                role_of[person.name] if role_of[person.name] in ROLES else held_meanwhile(person),
                **dict(person.facts),
            )
            for person in PEOPLE
            if person.stage is not None
        }


def held_meanwhile(person: Person) -> str | None:
    return None if person.stage == "complete" else "bureau_analyst"


def routes_of(app: FastAPI) -> set[str]:
    """Every route as `METHOD /path`; what is mounted by its folder."""
    found = set()
    for context in iter_route_contexts(app.routes):
        named = context.methods or {"MOUNT"}
        found |= {f"{method} {context.path}" for method in named}
    return found


def test_every_route_stands_in_the_table(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path), create_engine("postgresql+psycopg://"))
    assert routes_of(app) == set(WHO_MAY)


def test_a_new_route_would_be_missed_in_the_table(tmp_path: Path) -> None:
    """The test above can fail."""
    app = create_app(Settings(data_dir=tmp_path), create_engine("postgresql+psycopg://"))

    @app.get("/new")
    def new() -> None:
        pass

    app.router.routes.append(Route("/plain", new, methods=["POST"]))
    assert routes_of(app) - set(WHO_MAY) == {"GET /new", "POST /plain"}


@pytest.mark.parametrize("route", WHO_MAY)
def test_a_route_lets_in_who_the_table_says_and_nobody_else(
    route: str, clients: dict[str, TestClient], accounts: dict[str, Account], engine_of_all: Engine
) -> None:
    for client in clients.values():
        client.app.state.throttle = Throttle()
    wrong = {
        person.name: (expected, told)
        for person in PEOPLE
        if (told := outcome(route, person, clients, accounts, engine_of_all))
        != (expected := judged(route, person))
    }
    assert wrong == {}


def judged(route: str, person: Person) -> tuple[int, str] | None:
    """Status and code of the refusal that the table demands; None is to be let in."""
    match WHO_MAY[route]:
        case Stages(stages):
            return None if person.stage in stages else (401, "sign_in_required")
        case Right(actions):
            return refused_by_right(actions, person)
        case _:
            return None


def refused_by_right(actions: frozenset[str], person: Person) -> tuple[int, str] | None:
    if person.role is None:
        # Who is through and holds no role is known, and may nothing.
        return (403, "not_permitted") if person.stage == "complete" else (401, "sign_in_required")
    allowed = {action for action in actions if ROLES[person.role][action] == "●"}
    if not allowed:
        return 403, "not_permitted"
    if not person.has_second_factor and allowed <= ONLY_WITH_A_SECOND_FACTOR:
        return 403, "second_factor_required"
    return None


def outcome(
    route: str,
    person: Person,
    clients: dict[str, TestClient],
    accounts: dict[str, Account],
    engine: Engine,
) -> tuple[int, str] | None:
    """Status and code of a refusal as it was answered, None for who was let in."""
    method, path = request_of(route)
    body = {} if method in ("GET", "DELETE") else {"json": BODIES.get(route, {})}
    caller = caller_of(person, accounts, engine)
    answer = probing.ask(clients[person.app], caller, method, path, **body)
    assert answer.status_code < 500
    if answer.status_code not in (401, 403) or answer.json()["code"] in NOT_BY_RIGHT:
        return None
    document = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(document) == PROBLEM
    assert (document["code"] in REFUSALS, document["errors"]) == (True, [])
    return answer.status_code, document["code"]


def request_of(route: str) -> tuple[str, str]:
    """A method and an address of a route."""
    method, _, path = route.partition(" ")
    if method == "MOUNT":
        return "GET", path + FILES[path]
    for name, value in VALUES.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, "a parameter that this test does not know"
    return method, path + QUERIES.get(route, "")


def caller_of(person: Person, accounts: dict[str, Account], engine: Engine) -> Caller:
    """The person with a session that is new, for some routes end it."""
    with Session(engine) as session, session.begin():
        if person.has_key:
            headers = probing.key(session, str(person.role))
        elif person.stage is not None:
            headers = probing.cookie(
                session, accounts[person.name], has_second_factor=person.has_second_factor
            )
        else:
            headers = {}
    return Caller(person.name, headers, person.app)
