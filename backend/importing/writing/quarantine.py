"""The file of rows that were put aside: why, what to do, and the row itself, to be mended and imported again."""

import stat
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import geopandas
import pandas as pd
import shapely

from backend.importing.files.formulas import ALL_HEADINGS, HEADINGS, disarmed
from backend.importing.files.reading import WKT
from geodata.problems import RowProblem

BETWEEN = "；"


def write_quarantine(
    wanted: Path,
    frame: geopandas.GeoDataFrame,
    findings: Sequence[RowProblem],
    *,
    has_place_columns: bool,
) -> Path:
    """Write one line a bad row (several causes joined by 「；」), then all its own columns.

    UTF-8 with a byte-order mark, which spreadsheets need to read Chinese. Places get a column of WKT. What a
    spreadsheet would run as a formula begins with an apostrophe, which is taken away when the file is imported.

    Parameters
    ----------
    frame : the file's rows, indexed by their numbers.
    has_place_columns : their places stand in columns of their own already.
    findings : in the order of the rows.

    Returns
    -------
    Where it was written: beside `wanted` when something else stands there, because somebody may be mending the
    quarantine of an earlier import.
    """
    content = (
        _quarantine(frame, findings, has_place_columns=has_place_columns)
        .to_csv(index=False)
        .encode("utf-8-sig")
    )
    return save_beside(wanted, content)


def save_beside(wanted: Path, content: bytes) -> Path:
    """Write a new file at `wanted`, or beside it under a number where something else stands there."""
    number, path = 2, wanted
    while not _is_written(path, content):
        path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        number += 1
    return path


def _is_written(path: Path, content: bytes) -> bool:
    """Write a new file; whatever is there already stays, and will do if it is the same file from last time."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        # A link is not followed, and a pipe would never end.
        return stat.S_ISREG(path.lstat().st_mode) and path.read_bytes() == content
    return True


def _quarantine(
    frame: geopandas.GeoDataFrame, findings: Sequence[RowProblem], *, has_place_columns: bool
) -> pd.DataFrame:
    rows, causes = [], []
    for row, found in by_row(findings):
        rows.append(row)
        causes.append((row, *(joined(found, part) for part in ("field", "value", "reason", "hint"))))
    own = own_columns(frame.loc[rows], has_place_columns=has_place_columns)
    return disarmed(pd.concat([pd.DataFrame(causes, columns=list(HEADINGS)), own], axis="columns"))


def by_row(findings: Sequence[RowProblem]) -> Iterator[tuple[int, list[RowProblem]]]:
    """Give each bad row with what was found in it."""
    return ((row, list(found)) for row, found in groupby(findings, key=lambda finding: finding.row))


def own_columns(bad: geopandas.GeoDataFrame, *, has_place_columns: bool) -> pd.DataFrame:
    """Give the columns that rows came with, and their places as WKT where no column of theirs tells them."""
    # A quarantine that is imported again brings the causes of last time along.
    own = pd.DataFrame(bad.drop(columns=["geometry", *ALL_HEADINGS], errors="ignore")).reset_index(drop=True)
    shapes = bad.geometry.to_numpy()
    if not has_place_columns and not shapely.is_missing(shapes).all():
        written = pd.Series(shapely.to_wkt(shapes, rounding_precision=-1), dtype="str")
        # Beside it stays what could not be read as a shape.
        own[WKT] = written.fillna(own[WKT]) if WKT in own else written
    return own


def joined(found: Sequence[RowProblem], part: str) -> str:
    """Write one part of all that was found in a row."""
    texts: Iterator[str | None] = (getattr(finding, part) for finding in found)
    return BETWEEN.join(text for text in texts if text)
