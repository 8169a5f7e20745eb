"""The rules by which an area gets a colour: named files with an edition, and one pure function that applies them.

No standard says how the zones of an area add up (安委办〔2016〕11号 asks for a map in four colours and gives no
formula), so every rule says that it is unverified, and is told together with the numbers that it was put to.

Every rule keeps three promises, which its file is checked for:

- nothing graded gives no colour: unknown is grey, never blue;
- one more zone of the worst grade never lowers a colour;
- everything graded has a colour: the lowest band begins at nought.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from backend.grades import CODES, GRADES, worst

FOLDER = Path(__file__).parent / "rules"
DEFAULT = "weighted-index"

Counts = Mapping[int | None, int]
"""How many by grade; None is 未评定."""
GradeCode = Annotated[int, Field(ge=min(CODES), le=max(CODES))]
MAJOR = GRADES[0]


class BrokenRule(Exception):
    """A rule's file cannot be used: which file, and why."""


@dataclass(frozen=True)
class Said:
    """A sentence in both languages."""

    zh: str
    en: str


class Data(BaseModel):
    """What is read from a rule's file; a field that nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Band(Data):
    """The colour of a value from `lower` on, up to the next band."""

    grade: GradeCode
    lower: float = Field(ge=0)


class Common(Data):
    """What every rule says of itself; files are never edited once they were used: a new edition is a new file."""

    id: str = Field(pattern=r"^[a-z][a-z-]*$")
    edition: str
    title_zh: str
    title_en: str
    verified: bool
    source: str


class Highest(Common):
    """就高: the worst grade in the area."""

    method: Literal["highest"]


class Banded(Common):
    """A value cut into bands; an area with a 重大 in it is never coloured better than `major_at_least`."""

    bands: tuple[Band, ...]
    major_at_least: GradeCode

    @model_validator(mode="after")
    def cover_everything_in_order(self) -> Self:
        """Every grade has one band, the worse the higher, the best from nought on."""
        if tuple(band.grade for band in self.bands) != CODES:
            raise ValueError("bands：应按等级从高到低，每级一段")
        if not all(above.lower > below.lower for above, below in pairwise(self.bands)):
            raise ValueError("bands：等级越高，下限应越大")
        if self.bands[-1].lower != 0:
            raise ValueError("bands：最低一级的下限应为 0")
        return self


class Index(Banded):
    """加权指数: Σ weight · number of each grade, per square kilometre of land."""

    method: Literal["index"]
    weights: dict[GradeCode, Annotated[float, Field(gt=0)]]

    @model_validator(mode="after")
    def weigh_the_worse_more(self) -> Self:
        """Every grade has a weight, and none weighs less than a better one."""
        if tuple(sorted(self.weights)) != CODES:
            raise ValueError("weights：每个等级都应有权重")
        if not all(self.weights[worse] >= self.weights[better] for worse, better in pairwise(CODES)):
            raise ValueError("weights：等级越高，权重不应越小")
        return self


class Share(Banded):
    """网格占比: of the cells with something graded, the share whose worst grade is one of `grades`."""

    method: Literal["share"]
    grades: tuple[GradeCode, ...]

    @model_validator(mode="after")
    def begin_with_the_worst(self) -> Self:
        """The counted grades are the worst ones, so that a worse cell never lowers the share."""
        if not self.grades or self.grades != CODES[: len(self.grades)]:
            raise ValueError("grades：应从重大起连续列出")
        return self


Rule = Highest | Index | Share
READER: TypeAdapter[Rule] = TypeAdapter(Annotated[Rule, Field(discriminator="method")])


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id, the default first."""
    found = [read(path) for path in sorted(FOLDER.glob("*.json"))]
    if len({rule.id for rule in found}) < len(found):
        raise BrokenRule("同一规则有两个版次的文件在用")
    return {rule.id: rule for rule in sorted(found, key=lambda rule: rule.id != DEFAULT)}


