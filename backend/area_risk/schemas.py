"""What is told of the colour of areas."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from backend.register.rows import Term

AreaLevel = Literal["township", "district", "group"]
ByGrade = dict[str, int]
"""Counts by the code of a grade as text, and "null" for 未评定."""


class Sentence(BaseModel):
    """A sentence in both languages."""

    zh: str
    en: str


class RuleOut(BaseModel):
    """A rule as a legend names it.

    `plain` says what it does in one sentence, `formula` how with its weights and limits; `counts` says what it is put
    to, `verified` whether a standard stands behind it.
    """

    id: str
    edition: str
    zh: str
    en: str
    plain: Sentence
    formula: Sentence
    counts: Literal["units", "cells"]
    verified: bool
    source: str


class AreaOut(BaseModel):
    """One area. All but its name is null where not all of it is the reader's (`is_told` is false)."""

    code: str
    name: str
    is_told: bool
    grade: int | None
    value: float | None
    formula: Sentence | None
    area_km2: float | None
    units: ByGrade | None
    cells: ByGrade | None
    ungraded_share: float | None


class AreaRiskOut(BaseModel):
    """The areas of a level, coloured by one rule from what exists for the reader and nothing else.

    `unassigned` is how many of the reader's units lie in no area of the level; `view` says whose view this is.
    """

    level: AreaLevel
    view: Term
    rule: RuleOut
    sector: Term | None
    as_of: datetime | None
    data_as_of: datetime | None
    unassigned: int
    areas: list[AreaOut]
