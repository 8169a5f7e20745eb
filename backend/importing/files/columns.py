"""Which of a file's columns is which of our fields, and what a row is called in its source."""

import hashlib
from collections.abc import Mapping

import numpy as np
import pandas as pd
import shapely

from backend.importing.checking.findings import Cells, Mask
from backend.importing.delivery import require_fields
from backend.importing.errors import CannotImport, MissingKey
from backend.importing.fields import Field, Kind
from backend.importing.files.values import as_text, is_empty
from backend.importing.request import FileShape
from geodata.arrays import Geometries

BY_CONTENT = "@content"
# Understood without --id-field: our own word, and the heading of our templates. Not 编号, which often only counts.
ID_HEADINGS = ("source_id", "数据编号")
MOST_HEADINGS, LONGEST_HEADING = 50, 40


def require_known_fields(kind: Kind, shape: FileShape) -> None:
    """Refuse a mapping of fields that the kind does not have."""
    named = {*shape.columns, *shape.constants, *shape.words}
    unknown = [name for name in named if name != "source_id" and kind.field(name) is None]
    if unknown:
        known = "、".join(f"{field.name}（{field.label}）" for field in kind.fields)
        raise CannotImport(f"{kind.label}没有字段「{'、'.join(sorted(unknown))}」；有：{known}")


def find_columns(kind: Kind, shape: FileShape, columns: list[str]) -> dict[str, str]:
    """Find each field's column: as mapped, else by its name or a heading in use, unless a constant stands for it."""
    _require_columns([*shape.columns.values()], columns)
    plain = {column.casefold(): column for column in reversed(columns)}
    taken = {shape.lon, shape.lat, *shape.columns.values()}
    found = {}
    for field in kind.fields:
        if field.name in shape.columns:
            found[field.name] = shape.columns[field.name]
        elif field.name not in shape.constants:
            headings = (
                plain.get(heading.casefold()) for heading in (field.name, *field.headers, field.label)
            )
            column = next((each for each in headings if each is not None and each not in taken), None)
            if column is not None:
                found[field.name] = column
    return found


def _require_columns(wanted: list[str], columns: list[str]) -> None:
    missing = [column for column in wanted if column not in columns]
    if missing:
        raise CannotImport(f"文件没有列「{'、'.join(missing)}」；有：{_listed(columns)}")


def _listed(columns: list[str]) -> str:
    """Name the columns of a file without flooding the terminal."""
    named = "、".join(column[:LONGEST_HEADING] for column in columns[:MOST_HEADINGS])
    return f"{named} 等 {len(columns)} 列" if len(columns) > MOST_HEADINGS else named


def describe_mapping(kind: Kind, mapped: Mapping[str, str]) -> list[str]:
    """Say which column was taken for which field."""
    pairs = [f"{field.label}←{mapped[field.name]}" for field in kind.fields if field.name in mapped]
    return [f"字段对应：{'，'.join(pairs)}"] if pairs else []


def read_cells(
    kind: Kind, shape: FileShape, frame: pd.DataFrame, mapped: Mapping[str, str], notices: list[str]
) -> dict[str, Cells]:
    """Give the text of each field, with its constant where the file says nothing."""
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


def source_ids(
    kind: Kind, shape: FileShape, frame: pd.DataFrame, cells: Mapping[str, Cells], places: Geometries
) -> Cells:
    """Find what each row is called in its source."""
    names = list(frame.columns.drop("geometry"))
    column = find_id_column(kind, shape, names)
    if kind.has_official_code:
        ids = _official_codes(kind, shape.id_column or shape.columns.get("source_id"), cells)
    elif shape.id_column == BY_CONTENT:
        ids = _content_keys(cells, places)
    elif column is not None:
        _require_columns([column], names)
        ids = as_text(frame[column])
    else:
        columns = _listed(names)
        raise MissingKey(
            "请用 --id-field 指定每行的编号列，再次导入时才认得出同一行"
            f"（没有编号时可用 --id-field {BY_CONTENT}，按内容识别）。文件有这些列：{columns}"
        )
    return ids


def find_id_column(kind: Kind, shape: FileShape, names: list[str]) -> str | None:
    """Find the column of the source's own keys, if it has one."""
    chosen = shape.id_column or shape.columns.get("source_id")
    if kind.has_official_code or chosen == BY_CONTENT:
        return None
    return chosen or next((name for name in ID_HEADINGS if name in names), None)


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
