"""Files of every kind as people hand them over: whole, damaged, mislabelled, in GBK, without their parts."""

import json
import sqlite3
import struct
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from geodata.crs import Datum
from geodata.errors import (
    InvalidGeoJSON,
    MissingCRS,
    MissingShapefilePart,
    UnknownDatum,
    UnknownLayer,
    UnreadableEncoding,
    UnreadableFile,
    UnsupportedFormat,
)
from geodata.vector_files import layer_names, read_vector_file, write_vector_file
from tests import shapes

GCJ02 = Datum("GCJ-02")
ZONES = gpd.GeoDataFrame(
    {"名称": ["演示一车间", "演示二车间", "原料库"], "grade": [1, 2, 4], "code": ["0041", "0042", None]},
    geometry=[shapes.POLYGON, shapes.POLYGON_WITH_HOLE, shapes.TWO_POLYGONS],
    crs=4490,
)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".fgb", ".shp"])
def test_what_was_written_is_read_back(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"分区{suffix}"
    write_vector_file(ZONES, path)
    read = read_vector_file(path)
    # FlatGeobuf is written in the order of its spatial index.
    frame = read.frame.sort_values("grade")
    assert frame["名称"].tolist() == ZONES["名称"].tolist()
    assert frame["grade"].tolist() == [1, 2, 4]
    assert frame["code"].isna().tolist() == [False, False, True]
    assert shapely.equals(frame.geometry.to_numpy(), ZONES.geometry.to_numpy()).all()
    assert sorted(frame.index) == [1, 2, 3]
    # RFC 7946 has no word for CGCS2000.
    assert read.datum == Datum("EPSG:4326" if suffix == ".geojson" else "EPSG:4490")
    assert read.problems == []
    assert layer_names(path) == ["分区"]


def test_a_frame_in_metres_keeps_its_metres_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_vector_file(ZONES.to_crs(4547), path)
    read = read_vector_file(path)
    assert read.datum == Datum("EPSG:4547")
    assert 400_000 < read.frame.total_bounds[0] < 500_000


def test_geojson_is_not_written_in_metres(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormat):
        write_vector_file(ZONES.to_crs(4547), tmp_path / "a.geojson")


def test_the_callers_datum_overrules_the_label(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_vector_file(ZONES, path)
    read = read_vector_file(path, datum=GCJ02)
    assert read.datum == GCJ02
    assert read.frame.crs is None
    assert read.frame.geometry.iloc[0].equals(shapes.POLYGON)


def test_one_of_several_layers_must_be_named(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_vector_file(ZONES, path, layer="分区")
    write_vector_file(ZONES, path, layer="企业")
    assert layer_names(path) == ["分区", "企业"]
    assert len(read_vector_file(path, layer="企业").frame) == 3
    for layer in (None, "道路"):
        with pytest.raises(UnknownLayer, match="分区、企业"):
            read_vector_file(path, layer=layer)


def test_whole_numbers_stay_whole_beside_missing_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame = gpd.GeoDataFrame(
        {"code": pd.array([410411, None], dtype="Int64")}, geometry=[shapes.POINT] * 2, crs=4490
    )
    write_vector_file(frame, path)
    assert str(read_vector_file(path).frame["code"].iloc[0]) == "410411"


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".fgb", ".shp"])
@pytest.mark.parametrize(
    ("where", "grades"), [("grade >= 2", [2, 4]), ("\"名称\" LIKE '%车间'", [1, 2]), ("code = '0042'", [2])]
)
def test_a_filter_means_the_same_in_every_file(
    tmp_path: Path, suffix: str, where: str, grades: list[int]
) -> None:
    path = tmp_path / f"a{suffix}"
    write_vector_file(ZONES, path)
    assert sorted(read_vector_file(path, where=where).frame["grade"]) == grades


def test_filtered_rows_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    write_vector_file(ZONES, path)
    assert read_vector_file(path, where="grade = 4").frame.index.tolist() == [3]


# Shapefiles


def gbk_shapefile(folder: Path, *, name: str = "名称") -> Path:
    path = folder / "企业.shp"
    pyogrio.write_dataframe(ZONES.iloc[:2].rename(columns={"名称": name}), path, encoding="GBK")
    return path


@pytest.mark.parametrize(
    ("cpg", "encoding"), [("GBK", "gb18030"), ("ANSI 936", "gb18030"), (None, "gb18030")]
)
def test_a_gbk_shapefile_is_never_read_as_latin_1(tmp_path: Path, cpg: str | None, encoding: str) -> None:
    path = gbk_shapefile(tmp_path)
    path.with_suffix(".cpg").unlink()
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    read = read_vector_file(path)
    assert read.encoding == encoding
    assert read.frame["名称"].tolist() == ["演示一车间", "演示二车间"]


def test_an_undeclared_utf_8_shapefile_is_read_as_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    write_vector_file(ZONES, path)
    path.with_suffix(".cpg").unlink()
    read = read_vector_file(path)
    assert read.encoding == "utf-8"
    assert read.frame["名称"].iloc[0] == "演示一车间"


def test_the_callers_encoding_overrules_a_wrong_cpg(tmp_path: Path) -> None:
    path = gbk_shapefile(tmp_path)
    path.with_suffix(".cpg").write_text("UTF-8")
    read = read_vector_file(path, encoding="GBK")
    assert read.frame["名称"].iloc[0] == "演示一车间"


def test_texts_that_do_not_fit_the_declared_encoding_are_problems_of_their_rows(tmp_path: Path) -> None:
    path = gbk_shapefile(tmp_path, name="name")
    path.with_suffix(".cpg").write_text("UTF-8")
    assert [(problem.row, problem.code) for problem in read_vector_file(path).problems] == [
        (1, "bad_text"),
        (2, "bad_text"),
    ]


def test_column_names_that_do_not_fit_the_declared_encoding_are_refused(tmp_path: Path) -> None:
    path = gbk_shapefile(tmp_path)
    path.with_suffix(".cpg").write_text("UTF-8")
    with pytest.raises(UnreadableEncoding, match="列名"):
        read_vector_file(path)


def test_a_text_cut_in_the_middle_of_a_character_is_a_problem_of_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    write_vector_file(ZONES.iloc[:2], path)
    path.with_suffix(".cpg").unlink()
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    place = dbf.index("演示一车间".encode())
    dbf[place + 14 : place + 15] = b" "
    path.with_suffix(".dbf").write_bytes(dbf)
    read = read_vector_file(path)
    assert read.encoding == "utf-8"
    assert [(problem.row, problem.field, problem.code) for problem in read.problems] == [
        (1, "名称", "bad_text")
    ]
    assert read.frame["名称"].tolist() == ["演示一车\ufffd", "演示二车间"]


def test_texts_in_no_encoding_are_refused(tmp_path: Path) -> None:
    path = gbk_shapefile(tmp_path)
    path.with_suffix(".cpg").unlink()
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace("演示一".encode("gbk"), b"\xff\xff\xff\xff\xff\xff"))
    with pytest.raises(UnreadableEncoding):
        read_vector_file(path)


