"""Accident types by name, each in the edition of GB 6441 that it is meant in."""

from datetime import date

import numpy as np

from backend.importing.checking.facts import Facts
from backend.importing.files.values import is_empty
from backend.risk.accidents import EDITIONS, accident_types, edition_on, find


def judge_accident_types(facts: Facts) -> None:
    """Find the type that each row names: in the edition it says, else in the one that held when it was assessed.

    An older list keeps its words: what the edition in force does not know is looked for in the one before, and
    mentioned.
    """
    if "accident" not in facts.values:
        return
    names, editions, days = (facts.of(name) for name in ("accident", "accident_edition", "assessed_on"))
    unknown_edition = ~is_empty(editions) & ~np.isin(editions.astype(str), list(EDITIONS))
    facts.findings.add(
        unknown_edition,
        facts.label("accident_edition"),
        "没有这个版本",
        code="unknown_edition",
        values=editions,
        hint=f"可用：{'、'.join(EDITIONS)}",
    )
    codes = np.full(facts.count, None, dtype=object)
    found_in = np.full(facts.count, None, dtype=object)
    older = 0
    today = date.today()  # noqa: DTZ011 (the edition in force where the service runs)
    answers: dict[tuple[str, str | None, date | None], tuple[str, str] | None] = {}
    for position in np.flatnonzero(~is_empty(names) & ~unknown_edition):
        key = (names[position], editions[position], days[position])
        if key not in answers:
            answers[key] = _found(*key, today)
        answer = answers[key]
        if answer is None:
            facts.findings.add_one(
                int(position),
                facts.label("accident"),
                names[position],
                "没有这种事故类别",
                code="unknown_accident",
                hint=_hint(editions[position] or edition_on(days[position] or today)),
            )
            continue
        found_in[position], codes[position] = answer
        older += editions[position] is None and answer[0] != edition_on(days[position] or today)
    if older:
        facts.notices.append(f"{older} 行的事故类别现行版本中没有，按旧版 GB 6441-1986 认定")
    facts.made += [
        ("accident_code", "事故类别", "text", codes),
        ("accident_edition", "事故类别版本", "text", found_in),
    ]


def _found(name: str, edition: str | None, day: date | None, today: date) -> tuple[str, str] | None:
    """Give the edition and the code."""
    first = edition or edition_on(day or today)
    others = [] if edition else [each for each in EDITIONS if each != first]
    for each in (first, *others):
        found = find(name, each)
        if found is not None:
            return each, found.code
    return None


def _hint(edition: str) -> str:
    """Name the types; several in one cell are several events, or the worst of them."""
    names = "、".join(each.zh for each in accident_types(edition))
    return f"一行只写一种（最主要的）；{edition} 有：{names}"
