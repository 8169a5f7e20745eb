"""Where the real data sets are, for the tests that need them."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


def real_data_folder() -> Path:
    """Give RISKMAP_REAL_DATA, by default ../shared/data beside the project."""
    return Path(os.environ.get("RISKMAP_REAL_DATA", PROJECT.parent / "shared" / "data"))


def real_data(*parts: str) -> Path:
    """Give a file of the real data; skip the test, saying so, where it is not."""
    path = real_data_folder().joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no real data at {path}: set RISKMAP_REAL_DATA")
    return path
