"""The roster (应建台账) and how far the register covers it, by township and sector."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.enterprises.queries import exists_for, own_id, visible_enterprises
from backend.jurisdictions.actors import Actor
from backend.lists import words
from backend.lists.filters import CHINA, coded
from backend.lists.schemas import CoverageOut, CoverageRow, RosterItem, RosterOut, Share
from backend.risk.models import RiskEvent, RosterEntry
from backend.risk.queries import visible_events, visible_roster
from backend.zones.models import Zone
from backend.zones.queries import visible_zones

# A township's code and a sector's; None where there is none.
Place = tuple[str | None, str | None]
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
    """Which entries are wanted; of several codes one."""

    township: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    unmatched: bool | None = None
    q: str | None = None


def roster(session: Session, actor: Actor, filters: RosterFilters, *, page: int, limit: int) -> RosterOut:
    """A page of the roster, in the order of its names."""
    tables = words.tables(session, actor)
    for name in ("township", "sector"):
        coded(name, tables[name], getattr(filters, name))
    wanted: list[ColumnElement[bool]] = []
    if filters.township:
        wanted.append(RosterEntry.township_code.in_(filters.township))
    if filters.sector:
        wanted.append(RosterEntry.sector_code.in_(filters.sector))
    if filters.unmatched is not None:
        missing = RosterEntry.enterprise_id.is_(None)
        wanted.append(missing if filters.unmatched else ~missing)
    wanted += [RosterEntry.name.icontains(word, autoescape=True) for word in (filters.q or "").split()]
    rows = visible_roster(actor).where(*wanted)
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
    ages = {
        (row["township"], row["sector"]): (row["oldest"], row["median"])
        for row in session.execute(ages_by_place(actor)).mappings()
    }
    age_of_all = session.execute(age(visible_enterprises(actor))).one()
    told = [
        coverage_row(place, numbers[place], ages.get(place, (None, None)), tables)
        for place in sorted(numbers, key=lambda place: tuple((code is None, code or "") for code in place))
    ]
    whole = {name: sum(each[name] for each in numbers.values()) for name in NUMBERS}
    return CoverageOut(
        rows=told,
        whole=coverage_row((None, None), whole, (age_of_all.oldest, age_of_all.median), tables),
        as_of=datetime.now(UTC),
    )


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
        func.count().filter(Enterprise.review_due < today()).label("overdue_enterprises"),
    ]
    by = by_enterprise()
    return (
        visible_enterprises(actor)
        .with_only_columns(*labelled(by), *numbers, maintain_column_froms=True)
        .group_by(*by)
    )


def today() -> date:
    """The day in China."""
    return datetime.now(CHINA).date()


def by_enterprise() -> list[Any]:
    """Whose a site is."""
    return [Enterprise.township_code, Enterprise.sector_code]


def labelled(by: Iterable[Any]) -> list[Any]:
    """The two columns of a place by their names."""
    return [column.label(name) for column, name in zip(by, ("township", "sector"), strict=True)]


def overdue_zones(actor: Actor) -> Select[Any]:
    """The zones of the reader's own sites whose review is overdue."""
    by = by_enterprise()
    return (
        visible_zones(actor)
        .where(exists_for(actor), Zone.review_due < today())
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


def ages_by_place(actor: Actor) -> Select[Any]:
    """How old the data of the sites are."""
    by = by_enterprise()
    return age(visible_enterprises(actor).group_by(*by), *labelled(by))


def age(rows: Select[Any], *columns: ColumnElement[Any]) -> Select[Any]:
    """When the oldest site was last changed, and days since the one in the middle was."""
    days = func.extract("epoch", func.now() - Enterprise.updated_at) / 86_400
    middle = func.percentile_cont(0.5).within_group(days)
    return rows.with_only_columns(
        *columns, func.min(Enterprise.updated_at).label("oldest"), middle.label("median")
    )


def coverage_row(
    place: Place,
    numbers: Mapping[str, int],
    aged: tuple[datetime | None, float | None],
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
