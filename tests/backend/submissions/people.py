"""People of several organisations, and what they send."""

from typing import Any
from uuid import UUID, uuid4, uuid5

from fastapi.testclient import TestClient
from httpx2 import Response
from shapely import Polygon
from shapely.geometry import mapping

from backend.accounts.access import current_actor
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind

NAMESPACE = UUID("6d1f3a52-0000-4000-8000-000000000000")
MAZHUANG, NANHUAN = "410411001", "410411002"
HIGH = {"method": "lec", "scale": "lec-2019-general", "factors": {"L": 6, "E": 6, "C": 15}}
CONSIDERABLE = {"method": "lec", "scale": "lec-2019-general", "factors": {"L": 3, "E": 6, "C": 15}}
GENERAL = {"method": "lec", "scale": "lec-2019-general", "factors": {"L": 1, "E": 6, "C": 15}}
LOW = {"method": "lec", "scale": "lec-2019-general", "factors": {"L": 1, "E": 3, "C": 7}}
EVIDENCE = "现场核查记录 2026-017：工艺已改造"


def person(name: str, role: str, kind: ScopeKind, *codes: object) -> Actor:
    """Somebody with an account."""
    scope = EVERYTHING if kind is ScopeKind.EVERYTHING else Scope(kind, frozenset(map(str, codes)))
    return Actor(name, scope, ROLES[role], uuid5(NAMESPACE, name), has_second_factor=True)


BUREAU = person("bureau", "bureau_admin", ScopeKind.EVERYTHING)
TOWN = person("mazhuang", "township", ScopeKind.TOWNSHIPS, MAZHUANG)
TOWN_COLLEAGUE = person("mazhuang-2", "township", ScopeKind.TOWNSHIPS, MAZHUANG)
OTHER_TOWN = person("nanhuan", "township", ScopeKind.TOWNSHIPS, NANHUAN)
SECTOR = person("chemical", "sector_department", ScopeKind.SECTORS, "chemical")


def firm(enterprise_id: UUID, name: str = "firm") -> Actor:
    """Somebody of an enterprise."""
    return person(name, "enterprise", ScopeKind.ENTERPRISES, enterprise_id)


class Office:
    """One person at the service."""

    def __init__(self, client: TestClient, actor: Actor) -> None:
        self.client = client
        self.actor = actor

    def ask(self, method: str, path: str, version: int | None = None, **options: Any) -> Response:
        self.client.app.dependency_overrides[current_actor] = lambda: self.actor
        headers = (
            options.pop("headers", {})
            | {"X-CSRF": "1"}
            | ({} if version is None else {"If-Match": f'"{version}"'})
        )
        return self.client.request(method, f"/api/v1{path}", headers=headers, **options)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.ask("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def begin(self, enterprise_id: UUID | None, *changes: dict[str, Any], title: str = "年度辨识") -> Any:
        body: dict[str, Any] = {"title": title, "changes": list(changes)}
        if enterprise_id is not None:
            body["enterprise_id"] = str(enterprise_id)
        answer = self.ask("POST", "/submissions", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def save(self, submission: Any, **named: Any) -> Any:
        answer = self.ask("PATCH", f"/submissions/{submission['id']}", submission["version"], json=named)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def check(self, submission: Any) -> Any:
        answer = self.ask("POST", f"/submissions/{submission['id']}/check")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def does(self, what: str, submission: Any, **body: Any) -> Response:
        path = f"/submissions/{submission['id']}/{what}"
        options = {"json": body} if what in ("return", "publish") else {}
        return self.ask("POST", path, submission["version"], **options)

    def must(self, what: str, submission: Any, **body: Any) -> Any:
        answer = self.does(what, submission, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()


def put(
    what: str, row_id: UUID | str | None = None, seen: int | None = None, /, **facts: Any
) -> dict[str, Any]:
    """A change that makes or changes a row."""
    return {"kind": what, "id": str(row_id or uuid4()), "seen": seen, "facts": facts}


def delete(kind: str, row_id: UUID | str, seen: int) -> dict[str, Any]:
    """A change that takes a row away."""
    return {"kind": kind, "op": "delete", "id": str(row_id), "seen": seen}


def drawn(polygon: Polygon) -> dict[str, Any]:
    """A polygon as GeoJSON."""
    return {"type": "Polygon", "coordinates": [list(map(list, mapping(polygon)["coordinates"][0]))]}


def whole_zone(name: str, polygon: Polygon, inherent: dict[str, Any], **event: Any) -> list[dict[str, Any]]:
    """A zone with a risk point and one assessed event."""
    zone, point = put("zone", name=name, boundary=drawn(polygon), floor="1F"), uuid4()
    return [
        zone,
        put("risk_point", point, zone_id=zone["id"], name=f"{name}作业点", kind="activity"),
        put(
            "risk_event",
            risk_point_id=str(point),
            name="反应失控引起爆炸",
            hazard_source="反应釜超温",
            inherent=inherent,
            **event,
        ),
    ]
