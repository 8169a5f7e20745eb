"""The file of rows that were put aside: why, what to do, and the row itself, to be mended and imported again."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import geopandas
import pandas as pd
import shapely

from backend.importing.reading import WKT
from geodata.problems import RowProblem

# Set apart from a file's own columns, so that none of them is taken for a field at the next import.
HEADINGS = ("隔离_行号", "隔离_字段", "隔离_值", "隔离_原因", "隔离_建议")
BETWEEN = "；"


def write_quarantine(wanted: Path, frame: geopandas.GeoDataFrame, findings: Sequence[RowProblem]) -> Path:
    """Write one line a bad row (several causes joined by 「；」), then all its own columns.

    UTF-8 with a byte-order mark, which spreadsheets need to read Chinese. Rows of shapes get a column of WKT.

    Parameters
    ----------
    frame : the file's rows, indexed by their numbers.
    findings : in the order of the rows.

    Returns
    -------
    Where it was written: beside `wanted` when something else stands there, because somebody may be mending the
    quarantine of an earlier import.
    """
    content = _quarantine(frame, findings).to_csv(index=False).encode("utf-8-sig")
    number, path = 2, wanted
    while path.exists() and path.read_bytes() != content:
        path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        number += 1
    path.write_bytes(content)
    return path


def _quarantine(frame: geopandas.GeoDataFrame, findings: Sequence[RowProblem]) -> pd.DataFrame:
    rows, causes = [], []
    for row, group in groupby(findings, key=lambda finding: finding.row):
        found = list(group)
        rows.append(row)
        causes.append((row, *(_joined(found, part) for part in ("field", "value", "reason", "hint"))))
    bad = frame.loc[rows]
    own = pd.DataFrame(bad.drop(columns="geometry")).reset_index(drop=True)
    shapes = bad.geometry.to_numpy()
    if (shapely.get_type_id(shapes) > 0).any():
        written = pd.Series(shapely.to_wkt(shapes, rounding_precision=-1), dtype="str")
        # Beside it stays what could not be read as a shape.
        own[WKT] = written.fillna(own[WKT]) if WKT in own else written
    return pd.concat([pd.DataFrame(causes, columns=list(HEADINGS)), own], axis="columns")


def _joined(found: Sequence[RowProblem], part: str) -> str:
    texts: Iterator[str | None] = (getattr(finding, part) for finding in found)
    return BETWEEN.join(text for text in texts if text)
