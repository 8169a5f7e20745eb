"""Query parameters that several routes share, read once and refused in the user's words."""

import re
from datetime import UTC, datetime
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


# Narrower than what Python reads as a date and time: a moment without its offset is one of several.
RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
OPEN_ENDS = ("", "..")


def parse_moment(text: str, name: str) -> datetime:
    """Read an RFC 3339 moment with its offset, in UTC and to the microsecond.

    >>> parse_moment("2026-11-23T08:00:00+08:00", "from").isoformat()
    '2026-11-23T00:00:00+00:00'
    """
    try:
        if not RFC_3339.fullmatch(text):
            raise ValueError
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadParameter(
            name,
            "应为带时区的 RFC 3339 时刻，例如 2026-11-23T08:00:00Z 或 2026-11-23T08:00:00%2B08:00（地址里 + 写作 %2B）",
        ) from None


def past_moment(text: str, name: str) -> datetime:
    """A moment that is not still to come: what will be recorded then nobody knows."""
    moment = parse_moment(text, name)
    if moment > datetime.now(UTC):
        raise BadParameter(name, "时刻还没有到")
    return moment


def parse_datetime(text: str) -> datetime | None:
    """The moment that `datetime` means; None is the present.

    >>> parse_datetime("../2026-01-02T00:00:00Z").isoformat()
    '2026-01-02T00:00:00+00:00'
    >>> parse_datetime("2026-01-02T00:00:00Z/..") is None
    True
    """
    begin, slash, end = text.partition("/")
    if not slash:
        return past_moment(text, "datetime")
    begun = None if begin in OPEN_ENDS else parse_moment(begin, "datetime")
    ended = None if end in OPEN_ENDS else past_moment(end, "datetime")
    if begun is not None and ended is not None and begun > ended:
        raise BadParameter("datetime", "时段的开始晚于结束")
    return ended


def read_moment(
    moment: Annotated[
        str | None,
        Query(
            alias="datetime",
            description=(
                "RFC 3339 moment with its offset: what was recorded then. Of an interval its end counts: `a/b` and "
                "`../b` are as of b, `a/..` is the present. Not in the future. Rows are shown to who had them then."
            ),
        ),
    ] = None,
) -> datetime | None:
    """Read OGC's `datetime` as the moment of which the register is asked; None is the present."""
    return None if moment is None else parse_datetime(moment)


Moment = Annotated[datetime | None, Depends(read_moment)]
"""The moment of which a reader asks, in UTC; None is the present. `register.history.as_of` answers it."""
