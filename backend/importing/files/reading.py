"""A file as a delivery."""

import hashlib
from dataclasses import dataclass, replace

import geopandas
import numpy as np
import shapely

from backend.importing.delivery import Delivery
from backend.importing.errors import CannotImport
from backend.importing.files.columns import (
    describe_mapping,
    find_columns,
    read_cells,
    require_known_fields,
    source_ids,
)
from backend.importing.files.formulas import rearmed
from backend.importing.files.values import as_text, is_empty
from backend.importing.kinds import kind_named
from backend.importing.request import ImportRequest, declared_datum
from geodata.arrays import geometry_array
from geodata.crs import Datum
from geodata.errors import MissingCRS
from geodata.problems import RowProblem
from geodata.vector_files import read_vector_file
from geodata.vector_table import VectorTable
from geodata.wkt import read_wkt

WKT = "WKT"
UNREADABLE_WKT = "不是点、线或面的 WKT"


@dataclass(frozen=True)
class ReadFile:
    """A file's rows as they stand there, and as a delivery.

    Parameters
    ----------
    frame : the file's own columns; the index is the author's number of each row.
    has_place_columns : two of them are the coordinates.
    """

    frame: geopandas.GeoDataFrame
    has_place_columns: bool
    delivery: Delivery


def read_file(request: ImportRequest) -> ReadFile:
    """Read a file and find its columns.

    Raises
    ------
    CannotImport
        If a column or the coordinate system is missing, or rows cannot be told apart.
    GeodataError
        If the file cannot be read.
    """
    kind, shape = kind_named(request.kind), request.shape
    require_known_fields(kind, shape)
    table = _read_table(request)
    _require_columns(table)
    frame = table.frame
    mapped = find_columns(kind, shape, list(frame.columns.drop("geometry")))
    notices = describe_mapping(kind, mapped)
    cells = read_cells(kind, shape, frame, mapped, notices)
    places = geometry_array(frame.geometry.to_numpy())
    delivery = Delivery(
        kind=kind,
        source=request.source,
        rows=frame.index.to_numpy(dtype=np.int64),
        source_ids=source_ids(kind, shape, frame, cells, places),
        cells=cells,
        places=places,
        datum=table.datum,
        problems=tuple(table.problems),
        notices=tuple(notices),
    )
    return ReadFile(frame, table.has_place_columns, delivery)


def file_sha256(request: ImportRequest) -> str:
    """Return the file's fingerprint."""
    with request.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_table(request: ImportRequest) -> VectorTable:
    shape = request.shape
    datum = declared_datum(shape)
    try:
        table = read_vector_file(
            request.path,
            layer=shape.layer,
            datum=datum,
            lon=shape.lon,
            lat=shape.lat,
            where=shape.where,
            encoding=shape.encoding,
        )
    except MissingCRS as error:
        raise CannotImport(f"{error}。用 --crs EPSG:4490 或 --datum GCJ-02 这样说明。") from error
    table = replace(table, frame=rearmed(table.frame))
    if table.datum is None and WKT in table.frame:
        table = _with_wkt(table, datum)
    return table


def _require_columns(table: VectorTable) -> None:
    """Refuse a file of which no row could be read: that its columns are missing would be the wrong reason."""
    if table.problems and len(table.frame.columns) == 1:
        first = table.problems[0]
        raise CannotImport(f"没有一行能读取。例如第 {first.row} 行：{first.reason}。")


def _with_wkt(table: VectorTable, datum: Datum | None) -> VectorTable:
    """Take the geometries of a column of well-known text, as a quarantine file of shapes has it."""
    if datum is None:
        raise CannotImport("WKT 列没有说明坐标系。用 --crs EPSG:4490 或 --datum GCJ-02 这样说明。")
    texts = as_text(table.frame[WKT])
    geometries = read_wkt(texts.tolist())
    unreadable = np.flatnonzero(shapely.is_missing(geometries) & ~is_empty(texts))
    problems = [
        RowProblem(int(table.frame.index[position]), WKT, str(texts[position])[:200], UNREADABLE_WKT)
        for position in unreadable
    ]
    return replace(
        table, frame=table.frame.set_geometry(geometries), datum=datum, problems=[*table.problems, *problems]
    )
