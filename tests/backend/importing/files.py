"""Small files as people send them, and imports of them."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
from shapely import box
from sqlalchemy.orm import Session

from backend.importing.report import ImportReport
from backend.importing.request import FileShape, ImportRequest
from backend.importing.service import ignore, import_file
from geodata.problems import RowProblem
from tests import make

DISTRICT = "410411"
# 湛河区, roughly: 14 km by 22 km.
BOUNDARY = box(113.20, 33.60, 113.35, 33.80)


def district(session: Session) -> None:
    """Lay the district's boundary."""
    make.area(session, DISTRICT, "湛河区", BOUNDARY)


def csv_file(folder: Path, rows: Sequence[Mapping[str, object]], *, encoding: str = "utf-8") -> Path:
    """Write rows, with all columns that any of them has, as 企业.csv."""
    path = folder / "企业.csv"
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, list({column: None for row in rows for column in row}))
        writer.writeheader()
        writer.writerows(rows)
    return path


def site(number: int, **facts: object) -> dict[str, object]:
    """One line of a list of enterprises, in the district unless it says otherwise."""
    return {
        "编号": f"e{number}",
        "名称": f"企业{number}",
        "经度": 113.26 + number / 10_000,
        "纬度": 33.70,
        **facts,
    }


def request(path: Path, kind: str = "enterprises", **options: Any) -> ImportRequest:
    """Ask for an import; options of the file's shape and of the request may be mixed."""
    plain = {"outside", "is_partial", "quarantine", "district"}
    shape = {name: value for name, value in options.items() if name not in plain}
    return ImportRequest(
        kind=kind,
        path=path,
        shape=FileShape(**{"id_column": "编号", "crs": "EPSG:4490", **shape}),
        **{"district": DISTRICT, **{name: value for name, value in options.items() if name in plain}},
    )


def imported(session: Session, path: Path, kind: str = "enterprises", **options: Any) -> ImportReport:
    """Import a file."""
    return import_file(session, request(path, kind, **options), ignore)


def sites(
    session: Session, folder: Path, rows: Sequence[Mapping[str, object]], **options: Any
) -> ImportReport:
    """Import a list of enterprises."""
    return imported(session, csv_file(folder, rows), **options)


def only_finding(report: ImportReport) -> RowProblem:
    """Return the one thing that was found wrong."""
    assert len(report.findings) == 1, report.findings
    return report.findings[0]


def frame(rows: Sequence[Mapping[str, object]]) -> geopandas.GeoDataFrame:
    """Lay rows with a `geometry` in a frame."""
    return geopandas.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=4490)
