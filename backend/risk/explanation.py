"""Saying why something has its grade: one assessment, a zone by its events, an enterprise by its zones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from backend.grades import GRADES, UNGRADED, worst
from backend.register.rows import Term, term
from backend.risk import documents
from backend.risk.control_levels import CONTROL_LEVELS, OUTSIDE, ControlLevel, required_levels
from backend.risk.direct import Clause, clauses
from backend.risk.faults import InvalidAssessment, number
from backend.risk.grading import METHODS, WORDS, Result, plain
from backend.risk.scales import Band, Scale, scales
from backend.risk.schemas import AssessmentOut, BandOut, ClauseOut, FactorOut, ScaleOut, Sentence
from backend.risk.vocabulary import CONTACTS

# Which set of control levels a unit has: by what supervises it, else by how large it is.
SETS_BY_SECTOR = {"education": "school", "health": "hospital", "construction": "construction"}
SMALL_SCALES = frozenset({"small", "micro"})


@dataclass(frozen=True)
class Kind:
    """The words for a thing and for the parts that decide its grade."""

    part_zh: str
    part_en: str
    parts_en: str


ZONE = Kind("风险事件", "risk event", "risk events")
ENTERPRISE = Kind("风险分区", "zone", "zones")


@dataclass(frozen=True)
class Grounds:
    """What a grade rests on, before the measures or with them.

    Parameters
    ----------
    source : who declared `declared`.
    worst_part, part_reason : name of the first of the parts that are as bad as `derived`, and its own sentence.
    deciding : how many parts are as bad.
    parts, ungraded : how many parts there are, and how many of them nobody has graded.
    """

    name: str
    declared: int | None
    derived: int | None
    source: str
    worst_part: str | None
    part_reason: Sentence | None
    deciding: int
    parts: int
    ungraded: int

    @property
    def grade(self) -> int | None:
        """The worse of the two."""
        return worst([self.declared, self.derived])


def decided_by(declared: int | None, derived: int | None) -> str:
    """Which of the two decides: parts, declared, both, or nothing.

    >>> decided_by(1, 2), decided_by(2, 1), decided_by(2, 2), decided_by(None, None)
    ('declared', 'parts', 'both', 'nothing')
    """
    if declared == derived:
        return "nothing" if declared is None else "both"
    return "declared" if declared == worst([declared, derived]) else "parts"


def sentence_of(kind: Kind, grounds: Grounds) -> Sentence:
    """Why something has its grade, in one sentence."""
    if grounds.grade is None:
        return ungraded(kind, grounds)
    zh, en = WORDS[grounds.grade]
    by = decided_by(grounds.declared, grounds.derived)
    if by == "declared":
        reason = declared_alone(kind, grounds)
    elif by == "parts":
        reason = by_parts(kind, grounds)
    else:
        parts = by_parts(kind, grounds)
        reason = Sentence(
            zh=f"{parts.zh}；来源「{grounds.source}」申报的等级与此相同",
            en=f"{parts.en}; “{grounds.source}” has declared the same",
        )
    return Sentence(zh=f"「{grounds.name}」为{zh}：{reason.zh}。", en=f"“{grounds.name}”, {en}: {reason.en}.")


def ungraded(kind: Kind, grounds: Grounds) -> Sentence:
    """Why there is no grade: nothing is registered, or nobody has assessed it."""
    if grounds.parts == 0:
        zh = f"没有登记{kind.part_zh}，来源也没有申报等级"
        en = f"no {kind.part_en} is registered, and no source has declared a grade"
    else:
        zh = f"登记了 {grounds.parts} 个{kind.part_zh}，都还没有评估，来源也没有申报等级"
        en = f"none of its {grounds.parts} {kind.parts_en} is graded, and no source has declared a grade"
    return Sentence(
        zh=f"「{grounds.name}」{UNGRADED.zh}：{zh}。", en=f"“{grounds.name}”, {UNGRADED.en.lower()}: {en}."
    )


def declared_alone(kind: Kind, grounds: Grounds) -> Sentence:
    """The declared grade decides: nothing is derived, or something better."""
    zh, en = WORDS[cast(int, grounds.declared)]
    said_zh = f"由来源「{grounds.source}」申报为{zh}"
    said_en = f"declared as {en} by “{grounds.source}”"
    if grounds.derived is None:
        none_zh = f"没有评估过的{kind.part_zh}" if grounds.parts else f"没有登记{kind.part_zh}"
        return Sentence(zh=f"{said_zh}，{none_zh}", en=f"{said_en}; no {kind.part_en} is graded")
    than_zh, than_en = WORDS[grounds.derived]
    return Sentence(
        zh=f"{said_zh}，高于由{kind.part_zh}得出的{than_zh}，就高取申报的等级",
        en=f"{said_en}, worse than the {than_en} of its {kind.parts_en}: what is declared decides",
    )


def by_parts(kind: Kind, grounds: Grounds) -> Sentence:
    """The worst parts decide (就高)."""
    more_zh = f"等 {grounds.deciding} 个" if grounds.deciding > 1 else ""
    more_en = f" and {grounds.deciding - 1} more" if grounds.deciding > 1 else ""
    zh = f"就高取{kind.part_zh}「{grounds.worst_part}」{more_zh}的等级"
    en = f"as bad as the {kind.part_en} “{grounds.worst_part}”{more_en}"
    if grounds.declared is not None and grounds.declared != grounds.derived:
        zh += f"，高于来源「{grounds.source}」申报的{WORDS[grounds.declared][0]}"
        en += f", worse than what “{grounds.source}” has declared"
    if grounds.part_reason is not None:
        zh += f"（{grounds.part_reason.zh.rstrip('。')}）"
        en += f" ({grounds.part_reason.en.rstrip('.')})"
    if grounds.ungraded:
        zh += f"；另有 {grounds.ungraded} 个{kind.part_zh}{UNGRADED.zh}"
        en += f"; {grounds.ungraded} {kind.parts_en} are not graded"
    return Sentence(zh=zh, en=en)


# ---------------------------------------------------------------- one assessment


def told_assessment(document: Mapping[str, Any] | None) -> AssessmentOut | None:
    """An assessment as it was made, down to the words of its scores.

    What no longer computes, because its scale is gone or its grade was written otherwise, is told as it is stored, and
    that it does not agree.
    """
    if document is None:
        return None
    scale = scales().get(document.get("scale", ""))
    applying = [clauses()[id_] for id_ in document.get("clauses", ()) if id_ in clauses()]
    result, trouble = computed(document)
    grade = int(document["grade"])
    agrees = result is not None and result.grade == grade
    value = document.get("value")
    zh, en = METHODS.get(document["method"], (document["method"], document["method"]))
    return AssessmentOut(
        method=Term(code=document["method"], zh=zh, en=en),
        grade=grade,
        value=value,
        scale=None if scale is None else told_scale(scale),
        factors=told_factors(document.get("factors", {}), scale),
        band=None if result is None or result.band is None else told_band(result.band),
        clauses=[told_clause(clause) for clause in applying],
        source=document.get("source"),
        declared=document.get("declared"),
        sentence=told_result(result, grade) if agrees else as_stored(grade, zh, en, trouble),
        agrees=agrees,
    )


def computed(document: Mapping[str, Any]) -> tuple[Result | None, str]:
    """What the document comes to now, or why it comes to nothing."""
    try:
        return documents.recomputed(document), ""
    except InvalidAssessment as error:
        return None, str(error)


def told_result(result: Result | None, grade: int) -> Sentence:
    """The sentence of a result that agrees with what is stored."""
    if result is None:
        raise ValueError(f"no result for grade {grade}")
    return Sentence(zh=f"{result.sentence_zh}。", en=f"{result.sentence_en}.")


def as_stored(grade: int, method_zh: str, method_en: str, trouble: str) -> Sentence:
    """What is said of an assessment that cannot be computed anew."""
    zh, en = WORDS[grade]
    why = trouble or "按现有参数复算的等级与存储的不同"
    return Sentence(
        zh=f"按{method_zh}评估时记为{zh}，现在不能复算：{why}。",
        en=f"stored as {en} by {method_en}; it cannot be computed anew.",
    )


def told_scale(scale: Scale) -> ScaleOut:
    """A scale by its standard and edition."""
    return ScaleOut(
        id=scale.id,
        standard=scale.standard,
        edition=scale.edition,
        zh=scale.title_zh,
        en=scale.title_en,
        verified=scale.verified,
        source=scale.source,
        bands=[told_band(band) for band in scale.bands],
        greatest=plain(max(scale.values())),
    )


def told_factors(given: Mapping[str, Any], scale: Scale | None) -> list[FactorOut]:
    """The factors in the order of their scale; without it, as they are stored."""
    if scale is None:
        return [
            FactorOut(code=key, zh=key, en=key, score=score, score_zh="", score_en="")
            for key, score in given.items()
        ]
    told = []
    for factor in scale.factors:
        exact = number(given.get(factor.key))
        if exact is None:
            continue
        score = factor.by_score.get(exact)
        told.append(
            FactorOut(
                code=factor.key,
                zh=factor.zh,
                en=factor.en,
                score=plain(exact),
                score_zh="" if score is None else score.zh,
                score_en="" if score is None else score.en,
            )
        )
    return told


def told_band(band: Band) -> BandOut:
    """Where on its scale a value lies."""
    return BandOut(
        grade=band.grade,
        zh=band.zh,
        en=band.en,
        lower=plain(band.lower),
        lower_inclusive=band.lower_inclusive,
        upper=None if band.upper is None else plain(band.upper),
        upper_inclusive=band.upper_inclusive,
    )


def told_clause(clause: Clause) -> ClauseOut:
    """A clause with its rule."""
    return ClauseOut(
        id=clause.id,
        standard=clause.rule.standard,
        edition=clause.rule.edition,
        number=clause.number,
        grade=clause.grade,
        zh=clause.zh,
        en=clause.en,
        verified=clause.rule.verified,
    )


# ---------------------------------------------------------------- who answers


def level_set(sector: str | None, scale: str | None) -> str:
    """The set of control levels of a unit.

    >>> level_set("education", "small"), level_set("chemical", "micro"), level_set(None, None)
    ('school', 'small', 'plant')
    """
    by_sector = SETS_BY_SECTOR.get(sector or "")
    if by_sector is not None:
        return by_sector
    return "small" if scale in SMALL_SCALES else "plant"


def missing_levels(name: str, grade: int | None, duties: set[str]) -> list[ControlLevel]:
    """The levels of a set, and those outside the unit, that have to answer for such a risk and name nobody.

    >>> [level.zh for level in missing_levels("plant", 3, {"team", "post"})]
    ['车间级']
    """
    required = (*required_levels(name, grade), *required_levels(OUTSIDE, grade))
    return [level for level in required if level.code not in duties]


def level_term(code: str, name: str = "plant") -> Term:
    """The words of a control level, of the unit's own set first; what no set knows is told as it is.

    >>> level_term("post", "small").zh, level_term("post").zh, level_term("安全员").zh
    ('岗位', '岗位级', '安全员')
    """
    for each in (name, *CONTROL_LEVELS):
        for level in CONTROL_LEVELS[each]:
            if level.code == code:
                return Term(code=code, zh=level.zh, en=level.en)
    return Term(code=code, zh=code, en=code)


def duty_term(code: str, name: str = "plant") -> Term:
    """The words of what somebody answers as: a contact of the enterprise, or a control level.

    >>> duty_term("principal").zh, duty_term("post").zh
    ('主要负责人', '岗位级')
    """
    return term(CONTACTS, code) if code in CONTACTS else level_term(code, name)


def by_grade(counted: Sequence[tuple[int | None, int]]) -> dict[str, int]:
    """Counts by every grade there is and by "null", as the legend counts.

    >>> by_grade([(1, 2), (None, 3)])
    {'1': 2, '2': 0, '3': 0, '4': 0, 'null': 3}
    """
    counts = {str(grade.code): 0 for grade in GRADES} | {"null": 0}
    for code, count in counted:
        counts["null" if code is None else str(code)] = count
    return counts
