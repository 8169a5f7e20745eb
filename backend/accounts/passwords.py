"""Passwords: what a good one is, and Argon2id to keep it by."""

import unicodedata
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from anyio import CapacityLimiter, fail_after
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from fastapi import Depends, Request
from zxcvbn import zxcvbn

from backend.database import Busy

# OWASP ASVS 5.0 §11.4.2; argon2-cffi's defaults are RFC 9106's second choice: 64 MiB, three passes, four lanes.
HASHER = PasswordHasher()
# Each takes a core for about a tenth of a second and 64 MiB: more at once would serve nobody.
AT_ONCE = 2
PATIENCE_S = 10.0
LONGEST = 128
# The search through a text grows faster than the text, to seconds for 72 characters that somebody chose for it; to a
# third of one for these. What begins well this far is good.
SEARCHED = 24


@dataclass(frozen=True)
class Policy:
    """What a password must be like.

    Parameters
    ----------
    classes : of the four (small letters, capital letters, figures, others), how many must occur.
    max_age_days : after so long a new one must be chosen; None is never.
    history : so many of the last ones are not taken again.
    """

    minimum_length: int
    classes: int
    max_age_days: int | None
    history: int


# GB/T 22239-2019 8.1.4.1 a) wants complexity and periodic change; OWASP ASVS 5.0 §6.2.5 and §6.2.10 forbid both.
POLICIES: Mapping[Literal["dengbao", "asvs"], Policy] = {
    "dengbao": Policy(minimum_length=12, classes=3, max_age_days=90, history=5),
    "asvs": Policy(minimum_length=12, classes=1, max_age_days=None, history=0),
}


def faults(password: str, policy: Policy, context: Sequence[str]) -> list[str]:
    """Every rule that a new password breaks, in the user's words.

    Parameters
    ----------
    context : words that an attacker would try first: user name, name, unit, district.

    Examples
    --------
    >>> faults("password123", POLICIES["asvs"], [])
    ['至少 12 个字符', '是常见密码，容易被猜到']
    >>> faults("湛河-Lantern-58-Sparrow", POLICIES["dengbao"], ["zhang3"])
    []
    """
    password = normalised(password)
    found = []
    if len(password) < policy.minimum_length:
        found.append(f"至少 {policy.minimum_length} 个字符")
    if len(password) > LONGEST:
        found.append(f"最多 {LONGEST} 个字符")
    if classes_of(password) < policy.classes:
        found.append(f"大写字母、小写字母、数字、其他字符中至少要有 {policy.classes} 类")
    if is_guessed_soon(password, context):
        found.append("是常见密码，容易被猜到")
    if any(is_telling(word) and normalised(word).lower() in password.lower() for word in context):
        found.append("不能含用户名、姓名、单位或本区名称")
    return found


def normalised(password: str) -> str:
    """The text that is kept and judged; keyboards differ in how they compose Unicode (NIST 800-63B)."""
    return unicodedata.normalize("NFKC", password)


def is_telling(word: str) -> bool:
    """Whether a word is long enough to rule passwords out; two Chinese characters are a name.

    >>> is_telling("li"), is_telling("li3"), is_telling("张三")
    (False, True, True)
    """
    return len(word) >= (3 if word.isascii() else 2)


def classes_of(password: str) -> int:
    """How many of the four classes of characters occur; a Chinese character is of the class of others."""
    tests = (str.islower, str.isupper, str.isdigit)
    named = sum(any(test(character) and character.isascii() for character in password) for test in tests)
    return named + any(not (character.isascii() and character.isalnum()) for character in password)


def is_guessed_soon(password: str, context: Sequence[str]) -> bool:
    """Whether common words, names, dates and rows of keys make most of it (Wheeler 2016, zxcvbn: below 3 of 4)."""
    score: int = zxcvbn(password[:SEARCHED], user_inputs=list(context))["score"]
    return score < 3


def hashed(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(normalised(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether it is the password. Without a kept one the same work is done, so that time does not tell them apart."""
    try:
        HASHER.verify(kept or stand_in(), normalised(password))
    except (Argon2Error, InvalidHashError):
        return False
    return kept is not None


@cache
def stand_in() -> str:
    """A hash that nobody's password has."""
    return HASHER.hash("\x00 stands in for an unknown user")


async def hashing_turn(request: Request) -> AsyncIterator[None]:
    """Wait until a core is free for Argon2, before a thread or a connection is taken."""
    limiter: CapacityLimiter = request.app.state.hashing_turns
    try:
        with fail_after(PATIENCE_S):
            await limiter.acquire_on_behalf_of(request)
    except TimeoutError:
        raise Busy("登录的人太多，请稍后重试。") from None
    try:
        yield
    finally:
        limiter.release_on_behalf_of(request)


def hashing_turns() -> CapacityLimiter:
    """As many as may hash at once."""
    return CapacityLimiter(AT_ONCE)


HashingTurn = Annotated[None, Depends(hashing_turn, scope="function")]
