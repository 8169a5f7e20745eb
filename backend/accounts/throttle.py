"""Guessing is slowed down: failures are counted per address, and per address and user name.

A bureau shares one address, so the address as a whole has much room: sixty failures in ten minutes. The counts live
in the process; what must survive a restart, the lock of an account after five failures, stands in the database.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from backend.accounts.errors import LinkInvalid, TooManyAttempts

PER_ADDRESS = RateLimitItemPerMinute(60, 10)
PER_USER = RateLimitItemPerMinute(10, 10)


class Throttle:
    """Counts failures of one service."""

    def __init__(self) -> None:
        self.limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, address: str, username: str = "") -> None:
        """Refuse an attempt, before any work is done for it, when too many have failed."""
        for limit, key in self.counted(address, username):
            if not self.limiter.test(limit, *key):
                reset_at = self.limiter.get_window_stats(limit, *key).reset_time
                raise TooManyAttempts(max(1, int(reset_at - time.time()) + 1))

    def count_failure(self, address: str, username: str = "") -> None:
        """Remember that an attempt has failed."""
        for limit, key in self.counted(address, username):
            self.limiter.hit(limit, *key)

    @contextmanager
    def counting(self, address: str) -> Iterator[None]:
        """Refuse who has failed too often, and count it when the link in hand is no good."""
        self.check(address)
        try:
            yield
        except LinkInvalid:
            self.count_failure(address)
            raise

    def counted(self, address: str, username: str) -> list[tuple[RateLimitItemPerMinute, tuple[str, ...]]]:
        """The limits that an attempt counts against, with their keys."""
        whole: list[tuple[RateLimitItemPerMinute, tuple[str, ...]]] = [(PER_ADDRESS, (address,))]
        return [*whole, (PER_USER, (address, username))] if username else whole
