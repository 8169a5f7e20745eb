"""The colour of every area of a level, by one rule, for one actor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from backend.area_risk.queries import COUNTED, area_totals, areas_of
from backend.area_risk.rules import (
    Counts,
    Highest,
    Rule,
    Said,
    colour,
    counts_cells,
    formula,
    general_formula,
    in_plain_words,
    rules,
    ungraded_share,
    value,
)
from backend.area_risk.schemas import AreaLevel, AreaOut, AreaRiskOut, ByGrade, RuleOut, Sentence
from backend.district_time import DISTRICT_TIME
from backend.errors import BadParameter
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Sector
from backend.jurisdictions.scope import Scope, ScopeKind
from backend.register.history import as_of
from backend.register.rows import Term

# Whose view an answer is: what is counted is what exists for the reader.
VIEWS: Mapping[ScopeKind, tuple[str, str]] = {
    ScopeKind.EVERYTHING: ("全部", "Everything"),
    ScopeKind.TOWNSHIPS: ("本辖区", "Own townships"),
    ScopeKind.SECTORS: ("本行业", "Own sectors"),
    ScopeKind.GROUPS: ("本园区、村或网格", "Own parks, villages or grid cells"),
    ScopeKind.ENTERPRISES: ("本企业", "Own enterprises"),
    ScopeKind.PUBLIC: ("公众", "The public"),
    ScopeKind.NOTHING: ("无", "Nothing"),
}
NOTHING: Counts = dict.fromkeys(COUNTED.values(), 0)


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see: areas of a level, by a rule, of one sector or of all, now or as it was recorded."""

    level: AreaLevel
    rule: Rule
    sector: Sector | None = None
    moment: datetime | None = None


def asked_sector(session: Session, code: str | None) -> Sector | None:
    """The sector that a question is limited to; None for all.

    Raises
    ------
    BadParameter
        There is no such sector.
    """
    if code is None:
        return None
    found = None if "\x00" in code else session.get(Sector, code)
    if found is None:
        raise BadParameter("sector", "没有这个行业")
    return found


def area_risk(session: Session, actor: Actor, asked: Asked) -> AreaRiskOut:
    """The areas of a level with their colours, counts and formulas."""
    sector = asked.sector.code if asked.sector else None
    today = (asked.moment or datetime.now(UTC)).astimezone(DISTRICT_TIME).date()
    totals = as_of(area_totals(actor, asked.level, sector=sector, today=today), asked.moment)
    found = {row["code"]: row for row in session.execute(totals).mappings()}
    listed = session.execute(as_of(areas_of(actor, asked.level, today), asked.moment)).mappings().all()
    told = [row for row in listed if is_told(actor.scope, asked.level, row, sector)]
    return AreaRiskOut(
        level=asked.level,
        view=term_of(actor.scope),
        rule=rule_out(asked.rule),
        sector=asked.sector
        and Term(code=asked.sector.code, zh=asked.sector.name_zh, en=asked.sector.name_en),
        as_of=asked.moment,
        data_as_of=max(
            (found[row["code"]]["updated_at"] for row in told if row["code"] in found), default=None
        ),
        unassigned=sum(counts_of(found[None], "").values()) if None in found else 0,
        areas=[
            coloured(row, found.get(row["code"]), asked.rule) if row in told else untold(row)
            for row in listed
        ],
    )


def is_told(scope: Scope, level: AreaLevel, area: RowMapping, sector: str | None) -> bool:
    """Whether all of an area is the reader's, or all of their sectors in it; a part would make a false colour."""
    match scope.kind:
        case ScopeKind.EVERYTHING:
            return True
        case ScopeKind.SECTORS:
            return bool(scope.codes) and (sector is None or sector in scope.codes)
        case ScopeKind.TOWNSHIPS:
            return level != "district" and area["township"] in scope.codes
        case ScopeKind.GROUPS:
            return level == "group" and str(area["id"]) in scope.codes
        case _:
            return False


def coloured(area: RowMapping, totals: RowMapping | None, rule: Rule) -> AreaOut:
    """An area with its counts, its colour and how it came about."""
    units = NOTHING if totals is None else counts_of(totals, "")
    cells = NOTHING if totals is None else counts_of(totals, "cells_")
    counted = cells if counts_cells(rule) else units
    size = area["area_km2"]
    number = None if isinstance(rule, Highest) else value(counted, size, rule)
    return AreaOut(
        code=area["code"],
        name=area["name"],
        is_told=True,
        grade=colour(counted, size, rule),
        value=number,
        formula=sentence(formula(counted, size, rule)),
        area_km2=size,
        units=by_grade(units),
        cells=by_grade(cells),
        ungraded_share=ungraded_share(units),
    )


def untold(area: RowMapping) -> AreaOut:
    """An area that is not, or not wholly, the reader's: its name, and that nothing is told of it."""
    nothing: dict[str, Any] = dict.fromkeys(AreaOut.model_fields)
    return AreaOut(**{**nothing, "code": area["code"], "name": area["name"], "is_told": False})


def counts_of(totals: RowMapping, prefix: str) -> Counts:
    """The counts of a row by grade."""
    return {code: int(totals[prefix + key]) for key, code in COUNTED.items()}


def by_grade(counts: Counts) -> ByGrade:
    """Counts as JSON has them."""
    return {"null" if code is None else str(code): number for code, number in counts.items()}


def term_of(scope: Scope) -> Term:
    """Whose view a scope gives."""
    zh, en = VIEWS[scope.kind]
    return Term(code=scope.kind, zh=zh, en=en)


def rules_out() -> list[RuleOut]:
    """Every rule as a chooser lists it, the default first."""
    return [rule_out(rule) for rule in rules().values()]


def sentence(said: Said) -> Sentence:
    """A sentence as JSON has it."""
    return Sentence(zh=said.zh, en=said.en)


def rule_out(rule: Rule) -> RuleOut:
    """A rule as it is told."""
    return RuleOut(
        id=rule.id,
        edition=rule.edition,
        zh=rule.title_zh,
        en=rule.title_en,
        plain=sentence(in_plain_words(rule)),
        formula=sentence(general_formula(rule)),
        counts="cells" if counts_cells(rule) else "units",
        verified=rule.verified,
        source=rule.source,
    )
