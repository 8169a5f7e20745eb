"""Thresholds Q and corrections β of GB 18218-2018: substances by name (table 1), the rest by hazard class (table 2).

`verified` in the tables: read in two independent public transcriptions of the standard that agree; the standard's
own text was not at hand. Table 1 gives no β. Table 3 does for toxic gases; for the rest the hazard class decides
(table 4), and the class that a substance has here is the usual one, `unverified`, or left out where it was unsure.
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

from backend.risk.data_files import BrokenFile
from backend.risk.faults import is_blank, number

SUBSTANCES = Path(__file__).with_name("substances.csv")
CLASSES = Path(__file__).with_name("hazard_classes.csv")


@dataclass(frozen=True)
class Known:
    """A substance of table 1 or a hazard class of table 2.

    Parameters
    ----------
    name : as in the standard; of a class, its symbol.
    threshold : Q in tonnes.
    beta : None where it depends on a hazard class that the table does not give.
    threshold_verified, beta_verified : whether read in copies of the standard that agree.
    """

    name: str
    aliases: tuple[str, ...]
    cas: tuple[str, ...]
    threshold: Decimal
    threshold_verified: bool
    threshold_source: str
    beta: Decimal | None
    beta_verified: bool
    beta_source: str


def named(name: str) -> tuple[Known, ...]:
    """The substances of table 1 that a name or a CAS number means; several where Q depends on the make."""
    return by_name().get(simplified(name), ())


@cache
def by_name() -> Mapping[str, tuple[Known, ...]]:
    """Substances by every name and number that they go by; the standard's own name comes before another's alias."""
    called: dict[str, tuple[Known, ...]] = {}
    for known in substances():
        for each in {simplified(each) for each in (*known.aliases, *known.cas)}:
            called[each] = (*called.get(each, ()), known)
    return MappingProxyType(called | {simplified(known.name): (known,) for known in substances()})


def simplified(name: str) -> str:
    """A name without what people write one way or the other: blanks, case, the width of brackets and signs."""
    return name.translate(NARROW).replace(" ", "").upper()


NARROW = str.maketrans("（），＜＞－　", "(),<>- ")


@cache
def substances() -> tuple[Known, ...]:
    """Table 1 of the standard, read once."""
    return tuple(read(SUBSTANCES, lambda row: (row["name"], split(row["aliases"]), split(row["cas"]))))


@cache
def hazard_classes() -> Mapping[str, Known]:
    """Tables 2 and 4 by the symbol of the class, read once."""
    classes = read(CLASSES, lambda row: (row["symbol"], (row["name"],), ()))
    return MappingProxyType({known.name: known for known in classes})


Naming = tuple[str, tuple[str, ...], tuple[str, ...]]


def read(path: Path, naming: Callable[[Mapping[str, str]], Naming]) -> list[Known]:
    """Read a table of Q and β.

    Raises
    ------
    BrokenFile
        With the row and the field.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        return [read_known(path, line, row, naming) for line, row in enumerate(csv.DictReader(lines), 2)]


def read_known(
    path: Path, line: int, row: Mapping[str, str], naming: Callable[[Mapping[str, str]], Naming]
) -> Known:
    """Read one row."""

    def amount(field: str) -> Decimal:
        exact = number(row[field])
        if exact is None or exact <= 0:
            raise BrokenFile(path, f"第 {line} 行 {field}", f"应为正数，不是「{row[field]}」")
        return exact

    def is_verified(field: str) -> bool:
        if row[field] not in {"verified", "unverified"}:
            raise BrokenFile(path, f"第 {line} 行 {field}", "应为 verified 或 unverified")
        return row[field] == "verified"

    has_beta = not is_blank(row["beta"])
    return Known(
        *naming(row),
        threshold=amount("q_t"),
        threshold_verified=is_verified("q_status"),
        threshold_source=row["q_source"],
        beta=amount("beta") if has_beta else None,
        beta_verified=has_beta and is_verified("beta_status"),
        beta_source=row["beta_source"],
    )


def split(cell: str) -> tuple[str, ...]:
    """The parts of a cell with several."""
    return tuple(part for part in cell.split(";") if part)