def read(path: Path) -> Rule:
    """A rule of a file.

    Raises
    ------
    BrokenRule
        With the file's name and each field that is wrong.
    """
    try:
        rule = READER.validate_json(path.read_bytes())
    except ValidationError as error:
        places = "；".join(f"{'.'.join(map(str, each['loc']))} {each['msg']}" for each in error.errors())
        raise BrokenRule(f"{path.name}：{places}") from error
    if path.stem != f"{rule.id}-{rule.edition}":
        raise BrokenRule(f"{path.name}：文件名应为 {rule.id}-{rule.edition}.json")
    return rule


def index_weights() -> dict[int, float]:
    """The weights of the index that the properties of a cell tell."""
    return next(dict(rule.weights) for rule in rules().values() if isinstance(rule, Index))


def counts_cells(rule: Rule) -> bool:
    """Whether a rule is put to the cells of the grid, not to the zones themselves."""
    return isinstance(rule, Share)


def graded(counts: Counts) -> int:
    """How many have a grade."""
    return sum(counts.get(code, 0) for code in CODES)


def ungraded_share(counts: Counts) -> float | None:
    """The share of what has no grade, 0 to 1; None where there is nothing at all.

    >>> ungraded_share({1: 1, None: 3}), ungraded_share({})
    (0.75, None)
    """
    everything = graded(counts) + counts.get(None, 0)
    return counts.get(None, 0) / everything if everything else None


def colour(counts: Counts, area_km2: float | None, rule: Rule) -> int | None:
    """The grade of an area, or None: nothing in it is graded, or the rule needs a size that is not known.

    Parameters
    ----------
    counts : of zones, or of cells by their worst grade where `counts_cells(rule)`.
    area_km2 : of the land, on the ground.

    >>> colour({4: 3, None: 9}, 2.0, rules()["highest"]), colour({None: 9}, 2.0, rules()["weighted-index"])
    (4, None)
    """
    if not graded(counts):
        return None
    if isinstance(rule, Highest):
        return worst(code for code in CODES if counts.get(code))
    number = value(counts, area_km2, rule)
    return None if number is None else worst([band_of(number, rule).grade, *floor_of(counts, rule)])


def value(counts: Counts, area_km2: float | None, rule: Index | Share) -> float | None:
    """The number that a rule cuts into bands; None without anything graded or without a size."""
    if not graded(counts):
        return None
    if isinstance(rule, Share):
        return sum(counts.get(code, 0) for code in rule.grades) / graded(counts)
    return weighted(counts, rule) / area_km2 if area_km2 else None


def weighted(counts: Counts, rule: Index) -> float:
    """Σ weight · number."""
    return sum(weight * counts.get(code, 0) for code, weight in rule.weights.items())


def band_of(number: float, rule: Index | Share) -> Band:
    """The band that a value lies in; a limit belongs to the worse one."""
    return next(band for band in rule.bands if number >= band.lower)


def floor_of(counts: Counts, rule: Index | Share) -> list[int]:
    """The colour that a 重大 in the area demands at least."""
    return [rule.major_at_least] if counts.get(MAJOR.code) else []


# ---------------------------------------------------------------- what a rule says


def in_plain_words(rule: Rule) -> Said:
    """What a rule does, in one sentence for who does not read formulas."""
    match rule:
        case Highest():
            return Said(
                "取其中最高的等级：有一个重大，整片就是重大。",
                "The worst grade in it: one major makes all major.",
            )
        case Index():
            return Said(
                "等级越高权重越大，加起来再除以面积：同样大的地方，风险越多、越重，等级越高。",
                "The worse weighs more; the sum is divided by the size: more risk on the same ground, a worse grade.",
            )
        case Share():
            return Said(
                f"看{names_zh(rule.grades)}的网格占多少：占已评定网格的比例越大，等级越高。",
                f"The share of graded cells that are {names_en(rule.grades)}: the larger, the worse the grade.",
            )


