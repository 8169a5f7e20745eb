"""Distance rules: what is to be kept from what, where the distance starts and ends, and by which clause.

A rule with a legal end names its standard, edition and clause; a fixed distance without one is only ever a screening
distance (筛查距离). A clause that names no figure leaves it to the safety evaluation report (GB/T 37243): its area of
external safety distance (外部安全防护距离), once imported, decides there and in place of every screening distance. What
comes out is a hint where to look, 「筛查提示（非许可依据）」, never a permission.

The files in `rules/` are never edited once they were used; a new edition is a new file. A district adds rules and local
variants of its own in `<data folder>/proximity-rules/`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from geodata.verdict import Verdict

FOLDER = Path(__file__).parent / "rules"
LOCAL_FOLDER = "proximity-rules"
SCREENING = "screening"

Layer = Literal["receptors", "corridors"]


class BrokenRule(Exception):
    """A rule's file cannot be used: which file, and why."""


class Outcome(StrEnum):
    """What a pair comes to under a rule; a hint where to look, never a permission."""

    CHECK = "check"
    REPORT = "report"
    CLEAR = "clear"


OUTCOMES: Mapping[str, tuple[str, str]] = {
    Outcome.CHECK: ("需核查", "To be checked"),
    Outcome.REPORT: ("需调取评价报告", "Ask for the evaluation report"),
    Outcome.CLEAR: ("未见冲突", "No conflict seen"),
}
DISCLAIMER = ("筛查提示（非许可依据）", "Screening hint, not a basis for permits")
STARTS = {
    "installation": ("重大危险源边界", "boundary of the major hazard installation"),
    "zone": ("风险分区边界", "boundary of the zone"),
    "outline": ("厂界", "outline of the site"),
}
ENDS = {
    "outline": ("防护目标边界", "outline of what is protected"),
    "land_edge": ("用地外缘", "outer edge of the land"),
}


class Data(BaseModel):
    """What is read from a rule's file; a field that nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sites(Data):
    """Which sites a rule is for: any, or those of which at least one of the others is true."""

    any: bool
    sectors: tuple[str, ...]
    major_hazard: bool
    name_has: tuple[Annotated[str, Field(min_length=2)], ...]


class Targets(Data):
    """What a rule protects: a layer, and of it some kinds or (null) all."""

    layer: Layer
    kinds: tuple[str, ...] | None


class Rule(Data):
    """A distance to be kept.

    Parameters
    ----------
    region : prefix of the area codes (GB/T 2260) where it holds; null holds everywhere.
    variant_of : id of the rule whose place it takes in its region.
    distance_m : metres on the ground between `starts_at` and `ends_at`; null where the evaluation report gives it, and
        for the screening distance, which the user gives.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    edition: str
    basis: Literal["legal", "screening"]
    variant_of: str | None
    region: str | None = Field(pattern=r"^[0-9]{2,9}$")
    title_zh: str
    title_en: str
    standard: str
    clause: str
    note_zh: str
    note_en: str
    verified: bool
    source: str
    sites: Sites
    targets: tuple[Targets, ...] = Field(min_length=1)
    starts_at: Literal["installation", "zone", "outline"]
    ends_at: Literal["outline", "land_edge"]
    distance_m: float | None = Field(gt=0, le=50_000)

    @model_validator(mode="after")
    def end_in_law_or_be_called_screening(self) -> Self:
        """A legal rule names its clause; a variant names its region."""
        if self.basis == "legal" and not self.clause:
            raise ValueError("clause：法定距离应写明条款；没有条款的是筛查距离")
        if self.variant_of is not None and self.region is None:
            raise ValueError("region：地方规则应写明适用地区的代码")
        return self


@dataclass(frozen=True)
class Site:
    """What a rule asks of a site: its name, its sector's code, whether it has a major hazard installation."""

    name: str
    sector: str | None
    has_major_hazard: bool


@dataclass(frozen=True)
class Said:
    """A sentence in both languages."""

    zh: str
    en: str


