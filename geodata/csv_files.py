"""CSV tables with longitude and latitude columns, read as a person sees them: by line, as text, nothing guessed."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from geodata.arrays import Floats, Geometries
from geodata.encodings import python_encoding
from geodata.errors import TooLarge, UnknownColumn, UnreadableEncoding, UnreadableFile
from geodata.problems import RowProblem

LARGEST_BYTES = 500_000_000
LARGEST_FIELD = 1_000_000
MOST_COLUMNS = 1_000

# X and Y are not among them: on Chinese drawings X points north.
_LON_NAMES = frozenset({"lon", "lng", "long", "longitude", "经度"})
_LAT_NAMES = frozenset({"lat", "latitude", "纬度"})
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


@dataclass(frozen=True)
class CsvTable:
    """The attributes (texts; missing where nothing was written), the points, and what could not be read."""

    attributes: pd.DataFrame
    points: Geometries
    has_coordinates: bool
    encoding: str
    problems: list[RowProblem]


def read_csv(path: Path, *, lon: str | None, lat: str | None, encoding: str | None) -> CsvTable:
    """Read a CSV file (comma, semicolon or tab) whose first line names its columns.

    Parameters
    ----------
    lon, lat : the columns of x and y, in whatever datum. Without them, columns of the usual names (lon, lng,
        longitude, 经度 with lat, latitude, 纬度) are taken if there is exactly one of each; else there is no place.
    encoding : without it, UTF-8 (or UTF-16 by its mark) if it fits, else GB18030.

    Returns
    -------
    Rows indexed by the line they begin on. Both coordinates empty: no place, no problem. One unreadable: no place
    and a problem. Full-width digits are a problem with a proposed mend: they are never taken silently.
    """
    text, encoding = _decoded(path, encoding)
    header, rows = _rows(text)
    attributes, problems = _attributes(header, rows)
    x_name, y_name = coordinate_columns(header, lon, lat)
    if x_name is None or y_name is None:
        return CsvTable(attributes, np.full(len(attributes), None, dtype=object), False, encoding, problems)
    points, unreadable = points_of(attributes[x_name], attributes[y_name])
    return CsvTable(attributes, points, True, encoding, problems + unreadable)


def _decoded(path: Path, encoding: str | None) -> tuple[str, str]:
    if path.stat().st_size > LARGEST_BYTES:
        raise TooLarge(f"{path.name} 超过 {LARGEST_BYTES // 1_000_000} MB")
    data = path.read_bytes()
    for candidate in [_marked(python_encoding(encoding))] if encoding else _candidates(data):
        try:
            return data.decode(candidate), candidate.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    tried = encoding or "UTF-8、GB18030"
    raise UnreadableEncoding(f"{path.name} 不是 {tried} 编码：请另存为 UTF-8 后再试")


def _marked(encoding: str) -> str:
    """Let UTF-8 begin with the byte-order mark that spreadsheets write."""
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _candidates(data: bytes) -> list[str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    return ["utf-8-sig", "gb18030"]


def _rows(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Split in the header and (line, fields) for each row that is not blank."""
    numbered = _numbered_rows(text)
    _, header = next(numbered, (1, []))
    header = _without_empty_end([name.strip() for name in header])
    if not all(header) or not header:
        raise UnreadableFile("第一行应为列名，且不能为空")
    if len(header) > MOST_COLUMNS:
        raise TooLarge(f"有 {len(header)} 列，超过 {MOST_COLUMNS} 列")
    doubled = sorted(name for name, count in Counter(header).items() if count > 1)
    if doubled:
        raise UnreadableFile(f"列名重复：{'、'.join(doubled)}")
    return header, [(line, _without_empty_end(fields, keep=len(header))) for line, fields in numbered]


def _without_empty_end(fields: list[str], *, keep: int = 0) -> list[str]:
    """Leave off the empty fields at the end that spreadsheets write when a column beyond was once used."""
    end = len(fields)
    while end > keep and not fields[end - 1]:
        end -= 1
    return fields[:end]


