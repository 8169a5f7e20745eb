"""The rows of one import, and those of other tables that they bring along: staged, guarded, compared, written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql
from sqlalchemy.orm import Session

from backend.importing.checking.owning import is_limited
from backend.importing.checking.parts import Part
from backend.importing.checking.rows import Checked
from backend.importing.delivery import Delivery
from backend.importing.errors import CannotImport
from backend.importing.kinds import ENTERPRISES
from backend.importing.report import Differences
from backend.importing.writing.bounds import (
    hidden,
    own_rows,
    take_out_foreign,
    take_out_hidden,
    take_out_with,
)
from backend.importing.writing.comparison import compare, mark
from backend.importing.writing.guarding import REFUSED, Refusal, take_out_lowering, taken_out
from backend.importing.writing.merging import merge
from backend.importing.writing.staging import (
    Column,
    Staged,
    drop,
    forsake,
    forsake_unowned,
    link,
    stage,
)
from backend.importing.writing.townships import settle_townships
from backend.jurisdictions.actors import Actor
from geodata.problems import RowProblem

# What a finding calls the columns that are no single field of a list.
PLACES = frozenset({"outline", "boundary", "place", "centreline"})
NO_PLACE = "no_place"
FINGERPRINT = """
SELECT md5(coalesce(string_agg(
    concat_ws(',', nth, found, CASE WHEN differs THEN version END, differs), ';' ORDER BY nth
), ''))
FROM {table}
"""
PLACE_LABEL, GRADE_FIELD = "坐标", "grade"
WALL = "核对之后数据有变动，写入会降低已发布的重大或较大风险，数据库已拒绝，没有写入任何数据。请重新导入。"


@dataclass(frozen=True)
class Compared:
    """Rows of one table that wait, and how they differ from it."""

    staged: Staged
    differences: Differences


@dataclass(frozen=True)
class Waiting:
    """Everything that waits to be written.

    Parameters
    ----------
    main : the rows of the list themselves.
    above, below : rows of other tables that are to be written before and after them.
    refused : rows that were put aside because they would lower what is published.
    notices : what was found out on the way.
    """

    main: Compared
    above: tuple[Compared, ...]
    below: tuple[Compared, ...]
    refused: tuple[RowProblem, ...]
    notices: tuple[str, ...]

    @property
    def parts(self) -> tuple[Compared, ...]:
        """What the rows bring along."""
        return (*self.above, *self.below)

    @property
    def in_order(self) -> tuple[Compared, ...]:
        """All of it, in the order in which it is written."""
        return (*self.above, self.main, *self.below)


def await_writing(
    session: Session,
    delivery: Delivery,
    checked: Checked,
    *,
    comparing: Callable[[], None],
    actor: Actor | None = None,
) -> Waiting:
    """Stage the good rows, put aside those that an import may not write, and compare the rest.

    Parameters
    ----------
    comparing : called when everything is staged.
    actor : who imports; what is not theirs is put aside. None is the operator.
    """
    kind, source = delivery.kind, delivery.source
    above = next((part for part in checked.parts if part.is_above), None)
    below = [part for part in checked.parts if not part.is_above]
    owner = None if above is None else stage(session, above.kind, source, above.columns, has_ids=True)
    main = stage(
        session,
        kind,
        source,
        checked.columns,
        owners=None if above is None else above.owners,
        has_ids=bool(below),
    )
    limited = actor if is_limited(actor) else None
    # First of all, so that nothing is said of rows that are not theirs.
    refusals = [] if limited is None else take_out_hidden(main, limited)
    notices = settle_townships(main) if kind is ENTERPRISES else []
    comparing()
    if above is not None and owner is not None:
        mark(owner)
        link(main, owner, above.link)
    mark(main)
    if limited is not None:
        refusals += take_out_foreign(main, limited)
        refusals += [] if owner is None else take_out_with(main, _of_hidden_owners(main, owner, limited))
    refusals += _take_out_placeless(main)
    refusals += take_out_lowering(main, owner)
    if owner is not None and refusals:
        forsake_unowned(owner, main)
    owned = [_await_part(session, source, part, main) for part in below]
    if limited is not None:
        refusals += _take_out_with_parts(main, owned, limited)
    refused = tuple(_problems(refusals, delivery, checked, main))
    refused_ids = delivery.source_ids[checked.positions[[each.position for each in refusals]]].tolist()
    return Waiting(
        main=_compared(main, limited, [*checked.quarantined_ids, *refused_ids]),
        above=() if owner is None else (_compared(owner, limited),),
        below=tuple(_compared(each, limited) for each in owned),
        refused=refused,
        notices=tuple(notices),
    )


def _compared(staged: Staged, actor: Actor | None, quarantined_ids: Sequence[str] = ()) -> Compared:
    own = None if actor is None else own_rows(actor, staged.kind.table)
    return Compared(staged, compare(staged, quarantined_ids=quarantined_ids, own=own))


def _take_out_placeless(main: Staged) -> list[Refusal]:
    """Take out rows to be written without the place that they must have, where the file tells no places at all."""
    place = main.kind.place
    if place is None or not main.kind.is_place_required or place in {each.name for each in main.columns}:
        return []
    rows = main.run("SELECT nth FROM {table} WHERE found IS NULL OR differs").fetchall()
    return taken_out(
        main,
        [
            Refusal(nth, place, "没有坐标", NO_PLACE, "这类记录必须有位置：请加上坐标列（经度、纬度或 WKT）")
            for (nth,) in rows
        ],
    )


def _of_hidden_owners(main: Staged, owner: Staged, actor: Actor) -> list[int]:
    rows = main.run(
        "SELECT nth FROM {table} WHERE owner = ANY ({owners}::int[])",
        owners=sql.Literal(hidden(owner, actor)),
    ).fetchall()
    return [nth for (nth,) in rows]


def _take_out_with_parts(main: Staged, parts: Sequence[Staged], actor: Actor) -> list[Refusal]:
    """Take out rows whose parts have the keys of somebody else's rows, and with them all of their parts."""
    positions: list[int] = []
    for part in parts:
        owners = part.run(
            "SELECT owner FROM {table} WHERE nth = ANY ({hidden}::int[])",
            hidden=sql.Literal(hidden(part, actor)),
        ).fetchall()
        positions += [owner for (owner,) in owners]
    refusals = take_out_with(main, positions)
    for part in parts if refusals else ():
        forsake(part, main)
    return refusals