def general_formula(rule: Rule) -> Said:
    """The formula of a rule with its weights and limits, before any number is put in."""
    if isinstance(rule, Highest):
        return Said(
            "颜色 = 最高等级；未评定的不计入", "Colour = worst grade; what is not graded does not count"
        )
    if isinstance(rule, Index):
        weights = sorted(rule.weights.items())
        sum_zh = " + ".join(f"{weight:g}×{GRADES[code - 1].zh}" for code, weight in weights)
        sum_en = " + ".join(f"{weight:g}×{GRADES[code - 1].en}" for code, weight in weights)
        start_zh, start_en = f"指数 = ({sum_zh}) ÷ 面积（平方千米）", f"Index = ({sum_en}) ÷ km²"
    else:
        start_zh = f"占比 = {names_zh(rule.grades)}网格 ÷ 已评定网格"
        start_en = f"Share = cells of {names_en(rule.grades)} ÷ graded cells"
    limits = [(limit_of(band, rule), GRADES[band.grade - 1]) for band in rule.bands[:-1]]
    best, floor = GRADES[rule.bands[-1].grade - 1], GRADES[rule.major_at_least - 1]
    zh = "，".join(f"≥ {limit} 为{grade.zh}" for limit, grade in limits)
    en = ", ".join(f"≥ {limit} {grade.en}" for limit, grade in limits)
    return Said(
        f"{start_zh}；{zh}，其余为{best.zh}；有{MAJOR.zh}的至少为{floor.zh}；未评定的不计入",
        f"{start_en}; {en}, else {best.en}; with a {MAJOR.en} at least {floor.en}; what is not graded does not count",
    )


def limit_of(band: Band, rule: Index | Share) -> str:
    """The lower limit of a band as it is written: a share in per cent."""
    return f"{band.lower:.0%}" if isinstance(rule, Share) else f"{band.lower:g}"


def names_zh(codes: tuple[int, ...]) -> str:
    """Some grades in Chinese."""
    return "、".join(GRADES[code - 1].zh for code in codes)


def names_en(codes: tuple[int, ...]) -> str:
    """Some grades in English."""
    return " or ".join(GRADES[code - 1].en for code in codes)


# ---------------------------------------------------------------- the formula with its numbers


def formula(counts: Counts, area_km2: float | None, rule: Rule) -> Said:
    """How the colour came about, with the numbers put in."""
    if not graded(counts):
        return Said("没有已评定等级的分区，不着色", "Nothing is graded, so there is no colour")
    grade = colour(counts, area_km2, rule)
    if grade is None:
        return Said("没有边界，面积未知，不着色", "The area has no outline and so no known size: no colour")
    named = GRADES[grade - 1]
    if isinstance(rule, Highest):
        times = counts[grade]
        return Said(
            f"最高等级为{named.zh}，{times} 个 → {named.zh}", f"Worst: {named.en} × {times} → {named.en}"
        )
    number = value(counts, area_km2, rule) or 0.0
    band = band_of(number, rule)
    shown = f"{number:.1%}" if isinstance(rule, Share) else f"{number:.2f}"
    lower = limit_of(band, rule)
    sum_zh, sum_en = terms(counts, area_km2, rule)
    zh, en = f"{sum_zh} = {shown}，≥ {lower}", f"{sum_en} = {shown}, ≥ {lower}"
    if band.grade != grade:
        zh, en = f"{zh}；有{MAJOR.zh}，至少{named.zh}", f"{en}; holds {MAJOR.en}, so at least {named.en}"
    return Said(f"{zh} → {named.zh}", f"{en} → {named.en}")


def terms(counts: Counts, area_km2: float | None, rule: Index | Share) -> tuple[str, str]:
    """The sum of a rule as it is written on paper."""
    if isinstance(rule, Share):
        some, every = sum(counts.get(code, 0) for code in rule.grades), graded(counts)
        return (
            f"{names_zh(rule.grades)}网格 {some} ÷ 已评定网格 {every}",
            f"{some} cells ÷ {every} graded cells",
        )
    products = " + ".join(
        f"{weight:g}×{counts.get(code, 0)}" for code, weight in sorted(rule.weights.items())
    )
    return f"({products}) ÷ {area_km2:.2f} 平方千米", f"({products}) ÷ {area_km2:.2f} km²"
