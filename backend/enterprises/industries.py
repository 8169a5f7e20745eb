"""Industries by GB/T 4754-2017 (国民经济行业分类): 20 门类, 97 大类, 473 中类, 1381 小类, from `industries.csv`.

Codes and names are facts of a public standard. Three copies typed independently of each other were compared class by
class (one of them taken from the standard's own table of changes since 2011); every row stands in at least two. Of
amendment 1 (2019) no list could be compared: the statistics office counts 1382 小类 with it. So a 小类 of a known
中类 that is not listed is let pass, without a name.

A sector (行业监管, who supervises) is another thing; no class of this standard says a sector.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("industries.csv")
LEVELS = {1: ("门类", "Section"), 2: ("大类", "Division"), 3: ("中类", "Group"), 4: ("小类", "Class")}


@dataclass(frozen=True)
class Industry:
    """One class of any level.

    Parameters
    ----------
    code : the letter of a 门类, the digits alone of a lower one.
    level : 1 门类, 2 大类, 3 中类, 4 小类.
    name : None where the list does not have it.
    section, section_name : letter and name of its 门类.
    """

    code: str
    level: int
    name: str | None
    section: str
    section_name: str

    @property
    def full_code(self) -> str:
        """The code with the letter of its section, as forms ask for it: C2611."""
        return self.code if self.level == 1 else f"{self.section}{self.code}"


def read_table() -> dict[str, Industry]:
    """Read `industries.csv`, by code."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    sections = {row["code"]: row["name"] for row in rows if row["code"] == row["section"]}
    return {
        row["code"]: Industry(
            code=row["code"],
            level=len(row["code"]),
            name=row["name"],
            section=row["section"],
            section_name=sections[row["section"]],
        )
        for row in rows
    }


INDUSTRIES = read_table()


def industry(code: str) -> Industry | None:
    """Find the class that a code names, with or without the letter of its section; None where there is none.

    A letter that is not the section of the digits is a mistake, not an ornament. A spreadsheet that took a code for
    a number has lost the 0 in front: 111 then is another class than 0111, which nobody can tell afterwards.

    >>> industry("C2611").name, industry("C").name, industry("A2611")
    ('无机酸制造', '制造业', None)
    """
    parts = re.fullmatch(r"([A-T])|([A-T]?)([0-9]{2,4})", code)
    if parts is None:
        return None
    letter, digits = parts[2], parts[3]
    if digits is None:
        return INDUSTRIES[code]
    found = INDUSTRIES.get(digits) or unlisted(digits)
    if found is None or letter not in ("", found.section):
        return None
    return found


def unlisted(digits: str) -> Industry | None:
    """Let a 小类 of a known 中类 pass without a name: the amendment of 2019 has one that the list lacks."""
    group = INDUSTRIES.get(digits[:3])
    if len(digits) != 4 or group is None:
        return None
    return Industry(digits, 4, None, group.section, group.section_name)


def lineage(found: Industry) -> tuple[Industry, ...]:
    """A class with all above it, 门类 first: the columns that city and province ask for.

    >>> [each.code for each in lineage(industry("2611"))]
    ['C', '26', '261', '2611']
    """
    above = [found.section, *(found.code[:length] for length in range(2, found.level))]
    return (*(INDUSTRIES[code] for code in above if code != found.code), found)
