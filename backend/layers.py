"""Every published layer, declared once: tiles, features, search, counts and the legend all read it from here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, SQLColumnExpression
from sqlalchemy.orm import InstrumentedAttribute

from backend.enterprises.models import Enterprise
from backend.enterprises.queries import own_fact, own_id, visible_enterprises
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area
from backend.jurisdictions.queries import visible_areas
from backend.surroundings.models import Corridor, Receptor
from backend.surroundings.queries import visible_corridors, visible_receptors
from backend.zones.models import Zone
from backend.zones.queries import visible_zones
from tiles.layer import Layer

# What a feature tells: a column, or one that depends on who asks.
Property = SQLColumnExpression[Any] | Callable[[Actor], SQLColumnExpression[Any]]


@dataclass(frozen=True)
class PublishedLayer:
    """A layer of the map bound to the rows that an actor may see.

    `properties` are what a feature tells; the fields of `tiles` are the few of them that every tile carries.
    """

    tiles: Layer
    title_en: str
    visible: Callable[[Actor], Select[Any]]
    model: type[Enterprise] | type[Zone] | type[Receptor] | type[Corridor] | type[Area]
    geometry: InstrumentedAttribute[Any]
    properties: Mapping[str, Property]
    tables: tuple[str, ...]
    """Tables whose revision the layer's content depends on."""
    classes: str | None = None
    """Property by which the legend counts: the grade, or the kind of a receptor."""

    @property
    def name(self) -> str:
        """The layer's name in every address and file."""
        return self.tiles.name

    def rows(self, actor: Actor, *names: str) -> Select[Any]:
        """What exists for `actor` and has a place: `id`, `number`, `geometry` (EPSG:4490) and named properties."""
        return (
            self.visible(actor)
            .with_only_columns(
                self.model.id.label("id"),
                self.model.number.label("number"),
                self.geometry.label("geometry"),
                *(self.column(name, actor).label(name) for name in names),
            )
            .where(self.geometry.is_not(None))
        )

    def column(self, name: str, actor: Actor) -> SQLColumnExpression[Any]:
        """A property as `actor` is told it."""
        told = self.properties[name]
        return told(actor) if callable(told) else told

    def tile_rows(self, actor: Actor) -> Select[Any]:
        """`rows` with just what a tile carries."""
        return self.rows(actor, *self.tiles.fields)


def origin(model: type[Any]) -> dict[str, Property]:
    """The properties that every feature ends with: where it came from and how far to trust it."""
    return {
        "source": model.source,
        "source_id": model.source_id,
        "accuracy_m": model.accuracy_m,
        "is_demo": model.is_demo,
        "version": model.version,
        "updated_at": model.updated_at,
    }


ENTERPRISE_PROPERTIES: Mapping[str, Property] = {
    "name": Enterprise.name,
    "grade": Enterprise.grade,
    "residual_grade": Enterprise.residual_grade,
    "sector": Enterprise.sector_code,
    "township": Enterprise.township_code,
    "status": Enterprise.operating_status,
    "credit_code": Enterprise.credit_code,
    "address": Enterprise.address,
    **origin(Enterprise),
}

AREAS = PublishedLayer(
    Layer("areas", "行政区划", 0, 14, {"code": "String", "name": "String", "level": "String"}),
    "Administrative areas",
    visible_areas,
    Area,
    Area.boundary,
    {
        "code": Area.code,
        "name": Area.name,
        "level": Area.level,
        "parent_code": Area.parent_code,
        "is_indicative": Area.is_indicative,
        **origin(Area),
    },
    ("area",),
)
ENTERPRISES = PublishedLayer(
    Layer(
        "enterprises",
        "企业",
        6,
        16,
        {"grade": "Number", "name": "String", "sector": "String", "township": "String", "status": "String"},
    ),
    "Enterprises",
    visible_enterprises,
    Enterprise,
    Enterprise.location,
    ENTERPRISE_PROPERTIES,
    ("enterprise",),
    "grade",
)
ENTERPRISE_OUTLINES = PublishedLayer(
    Layer("enterprise_outlines", "厂界", 12, 16, {"grade": "Number", "name": "String"}),
    "Enterprise outlines",
    visible_enterprises,
    Enterprise,
    Enterprise.outline,
    ENTERPRISE_PROPERTIES,
    ("enterprise",),
)
ZONES = PublishedLayer(
    Layer("zones", "风险分区", 12, 16, {"grade": "Number", "name": "String", "floor": "String"}),
    "Zones",
    visible_zones,
    Zone,
    Zone.boundary,
    {
        "name": Zone.name,
        "grade": Zone.grade,
        "residual_grade": Zone.residual_grade,
        "kind": Zone.kind,
        "floor": Zone.floor,
        "enterprise_id": lambda actor: own_id(actor, Zone.enterprise_id),
        "enterprise": Enterprise.name,
        "sector": lambda actor: own_fact(actor, Enterprise.sector_code),
        "township": lambda actor: own_fact(actor, Enterprise.township_code),
        **origin(Zone),
    },
    ("zone", "enterprise"),
    "grade",
)
RECEPTORS = PublishedLayer(
    Layer("receptors", "防护目标", 10, 16, {"kind": "String", "name": "String"}),
    "Receptors",
    visible_receptors,
    Receptor,
    Receptor.place,
    {
        "name": Receptor.name,
        "kind": Receptor.kind,
        "grade": Receptor.grade,
        "headcount": Receptor.headcount,
        "enterprise_id": lambda actor: own_id(actor, Receptor.enterprise_id),
        **origin(Receptor),
    },
    ("receptor",),
    "kind",
)
CORRIDORS = PublishedLayer(
    Layer("corridors", "交通干线", 6, 16, {"class": "String", "name": "String", "grade": "Number"}),
    "Corridors",
    visible_corridors,
    Corridor,
    Corridor.centreline,
    {
        "name": Corridor.name,
        "class": Corridor.class_,
        "grade": Corridor.grade,
        "half_width_m": Corridor.half_width_m,
        **origin(Corridor),
    },
    ("corridor",),
    "grade",
)

# In drawing order, the lowest first.
LAYERS: Mapping[str, PublishedLayer] = {
    layer.name: layer for layer in (AREAS, CORRIDORS, RECEPTORS, ENTERPRISE_OUTLINES, ZONES, ENTERPRISES)
}
