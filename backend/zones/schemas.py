"""Zones as the API tells them, and an enterprise with its zones."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from backend.enterprises.schemas import EnterpriseBrief, EnterpriseOut
from backend.register.rows import RowOut


class ZoneBrief(BaseModel):
    """A zone in the list of its enterprise."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: int
    name: str
    kind: str | None
    floor: str | None
    grade: int | None


class ZoneOut(RowOut):
    """A zone; area and perimeter are those on the ground."""

    enterprise: EnterpriseBrief
    kind: str | None
    floor: str | None
    grade: int | None
    grade_basis: str
    area_m2: float
    perimeter_m: float


class EnterpriseWithZones(EnterpriseOut):
    """A site and its zones, the highest risk first."""

    zones: list[ZoneBrief]
