"""Guessing is slowed down: failures are counted per address, and per address and user name.

A bureau shares one address, so the address as a whole has much room: sixty failures in ten minutes. The counts live
in the process; what must survive a restart, the lock of an account after five failures, stands in the database.
"""

import ipaddress
import time
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from backend.accounts.errors import LinkInvalid, TooManyAttempts

PER_ADDRESS = RateLimitItemPerMinute(60, 10, "sign-in")
PER_USER = RateLimitItemPerMinute(10, 10, "user")
# Keys are not guessed; a client that goes on with a dead one fills the trail. It must not keep people out.
UNKNOWN_KEYS = RateLimitItemPerMinute(60, 10, "key")
REFUSALS = RateLimitItemPerMinute(60, 1, "refusal")


class Throttle:
    """Counts failures of one service."""

    def __init__(self) -> None:
        # Counters that end by themselves: a list of moments for each address would never be forgotten.
        self.limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def check(self, address: str, username: str = "") -> None:
        """Refuse an attempt, before any work is done for it, when too many have failed.

        Raises
        ------
        TooManyAttempts
        """
        for limit, key in counted(address, username):
            if not self.limiter.test(limit, *key):
                raise self.too_many(limit, key)

    def count_failure(self, address: str, username: str = "") -> None:
        """Remember that an attempt has failed."""
        for limit, key in counted(address, username):
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

    def count_unknown_key(self, address: str) -> None:
        """Count a key that nobody has.

        Raises
        ------
        TooManyAttempts
            From the sixty-first in ten minutes on, which leave no trace any more.
        """
        self.count(UNKNOWN_KEYS, network_of(address))

    def count_refusal(self, name: str) -> None:
        """Count what somebody was not allowed to do.

        Raises
        ------
        TooManyAttempts
            From the sixty-first in a minute on, which leave no trace any more: the trail cannot be emptied.
        """
        self.count(REFUSALS, name)

    def count(self, limit: RateLimitItemPerMinute, key: str) -> None:
        """Count one, or refuse it."""
        if not self.limiter.hit(limit, key):
            raise self.too_many(limit, (key,))

    def too_many(self, limit: RateLimitItemPerMinute, key: tuple[str, ...]) -> TooManyAttempts:
        """The refusal, with when to come again."""
        reset_at = self.limiter.get_window_stats(limit, *key).reset_time
        return TooManyAttempts(max(1, int(reset_at - time.time()) + 1))


def counted(address: str, username: str) -> list[tuple[RateLimitItemPerMinute, tuple[str, ...]]]:
    """The limits that an attempt counts against, with their keys."""
    network = network_of(address)
    whole: list[tuple[RateLimitItemPerMinute, tuple[str, ...]]] = [(PER_ADDRESS, (network,))]
    return [*whole, (PER_USER, (network, username))] if username else whole


def network_of(address: str) -> str:
    """What one party has for itself: an IPv4 address, or the /64 of an IPv6 one.

    >>> network_of("10.1.2.3"), network_of("2001:db8:1:2:3:4:5:6"), network_of("testclient")
    ('10.1.2.3', '2001:db8:1:2::/64', 'testclient')
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return address if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))
