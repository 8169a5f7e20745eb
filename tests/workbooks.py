"""Workbooks for tests, as people make them."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

Fill = Callable[[xlsxwriter.Workbook, Worksheet], object]


def workbook(
    path: Path,
    rows: Sequence[Sequence[object]] = (),
    fill: Fill | None = None,
    *,
    sheet: str = "企业",
    **options: Any,
) -> Path:
    """Write rows from A1 on into one sheet; `fill` may do more to it."""
    return sheets(path, {sheet: rows}, fill, **options)


def sheets(
    path: Path, rows: Mapping[str, Sequence[Sequence[object]]], fill: Fill | None = None, **options: Any
) -> Path:
    """Write several sheets; `fill` is called with the last."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, **options})
    for name, content in rows.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(content):
            sheet.write_row(number, 0, row)
    if fill is not None:
        fill(book, sheet)
    book.close()
    return path


def with_part(path: Path, member: str, change: Callable[[bytes], bytes]) -> Path:
    """Change one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    parts[member] = change(parts.get(member, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path
