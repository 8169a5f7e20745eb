"""GeoParquet in and out, and what is no GeoParquet."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from shapely import Point

from geodata.crs import Datum
from geodata.errors import GeodataError, MissingCRS, UnknownDatum, UnreadableFile, UnsupportedFormat
from geodata.vector_files import read_vector_file, write_vector_file
from tests import shapes


@pytest.fixture
def frame() -> gpd.GeoDataFrame:
    columns = {
        "name": ["甲", None, "丙"],
        "code": ["0410", "0411", "0412"],
        "count": pd.array([1, None, 3], "Int64"),
    }
    return gpd.GeoDataFrame(columns, geometry=[shapes.POINT, shapes.POLYGON, None], crs=4490)


def test_what_is_written_is_read_again(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_vector_file(frame, path)
    table = read_vector_file(path)
    assert table.datum == Datum("EPSG:4490")
    assert table.frame.index.tolist() == [1, 2, 3]
    assert table.frame["code"].tolist() == ["0410", "0411", "0412"]
    assert table.frame["count"].tolist() == [1, pd.NA, 3]
    assert table.frame.geometry.tolist() == [shapes.POINT, shapes.POLYGON, None]


def test_the_file_is_geoparquet_1_1_with_a_box_for_each_row(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_vector_file(frame, path)
    stated = json.loads(pq.read_schema(path).metadata[b"geo"])
    assert stated["version"] == "1.1.0"
    assert "bbox" in stated["columns"]["geometry"]["covering"]
    assert len(gpd.read_parquet(path, bbox=(113.265, 33.707, 113.266, 33.708))) == 2


def test_rows_are_chosen_and_the_datum_is_overruled(frame: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_vector_file(frame, path)
    table = read_vector_file(path, where="code = '0411'", datum=Datum("GCJ-02"))
    assert (table.frame.index.tolist(), table.datum) == ([2], Datum("GCJ-02"))


def test_the_default_system_of_geoparquet_is_wgs84(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    gpd.GeoDataFrame(geometry=[shapes.POINT], crs="OGC:CRS84").to_parquet(path)
    assert read_vector_file(path).datum == Datum("EPSG:4326")


def without_a_system(path: Path) -> None:
    gpd.GeoDataFrame(geometry=[shapes.POINT]).to_parquet(path)


def of_an_unnamed_system(path: Path) -> None:
    gpd.GeoDataFrame(geometry=[Point(0, 0)], crs="+proj=aeqd +lon_0=113 +lat_0=33").to_parquet(path)


def without_geometry(path: Path) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(path)


def cut_off(path: Path) -> None:
    gpd.GeoDataFrame(geometry=[shapes.POINT], crs=4490).to_parquet(path)
    path.write_bytes(path.read_bytes()[:300])


def of_another_kind(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0")


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (without_a_system, MissingCRS),
        (of_an_unnamed_system, UnknownDatum),
        (without_geometry, UnsupportedFormat),
        (cut_off, UnreadableFile),
        (of_another_kind, UnsupportedFormat),
    ],
)
def test_what_cannot_be_read_is_said(make: object, error: type[GeodataError], tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    make(path)  # type: ignore[operator]
    with pytest.raises(error, match=r"a\.parquet"):
        read_vector_file(path)


def test_a_csv_is_for_spreadsheets_and_has_its_geometry_as_text(
    frame: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    write_vector_file(frame, path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfname,code,count,geometry\r\n")
    read = pd.read_csv(path, dtype=str)
    assert read["code"].tolist() == ["0410", "0411", "0412"]
    assert shapely.from_wkt(read["geometry"][0]) == shapes.POINT
    assert pd.isna(read["geometry"][2])
