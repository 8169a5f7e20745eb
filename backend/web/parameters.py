"""Query parameters that several routes share, read once and refused in the user's words."""

import re
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query

from backend.errors import BadParameter
from tiles.grid import Bounds

Key = int | UUID
"""A row by the number that its tile feature carries, or by its id."""

BIGINT_MAX = 2**63 - 1
# Plainer than what Python reads as a number, which takes NaN, underscores and the figures of every script.
DECIMAL = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{0,20})?([eE][+-]?[0-9]{1,2})?", re.ASCII)


def read_key(
    key: Annotated[str, Path(description="id (UUID), or the number that a tile's feature carries")],
) -> Key:
    """Tell the two kinds of key apart.

    >>> read_key("17")
    17
    """
    try:
        number = int(key) if key.isascii() and key.isdigit() else None
        answer: Key = UUID(key) if number is None else number
    except ValueError:
        raise BadParameter("key", "应为编号（整数）或标识（UUID）") from None
    if isinstance(answer, int) and answer > BIGINT_MAX:
        raise BadParameter("key", "编号过大")
    return answer


RowKey = Annotated[Key, Depends(read_key)]


def parse_bbox(text: str) -> Bounds:
    """Read `xmin,ymin,xmax,ymax` in degrees of longitude and latitude; of a box with heights, the plane.

    >>> parse_bbox("113.1,33.6,113.4,33.8") == parse_bbox("113.1,33.6,0,113.4,33.8,100")
    True
    """
    parts = text.split(",")
    if len(parts) not in (4, 6) or not all(DECIMAL.fullmatch(part) for part in parts):
        raise BadParameter("bbox", "应为四个用逗号分隔的数：最小经度,最小纬度,最大经度,最大纬度")
    edges = [float(part) for part in parts]
    xmin, ymin, xmax, ymax = edges if len(edges) == 4 else (*edges[:2], *edges[3:5])
    if not (-180 <= xmin <= 180 and -180 <= xmax <= 180 and -90 <= ymin <= 90 and -90 <= ymax <= 90):
        raise BadParameter("bbox", "经度应在 -180 到 180 之间，纬度应在 -90 到 90 之间")
    if ymin > ymax:
        raise BadParameter("bbox", "最小纬度大于最大纬度")
    return Bounds(xmin, ymin, xmax, ymax)


def read_bbox(
    bbox: Annotated[
        str | None, Query(description="xmin,ymin,xmax,ymax: degrees of longitude and latitude")
    ] = None,
) -> Bounds | None:
    """An optional box; `xmin` greater than `xmax` means a box across the antimeridian."""
    return None if bbox is None else parse_bbox(bbox)


Bbox = Annotated[Bounds | None, Depends(read_bbox)]


def check_moment(
    moment: Annotated[
        str | None,
        Query(
            alias="datetime",
            description="RFC 3339 moment or interval; rows have no time of their own: all match",
        ),
    ] = None,
) -> None:
    """Refuse what is no moment or interval. A feature without a time of its own matches every one (OGC 17-069)."""
    if moment is None:
        return
    ends = moment.split("/")
    if len(ends) > 2 or not all(is_moment(end) or (len(ends) == 2 and end in ("", "..")) for end in ends):
        raise BadParameter("datetime", "应为 RFC 3339 时刻或用 / 分开的时段，例如 2026-01-01T00:00:00Z/..")


def is_moment(text: str) -> bool:
    """Whether a text is a date or a moment with its offset.

    >>> is_moment("2026-11-23T08:00:00+08:00"), is_moment("2026-11-23"), is_moment("yesterday")
    (True, True, False)
    """
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
