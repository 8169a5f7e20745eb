"""What was found wrong with rows while they were checked; a row with a finding goes to quarantine, never mended."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geodata.problems import RowProblem

Mask = NDArray[np.bool_]
Cells = NDArray[np.object_]
"""One value a row; None where the cell is empty."""

LONGEST_VALUE = 200


def only(where: Mask, cells: Cells) -> Cells:
    """Empty all cells but the marked ones."""
    kept = cells.copy()
    kept[~where] = None
    return kept


@dataclass
class Findings:
    """Everything wrong with the rows of one import.

    Parameters
    ----------
    rows : the author's number of each row, by position.
    found : position and finding, in the order in which they were made.
    unread : positions of rows of which nothing was understood: what else they lack is no finding.
    """

    rows: NDArray[np.int64]
    found: list[tuple[int, RowProblem]] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)

    def add_read(self, problems: Sequence[RowProblem]) -> None:
        """Note what could not be read."""
        position = {int(row): index for index, row in enumerate(self.rows)} if problems else {}
        self.found += [(position[problem.row], problem) for problem in problems]
        self.unread |= {position[problem.row] for problem in problems if problem.is_unread}

    def add(
        self,
        where: Mask,
        field: str,
        reason: str,
        *,
        code: str,
        values: Cells | None = None,
        hint: str | Sequence[str] | None = None,
    ) -> None:
        """Note the same cause for all rows of a mask.

        Parameters
        ----------
        values : of all rows, by position; None where the cell is empty.
        hint : one for all, or one for each of the marked rows.
        """
        positions = np.flatnonzero(where)
        hints = [hint] * len(positions) if hint is None or isinstance(hint, str) else hint
        for position, text in zip(positions, hints, strict=True):
            value = None if values is None or values[position] is None else str(values[position])
            self.add_one(int(position), field, value, reason, code=code, hint=text)

    def add_one(
        self, position: int, field: str, value: str | None, reason: str, *, code: str, hint: str | None = None
    ) -> None:
        """Note what is wrong with one row; a long value is cut, it stands whole in the row itself."""
        if position in self.unread:
            return
        shown = f"{value[:LONGEST_VALUE]}…" if value is not None and len(value) > LONGEST_VALUE else value
        row = int(self.rows[position])
        self.found.append((position, RowProblem(row, field, shown, reason, code, hint)))

    @property
    def good(self) -> Mask:
        """Which rows nothing is wrong with."""
        good = np.ones(len(self.rows), dtype=bool)
        good[[position for position, _ in self.found]] = False
        return good

    def in_order(self) -> tuple[RowProblem, ...]:
        """Return the findings row by row, within a row as they were made."""
        return tuple(finding for _, finding in sorted(self.found, key=lambda item: item[0]))