@pytest.mark.parametrize(
    "name", ["KLINGON-8", "nope\0", "rot13", "undefined", "zip", "idna", "unicode_escape"]
)
def test_a_cpg_that_names_no_encoding_is_refused(tmp_path: Path, name: str) -> None:
    path = gbk_shapefile(tmp_path)
    path.with_suffix(".cpg").write_text(name)
    with pytest.raises(UnreadableEncoding, match=f"不认识的编码「{name}」"):
        read_vector_file(path)


def test_without_a_prj_the_datum_must_be_given(tmp_path: Path) -> None:
    path = gbk_shapefile(tmp_path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(MissingCRS, match=r"缺少 \.prj"):
        read_vector_file(path)
    assert read_vector_file(path, datum=Datum("EPSG:4490")).datum == Datum("EPSG:4490")


@pytest.mark.parametrize("suffix", [".shx", ".dbf"])
def test_a_missing_part_is_named(tmp_path: Path, suffix: str) -> None:
    path = gbk_shapefile(tmp_path)
    path.with_suffix(suffix).unlink()
    with pytest.raises(MissingShapefilePart, match=suffix):
        read_vector_file(path)


def test_an_esri_prj_of_a_chinese_zone_is_recognised(tmp_path: Path) -> None:
    path = gbk_shapefile(tmp_path)
    path.with_suffix(".prj").write_text(
        'PROJCS["CGCS2000_3_Degree_GK_CM_114E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
        'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
        'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
        'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )
    assert read_vector_file(path).datum == Datum("EPSG:4547")


def test_a_citys_own_coordinate_system_is_not_taken_for_another(tmp_path: Path) -> None:
    path = gbk_shapefile(tmp_path)
    path.with_suffix(".prj").write_text(
        'PROJCS["City local",GEOGCS["x",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],'
        'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
        'PARAMETER["False_Easting",50000.0],PARAMETER["False_Northing",-3700000.0],'
        'PARAMETER["Central_Meridian",113.3],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],'
        'UNIT["Meter",1.0]]'
    )
    with pytest.raises(UnknownDatum, match="City local"):
        read_vector_file(path)


def zip_of(folder: Path, *paths: Path) -> Path:
    archive_path = folder / "资料.zip"
    with zipfile.ZipFile(archive_path, "w") as archive:
        for path in paths:
            for part in path.parent.glob(f"{path.stem}.*"):
                archive.write(part, f"资料/{part.name}")
    return archive_path


def test_a_zipped_shapefile_is_read_like_one_in_a_folder(tmp_path: Path) -> None:
    archive = zip_of(tmp_path, gbk_shapefile(tmp_path))
    read = read_vector_file(archive)
    assert layer_names(archive) == ["企业"]
    assert read.frame["名称"].tolist() == ["演示一车间", "演示二车间"]
    assert read.datum == Datum("EPSG:4490")


def test_a_zipped_shapefile_without_its_parts_is_refused(tmp_path: Path) -> None:
    path = gbk_shapefile(tmp_path)
    path.with_suffix(".dbf").unlink()
    with pytest.raises(MissingShapefilePart, match=r"\.dbf"):
        read_vector_file(zip_of(tmp_path, path))


# GeoJSON


def write_json(path: Path, *features: object) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def json_feature(coordinates: object, properties: dict[str, object]) -> dict[str, object]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": coordinates},
        "properties": properties,
    }


def test_geojson_goes_through_the_strict_reader(tmp_path: Path) -> None:
    path = write_json(
        tmp_path / "a.geojson",
        json_feature([113.27, 33.7], {"code": 410411, "名称": "甲"}),
        json_feature(["113.27", 33.7], {"code": None}),
        json_feature([113.28, 33.7], {"load": 0.5}),
    )
    read = read_vector_file(path)
    assert [(problem.row, problem.field, problem.code) for problem in read.problems] == [
        (2, "/features/1/geometry/coordinates/0", "bad_position")
    ]
    assert read.frame.index.tolist() == [1, 2, 3]
    assert read.frame.geometry.isna().tolist() == [False, True, False]
    assert str(read.frame.loc[1, "code"]) == "410411"
    assert read.frame.columns.tolist() == ["code", "名称", "load", "geometry"]


def test_ids_of_features_become_a_column(tmp_path: Path) -> None:
    path = write_json(tmp_path / "a.json", json_feature([113, 33], {}) | {"id": "a-7"})
    assert read_vector_file(path).frame["id"].tolist() == ["a-7"]


def test_an_empty_collection_is_an_empty_table(tmp_path: Path) -> None:
    read = read_vector_file(write_json(tmp_path / "a.geojson"))
    assert len(read.frame) == 0
    assert read.datum == Datum("EPSG:4326")


def test_what_is_no_geojson_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"type":"Point","coordinates":[NaN,0]}')
    with pytest.raises(InvalidGeoJSON):
        read_vector_file(path)


