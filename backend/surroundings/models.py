"""Receptors (防护目标: schools, hospitals …) and corridors (交通干线): what a risk is near to."""

from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base
from backend.register.located import (
    GeometryValue,
    Gradable,
    Located,
    canonical,
    metric,
    scale_of,
    township_codes,
    zone_of,
)

RECEPTOR_KINDS = {
    "school": ("学校", "School"),
    "kindergarten": ("幼儿园", "Kindergarten"),
    "hospital": ("医院", "Hospital"),
    "nursing_home": ("养老院", "Nursing home"),
    "welfare": ("福利机构", "Welfare institution"),
    "residential": ("居民区", "Residential area"),
    "culture": ("文化设施", "Cultural facility"),
    "sports": ("体育场馆", "Sports venue"),
    "transport_hub": ("交通枢纽", "Transport hub"),
    "market": ("集市商场", "Market"),
    "government": ("机关单位", "Government office"),
    "religious": ("宗教场所", "Religious site"),
    "heritage": ("文物保护单位", "Heritage site"),
    "water_source": ("水源地", "Water source"),
    "other": ("其他", "Other"),
}
CORRIDOR_CLASSES = {
    "railway": ("铁路", "Railway"),
    "motorway": ("高速公路", "Motorway"),
    "trunk": ("国道/快速路", "Trunk road"),
    "primary": ("主干路", "Primary road"),
    "secondary": ("次干路", "Secondary road"),
    "tertiary": ("支路", "Tertiary road"),
    "pipeline": ("管道", "Pipeline"),
    "waterway": ("航道", "Waterway"),
    "other": ("其他", "Other"),
}


class Receptor(Located, Gradable, Base):
    """A place to protect, as a point or as the outline of its grounds."""

    __tablename__ = "receptor"

    kind: Mapped[str] = mapped_column(Text)
    headcount: Mapped[int | None]
    # A school is a unit and a receptor at once; the link keeps a pair of a unit with itself apart.
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id", ondelete="SET NULL"))
    place: Mapped[GeometryValue] = canonical("GEOMETRY")
    place_metric: Mapped[GeometryValue] = metric("place")
    metric_srid: Mapped[int] = zone_of("place")
    metric_k: Mapped[float] = scale_of("place")
    township_codes: Mapped[list[str]] = township_codes()


class Corridor(Located, Gradable, Base):
    """A centreline; distances with a legal end start at its outer edge, so the half-width is a fact of its own."""

    __tablename__ = "corridor"

    # "class" is a word of Python; the column, the API and the tiles call it class.
    class_: Mapped[str] = mapped_column("class", Text)
    half_width_m: Mapped[float | None]
    centreline: Mapped[GeometryValue] = canonical("MULTILINESTRING")
    centreline_metric: Mapped[GeometryValue] = metric("centreline")
    metric_srid: Mapped[int] = zone_of("centreline")
    metric_k: Mapped[float] = scale_of("centreline")
    township_codes: Mapped[list[str]] = township_codes()
