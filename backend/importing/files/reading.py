"""A file as a delivery."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import geopandas
import numpy as np
import pandas as pd
import shapely

from backend.importing.delivery import Delivery
from backend.importing.errors import CannotImport, MissingDatum
from backend.importing.fields import Kind
from backend.importing.files.columns import (
    describe_mapping,
    find_columns,
    find_id_column,
    read_cells,
    require_known_fields,
    source_ids,
)
from backend.importing.files.formulas import rearmed
from backend.importing.files.layout import Layout, lay_out
from backend.importing.files.sheets import days_of_serials, known_names, relevant_faults
from backend.importing.files.values import as_text, is_empty
from backend.importing.kinds import kind_named
from backend.importing.request import FileShape, ImportRequest, declared_datum
from backend.spreadsheets import sheet_name
from geodata.arrays import geometry_array
from geodata.crs import Datum
from geodata.csv_files import coordinate_columns
from geodata.errors import MissingCRS
from geodata.problems import RowProblem
from geodata.vector_files import read_vector_file
from geodata.vector_table import VectorTable
from geodata.wkt import read_wkt
from geodata.workbook_headings import NoHeader
from geodata.workbooks import WorkbookTable, is_workbook, read_workbook

WKT = "WKT"
UNREADABLE_WKT = "不是点、线或面的 WKT"


@dataclass(frozen=True)
class ReadFile:
    """A file's rows as they stand there, and as a delivery.

    Parameters
    ----------
    frame : the file's own columns; the index is the author's number of each row.
    has_place_columns : two of them are the coordinates.
    layout : where in the file a finding is.
    mapped : by field name, the column that it was read from.
    id_column : the column of the rows' keys, where there is one.
    """

    frame: geopandas.GeoDataFrame
    has_place_columns: bool
    delivery: Delivery
    layout: Layout
    mapped: Mapping[str, str]
    id_column: str | None


@dataclass(frozen=True)
class Outline:
    """What columns a file has, and which of them are understood by their names, or as they were mapped."""

    columns: tuple[str, ...]
    mapped: Mapping[str, str]
    id_column: str | None


def outline_file(request: ImportRequest) -> Outline:
    """Tell the columns of a file that cannot be imported as it is, so that somebody can say which is which.

    Raises
    ------
    CannotImport, GeodataError
        If not even its columns can be read.
    """
    kind, shape = kind_named(request.kind), request.shape
    if shape.crs is None and shape.datum is None:
        # Its places are not looked at.
        shape = replace(shape, datum="CGCS2000")
    wanted = replace(request, shape=shape)
    try:
        table, _ = _read_table(wanted, kind)
    except NoHeader as error:
        if not error.likely:
            raise
        table, _ = _read_table(wanted, kind, error.likely)
    names = list(table.frame.columns.drop("geometry"))
    kept = replace(
        shape,
        columns={field: name for field, name in shape.columns.items() if name in names},
        id_column=shape.id_column if shape.id_column in names else None,
    )
    return Outline(tuple(names), find_columns(kind, kept, names), find_id_column(kind, kept, names))


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
    table, book = _read_table(request, kind)
    _require_columns(table)
    frame, names = table.frame, list(table.frame.columns.drop("geometry"))
    mapped = find_columns(kind, shape, names)
    layout = _laid_out(kind, shape, table, names, mapped, book)
    notices = describe_mapping(kind, mapped)
    problems = list(table.problems)
    if book is not None:
        notices = [*book.notices, *notices]
        problems += relevant_faults(kind, book, mapped, layout)
        frame = days_of_serials(kind, frame, mapped, is_1904=book.is_1904)
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
        problems=tuple(problems),
        notices=tuple(notices),
        is_demo=request.is_demo,
    )
    return ReadFile(
        frame, table.has_place_columns, delivery, layout, mapped, find_id_column(kind, shape, names)
    )


def file_sha256(request: ImportRequest) -> str:
    """Return the file's fingerprint."""
    with request.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_table(
    request: ImportRequest, kind: Kind, headings: Collection[str] = ()
) -> tuple[VectorTable, WorkbookTable | None]:
    shape = request.shape
    datum = declared_datum(shape)
    book = None
    try:
        if is_workbook(request.path):
            book = read_workbook(
                request.path,
                known=known_names(kind, shape) | set(headings),
                sheet=shape.layer,
                preferred=sheet_name(kind.label),
                datum=datum,
                lon=shape.lon,
                lat=shape.lat,
                where=shape.where,
            )
            table = book.table
        else:
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
        raise MissingDatum(f"{error}。用 --crs EPSG:4490 或 --datum GCJ-02 这样说明。") from error
    table = replace(table, frame=rearmed(table.frame))
    if table.datum is None and _has_wkt(table.frame):
        table = _with_wkt(table, datum)
    return table, book


def _has_wkt(frame: pd.DataFrame) -> bool:
    """Tell whether places are told as text; a template's empty column tells none."""
    return WKT in frame and not is_empty(as_text(frame[WKT])).all()


def _laid_out(
    kind: Kind,
    shape: FileShape,
    table: VectorTable,
    names: list[str],
    mapped: Mapping[str, str],
    book: WorkbookTable | None,
) -> Layout:
    place_columns: tuple[str, ...] = (WKT,) if WKT in names else ()
    if table.has_place_columns:
        place_columns = tuple(filter(None, coordinate_columns(names, shape.lon, shape.lat)))
    return lay_out(
        kind,
        names,
        mapped,
        id_column=find_id_column(kind, shape, names),
        place_columns=place_columns,
        letters={} if book is None else book.letters,
        sheet=None if book is None else book.sheet,
    )


def _require_columns(table: VectorTable) -> None:
    """Refuse a file of which no row could be read: that its columns are missing would be the wrong reason."""
    if table.problems and len(table.frame.columns) == 1:
        first = table.problems[0]
        raise CannotImport(f"没有一行能读取。例如第 {first.row} 行：{first.reason}。")


def _with_wkt(table: VectorTable, datum: Datum | None) -> VectorTable:
    """Take the geometries of a column of well-known text, as a quarantine file of shapes has it."""
    if datum is None:
        raise MissingDatum("WKT 列没有说明坐标系。用 --crs EPSG:4490 或 --datum GCJ-02 这样说明。")
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
