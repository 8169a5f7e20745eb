"""Cells of a file as values of our fields: whole columns at a time, what does not fit is a finding."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from backend.importing.checking.findings import Cells, Findings, Mask
from backend.importing.errors import CannotImport
from backend.importing.fields import Field, FieldType, Words

# C0 and C1 controls break displays, NUL and lone surrogates PostgreSQL; the others turn a line's reading direction.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffd]")
# "1,200" is how spreadsheets write 1200; a decimal comma is not used in Chinese.
THOUSANDS = re.compile(r",(?=\d{3}(\D|$))")
# Spreadsheets and GDAL put a midnight behind a date.
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?\S*)?")
BARE_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
# What lies outside is a slip of the keyboard, or a number that was taken for a day.
YEARS = range(1990, 2101)
# What a spreadsheet makes of a long code, saved as text: the rest of the digits is gone.
SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d+")
# The same of a short code, where nothing is gone.
POINT_ZERO = re.compile(r"(\d{1,15})\.0")
LARGEST_INTEGER = 2**31 - 1
LONGEST_NAME = 200


def as_text(column: "pd.Series[Any]") -> Cells:
    """Return cells as text without outer blanks; an empty cell is None. Whole numbers have no `.0`.

    >>> as_text(pd.Series([" 姚孟 ", "", None])).tolist(), as_text(pd.Series([1.0, None, 2.5])).tolist()
    (['姚孟', None, None], ['1', None, '2.5'])
    """
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.strftime("%Y-%m-%d")
    missing = column.isna().to_numpy(dtype=bool)
    # Most columns are of texts alone, which need no asking cell by cell.
    write = str.strip if isinstance(column.dtype, pd.StringDtype) else _text
    values = zip(column.tolist(), missing.tolist(), strict=True)
    texts = [None if gone else write(value) or None for value, gone in values]
    # Equal cells are one object: a list of two hundred thousand rows has a few words for most of its columns.
    one: dict[str | None, str | None] = {}
    return np.array([one.setdefault(text, text) for text in texts], dtype=object)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return str(value).strip()


def each(cells: Cells, change: Callable[[Any], object]) -> Cells:
    """Change every cell that holds something, each different one once; None stays None.

    >>> each(np.array(["a", None, "a"], dtype=object), str.upper).tolist()
    ['A', None, 'A']
    """
    listed = cells.tolist()
    changed = {cell: None if cell is None else change(cell) for cell in dict.fromkeys(listed)}
    answers = np.empty(len(listed), dtype=object)
    answers[:] = [changed[cell] for cell in listed]
    return answers


def is_empty(cells: Cells) -> Mask:
    """Tell which cells hold nothing."""
    return np.asarray(pd.isna(cells), dtype=bool)


def read_column(field: Field, cells: Cells, words: Mapping[str, Words], findings: Findings) -> Cells:
    """Turn the text of one column into the field's values; references stay text, they are looked up later.

    Parameters
    ----------
    words : by field name, what a file's own words mean; they come on top of the field's words, except for grades,
        where numbers are ambiguous (some systems count 0 to 3) and a given mapping is the whole truth.
    """
    unfit = find_unfit(field.label, cells, findings, longest=field.longest)
    cells = cells.copy()
    cells[unfit] = None
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
            values = each(cells, _plain_code)
            values[_find_lost_digits(field, cells, findings)] = None
    if field.default is not None:
        values = np.where(is_empty(cells), np.array(field.default, dtype=object), values)
    if field.is_required:
        findings.add(is_empty(cells) & ~unfit, field.label, "必填项为空", code="empty")
    return values


def find_unfit(label: str, cells: Cells, findings: Findings, *, longest: int) -> Mask:
    """Find texts that no column takes, whatever they mean."""
    texts = list(filter(None, cells.tolist()))
    if is_plain("".join(texts)) and max(map(len, texts), default=0) <= longest:
        return np.zeros(len(cells), dtype=bool)
    forbidden = ~is_empty(each(cells, FORBIDDEN.search))
    findings.add(
        forbidden,
        label,
        "含有控制字符或无法显示的字符",
        code="control_character",
        values=cells,
        hint="请删除该字符",
    )
    too_long = ~is_empty(each(cells, lambda text: len(text) if len(text) > longest else None))
    findings.add(too_long, label, f"超过 {longest} 个字符", code="too_long", values=cells)
    return forbidden | too_long


def is_plain(text: str) -> bool:
    r"""Tell at once of a whole column that nothing in it is forbidden; where this fails, something may be.

    >>> is_plain("名称"), is_plain("两\n行"), is_plain("\ufffd")
    (True, False, False)
    """
    return text.isprintable() and "\ufffd" not in text


def require_fit(label: str, text: str | None) -> None:
    """Refuse a name that somebody gave on the command line, if no column takes it."""
    if text is not None and (FORBIDDEN.search(text) or len(text) > LONGEST_NAME):
        raise CannotImport(f"{label}不能超过 {LONGEST_NAME} 个字符，也不能含有控制字符")


def _find_lost_digits(field: Field, cells: Cells, findings: Findings) -> Mask:
    lost = ~is_empty(each(cells, lambda text: SCIENTIFIC.fullmatch(_plain(text))))
    findings.add(
        lost,
        field.label,
        "是科学计数法，后面的数字已经丢失",
        code="lost_digits",
        values=cells,
        hint="在 Excel 中把该列设为「文本」格式，重新填写完整的代码",
    )
    return lost


def _plain_code(text: str) -> str:
    """Return a code as it is known; a spreadsheet may have taken it for a number.

    >>> _plain_code("４１０４１１"), _plain_code("410411.0"), _plain_code("1.0版")
    ('410411', '410411', '1.0版')
    """
    plain = _plain(text)
    number = POINT_ZERO.fullmatch(plain)
    return number[1] if number else plain


def _read_words(field: Field, cells: Cells, given: Words, findings: Findings) -> Cells:
    own = {_plain(word).casefold(): meaning for word, meaning in given.items()}
    words = own if field.name.endswith("grade") and own else {**(field.words or {}), **own}
    asked = each(cells, lambda text: _plain(text).casefold())
    option = "--grade-map " if field.name == "grade" else f"--word {field.name}:"
    findings.add(
        is_empty(each(asked, lambda word: True if word in words else None)) & ~is_empty(cells),
        field.label,
        "不认识的词",
        code="unknown_word",
        values=cells,
        hint=f"可用：{_known(words)}；或用 {option}值=我们的词 说明",
    )
    return each(asked, words.get)


def _known(words: Words) -> str:
    """Name the Chinese words, or all where there are none, without flooding a line."""
    chinese = [word for word in words if not word.isascii()] or list(words)
    return "、".join(chinese[:20]) + ("…" if len(chinese) > 20 else "")


def _read_numbers(field: Field, cells: Cells, findings: Findings) -> Cells:
    is_integer = field.type is FieldType.INTEGER
    values = each(cells, _read_integer if is_integer else _read_number)
    wanted = "非负整数" if is_integer else "非负数"
    unreadable = is_empty(values) & ~is_empty(cells)
    findings.add(unreadable, field.label, f"不是{wanted}", code="not_a_number", values=cells)
    return values


def _read_number(text: str) -> float | None:
    """Read a number that is not negative.

    >>> _read_number("1,200"), _read_number("１２.5"), _read_number("-3"), _read_number("nan"), _read_number("约5")
    (1200.0, 12.5, None, None, None)
    """
    try:
        number = float(THOUSANDS.sub("", _plain(text)))
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _read_integer(text: str) -> int | None:
    number = _read_number(text)
    return int(number) if number is not None and number.is_integer() and number <= LARGEST_INTEGER else None


def _read_dates(field: Field, cells: Cells, findings: Findings) -> Cells:
    values = each(cells, _read_date)
    unreadable = is_empty(values) & ~is_empty(cells)
    hint = f"请写成 2026-03-05，年份在 {YEARS.start} 至 {YEARS.stop - 1} 之间"
    findings.add(unreadable, field.label, "不是日期", code="not_a_date", values=cells, hint=hint)
    return values


def _read_date(text: str) -> date | None:
    """Read year, month and day as they are written in China.

    >>> _read_date("2026年3月5日"), _read_date("2026.2.30")
    (datetime.date(2026, 3, 5), None)
    >>> _read_date("20260305"), _read_date("0206-03-05")
    (datetime.date(2026, 3, 5), None)
    """
    plain = _plain(text)
    written = DATE.fullmatch(plain) or BARE_DATE.fullmatch(plain)
    if written is None or int(written[1]) not in YEARS:
        return None
    year, month, day = (int(part) for part in written.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _plain(text: str) -> str:
    """Return full-width letters and digits as ordinary ones: codes and numbers are typed both ways."""
    return unicodedata.normalize("NFKC", text).strip()
