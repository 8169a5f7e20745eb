"""GeoParquet: the columns of a province in one file, read and written by geopandas and Arrow."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow
from pyproj import CRS

from geodata.crs import Datum, parse_datum
from geodata.errors import MissingCRS, UnknownDatum, UnreadableFile, UnsupportedFormat
from geodata.vector_table import VectorTable, geo_frame

_SIGNATURE = b"PAR1"


def read_geoparquet(path: Path, *, datum: Datum | None) -> VectorTable:
    """Read a GeoParquet file (1.0, 1.1) as it is.

    Raises
    ------
    UnsupportedFormat
        If it is not Parquet, or has no geometry.
    UnreadableFile
        If it is damaged.
    MissingCRS, UnknownDatum
        If neither the file nor `datum` says what its coordinates are.
    """
    with path.open("rb") as file:
        if file.read(len(_SIGNATURE)) != _SIGNATURE:
            raise UnsupportedFormat(f"{path.name} 的内容不是 .parquet 文件")
    try:
        read = gpd.read_parquet(path)
    except ValueError as error:
        # pyarrow's own errors of a damaged file are ValueErrors too.
        if isinstance(error, pyarrow.ArrowInvalid):
            raise UnreadableFile(f"{path.name} 已损坏，无法读取") from error
        raise UnsupportedFormat(f"{path.name} 是 Parquet，但没有几何列（不是 GeoParquet）") from error
    except (OSError, KeyError, pyarrow.ArrowException) as error:
        raise UnreadableFile(f"{path.name} 已损坏，无法读取") from error
    index = pd.RangeIndex(1, len(read) + 1)
    attributes = pd.DataFrame(read.drop(columns=read.geometry.name)).set_axis(index)
    datum = datum or _datum_of(path, read.crs)
    return VectorTable(geo_frame(attributes, np.asarray(read.geometry), datum), datum, "utf-8")


def _datum_of(path: Path, crs: CRS | None) -> Datum:
    if crs is None:
        raise MissingCRS(f"{path.name} 没有说明坐标系：请选择坐标系")
    authority = crs.to_authority()
    if authority is None:
        raise UnknownDatum(f"{path.name} 的坐标系「{crs.name}」没有 EPSG 代码：请指明它相当于哪个坐标系")
    return parse_datum(":".join(authority))


def write_geoparquet(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write GeoParquet 1.1 with a box for each row, so that readers may take a part of the file."""
    frame.to_parquet(path, index=False, schema_version="1.1.0", write_covering_bbox=True)