# Damage and disguise


def test_an_open_ring_in_a_geopackage_is_a_problem_of_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_vector_file(ZONES.iloc[[0, 0]], path)
    break_first_ring(path)
    read = read_vector_file(path)
    assert [(problem.row, problem.field, problem.code) for problem in read.problems] == [
        (1, "geometry", "unclosed")
    ]
    assert read.frame.geometry.isna().tolist() == [True, False]


def break_first_ring(path: Path) -> None:
    """Move the last vertex of the first polygon, as no library would write it but PostGIS and others may."""
    with sqlite3.connect(path) as database:
        for (trigger,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f'DROP TRIGGER "{trigger}"')
        (blob,) = database.execute("SELECT geom FROM a WHERE fid = 1").fetchone()
        database.execute(
            "UPDATE a SET geom = ? WHERE fid = 1", (blob[:-16] + struct.pack("<dd", 113.2, 33.6),)
        )
    database.close()


def test_a_layer_without_geometry_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(pd.DataFrame({"code": ["1"]}), path, layer="codes")
    write_vector_file(ZONES, path, layer="zones")
    assert layer_names(path) == ["zones"]


@pytest.mark.parametrize("name", ["a.gpkg", "a.fgb", "a.shp"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str) -> None:
    # GDAL goes by content: this text would make it open another file.
    path = tmp_path / name
    path.write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
    )
    for suffix in (".shx", ".dbf"):
        path.with_suffix(suffix).touch()
    with pytest.raises(UnsupportedFormat, match="内容"):
        read_vector_file(path, datum=GCJ02)


