"""A workbook's table in the words of a kind: which names to look for, which faults matter, what numbers are days."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import geopandas
import pandas as pd

from backend.importing.fields import Field, FieldType, Kind
from backend.importing.files.columns import ID_HEADINGS
from backend.importing.files.formulas import ALL_HEADINGS
from backend.importing.files.layout import ID_LABEL, PLACE_LABEL, Layout
from backend.importing.request import FileShape
from geodata.problems import RowProblem
from geodata.workbooks import LOST_DIGITS, WorkbookTable

PLACE_NAMES = ("lon", "lng", "long", "longitude", "经度", "lat", "latitude", "纬度", "WKT")
# Excel believes that 1900 was a leap year: from March on, days count from one day earlier.
DAY_0 = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
# From the 1980s to 2102: a number of this size in a column of dates counts days, and 20260305 does not.
SERIALS = range(31_000, 74_000)
NUMBERS = (FieldType.NUMBER, FieldType.INTEGER)


def known_names(kind: Kind, shape: FileShape) -> set[str]:
    """Give the names that columns of this kind may have, those of the options among them."""
    fields = {name for field in kind.fields for name in (field.name, field.label, *field.headers)}
    chosen = {*shape.columns.values(), shape.lon, shape.lat, shape.id_column}
    return {
        *fields,
        *PLACE_NAMES,
        *ID_HEADINGS,
        *ALL_HEADINGS,
        *(name for name in chosen if name is not None),
    }


def relevant_faults(
    kind: Kind, book: WorkbookTable, mapped: Mapping[str, str], layout: Layout
) -> list[RowProblem]:
    """Choose the faults in columns that are read, and name them as our other findings are named.

    A number that is too long has lost digits of a code; as a quantity it is only rounded.
    """
    fields = {mapped[field.name]: field for field in kind.fields if field.name in mapped}
    others = {column for label in (ID_LABEL, PLACE_LABEL) for column in layout.columns.get(label, ())}
    relevant = []
    for fault in book.faults:
        field = fields.get(fault.field or "")
        is_rounded = fault.code == LOST_DIGITS and field is not None and field.type in NUMBERS
        if (field is not None or fault.field in others) and not is_rounded:
            relevant.append(fault)
    return relevant


def days_of_serials(
    kind: Kind, frame: geopandas.GeoDataFrame, mapped: Mapping[str, str], *, is_1904: bool
) -> geopandas.GeoDataFrame:
    """Write as days the plain numbers in columns of dates that Excel counts days with."""
    columns = [mapped[field.name] for field in kind.fields if _is_day(field) and field.name in mapped]
    if not columns:
        return frame
    days = {column: _days(frame[column].tolist(), is_1904=is_1904) for column in columns}
    return frame.assign(
        **{name: pd.Series(cells, index=frame.index, dtype=object) for name, cells in days.items()}
    )


def _is_day(field: Field) -> bool:
    return field.type is FieldType.DATE


def _days(cells: Sequence[object], *, is_1904: bool) -> list[object]:
    """Turn serial numbers to days, everything else stays.

    >>> _days([46086, 46086.0, "46086", 20260305, None], is_1904=False)
    ['2026-03-05', '2026-03-05', '46086', 20260305, None]
    >>> _days([44624], is_1904=True)
    ['2026-03-05']
    """
    return [
        (DAY_0[is_1904] + timedelta(days=int(cell))).isoformat()
        if isinstance(cell, int | float) and cell in SERIALS
        else cell
        for cell in cells
    ]
