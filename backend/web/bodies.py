"""What bodies of requests have in common: every field is known, and texts can be shown on one line."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints


class In(BaseModel):
    """What a client sends; a field that we do not know is a mistake, not something to ignore."""

    model_config = ConfigDict(extra="forbid")


def plain(text: str) -> str:
    """A text without control characters, which no page and no list can show."""
    if not text.isprintable():
        raise ValueError("不能含控制字符")
    return text


def plain_lines(text: str) -> str:
    """A text of several lines without other control characters."""
    for line in text.splitlines():
        plain(line)
    return text


Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(plain)
]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(plain)
]
LongLine = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(plain)
]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(plain)]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(plain_lines)
]
