"""Who is in a school at night: the share of a receptor's people that are there, by kind and time of day.

The table is this product's own assumption and says so; no standard gives one. An edition that was used is never edited:
a new one is a new file.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.register.rows import Term
from backend.surroundings.models import RECEPTOR_KINDS

FILE = Path(__file__).with_name("occupancy-1.json")
Share = Annotated[float, Field(ge=0, le=1)]


class Occupancy(BaseModel):
    """The table: for every kind of receptor one share for each period, in their order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    edition: str
    title_zh: str
    title_en: str
    verified: bool
    source: str
    periods: tuple[Term, ...]
    shares: Mapping[str, tuple[Share, ...]]

    @model_validator(mode="after")
    def know_every_kind_at_every_time(self) -> Self:
        """A kind that is missing would be nobody, silently."""
        if set(self.shares) != set(RECEPTOR_KINDS):
            raise ValueError("shares：应逐一写出每种防护目标")
        if any(len(shares) != len(self.periods) for shares in self.shares.values()):
            raise ValueError("shares：每种防护目标应对每个时段各写一个比例")
        return self

    def present(self, headcounts: Iterable[tuple[str, int]]) -> dict[str, int]:
        """How many are there in each period, by kind and headcount of each receptor; rounded once, at the end."""
        known = list(headcounts)
        return {
            period.code: round(sum(self.shares[kind][place] * people for kind, people in known))
            for place, period in enumerate(self.periods)
        }


@cache
def occupancy() -> Occupancy:
    """The edition in use."""
    return Occupancy.model_validate_json(FILE.read_bytes())
