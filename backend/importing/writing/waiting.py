"""The rows of one import, and those of other tables that they bring along: staged, guarded, compared, written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import psycopg
from sqlalchemy.orm import Session

from backend.importing.checking.parts import Part
from backend.importing.checking.rows import Checked
from backend.importing.delivery import Delivery
from backend.importing.errors import CannotImport
from backend.importing.kinds import ENTERPRISES
from backend.importing.report import Differences
from backend.importing.writing.comparison import compare, mark
from backend.importing.writing.guarding import CODE, HINT, REFUSED, Refusal, take_out_lowering
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
from geodata.problems import RowProblem

# What a finding calls the columns that are no single field of a list.
PLACES = frozenset({"outline", "boundary"})
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
    session: Session, delivery: Delivery, checked: Checked, *, comparing: Callable[[], None]
) -> Waiting:
    """Stage the good rows, put aside those that an import may not write, and compare the rest.

    Parameters
    ----------
    comparing : called when everything is staged.
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
    notices = settle_townships(main) if kind is ENTERPRISES else []
    comparing()
    if above is not None and owner is not None:
        mark(owner)
        link(main, owner, above.link)
    mark(main)
    refusals = take_out_lowering(main, owner)
    if owner is not None and refusals:
        forsake_unowned(owner, main)
    owned = [_await_part(session, source, part, main) for part in below]
    refused = tuple(_problems(refusals, delivery, checked, main))
    refused_ids = delivery.source_ids[checked.positions[[each.position for each in refusals]]].tolist()
    return Waiting(
        main=Compared(main, compare(main, quarantined_ids=[*checked.quarantined_ids, *refused_ids])),
        above=() if owner is None else (Compared(owner, compare(owner, quarantined_ids=())),),
        below=tuple(Compared(each, compare(each, quarantined_ids=())) for each in owned),
        refused=refused,
        notices=tuple(notices),
    )


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
            code=CODE,
            hint=HINT,
        )
