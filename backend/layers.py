"""Every published layer, declared once: tiles, features, search, counts and the legend all read it from here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import Select, SQLColumnExpression, func, type_coerce

from backend.area_risk.queries import Cell, cells, cells_around
from backend.enterprises.models import Enterprise
from backend.enterprises.queries import own_fact, own_id, visible_enterprises
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area
from backend.jurisdictions.queries import visible_areas
from backend.risk.models import MajorHazardInstallation
from backend.risk.queries import visible_installations
from backend.surroundings.models import Corridor, Receptor
from backend.surroundings.queries import visible_corridors, visible_receptors
from backend.zones.models import Zone
from backend.zones.queries import visible_zones
from tiles.grid import Bounds
from tiles.layer import FieldType, Layer

# What a feature tells: a column, or one that depends on who asks.
Property = SQLColumnExpression[Any] | Callable[[Actor], SQLColumnExpression[Any]]


@dataclass(frozen=True)
class PublishedLayer:
    """A layer of the map bound to the rows that an actor may see.

    `properties` are what a feature tells; the fields of `tiles` are the few of them that every tile carries.
    `model` is a table's, or a class with the columns of what is computed when it is asked for.
    """

    tiles: Layer
    title_en: str
    visible: Callable[[Actor], Select[Any]]
    model: (
        type[Enterprise]
        | type[Zone]
        | type[Receptor]
        | type[Corridor]
        | type[Area]
        | type[MajorHazardInstallation]
        | type[Cell]
    )
    geometry: SQLColumnExpression[Any]
    properties: Mapping[str, Property]
    tables: tuple[str, ...]
    """Tables whose revision the layer's content depends on."""
    classes: str | None = None
    """Property by which the legend counts: the grade, the kind of a receptor, the level of an installation."""
    around: Callable[[Actor, Bounds], Select[Any]] | None = None
    """Rows of `visible` that may meet a box, and some more: for what is computed, whose boxes no index knows."""

    @property
    def name(self) -> str:
        """The layer's name in every address and file."""
        return self.tiles.name

    def rows(self, actor: Actor, *names: str, box: Bounds | None = None) -> Select[Any]:
        """What exists for `actor` and has a place: `id`, `number`, `geometry` (EPSG:4490) and named properties.

        `box` (degrees) is what the caller will limit the rows to, and limits nothing by itself.
        """
        visible = self.visible(actor) if box is None or self.around is None else self.around(actor, box)
        columns: list[SQLColumnExpression[Any]] = [
            self.model.id.label("id"),
            self.model.number.label("number"),
            self.geometry.label("geometry"),
            *(self.column(name, actor).label(name) for name in names),
        ]
        return visible.with_only_columns(*columns).where(self.geometry.is_not(None))

    def column(self, name: str, actor: Actor) -> SQLColumnExpression[Any]:
        """A property as `actor` is told it."""
        told = self.properties[name]
        return told(actor) if callable(told) else told

    def tile_rows(self, actor: Actor, box: Bounds) -> Select[Any]:
        """`rows` with just what a tile carries; `box` is the tile's."""
        return self.rows(actor, *self.tiles.fields, box=box)


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
    Layer("enterprise_outlines", "厂界", 12, 16, {"grade": "Number", "name": "String", "sector": "String"}),
    "Enterprise outlines",
    visible_enterprises,
    Enterprise,
    Enterprise.outline,
    ENTERPRISE_PROPERTIES,
    ("enterprise",),
)
ZONES = PublishedLayer(
    Layer(
        "zones",
        "风险分区",
        12,
        16,
        {"grade": "Number", "name": "String", "floor": "String", "sector": "String"},
    ),
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
COUNT_FIELDS: Mapping[str, FieldType] = dict.fromkeys(Cell.counts, "Number")
RISK_GRID = PublishedLayer(
    Layer(
        "risk_grid",
        "风险网格",
        8,
        14,
        {"grade": "Number", "name": "String", "index": "Number", **COUNT_FIELDS},
    ),
    "Risk grid (500 m)",
    cells,
    Cell,
    Cell.geometry,
    {
        "name": Cell.name,
        "grade": Cell.grade,
        "index": Cell.index,
        **Cell.counts,
        "updated_at": Cell.updated_at,
    },
    ("zone", "enterprise"),
    around=cells_around,
)
# 重大危险源 is no grade of risk: it has levels of its own, 一级 the worst, and never one of the four colours.
MAJOR_HAZARDS = PublishedLayer(
    Layer("major_hazard_installations", "重大危险源", 6, 16, {"level": "Number", "name": "String"}),
    "Major hazard installations",
    visible_installations,
    MajorHazardInstallation,
    # A sign at every zoom; the outline of a tank would vanish from the tiles of a whole district.
    type_coerce(func.ST_PointOnSurface(MajorHazardInstallation.boundary), Geometry),
    {
        "name": MajorHazardInstallation.name,
        "level": MajorHazardInstallation.level,
        "kind": MajorHazardInstallation.kind,
        "code": MajorHazardInstallation.code,
        "r": MajorHazardInstallation.r,
        "enterprise_id": MajorHazardInstallation.enterprise_id,
        "enterprise": Enterprise.name,
        "sector": Enterprise.sector_code,
        "township": Enterprise.township_code,
        **origin(MajorHazardInstallation),
    },
    ("major_hazard_installation", "enterprise"),
    "level",
)

# In drawing order, the lowest first.
LAYERS: Mapping[str, PublishedLayer] = {
    layer.name: layer
    for layer in (
        AREAS,
        RISK_GRID,
        CORRIDORS,
        RECEPTORS,
        ENTERPRISE_OUTLINES,
        ZONES,
        ENTERPRISES,
        MAJOR_HAZARDS,
    )
}
