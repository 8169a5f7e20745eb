"""The four risk grades: order, words, letters, colours and hatches; the only place that knows a risk colour.

No standard fixes RGB values. Red and blue of equal darkness merge in a greyscale copy, so blue is light,
and every grade also has a letter and a hatch: a grade is never told by colour alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Hatch = Literal["cross", "diagonal", "dots", "none"]


@dataclass(frozen=True)
class Grade:
    """One grade as it is stored (`code`), said (`zh`, `en`, `letter`) and drawn."""

    code: int | None
    key: str
    zh: str
    en: str
    letter: str
    colour: str
    stroke: str
    text: str
    hatch: Hatch


MAJOR = Grade(1, "major", "重大", "Major", "重", "#d81e27", "#8e0b12", "#ffffff", "cross")
CONSIDERABLE = Grade(
    2, "considerable", "较大", "Considerable", "较", "#f5871f", "#a04f00", "#241300", "diagonal"
)
GENERAL = Grade(3, "general", "一般", "General", "般", "#ffe11a", "#8f7a00", "#2b2400", "dots")
LOW = Grade(4, "low", "低", "Low", "低", "#6ea8e5", "#1f5fa8", "#06223f", "none")
# "No data" is not "low risk": what nobody graded is grey, never blue.
UNGRADED = Grade(None, "ungraded", "未评定", "Not graded", "?", "#b9bfc7", "#6b737d", "#2b3138", "none")

GRADES = (MAJOR, CONSIDERABLE, GENERAL, LOW)
CODES = tuple(grade.code for grade in GRADES if grade.code is not None)


# Which of the two grades of a thing colours the map: 固有 (before the measures); the other is 控制 (residual).
GRADE_BASIS = "inherent"


def worst(codes: Iterable[int | None]) -> int | None:
    """The highest risk among grades (就高原则): the smallest code; None where nothing is graded.

    >>> worst([3, None, 2])
    2
    >>> worst([None]) is None
    True
    """
    return min((code for code in codes if code is not None), default=None)
