"""Scales: the scores that a method allows and the cuts between its grades, as files that carry their edition.

A scale says by which standard and edition it grades, on which side of a cut the cut itself lies, and how sure the
project is of it (`verified`, `source`). The files in `scales/` are never edited once they were used: an assessment
names the scale that it was made with, and must give the same grade in ten years. A new edition is a new file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from itertools import pairwise, product
from math import prod
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast, get_args

from backend.grades import CODES
from backend.risk.data_files import BrokenFile, Reader
from backend.risk.faults import Fault, InvalidAssessment, is_blank, number, shown

FOLDER = Path(__file__).parent / "scales"

ScaleMethod = Literal["lec", "ls"]
FACTORS: Mapping[ScaleMethod, tuple[str, ...]] = {"lec": ("L", "E", "C"), "ls": ("L", "S")}
"""What each method multiplies: D = L·E·C (作业条件危险性评价法), R = L·S (风险矩阵法)."""


@dataclass(frozen=True)
class Score:
    """One allowed value of a factor, and what it means."""

    score: Decimal
    zh: str
    en: str


@dataclass(frozen=True)
class Factor:
    """One factor of a scale (`key` is L, E, C or S) with its scores, the worst first."""

    key: str
    zh: str
    en: str
    scores: tuple[Score, ...]

    @cached_property
    def by_score(self) -> Mapping[Decimal, Score]:
        """Scores by their value; 6 and 6.0 are the same."""
        return {score.score: score for score in self.scores}

    def find(self, value: object) -> Score | Fault:
        """The allowed score that a value is, or what is wrong with it."""
        exact = number(value)
        if exact is not None and exact in self.by_score:
            return self.by_score[exact]
        if is_blank(value):
            reason = f"缺少{self.zh}的分值"
        elif exact is None:
            reason = f"{self.zh}的分值应为数值"
        else:
            reason = f"不是{self.zh}的分值"
        return Fault(self.key, shown(value), reason, f"可取 {self.allowed()}")

    def allowed(self) -> str:
        """The scores in the words of a message: `10、6、3`."""
        return "、".join(shown(score.score) for score in self.scores)


@dataclass(frozen=True)
class Band:
    """The values between two bounds, and their grade.

    Parameters
    ----------
    lower, upper : bounds; the highest band has no upper one.
    lower_inclusive, upper_inclusive : whether the bound itself belongs to the band.
    grade : 1 重大, 2 较大, 3 一般, 4 低.
    zh, en : where a value of the band lies (大于 320).
    """

    lower: Decimal
    lower_inclusive: bool
    upper: Decimal | None
    upper_inclusive: bool
    grade: int
    zh: str
    en: str

    def holds(self, value: Decimal) -> bool:
        """Whether a value lies in the band."""
        if value < self.lower or (value == self.lower and not self.lower_inclusive):
            return False
        return self.upper is None or value < self.upper or (value == self.upper and self.upper_inclusive)


@dataclass(frozen=True)
class Scale:
    """One method by one standard in one edition.

    Parameters
    ----------
    verified : whether the cuts were read in the standard or in a copy of it; `source` says in which, or what else
        they rest on, and what about them is from memory.
    bands : the highest first.
    """

    id: str
    method: ScaleMethod
    standard: str
    edition: str
    title_zh: str
    title_en: str
    verified: bool
    source: str
    factors: tuple[Factor, ...]
    bands: tuple[Band, ...]

    def values(self) -> frozenset[Decimal]:
        """Every value that the scores can give: 14 for a matrix of five by five."""
        return frozenset(
            prod(scores, start=Decimal(1))
            for scores in product(*(factor.by_score for factor in self.factors))
        )

    def band(self, value: Decimal) -> Band:
        """The one band of a value that the scores can give."""
        (band,) = [band for band in self.bands if band.holds(value)]
        return band

    def find(self, given: Mapping[str, object]) -> list[Score | Fault]:
        """The score of each factor in the scale's order, or what is wrong with it; and each factor too many."""
        found: list[Score | Fault] = [factor.find(given.get(factor.key)) for factor in self.factors]
        mine = "、".join(factor.key for factor in self.factors)
        return found + [
            Fault(str(key), shown(value), f"{self.title_zh}没有这个因素", f"只填 {mine}")
            for key, value in given.items()
            if key not in FACTORS[self.method] and not is_blank(value)
        ]


def multiply(scale: Scale, given: Mapping[str, object]) -> Decimal:
    """The product of the factors, exactly.

    Raises
    ------
    InvalidAssessment
        For each factor that is missing, too many or no score of the scale, with the scores that are allowed.
    """
    found = scale.find(given)
    faults = [item for item in found if isinstance(item, Fault)]
    if faults:
        raise InvalidAssessment(faults)
    return prod((item.score for item in found if isinstance(item, Score)), start=Decimal(1))


@cache
def scales() -> Mapping[str, Scale]:
    """Every scale by its id, read once."""
    return read_scales(FOLDER)


