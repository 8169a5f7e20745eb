"""Cells that a spreadsheet would run: marked in the quarantine, and as they were when it comes back."""

import re
from collections.abc import Callable
from typing import TypeVar

import pandas as pd

# Set apart from a file's own columns, so that none of them is taken for a field at the next import.
HEADINGS = ("隔离_行号", "隔离_字段", "隔离_值", "隔离_原因", "隔离_建议")
# The same for workbooks, where a cell tells by its colour what was wrong with it, and texts are no formulas.
WORKBOOK_HEADINGS = ("隔离_行号", "隔离_列", "隔离_原因", "隔离_建议")
ALL_HEADINGS = frozenset({*HEADINGS, *WORKBOOK_HEADINGS})

# Apostrophes count in, so that a cell that began with one does so again.
_ARMED = re.compile(r"'*[=+\-@\t\r]")
# Nothing to run in a number, or in a pair of them as coordinates are told.
_NUMBERS = re.compile(r"[+-]?\d+(\.\d*)?(, [+-]?\d+(\.\d*)?)*")

Frame = TypeVar("Frame", bound=pd.DataFrame)


def disarmed(frame: Frame) -> Frame:
    """Put an apostrophe before every text, in cells and headings, that begins like a formula; numbers stay.

    >>> disarmed(pd.DataFrame({"名称": ["=1+1", "-80.5, 35", "'=x", "甲"]}))["名称"].tolist()
    ["'=1+1", '-80.5, 35', "''=x", '甲']
    """
    return _changed(
        frame, lambda text: f"'{text}" if _ARMED.match(text) and not _NUMBERS.fullmatch(text) else text
    )


def rearmed(frame: Frame) -> Frame:
    """Take the apostrophes of a quarantine away; a frame without its headings is none and stays as it is.

    >>> rearmed(pd.DataFrame({"名称": ["'=1+1"]}))["名称"].tolist()
    ["'=1+1"]
    """
    if not set(HEADINGS) <= set(frame.columns):
        return frame
    return _changed(frame, lambda text: text[1:] if text.startswith("'") and _ARMED.match(text) else text)


def _changed(frame: Frame, change: Callable[[str], str]) -> Frame:
    def change_cell(cell: object) -> object:
        return change(cell) if isinstance(cell, str) else cell

    changed = frame.rename(columns=change)
    for name in changed.columns:
        if pd.api.types.is_string_dtype(changed[name]) or changed[name].dtype == object:
            changed[name] = changed[name].map(change_cell)
    return changed
