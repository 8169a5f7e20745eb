"""What is wrong with a geometry or with a row of a file: a sentence for people, a code for programs."""

from __future__ import annotations

from dataclasses import dataclass

_WARNINGS = frozenset({"has_z", "repeated_points"})


@dataclass(frozen=True)
class Problem:
    """One cause why a geometry cannot be used as it is.

    `reason` and `hint` are Chinese, fit to show; `code` is stable; `place` is (lon, lat) where there is one.
    """

    reason: str
    code: str
    place: tuple[float, float] | None = None
    hint: str | None = None

    @property
    def is_warning(self) -> bool:
        """Whether dropping what is too much (a height, a repeated vertex) loses nothing that we keep."""
        return self.code in _WARNINGS


@dataclass(frozen=True)
class RowProblem:
    """Why one row cannot be used as it is.

    Parameters
    ----------
    row : as its author counts: the line of a CSV file, else the feature's number from 1.
    field : the column or the JSON pointer; None for the whole row.
    value : what was there.
    reason, hint : Chinese, fit to show; the hint is what to do, or what the value probably should be.
    code : one word a cause, the same for all rows that suffer from it.
    is_unread : nothing in the row was understood, so that whatever else it seems to lack says nothing.
    column, sheet : of a workbook: the column's letter (several joined by 、) and the sheet's name.
    """

    row: int
    field: str | None
    value: str | None
    reason: str
    code: str = "unreadable_value"
    hint: str | None = None
    is_unread: bool = False
    column: str | None = None
    sheet: str | None = None

    @property
    def where(self) -> str:
        """Where it is, as somebody looks for it in the file.

        >>> RowProblem(7, "信用代码", None, "必填项为空", column="C", sheet="企业").where
        '工作表「企业」第 7 行 C 列「信用代码」'
        >>> RowProblem(7, "信用代码", None, "必填项为空").where
        '第 7 行「信用代码」'
        """
        sheet = f"工作表「{self.sheet}」" if self.sheet else ""
        column = f" {self.column} 列" if self.column else ""
        field = f"「{self.field}」" if self.field else ""
        return f"{sheet}第 {self.row} 行{column}{field}"


def pair(x: float, y: float) -> str:
    """Write a place as it is shown to people: lon before lat, to the centimetre."""
    return f"{round(x, 7):.10g}, {round(y, 7):.10g}"
