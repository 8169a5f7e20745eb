"""Where a file says what: which columns each of our fields came from, and where they stand in a workbook."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from backend.importing.fields import Kind
from geodata.problems import RowProblem

ID_LABEL, PLACE_LABEL = "编号", "坐标"


@dataclass(frozen=True)
class Layout:
    """The columns of a file as findings name them.

    Parameters
    ----------
    columns : by what findings call a field (its label, or the column's own name), the file's columns.
    letters : of a workbook, by column.
    sheet : of a workbook.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None

    def of(self, problem: RowProblem) -> tuple[str, ...]:
        """Give the columns in which somebody has to look."""
        return () if problem.field is None else self.columns.get(problem.field, ())

    def located(self, problem: RowProblem) -> RowProblem:
        """Say where in the workbook a finding is."""
        if self.sheet is None:
            return problem
        letters = "、".join(self.letters[column] for column in self.of(problem) if column in self.letters)
        return replace(problem, sheet=self.sheet, column=problem.column or letters or None)


def lay_out(
    kind: Kind,
    columns: list[str],
    mapped: Mapping[str, str],
    *,
    id_column: str | None,
    place_columns: tuple[str, ...],
    letters: Mapping[str, str],
    sheet: str | None,
) -> Layout:
    """Note for each name that a finding may use the columns behind it."""
    named: dict[str, tuple[str, ...]] = {column: (column,) for column in columns}
    labels: dict[str, tuple[str, ...]] = {
        each.label: (mapped[each.name],) for each in kind.fields if each.name in mapped
    }
    if id_column is not None:
        labels[ID_LABEL] = (id_column,)
    if place_columns:
        labels[PLACE_LABEL] = place_columns
    return Layout({**named, **labels}, letters, sheet)
