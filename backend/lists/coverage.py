"""The roster (应建台账) and how far the register covers it, by township and sector."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.district_time import today
from backend.enterprises.models import Enterprise
from backend.enterprises.queries import exists_for, own_id, visible_enterprises
from backend.jurisdictions.actors import Actor
from backend.lists import words
from backend.lists.columns import first_due
from backend.lists.filters import NONE, coded
from backend.lists.schemas import CoverageOut, CoverageRow, RosterItem, RosterOut, Share
from backend.risk.models import RiskEvent, RosterEntry
from backend.risk.queries import visible_events, visible_roster
from backend.zones.models import Zone
from backend.zones.queries import visible_zones

# A township's code and a sector's; None where there is none.
Place = tuple[str | None, str | None]
# When the oldest data were last changed, and the median of their age in days.
Age = tuple[datetime | None, float | None]
NO_AGE: Age = (None, None)
ALL = "*"
"""In a place: all townships, or all sectors; no code has this sign."""
NUMBERS = (
    "due",
    "registered",
    "elsewhere",
    "mapped",
    "graded",
    "unplaced",
    "unassessed",
    "beyond_roster",
    "overdue_enterprises",
    "overdue_zones",
    "overdue_events",
)


@dataclass(frozen=True)
class RosterFilters:
    """Which entries are wanted; of several codes one, and `none` for those that name none.

    Parameters
    ----------
    unplaced, ungraded, unassessed : of the site that answers; an entry whose site is not the reader's fits neither way.
    """

    township: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    unmatched: bool | None = None
    unplaced: bool | None = None
    ungraded: bool | None = None
    unassessed: bool | None = None
    q: str | None = None


def roster(session: Session, actor: Actor, filters: RosterFilters, *, page: int, limit: int) -> RosterOut:
    """A page of the roster, in the order of its names."""
    tables = words.tables(session, actor)
    for name in ("township", "sector"):
        coded(name, tables[name], tuple(code for code in getattr(filters, name) if code != NONE))
    rows = visible_roster(actor).where(*wanted_entries(actor, filters))
    total = session.scalars(
        select(func.count()).select_from(rows.with_only_columns(RosterEntry.id).subquery())
    ).one()
    own: ColumnElement[Any] = own_id(actor, RosterEntry.enterprise_id).label("own_id")
    shown = session.execute(
        rows.add_columns(own, Enterprise.name.label("site"))
        .order_by(RosterEntry.name, RosterEntry.number)
        .limit(limit)
        .offset((page - 1) * limit)
    )
    items = [roster_item(entry, own, site, tables) for entry, own, site in shown]
    return RosterOut(items=items, total=total, page=page, limit=limit)


def wanted_entries(actor: Actor, filters: RosterFilters) -> Iterator[ColumnElement[bool]]:
    """One condition for each filter that is given."""
    if filters.township:
        yield coded_as(RosterEntry.township_code, filters.township)
    if filters.sector:
        yield coded_as(RosterEntry.sector_code, filters.sector)
    if filters.unmatched is not None:
        missing = RosterEntry.enterprise_id.is_(None)
        yield missing if filters.unmatched else ~missing
    for fits, wanted in (
        (Enterprise.location.is_(None), filters.unplaced),
        (Enterprise.grade.is_(None), filters.ungraded),
        (~has_assessed(actor), filters.unassessed),
    ):
        if wanted is not None:
            yield and_(RosterEntry.enterprise_id.is_not(None), exists_for(actor), fits if wanted else ~fits)
    for word in (filters.q or "").split():
        yield RosterEntry.name.icontains(word, autoescape=True)


def coded_as(column: InstrumentedAttribute[str | None], codes: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether an entry has one of these codes; `none` is that it has none."""
    wanted = column.in_([code for code in codes if code != NONE])
    return or_(wanted, column.is_(None)) if NONE in codes else wanted


