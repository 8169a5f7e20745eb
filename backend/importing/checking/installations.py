"""Major hazard installations (重大危险源): substances out of one cell, and what they come to by GB 18218-2018."""

import re
from typing import Any

import numpy as np

from backend.importing.checking.facts import Facts
from backend.importing.files.values import is_empty
from backend.risk.faults import InvalidAssessment, number
from backend.risk.grading import plain
from backend.risk.major_hazards import LEVEL_NAMES, Chemical, Installation, identify

BETWEEN = re.compile(r"[;；\n]+")
# "液氯 12", "汽油: 300 t", "粗苯=20吨 [W5.3]": the name, the design maximum in tonnes, and perhaps a hazard class.
SUBSTANCE = re.compile(
    r"(?P<name>.+?)\s*[\s:：=＝]\s*(?P<quantity>[\d.]+)\s*(?:t|吨)?\s*(?:[\[【](?P<class>[A-Za-z0-9.]+)[\]】])?"
)
HOW_TO_WRITE = (
    "写成「液氯 12；汽油 300」，数量为设计最大量（吨）；表 1 以外的物质在后面写危险类别，如「粗苯 20 [W5.3]」"
)


def judge_installations(facts: Facts) -> None:
    """Compute S, R and the level of each row; a stated level that does not follow is a finding."""
    texts, people, stated = (facts.of(name) for name in ("substances", "people_500m", "stated_level"))
    made: dict[str, list[Any]] = {
        name: [None] * facts.count for name in ("substances", "s", "alpha", "r", "level")
    }
    below = 0
    for position in np.flatnonzero(~is_empty(texts)):
        read = _read(texts[position])
        if isinstance(read, str):
            _find(facts, int(position), read, "unreadable_substances", HOW_TO_WRITE)
            continue
        try:
            found = identify([Chemical(**row) for row in read], people[position])
        except InvalidAssessment as invalid:
            for fault in invalid.faults:
                said = f"「{fault.value}」" if fault.value else ""
                _find(facts, int(position), f"{said}{fault.reason}", "unknown_substance", fault.hint)
            continue
        below += not found.is_major
        _hold_against_level(facts, int(position), stated[position], found)
        made["substances"][position] = [
            {
                name: plain(exact) if name == "quantity" and (exact := number(value)) is not None else value
                for name, value in row.items()
                if value is not None
            }
            for row in read
        ]
        for name, value in (("s", found.s), ("alpha", found.alpha), ("r", found.r)):
            made[name][position] = None if value is None else float(value)
        made["level"][position] = found.level
    if below:
        facts.notices.append(f"{below} 行的 S 小于 1，按 GB 18218-2018 不构成重大危险源")
    for name, label, type_ in (
        ("substances", "危险物质", "jsonb"),
        ("s", "S 值", "float8"),
        ("alpha", "α", "float8"),
        ("r", "R 值", "float8"),
        ("level", "级别", "int2"),
    ):
        cells = np.empty(facts.count, dtype=object)
        cells[:] = made[name]
        facts.made.append((name, label, type_, cells))


def _read(text: str) -> list[dict[str, Any]] | str:
    """Take the substances of a cell apart, or say which part cannot be read."""
    rows = []
    for part in filter(None, (part.strip() for part in BETWEEN.split(text))):
        matched = SUBSTANCE.fullmatch(part)
        if matched is None:
            return f"「{part[:40]}」看不出名称和数量"
        rows.append(
            {"name": matched["name"], "quantity": matched["quantity"], "hazard_class": matched["class"]}
        )
    return rows


def _hold_against_level(facts: Facts, position: int, stated: int | None, found: Installation) -> None:
    if not facts.written("stated_level")[position] or found.missing or stated == found.level:
        return
    said = "不构成重大危险源" if stated is None else f"{LEVEL_NAMES[stated]}"  # type: ignore[index]
    computed = "不构成重大危险源" if found.level is None else LEVEL_NAMES[found.level]
    facts.findings.add_one(
        position,
        facts.label("stated_level"),
        str(facts.cells("stated_level")[position]),
        f"写的是{said}，按所列物质算得{computed}",
        code="contradicted_level",
        hint=found.sentence_zh,
    )


def _find(facts: Facts, position: int, reason: str, code: str, hint: str) -> None:
    cell = facts.cells("substances")[position]
    facts.findings.add_one(position, facts.label("substances"), str(cell), reason, code=code, hint=hint)
