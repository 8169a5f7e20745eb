"""A real PostgreSQL for the whole run; each test works in a transaction that is rolled back."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from backend.app import create_app
from backend.database import read_session, write_session
from backend.operating import embedded
from backend.operating.cluster import SHORT_TEMPORARY, Cluster
from backend.settings import Settings
from tests import databases


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return a throw-away cluster, on the code path of the real one."""
    with embedded.throwaway_cluster() as cluster:
        databases.build_template(cluster)
        yield cluster


@pytest.fixture(scope="session")
def engine(cluster: Cluster) -> Iterator[Engine]:
    """Reach the database that the rolled-back tests share; it stays as the migrations left it."""
    with databases.own_database(cluster) as engine:
        yield engine


@pytest.fixture
def own_engine(cluster: Cluster) -> Iterator[Engine]:
    """Reach a migrated database of the test's own, for what must commit."""
    with databases.own_database(cluster) as engine:
        yield engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Open a session whose commits are savepoints of a transaction that is rolled back."""
    with engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Make an empty data folder that the server's OS user may enter, unlike pytest's `tmp_path`."""
    folder = Path(tempfile.mkdtemp(prefix="riskmap-data-", dir=SHORT_TEMPORARY))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def client(session: Session, engine: Engine, tmp_path: Path) -> TestClient:
    """Call the application over HTTP; reads and writes see what `session` wrote and are rolled back with it."""

    def write() -> Iterator[Session]:
        with session.begin_nested():
            yield session

    app = create_app(Settings(data_dir=tmp_path, allowed_hosts=["testserver"]), engine, is_demo=True)
    app.dependency_overrides[read_session] = lambda: session
    app.dependency_overrides[write_session] = write
    app.state.transaction = contextmanager(write)
    # Without "with": the application's start-up work reads through its own connections, which see no test rows.
    return TestClient(app, raise_server_exceptions=False)