def roster_item(
    entry: RosterEntry, own: UUID | None, site: str | None, tables: Mapping[str, words.Table]
) -> RosterItem:
    """One entry; the site that answers it is named to whom it exists for."""
    return RosterItem(
        id=entry.id,
        number=entry.number,
        name=entry.name,
        credit_code=entry.credit_code,
        township=words.word(tables, "township", entry.township_code),
        sector=words.word(tables, "sector", entry.sector_code),
        is_above_scale=entry.is_above_scale,
        due_on=entry.due_on,
        is_matched=entry.enterprise_id is not None,
        enterprise_id=own,
        enterprise=site if own else None,
        source=entry.source,
    )


def coverage(session: Session, actor: Actor) -> CoverageOut:
    """The numbers of the reader's own roster and register."""
    tables = words.tables(session, actor)
    numbers: dict[Place, dict[str, int]] = defaultdict(lambda: dict.fromkeys(NUMBERS, 0))
    for row in session.execute(of_roster(actor)).mappings():
        add(numbers[row["township"], row["sector"]], dict(row))
    for row in session.execute(of_register(actor)).mappings():
        add(numbers[row["township"], row["sector"]], dict(row))
    for rows in (overdue_zones(actor), overdue_events(actor)):
        for row in session.execute(rows).mappings():
            add(numbers[row["township"], row["sector"]], dict(row))
    by_township = {each[0] for each in numbers}
    by_sector = {each[1] for each in numbers}
    ages = ages_of(session, actor)
    return CoverageOut(
        rows=[
            coverage_row(place, numbers[place], ages.get(place, NO_AGE), tables)
            for place in sorted(numbers, key=lambda place: (in_order(place[0]), in_order(place[1])))
        ],
        townships=[
            coverage_row((code, None), summed(numbers, township=code), ages.get((code, ALL), NO_AGE), tables)
            for code in sorted(by_township, key=in_order)
        ],
        sectors=[
            coverage_row((None, code), summed(numbers, sector=code), ages.get((ALL, code), NO_AGE), tables)
            for code in sorted(by_sector, key=in_order)
        ],
        whole=coverage_row((None, None), summed(numbers), ages.get((ALL, ALL), NO_AGE), tables),
        as_of=datetime.now(UTC),
    )


def in_order(code: str | None) -> tuple[bool, str]:
    """What a code is sorted by; what has none comes last."""
    return code is None, code or ""


def summed(
    numbers: Mapping[Place, Mapping[str, int]], *, township: str | None = ALL, sector: str | None = ALL
) -> dict[str, int]:
    """The numbers of all places of a township, of a sector, or of all there are."""
    chosen = [
        each
        for (its_township, its_sector), each in numbers.items()
        if township in (ALL, its_township) and sector in (ALL, its_sector)
    ]
    return {name: sum(each[name] for each in chosen) for name in NUMBERS}


def add(sums: dict[str, int], row: Mapping[str, Any]) -> None:
    """Add the numbers that a row has."""
    for name in NUMBERS:
        sums[name] += row.get(name, 0)


def of_roster(actor: Actor) -> Select[Any]:
    """The roster by township and sector, with what is known of the sites that answer it."""
    mine = exists_for(actor)
    is_matched = RosterEntry.enterprise_id.is_not(None)
    is_own = and_(is_matched, mine)
    numbers: list[Any] = [
        func.count().label("due"),
        func.count().filter(is_matched).label("registered"),
        func.count().filter(is_matched, ~func.coalesce(mine, False)).label("elsewhere"),
        func.count().filter(is_own, Enterprise.location.is_not(None)).label("mapped"),
        func.count().filter(is_own, Enterprise.grade.is_not(None)).label("graded"),
        func.count().filter(is_own, Enterprise.location.is_(None)).label("unplaced"),
        func.count().filter(is_own, ~has_assessed(actor)).label("unassessed"),
    ]
    by: list[Any] = [RosterEntry.township_code.label("township"), RosterEntry.sector_code.label("sector")]
    return (
        visible_roster(actor)
        .with_only_columns(*by, *numbers, maintain_column_froms=True)
        .group_by(RosterEntry.township_code, RosterEntry.sector_code)
    )


