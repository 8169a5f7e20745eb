"""What the fields of a delivery say together, on the way from cells to columns of the table."""

from dataclasses import dataclass, field

import numpy as np

from backend.importing.checking.findings import Cells, Findings, Mask
from backend.importing.delivery import Delivery
from backend.importing.files.values import is_empty
from backend.importing.writing.staging import Column, cells_column


@dataclass
class Facts:
    """The values of all fields that were delivered, by field name, and what is made of several of them.

    Parameters
    ----------
    values : as read; a judge may replace a column by what it has found out.
    made : columns of the table that are no field: name, label, PostgreSQL type and one value a row.
    """

    delivery: Delivery
    values: dict[str, Cells]
    findings: Findings
    notices: list[str]
    made: list[tuple[str, str, str, Cells]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.delivery.rows)

    def of(self, name: str) -> Cells:
        """Return the values of a field; all empty where it was not delivered."""
        values = self.values.get(name)
        return np.full(self.count, None, dtype=object) if values is None else values

    def cells(self, name: str) -> Cells:
        """Return the field as it was written."""
        cells = self.delivery.cells.get(name)
        return np.full(self.count, None, dtype=object) if cells is None else cells

    def written(self, name: str) -> Mask:
        """Tell in which rows a field is not empty."""
        if name not in self.delivery.cells:
            return np.zeros(self.count, dtype=bool)
        return ~is_empty(self.delivery.cells[name])

    def label(self, name: str) -> str:
        """Return what people call a field."""
        found = self.delivery.kind.field(name)
        return name if found is None else found.label

    def columns(self, good: Mask) -> list[Column]:
        """Give the good rows as columns of the table."""
        stored = [
            cells_column(each.table_column, each.label, self.values[each.name][good], each.column_type)
            for each in self.delivery.kind.fields
            if each.is_stored and each.name in self.values
        ]
        return [
            *stored,
            *(cells_column(name, label, cells[good], type_) for name, label, type_, cells in self.made),
        ]


def example(values: Cells, where: Mask) -> str:
    """Show the first of the marked values."""
    return str(values[int(np.flatnonzero(where)[0])])