def scale_for(method: ScaleMethod, scale_id: object) -> Scale | Fault:
    """The scale with an id, if it is one of the method; there is no default, for the grade depends on it."""
    known = {scale.id: scale for scale in scales().values() if scale.method == method}
    found = known.get(scale_id.strip()) if isinstance(scale_id, str) else None
    if found is not None:
        return found
    reason = "缺少评价标准" if is_blank(scale_id) else f"没有这个 {method.upper()} 评价标准"
    return Fault("scale", shown(scale_id), reason, f"可取 {'、'.join(known)}")


def read_scales(folder: Path) -> Mapping[str, Scale]:
    """Read and check every scale in a folder.

    Raises
    ------
    BrokenFile
        With the file, the field and why.
    """
    return MappingProxyType({path.stem: read_scale(path) for path in sorted(folder.glob("*.json"))})


def read_scale(path: Path) -> Scale:
    """Read one scale and check that it grades everything that can occur, once."""
    file = Reader.of(path)
    method = file.text("method")
    if method not in get_args(ScaleMethod):
        raise BrokenFile(path, "method", f"应为 {'、'.join(get_args(ScaleMethod))} 之一")
    scale = Scale(
        id=file.text("id"),
        method=cast(ScaleMethod, method),
        standard=file.text("standard"),
        edition=file.text("edition"),
        title_zh=file.text("title_zh"),
        title_en=file.text("title_en"),
        verified=file.flag("verified"),
        source=file.text("source"),
        factors=tuple(read_factor(factor) for factor in file.parts("factors")),
        bands=tuple(read_band(band) for band in file.parts("bands")),
    )
    file.finish()
    for field, reason in flaws(scale, path.stem):
        raise BrokenFile(path, field, reason)
    return scale


def read_factor(part: Reader) -> Factor:
    """Read one factor with its scores."""
    scores = tuple(
        Score(score.decimal("score"), score.text("zh"), score.text("en")) for score in part.parts("scores")
    )
    return Factor(part.text("key"), part.text("zh"), part.text("en"), scores)


def read_band(part: Reader) -> Band:
    """Read one band; the highest has no upper bound."""
    is_highest = "upper" not in part.said
    return Band(
        lower=part.decimal("lower"),
        lower_inclusive=part.flag("lower_inclusive"),
        upper=None if is_highest else part.decimal("upper"),
        upper_inclusive=not is_highest and part.flag("upper_inclusive"),
        grade=part.whole("grade"),
        zh=part.text("zh"),
        en=part.text("en"),
    )


def flaws(scale: Scale, stem: str) -> Iterator[tuple[str, str]]:
    """What makes a scale unusable: field and reason."""
    if scale.id != stem:
        yield "id", f"应与文件名相同：{stem}"
    if scale.edition not in scale.id:
        yield "id", f"应含版次 {scale.edition}"
    if tuple(factor.key for factor in scale.factors) != FACTORS[scale.method]:
        yield "factors", f"应依次为 {'、'.join(FACTORS[scale.method])}"
    for place, factor in enumerate(scale.factors):
        if not factor.scores or factor.scores[-1].score <= 0:
            yield f"factors[{place}].scores", "应有分值，且都大于 0"
        if any(worse.score <= better.score for worse, better in pairwise(factor.scores)):
            yield f"factors[{place}].scores", "应由高到低，不重复"
    if scale.method == "ls" and any(
        [score.score for score in factor.scores] != [5, 4, 3, 2, 1] for factor in scale.factors
    ):
        yield "factors", "风险矩阵的分值应为 5、4、3、2、1"
    yield from flaws_of_bands(scale)


def flaws_of_bands(scale: Scale) -> Iterator[tuple[str, str]]:
    """Bands go down and meet, and each value that can occur lies in exactly one of them.

    A matrix prints its bands with holes (15–16, 20–25): right, as long as no product falls into one.
    """
    if not scale.bands or scale.bands[0].upper is not None:
        yield "bands", "最高一档应没有上限"
    for place, (higher, lower) in enumerate(pairwise(scale.bands), 1):
        if lower.upper is None or lower.upper > higher.lower or lower.lower >= higher.lower:
            yield f"bands[{place}]", "各档应由高到低，不重叠"
        elif lower.upper == higher.lower and lower.upper_inclusive == higher.lower_inclusive:
            yield f"bands[{place}]", f"分界值 {shown(lower.upper)} 应恰好归入一档"
        elif lower.upper < higher.lower and scale.method != "ls":
            yield f"bands[{place}]", f"{shown(lower.upper)} 与 {shown(higher.lower)} 之间有空档"
        if lower.grade < higher.grade:
            yield f"bands[{place}].grade", "数值低的一档，等级不能更高"
    values = sorted(scale.values())
    for place, band in enumerate(scale.bands):
        if band.grade not in CODES:
            yield f"bands[{place}].grade", "等级应为 1、2、3、4"
        if not any(band.holds(value) for value in values):
            yield f"bands[{place}]", "没有任何得分落在这一档"
    for value in values:
        count = sum(band.holds(value) for band in scale.bands)
        if count != 1:
            yield "bands", f"得分 {shown(value)} 落在 {count} 档里，应恰好一档"
