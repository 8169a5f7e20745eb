"""What the tests of saved runs share."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from tests.backend.proximity.saved import lay_out, service
from tests.signed_in import quick_hashing

__all__ = ["quick_hashing"]


@pytest.fixture
def register(own_engine: Engine) -> Engine:
    """A plant, a school and a highway."""
    lay_out(own_engine)
    return own_engine


@pytest.fixture
def web(register: Engine, tmp_path: Path) -> TestClient:
    """A browser at a service over it."""
    return service(register, tmp_path)
