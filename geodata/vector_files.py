"""Vector files as people hand them over: GeoPackage, GeoJSON, Shapefile (also zipped), FlatGeobuf, GeoParquet, CSV.

Reading converts nothing: coordinates stay in the file's own system, codes keep their leading zeros, and what cannot
be read is reported by row. GeoJSON goes through our strict reader, GeoParquet through Arrow, everything else but CSV
through GDAL.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from geodata.archives import shapefile_names, unpack_shapefile
from geodata.crs import Datum
from geodata.csv_files import read_csv
from geodata.encodings import python_encoding
from geodata.errors import MissingCRS, TooLarge, UnknownLayer, UnreadableFile, UnsupportedFormat
from geodata.geojson import Feature, read_document, write_features
from geodata.ogr_files import geopackage_layers, read_ogr
from geodata.parquet_files import read_geoparquet, write_geoparquet
from geodata.row_filter import matching_rows
from geodata.shapefiles import (
    RAW,
    declared_encoding,
    decode_frame,
    fitting_encoding,
    require_parts,
)
from geodata.strict_json import FILE
from geodata.vector_table import VectorTable, attribute_column, geo_frame

_DRIVERS = {".gpkg": "GPKG", ".fgb": "FlatGeobuf", ".shp": "ESRI Shapefile"}
_GEOJSON = (".geojson", ".json")
_CSV = (".csv", ".tsv", ".txt")
_PARQUET = ".parquet"
_READABLE = (".gpkg", ".geojson", ".json", ".shp", ".zip", ".fgb", ".parquet", ".csv", ".tsv", ".txt")
# What `write_vector_file` writes.
WRITABLE = (*_DRIVERS, *_GEOJSON, _PARQUET, ".csv")


def read_vector_file(
    path: Path | str,
    *,
    layer: str | None = None,
    datum: Datum | None = None,
    lon: str | None = None,
    lat: str | None = None,
    where: str | None = None,
    encoding: str | None = None,
) -> VectorTable:
    """Read one layer of a file.

    Parameters
    ----------
    layer : of a GeoPackage or zip; may be left out where there is only one.
    datum : what the coordinates are measured in; overrules what the file claims, because maps in GCJ-02 are usually
        labelled WGS84.
    lon, lat : the coordinate columns of a CSV (x and y, whatever the datum).
    where : chooses rows by attributes, see `geodata.row_filter`; numbers of the remaining rows do not change.
    encoding : of a CSV or Shapefile; otherwise declared or found out, never Latin-1 by default.

    Raises
    ------
    MissingCRS
        If neither the file nor `datum` says what its coordinates are.
    GeodataError
        The other classes of `geodata.errors`, each with a sentence to show.
    """
    path = Path(path)
    suffix = _known_suffix(path)
    if suffix in _CSV:
        table = _read_csv(path, datum=datum, lon=lon, lat=lat, encoding=encoding)
    elif suffix in _GEOJSON:
        table = _read_geojson(path, datum=datum)
    elif suffix == _PARQUET:
        table = read_geoparquet(path, datum=datum)
    elif suffix == ".zip":
        with tempfile.TemporaryDirectory(prefix="riskmap-") as folder:
            shp = unpack_shapefile(path, layer, Path(folder))
            table = _read_shapefile(shp, datum=datum, encoding=encoding)
    elif suffix == ".shp":
        table = _read_shapefile(path, datum=datum, encoding=encoding)
    else:
        table = read_ogr(path, layer=_layer(path, layer), datum=datum, encoding=None)
    return table if where is None else _filtered(table, where)


def layer_names(path: Path | str) -> list[str]:
    """Name the layers with geometry; a file of one layer gives its own name."""
    path = Path(path)
    suffix = _known_suffix(path)
    if suffix == ".zip":
        return shapefile_names(path)
    return geopackage_layers(path) if suffix == ".gpkg" else [path.stem]


def _known_suffix(path: Path) -> str:
    suffix = path.suffix.casefold()
    if suffix not in _READABLE:
        raise UnsupportedFormat(f"不支持 {path.suffix or path.name} 文件；可用：{'、'.join(_READABLE)}")
    if not path.is_file():
        raise UnreadableFile(f"没有这个文件：{path.name}")
    return suffix


def _layer(path: Path, layer: str | None) -> str | None:
    """Choose a layer of a GeoPackage; other files have one, which needs no name."""
    if path.suffix.casefold() != ".gpkg":
        return None
    names = layer_names(path)
    if layer is None and len(names) == 1:
        return names[0]
    if layer not in names:
        listed = "、".join(names) or "（无）"
        raise UnknownLayer(
            f"请指定一个图层：{listed}" if layer is None else f"没有图层「{layer}」；有：{listed}"
        )
    return layer


def _read_csv(
    path: Path, *, datum: Datum | None, lon: str | None, lat: str | None, encoding: str | None
) -> VectorTable:
    table = read_csv(path, lon=lon, lat=lat, encoding=encoding)
    if table.has_coordinates and datum is None:
        raise MissingCRS("CSV 不会说明坐标系：请选择坐标系（如 WGS84、CGCS2000、GCJ-02）")
    datum = datum if table.has_coordinates else None
    frame = geo_frame(table.attributes, table.points, datum)
    return VectorTable(frame, datum, table.encoding, table.problems, table.has_coordinates)


def _read_geojson(path: Path, *, datum: Datum | None) -> VectorTable:
    if path.stat().st_size > FILE.size_bytes:
        raise TooLarge(f"{path.name} 超过 {FILE.size_bytes // 1_000_000} MB")
    document = read_document(path.read_bytes(), limits=FILE)
    datum = datum or Datum(document.datum)
    shapes = [feature.geometry for feature in document.features]
    frame = geo_frame(_feature_attributes(document.features), shapes, datum)
    return VectorTable(frame, datum, "utf-8", document.problems)


def _feature_attributes(features: Sequence[Feature]) -> pd.DataFrame:
    """Lay properties in columns in the order they first appear, with the features' ids if they have any."""
    index = pd.Index([feature.number for feature in features], dtype="int64")
    names = list(dict.fromkeys(name for feature in features for name in feature.properties))
    columns = {name: [feature.properties.get(name) for feature in features] for name in names}
    if "id" not in columns and any(feature.id is not None for feature in features):
        columns = {"id": [feature.id for feature in features], **columns}
    return pd.DataFrame(
        {name: attribute_column(values, index) for name, values in columns.items()}, index=index
    )


