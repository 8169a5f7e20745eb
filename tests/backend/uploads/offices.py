"""A register of two townships, and offices that send files to it."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import openpyxl
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from backend.app import create_app
from backend.enterprises.models import Enterprise
from backend.settings import Settings
from tests import make
from tests.signed_in import HTTPS, as_role, at

NORTH, SOUTH = "410411001", "410411002"
SOURCE = "台账"
FILE = {"Content-Type": "application/octet-stream"}
Rows = Sequence[Mapping[str, object]]


def service(engine: Engine, folder: Path, *, is_demo: bool = False) -> TestClient:
    """A browser at a service that keeps its files in a folder."""
    settings = Settings(data_dir=folder, allowed_hosts=["testserver"])
    return at(create_app(settings, engine, is_demo=is_demo), HTTPS)


def lay_out(engine: Engine) -> None:
    """Two townships with two enterprises each, imported under the same source."""
    with Session(engine) as session, session.begin():
        for code, name in ((NORTH, "北街道"), (SOUTH, "南街道")):
            make.area(session, code, name, None, level="township")
            for number in (1, 2):
                site = make.enterprise(session, f"{name}{number}厂", township_code=code)
                site.source, site.source_id = SOURCE, f"{name[0]}{number}"


def office(browser: TestClient, township: str = NORTH) -> TestClient:
    """Somebody of a township, at the same service."""
    return as_role(browser, "township", [township], has_second_factor=True)


def bureau(browser: TestClient) -> TestClient:
    """Somebody of the bureau, at the same service."""
    return as_role(browser, "bureau_admin")


def workbook(rows: Rows, sheet: str = "企业") -> bytes:
    """Rows as a workbook."""
    book = openpyxl.Workbook()
    table = book.active
    assert table is not None
    table.title = sheet
    columns = list({column: None for row in rows for column in row})
    table.append(columns)
    for row in rows:
        table.append([row.get(column) for column in columns])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def row(number: str, name: str, **facts: object) -> dict[str, object]:
    """One line of a list of enterprises."""
    return {"数据编号": number, "名称": name, **facts}


def send(browser: TestClient, content: bytes, name: str = "企业台账.xlsx", **said: Any) -> Response:
    """Send a file, and tell what was answered."""
    query = urlencode({"kind": "enterprises", "name": name, "source": SOURCE, **said})
    return browser.post(f"/api/v1/imports?{query}", content=content, headers=FILE)


def previewed(browser: TestClient, rows: Rows, **said: Any) -> dict[str, Any]:
    """Send rows, and wait for what they would change."""
    answer = send(browser, workbook(rows), **said)
    assert answer.status_code == 201, answer.text
    return rested(browser, answer.json())


def rested(browser: TestClient, upload: dict[str, Any]) -> dict[str, Any]:
    """Wait until an upload is not worked on."""
    for _ in range(600):
        if upload["state"] not in ("working", "committing"):
            return upload
        upload = browser.get(f"/api/v1/imports/{upload['id']}").json()
    raise AssertionError("the work does not end")


def commit(browser: TestClient, upload: Mapping[str, Any], **said: Any) -> Response:
    """Agree to what an upload would change."""
    return browser.post(
        f"/api/v1/imports/{upload['id']}/commit", json=said, headers={"If-Match": f'"{upload["version"]}"'}
    )


def names(engine: Engine) -> dict[str, str]:
    """The names of all enterprises, by their source's key."""
    with Session(engine) as session:
        return {site.source_id: site.name for site in session.query(Enterprise)}
