"""What somebody asks to import, and how their file is to be read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from pyproj import CRS
from sqlalchemy.orm import Session

from backend.importing.checking.judging import Outside
from backend.importing.errors import CannotImport
from backend.importing.fields import Value
from backend.importing.models import ImportMapping
from geodata.crs import Datum, parse_datum


@dataclass(frozen=True)
class FileShape:
    """How to read a file: everything that stays the same when next month's file comes.

    Parameters
    ----------
    source : name of the data set, in which a row's id is unique.
    id_column : column with the row's id, or `@content` for a key made of the row's own values.
    columns : by field name, the file's column; other fields are found by the names of the columns.
    constants : by field name, a value for all rows; together with a column, for its empty cells.
    words : by field name, what the file's words mean.
    """

    source: str | None = None
    layer: str | None = None
    crs: str | None = None
    datum: str | None = None
    lon: str | None = None
    lat: str | None = None
    encoding: str | None = None
    where: str | None = None
    id_column: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

    def over(self, saved: "FileShape") -> "FileShape":
        """Return a shape in which what is said here wins over what was saved.

        >>> FileShape(columns={"name": "名"}).over(FileShape(crs="EPSG:4547", columns={"grade": "级"})).columns
        {'grade': '级', 'name': '名'}
        """
        return FileShape(
            **{each.name: _over(getattr(self, each.name), getattr(saved, each.name)) for each in fields(self)}
        )


def _over(ours: Any, theirs: Any) -> Any:  # noqa: ANN401 (options are texts and mappings of them)
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        return {**theirs, **{name: _over(value, theirs.get(name)) for name, value in ours.items()}}
    return theirs if ours is None else ours


@dataclass(frozen=True)
class ImportRequest:
    """One import of one file.

    Parameters
    ----------
    district : code of the district that places are held against.
    is_partial : take the good rows even when others are bad.
    quarantine : where the bad rows are written; None writes none.
    given_name : what the user calls the file, where `path` has a name that we gave it.
    is_demo : the rows are invented.
    """

    kind: str
    path: Path
    district: str
    shape: FileShape = field(default_factory=FileShape)
    outside: Outside = "warn"
    is_partial: bool = False
    quarantine: Path | None = None
    given_name: str | None = None
    is_demo: bool = False

    @property
    def source(self) -> str:
        """Name of the data set: as said, else the file's name with its layer."""
        layer = f":{self.shape.layer}" if self.shape.layer else ""
        return self.shape.source or f"{Path(self.given_name or self.path).stem}{layer}"

    @property
    def file_name(self) -> str:
        """Name of the file, with a mark for what is no character in it."""
        return (self.given_name or self.path.name).encode("utf-8", "replace").decode()

    @property
    def options(self) -> dict[str, Any]:
        """What the batch's record keeps, as JSON."""
        return {**asdict(self.shape), "outside": self.outside, "is_partial": self.is_partial}


def declared_datum(shape: FileShape) -> Datum | None:
    """Tell what a file's numbers are measured in, as far as the user says.

    `crs` names the coordinate system of the numbers, degrees or metres; `datum` what it stands on, which is where
    GCJ-02 and BD-09 hide behind numbers that look like WGS 84.

    Raises
    ------
    CannotImport
        If both are given and cannot both be true.

    Examples
    --------
    >>> declared_datum(FileShape(crs="EPSG:4326", datum="gcj02")).name
    'GCJ-02'
    >>> declared_datum(FileShape(crs="EPSG:4547", datum="CGCS2000")).name
    'EPSG:4547'
    """
    crs = parse_datum(shape.crs) if shape.crs else None
    datum = parse_datum(shape.datum) if shape.datum else None
    if crs is None or datum is None or crs == datum:
        return crs or datum
    if datum.epsg is None and crs.name in ("EPSG:4326", "EPSG:4490"):
        return datum
    if datum.epsg is not None and crs.epsg is not None and _stands_on(crs.epsg, datum.epsg):
        return crs
    raise CannotImport(
        f"--crs {shape.crs} 与 --datum {shape.datum} 互相矛盾：--crs 是坐标数值所用的坐标系（如 EPSG:4547），"
        "--datum 是它的基准（如 CGCS2000、GCJ-02）；GCJ-02 和 BD-09 只有经纬度。请只写其中一个。"
    )


def _stands_on(crs: int, datum: int) -> bool:
    base = CRS.from_epsg(crs).geodetic_crs
    return base is not None and base.to_epsg() == datum


def save_shape(session: Session, name: str, kind: str, shape: FileShape) -> None:
    """Keep a file's shape under a name, in place of what had that name."""
    session.merge(ImportMapping(name=name, kind=kind, options=asdict(shape)))
    session.flush()


def saved_shape(session: Session, name: str, kind: str) -> FileShape:
    """Return the shape that was saved under a name.

    Raises
    ------
    CannotImport
        If there is none, or it is for another kind of row.
    """
    mapping = session.get(ImportMapping, name)
    if mapping is None:
        raise CannotImport(f"没有保存过名为「{name}」的映射")
    if mapping.kind != kind:
        raise CannotImport(f"映射「{name}」用于 {mapping.kind}，不能用于 {kind}")
    return FileShape(**mapping.options)
