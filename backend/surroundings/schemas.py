"""Receptors and corridors as the API tells them."""

from uuid import UUID

from pydantic import Field

from backend.register.rows import RowOut, Term


class ReceptorOut(RowOut):
    """A place to protect; the area is null for one that is known as a point."""

    kind: Term
    headcount: int | None
    enterprise_id: UUID | None
    area_m2: float | None


class CorridorOut(RowOut):
    """A corridor; length along the centreline on the ground."""

    # "class" is a word of Python.
    class_: Term = Field(serialization_alias="class")
    half_width_m: float | None
    grade: int | None
    length_m: float