def rules(local: Path | None = None) -> Mapping[str, Rule]:
    """Every rule by its id: the product's own, then those of the district's own folder.

    Raises
    ------
    BrokenRule
        If a file cannot be used, or two have one id.
    """
    found = [*shipped(), *(read_folder(local) if local and local.is_dir() else [])]
    by_id = {rule.id: rule for rule in found}
    if len(by_id) < len(found):
        raise BrokenRule("同一规则有两个版次的文件在用")
    for rule in found:
        if rule.variant_of is not None and rule.variant_of not in by_id:
            raise BrokenRule(f"{rule.id}：没有 variant_of 所指的规则「{rule.variant_of}」")
    return by_id


@cache
def shipped() -> tuple[Rule, ...]:
    """The rules that come with the product."""
    return tuple(read_folder(FOLDER))


def read_folder(folder: Path) -> Iterator[Rule]:
    """The rules of a folder, by the names of their files."""
    return (read(path) for path in sorted(folder.glob("*.json")))


def read(path: Path) -> Rule:
    """A rule of a file.

    Raises
    ------
    BrokenRule
        With the file's name and each field that is wrong.
    """
    try:
        rule = Rule.model_validate_json(path.read_bytes())
    except ValidationError as error:
        places = "；".join(f"{'.'.join(map(str, each['loc']))} {each['msg']}" for each in error.errors())
        raise BrokenRule(f"{path.name}：{places}") from error
    if path.stem != f"{rule.id}-{rule.edition}":
        raise BrokenRule(f"{path.name}：文件名应为 {rule.id}-{rule.edition}.json")
    return rule


def legal(every: Iterable[Rule], district: str) -> list[Rule]:
    """The rules with a legal end that hold in a district; a local variant takes the place of what it varies.

    Parameters
    ----------
    district : its code by GB/T 2260, six digits.
    """
    held = [
        rule
        for rule in every
        if rule.basis == "legal" and (rule.region is None or district.startswith(rule.region))
    ]
    replaced = {rule.variant_of for rule in held}
    return [rule for rule in held if rule.id not in replaced]


def concerns(rule: Rule, site: Site) -> Said | None:
    """Why a rule speaks of a site; None where it does not."""
    if rule.sites.any:
        return Said("适用于所有单位", "for every site")
    if rule.sites.major_hazard and site.has_major_hazard:
        return Said("该单位有重大危险源", "the site has a major hazard installation")
    if site.sector in rule.sites.sectors:
        return Said("按该单位的行业", "by the sector of the site")
    word = next((word for word in rule.sites.name_has if word in site.name), None)
    return Said(f"单位名称含「{word}」", f"the name of the site has “{word}”") if word else None


def protects(rule: Rule, layer: Layer, kind: str) -> bool:
    """Whether a rule protects a kind of a layer."""
    return any(each.layer == layer and (each.kinds is None or kind in each.kinds) for each in rule.targets)


def outcome(verdict: Verdict, limit_m: float | None, *, is_in_report_area: bool | None) -> Outcome:
    """What a pair comes to.

    Parameters
    ----------
    verdict : whether the distance keeps within `limit_m`.
    limit_m : None where the clause names no figure.
    is_in_report_area : whether the target reaches into the site's imported area of external safety distance; None
        where there is no such area. It decides where the clause leaves the distance to the evaluation report; a
        figure of a clause stands whatever a report says.

    >>> near = Verdict.YES
    >>> [outcome(near, None, is_in_report_area=each).value for each in (None, False, True)]
    ['report', 'clear', 'check']
    >>> outcome(near, 100.0, is_in_report_area=False).value
    'check'
    """
    if limit_m is None and is_in_report_area is None:
        return Outcome.REPORT
    if limit_m is None:
        return Outcome.CHECK if is_in_report_area else Outcome.CLEAR
    return Outcome.CLEAR if verdict is Verdict.NO else Outcome.CHECK
