"""Where a name is: one search over every layer that has names people look for."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import (
    RowMapping,
    Select,
    SQLColumnExpression,
    String,
    and_,
    case,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area
from backend.layers import LAYERS, PublishedLayer
from backend.register.rows import place, place_columns
from backend.surroundings.models import Corridor, Receptor
from tiles.grid import Bounds

# Enterprises first: they are what people look for.
SEARCHED = ("enterprises", "zones", "receptors", "corridors", "areas")
TOWNSHIP_NAME = select(Area.name).where(Area.code == Enterprise.township_code).scalar_subquery()
# A proper name that tells two rows of one name apart.
DETAIL: Mapping[str, SQLColumnExpression[Any]] = {"enterprises": TOWNSHIP_NAME, "zones": Enterprise.name}
# The code by which the page says what the row is.
KIND: Mapping[str, SQLColumnExpression[Any]] = {
    "enterprises": Enterprise.sector_code,
    "receptors": Receptor.kind,
    "corridors": Corridor.class_,
    "areas": Area.level,
}


class Found(BaseModel):
    """One row whose name fits. A place (degrees of longitude and latitude) is missing for what is 未上图."""

    layer: str
    id: UUID
    number: int
    name: str
    detail: str | None
    kind: str | None
    grade: int | None
    lon: float | None
    lat: float | None
    bounds: Bounds | None


class SearchAnswer(BaseModel):
    """The best rows, and how many fit in all."""

    results: list[Found]
    total: int


def search(session: Session, actor: Actor, words: list[str], *, limit: int) -> SearchAnswer:
    """Rows whose name holds every word (or whose credit code is the word); names that begin with the first lead."""
    hits = union_all(*(hits_of(actor, LAYERS[name], words) for name in SEARCHED)).subquery()
    begins = case((hits.c.name.ilike(escaped(words[0]) + "%", escape="\\"), 0), else_=1)
    layer_order = case({name: place for place, name in enumerate(SEARCHED)}, value=hits.c.layer)
    rows = session.execute(
        select(hits, func.count().over().label("hit_count"))
        .order_by(begins, layer_order, func.char_length(hits.c.name), hits.c.name, hits.c.number)
        .limit(limit)
    ).all()
    return SearchAnswer(results=[found(row._mapping) for row in rows], total=rows[0].hit_count if rows else 0)


def hits_of(actor: Actor, layer: PublishedLayer, words: list[str]) -> Select[Any]:
    """The rows of one layer that fit, with what a list of results shows."""
    model = layer.model
    fits = and_(*(model.name.ilike(f"%{escaped(word)}%", escape="\\") for word in words))
    if layer.name == "enterprises":
        fits |= Enterprise.credit_code == words[0].upper()
    return (
        layer.visible(actor)
        .with_only_columns(
            literal(layer.name).label("layer"),
            model.id.label("id"),
            model.number.label("number"),
            model.name.label("name"),
            type_coerce(DETAIL.get(layer.name, null()), String).label("detail"),
            type_coerce(KIND.get(layer.name, null()), String).label("kind"),
            (layer.column("grade", actor) if "grade" in layer.properties else null()).label("grade"),
            *place_columns(layer.geometry),
        )
        .where(fits)
    )


def found(row: RowMapping) -> Found:
    """A row of the query as it is answered."""
    return Found(**{name: row[name] for name in OWN_FIELDS}, **place(row))


OWN_FIELDS = Found.model_fields.keys() - {"lon", "lat", "bounds"}


def escaped(word: str) -> str:
    r"""The word with what LIKE would read as a pattern taken literally.

    >>> escaped("50%_")
    '50\\%\\_'
    """
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
