"""What is wrong with an assessment, in the words of whoever filled it in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
LONGEST = 40
"""Characters of a wrong value that are told again."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the field, what stood there (as text, shortened), why it cannot be, what to do."""

    field: str
    value: str
    reason: str
    hint: str

    def __str__(self) -> str:
        stood = f"「{self.value}」" if self.value else ""
        return f"{self.field}{stood}：{self.reason}。{self.hint}"


class InvalidAssessment(ValueError):
    """What was given cannot be graded; `faults` holds everything that is wrong, in the order of the fields."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("；".join(map(str, self.faults)))


def is_blank(value: object) -> bool:
    """Nothing was given: None, NaN, or a text without a character.

    >>> is_blank(None), is_blank(float("nan")), is_blank("　"), is_blank(0)
    (True, True, True, False)
    """
    return value is None or value != value or (isinstance(value, str) and not value.strip())


def number(value: object) -> Decimal | None:
    """A finite number, exactly as it was written (0.1 is one tenth); None where it is none. Truth is no number.

    >>> number(0.1) * 10 * 7, number("６"), number(" 15.0 "), number("1_0"), number(True)
    (Decimal('7.0'), Decimal('6'), Decimal('15.0'), None, None)
    """
    if isinstance(value, bool):
        return None
    text = written(value)
    return Decimal(text) if NUMBER.fullmatch(text) else None


def written(value: object) -> str:
    """A value as text."""
    try:
        return str(value).strip()
    except ValueError:  # an integer of thousands of digits
        return "…"


def shown(value: object) -> str:
    """A value as it is told again: numbers without what does not count, texts shortened.

    >>> shown(Decimal("540.0")), shown(1e3), shown(None), shown(0.50)
    ('540', '1000', '', '0.5')
    """
    if is_blank(value):
        return ""
    exact = number(value)
    if exact is None or not -9 < exact.adjusted() < 16:
        text = written(value) if exact is None else f"{exact.normalize():E}"
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    text = f"{exact:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
