"""What an import did, or would do: counts, differences, what was put aside and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from geodata.problems import RowProblem


@dataclass(frozen=True)
class Change:
    """One field of a row that is already in the register: what it says now and what the file says."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Example:
    """One row that would change."""

    source_id: str
    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Differences:
    """How a file differs from what is in the register under the same keys.

    Parameters
    ----------
    changed_fields : label of a field and in how many rows it differs.
    farthest_move_m : the farthest that a place's middle moves on the ground; None where no place moves.
    gone : rows of the same source that the file has no more; they stay in the register.
    """

    new: int
    changed: int
    unchanged: int
    gone: int
    changed_fields: tuple[tuple[str, int], ...] = ()
    examples: tuple[Example, ...] = ()
    farthest_move_m: float | None = None

    @property
    def is_first_import(self) -> bool:
        """Whether nothing of this source was there before."""
        return self.changed == self.unchanged == self.gone == 0


@dataclass(frozen=True)
class PartReport:
    """What the rows brought along for another table: contacts of enterprises, measures of events."""

    kind: str
    differences: Differences


@dataclass(frozen=True)
class ImportReport:
    """The outcome of one import.

    Parameters
    ----------
    rows : rows read, good or not.
    findings : why rows were put aside; a row may have several.
    notices : what the user should know although every row concerned was taken.
    parts : what the rows bring along for other tables.
    outcome : what followed from the writing, such as entries of the roster that are answered now.
    batch_id : of the record of a file that was imported.
    is_applied : whether the register was changed (the caller still commits).
    """

    kind: str
    source: str
    rows: int
    findings: tuple[RowProblem, ...]
    notices: tuple[str, ...]
    differences: Differences
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    is_applied: bool = False
    parts: tuple[PartReport, ...] = ()
    outcome: tuple[str, ...] = ()
    batch_id: UUID | None = None

    @property
    def changed(self) -> int:
        """How many rows that are in the register already would change, or did, in whatever table."""
        return self.differences.changed + sum(part.differences.changed for part in self.parts)

    @property
    def gone(self) -> int:
        """Rows of the same source that the file has no more."""
        return self.differences.gone

    @property
    def quarantined(self) -> int:
        """How many rows were put aside."""
        return len({finding.row for finding in self.findings})

    @property
    def causes(self) -> list[tuple[RowProblem, int]]:
        """Each cause by its first finding and the number of rows, the most frequent first."""
        return causes(self.findings)


def causes(findings: Sequence[RowProblem]) -> list[tuple[RowProblem, int]]:
    """Group findings by field and cause, and unknown words also by the word.

    >>> found = [RowProblem(row, "名称", None, "必填项为空", "empty") for row in (2, 5)]
    >>> [(first.reason, count) for first, count in causes(found)]
    [('必填项为空', 2)]
    """
    first: dict[tuple[str | None, str, str | None], RowProblem] = {}
    for finding in findings:
        first.setdefault(_group(finding), finding)
    rows = Counter(group for group, _ in {(_group(finding), finding.row) for finding in findings})
    return [
        (finding, rows[group]) for group, finding in sorted(first.items(), key=lambda item: -rows[item[0]])
    ]


def _group(finding: RowProblem) -> tuple[str | None, str, str | None]:
    return finding.field, finding.code, finding.value if finding.code.startswith("unknown_") else None
