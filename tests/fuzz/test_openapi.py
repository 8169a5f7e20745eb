"""Whatever is asked, the service answers as it describes itself, and never that it failed."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from backend.accounts.throttle import Throttle
from backend.operating.cluster import Cluster
from tests import make, probing
from tests.probing import OWN_PAGE, Caller

pytestmark = pytest.mark.slow

SEED = 20261126
EXAMPLES = 60
TOWNSHIP = "410411001"
QUIET = [
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
    HealthCheck.function_scoped_fixture,
]
# These end the session that asks (the fifth wrong code does), or take a password's time to answer.
LEFT_OUT = {
    ("POST", "/api/v1/session/second-factor"),
    ("DELETE", "/api/v1/session"),
    ("PUT", "/api/v1/account/password"),
    ("POST", "/api/v1/account/second-factor"),
    ("PUT", "/api/v1/account/second-factor"),
    ("POST", "/api/v1/account/second-factor/removal"),
    ("POST", "/api/v1/session"),
    ("PUT", "/api/v1/activation"),
}
PEOPLE = {"bureau_admin": (), "township": (TOWNSHIP,), "system_admin": (), "security_admin": ()}


@pytest.fixture(scope="module")
def engine_to_fuzz(cluster: Cluster) -> Iterator[Engine]:
    with probing.own_world(cluster) as engine:
        with Session(engine) as session, session.begin():
            make.area(session, TOWNSHIP, "马庄街道", make.square(side=0.01), level="township")
            site = make.enterprise(session, township_code=TOWNSHIP, sector_code="education", grade=1)
            make.zone(session, site, grade=2)
            make.receptor(session, enterprise_id=site.id)
            make.area(session, "410411", "湛河区", make.square(side=0.1))
        yield engine


@pytest.fixture(scope="module")
def client_to_fuzz(engine_to_fuzz: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with probing.client_of(engine_to_fuzz, tmp_path_factory.mktemp("data")) as client:
        yield client


@pytest.fixture(scope="module")
def callers(engine_to_fuzz: Engine) -> dict[str, Caller]:
    with Session(engine_to_fuzz) as session, session.begin():
        return {
            role: Caller(role, probing.cookie(session, probing.account(session, role, codes)))
            for role, codes in PEOPLE.items()
        }


@pytest.fixture(scope="module")
def operations(client_to_fuzz: TestClient) -> list[Any]:
    """Every route that is described, as schemathesis reads it."""
    app: Any = client_to_fuzz.app
    document = app.openapi()

    # The service's own description is for who is signed in, and the reader of descriptions is not.
    @app.get("/described.json", include_in_schema=False)
    def describe() -> dict[str, Any]:
        return document

    schema = schemathesis.openapi.from_asgi("/described.json", app)
    found = [operation.ok() for operation in schema.get_all_operations()]
    return [each for each in found if (each.method.upper(), each.path) not in LEFT_OUT]


@pytest.mark.parametrize("role", PEOPLE)
def test_every_answer_is_one_that_is_described(
    role: str, client_to_fuzz: TestClient, callers: dict[str, Caller], operations: list[Any]
) -> None:
    token = callers[role].headers["Cookie"].partition("=")[2]
    faults: list[str] = []
    statuses: Counter[int] = Counter()
    for operation in operations:
        fuzz(operation, client_to_fuzz, token, faults, statuses)
    assert faults == []
    # Neither shut out, nor asked only what is right.
    assert (statuses[401], statuses[200] > 10, statuses[400] > 10) == (0, True, True)


def fuzz(operation: Any, client: TestClient, token: str, faults: list[str], statuses: Counter[int]) -> None:
    """Ask one route what it does not expect, note what is wrong and count the answers."""

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=QUIET,
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        client.app.state.throttle = Throttle()
        # What is judged is the answer; how long it takes on a busy machine is not.
        answer = case.call(
            headers=OWN_PAGE, cookies={probing.COOKIE: token}, base_url=probing.ADDRESS, timeout=120
        )
        statuses[answer.status_code] += 1
        try:
            case.validate_response(
                answer,
                checks=[
                    not_a_server_error,
                    status_code_conformance,
                    content_type_conformance,
                    response_schema_conformance,
                ],
            )
        except (FailureGroup, Failure) as fault:
            faults.append(f"{operation.method.upper()} {operation.path}: {str(fault)[:600]}")

    ask()


# ---------------------------------------------------------------- what no description foresees

UNKIND = st.one_of(
    st.text(max_size=60),
    st.text(st.sampled_from("'\"\\;%_-/*\x00\ud800\u202e＇０ ,{}[]()<>$"), max_size=30),
    st.sampled_from(
        [
            "' OR 1=1 --",
            "\x00",
            "\ud800",
            "9" * 400,
            "-1",
            "1e999",
            "NaN",
            "../../etc/passwd",
            "%2e%2e%2f",
            "{}",
            "{410411001}",
            "00000000-0000-0000-0000-00000000000g",
            "x" * 9000,
        ]
    ),
)
PLACES = (
    "/api/v1/enterprises/{}",
    "/api/v1/zones/{}",
    "/api/v1/receptors/{}",
    "/api/v1/accounts/{}",
    "/ogc/collections/{}",
    "/ogc/collections/{}/items",
    "/ogc/collections/zones/items/{}",
    "/ogc/collections/zones/items?bbox={}",
    "/ogc/collections/zones/items?after={}",
    "/ogc/collections/zones/items?datetime={}",
    "/tiles/{}.json",
    "/tiles/zones/{}/1/1.mvt",
    "/api/v1/search?q={}",
    "/api/v1/counts?bbox={}",
    "/api/v1/counts?datetime={}",
    "/api/v1/changes?layer={}&from=2026-01-01T00:00:00Z",
    "/api/v1/changes?layer=zones&from={}",
    "/tiles/zones/14/13346/6560.mvt?datetime={}",
    "/api/v1/exposure?enterprise={}",
    "/api/v1/exposure?enterprise=1&distance_m={}",
    "/raster/{}.json",
    "/raster/risk_density/{}/1/1.png",
    "/api/v1/accounts?q={}",
    "/api/v1/accounts?sort={}",
    "/api/v1/accounts?role={}",
    "/api/v1/territories/enterprises?q={}",
    "/api/v1/audit?since={}",
    "/api/v1/audit?before={}",
)
BODIES = (
    ("POST", "/api/v1/session/link", lambda word: {"token": word}),
    ("POST", "/api/v1/session/second-factor", lambda word: {"code": word}),
    ("POST", "/api/v1/activation", lambda word: {"token": word}),
    ("POST", "/api/v1/accounts", lambda word: {"username": word, "name": word, "unit": word}),
    (
        "POST",
        "/api/v1/api-keys",
        lambda word: {"name": word, "role": word, "codes": [word], "expires_at": "2026-12-31"},
    ),
    ("PUT", "/api/v1/accounts/{}/grant", lambda word: {"role": word, "codes": [word]}),
    ("PUT", "/api/v1/accounts/{}/grant", lambda word: {"role": "township", "codes": [word]}),
    ("PUT", "/api/v1/accounts/{}/grant", lambda word: {"role": "expert", "codes": [word]}),
)
LONG = settings(max_examples=300, deadline=None, database=None, derandomize=True, suppress_health_check=QUIET)


def escaped(word: str) -> str:
    """A text as an address carries it, lone surrogates as the three bytes that they are not in UTF-8."""
    return quote(word.encode("utf-8", "surrogatepass"), safe="")


def as_header(word: str) -> bytes:
    """A text as a header may carry it: any bytes but those that end it."""
    return re.sub(rb"[\r\n\x00]", b"", word.encode("utf-8", "surrogatepass"))


@given(word=UNKIND, place=st.sampled_from(PLACES), role=st.sampled_from([*PEOPLE]))
@LONG
def test_no_unkind_address_breaks_anything(
    client_to_fuzz: TestClient, callers: dict[str, Caller], word: str, place: str, role: str
) -> None:
    answer = probing.ask(client_to_fuzz, callers[role], "GET", place.format(escaped(word)))
    assert answer.status_code < 500


@given(word=UNKIND, header=st.sampled_from(["Cookie", "Authorization", "If-None-Match", "User-Agent"]))
@LONG
def test_no_unkind_header_breaks_anything(client_to_fuzz: TestClient, word: str, header: str) -> None:
    client_to_fuzz.app.state.throttle = Throttle()
    begun = {"Cookie": f"{probing.COOKIE}=".encode(), "Authorization": b"Bearer rmk_"}.get(header, b"")
    for value in (begun + as_header(word), as_header(word)):
        for path in ("/tiles/zones/14/13346/6560.mvt", "/api/v1/session"):
            answer = client_to_fuzz.get(path, headers={header: value})
            assert answer.status_code in (200, 401)


@given(word=UNKIND, about=st.sampled_from(BODIES), role=st.sampled_from([*PEOPLE]))
@LONG
def test_no_unkind_body_breaks_anything(
    client_to_fuzz: TestClient, callers: dict[str, Caller], word: str, about: Any, role: str
) -> None:
    client_to_fuzz.app.state.throttle = Throttle()
    method, path, body = about
    # Escapes of JSON carry what UTF-8 cannot, lone surrogates and NUL.
    content = json.dumps(body(word)).encode("ascii")
    headers = {"Content-Type": "application/json", "If-Match": '"1"'}
    path = path.format("00000000-0000-4000-8000-000000000000")
    answer = probing.ask(client_to_fuzz, callers[role], method, path, content=content, headers=headers)
    assert answer.status_code < 500


@given(codes=st.lists(UNKIND, max_size=5), role=st.sampled_from(["township", "sector_department"]))
@LONG
def test_no_unkind_scope_breaks_anything(
    client_to_fuzz: TestClient, engine_to_fuzz: Engine, codes: list[str], role: str
) -> None:
    """Codes as an earlier version may have left them in the table, as far as the table can hold them."""
    kept = [code.replace("\x00", "").encode("utf-8", "replace").decode() for code in codes]
    with Session(engine_to_fuzz) as session, session.begin():
        caller = Caller(role, probing.cookie(session, probing.account(session, role, kept)))
    for path in ("/tiles/zones,enterprises/14/13346/6560.mvt", "/api/v1/counts", "/api/v1/session"):
        assert probing.ask(client_to_fuzz, caller, "GET", path).status_code == 200


@pytest.mark.parametrize("word", ["\x00", "a\x00b", "' OR 1=1 --", "\u202e", "x" * 200, "ﬀ" * 60, " "])
def test_no_unkind_credentials_break_anything(client_to_fuzz: TestClient, word: str) -> None:
    client_to_fuzz.app.state.throttle = Throttle()
    given = {"username": word, "password": word}
    answer = probing.ask(client_to_fuzz, Caller("nobody"), "POST", "/api/v1/session", json=given)
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_credentials")
    given = {"token": word, "password": word}
    answer = probing.ask(client_to_fuzz, Caller("nobody"), "PUT", "/api/v1/activation", json=given)
    assert (answer.status_code, answer.json()["code"]) == (404, "link_invalid")
