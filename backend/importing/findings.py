"""What was found wrong with rows while they were checked; a row with a finding goes to quarantine, never mended."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Cells = NDArray[np.object_]
"""One value a row; None where the cell is empty."""


@dataclass(frozen=True)
class Finding:
    """Why one row cannot be taken.

    Parameters
    ----------
    row : as its author counts: the line of a CSV file, else the feature's number from 1.
    cause : one word a cause, the same for all rows that suffer from it.
    hint : what to do, or what the value probably should be; "" where we have nothing to propose.
    """

    row: int
    field: str
    value: str
    reason: str
    cause: str
    hint: str = ""


@dataclass
class Findings:
    """Everything wrong with the rows of one import.

    Parameters
    ----------
    rows : the author's number of each row, by position.
    """

    rows: NDArray[np.int64]
    found: list[tuple[int, Finding]] = field(default_factory=list)

    def add(
        self,
        where: Mask,
        field: str,
        reason: str,
        *,
        cause: str,
        values: Cells | None = None,
        hint: str | Sequence[str] = "",
    ) -> None:
        """Note the same cause for all rows of a mask.

        Parameters
        ----------
        values : of all rows, by position; None where the cell is empty.
        hint : one for all, or one for each of the marked rows.
        """
        positions = np.flatnonzero(where)
        hints = [hint] * len(positions) if isinstance(hint, str) else hint
        for position, text in zip(positions, hints, strict=True):
            value = "" if values is None or values[position] is None else str(values[position])
            self.add_one(int(position), field, value, reason, cause=cause, hint=text)

    def add_one(
        self, position: int, field: str, value: str, reason: str, *, cause: str, hint: str = ""
    ) -> None:
        """Note what is wrong with one row."""
        self.found.append((position, Finding(int(self.rows[position]), field, value, reason, cause, hint)))

    @property
    def good(self) -> Mask:
        """Which rows nothing is wrong with."""
        good = np.ones(len(self.rows), dtype=bool)
        good[[position for position, _ in self.found]] = False
        return good

    def in_order(self) -> tuple[Finding, ...]:
        """Return the findings row by row, within a row as they were made."""
        return tuple(finding for _, finding in sorted(self.found, key=lambda item: item[0]))