def has_assessed(actor: Actor) -> ColumnElement[bool]:
    """Whether an enterprise has an event that somebody has assessed."""
    return (
        visible_events(actor)
        .where(RiskEvent.enterprise_id == Enterprise.id, RiskEvent.grade.is_not(None))
        .correlate(Enterprise)
        .exists()
    )


def of_register(actor: Actor) -> Select[Any]:
    """The sites of the register that no entry names, and those whose review is overdue."""
    named = (
        visible_roster(actor)
        .where(RosterEntry.enterprise_id.is_not(None))
        .with_only_columns(RosterEntry.enterprise_id, maintain_column_froms=True)
    )
    numbers: list[Any] = [
        func.count().filter(Enterprise.id.not_in(named)).label("beyond_roster"),
        func.count().filter(first_due(actor, Enterprise) < today()).label("overdue_enterprises"),
    ]
    by = by_enterprise()
    return (
        visible_enterprises(actor)
        .with_only_columns(*labelled(by), *numbers, maintain_column_froms=True)
        .group_by(*by)
    )


def by_enterprise() -> list[Any]:
    """Whose a site is."""
    return [Enterprise.township_code, Enterprise.sector_code]


def labelled(by: Iterable[Any]) -> list[Any]:
    """The two columns of a place by their names."""
    return [column.label(name) for column, name in zip(by, ("township", "sector"), strict=True)]


def overdue_zones(actor: Actor) -> Select[Any]:
    """The zones of the reader's own sites of which, or of an event in which, the review is overdue."""
    by = by_enterprise()
    return (
        visible_zones(actor)
        .where(exists_for(actor), first_due(actor, Zone) < today())
        .with_only_columns(*labelled(by), func.count().label("overdue_zones"), maintain_column_froms=True)
        .group_by(*by)
    )


def overdue_events(actor: Actor) -> Select[Any]:
    """The events of the reader's own sites whose review is overdue."""
    by = by_enterprise()
    return (
        visible_events(actor)
        .join(Enterprise, Enterprise.id == RiskEvent.enterprise_id)
        .where(exists_for(actor), RiskEvent.review_due < today())
        .with_only_columns(*labelled(by), func.count().label("overdue_events"), maintain_column_froms=True)
        .group_by(*by)
    )


def ages_of(session: Session, actor: Actor) -> dict[Place, Age]:
    """How old the data of the sites are: when the oldest was last changed, and days since the one in the middle was.

    Medians do not add up, so that each township, each sector and the whole (`ALL`) are asked for beside the places.
    """
    township, sector = by_enterprise()
    days = func.extract("epoch", func.now() - Enterprise.updated_at) / 86_400
    columns: list[Any] = [
        func.grouping(township),
        func.grouping(sector),
        township,
        sector,
        func.min(Enterprise.updated_at),
        func.percentile_cont(0.5).within_group(days),
    ]
    grouped = func.cube(township, sector)
    rows = session.execute(
        visible_enterprises(actor).with_only_columns(*columns, maintain_column_froms=True).group_by(grouped)
    )
    return {
        (ALL if every_township else its_township, ALL if every_sector else its_sector): (oldest, median)
        for every_township, every_sector, its_township, its_sector, oldest, median in rows
    }


def coverage_row(
    place: Place,
    numbers: Mapping[str, int],
    aged: Age,
    tables: Mapping[str, words.Table],
) -> CoverageRow:
    """The numbers of one township and sector, with their shares."""
    township, sector = place
    oldest, median = aged
    seen = numbers["registered"] - numbers["elsewhere"]
    return CoverageRow(
        township=words.word(tables, "township", township),
        sector=words.word(tables, "sector", sector),
        **numbers,
        registered_share=share(numbers["registered"], numbers["due"]),
        mapped_share=share(numbers["mapped"], seen),
        graded_share=share(numbers["graded"], seen),
        oldest=oldest,
        median_age_days=None if median is None else round(float(median), 1),
    )


def share(part: int, whole: int) -> Share:
    """A part of a whole in per cent.

    >>> share(1, 3).percent, share(0, 0).percent
    (33.3, None)
    """
    return Share(part=part, whole=whole, percent=round(100 * part / whole, 1) if whole else None)
