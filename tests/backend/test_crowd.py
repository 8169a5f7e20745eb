"""Many readers at once: everybody is answered, and the service goes on."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.app import create_app
from backend.database import ReadSession, WriteSession
from backend.migrations.grants import grant
from backend.operating.postgres_config import ROLE
from backend.settings import Settings
from tests import databases, make
from tests.servers import served

# What the page itself sends along with a change.
OWN_PAGE = {"X-CSRF": "1"}


@pytest.fixture
def app(own_engine: Engine, tmp_path: Path) -> FastAPI:
    return create_app(Settings(data_dir=tmp_path), own_engine, is_demo=True)


def test_a_hundred_readers_at_once_are_all_answered(app: FastAPI, own_engine: Engine) -> None:
    with Session(own_engine) as session, session.begin():
        site = make.enterprise(session)
        number = site.number

    with served(app) as address, ThreadPoolExecutor(100) as crowd:
        path = f"{address}/api/v1/enterprises/{number}"
        answers = list(crowd.map(lambda _: urlopen(path, timeout=30).status, range(100)))
    assert answers == [200] * 100


def test_a_reading_route_cannot_write(app: FastAPI) -> None:
    @app.get("/try")
    def write(session: ReadSession) -> None:
        session.commit()
        session.execute(text("DELETE FROM zone"))

    answer = TestClient(app, "http://localhost", raise_server_exceptions=False).get("/try")
    assert answer.status_code == 500


def test_a_commit_that_fails_is_not_answered_as_done(app: FastAPI, own_engine: Engine) -> None:
    with databases.as_owner(own_engine) as owner, owner.begin() as connection:
        connection.execute(text("CREATE TABLE parent (id int PRIMARY KEY)"))
        connection.execute(
            text("CREATE TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
        )
        grant(connection, ROLE)

    @app.post("/try")
    def write(session: WriteSession) -> dict[str, str]:
        session.execute(text("INSERT INTO child VALUES (1)"))
        return {"status": "done"}

    with pytest.raises(IntegrityError):
        TestClient(app, "http://localhost", headers=OWN_PAGE).post("/try")
    client = TestClient(app, "http://localhost", raise_server_exceptions=False, headers=OWN_PAGE)
    assert client.post("/try").status_code == 500
