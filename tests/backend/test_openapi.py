"""The description of the API says what the API does."""

from fastapi.testclient import TestClient


def test_every_refusal_is_described_as_a_problem_document(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    described = {
        (path, status): list(answer.get("content", {}))
        for path, actions in paths.items()
        for action in actions.values()
        for status, answer in action["responses"].items()
        if not status.startswith("2")
    }
    assert described
    assert set(map(tuple, described.values())) == {("application/problem+json",)}
    assert {status for _, status in described} == {"4XX", "5XX"}


def test_every_route_is_described_by_its_docstring(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert paths["/api/v1/vocabulary"]["get"]["summary"].startswith("Every code that the service speaks")
    assert all(action["summary"].endswith(".") for actions in paths.values() for action in actions.values())


def test_features_are_described_as_geojson(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    items = paths["/ogc/collections/{collection_id}/items"]["get"]["responses"]["200"]
    assert list(items["content"]) == ["application/geo+json"]


def test_what_fails_inside_tells_no_cause(client: TestClient) -> None:
    @client.app.get("/broken")
    def broken() -> None:
        raise RuntimeError("password=secret")

    answer = client.get("/broken")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in answer.text
    assert len(answer.json()["trace_id"]) == 32
