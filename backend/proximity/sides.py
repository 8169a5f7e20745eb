"""The two sides of a comparison, each read from a file or from the register."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.arrays import Booleans
from geodata.crs import Datum, parse_datum, to_cgcs2000
from geodata.errors import GeodataError, MissingCRS, UnknownColumn
from geodata.problems import RowProblem
from geodata.proximity import Prepared, prepare
from geodata.row_filter import matching_rows
from geodata.usable import Excluded
from geodata.vector_files import read_vector_file
from geodata.vector_table import VectorTable

DATABASE = "db"
WGS84 = Datum("EPSG:4326")
CSV_SUFFIXES = (".csv", ".tsv", ".txt")
# Read without being asked for, where a file has it.
HALF_WIDTH = "half_width_m"


class NothingToCompare(GeodataError):
    """A side has no row left."""

    code = "nothing_to_compare"


@dataclass(frozen=True)
class Asked:
    """What the command line says of one side; `name` is that of its options, "sites" or "receptors"."""

    name: str
    source: str
    layer: str | None = None
    where: str | None = None
    lonlat: str | None = None
    datum: str | None = None

    @property
    def is_register(self) -> bool:
        """Whether the rows are in the register and not in a file."""
        return self.source == DATABASE


@dataclass(frozen=True)
class Side:
    """The rows of one side: ready to be measured, what was left out, and what the operator is to know of them."""

    name: str
    rows: Prepared
    excluded: list[Excluded]
    notices: list[str]
    is_half_width_unknown: Booleans


def read_side(asked: Asked, *, datum: str | None, half_width: str | None = None) -> Side:
    """Read a side from a file.

    Parameters
    ----------
    datum : of the degrees of both sides; a file in a plane of its own, or with a datum of its own, keeps that.
    half_width : metres, or the name of a column; without it the column `half_width_m` where there is one.

    Raises
    ------
    GeodataError
        What stands in the way, with a sentence to show.
    """
    table, notices = _table(asked, datum)
    frame, unread = _canonical(table)
    return make_side(asked, frame, unread=unread, notices=notices, half_width=half_width)


def make_side(
    asked: Asked,
    frame: gpd.GeoDataFrame,
    *,
    unread: Iterable[Excluded] = (),
    notices: Iterable[str] = (),
    half_width: str | None = None,
) -> Side:
    """Make a side of rows in CGCS2000 degrees."""
    width = _half_width(frame, half_width)
    rows = prepare(frame, half_width_m=width)
    excluded = [*unread, *rows.excluded]
    if len(rows) == 0:
        reasons = "；".join(f"{each.reason} {each.count} 行" for each in excluded)
        raise NothingToCompare(
            f"{asked.name}：没有可用的行{f'（{reasons}）' if reasons else '：筛选后是空的'}"
        )
    is_line = np.isin(shapely.get_type_id(rows.geometries), (1, 5))
    is_stated = rows.frame[width].notna().to_numpy() if isinstance(width, str) else width is not None
    return Side(asked.name, rows, excluded, list(notices), is_line & ~np.asarray(is_stated, dtype=bool))


def _half_width(frame: gpd.GeoDataFrame, given: str | None) -> str | float | None:
    if given is None:
        return HALF_WIDTH if HALF_WIDTH in frame.columns else None
    try:
        return float(given)
    except ValueError:
        return given


def chosen(frame: gpd.GeoDataFrame, where: str | None) -> gpd.GeoDataFrame:
    """Keep the rows that an expression is true for (`geodata.row_filter`)."""
    if where is None:
        return frame
    return frame[matching_rows(pd.DataFrame(frame.drop(columns=frame.geometry.name)), where)]


def _table(asked: Asked, common: str | None) -> tuple[VectorTable, list[str]]:
    """Read a file with the datum that applies to it."""
    path = Path(asked.source)
    is_csv = path.suffix.casefold() in CSV_SUFFIXES
    own = None if asked.datum is None else parse_datum(asked.datum)
    shared = None if common is None else parse_datum(common)
    lon, lat = _columns(asked)
    notices = []
    if is_csv and own is None and shared is None:
        own = WGS84
        notices.append(
            f"{path.name} 不会说明坐标系，按 WGS84 理解；若取自高德、腾讯或百度地图，请加 --datum GCJ-02 或 BD-09"
        )
    if asked.lonlat is not None and not is_csv:
        notices.append(f"--{asked.name}-lonlat 只用于 CSV，{path.name} 用它自己的几何")

    def read(datum: Datum | None) -> VectorTable:
        return read_vector_file(path, layer=asked.layer, where=asked.where, lon=lon, lat=lat, datum=datum)

    try:
        table = read(own or (shared if is_csv else None))
    except MissingCRS:
        if shared is None:
            raise
        table = read(shared)
    if own is None and shared is not None and table.datum is not None and table.datum.is_lonlat:
        table = VectorTable(table.frame, shared, table.encoding, table.problems, table.has_place_columns)
    if table.datum is None:
        raise UnknownColumn(
            f"{path.name} 没有认出坐标列：请用 --{asked.name}-lonlat 经度列,纬度列；"
            f"有：{'、'.join(map(str, table.frame.columns.drop('geometry')))}"
        )
    return table, notices


def _columns(asked: Asked) -> tuple[str | None, str | None]:
    if asked.lonlat is None:
        return None, None
    names = [name.strip() for name in asked.lonlat.split(",")]
    if len(names) != 2 or not all(names):
        raise UnknownColumn(f"--{asked.name}-lonlat 应为两个列名，经度在前：LON,LAT")
    return names[0], names[1]


def _canonical(table: VectorTable) -> tuple[gpd.GeoDataFrame, list[Excluded]]:
    """Bring the rows to CGCS2000, without those that could not be read."""
    unread = {
        problem.row: problem
        for problem in reversed(table.problems)
        if problem.is_unread or table.frame.geometry[problem.row] is None
    }
    frame = table.frame[~table.frame.index.isin(list(unread))]
    places = to_cgcs2000(frame.geometry.to_numpy(), table.datum or WGS84)
    return frame.set_geometry(gpd.GeoSeries(places, index=frame.index, crs=4490)), _counted(unread.values())


def _counted(problems: Iterable[RowProblem]) -> list[Excluded]:
    first: dict[str, RowProblem] = {}
    counts: dict[str, int] = {}
    for problem in problems:
        first.setdefault(problem.code, problem)
        counts[problem.code] = counts.get(problem.code, 0) + 1
    return [Excluded(code, first[code].reason, count) for code, count in counts.items()]
