"""How each raster is drawn and told: its name, its unit, its colours.

The ramps are violet and grey-purple: the four colours of the grades belong to risk alone. Their stops are the same for
every reader and every moment, so that a colour means the same wherever it is seen; they are this product's own choice.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from tiles.raster import Ramp, Stop

FILE = Path(__file__).with_name("legends.json")


class LegendStop(BaseModel):
    """A colour from a value on; between two stops both are mixed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float
    colour: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
    opacity: Annotated[float, Field(ge=0, le=1)]


class Legend(BaseModel):
    """What is said of a raster wherever it is drawn."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
    unit_zh: str
    unit_en: str
    minzoom: int
    maxzoom: int
    stops: tuple[LegendStop, ...]

    @property
    def ramp(self) -> Ramp:
        """The stops as tiles are drawn by them."""
        return Ramp(tuple(Stop(stop.value, stop.colour, stop.opacity) for stop in self.stops))


@cache
def legends() -> Mapping[str, Legend]:
    """Every raster by its name."""
    return TypeAdapter(dict[str, Legend]).validate_json(FILE.read_bytes())
