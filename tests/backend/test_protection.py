"""What is done with every request."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from tests import make


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/healthz", "/api/v1/vocabulary", "/ogc", "/tiles/zones/1/0/0.mvt"]
)
def test_head_is_get_without_a_body(client: TestClient, path: str) -> None:
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


def test_what_a_route_does_not_support_is_said_with_what_it_does(client: TestClient) -> None:
    answer = client.post("/api/v1/vocabulary")
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


@pytest.mark.parametrize(
    "path", ["/package.json", "/node_modules/x", "/tests/x", "/app/../package.json", "/.git/HEAD"]
)
def test_only_the_pages_own_folders_are_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_map_s_worker_may_fetch_tiles(client: TestClient) -> None:
    policy = client.get("/vendor/maplibre-gl/dist/maplibre-gl-worker.mjs").headers["content-security-policy"]
    assert "connect-src 'self'" in policy
