"""Accident types (事故类别) by edition of GB 6441, from `accidents.csv`: an old assessment keeps the edition it used.

GB 6441-1986 has 20; GB 6441-2025, mandatory since 2026-07-01, has 27 (those who count 29 split differently). Neither
text was at hand; the names were compared between copies that do not depend on each other. `code` numbers them in the
order of the copies. The order of 火药爆炸 and 瓦斯爆炸 varies between copies, and the standard of 2025 has codes of its
own (WSA…) which could not be compared: what is imported is matched by name, and no code here is a national one.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date

from backend.risk.tables import rows


@dataclass(frozen=True)
class Edition:
    """An edition of the standard and the first day on which it holds."""

    code: str
    title: str
    since: date


@dataclass(frozen=True)
class AccidentType:
    """One type in one edition.

    Parameters
    ----------
    synonyms : what people write for it, without loss of meaning.
    source : the copies in which the name was read.
    verified : whether at least two of them agree.
    """

    edition: str
    code: str
    zh: str
    en: str
    synonyms: tuple[str, ...]
    source: str
    verified: bool


EDITIONS = {
    edition.code: edition
    for edition in (
        Edition("GB 6441-1986", "企业职工伤亡事故分类", date(1987, 2, 1)),
        Edition("GB 6441-2025", "生产安全事故分类与编码", date(2026, 7, 1)),
    )
}


def accident_type(row: dict[str, str]) -> AccidentType:
    """Read one line of accidents.csv."""
    return AccidentType(
        edition=row["edition"],
        code=row["code"],
        zh=row["zh"],
        en=row["en"],
        synonyms=tuple(each for each in row["synonyms"].split(";") if each),
        source=row["source"],
        verified=row["verified"] == "yes",
    )


ACCIDENT_TYPES = tuple(accident_type(row) for row in rows("accidents.csv"))


def edition_on(day: date) -> str:
    """Give the code of the edition that holds on this day.

    Raises
    ------
    ValueError
        Before 1987-02-01 there was none.
    """
    in_force = [edition for edition in EDITIONS.values() if edition.since <= day]
    if not in_force:
        raise ValueError(f"{day} 时还没有 GB 6441。")
    return max(in_force, key=lambda edition: edition.since).code


def accident_types(edition: str) -> tuple[AccidentType, ...]:
    """All types of an edition, in its order.

    Raises
    ------
    KeyError
        No such edition.
    """
    return tuple(each for each in ACCIDENT_TYPES if each.edition == EDITIONS[edition].code)


def find(name_or_code: str, edition: str) -> AccidentType | None:
    """Find the type by its name, what people write for it, or its number; None where none is meant for certain.

    What the newer edition has split in two is not guessed: 车辆伤害 is no single type of 2025.

    >>> find("中毒窒息", "GB 6441-1986").zh
    '中毒和窒息'
    >>> find("车辆伤害", "GB 6441-2025") is None
    True
    """
    wanted = folded(name_or_code)
    for each in accident_types(edition):
        if wanted in (each.code, *(folded(name) for name in (each.zh, *each.synonyms))):
            return each
    return None


def folded(name: str) -> str:
    """A name without what makes no difference: width of brackets, blanks, 事故 at its end."""
    return "".join(unicodedata.normalize("NFKC", name).split()).removesuffix("事故")