def fingerprint(waiting: Waiting) -> str:
    """Tell two comparisons apart: equal only where the same rows wait for the same rows as they are now."""
    sums = [each.staged.run(FINGERPRINT).fetchone() for each in waiting.in_order]
    return "-".join(str(each[0]) for each in sums if each is not None)


def write(waiting: Waiting) -> None:
    """Merge what waits, all or nothing.

    Raises
    ------
    CannotImport
        If the register has changed since the comparison.
    """
    try:
        with waiting.main.staged.connection.transaction():
            for each in waiting.in_order:
                # A statement that writes nothing would still call every tile of the table changed.
                if each.differences.new or each.differences.changed:
                    merge(each.staged, new=each.differences.new, changed=each.differences.changed)
    except psycopg.Error as error:
        if error.sqlstate != REFUSED:
            raise
        raise CannotImport(WALL) from error


def forget(waiting: Waiting) -> None:
    """Throw the waiting rows away before the transaction ends."""
    for each in waiting.in_order:
        drop(each.staged)


def _await_part(session: Session, source: str, part: Part, main: Staged) -> Staged:
    linked = Column(part.link, main.kind.label, "uuid", [None] * len(part.owners))
    staged = stage(session, part.kind, source, (*part.columns, linked), owners=part.owners)
    forsake(staged, main)
    link(staged, main, part.link)
    mark(staged)
    return staged


def _problems(
    refusals: Iterable[Refusal], delivery: Delivery, checked: Checked, main: Staged
) -> Iterable[RowProblem]:
    """Tell refusals as findings, in the words of the list."""
    labels = {column.name: column.label for column in main.columns}
    for refusal in sorted(refusals, key=lambda refusal: refusal.position):
        position = int(checked.positions[refusal.position])
        name = GRADE_FIELD if refusal.column == "inherent" else None
        field = next(
            (
                each
                for each in delivery.kind.fields
                if each.name == name or (each.is_stored and each.table_column == refusal.column)
            ),
            None,
        )
        label = labels.get(refusal.column, refusal.column) if field is None else field.label
        cells = None if field is None else delivery.cells.get(field.name)
        yield RowProblem(
            row=int(delivery.rows[position]),
            field=PLACE_LABEL if refusal.column in PLACES else label,
            value=None if cells is None else cells[position],
            reason=refusal.reason,
            code=refusal.code,
            hint=refusal.hint,
        )
