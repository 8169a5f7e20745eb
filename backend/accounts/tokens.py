"""Random tokens: who holds one is let in, so only a hash of it is kept."""

import hashlib
import secrets

BYTES = 32


def new_token() -> str:
    """256 random bits as text that a cookie, an address or a header can hold."""
    return secrets.token_urlsafe(BYTES)


def hash_of(token: str) -> bytes:
    """What is kept of a token. It is random and long, so a fast hash cannot be searched.

    >>> len(hash_of(new_token()))
    32
    """
    return hashlib.sha256(token.encode(errors="replace")).digest()
