"""Control levels (管控层级): who has to answer for a risk of which grade, from `control_levels.csv`.

Those above answer for the worse risks, and whoever is below a level that answers does so too
(上级负责管控的下级必须同时负责): a red zone of a plant needs a person at each of its five levels.
Which levels a unit has depends on what it is.
`plant` is the usual rule of the 双重预防 standards; the other sets are proposals that a district may change, as is
the demand that the two owners outside the unit answer for 重大 alone.
"""

from dataclasses import dataclass

from backend.grades import CODES
from backend.risk.tables import rows

OUTSIDE = "outside"
"""The set of those who answer without belonging to the unit: territory (属地) and sector (行业监管)."""


@dataclass(frozen=True)
class ControlLevel:
    """One level of one set.

    Parameters
    ----------
    position : from 1, the highest.
    least_grade : code of the lowest risk that this level has to answer for; it answers for every worse one too.
    """

    set: str
    code: str
    position: int
    zh: str
    en: str
    least_grade: int


def control_level(row: dict[str, str]) -> ControlLevel:
    """Read one line of control_levels.csv."""
    return ControlLevel(
        set=row["set"],
        code=row["code"],
        position=int(row["position"]),
        zh=row["zh"],
        en=row["en"],
        least_grade=int(row["least_grade"]),
    )


def in_sets(levels: list[ControlLevel]) -> dict[str, tuple[ControlLevel, ...]]:
    """Put levels into their sets, highest first.

    Raises
    ------
    ValueError
        A level answers for no grade there is, or for less than the one above it: the rule would not hold.
    """
    sets: dict[str, tuple[ControlLevel, ...]] = {}
    for level in sorted(levels, key=lambda level: (level.set, level.position)):
        above = sets.get(level.set, ())
        if level.least_grade not in CODES:
            raise ValueError(f"{level.set} 的“{level.zh}”：没有等级 {level.least_grade}。")
        if above and level.least_grade < above[-1].least_grade:
            raise ValueError(
                f"{level.set} 的“{level.zh}”：上级“{above[-1].zh}”负责管控的，下级必须同时负责。"
            )
        sets[level.set] = (*above, level)
    return sets


CONTROL_LEVELS = in_sets([control_level(row) for row in rows("control_levels.csv")])


def required_levels(name: str, grade: int | None) -> tuple[ControlLevel, ...]:
    """Give the levels of a set that need a person for a risk of this grade, highest first; none while it is ungraded.

    Raises
    ------
    KeyError
        No such set.

    >>> [level.zh for level in required_levels("plant", 3)]
    ['车间级', '班组级', '岗位级']
    """
    levels = CONTROL_LEVELS[name]
    return () if grade is None else tuple(level for level in levels if grade <= level.least_grade)
