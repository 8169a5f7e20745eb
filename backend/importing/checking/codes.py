"""Codes that can be held against a rule: credit codes, industries, and the numbers of the national registration."""

import re

import numpy as np

from backend.enterprises.credit_code import (
    LENGTH,
    ORGANISATION_CHECKS,
    ORGANISATION_VALUES,
    ORGANISATION_WEIGHTS,
    CreditCodeFault,
    find_faults,
    normalised,
)
from backend.enterprises.industries import industry
from backend.importing.checking.facts import Facts, example
from backend.importing.checking.findings import Cells, Mask
from backend.importing.files.values import each, is_empty

NOTE_HINT = "核对营业执照；确认无误的，在「信用代码更正说明」中写明理由"
CHEMICAL_CODE = re.compile(r"\d{9}")
# By code point, like the table of credit codes; 0 for what is no symbol.
_ORGANISATION_AT = np.zeros(129, dtype=np.int64)
_ORGANISATION_AT[[ord(symbol) for symbol in ORGANISATION_VALUES]] = list(ORGANISATION_VALUES.values())
_CHECK_POINTS = np.array([ord(symbol) for symbol in ORGANISATION_CHECKS])


def judge_enterprise_codes(facts: Facts) -> None:
    """Find credit codes that fail, unless the row says why they are right all the same; and the other codes."""
    faults = judge_credit_codes(facts)
    if faults is not None:
        is_explained = facts.written("credit_code_note")
        is_wrong = ~is_empty(faults)
        _find(facts, "credit_code", is_wrong & ~is_explained, faults)
        if (is_wrong & is_explained).any():
            count = int((is_wrong & is_explained).sum())
            facts.notices.append(f"{count} 行的信用代码不合校验规则，按更正说明接受")
        _tell_shared(facts)
    judge_industries(facts)
    judge_chemical_codes(facts)


def judge_roster_codes(facts: Facts) -> None:
    """Tell of credit codes that fail: whoever is on the roster is to be found, however their code was written."""
    faults = judge_credit_codes(facts)
    if faults is not None and not is_empty(faults).all():
        where = ~is_empty(faults)
        first = example(facts.of("credit_code"), where)
        facts.notices.append(f"{int(where.sum())} 行的信用代码不合校验规则，请核对（如「{first}」）")


def judge_credit_codes(facts: Facts) -> Cells | None:
    """Give the fault of each row's credit code, None where there is none; all None if the column is not delivered.

    Blanks inside and small letters are taken away, and counted in a notice.
    """
    if "credit_code" not in facts.values:
        return None
    written = facts.of("credit_code")
    codes = each(written, _tidied)
    facts.values["credit_code"] = codes
    tidied = ~is_empty(codes) & (codes != written)
    if tidied.any():
        facts.notices.append(f"{int(tidied.sum())} 行的信用代码去掉了空格，或改成了大写字母")
    texts = codes[~is_empty(codes)]
    found = np.full(len(codes), None, dtype=object)
    found[~is_empty(codes)] = _objects(find_faults(texts.tolist()))
    doubtful = np.zeros(len(codes), dtype=bool)
    passing = ~is_empty(codes) & is_empty(found)
    doubtful[passing] = organisation_fails(codes[passing].tolist())
    if doubtful.any():
        facts.notices.append(
            f"{int(doubtful.sum())} 行的信用代码第 17 位（组织机构代码的校验码）与前面不符，第 18 位无误，"
            f"请对照营业执照核对（如「{example(codes, doubtful)}」）"
        )
    return found


def _tidied(code: str) -> str:
    """Take away what is no part of a code; most codes have nothing of it."""
    return code if code.isascii() and code.isalnum() and code == code.upper() else normalised(code)


def organisation_fails(codes: list[str]) -> Mask:
    """Tell which good credit codes hold an organisation code (characters 9 to 17) that fails GB 11714.

    >>> organisation_fails(["91440300708461136T", "91350100M000100Y43"]).tolist()
    [False, False]
    """
    points = np.array(codes, dtype=f"U{LENGTH}").view(np.uint32).reshape(-1, LENGTH)
    values = _ORGANISATION_AT[np.minimum(points[:, 8:16], 128)]
    expected = _CHECK_POINTS[-(values @ np.array(ORGANISATION_WEIGHTS)) % 11]
    return np.asarray(points[:, 16] != expected)


def judge_industries(facts: Facts) -> None:
    """Find codes of no class of GB/T 4754-2017; a plausible one that is not listed is mentioned."""
    if "industry_code" not in facts.values:
        return
    codes = each(facts.of("industry_code"), str.upper)
    facts.values["industry_code"] = codes
    unknown = ~is_empty(codes) & is_empty(each(codes, industry))
    facts.findings.add(
        unknown,
        facts.label("industry_code"),
        "不是 GB/T 4754-2017 的行业代码",
        code="unknown_industry",
        values=facts.cells("industry_code"),
        hint="如 C2611 或 2611；代码须为文本，Excel 当作数字会丢掉前面的 0",
    )
    nameless = ~is_empty(each(codes, _nameless))
    if nameless.any():
        facts.notices.append(
            f"{int(nameless.sum())} 行的行业代码不在所收的名录中，按其中类接受（如 {example(codes, nameless)}）"
        )


def judge_chemical_codes(facts: Facts) -> None:
    """Find registration codes that are not nine digits."""
    if "chemical_code" not in facts.values:
        return
    codes = facts.of("chemical_code")
    wrong = ~is_empty(codes) & is_empty(each(codes, CHEMICAL_CODE.fullmatch))
    facts.findings.add(
        wrong,
        facts.label("chemical_code"),
        "应为 9 位数字",
        code="chemical_code",
        values=facts.cells("chemical_code"),
    )


def _nameless(code: str) -> bool | None:
    found = industry(code)
    return True if found is not None and found.name is None else None


def _find(facts: Facts, name: str, where: Mask, faults: Cells) -> None:
    for position in np.flatnonzero(where):
        fault: CreditCodeFault = faults[position]
        facts.findings.add_one(
            int(position),
            facts.label(name),
            str(facts.cells(name)[position]),
            fault.message.rstrip("。"),
            code=f"credit_code_{fault.kind}",
            hint=NOTE_HINT,
        )


def _tell_shared(facts: Facts) -> None:
    """Several sites of one body share its code: that is right, and sometimes a slip."""
    codes = facts.of("credit_code")
    filled = np.flatnonzero(~is_empty(codes) & facts.findings.good)
    if not len(filled):
        return
    different, first, counts = np.unique(codes[filled].astype(str), return_index=True, return_counts=True)
    shared = counts > 1
    if shared.any():
        code = different[shared][np.argmin(first[shared])]
        facts.notices.append(
            f"{int(counts[shared].sum())} 行共用 {int(shared.sum())} 个统一社会信用代码（如「{code}」），"
            "按同一单位的不同场所登记，请核对"
        )


def _objects(items: list[CreditCodeFault | None]) -> Cells:
    cells = np.empty(len(items), dtype=object)
    cells[:] = items
    return cells
