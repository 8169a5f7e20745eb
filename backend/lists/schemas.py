"""The risk lists, the roster and its coverage as the API tells them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from backend.register.rows import Term


class ColumnOut(BaseModel):
    """A column of a list: `words` names the table that its codes are of, told as terms (grades as numbers)."""

    code: str
    zh: str
    en: str
    kind: str
    words: str | None
    is_sortable: bool


class RiskListOut(BaseModel):
    """A page of a list.

    `counts` : all rows that fit, by grade ("null" is 未评定). `on_map` : those that have a place, which is what the map
    draws and its legend counts. `unplaced` : the others (未上图). `filters` : the words of every code filtered by.
    """

    title: Term
    items: list[dict[str, Any]]
    total: int
    counts: dict[str, int]
    on_map: dict[str, int]
    unplaced: int
    page: int
    limit: int
    sort: str
    columns: list[ColumnOut]
    filters: dict[str, list[Term]]


class ChoicesOut(BaseModel):
    """What a list can be filtered by, each with the codes that the reader may name; an edition ends at a slash."""

    township: list[Term]
    sector: list[Term]
    group: list[Term]
    status: list[Term]
    kind: list[Term]
    accident_type: list[Term]


class RosterItem(BaseModel):
    """An entry of the roster (应建台账).

    `is_matched` : whether a site answers it; its id and name are told where that site exists for the reader.
    """

    id: UUID
    number: int
    name: str
    credit_code: str | None
    township: Term | None
    sector: Term | None
    is_above_scale: bool | None
    due_on: date | None
    is_matched: bool
    enterprise_id: UUID | None
    enterprise: str | None
    source: str


class RosterOut(BaseModel):
    """A page of the roster."""

    items: list[RosterItem]
    total: int
    page: int
    limit: int


class Share(BaseModel):
    """A part of a whole; `percent` is null where there is no whole."""

    part: int
    whole: int
    percent: float | None


class CoverageRow(BaseModel):
    """How far the register covers the roster, of one township and sector.

    Parameters
    ----------
    due : entries of the roster. `registered` : those that a site answers; `elsewhere` : of them, sites that are not the
        reader's to see, of which nothing more is counted.
    mapped, graded, unplaced, unassessed : of the registered ones; 未上图 and 未评估 are two different things.
    beyond_roster : sites of the register that no entry names.
    overdue_events, overdue_zones, overdue_enterprises : reviews that were due before today, of the whole register.
    oldest, median_age_days : of the data of the sites, when they were last changed.
    """

    township: Term | None
    sector: Term | None
    due: int
    registered: int
    elsewhere: int
    mapped: int
    graded: int
    unplaced: int
    unassessed: int
    beyond_roster: int
    registered_share: Share
    mapped_share: Share
    graded_share: Share
    overdue_enterprises: int
    overdue_zones: int
    overdue_events: int
    oldest: datetime | None
    median_age_days: float | None


class CoverageOut(BaseModel):
    """The rows by township and sector; summed by each of the two; and all of them together."""

    rows: list[CoverageRow]
    townships: list[CoverageRow]
    sectors: list[CoverageRow]
    whole: CoverageRow
    as_of: datetime
