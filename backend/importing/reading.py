"""A file as a delivery: which of its columns is which of our fields."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas
import numpy as np
import pandas as pd
import shapely

from backend.importing.delivery import Delivery, require_fields
from backend.importing.errors import CannotImport
from backend.importing.fields import Field, Kind
from backend.importing.findings import Cells, Finding, Mask
from backend.importing.request import FileShape, ImportRequest, declared_datum, kind_named
from backend.importing.values import as_text, is_empty
from geodata.arrays import Geometries, geometry_array
from geodata.crs import Datum
from geodata.errors import MissingCRS
from geodata.vector_files import read_vector_file
from geodata.vector_table import RowProblem, VectorTable

BY_CONTENT = "@content"
WKT = "WKT"


@dataclass(frozen=True)
class ReadFile:
    """A file's rows as they stand there, and as a delivery.

    Parameters
    ----------
    frame : the file's own columns; the index is the author's number of each row.
    """

    frame: geopandas.GeoDataFrame
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
    _require_known_fields(kind, shape)
    table = _read_table(request)
    frame = table.frame
    mapped = _find_columns(kind, shape, list(frame.columns.drop("geometry")))
    notices = _say_mapping(kind, mapped)
    cells = _read_cells(kind, shape, frame, mapped, notices)
    places = geometry_array(frame.geometry.to_numpy())
    delivery = Delivery(
        kind=kind,
        source=request.source,
        rows=frame.index.to_numpy(dtype=np.int64),
        source_ids=_source_ids(kind, shape, frame, cells, places),
        cells=cells,
        places=places,
        datum=table.datum,
        problems=tuple(
            Finding(each.row, each.field or "", each.value or "", each.reason, each.code, each.hint or "")
            for each in table.problems
        ),
        notices=tuple(notices),
    )
    return ReadFile(frame, delivery)


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
    if table.datum is None and WKT in table.frame:
        table = _with_wkt(table, datum)
    return table


def _with_wkt(table: VectorTable, datum: Datum | None) -> VectorTable:
    """Take the geometries of a column of well-known text, as a quarantine file of shapes has it."""
    if datum is None:
        raise CannotImport("WKT 列没有说明坐标系。用 --crs EPSG:4490 或 --datum GCJ-02 这样说明。")
    texts = as_text(table.frame[WKT])
    geometries = shapely.from_wkt(texts, on_invalid="ignore")
    unreadable = np.flatnonzero(shapely.is_missing(geometries) & ~is_empty(texts))
    problems = [
        RowProblem(int(table.frame.index[position]), WKT, str(texts[position])[:200], "不是有效的 WKT")
        for position in unreadable
    ]
    return replace(
        table, frame=table.frame.set_geometry(geometries), datum=datum, problems=[*table.problems, *problems]
    )


def _require_known_fields(kind: Kind, shape: FileShape) -> None:
    named = {*shape.columns, *shape.constants, *shape.words}
    unknown = [name for name in named if name != "source_id" and kind.field(name) is None]
    if unknown:
        known = "、".join(f"{field.name}（{field.label}）" for field in kind.fields)
        raise CannotImport(f"{kind.label}没有字段「{'、'.join(sorted(unknown))}」；有：{known}")


def _find_columns(kind: Kind, shape: FileShape, columns: list[str]) -> dict[str, str]:
    """Find each field's column: as mapped, else by its name or a heading in use, unless a constant stands for it."""
    _require_columns([*shape.columns.values()], columns)
    plain = {column.casefold(): column for column in reversed(columns)}
    taken = {shape.lon, shape.lat, *shape.columns.values()}
    found = {}
    for field in kind.fields:
        if field.name in shape.columns:
            found[field.name] = shape.columns[field.name]
        elif field.name not in shape.constants:
            headings = (plain.get(heading.casefold()) for heading in (field.name, *field.headers))
            column = next((each for each in headings if each is not None and each not in taken), None)
            if column is not None:
                found[field.name] = column
    return found


def _require_columns(wanted: list[str], columns: list[str]) -> None:
    missing = [column for column in wanted if column not in columns]
    if missing:
        raise CannotImport(f"文件没有列「{'、'.join(missing)}」；有：{'、'.join(columns)}")


def _say_mapping(kind: Kind, mapped: Mapping[str, str]) -> list[str]:
    pairs = [f"{field.label}←{mapped[field.name]}" for field in kind.fields if field.name in mapped]
    return [f"字段对应：{'，'.join(pairs)}"] if pairs else []


def _read_cells(
    kind: Kind, shape: FileShape, frame: pd.DataFrame, mapped: Mapping[str, str], notices: list[str]
) -> dict[str, Cells]:
    cells = {}
    for field in kind.fields:
        if field.name in mapped:
            cells[field.name] = as_text(frame[mapped[field.name]])
        if field.name in shape.constants:
            own = cells.get(field.name, np.full(len(frame), None, dtype=object))
            cells[field.name] = _filled(
                field, own, shape.constants[field.name], field.name in mapped, notices
            )
    return cells


def _filled(field: Field, cells: Cells, constant: str, is_mapped: bool, notices: list[str]) -> Cells:
    empty: Mask = is_empty(cells)
    filled = cells.copy()
    filled[empty] = constant
    if is_mapped and empty.any():
        notices.append(f"{int(empty.sum())} 行没有{field.label}，按 --set 填写「{constant}」")
    return filled


def _source_ids(
    kind: Kind, shape: FileShape, frame: pd.DataFrame, cells: Mapping[str, Cells], places: Geometries
) -> Cells:
    """Find what each row is called in its source."""
    column = shape.id_column or shape.columns.get("source_id")
    if kind.has_official_code:
        ids = _official_codes(kind, column, cells)
    elif column is None and "source_id" in frame:
        ids = as_text(frame["source_id"])
    elif column == BY_CONTENT:
        ids = _content_keys(cells, places)
    elif column is not None:
        _require_columns([column], list(frame.columns))
        ids = as_text(frame[column])
    else:
        columns = "、".join(frame.columns.drop("geometry"))
        raise CannotImport(
            "请用 --id-field 指定每行的编号列，再次导入时才认得出同一行"
            f"（没有编号时可用 --id-field {BY_CONTENT}，按内容识别）。文件有这些列：{columns}"
        )
    return ids


def _official_codes(kind: Kind, column: str | None, cells: Mapping[str, Cells]) -> Cells:
    if column is not None:
        raise CannotImport(
            f"{kind.label}以代码（code）识别，不用 --id-field；代码所在的列用 --map code=列名 指定"
        )
    require_fields(kind, cells)
    return cells["code"]


def _content_keys(cells: Mapping[str, Cells], places: Geometries) -> Cells:
    """Make a key of everything a row says: the same row has the same key in every file."""
    shapes = shapely.to_wkb(places).tolist()
    rows = zip(shapes, *(cells[name].tolist() for name in sorted(cells)), strict=True)
    keys = [hashlib.sha256(repr(row).encode()).hexdigest()[:20] for row in rows]
    return np.array(keys, dtype=object)