def _numbered_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Read records with the line each begins on; a quoted field may go over several lines."""
    csv.field_size_limit(LARGEST_FIELD)
    first_line = (
        text[: min(text.find(mark) for mark in "\r\n" if mark in text)] if set("\r\n") & set(text) else text
    )
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for fields in reader:
            if any(fields):
                yield begins, fields
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(
            f"第 {begins} 行起不是合法的 CSV：引号没有成对，或一格超过 {LARGEST_FIELD:,} 个字符"
        ) from error


def _attributes(
    header: list[str], rows: list[tuple[int, list[str]]]
) -> tuple[pd.DataFrame, list[RowProblem]]:
    problems = []
    width = len(header)
    for line, fields in rows:
        if len(fields) != width:
            reason = f"有 {len(fields)} 个字段，列名有 {width} 个"
            shown = ",".join(fields)[:200]
            problems.append(RowProblem(line, None, shown, reason, "ragged_row", is_unread=True))
        elif any("\0" in value for value in fields):
            problems.append(RowProblem(line, None, None, "含有空字符", "bad_text"))
    index = pd.Index([line for line, _ in rows], dtype="int64")
    columns = {
        name: pd.Series([_cell(fields, position) for _, fields in rows], index=index, dtype="str")
        for position, name in enumerate(header)
    }
    return pd.DataFrame(columns, index=index), problems


def _cell(fields: list[str], position: int) -> str | None:
    return (fields[position] or None) if position < len(fields) else None


def coordinate_columns(header: list[str], lon: str | None, lat: str | None) -> tuple[str | None, str | None]:
    """Choose the columns of x and y: as told, else by the usual names where they leave no doubt."""
    for name in (lon, lat):
        if name is not None and name not in header:
            raise UnknownColumn(f"没有列「{name}」；有：{'、'.join(header)}")
    if (lon is None) != (lat is None):
        raise UnknownColumn("经度列和纬度列要一起指定")
    if lon is not None:
        return lon, lat
    lons = [name for name in header if name.casefold() in _LON_NAMES]
    lats = [name for name in header if name.casefold() in _LAT_NAMES]
    return (lons[0], lats[0]) if len(lons) == len(lats) == 1 else (None, None)


def points_of(x: pd.Series[str], y: pd.Series[str]) -> tuple[Geometries, list[RowProblem]]:
    """Make points of two columns of text; what is no number is no place and a problem."""
    problems = [*_coordinate_problems(x, y), *_coordinate_problems(y, x)]
    xs, ys = _numbers(x), _numbers(y)
    points = np.full(len(x), None, dtype=object)
    placed = ~(np.isnan(xs) | np.isnan(ys))
    points[placed] = shapely.points(xs[placed], ys[placed])
    return points, sorted(problems, key=lambda problem: problem.row)


def _coordinate_problems(column: pd.Series[str], other: pd.Series[str]) -> list[RowProblem]:
    """Name the values of a coordinate column that are no plain numbers, or missing where the other is there."""
    written, other_written = column.str.strip().fillna(""), other.str.strip().fillna("")
    is_number = written.str.fullmatch(_NUMBER).to_numpy(dtype=bool) & np.isfinite(_numbers(column))
    both_empty = ((written == "") & (other_written == "")).to_numpy(dtype=bool)
    doubtful = column[~(is_number | both_empty)]
    pairs = zip(doubtful.index.tolist(), doubtful.tolist(), strict=True)
    return [_coordinate_problem(line, str(column.name), value) for line, value in pairs]


def _coordinate_problem(line: int, name: str, value: object) -> RowProblem:
    if not isinstance(value, str) or not value.strip():
        return RowProblem(line, name, None, "缺少坐标：经度、纬度只填了一个", "missing_coordinate")
    plain = unicodedata.normalize("NFKC", value).strip()
    if _NUMBER.fullmatch(plain) and plain != value.strip():
        return RowProblem(line, name, value, "坐标含有全角字符", "full_width", f"应为 {plain}")
    if re.search(r"[°º′'″\"度分秒]", value):
        return RowProblem(line, name, value, "坐标是度分秒，应为十进制度", "not_a_number")
    return RowProblem(line, name, value, "坐标不是数", "not_a_number")


def _numbers(column: pd.Series[str]) -> Floats:
    """Turn plain ASCII numbers to floats, everything else (nan, 1e999, full-width digits) to NaN."""
    written = column.str.strip().fillna("")
    plain = written.str.fullmatch(_NUMBER).to_numpy(dtype=bool)
    numbers = np.full(len(column), np.nan)
    # Python's float is correctly rounded; it may answer infinity, which is no coordinate either.
    numbers[plain] = [float(text) for text in written[plain]]
    return np.where(np.isfinite(numbers), numbers, np.nan)
