"""Optimistic locking over HTTP: who changes a row says which version they saw (RFC 9110 §13.1.1, RFC 6585 §3)."""

import re
from typing import Annotated, Any

from fastapi import Depends, Header

from backend.errors import BadParameter, DomainError


class PreconditionRequired(DomainError):
    """A change without the version that it is of."""

    status = 428
    code = "precondition_required"


class ChangedMeanwhile(DomainError):
    """Somebody else was faster; the answer carries the present state."""

    status = 412
    code = "changed_meanwhile"


def read_if_match(
    if_match: Annotated[
        str | None, Header(description='version of the row that was seen, as in its ETag: `"3"`')
    ] = None,
) -> int:
    """The version that the client saw."""
    if if_match is None:
        raise PreconditionRequired("修改时必须用 If-Match 说明所依据的版本（读取时得到的 ETag）。")
    # A proxy that compresses weakens a tag: the version names the state of the row, not the bytes of an answer.
    if_match = if_match.removeprefix("W/")
    if not re.fullmatch(r'"[0-9]{1,9}"', if_match):
        raise BadParameter("If-Match", '应为读取时得到的 ETag，如 "3"')
    return int(if_match.strip('"'))


SeenVersion = Annotated[int, Depends(read_if_match)]


def etag(version: int) -> str:
    """A version as a strong entity tag.

    >>> etag(3)
    '"3"'
    """
    return f'"{version}"'


def require_version(seen: int, present: int, state: dict[str, Any]) -> None:
    """Refuse a change of another version than the one that is there; `state` is what is there."""
    if seen != present:
        raise ChangedMeanwhile("这条记录刚刚被别人改过，没有写入。请核对现在的内容后再改。", current=state)
