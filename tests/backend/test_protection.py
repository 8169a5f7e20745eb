"""What is done with every request."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from backend.web.protection import BoundedBody, KnownMethods, ProtectiveHeaders, SameOriginWrites
from tests import make
from tests.servers import served

OWN = {"X-CSRF": "1", "Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/healthz", "/api/v1/vocabulary", "/ogc", "/tiles/zones/1/0/0.mvt"]
)
def test_head_is_get_without_a_body(client: TestClient, path: str) -> None:
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


def test_what_a_route_does_not_support_is_said_with_what_it_does(client: TestClient) -> None:
    answer = client.post("/api/v1/vocabulary", headers={"X-CSRF": "1"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000", "192.168.3.4"])
def test_the_service_is_known_by_its_address(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", ""])
def test_a_name_that_is_not_ours_is_refused(client: TestClient, session: Session, host: str) -> None:
    make.enterprise(session, "机密企业")
    answer = client.get("/api/v1/search?q=机密", headers={"Host": host})
    assert (answer.status_code, answer.headers["content-type"]) == (421, "application/problem+json")
    assert "机密企业" not in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/api/v1/district", "/ogc/collections", "/tiles/zones/1/0/0.mvt", "/nowhere"]
)
def test_every_answer_protects_its_reader(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert "no-cache" in headers["cache-control"]
    assert headers["permissions-policy"] == "geolocation=(), camera=(), microphone=()"


@pytest.mark.parametrize(
    "path", ["/package.json", "/node_modules/x", "/tests/x", "/app/../package.json", "/.git/HEAD"]
)
def test_only_the_pages_own_folders_are_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_map_s_worker_may_fetch_tiles(client: TestClient) -> None:
    policy = client.get("/vendor/maplibre-gl/dist/maplibre-gl-worker.mjs").headers["content-security-policy"]
    assert "connect-src 'self'" in policy


def test_only_over_https_a_browser_is_told_to_stay_with_https() -> None:
    app = echo(ProtectiveHeaders)
    secure, plain = (TestClient(app, f"{scheme}://localhost").get("/") for scheme in ("https", "http"))
    assert secure.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert "strict-transport-security" not in plain.headers


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
def test_a_method_that_no_route_has_is_refused(method: str) -> None:
    answer = TestClient(echo(KnownMethods)).request(method, "/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert method not in answer.headers["allow"].split(", ")


def test_the_service_refuses_to_be_traced(client: TestClient) -> None:
    assert client.request("TRACE", "/api/v1/vocabulary").status_code == 405


def test_a_write_from_elsewhere_is_refused_before_any_route_sees_it(client: TestClient) -> None:
    answer = client.post("/nowhere", headers={"Origin": "https://evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")


@pytest.mark.parametrize(
    "headers",
    [
        OWN,
        {"X-CSRF": "1"},
        {"X-CSRF": "1", "Origin": "http://LOCALHOST:80"},
        {"Authorization": "Bearer key"},
        {"Authorization": "Bearer key", "Origin": "https://elsewhere.example"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_our_own_page_and_the_holder_of_a_key_may_write(method: str, headers: dict[str, str]) -> None:
    answer = writes().request(method, "/", headers=headers | JSON, content="{}")
    assert (answer.status_code, answer.text) == (200, "{}")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        OWN | {"Origin": "http://evil.example"},
        OWN | {"Origin": "https://localhost"},
        OWN | {"Origin": "http://localhost:8001"},
        OWN | {"Origin": "http://localhost.evil.example"},
        OWN | {"Origin": "null"},
        OWN | {"Origin": "http://localhost:port"},
        OWN | {"Origin": ""},
        OWN | {"Sec-Fetch-Site": "same-site"},
        OWN | {"Sec-Fetch-Site": "cross-site"},
        OWN | {"Sec-Fetch-Site": "none"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_page_from_elsewhere_may_not_write(method: str, headers: dict[str, str]) -> None:
    answer = writes().request(method, "/", headers=headers | JSON, content="{}")
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_page_from_elsewhere_may_ask(method: str) -> None:
    assert writes().request(method, "/", headers={"Origin": "https://elsewhere.example"}).status_code == 200


@pytest.mark.parametrize("written_as", ["text/plain", "application/x-www-form-urlencoded", ""])
@pytest.mark.parametrize("sender", [OWN, {"Authorization": "Bearer key"}])
def test_what_is_written_must_be_json(written_as: str, sender: dict[str, str]) -> None:
    answer = writes().post("/", headers=sender | {"Content-Type": written_as}, content="{}")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_what_is_written_in_pieces_must_be_json_too() -> None:
    answer = writes().post("/", headers=OWN, content=iter([b"a=", b"b"]))
    assert answer.status_code == 415


def test_a_write_without_content_needs_no_type() -> None:
    assert writes().post("/", headers=OWN).status_code == 200


@pytest.mark.parametrize("size", [0, 1, 100])
def test_content_within_bounds_arrives_whole(size: int) -> None:
    client = TestClient(echo(BoundedBody, max_bytes=100))
    assert client.post("/", content=b"x" * size).text == "x" * size
    assert client.post("/", content=iter([b"x"] * size)).text == "x" * size


def test_content_that_says_it_is_too_large_is_not_read() -> None:
    with bounded(max_bytes=100) as connection:
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", "101")
        connection.endheaders()
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)["code"]) == (413, "content_too_large")


def test_content_that_turns_out_too_large_is_refused() -> None:
    with bounded(max_bytes=100) as connection:
        connection.request("POST", "/", iter([b"x" * 60, b"x" * 60]), encode_chunked=True,
                           headers={"Transfer-Encoding": "chunked"})  # fmt: skip
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)["code"]) == (413, "content_too_large")


def test_content_that_does_not_come_is_not_waited_for() -> None:
    with bounded(seconds=0.5) as connection:
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", "10")
        connection.endheaders(b"12345")
        begun = time.monotonic()
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)["code"]) == (408, "request_timeout")
        assert answer.headers["connection"] == "close"
        assert 0.4 < time.monotonic() - begun < 3


def test_the_service_takes_no_more_than_a_mebibyte(client: TestClient) -> None:
    answer = client.post(
        "/nowhere", headers=OWN | {"Origin": "http://testserver"} | JSON, content=b" " * (2 << 20)
    )
    assert answer.status_code == 413


def test_readiness_tells_no_versions(client: TestClient) -> None:
    assert client.get("/readyz").json() == {"status": "ok", "database": "ok"}


def writes() -> TestClient:
    return TestClient(echo(SameOriginWrites), "http://localhost")


@contextmanager
def bounded(**bounds: float) -> Iterator[HTTPConnection]:
    """Connect to a server that answers with what it is sent, within bounds."""
    with served(echo(BoundedBody, **bounds)) as address:
        connection = HTTPConnection(address.removeprefix("http://"), timeout=10)
        yield connection
        connection.close()


def echo(protection: Callable[..., ASGIApp], **options: float) -> FastAPI:
    """Answer every request with its content, behind one protection."""
    app = FastAPI()

    async def answer(request: Request) -> Response:
        return Response(await request.body())

    app.add_route("/", answer, methods=["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])
    app.add_middleware(protection, **options)
    return app
