"""What every tile address has in common, whatever it answers with: its place, its tag, what a browser may keep."""

from typing import Annotated

from fastapi import Depends

from backend.errors import BadParameter
from tiles.grid import Tile, checked


def read_address(z: str, x: str, y: str) -> Tile:
    """The tile of an address; figures only, as in every tile address."""
    for name, text in (("z", z), ("x", x), ("y", y)):
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise BadParameter(name, "应为不带符号的整数")
    return checked(Tile(int(z), int(x), int(y)))


Address = Annotated[Tile, Depends(read_address)]


def tile_headers(etag: str) -> dict[str, str]:
    """Headers of an answer that depends on who asks, with its strong tag."""
    # The browser may keep it, but asks each time, so that a changed scope shows at once.
    return {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether the client's copy is the present one (RFC 9110 §13.1.2, weak comparison).

    >>> matches('W/"a", "b"', '"b"'), matches("*", '"b"'), matches(None, '"b"')
    (True, True, False)
    """
    tags = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    return etag in tags or "*" in tags
