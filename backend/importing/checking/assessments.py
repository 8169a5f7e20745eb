"""Assessments out of the columns of a list: factors computed, what is stated held against them, kept as documents."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from backend.grades import GRADES
from backend.importing.checking.facts import Facts
from backend.importing.checking.findings import Cells, Mask, only
from backend.importing.files.values import is_empty
from backend.importing.risk_kinds import PREFIXES
from backend.risk.documents import document
from backend.risk.faults import number, shown
from backend.risk.grading import FACTOR_KEYS, Result, assess_many
from backend.risk.scales import scales
from backend.risk.vocabulary import ASSESSMENT_BASES

INGREDIENTS = ("method", "scale", *FACTOR_KEYS, "clauses", "value", "grade")
NAMES = {grade.code: grade.zh for grade in GRADES}
WITHOUT_SCALE = "；可用 --scale 说明整个文件所用的评价标准"


def judge_assessments(facts: Facts) -> None:
    """Make the documents of the inherent and the residual assessment, of whichever the delivery says something."""
    for basis, prefix in PREFIXES.items():
        says = {name: f"{prefix}{name}" for name in INGREDIENTS if f"{prefix}{name}" in facts.values}
        # A scale, a method for the whole file are no assessment.
        if set(says) - {"method", "scale"}:
            documents = _documents(facts, says)
            facts.made.append((basis, f"{ASSESSMENT_BASES[basis][0]}风险评估", "jsonb", documents))


def _documents(facts: Facts, says: Mapping[str, str]) -> Cells:
    given = {name: facts.of(says.get(name, "")) for name in INGREDIENTS}
    for name in ("method", "scale"):
        # One scale serves both assessments, unless the second names its own.
        if name in facts.values:
            given[name] = np.where(is_empty(given[name]), facts.of(name), given[name])
    filled = {name: ~is_empty(cells) for name, cells in given.items()}
    computes = np.logical_or.reduce([filled[name] for name in (*FACTOR_KEYS, "clauses")])
    is_assessed = (computes | filled["grade"]) & facts.findings.good
    method = _methods(given["method"], given["scale"], filled, computes)
    has_scale = np.isin(method, ["lec", "ls"])
    is_declared = method == "declared"
    columns: dict[str, Cells] = {
        "method": np.where(is_assessed, method, "declared"),
        "scale": only(has_scale, given["scale"]),
        **{key: given[key] for key in FACTOR_KEYS},
        "clauses": given["clauses"],
        "grade": only(is_declared, given["grade"]),
        "source": only(is_declared, np.full(facts.count, facts.delivery.source, dtype=object)),
    }
    rows = np.flatnonzero(is_assessed)
    graded = assess_many({name: cells[rows] for name, cells in columns.items()})
    for fault in graded.faults:
        name = says.get(fault.fault.field, fault.fault.field)
        hint = f"{fault.fault.hint}{WITHOUT_SCALE}" if fault.fault.field == "scale" else fault.fault.hint
        facts.findings.add_one(
            int(rows[fault.row]),
            facts.label(name),
            fault.fault.value or None,
            fault.fault.reason,
            code=f"assessment_{fault.fault.field}",
            hint=hint,
        )
    documents = np.full(facts.count, None, dtype=object)
    known: dict[tuple[Any, ...], dict[str, Any]] = {}
    tuples = zip(*(columns[name][rows].tolist() for name in columns), strict=True)
    for position, row, result in zip(rows.tolist(), tuples, graded.results, strict=True):
        if result is None:
            continue
        _hold_against_result(facts, says, position, given, result)
        kept = known.get(row)
        if kept is None:
            kept = known[row] = document(_said(dict(zip(columns, row, strict=True))), result)
        documents[position] = kept
    return documents


def _methods(stated: Cells, scale: Cells, filled: Mapping[str, Mask], computes: Mask) -> Cells:
    """Tell by what each row was assessed: as it says, else by which factors it gives.

    A lone L is of the method of the scale.
    """
    by_scale = {each.id: each.method for each in scales().values()}
    of_scale = np.array([by_scale.get(str(each)) for each in scale], dtype=object)
    has = filled["L"] | filled["E"] | filled["C"] | filled["S"]
    guessed = np.full(len(stated), "declared", dtype=object)
    guessed[computes] = "direct"
    guessed[has] = np.where(is_empty(of_scale[has]), "lec", of_scale[has])
    guessed[filled["S"]] = "ls"
    guessed[filled["E"] | filled["C"]] = "lec"
    # "Declared" beside factors, or a method beside a bare grade, would be no assessment at all.
    usable = ~is_empty(stated) & (computes | (stated == "declared") | ~filled["grade"])
    return np.where(usable, stated, guessed)


def _said(row: Mapping[str, Any]) -> dict[str, object]:
    factors = {key: row[key] for key in FACTOR_KEYS if row[key] is not None}
    return {name: value for name, value in row.items() if name not in FACTOR_KEYS} | {"factors": factors}


def _hold_against_result(
    facts: Facts, says: Mapping[str, str], position: int, given: Mapping[str, Cells], result: Result
) -> None:
    """Find a grade or a product that somebody has written beside the factors, and that does not follow from them."""
    stated = given["grade"][position]
    if stated is not None and stated != result.grade:
        facts.findings.add_one(
            position,
            facts.label(says["grade"]),
            str(facts.cells(says["grade"])[position]),
            f"写的是{NAMES[stated]}风险，按参数评出的是{NAMES[result.grade]}风险",
            code="contradicted_grade",
            hint=f"{result.sentence_zh}；请核对参数、评价标准和等级",
        )
    value = given["value"][position]
    if value is not None and result.value is not None and not _is_same(value, result.value):
        facts.findings.add_one(
            position,
            facts.label(says["value"]),
            str(value),
            f"风险值与参数不符，应为 {shown(result.value)}",
            code="contradicted_value",
            hint=result.sentence_zh,
        )


def _is_same(written: object, value: Decimal) -> bool:
    """Compare exactly, save that a spreadsheet may have left a product of tenths with a tail of noise."""
    exact = number(written)
    return exact is not None and abs(exact - value) < Decimal("1e-6")
