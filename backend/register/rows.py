"""A row of the map as the API tells it: its names, its origin, its place and its true measures."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry
from pydantic import BaseModel, ConfigDict
from sqlalchemy import (
    ColumnElement,
    Row,
    RowMapping,
    Select,
    SQLColumnExpression,
    func,
    inspect,
    or_,
    type_coerce,
)
from sqlalchemy.orm import Session

from backend.errors import NotFound
from backend.register.located import CANONICAL_SRID, Located
from backend.web.parameters import Key
from tiles.grid import Bounds

Column = SQLColumnExpression[Any]


class RowOut(BaseModel):
    """What every row tells; lon, lat and bounds are degrees, CGCS2000 (EPSG:4490), null for what is 未上图."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: int
    name: str
    lon: float | None
    lat: float | None
    bounds: Bounds | None
    source: str
    source_id: str
    original_datum: str | None
    accuracy_m: float | None
    is_demo: bool
    version: int
    updated_at: datetime


class Term(BaseModel):
    """A code with its words."""

    code: str
    zh: str
    en: str


def term(words: Mapping[str, tuple[str, str]], code: str) -> Term:
    """A code of a fixed table with its words."""
    zh, en = words[code]
    return Term(code=code, zh=zh, en=en)


def terms(words: Mapping[Any, tuple[str, str]]) -> list[Term]:
    """A table of code → (Chinese, English) as it is published."""
    return [Term(code=str(code), zh=zh, en=en) for code, (zh, en) in words.items()]


def one_row(session: Session, rows: Select[Any], model: type[Located], key: Key) -> Row[Any]:
    """The row with this key among those that exist for the reader."""
    column = model.number if isinstance(key, int) else model.id
    row = session.execute(rows.where(column == key)).one_or_none()
    if row is None:
        raise NotFound
    return row


def own_fields(entity: Located, schema: type[RowOut]) -> dict[str, Any]:
    """The fields of `schema` that are columns of the entity itself."""
    columns = inspect(type(entity)).column_attrs.keys()
    return {name: getattr(entity, name) for name in schema.model_fields if name in columns}


def place_columns(geometry: Column) -> list[ColumnElement[Any]]:
    """The columns `lon`, `lat` (a point on the row) and `xmin` … `ymax` that `place` reads."""
    plain = type_coerce(geometry, Geometry)
    point = func.ST_PointOnSurface(plain)
    return [
        func.ST_X(point).label("lon"),
        func.ST_Y(point).label("lat"),
        func.ST_XMin(plain).label("xmin"),
        func.ST_YMin(plain).label("ymin"),
        func.ST_XMax(plain).label("xmax"),
        func.ST_YMax(plain).label("ymax"),
    ]


def place(row: RowMapping) -> dict[str, Any]:
    """The fields `lon`, `lat` and `bounds` of a row selected with `place_columns`."""
    edges = [row[edge] for edge in ("xmin", "ymin", "xmax", "ymax")]
    lon, lat = (None if row[name] is None else round(row[name], 7) for name in ("lon", "lat"))
    return {"lon": lon, "lat": lat, "bounds": None if edges[0] is None else Bounds(*edges)}


def meets(geometry: Column, box: Bounds) -> ColumnElement[bool]:
    """Whether a geometry's box meets `box`, which crosses the antimeridian when its xmin exceeds its xmax."""
    crosses = box.xmin > box.xmax
    parts = [box._replace(xmax=180.0), box._replace(xmin=-180.0)] if crosses else [box]
    overlaps = geometry.op("&&", is_comparison=True)
    return or_(*(overlaps(func.ST_MakeEnvelope(*part, CANONICAL_SRID)) for part in parts))


def true_length_m(metric: Column, k: Column) -> SQLColumnExpression[Any]:
    """Length on the ground of lines in their metric zone, metres."""
    return func.ST_Length(metric) / k


def true_perimeter_m(metric: Column, k: Column) -> SQLColumnExpression[Any]:
    """Length on the ground of a polygon's edges in its metric zone, metres."""
    return func.ST_Perimeter(metric) / k


def true_area_m2(metric: Column, k: Column) -> SQLColumnExpression[Any]:
    """Area on the ground of a polygon in its metric zone, square metres."""
    return func.ST_Area(metric) / (k * k)
