"""Choose rows by a small expression that means the same for every kind of file.

GDAL's own filters do not: SQLite compares texts exactly, OGR SQL ignores case, a GBK Shapefile is compared byte by
byte, and CSV has no types. So the rows are read first and this little language is applied to all alike:

    status = 'active' AND program_level >= 2 AND (county IN ('Wake', 'Union') OR name LIKE '%化工%')

Comparisons = <> != < <= > >=, [NOT] IN, [NOT] LIKE (% and _), [NOT] BETWEEN, IS [NOT] NULL; AND, OR, NOT, brackets.
Texts stand in 'single' quotes, columns bare or in "double" ones. Texts are compared exactly. A number compares
numerically, also with a text column (what is no number there never matches). A missing value matches nothing but
IS NULL, as in SQL.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.arrays import Booleans
from geodata.errors import InvalidFilter, UnknownColumn

LONGEST = 2_000
DEEPEST = 20

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])
      | (?P<text>'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")+")
      | (?P<word>[^\W\d]\w*)
      | (?P<sign><=|>=|<>|!=|[=<>(),])
    )""",
    re.VERBOSE,
)
_COMPARISONS: dict[str, Callable[..., pd.Series[bool]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_RESERVED = frozenset({"AND", "OR", "NOT", "IN", "LIKE", "BETWEEN", "IS", "NULL"})


@dataclass(frozen=True)
class _Truth:
    """SQL's three values, row by row: surely true, surely false, otherwise unknown."""

    true: Booleans
    false: Booleans


def matching_rows(frame: pd.DataFrame, expression: str) -> Booleans:
    """Tell for each row whether the expression is true.

    Raises
    ------
    InvalidFilter, UnknownColumn
        With the place of what is not understood.

    Examples
    --------
    >>> plants = pd.DataFrame({"name": ["甲", "乙", None], "capacity": ["300", "n/a", "1200"]})
    >>> matching_rows(plants, "capacity > 500 OR name = '甲'").tolist()
    [True, False, True]
    """
    if len(expression) > LONGEST:
        raise InvalidFilter(f"筛选条件超过 {LONGEST} 个字符")
    return _Parser(frame, expression).all_rows()


class _Parser:
    """A recursive-descent parser that evaluates as it reads."""

    def __init__(self, frame: pd.DataFrame, expression: str) -> None:
        self._frame = frame
        self._tokens = _tokens(expression)
        self._next = 0
        self._depth = 0

    def all_rows(self) -> Booleans:
        truth = self._either()
        if self._kind() != "end":
            raise self._unexpected("AND、OR 或结尾")
        return truth.true

    def _either(self) -> _Truth:
        truth = self._both()
        while self._accept("OR"):
            other = self._both()
            truth = _Truth(truth.true | other.true, truth.false & other.false)
        return truth

    def _both(self) -> _Truth:
        truth = self._negated()
        while self._accept("AND"):
            other = self._negated()
            truth = _Truth(truth.true & other.true, truth.false | other.false)
        return truth

    def _negated(self) -> _Truth:
        self._depth += 1
        if self._depth > DEEPEST:
            raise InvalidFilter(f"筛选条件嵌套超过 {DEEPEST} 层")
        if self._accept("NOT"):
            inner = self._negated()
            truth = _Truth(inner.false, inner.true)
        elif self._accept("("):
            truth = self._either()
            self._require(")")
        else:
            truth = self._condition()
        self._depth -= 1
        return truth

    def _condition(self) -> _Truth:
        column = self._column()
        missing = column.isna().to_numpy()
        if self._accept("IS"):
            is_not = self._accept("NOT")
            self._require("NULL")
            return _Truth(~missing, missing) if is_not else _Truth(missing, ~missing)
        is_not = self._accept("NOT")
        truth = self._comparison(column, only_words=is_not)
        return _Truth(truth.false, truth.true) if is_not else truth

    def _comparison(self, column: pd.Series, *, only_words: bool) -> _Truth:
        if self._accept("IN"):
            self._require("(")
            truth = _compare(column, "=", self._literal())
            while self._accept(","):
                other = _compare(column, "=", self._literal())
                truth = _Truth(truth.true | other.true, truth.false & other.false)
            self._require(")")
            return truth
        if self._accept("BETWEEN"):
            above = _compare(column, ">=", self._literal())
            self._require("AND")
            below = _compare(column, "<=", self._literal())
            return _Truth(above.true & below.true, above.false | below.false)
        if self._accept("LIKE"):
            return _is_like(column, self._literal())
        kind, text = self._tokens[self._next][:2]
        if kind == "sign" and text in _COMPARISONS and not only_words:
            self._next += 1
            return _compare(column, text, self._literal())
        raise self._unexpected("比较符号")

    def _column(self) -> pd.Series:
        kind, text, _ = self._tokens[self._next]
        name = text[1:-1].replace('""', '"') if kind == "quoted" else text
        if kind not in ("word", "quoted") or (kind == "word" and text.upper() in _RESERVED):
            raise self._unexpected("字段名")
        if name not in self._frame.columns:
            raise UnknownColumn(f"没有字段「{name}」；有：{'、'.join(map(str, self._frame.columns))}")
        self._next += 1
        return self._frame[name]

    def _literal(self) -> str | float:
        kind, text, _ = self._tokens[self._next]
        if kind not in ("number", "text"):
            raise self._unexpected("数或 '文字'")
        self._next += 1
        return float(text) if kind == "number" else text[1:-1].replace("''", "'")

    def _kind(self) -> str:
        return self._tokens[self._next][0]

    def _accept(self, word: str) -> bool:
        kind, text, _ = self._tokens[self._next]
        if kind in ("word", "sign") and text.upper() == word:
            self._next += 1
            return True
        return False

    def _require(self, word: str) -> None:
        if not self._accept(word):
            raise self._unexpected(word)

    def _unexpected(self, wanted: str) -> InvalidFilter:
        kind, text, place = self._tokens[self._next]
        found = "到此结束" if kind == "end" else f"是「{text}」"
        return InvalidFilter(f"筛选条件第 {place + 1} 个字符处{found}，应为{wanted}")


def _tokens(expression: str) -> list[tuple[str, str, int]]:
    """Cut the expression in (kind, text, place); the last one is the end."""
    tokens, place = [], 0
    stripped = expression.rstrip()
    while place < len(stripped):
        match = _TOKEN.match(stripped, place)
        if match is None or match.lastgroup is None:
            raise InvalidFilter(f"筛选条件第 {place + 1} 个字符处无法理解：{stripped[place : place + 20]}")
        tokens.append((match.lastgroup, match.group(match.lastgroup), match.start(match.lastgroup)))
        place = match.end()
    return [*tokens, ("end", "", len(stripped))]


def _compare(column: pd.Series, sign: str, literal: str | float) -> _Truth:
    values, wanted = _comparable(column, literal)
    known = values.notna().to_numpy()
    answer = np.zeros(len(values), dtype=bool)
    answer[known] = _COMPARISONS[sign](values[known], wanted).to_numpy(dtype=bool)
    return _Truth(answer & known, ~answer & known)


def _comparable(column: pd.Series, literal: str | float) -> tuple[pd.Series, object]:
    """Bring a column and a literal to one type, or say why that cannot be."""
    if isinstance(literal, float):
        return pd.to_numeric(column, errors="coerce"), literal
    if pd.api.types.is_datetime64_any_dtype(column):
        return column, _moment(column, literal)
    if pd.api.types.is_numeric_dtype(column):
        try:
            return column, float(literal)
        except ValueError as error:
            raise InvalidFilter(f"字段「{column.name}」是数，不能与文字 '{literal}' 比较") from error
    return column.astype("str"), literal


def _moment(column: pd.Series, literal: str) -> pd.Timestamp:
    try:
        moment = pd.Timestamp(literal)
    except ValueError as error:
        raise InvalidFilter(f"字段「{column.name}」是时间，不能与 '{literal}' 比较") from error
    zone = getattr(column.dtype, "tz", None)
    return moment.tz_localize(zone) if zone is not None and moment.tzinfo is None else moment


def _is_like(column: pd.Series, literal: str | float) -> _Truth:
    if isinstance(literal, float):
        raise InvalidFilter("LIKE 之后应为 '文字'")
    pieces = [_piece(marks) for marks in literal.split("%")]
    known = column.notna().to_numpy()
    pairs = zip(column, known, strict=True)
    answer = np.array([is_known and _matches(str(value), pieces) for value, is_known in pairs], dtype=bool)
    return _Truth(answer, ~answer & known)


def _piece(marks: str) -> tuple[re.Pattern[str], int]:
    """Make the expression of what stands between two %, and tell how many characters that is."""
    return re.compile("".join("." if mark == "_" else re.escape(mark) for mark in marks), re.DOTALL), len(
        marks
    )


def _matches(text: str, pieces: list[tuple[re.Pattern[str], int]]) -> bool:
    """Find the pieces from left to right; where the first that fits is taken, no other needs to be tried.

    One expression with .* for each % would try them all, for minutes.

    >>> [_matches(text, [_piece("a"), _piece("b_"), _piece("c")]) for text in ("ab1c", "a-b1b2-c", "ab1", "abc")]
    [True, True, False, False]
    """
    (first, _), *others = pieces
    if not others:
        return first.fullmatch(text) is not None
    found = first.match(text)
    for piece, _ in others[:-1]:
        found = found and piece.search(text, found.end())
    last, length = others[-1]
    begins = len(text) - length
    return found is not None and found.end() <= begins and last.fullmatch(text, begins) is not None