@pytest.mark.parametrize("name", ["a.gpkg", "a.fgb", "a.shp"])
def test_a_damaged_file_is_told_so(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_vector_file(ZONES, path)
    path.write_bytes(path.read_bytes()[: 5_000 if name == "a.gpkg" else 90])
    with pytest.raises(UnreadableFile, match="损坏"):
        read_vector_file(path)


@pytest.mark.parametrize("name", ["a.kml", "a.vrt", "a", "a.gpkg.exe"])
def test_other_files_are_not_read_or_written(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(UnsupportedFormat):
        read_vector_file(tmp_path / name)
    with pytest.raises(UnsupportedFormat):
        write_vector_file(ZONES, tmp_path / name)


@pytest.mark.parametrize(
    "path", ["/vsicurl/http://127.0.0.1/a.gpkg", "http://127.0.0.1/a.gpkg", "/nowhere/a.shp"]
)
def test_only_local_files_that_exist_are_opened(path: str) -> None:
    with pytest.raises(UnreadableFile, match="没有这个文件"):
        read_vector_file(path)


def test_an_attribute_called_geometry_does_not_hide_the_place(tmp_path: Path) -> None:
    path = write_json(tmp_path / "a.geojson", json_feature([113.27, 33.7], {"geometry": "圆形"}))
    read = read_vector_file(path)
    assert read.frame["geometry_"].tolist() == ["圆形"]
    assert np.allclose(read.frame.total_bounds, (113.27, 33.7, 113.27, 33.7))


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS fid, geom FROM c, 分区"


@pytest.mark.parametrize(
    "statement",
    [
        f"CREATE VIEW v AS {ENDLESS}",
        "CREATE TABLE v (fid INTEGER PRIMARY KEY, geom POLYGON, n AS (hex(zeroblob(100000000))))",
        "CREATE VIRTUAL TABLE v USING rtree(fid, a, b)",
    ],
    ids=["view", "computed column", "virtual table"],
)
def test_a_layer_that_is_no_plain_table_is_refused(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "分区.gpkg"
    write_vector_file(ZONES, path)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement)
        for table in ("gpkg_contents", "gpkg_geometry_columns"):
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            renamed = ", ".join("'v'" if name in ("table_name", "identifier") else name for name in columns)
            database.execute(f"INSERT INTO {table} SELECT {renamed} FROM {table}")
    with pytest.raises(UnsupportedFormat, match="图层「v」是视图"):
        read_vector_file(path, layer="v")
    assert len(read_vector_file(path, layer="分区").frame) == 3


def test_what_gdal_says_of_a_damaged_file_is_for_the_log(tmp_path: Path) -> None:
    path = tmp_path / "分区.fgb"
    write_vector_file(ZONES, path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(UnreadableFile, match=r"^分区\.fgb 已损坏，无法读取$"):
        read_vector_file(path)
