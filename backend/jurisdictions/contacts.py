"""Phone numbers are told whole to who may have to call, and masked to everybody else."""

import re

from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import Action

# A mobile number of the mainland, with its country code and gaps or without; or any other run of figures.
NUMBER = re.compile(
    r"(?<!\d)(?:\+?(?:00)?86[ -]?)?(?P<head>1\d\d)[ -]?\d{4}[ -]?(?P<tail>\d{4})(?!\d)|\d(?:[\d -]*\d)?"
)


def told_phone(actor: Actor, phone: str | None) -> str | None:
    """A phone number as this actor may read it."""
    if phone is None or actor.may(Action.CONTACTS):
        return phone
    return masked(phone)


def masked(phone: str) -> str:
    """A text with every number in it masked: enough to recognise a number one knows, not enough to call one.

    >>> masked("13812341234"), masked("+86 138-1234-1234"), masked("0375-2661234"), masked("119")
    ('138****1234', '138****1234', '****34', '****')
    >>> masked("办公室 0375-2661234，夜间 13812341234")
    '办公室 ****34，夜间 138****1234'
    """
    return NUMBER.sub(told, phone)


def told(number: re.Match[str]) -> str:
    """One number masked: of a mobile its network and last four figures, of a longer one its last two."""
    if number["head"] is not None:
        return f"{number['head']}****{number['tail']}"
    figures = [figure for figure in number[0] if figure.isdigit()]
    # An emergency number or an extension has nothing to spare.
    return "****" + ("".join(figures[-2:]) if len(figures) >= 7 else "")
