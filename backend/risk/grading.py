"""The one front door to grades: what was assessed goes in, the grade and the sentence that explains it come out.

Inherent (固有) and residual (控制) risk are graded by the same function. Nothing is taken for granted: the scale is
named by whoever assessed, and what cannot be graded is refused with the field, the value, the reason and a hint.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from backend.grades import CODES, GRADES
from backend.risk import lec, ls
from backend.risk.direct import Clause, clauses, find_clauses, raised
from backend.risk.faults import Fault, InvalidAssessment, is_blank, number, shown, written
from backend.risk.scales import FACTORS, Band, Scale, ScaleMethod, scale_for, scales

Method = Literal["lec", "ls", "direct", "declared"]
METHODS: Mapping[Method, tuple[str, str]] = {
    "lec": ("作业条件危险性评价法（LEC）", "LEC"),
    "ls": ("风险矩阵法（LS）", "risk matrix (LS)"),
    "direct": ("直接判定", "direct judgement"),
    "declared": ("来源申报", "declared by its source"),
}
FACTOR_KEYS = ("L", "E", "C", "S")
COLUMNS = ("method", "scale", *FACTOR_KEYS, "clauses", "grade", "source")
"""What `assess_many` reads; the factors of one assessment lie in `factors` instead."""
WORDS = {grade.code: (f"{grade.zh}风险", f"{grade.key} risk") for grade in GRADES}


@dataclass(frozen=True)
class Assessment:
    """What an assessor or a source says of one risk; nothing is checked yet, so any field may hold anything.

    Parameters
    ----------
    method : a key of `METHODS`.
    scale : for lec and ls, the id of the scale.
    factors : for lec and ls, the score of each factor by its letter.
    clauses : ids of direct judgement clauses that apply; with every method, and all there is with direct.
    grade, source : for declared, the grade (1 to 4) that somebody else gave, and who or which document it was.
    """

    method: object
    scale: object = None
    factors: Mapping[str, object] = field(default_factory=dict)
    clauses: object = ()
    grade: object = None
    source: object = None

    @classmethod
    def of(cls, said: Mapping[str, object]) -> "Assessment":
        """Read a mapping with these fields; a field that does not exist is refused."""
        faults = [
            Fault(str(key), shown(value), "没有这个字段", f"可填 {'、'.join(cls.__dataclass_fields__)}")
            for key, value in said.items()
            if key not in cls.__dataclass_fields__
        ]
        factors = said.get("factors")
        if not is_blank(factors) and not isinstance(factors, Mapping):
            faults.append(
                Fault("factors", shown(factors), "应为各因素的分值", '如 {"L": 6, "E": 6, "C": 15}')
            )
        if faults:
            raise InvalidAssessment(faults)
        given = {key: value for key, value in said.items() if key not in {"method", "factors"}}
        return cls(said.get("method"), factors=cast(Mapping[str, object], factors or {}), **given)


@dataclass(frozen=True)
class Result:
    """A grade and how it came about.

    Parameters
    ----------
    grade : 1 重大, 2 较大, 3 一般, 4 低.
    value : D or R; None where nothing was multiplied.
    band : where on the scale the value lies, before any clause.
    sentence_zh, sentence_en : the explanation for people.
    scale : the scale used, with its standard, edition and how sure it is.
    clauses : the direct judgement clauses that applied.
    """

    grade: int
    value: Decimal | None
    band: Band | None
    sentence_zh: str
    sentence_en: str
    scale: Scale | None
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class RowFault:
    """What is wrong in one row of many; rows are counted from 0."""

    row: int
    fault: Fault


@dataclass(frozen=True)
class Results:
    """Many assessments graded.

    Parameters
    ----------
    grades : one code a row; 0 where the row could not be graded.
    results : one a row; None where the row could not be graded. Equal rows share one.
    faults : by row, everything that is wrong.
    """

    grades: NDArray[np.int8]
    results: list[Result | None]
    faults: list[RowFault]


def assess(said: Assessment | Mapping[str, object]) -> Result:
    """Grade one risk.

    Raises
    ------
    InvalidAssessment
        With everything that is wrong, each by field, value, reason and hint.
    """
    assessment = said if isinstance(said, Assessment) else Assessment.of(said)
    method = known_method(assessment.method)
    applying, faults = find_clauses(assessment.clauses)
    faults = [*misplaced(assessment, method), *faults]
    if method == "lec" or method == "ls":
        return by_scale(method, assessment, applying, faults)
    if method == "declared":
        return by_source(assessment, applying, faults)
    return by_clauses(applying, faults)


def assess_many(columns: Mapping[str, Sequence[object] | NDArray[Any]]) -> Results:
    """Grade many risks, as `assess` would each, for imports of up to a million rows.

    Parameters
    ----------
    columns : the columns of `COLUMNS` that there are, all of one length; None, NaN and an empty text are blank.

    A register repeats itself (a LEC scale has 252 combinations), so each distinct row is graded once: about a second
    for a million rows. Where no two rows are alike (declared, each with another source) it takes twenty.

    Raises
    ------
    ValueError
        For a column that is none, or columns of different lengths: mistakes of the caller, not of a row.
    """
    unknown = columns.keys() - set(COLUMNS)
    lengths = {len(column) for column in columns.values()}
    if unknown or len(lengths) != 1:
        raise ValueError(f"unknown columns {sorted(unknown)} or lengths that differ {sorted(lengths)}")
    count = lengths.pop()
    blank = [None] * count
    rows = zip(*(tidied(name, columns[name]) if name in columns else blank for name in COLUMNS), strict=True)

    graded: dict[tuple[object, ...], Result | tuple[Fault, ...]] = {}
    grades = np.zeros(count, dtype=np.int8)
    results: list[Result | None] = [None] * count
    faults: list[RowFault] = []
    for place, row in enumerate(rows):
        answer = graded.get(row)
        if answer is None:
            answer = graded[row] = assess_row(row)
        if isinstance(answer, Result):
            grades[place] = answer.grade
            results[place] = answer
        else:
            faults += [RowFault(place, fault) for fault in answer]
    return Results(grades, results, faults)


def vocabulary() -> dict[str, Any]:
    """Methods, scales and clauses as JSON: a form is drawn from it, and computes nothing itself."""
    return {
        "methods": [{"id": key, "zh": zh, "en": en} for key, (zh, en) in METHODS.items()],
        "scales": [scale_as_json(scale) for scale in scales().values()],
        "clauses": [clause_as_json(clause) for clause in clauses().values()],
    }


# How each method comes to its grade.


def by_scale(
    method: ScaleMethod, assessment: Assessment, applying: Sequence[Clause], faults: Sequence[Fault]
) -> Result:
    """Multiply the factors and look the product up."""
    scale = scale_for(method, assessment.scale)
    if isinstance(scale, Fault):
        raise InvalidAssessment([scale, *faults])
    faults = [*(item for item in scale.find(assessment.factors) if isinstance(item, Fault)), *faults]
    if faults:
        raise InvalidAssessment(faults)
    factors = assessment.factors
    if method == "lec":
        value = lec.score(factors["L"], factors["E"], factors["C"], scale)
    else:
        value = ls.score(factors["L"], factors["S"], scale)
    band = scale.band(value)
    zh, en = WORDS[band.grade]
    product_zh, product_en = said_product(scale, factors, value)
    return with_clauses(
        band.grade,
        f"{product_zh}，{band.zh}，按「{scale.standard}」（{scale.edition} 版）判为{zh}",
        f"{product_en}, {band.en}: {en} by “{scale.title_en}” ({scale.edition})",
        applying,
        value=value,
        band=band,
        scale=scale,
    )


def by_source(assessment: Assessment, applying: Sequence[Clause], faults: Sequence[Fault]) -> Result:
    """Take the grade that somebody else gave: the chain of explanation ends with them."""
    grade = number(assessment.grade)
    wrong = []
    if grade not in CODES:
        reason = "缺少申报的等级" if is_blank(assessment.grade) else "不是风险等级"
        wrong.append(Fault("grade", shown(assessment.grade), reason, "1 重大、2 较大、3 一般、4 低"))
    if is_blank(assessment.source):
        wrong.append(Fault("source", "", "缺少申报等级的来源", "写明由谁或哪份文件评定"))
    if wrong or faults or grade is None:
        raise InvalidAssessment([*wrong, *faults])
    zh, en = WORDS[int(grade)]
    source = str(assessment.source).strip()
    return with_clauses(
        int(grade),
        f"按来源「{source}」申报为{zh}，未提供评估参数",
        f"declared as {en} by “{source}”, without the parameters of an assessment",
        applying,
    )


def by_clauses(applying: Sequence[Clause], faults: Sequence[Fault]) -> Result:
    """Direct judgement alone."""
    if not applying and not faults:
        faults = [Fault("clauses", "", "直接判定至少要有一条依据", f"可取 {'、'.join(clauses())}")]
    if faults:
        raise InvalidAssessment(faults)
    return with_clauses(None, "", "", applying)


def with_clauses(
    computed: int | None,
    zh: str,
    en: str,
    applying: Sequence[Clause],
    *,
    value: Decimal | None = None,
    band: Band | None = None,
    scale: Scale | None = None,
) -> Result:
    """Raise a computed grade to that of the clauses that apply, and say so."""
    grade = raised(computed, applying)
    if grade is None:
        raise ValueError("neither a grade nor a clause")
    if applying:
        grounds_zh, grounds_en = said_clauses(applying)
        ending_zh, ending_en = ENDINGS[computed is not None, computed == grade]
        said_zh, said_en = WORDS[grade]
        zh = f"{zh}{'；' if zh else ''}{grounds_zh}，{ending_zh}{said_zh}"
        en = f"{en}{'; ' if en else ''}{grounds_en}: {ending_en} {said_en}"
    return Result(grade, value, band, zh, en, scale, tuple(applying))


# Reading what was given.


def known_method(given: object) -> Method:
    """The method, or a refusal that names those there are."""
    if isinstance(given, str) and given.strip() in METHODS:
        return cast(Method, given.strip())
    reason = "缺少评估方法" if is_blank(given) else "没有这种评估方法"
    choice = "、".join(f"{key}（{zh}）" for key, (zh, _) in METHODS.items())
    raise InvalidAssessment([Fault("method", shown(given), reason, f"可取 {choice}")])


def misplaced(assessment: Assessment, method: Method) -> list[Fault]:
    """What was given and does not belong to the method: it would be lost without a word."""
    given: dict[str, object] = {}
    if method not in FACTORS:
        given |= {"scale": assessment.scale, **assessment.factors}
    if method != "declared":
        given |= {"grade": assessment.grade, "source": assessment.source}
    zh = METHODS[method][0]
    return [
        Fault(str(key), shown(value), f"评估方法为{zh}时不能填", "清空，或改用对应的评估方法")
        for key, value in given.items()
        if not is_blank(value)
    ]


def assess_row(row: tuple[object, ...]) -> Result | tuple[Fault, ...]:
    """Grade one row of `COLUMNS`."""
    method, scale, *scores, given, grade, source = row
    factors = {key: value for key, value in zip(FACTOR_KEYS, scores, strict=True) if value is not None}
    try:
        return assess(Assessment(method, scale, factors, given, grade, source))
    except InvalidAssessment as invalid:
        return invalid.faults


def tidied(name: str, column: Sequence[object] | NDArray[Any]) -> list[object]:
    """A column that can be compared: blanks are None, lists are tuples, and truth, which is no number, is a word."""
    values = column.tolist() if isinstance(column, np.ndarray) else column
    tidy_one = tidy_ids if name == "clauses" else tidy
    return [value if type(value) in COMPARABLE and value == value else tidy_one(value) for value in values]


COMPARABLE = frozenset({str, int, float, Decimal})


def tidy(value: object) -> object:
    """One value that cannot be compared as it is."""
    if is_blank(value):
        return None
    return written(value)


def tidy_ids(value: object) -> object:
    """One value of the column of clauses, which may be a list."""
    if isinstance(value, list | tuple):
        return tuple(each if isinstance(each, str) else shown(each) for each in value)
    return tidy(value)


# Saying it.

# By whether something was computed, and whether that was as high as the clauses already.
ENDINGS = {
    (False, False): ("直接判定为", "by direct judgement"),
    (True, False): ("就高直接判定为", "raised by direct judgement to"),
    (True, True): ("等级不变，仍为", "still"),
}


def said_clauses(applying: Sequence[Clause]) -> tuple[str, str]:
    """The clauses by rule, in Chinese and in English."""
    by_rule = [(rule, list(mine)) for rule, mine in groupby(applying, key=lambda clause: clause.rule)]
    zh = "；".join(
        f"符合「{rule.standard}」（{rule.edition} 版）"
        + "、".join(f"第 {clause.number} 条（{clause.zh}）" for clause in mine)
        for rule, mine in by_rule
    )
    en = "; ".join(
        f"“{rule.title_en}” ({rule.edition}), "
        + " and ".join(f"clause {clause.number} ({clause.en})" for clause in mine)
        for rule, mine in by_rule
    )
    return zh, en


def said_product(scale: Scale, given: Mapping[str, object], value: Decimal) -> tuple[str, str]:
    """The multiplication in Chinese and in English."""
    scores = [
        (factor.key, factor.by_score[cast(Decimal, number(given[factor.key]))]) for factor in scale.factors
    ]
    zh = "× ".join(f"{key}={shown(score.score)}（{score.zh}）" for key, score in scores)
    en = " × ".join(f"{key}={shown(score.score)} ({score.en})" for key, score in scores)
    return f"{zh}= {shown(value)}", f"{en} = {shown(value)}"


def plain(value: Decimal) -> int | float:
    """A number for JSON; scores and cuts are short enough to come back exactly."""
    return int(value) if value == value.to_integral_value() else float(value)


def scale_as_json(scale: Scale) -> dict[str, Any]:
    """A scale with all that a form shows of it."""
    return {
        "id": scale.id,
        "method": scale.method,
        "standard": scale.standard,
        "edition": scale.edition,
        "zh": scale.title_zh,
        "en": scale.title_en,
        "verified": scale.verified,
        "source": scale.source,
        "factors": [
            {
                "key": factor.key,
                "zh": factor.zh,
                "en": factor.en,
                "scores": [{"score": plain(s.score), "zh": s.zh, "en": s.en} for s in factor.scores],
            }
            for factor in scale.factors
        ],
        "bands": [{"grade": band.grade, "zh": band.zh, "en": band.en} for band in scale.bands],
    }


def clause_as_json(clause: Clause) -> dict[str, Any]:
    """A clause with its rule."""
    rule = clause.rule
    return {
        "id": clause.id,
        "rule": rule.id,
        "standard": rule.standard,
        "edition": rule.edition,
        "verified": rule.verified,
        "source": rule.source,
        "number": clause.number,
        "grade": clause.grade,
        "zh": clause.zh,
        "en": clause.en,
    }
