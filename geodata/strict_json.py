"""JSON without the leniences of the standard reader: no NaN, no 1e999, no repeated keys, no bottomless nesting."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Any

from geodata.errors import InvalidGeoJSON, TooLarge

JSON = Any
"""A value that came out of JSON; the reader is there to find out which."""

_NUMBERS = (int, float)
_Path = tuple["_Path", str | int] | None


@dataclass(frozen=True)
class Limits:
    """How much a document may ask of us.

    Parameters
    ----------
    containers : arrays and objects; an empty one is two bytes of text, but sixty of memory.
    """

    size_bytes: int
    nesting: int
    vertices_per_feature: int
    containers: int = 5_000_000
    features: int = 500_000


INTERACTIVE = Limits(size_bytes=10_000_000, nesting=32, vertices_per_feature=20_000)
FILE = Limits(size_bytes=300_000_000, nesting=32, vertices_per_feature=200_000)


class _RepeatedKey(dict[str, JSON]):
    """An object that had a key twice: marked while parsing, reported with its place afterwards."""

    key = ""


def parse_json(data: bytes, limits: Limits) -> JSON:
    """Parse UTF-8 JSON (a byte order mark is allowed) and check every value in it.

    Raises
    ------
    TooLarge, InvalidGeoJSON
        With the JSON pointer of the offending value; never a RecursionError.

    Examples
    --------
    >>> parse_json(b'{"a": [1, NaN]}', INTERACTIVE)
    Traceback (most recent call last):
    geodata.errors.InvalidGeoJSON: /a/1：不是有限的数
    """
    if len(data) > limits.size_bytes:
        raise TooLarge(f"共 {len(data):,} 字节，超过上限 {limits.size_bytes:,} 字节")
    # Brackets within texts count, too: nobody writes so many.
    containers = data.count(b"[") + data.count(b"{")
    if containers > limits.containers:
        raise TooLarge(f"共 {containers:,} 个数组和对象，超过上限 {limits.containers:,} 个：请分成几个文件")
    try:
        root = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise InvalidGeoJSON(
            "", f"第 {error.start + 1} 个字节不是 UTF-8 编码", code="malformed_json"
        ) from error
    except RecursionError as error:
        raise _too_deep("", limits) from error
    except json.JSONDecodeError as error:
        place = f"第 {error.lineno} 行第 {error.colno} 列"
        raise InvalidGeoJSON("", f"{place}不是合法的 JSON", code="malformed_json") from error
    except ValueError as error:
        # Python refuses to read integers of more than 4300 digits.
        raise InvalidGeoJSON("", "含有位数过多的整数", code="not_finite") from error
    _check_values(root, limits)
    return root


def _object(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    keys = [key for key, _ in pairs]
    marked = _RepeatedKey(members)
    marked.key = next(key for index, key in enumerate(keys) if key in keys[:index])
    return marked


def _check_values(root: JSON, limits: Limits) -> None:
    """Go through the tree with a stack of our own, so that depth costs memory and not Python's patience."""
    stack: list[tuple[JSON, _Path, int]] = [([root], None, 0)]
    while stack:
        container, path, depth = stack.pop()
        if depth > limits.nesting:
            raise _too_deep(_pointer(path), limits)
        if isinstance(container, dict):
            _check_keys(container, path)
        elif container and type(container[0]) in _NUMBERS and _are_finite_numbers(container):
            continue  # a position, as most of a document is
        members = container.items() if isinstance(container, dict) else enumerate(container)
        for key, member in members:
            # The root was put in a list of its own: it has no key.
            place: _Path = (path, key) if depth else None
            if isinstance(member, list | dict):
                stack.append((member, place, depth + 1))
            elif type(member) in _NUMBERS and not _are_finite_numbers((member,)):
                raise InvalidGeoJSON(_pointer(place), "不是有限的数", code="not_finite")
            elif type(member) is str and not _is_storable(member):
                raise InvalidGeoJSON(_pointer(place), "文字含有空字符或不成对的代理字符", code="bad_text")


def _check_keys(value: dict[str, JSON], path: _Path) -> None:
    if isinstance(value, _RepeatedKey):
        raise InvalidGeoJSON(_pointer((path, value.key)), "同一对象中键重复", code="duplicate_key")
    if not all(map(_is_storable, value)):
        raise InvalidGeoJSON(_pointer(path), "键含有空字符或不成对的代理字符", code="bad_text")


def _are_finite_numbers(values: Iterable[JSON]) -> bool:
    """Tell whether all are finite numbers; a quick pass over the positions that make up most of a document."""
    try:
        return all(map(isfinite, values))
    except (TypeError, OverflowError):
        return False


def _is_storable(text: str) -> bool:
    # PostgreSQL has no NUL in texts, and a lone surrogate has no UTF-8.
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _too_deep(pointer: str, limits: Limits) -> InvalidGeoJSON:
    return InvalidGeoJSON(pointer, f"嵌套超过 {limits.nesting} 层", code="too_deep")


def _pointer(path: _Path) -> str:
    """Write a path as JSON pointer (RFC 6901)."""
    tokens: list[str] = []
    while path is not None:
        path, token = path
        tokens.append(str(token).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{token}" for token in reversed(tokens))
