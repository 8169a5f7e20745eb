"""What a proximity report is asked for: which sites, near what, within which distances, now or as it was recorded.

One declaration for the address of an interactive report, the body of a saved run and its repetition.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

from backend.grades import CODES
from backend.surroundings.models import CORRIDOR_CLASSES, RECEPTOR_KINDS
from geodata.proximity import LONGEST_M

Start = Literal["outline", "zone", "installation"]
"""Which edge of a site a distance starts at: 厂界 (or its point), 风险分区, 重大危险源."""
ALL = "all"
MOST_DISTANCES = 6
DEFAULT_DISTANCES = (500.0, 1_000.0)

Metres = Annotated[
    float, Field(gt=0, le=LONGEST_M, allow_inf_nan=False, description="metres on the ground, to 50 km")
]
GradeCode = Annotated[int, Field(ge=min(CODES), le=max(CODES))]
Code = Annotated[str, Field(max_length=64, pattern=r"^[^\x00]*$")]


class Asked(BaseModel):
    """A question about what is near what.

    `start` is the edge that distances start at, and what `grade` is of (of an installation: of its enterprise).
    `receptor` and `corridor` are kinds or `all`; when neither is given, everything is asked for. `sector`, `township`
    and `major_hazard` (has a 重大危险源) are of the enterprise. `site` (an id of the kind that `start` names) and
    `target` ask for one of each, whatever it is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Start = "outline"
    grade: tuple[GradeCode, ...] = Field((1,), max_length=len(CODES))
    sector: tuple[Code, ...] = Field((), max_length=50)
    township: tuple[Code, ...] = Field((), max_length=50)
    major_hazard: bool = False
    site: UUID | None = None
    receptor: tuple[Code, ...] = Field((), max_length=50)
    corridor: tuple[Code, ...] = Field((), max_length=50)
    target: UUID | None = None
    distance_m: tuple[Metres, ...] = Field(DEFAULT_DISTANCES, min_length=1, max_length=MOST_DISTANCES)
    at: AwareDatetime | None = Field(
        None, description="as it was recorded then; not in the future; null is the present"
    )

    @field_validator("receptor")
    @classmethod
    def know_the_kinds(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        """Kinds of receptors."""
        return known(given, RECEPTOR_KINDS)

    @field_validator("corridor")
    @classmethod
    def know_the_classes(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        """Classes of corridors."""
        return known(given, CORRIDOR_CLASSES)

    @field_validator("at")
    @classmethod
    def be_past(cls, given: datetime | None) -> datetime | None:
        """What will be recorded nobody knows."""
        if given is not None and given > datetime.now(UTC):
            raise ValueError("时刻还没有到")
        return given

    @model_validator(mode="after")
    def ask_for_something(self) -> Self:
        """A report of no grade would be empty whatever the register holds."""
        if not self.grade:
            raise ValueError("请至少选择一个等级")
        return self

    @property
    def distances(self) -> tuple[float, ...]:
        """The distances in ascending order, each once."""
        return tuple(sorted(set(self.distance_m)))

    @property
    def receptor_kinds(self) -> frozenset[str] | None:
        """Kinds that are asked for; None is all, empty none."""
        return wanted(self.receptor, is_default=not self.corridor)

    @property
    def corridor_classes(self) -> frozenset[str] | None:
        """Classes that are asked for; None is all, empty none."""
        return wanted(self.corridor, is_default=not self.receptor)


def known(given: tuple[str, ...], table: dict[str, tuple[str, str]]) -> tuple[str, ...]:
    """Refuse a code that there is not, with those there are."""
    for code in given:
        if code != ALL and code not in table:
            there = "、".join(f"{each}（{zh}）" for each, (zh, _) in table.items())
            raise ValueError(f"没有「{code[:40]}」；可用的有 all（全部）、{there}")
    return given


def wanted(given: tuple[str, ...], *, is_default: bool) -> frozenset[str] | None:
    """What a list of codes asks for: None is all of them."""
    if ALL in given or (not given and is_default):
        return None
    return frozenset(given)
