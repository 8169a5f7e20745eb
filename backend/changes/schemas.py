"""Changes as the API tells them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tiles.grid import Bounds

Value = str | int | float | bool | datetime | date | UUID | None


class Kind(StrEnum):
    """What has become of a row; a row may be of several kinds, but for the first two.

    `raised` and `lowered` compare two grades, 1 being the worst; from or to 未评定 is `changed`.
    """

    APPEARED = "appeared"
    GONE = "gone"
    RAISED = "raised"
    LOWERED = "lowered"
    MOVED = "moved"
    CHANGED = "changed"


class FieldChange(BaseModel):
    """What a property of the layer said before and says after."""

    field: str
    before: Value
    after: Value


class Change(BaseModel):
    """A row that differs: named and placed as at the later moment, or as at the earlier one where it is gone."""

    id: UUID
    number: int
    name: str
    kinds: list[Kind]
    grade_before: int | None
    grade_after: int | None
    fields: list[FieldChange]
    """Nothing for what has appeared or gone."""
    lon: float | None
    lat: float | None
    bounds: Bounds | None


class Summary(BaseModel):
    """Rows of each kind; `new_red` are those that are 重大 at the later moment and were not at the earlier one."""

    appeared: int
    gone: int
    raised: int
    lowered: int
    moved: int
    changed: int
    new_red: int


class Changes(BaseModel):
    """A page of changes in the order of their number; the summary counts all kinds, `matched` the kinds asked for."""

    model_config = ConfigDict(validate_by_name=True)

    layer: str
    begin: datetime = Field(alias="from")
    end: datetime = Field(alias="to")
    summary: Summary
    matched: int
    next: int | None
    """To be sent as `after` for the next page, with the same `from` and `to`."""
    changes: list[Change]
