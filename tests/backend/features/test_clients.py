"""GDAL reads the service as an OGC API client of its own making."""

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import geopandas
import pyogrio
import pytest
from shapely import Point
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from backend.app import create_app
from backend.layers import LAYERS
from backend.settings import Settings
from tests import make
from tests.servers import served

# More than GDAL's own page, so that it must follow the `next` links.
SITES = 2500


@pytest.fixture
def ogc(own_engine: Engine, tmp_path: Path) -> Iterator[str]:
    """The address of the service over a register of many sites."""
    with Session(own_engine) as session, session.begin():
        for serial in range(SITES):
            make.enterprise(
                session, f"企业{serial}", Point(113.2 + serial * 1e-5, 33.7), grade=serial % 4 + 1
            )
    with served(create_app(Settings(data_dir=tmp_path), own_engine, is_demo=True)) as address:
        yield f"OAPIF:{address}/ogc"


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Executor]:
    """Another process for the client: GDAL keeps the interpreter while it waits for the server in this one."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        yield executor


def test_gdal_lists_every_collection(ogc: str, elsewhere: Executor) -> None:
    found = elsewhere.submit(pyogrio.list_layers, ogc).result(timeout=60)
    assert {name for name, _ in found} == set(LAYERS)


def test_gdal_reads_every_feature_over_all_pages(ogc: str, elsewhere: Executor) -> None:
    frame = elsewhere.submit(geopandas.read_file, ogc, layer="enterprises").result(timeout=60)
    assert len(frame) == frame["number"].nunique() == SITES
    assert frame.geometry.x.max() == pytest.approx(113.2 + (SITES - 1) * 1e-5)
    assert frame["grade"].value_counts().to_dict() == dict.fromkeys((1, 2, 3, 4), SITES // 4)


def test_gdal_asks_for_a_box(ogc: str, elsewhere: Executor) -> None:
    box = (113.2, 33.6, 113.2000951, 33.8)
    frame = elsewhere.submit(geopandas.read_file, ogc, layer="enterprises", bbox=box).result(timeout=60)
    assert len(frame) == 10
