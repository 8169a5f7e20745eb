"""重大危险源 by GB 18218-2018: whether the hazardous chemicals of one unit (单元) make it one, and of which level.

S = Σ q/Q ≥ 1 identifies it (4.2); R = α · Σ β · q/Q grades it (4.3): q is the design maximum in tonnes, Q the
threshold (tables 1, 2), β the correction for the chemical (tables 3, 4), α that for the people within 500 m outside
the boundary of the plant (table 5). Level 一级 is the worst (table 6).

The symbols are those of 2018. In the decree of 2011 (总局令第 40 号, annex 1) α was the chemical and β the people.

The standard's own text was not at hand: formula, α and levels were read in secondary copies. Q and β are in
`backend.risk.thresholds`; what neither of its tables holds comes with its own Q and β and where those are from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from backend.risk.faults import Fault, InvalidAssessment, is_blank, number, shown
from backend.risk.thresholds import Known, hazard_classes, named

STANDARD = "GB 18218-2018"
# GB 18218-2018 table 5: from how many people on (常住人口), and α. Read in secondary copies.
ALPHA = (
    (100, Fraction("2.0")),
    (50, Fraction("1.5")),
    (30, Fraction("1.2")),
    (1, Fraction("1.0")),
    (0, Fraction("0.5")),
)

Level = Literal[1, 2, 3, 4]
# GB 18218-2018 table 6: from which R on, and the level. Read in secondary copies.
LEVELS: tuple[tuple[Fraction, Level], ...] = (
    (Fraction(100), 1),
    (Fraction(50), 2),
    (Fraction(10), 3),
    (Fraction(0), 4),
)
LEVEL_NAMES: Mapping[Level, str] = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}


@dataclass(frozen=True)
class Chemical:
    """What a unit holds of one substance; nothing is checked yet.

    Parameters
    ----------
    name : as in table 1, a usual name, its CAS number, or any name with one of the following.
    quantity : q, the design maximum in tonnes.
    hazard_class : symbol of table 2 (W5.3): gives Q and β of what table 1 does not name, and β of what it names.
    threshold, beta, citation : for what neither table holds, its own Q in tonnes, its β, and where they are from.
    """

    name: str
    quantity: object
    hazard_class: str | None = None
    threshold: object = None
    beta: object = None
    citation: str | None = None


@dataclass(frozen=True)
class Line:
    """One substance in the sum.

    Parameters
    ----------
    quantity, threshold : q and Q in tonnes.
    ratio : q/Q, exactly.
    beta : None where it is not known.
    is_verified : whether Q and β were read in copies of the standard that agree.
    sentence_zh : the line as it is read, with its sources.
    """

    name: str
    quantity: Decimal
    threshold: Decimal
    ratio: Fraction
    beta: Decimal | None
    is_verified: bool
    sentence_zh: str


@dataclass(frozen=True)
class Installation:
    """What GB 18218-2018 says of one unit.

    Parameters
    ----------
    s : Σ q/Q, exactly.
    is_major : S ≥ 1.
    alpha, r, level : only of a major hazard installation, and only when nothing is missing; level 1 is the worst.
    missing : what else would have to be known for a level, in Chinese.
    """

    s: Fraction
    is_major: bool
    alpha: Fraction | None
    r: Fraction | None
    level: Level | None
    sentence_zh: str
    lines: tuple[Line, ...]
    missing: tuple[str, ...]


def identify(chemicals: Iterable[Chemical], people_within_500m: int | None) -> Installation:
    """Identify and grade one unit: a production unit, or a storage unit.

    Parameters
    ----------
    chemicals : everything hazardous in the unit; one substance in several lines adds up.
    people_within_500m : residents within 500 m outside the boundary of the plant, None where unknown. A sum over a
        population raster is an estimate, which the caller rounds up and labels 估算.

    Raises
    ------
    InvalidAssessment
        With every line that cannot be read.
    """
    read = [line_of(chemical, f"chemicals[{place}]") for place, chemical in enumerate(chemicals)]
    lines = [line for line in read if isinstance(line, Line)]
    faults = [fault for fault in read if isinstance(fault, Fault)]
    if not lines and not faults:
        faults.append(Fault("chemicals", "", "没有列出危险化学品", "至少填一种及其设计最大量"))
    if people_within_500m is not None and not is_count(people_within_500m):
        faults.append(
            Fault("people_within_500m", shown(people_within_500m), "人数应为非负整数", "估算值请先向上取整")
        )
    if faults:
        raise InvalidAssessment(faults)

    s = sum((line.ratio for line in lines), Fraction(0))
    missing = [f"{line.name}的危险类别或校正系数 β" for line in lines if line.beta is None]
    if people_within_500m is None:
        missing.append("厂界外 500 m 范围内的常住人口")
    if s < 1:
        sentence = f"S = {rounded(s, [1])}，小于 1，按 {STANDARD} 不构成重大危险源"
        return Installation(s, False, None, None, None, sentence, tuple(lines), ())
    identified = f"S = {rounded(s, [1])}，不小于 1，按 {STANDARD} 构成重大危险源"
    if missing or people_within_500m is None:
        sentence = f"{identified}；缺少{'、'.join(missing)}，未能分级"
        return Installation(s, True, None, None, None, sentence, tuple(lines), tuple(missing))
    alpha = alpha_for(people_within_500m)
    r = alpha * sum((Fraction(line.beta or 0) * line.ratio for line in lines), Fraction(0))
    level = level_for(r)
    sentence = (
        f"{identified}；厂界外 500 m 范围内 {people_within_500m} 人，α = {rounded(alpha)}，"
        f"R = {rounded(r, [cut for cut, _ in LEVELS])}，为{LEVEL_NAMES[level]}重大危险源"
    )
    return Installation(s, True, alpha, r, level, sentence, tuple(lines), ())


def alpha_for(people: int) -> Fraction:
    """α of table 5.

    >>> [float(alpha_for(people)) for people in (0, 1, 29, 30, 49, 50, 99, 100)]
    [0.5, 1.0, 1.0, 1.2, 1.2, 1.5, 1.5, 2.0]
    """
    return next(alpha for least, alpha in ALPHA if people >= least)


def level_for(r: Fraction) -> Level:
    """The level of table 6.

    >>> [level_for(Fraction(r)) for r in ("9.99", "10", "49.9", "50", "99.9", "100")]
    [4, 3, 3, 2, 2, 1]
    """
    return next(level for least, level in LEVELS if r >= least)


def line_of(chemical: Chemical, place: str) -> Line | Fault:
    """One substance with its Q and β, or what is wrong with it."""
    if is_blank(chemical.name):
        return Fault(f"{place}.name", "", "缺少名称", "填标准中的名称、常用名或 CAS 号")
    quantity = number(chemical.quantity)
    if quantity is None or quantity <= 0:
        return Fault(f"{place}.quantity", shown(chemical.quantity), "设计最大量应大于 0", "以吨为单位")
    known = known_as(chemical, place)
    if isinstance(known, Fault):
        return known
    ratio = Fraction(quantity) / Fraction(known.threshold)
    name = chemical.name.strip()
    is_verified = known.threshold_verified and known.beta_verified
    division = f"{shown(quantity)} t ÷ {shown(known.threshold)} t = {rounded(ratio)}"
    beta = "β 未知" if known.beta is None else f"β = {shown(known.beta)}（{known.beta_source}）"
    sentence = f"{name}：{division}（{known.threshold_source}）；{beta}"
    return Line(name, quantity, known.threshold, ratio, known.beta, is_verified, sentence)


def known_as(chemical: Chemical, place: str) -> Known | Fault:
    """Q and β of a substance, from table 1, from its hazard class, or from where the user has them."""
    listed = named(chemical.name)
    own = [value for value in (chemical.threshold, chemical.beta, chemical.citation) if not is_blank(value)]
    of_class = None
    if not is_blank(chemical.hazard_class):
        of_class = hazard_classes().get(str(chemical.hazard_class).strip())
        if of_class is None:
            hint = f"可取 {'、'.join(hazard_classes())}"
            return Fault(f"{place}.hazard_class", shown(chemical.hazard_class), "没有这个危险类别", hint)
    if len(listed) > 1:
        hint = f"请写明 {'、'.join(known.name for known in listed)}"
        return Fault(f"{place}.name", shown(chemical.name), "临界量随规格不同", hint)
    if own and (listed or of_class):
        reason = f"{listed[0].name if listed else chemical.hazard_class}已有标准规定的取值，不能另填"
        return Fault(f"{place}.threshold", shown(own[0]), reason, "混合物请用混合物的名称")
    if listed:
        return with_class(listed[0], of_class, place)
    return of_class or cited(chemical, place)


def with_class(known: Known, of_class: Known | None, place: str) -> Known | Fault:
    """A substance of table 1, with the β of the hazard class that the user says it has there."""
    if of_class is None:
        return known
    if known.beta_verified:
        reason = f"{known.name}的 β 由 {known.beta_source} 规定，与危险类别无关"
        return Fault(f"{place}.hazard_class", of_class.name, reason, "清空危险类别")
    return replace(known, beta=of_class.beta, beta_verified=True, beta_source=of_class.beta_source)


def cited(chemical: Chemical, place: str) -> Known | Fault:
    """Q and β as the user has them, with where they are from."""
    threshold, beta = number(chemical.threshold), number(chemical.beta)
    hint = "核对名称，或填危险类别，或同时填临界量（吨）、β 和出处"
    if threshold is None or threshold <= 0:
        reason = f"标准表 1 中没有「{chemical.name}」，又没有自填有效的临界量"
        return Fault(f"{place}.threshold", shown(chemical.threshold), reason, hint)
    if beta is None or beta <= 0:
        return Fault(f"{place}.beta", shown(chemical.beta), "自填临界量时 β 应大于 0", hint)
    if is_blank(chemical.citation):
        return Fault(f"{place}.citation", "", "自填的临界量和 β 缺少出处", "写明标准条款或评价报告")
    source = f"引自{str(chemical.citation).strip()}"
    return Known(chemical.name, (), (), threshold, False, source, beta, False, source)


def is_count(value: object) -> bool:
    """A number of people."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def rounded(value: Fraction, cuts: Sequence[Fraction | int] = ()) -> str:
    """A figure for people, with as many digits (three or more) as it takes not to cross a cut by rounding.

    >>> rounded(Fraction(2, 3)), rounded(Fraction(99_999, 100_000), [1]), rounded(Fraction(4))
    ('0.667', '0.99999', '4')
    """
    places = 3
    while any((round(value, places) >= cut) != (value >= cut) for cut in cuts):
        places += 1
    digits = Decimal(round(value * 10**places))
    return shown(Decimal((0, digits.as_tuple().digits, -places)))
