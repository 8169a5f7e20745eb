"""Control measures: their classes held against each other, and what they are called."""

import numpy as np

from backend.importing.checking.facts import Facts
from backend.importing.checking.findings import Cells
from backend.importing.files.values import each, is_empty
from backend.risk import measures

LONGEST_NAME = 100
# What kind a measure of a CLASSIFY1 is where nobody says: operation and maintenance are managed.
KIND_OF_CLASS = {"1": "engineering", "2": "management", "3": "management", "4": "emergency"}
PROTECTION = "4-2"


def judge_measures(facts: Facts) -> None:
    """Find classes that do not belong together; name the kind and the measure where the row does not."""
    first, second = facts.of("class_1"), facts.of("class_2")
    # CLASSIFY2 tells CLASSIFY1.
    parents = each(second, lambda code: measures.NATIONAL[code].parent)
    wrong = ~is_empty(first) & ~is_empty(parents) & (first != parents)
    facts.findings.add(
        wrong,
        facts.label("class_2"),
        "与一级分类不相配",
        code="class_mismatch",
        values=facts.cells("class_2"),
        hint="如一级 4（应急措施）配 4-1 至 4-5",
    )
    if "class_2" in facts.values:
        _put(facts, "class_1", np.where(is_empty(first), parents, first))
    _name_kinds(facts)
    descriptions = facts.of("description")
    _put(facts, "name", np.where(is_empty(facts.of("name")), each(descriptions, short), facts.of("name")))


def _name_kinds(facts: Facts) -> None:
    kinds, first, second = (facts.of(name) for name in ("kind", "class_1", "class_2"))
    by_class = np.where(second == PROTECTION, "ppe", each(first, KIND_OF_CLASS.get))
    empty = is_empty(kinds) & ~facts.written("kind")
    told = empty & ~is_empty(by_class)
    if told.any():
        facts.notices.append(f"{int(told.sum())} 行没有写措施类别，按国家交换规范的一级分类推定")
    facts.findings.add(
        empty & is_empty(by_class),
        facts.label("kind"),
        "必填项为空",
        code="empty",
        hint="工程技术、管理、培训教育、个体防护、应急处置之一",
    )
    _put(facts, "kind", np.where(told, by_class, kinds))


def _put(facts: Facts, name: str, values: Cells) -> None:
    facts.values[name] = values


def short(description: str) -> str:
    r"""Give a measure a name: the beginning of its first line.

    >>> short("配电箱上锁\n每班检查")
    '配电箱上锁'
    """
    line = description.strip().splitlines()[0]
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…"
