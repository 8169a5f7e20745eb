"""Vector files as people hand them over: GeoPackage, GeoJSON, Shapefile (also zipped), FlatGeobuf, CSV.

Reading converts nothing: coordinates stay in the file's own system, codes keep their leading zeros, and what cannot
be read is reported by row. GeoJSON goes through our strict reader, everything else but CSV through GDAL.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from shapely.errors import GEOSException

from geodata.archives import shapefile_names, unpack_shapefile
from geodata.arrays import Geometries
from geodata.crs import Datum, parse_datum
from geodata.csv_files import read_csv
from geodata.encodings import python_encoding
from geodata.errors import MissingCRS, TooLarge, UnknownDatum, UnknownLayer, UnreadableFile, UnsupportedFormat
from geodata.geojson import Feature, read_document, write_features
from geodata.problems import RowProblem
from geodata.row_filter import matching_rows
from geodata.shapefiles import (
    RAW,
    declared_encoding,
    decode_frame,
    fitting_encoding,
    require_parts,
)
from geodata.strict_json import FILE, JSON
from geodata.vector_table import VectorTable, attribute_column, geo_frame

# GDAL recognises files by content: a VRT named .gpkg could make it fetch any other file or address.
_SIGNATURES = {".gpkg": b"SQLite format 3\0", ".fgb": b"fgb\x03fgb", ".shp": b"\x00\x00\x27\x0a"}
_DRIVERS = {".gpkg": "GPKG", ".fgb": "FlatGeobuf", ".shp": "ESRI Shapefile"}
_GEOJSON = (".geojson", ".json")
_CSV = (".csv", ".tsv", ".txt")
_READABLE = (".gpkg", ".geojson", ".json", ".shp", ".zip", ".fgb", ".csv", ".tsv", ".txt")


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
    elif suffix == ".zip":
        with tempfile.TemporaryDirectory(prefix="riskmap-") as folder:
            shp = unpack_shapefile(path, layer, Path(folder))
            table = _read_shapefile(shp, datum=datum, encoding=encoding)
    elif suffix == ".shp":
        table = _read_shapefile(path, datum=datum, encoding=encoding)
    else:
        table = _read_ogr(path, layer=_layer(path, layer), datum=datum, encoding=None)
    return table if where is None else _filtered(table, where)


def layer_names(path: Path | str) -> list[str]:
    """Name the layers with geometry; a file of one layer gives its own name."""
    path = Path(path)
    suffix = _known_suffix(path)
    if suffix == ".zip":
        return shapefile_names(path)
    if suffix != ".gpkg":
        return [path.stem]
    _require_signature(path, suffix)
    try:
        return [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    except RuntimeError as error:
        raise UnreadableFile(f"{path.name} 已损坏，无法读取") from error


def _known_suffix(path: Path) -> str:
    suffix = path.suffix.casefold()
    if suffix not in _READABLE:
        raise UnsupportedFormat(f"不支持 {path.suffix or path.name} 文件；可用：{'、'.join(_READABLE)}")
    if not path.is_file():
        raise UnreadableFile(f"没有这个文件：{path.name}")
    return suffix


def _require_signature(path: Path, suffix: str) -> None:
    signature = _SIGNATURES[suffix]
    with path.open("rb") as file:
        if file.read(len(signature)) != signature:
            raise UnsupportedFormat(f"{path.name} 的内容不是 {suffix} 文件")


def _layer(path: Path, layer: str | None) -> str | None:
    names = layer_names(path)
    if path.suffix.casefold() != ".gpkg":
        return None
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
    return VectorTable(frame, datum, table.encoding, table.problems)


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
    raw = _read_ogr(shp, layer=None, datum=datum, encoding=RAW)
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


def _read_ogr(path: Path, *, layer: str | None, datum: Datum | None, encoding: str | None) -> VectorTable:
    _require_signature(path, path.suffix.casefold())
    try:
        info = pyogrio.read_info(path, layer=layer, encoding=encoding)
        frame = pyogrio.read_dataframe(path, layer=layer, encoding=encoding, on_invalid="ignore")
        geometries, problems = _geometries(path, layer, frame)
    except (RuntimeError, ValueError, LookupError) as error:
        raise UnreadableFile(f"{path.name} 已损坏，无法读取：{error}") from error
    index = pd.RangeIndex(1, len(frame) + 1)
    attributes = pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).set_axis(index)
    attributes = _with_whole_numbers(attributes, info)
    datum = datum or _datum_of_file(path, info["crs"])
    return VectorTable(geo_frame(attributes, geometries, datum), datum, "utf-8", problems)


def _with_whole_numbers(attributes: pd.DataFrame, info: dict[str, JSON]) -> pd.DataFrame:
    """Keep integers whole beside missing ones, where pandas would make 410411.0 of the code 410411."""
    for name, kind in zip(info["fields"], info["ogr_types"], strict=True):
        if kind in ("OFTInteger", "OFTInteger64") and attributes[name].dtype.kind == "f":
            attributes[name] = attributes[name].astype("Int64")
    return attributes


def _geometries(path: Path, layer: str | None, frame: pd.DataFrame) -> tuple[Geometries, list[RowProblem]]:
    """Give the geometries, and the rows whose geometry is there but cannot be built (an open ring, a lone vertex)."""
    if "geometry" not in frame.columns:
        return np.full(len(frame), None, dtype=object), []
    geometries = frame["geometry"].to_numpy(dtype=object)
    absent = np.flatnonzero(shapely.is_missing(geometries))
    if len(absent) == 0:
        return geometries, []
    stored = pyogrio.raw.read(path, layer=layer, columns=[])[2]
    unbuilt = [row for row in absent if stored[row] is not None]
    return geometries, [_unbuilt_problem(int(row) + 1, stored[row]) for row in unbuilt]


def _unbuilt_problem(row: int, wkb: bytes) -> RowProblem:
    reason = _geos_objection(wkb)
    if "closed" in reason:
        return RowProblem(row, "geometry", None, "环没有闭合：最后一个坐标应与第一个相同", "unclosed")
    if "number of points" in reason:
        return RowProblem(row, "geometry", None, "顶点太少，围不成形状", "too_few_points")
    return RowProblem(row, "geometry", None, f"几何无法读取：{reason}", "invalid")


def _geos_objection(wkb: bytes) -> str:
    try:
        shapely.from_wkb(wkb)
    except GEOSException as error:
        return str(error)
    return "未知几何类型"


def _datum_of_file(path: Path, crs: str | None) -> Datum:
    if crs is None:
        missing = "（缺少 .prj）" if path.suffix.casefold() == ".shp" else ""
        raise MissingCRS(f"{path.name} 没有说明坐标系{missing}：请选择坐标系")
    epsg = pyproj.CRS(crs).to_epsg()
    if epsg is None:
        name = pyproj.CRS(crs).name
        raise UnknownDatum(f"{path.name} 的坐标系「{name}」没有 EPSG 代码：请指明它相当于哪个坐标系")
    return parse_datum(str(epsg))


def _filtered(table: VectorTable, where: str) -> VectorTable:
    """Keep the rows that the expression is true for; problems of the others no longer matter."""
    attributes = pd.DataFrame(table.frame.drop(columns="geometry"))
    frame = table.frame[matching_rows(attributes, where)]
    kept = set(frame.index)
    problems = [problem for problem in table.problems if problem.row in kept]
    return VectorTable(frame, table.datum, table.encoding, problems)


def write_vector_file(frame: gpd.GeoDataFrame, path: Path | str, *, layer: str | None = None) -> None:
    """Write a frame to a GeoPackage (a layer of it), GeoJSON, FlatGeobuf or Shapefile (UTF-8), by the file's suffix.

    GeoJSON must be in CGCS2000 or WGS84 degrees and is written by RFC 7946; the others keep the frame's CRS.

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
    else:
        raise UnsupportedFormat(f"不能写 {path.suffix or path.name} 文件")


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
