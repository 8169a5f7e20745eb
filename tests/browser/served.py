"""The application on a free port, over a database of the caller's."""

from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Engine

from backend.app import create_app
from backend.settings import Settings
from tests import servers


def served(engine: Engine, data_dir: Path) -> AbstractContextManager[str]:
    """Serve a database and give the address."""
    return servers.served(create_app(Settings(data_dir=data_dir), engine, is_demo=True))