def _read_shapefile(shp: Path, *, datum: Datum | None, encoding: str | None) -> VectorTable:
    require_parts(shp)
    known = python_encoding(encoding) if encoding else declared_encoding(shp)
    raw = read_ogr(shp, layer=None, datum=datum, encoding=RAW)
    attributes = pd.DataFrame(raw.frame.drop(columns="geometry"))
    chosen = known or fitting_encoding(_texts(attributes))
    decoded, problems = decode_frame(attributes, chosen)
    frame = geo_frame(decoded, raw.frame.geometry.to_numpy(), raw.datum)
    return VectorTable(frame, raw.datum, chosen, raw.problems + problems)


def _texts(attributes: pd.DataFrame) -> list[str]:
    texts = [str(name) for name in attributes.columns]
    for name in attributes.columns:
        if pd.api.types.is_string_dtype(attributes[name]):
            texts += attributes[name].dropna().unique().tolist()
    return texts


def _filtered(table: VectorTable, where: str) -> VectorTable:
    """Keep the rows that the expression is true for; problems of the others no longer matter."""
    attributes = pd.DataFrame(table.frame.drop(columns="geometry"))
    frame = table.frame[matching_rows(attributes, where)]
    kept = set(frame.index)
    problems = [problem for problem in table.problems if problem.row in kept]
    return replace(table, frame=frame, problems=problems)


def write_vector_file(frame: gpd.GeoDataFrame, path: Path | str, *, layer: str | None = None) -> None:
    """Write a frame by the file's suffix: GeoPackage (a layer of it), GeoJSON, FlatGeobuf, Shapefile, GeoParquet, CSV.

    GeoJSON must be in CGCS2000 or WGS84 degrees and is written by RFC 7946; the others keep the frame's CRS. Texts are
    UTF-8; CSV has a byte-order mark, which spreadsheets need, and the geometry as WKT in its last column.

    Raises
    ------
    UnsupportedFormat
        If the suffix is none of these, or GeoJSON was asked for another CRS.
    """
    path = Path(path)
    suffix = path.suffix.casefold()
    if suffix in _GEOJSON:
        path.write_bytes(write_features(_features(frame)))
    elif suffix in _DRIVERS:
        encoding = "UTF-8" if suffix == ".shp" else None
        pyogrio.write_dataframe(frame, path, layer=layer, driver=_DRIVERS[suffix], encoding=encoding)
    elif suffix == _PARQUET:
        write_geoparquet(frame, path)
    elif suffix == ".csv":
        _write_csv(frame, path)
    else:
        raise UnsupportedFormat(f"不能写 {path.suffix or path.name} 文件；可用：{'、'.join(WRITABLE)}")


def _write_csv(frame: gpd.GeoDataFrame, path: Path) -> None:
    # Nine decimals of a degree are a tenth of a millimetre, of a metre a nanometre.
    places = frame.geometry.to_wkt(rounding_precision=9)
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    attributes.assign(geometry=places).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def _features(frame: gpd.GeoDataFrame) -> list[Feature]:
    if frame.crs is None or frame.crs.to_epsg() not in (4326, 4490):
        raise UnsupportedFormat("GeoJSON 只写 CGCS2000 或 WGS84 经纬度：请先转换坐标")
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name)).astype(object)
    names = [str(name) for name in attributes.columns]
    rows = zip(attributes.where(attributes.notna(), None).to_numpy(), frame.geometry, strict=True)
    return [
        Feature(number, place, dict(zip(names, values, strict=True)))
        for number, (values, place) in enumerate(rows, start=1)
    ]
