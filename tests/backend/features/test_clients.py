"""GDAL reads the service as an OGC API client of its own making."""

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import geopandas
import pyogrio
import pytest
from shapely import Point
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from backend.administration.keys import create_key
from backend.administration.schemas import NewKey
from backend.app import create_app
from backend.audit.trail import operator
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


def test_gdal_reads_with_a_key(own_engine: Engine, tmp_path: Path, elsewhere: Executor) -> None:
    last_day = datetime.now(UTC).date() + timedelta(days=2)
    with Session(own_engine) as session, session.begin():
        make.enterprise(session)
        given = NewKey(name="gdal", role="city_platform", expires_at=last_day)
        secret = create_key(session, operator(), given).secret
    with served(create_app(Settings(data_dir=tmp_path), own_engine)) as address:
        frame = elsewhere.submit(read_with_key, f"OAPIF:{address}/ogc", secret).result(timeout=60)
        refused = elsewhere.submit(read_with_key, f"OAPIF:{address}/ogc", "rmk_unknown")
        with pytest.raises(pyogrio.errors.DataSourceError, match="401"):
            refused.result(timeout=60)
    assert len(frame) == 1


def read_with_key(ogc: str, secret: str) -> geopandas.GeoDataFrame:
    """Read as docs/guides/accounts.md says."""
    pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": secret})
    try:
        return geopandas.read_file(ogc, layer="enterprises")
    finally:
        pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": None, "GDAL_HTTP_BEARER": None})
