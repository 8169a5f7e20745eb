"""GeoPackage, FlatGeobuf and Shapefile through GDAL, which opens far more than what it was asked for."""

from __future__ import annotations

import logging
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from pyproj.exceptions import CRSError
from shapely.errors import GEOSException

from geodata.arrays import Geometries
from geodata.crs import Datum, parse_datum
from geodata.errors import MissingCRS, UnknownDatum, UnreadableFile, UnsupportedFormat
from geodata.problems import RowProblem
from geodata.strict_json import JSON
from geodata.vector_table import VectorTable, geo_frame

log = logging.getLogger(__name__)

# GDAL recognises files by content: a VRT named .gpkg could make it fetch any other file or address.
_SIGNATURES = {".gpkg": b"SQLite format 3\0", ".fgb": b"fgb\x03fgb", ".shp": b"\x00\x00\x27\x0a"}


def read_ogr(path: Path, *, layer: str | None, datum: Datum | None, encoding: str | None) -> VectorTable:
    """Read one layer as it is; `encoding` None trusts the format, which then has one.

    Raises
    ------
    UnsupportedFormat
        If the content is not what the file's name says, or the layer is no table.
    UnreadableFile
        If it is damaged.
    MissingCRS, UnknownDatum
        If neither the file nor `datum` says what its coordinates are.
    """
    require_signature(path)
    if layer is not None:
        _require_table(path, layer)
    with _gdal(path):
        info = pyogrio.read_info(path, layer=layer, encoding=encoding)
        # Through Arrow in a third of the time; what is not in UTF-8, only without.
        frame = pyogrio.read_dataframe(
            path, layer=layer, encoding=encoding, on_invalid="ignore", use_arrow=encoding is None
        )
        geometries, problems = _geometries(path, layer, frame)
    index = pd.RangeIndex(1, len(frame) + 1)
    attributes = pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).set_axis(index)
    attributes = _with_whole_numbers(attributes, info)
    datum = datum or _datum_of_file(path, info["crs"])
    return VectorTable(geo_frame(attributes, geometries, datum), datum, "utf-8", problems)


def geopackage_layers(path: Path) -> list[str]:
    """Name the layers of a GeoPackage that have geometry."""
    require_signature(path)
    with _gdal(path):
        return [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]


def require_signature(path: Path) -> None:
    """Refuse a file whose content is not what its suffix says."""
    suffix = path.suffix.casefold()
    signature = _SIGNATURES[suffix]
    with path.open("rb") as file:
        if file.read(len(signature)) != signature:
            raise UnsupportedFormat(f"{path.name} 的内容不是 {suffix} 文件")


@contextmanager
def _gdal(path: Path) -> Iterator[None]:
    """Say what GDAL raises in our words; its own, and what it only warns of, are for the log."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        except (RuntimeError, ValueError, LookupError) as error:
            raise UnreadableFile(f"{path.name} 已损坏，无法读取") from error
        finally:
            for warning in caught:
                log.info("%s: %s", path.name, warning.message)


def _require_table(path: Path, layer: str) -> None:
    """Refuse a layer that is a query: one can go on for ever, or call GDAL's own functions on any file."""
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as database:
            # A virtual table has no page of its own; a column that is computed is not plain (0).
            (is_table,) = database.execute(
                """
                SELECT EXISTS (
                    SELECT 1 FROM sqlite_master
                    WHERE name = ?1 COLLATE NOCASE AND type = 'table' AND rootpage > 0
                ) AND NOT EXISTS (SELECT 1 FROM pragma_table_xinfo(?1) WHERE hidden > 0)
                """,
                (layer,),
            ).fetchone()
    except sqlite3.Error as error:
        raise UnreadableFile(f"{path.name} 已损坏，无法读取") from error
    if not is_table:
        raise UnsupportedFormat(f"图层「{layer}」是视图或带有计算列，不能读取：请在制图软件中另存为普通图层")


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
    return RowProblem(row, "geometry", None, "几何无法读取", "invalid")


def _geos_objection(wkb: bytes) -> str:
    try:
        shapely.from_wkb(wkb)
    except (GEOSException, NotImplementedError) as error:
        return str(error)
    return ""


def _datum_of_file(path: Path, crs: str | None) -> Datum:
    if crs is None:
        missing = "（缺少 .prj）" if path.suffix.casefold() == ".shp" else ""
        raise MissingCRS(f"{path.name} 没有说明坐标系{missing}：请选择坐标系")
    try:
        system = pyproj.CRS(crs)
    except CRSError as error:
        raise UnknownDatum(f"{path.name} 的坐标系无法理解：请选择坐标系") from error
    epsg = system.to_epsg()
    if epsg is None:
        raise UnknownDatum(f"{path.name} 的坐标系「{system.name}」没有 EPSG 代码：请指明它相当于哪个坐标系")
    return parse_datum(str(epsg))
