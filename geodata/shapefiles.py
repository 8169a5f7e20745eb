"""The parts of a Shapefile that lie beside it, and the encoding of its texts, which it rarely tells."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from geodata.encodings import python_encoding
from geodata.errors import MissingShapefilePart, UnreadableEncoding
from geodata.problems import RowProblem

# Bytes as characters one to one: how texts are taken from GDAL before we know their encoding.
RAW = "ISO-8859-1"

# Language driver ids in the 30th byte of a .dbf that do name an encoding; 0 and 0x57 ("ANSI") say nothing.
_LANGUAGE_DRIVERS = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5"}


def require_parts(shp: Path) -> None:
    """Make sure the index and the attributes came along; GDAL would otherwise invent or drop them."""
    missing = [suffix for suffix in (".shx", ".dbf") if beside(shp, suffix) is None]
    if missing:
        raise MissingShapefilePart(
            f"Shapefile 缺少 {'、'.join(missing)} 文件：请与 .shp 一起提供（同名，放在一处或打成 zip）"
        )


def beside(shp: Path, suffix: str) -> Path | None:
    """Find the part of a Shapefile with a suffix, whatever its case."""
    named = (shp.with_suffix(suffix), shp.with_suffix(suffix.upper()))
    return next((path for path in named if path.is_file()), None)


def declared_encoding(shp: Path) -> str | None:
    """Read the encoding that the .cpg, or else the .dbf itself, declares; None if neither does.

    Raises
    ------
    UnreadableEncoding
        If the .cpg names an encoding that does not exist.
    """
    cpg = beside(shp, ".cpg")
    if cpg is not None:
        return python_encoding(cpg.read_text(encoding="ascii", errors="replace").strip())
    dbf = beside(shp, ".dbf")
    if dbf is None:
        return None
    with dbf.open("rb") as file:
        head = file.read(30)
    return _LANGUAGE_DRIVERS.get(head[29]) if len(head) == 30 else None


def fitting_encoding(raw_texts: Iterable[str]) -> str:
    """Find the encoding of texts read as `RAW`: UTF-8 if every one fits, else GB18030 if every one does."""
    values = {text.encode(RAW) for text in raw_texts if not text.isascii()}
    for encoding in ("utf-8", "gb18030"):
        if all(_fits(value, encoding) for value in values):
            return encoding
    raise UnreadableEncoding("属性文字既不是 UTF-8 也不是 GB18030：请指明编码")


def _fits(value: bytes, encoding: str) -> bool:
    try:
        decoded_prefix(value, encoding)
    except UnicodeDecodeError:
        return False
    return True


def decoded_prefix(value: bytes, encoding: str) -> str:
    """Decode all but a last character that was cut in half, as fixed-width fields do."""
    return codecs.getincrementaldecoder(encoding)().decode(value, final=False)


def decode_frame(frame: pd.DataFrame, encoding: str) -> tuple[pd.DataFrame, list[RowProblem]]:
    """Decode column names and texts read as `RAW`; a text that does not fit is a problem of its row."""
    problems: list[RowProblem] = []
    decoded = frame.rename(columns={name: _decoded_name(str(name), encoding) for name in frame.columns})
    for name in decoded.columns:
        if pd.api.types.is_string_dtype(decoded[name]):
            decoded[name], found = _decode_column(decoded[name], encoding)
            problems += found
    return decoded, problems


def _decoded_name(raw: str, encoding: str) -> str:
    try:
        return decoded_prefix(raw.encode(RAW), encoding)
    except UnicodeDecodeError as error:
        raise UnreadableEncoding(f"列名不是 {encoding.upper()} 编码，与 .cpg 所说不符：请指明编码") from error


def _decode_column(column: pd.Series[str], encoding: str) -> tuple[pd.Series[str], list[RowProblem]]:
    texts: list[str | None] = column.astype(object).where(column.notna(), None).tolist()
    problems = []
    for position, text in enumerate(texts):
        if text is None or text.isascii():
            continue
        raw = text.encode(RAW)
        texts[position] = raw.decode(encoding, errors="replace")
        if not _is_whole(raw, encoding):
            reason = f"文字不是完整的 {encoding.upper()} 编码（可能被截断）"
            row = int(column.index[position])
            problems.append(RowProblem(row, str(column.name), texts[position], reason, "bad_text"))
    return pd.Series(texts, index=column.index, name=column.name, dtype="str"), problems


def _is_whole(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
