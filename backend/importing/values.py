"""Cells of a file as values of our fields: whole columns at a time, what does not fit is a finding."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from backend.importing.fields import Field, FieldType, Words
from backend.importing.findings import Cells, Findings, Mask

# C0 and C1 controls break displays and NUL breaks PostgreSQL; the others turn the reading direction of a line.
FORBIDDEN = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd]"
LARGEST_INTEGER = 2**31 - 1
# Spreadsheets and GDAL put a midnight behind a date.
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?\S*)?")


def as_text(column: "pd.Series[Any]") -> Cells:
    """Return cells as text without outer blanks; an empty cell is None. Whole numbers have no `.0`.

    >>> as_text(pd.Series([" 姚孟 ", "", None])).tolist(), as_text(pd.Series([1.0, None, 2.5])).tolist()
    (['姚孟', None, None], ['1', None, '2.5'])
    """
    missing = column.isna().to_numpy(dtype=bool)
    if pd.api.types.is_bool_dtype(column):
        text = column.map({True: "true", False: "false"}, na_action="ignore")
    elif pd.api.types.is_float_dtype(column):
        text = column.map(_number_text, na_action="ignore")
    elif pd.api.types.is_datetime64_any_dtype(column):
        text = column.dt.strftime("%Y-%m-%d")
    else:
        text = column.astype(str)
    cells = text.astype(object).str.strip().to_numpy(dtype=object, copy=True)
    cells[missing | (cells == "")] = None
    return cells


def _number_text(number: float) -> str:
    return f"{number:.0f}" if float(number).is_integer() else repr(float(number))


def read_column(field: Field, cells: Cells, words: Mapping[str, Words], findings: Findings) -> Cells:
    """Turn the text of one column into the field's values; references stay text, they are looked up later.

    Parameters
    ----------
    words : by field name, what a file's own words mean; they come on top of the field's words, except for grades,
        where numbers are ambiguous (some systems count 0 to 3) and a given mapping is the whole truth.
    """
    forbidden = _matches(cells, FORBIDDEN)
    findings.add(
        forbidden,
        field.label,
        "含有控制字符或无法显示的字符",
        cause="control_character",
        values=cells,
        hint="请删除该字符",
    )
    cells = cells.copy()
    cells[forbidden] = None
    match field.type:
        case FieldType.WORD:
            values = _read_words(field, cells, words.get(field.name, {}), findings)
        case FieldType.INTEGER | FieldType.NUMBER:
            values = _read_numbers(field, cells, findings)
        case FieldType.DATE:
            values = _read_dates(field, cells, findings)
        case FieldType.TEXT:
            values = cells
        case _:
            values = _plain(cells)
    if field.default is not None:
        values = np.where(is_empty(cells), field.default, values)
    if field.is_required:
        findings.add(is_empty(cells) & ~forbidden, field.label, "必填项为空", cause="empty")
    return values


def _read_words(field: Field, cells: Cells, given: Words, findings: Findings) -> Cells:
    own = {word.casefold(): meaning for word, meaning in given.items()}
    words = own if field.name == "grade" and own else {**(field.words or {}), **own}
    asked = pd.Series(_plain(cells), dtype=object).str.casefold()
    unknown = ~asked.isin(list(words)).to_numpy(dtype=bool) & ~is_empty(cells)
    option = "--grade-map" if field.name == "grade" else f"--word {field.name}:"
    findings.add(
        unknown,
        field.label,
        "不认识的词",
        cause="unknown_word",
        values=cells,
        hint=f"可用：{_known(words)}；或用 {option}值=我们的词 说明",
    )
    return _lookup(asked, words)


def _known(words: Words) -> str:
    """Name the Chinese words, or all where there are none, without flooding a line."""
    chinese = [word for word in words if not word.isascii()] or list(words)
    return "、".join(chinese[:20]) + ("…" if len(chinese) > 20 else "")


def _lookup(asked: "pd.Series[Any]", words: Words) -> Cells:
    values = np.empty(len(asked), dtype=object)
    values[:] = [words.get(word) for word in asked]
    return values


def _read_numbers(field: Field, cells: Cells, findings: Findings) -> Cells:
    is_integer = field.type is FieldType.INTEGER
    # "1,200" is how spreadsheets write 1200; a decimal comma is not used in Chinese.
    plain = pd.Series(_plain(cells), dtype=object).str.replace(r",(?=\d{3}(\D|$))", "", regex=True)
    numbers = pd.to_numeric(plain, errors="coerce").to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        usable = np.isfinite(numbers) & (numbers >= 0)
        if is_integer:
            usable &= (numbers == np.floor(numbers)) & (numbers <= LARGEST_INTEGER)
    wanted = "非负整数" if is_integer else "非负数"
    findings.add(~usable & ~is_empty(cells), field.label, f"不是{wanted}", cause="not_a_number", values=cells)
    values = np.full(len(cells), None, dtype=object)
    values[usable] = numbers[usable].astype(int if is_integer else float).tolist()
    return values


def _read_dates(field: Field, cells: Cells, findings: Findings) -> Cells:
    values = np.array([_read_date(text) for text in _plain(cells)], dtype=object)
    unreadable = is_empty(values) & ~is_empty(cells)
    hint = "请写成 2026-03-05"
    findings.add(unreadable, field.label, "不是日期", cause="not_a_date", values=cells, hint=hint)
    return values


def _read_date(text: str | None) -> date | None:
    """Read year, month and day as they are written in China.

    >>> _read_date("2026年3月5日"), _read_date("2026.2.30")
    (datetime.date(2026, 3, 5), None)
    """
    written = DATE.fullmatch(text or "")
    if written is None:
        return None
    try:
        return date(*(int(part) for part in written.groups()))
    except ValueError:
        return None


def _plain(cells: Cells) -> Cells:
    """Return full-width letters and digits as ordinary ones: codes and numbers are typed both ways."""
    plain = pd.Series(cells, dtype=object).str.normalize("NFKC").str.strip().to_numpy(dtype=object, copy=True)
    plain[is_empty(cells)] = None
    return plain


def _matches(cells: Cells, pattern: str) -> Mask:
    return pd.Series(cells, dtype=object).str.contains(pattern, regex=True, na=False).to_numpy(dtype=bool)


def is_empty(cells: Cells) -> Mask:
    """Tell which cells hold nothing."""
    return np.asarray(pd.isna(cells), dtype=bool)
