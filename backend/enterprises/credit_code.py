"""The unified social credit code (统一社会信用代码, GB 32100-2015): is it one, and if not, what is wrong with it.

Eighteen characters: 1 registering department, 2 kind of body, 3–8 area, 9–17 organisation code (GB 11714, with a
check character of its own at 17), 18 check character. Characters 3–8 are the area of the *authority that registered*
the body; they say nothing about where it stands and are never a territory.

Codes are judged as they are written. `normalised` is a step that the caller takes, and shows, of its own accord.
Whether a unit may keep a code that fails, with a reason, is the caller's business: some old registrations do fail.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

# 31 symbols, because 31 is prime; the letters that look like digits (I, O, S, Z) and V are left out.
SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VALUES = {symbol: value for value, symbol in enumerate(SYMBOLS)}
LENGTH = 18
WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))

# GB 11714 counts letters by the whole alphabet; its check value 10 is written X.
ORGANISATION_VALUES = {symbol: int(symbol, 36) for symbol in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ORGANISATION_CHECKS = "0123456789X"

MISTAKEN_FOR = {"I": "数字 1", "O": "数字 0", "S": "数字 5", "Z": "数字 2"}
OLDER_CODES = {9: "组织机构代码", 15: "原工商注册号"}


@dataclass(frozen=True)
class CreditCodeFault:
    """What is wrong with a code.

    Parameters
    ----------
    kind : `length`, `character`, `placeholder`, `check` (character 18) or `organisation_check` (character 17).
    message : the same in Chinese, for the person who typed it.
    position : of the wrong character, from 1; None where it is the whole code.
    expected : the character that the others before it ask for, where one can be told.
    """

    kind: Literal["length", "character", "placeholder", "check", "organisation_check"]
    message: str
    position: int | None = None
    expected: str | None = None


def normalised(text: str) -> str:
    r"""Full-width as half-width (NFKC), no blanks or invisible characters, capital letters.

    >>> normalised(" ９１４４０３００708461136t\u200b")
    '91440300708461136T'
    """
    folded = unicodedata.normalize("NFKC", text)
    return "".join(each for each in folded if unicodedata.category(each)[0] not in "ZC").upper()


def check(code: str) -> CreditCodeFault | None:
    """Say what makes this no credit code, or None.

    Any one wrong character is found: no weight is a multiple of 31, and 31 is prime.

    >>> check("91440300708461136T")
    >>> check("91440300708461136U").message
    '统一社会信用代码第 18 位（校验码）应为“T”，填写的是“U”；如果这一位没有抄错，就是前 17 位中有错。'
    """
    if len(code) != LENGTH:
        return wrong_length(code)
    for position, symbol in enumerate(code, start=1):
        if symbol not in VALUES:
            return wrong_character(symbol, position)
    if len(set(code)) == 1:
        return CreditCodeFault(
            "placeholder", f"统一社会信用代码 18 位都是“{code[0]}”，像是占位的，不是真实代码。"
        )
    expected = check_character(code[:17])
    if code[17] != expected:
        message = (
            f"统一社会信用代码第 18 位（校验码）应为“{expected}”，填写的是“{code[17]}”；"
            "如果这一位没有抄错，就是前 17 位中有错。"
        )
        return CreditCodeFault("check", message, LENGTH, expected)
    return None


def check_organisation(code: str) -> CreditCodeFault | None:
    """Say whether the organisation code inside (characters 9–17) fails its own check: a warning, no refusal.

    Ask it of codes that `check` lets pass; of what is no credit code it says nothing.
    """
    if check(code) is not None:
        return None
    expected = organisation_check_character(code[8:16])
    if code[16] == expected:
        return None
    message = (
        f"统一社会信用代码第 17 位（组织机构代码的校验码）按 GB 11714 应为“{expected}”，填写的是“{code[16]}”；"
        "第 18 位校验无误，请对照营业执照核对。"
    )
    return CreditCodeFault("organisation_check", message, 17, expected)


def check_character(first: str) -> str:
    """Work out character 18 from the first 17, all of them among `SYMBOLS`.

    >>> check_character("91350100M000100Y4")
    '3'
    """
    total = sum(VALUES[symbol] * weight for symbol, weight in zip(first, WEIGHTS, strict=True))
    return SYMBOLS[-total % 31]


def organisation_check_character(first: str) -> str:
    """Work out the ninth character of an organisation code (GB 11714) from its first eight.

    >>> organisation_check_character("80210043")
    '3'
    """
    total = sum(
        ORGANISATION_VALUES[symbol] * weight
        for symbol, weight in zip(first, ORGANISATION_WEIGHTS, strict=True)
    )
    return ORGANISATION_CHECKS[-total % 11]


def find_faults(codes: Iterable[str]) -> list[CreditCodeFault | None]:
    """Give what `check` says of each code, for whole registers at once.

    Good codes are let pass together; only the others are looked at one by one.
    """
    texts = list(codes)
    passes = np.zeros(len(texts), dtype=bool)
    passes[[row for row, text in enumerate(texts) if len(text) == LENGTH]] = passing(
        [text for text in texts if len(text) == LENGTH]
    )
    return [None if good else check(text) for text, good in zip(texts, passes.tolist(), strict=True)]


# Value of each character by its code point; −1 for what is no symbol, and for everything from 128 on.
VALUE_AT = np.full(129, -1, dtype=np.int64)
VALUE_AT[[ord(symbol) for symbol in SYMBOLS]] = range(len(SYMBOLS))


def passing(texts: list[str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of these texts, each 18 characters long, `check` finds no fault in."""
    points = np.array(texts, dtype=f"U{LENGTH}").view(np.uint32).reshape(-1, LENGTH)
    values = VALUE_AT[np.minimum(points, 128)]
    # The check character's own weight is 1: with it, the sum of a good code is a multiple of 31.
    adds_up = values @ np.array([*WEIGHTS, 1]) % 31 == 0
    legal = (values >= 0).all(axis=1)
    varied = (points != points[:, :1]).any(axis=1)
    return np.asarray(adds_up & legal & varied)


def wrong_length(code: str) -> CreditCodeFault:
    """Name the length, and the older code that is so long."""
    older = OLDER_CODES.get(len(code)) if code.isascii() and code.isalnum() else None
    hint = f"；{len(code)} 位的可能是{older}" if older else ""
    return CreditCodeFault("length", f"统一社会信用代码应为 {LENGTH} 位，填写的是 {len(code)} 位{hint}。")


def wrong_character(symbol: str, position: int) -> CreditCodeFault:
    """Name a character that no credit code has, and what it may have been."""
    said = symbol if symbol.isprintable() and not symbol.isspace() else f"U+{ord(symbol):04X}"
    if symbol in "IOSVZ":
        meant = f"，可能是{MISTAKEN_FOR[symbol]}" if symbol in MISTAKEN_FOR else ""
        reason = f"不使用字母 I、O、S、V、Z{meant}"
    elif symbol.upper() in VALUES:
        reason = "字母要大写"
    elif symbol.isspace() or not symbol.isprintable():
        reason = "中间不能有空格或看不见的字符"
    elif unicodedata.normalize("NFKC", symbol).upper() in VALUES:
        reason = "要用半角字符"
    else:
        reason = "只使用数字和大写字母"
    return CreditCodeFault("character", f"统一社会信用代码第 {position} 位是“{said}”：{reason}。", position)
