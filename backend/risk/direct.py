"""直接判定: circumstances that make a risk 重大 whatever was computed, each a clause of a rule with its edition.

A clause raises a grade and never lowers one (就高原则). The rule's last circumstance, "assessed as the highest
level", is no clause here: that is what the computed grade says. The files in `clauses/` are never edited once they
were used; a new edition is a new file.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from backend.grades import CODES, worst
from backend.risk.data_files import BrokenFile, Reader
from backend.risk.faults import Fault, is_blank, shown

FOLDER = Path(__file__).parent / "clauses"
BETWEEN = re.compile(r"[、，,；;\s]+")


@dataclass(frozen=True)
class Clause:
    """One circumstance; `id` is the rule's id and the clause's key: `direct-2016-shandong.major_hazard`."""

    id: str
    number: str
    grade: int
    zh: str
    en: str
    rule: "Rule"


@dataclass(frozen=True)
class Rule:
    """The clauses of one standard in one edition; `verified` and `source` are as in a scale."""

    id: str
    standard: str
    edition: str
    title_zh: str
    title_en: str
    verified: bool
    source: str


def raised(computed: int | None, clauses: Iterable[Clause]) -> int | None:
    """The worst of a computed grade and those of the clauses: never lower than either."""
    return worst([computed, *(clause.grade for clause in clauses)])


def find_clauses(given: object) -> tuple[list[Clause], list[Fault]]:
    """The clauses with the given ids, each once and in the order of the rules, and what is wrong.

    Parameters
    ----------
    given : ids, or one text with the ids divided by commas or blanks.
    """
    if is_blank(given):
        return [], []
    if isinstance(given, str):
        ids: list[object] = [part for part in BETWEEN.split(given) if part]
    elif isinstance(given, Iterable):
        ids = list(given)
    else:
        return [], [Fault("clauses", shown(given), "应为条款编号的列表", f"可取 {'、'.join(clauses())}")]
    faults = [
        Fault("clauses", shown(each), "没有这个直接判定条款", f"可取 {'、'.join(clauses())}")
        for each in ids
        if not isinstance(each, str) or each not in clauses()
    ]
    return [clause for clause in clauses().values() if clause.id in ids], faults


@cache
def clauses() -> Mapping[str, Clause]:
    """Every clause by its id, read once."""
    return read_clauses(FOLDER)


def read_clauses(folder: Path) -> Mapping[str, Clause]:
    """Read and check the rules in a folder.

    Raises
    ------
    BrokenFile
        With the file, the field and why.
    """
    found: dict[str, Clause] = {}
    for path in sorted(folder.glob("*.json")):
        mine = list(read_rule(path))
        if not mine:
            raise BrokenFile(path, "clauses", "至少应有一条")
        for clause in mine:
            if clause.id in found:
                raise BrokenFile(path, "clauses", f"{clause.id} 重复")
            found[clause.id] = clause
    return MappingProxyType(found)


def read_rule(path: Path) -> Iterator[Clause]:
    """Read one rule."""
    file = Reader.of(path)
    rule = Rule(
        id=file.text("id"),
        standard=file.text("standard"),
        edition=file.text("edition"),
        title_zh=file.text("title_zh"),
        title_en=file.text("title_en"),
        verified=file.flag("verified"),
        source=file.text("source"),
    )
    if rule.id != path.stem or rule.edition not in rule.id:
        raise BrokenFile(path, "id", f"应与文件名 {path.stem} 相同，并含版次 {rule.edition}")
    for part in file.parts("clauses"):
        place = f"{part.place}grade"
        clause = Clause(
            id=f"{rule.id}.{part.text('key')}",
            number=part.text("number"),
            grade=part.whole("grade"),
            zh=part.text("zh"),
            en=part.text("en"),
            rule=rule,
        )
        if clause.grade not in CODES:
            raise BrokenFile(path, place, "等级应为 1、2、3、4")
        yield clause
    file.finish()
