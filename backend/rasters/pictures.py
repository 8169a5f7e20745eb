"""Rasters as tiles: which there are for a reader, their tags, and what their legend says."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from sqlalchemy.orm import Session

from backend.errors import NotFound
from backend.jurisdictions.actors import Actor
from backend.rasters.legends import Legend, legends
from backend.rasters.schemas import RasterBrief
from backend.rasters.storage import visible_population
from backend.rasters.surface import BANDWIDTH_M, density_file, density_state, weighting
from backend.settings import Settings
from geodata.arrays import Floats
from geodata.raster_files import cell_areas_m2, to_ground, to_plane
from tiles.grid import Tile
from tiles.raster import DRAWING, Shown, empty_png, raster_bounds, raster_tile


@dataclass(frozen=True)
class Picture:
    """A raster that exists for a reader.

    Parameters
    ----------
    state : the same only while every tile of it is the same.
    file : gives its file, made when it is asked for; None where there is nothing to draw.
    facts : what its legend says besides names and colours, given the file.
    """

    name: str
    legend: Legend
    state: str
    file: Callable[[], Path | None]
    facts: Callable[[Path | None], dict[str, Any]]
    attribution: str
    shown: Shown | None = None

    def etag(self, actor: Actor, tile: Tile) -> str:
        """A strong tag of a tile; never the same for two scopes."""
        said = repr([DRAWING, self.legend, self.name, self.state, actor.scope.fingerprint, tile])
        return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'

    def tile(self, tile: Tile) -> bytes:
        """One tile as a PNG; empty where there is nothing, and beside the zoom levels that it is drawn at."""
        path = self.file() if self.legend.minzoom <= tile.z <= self.legend.maxzoom else None
        return empty_png() if path is None else raster_tile(path, tile, self.legend.ramp, shown=self.shown)

    def tilejson(self, url_template: str) -> dict[str, Any]:
        """TileJSON 3.0 with the legend; without bounds where there is nothing to see."""
        path = self.file()
        document: dict[str, Any] = {
            "tilejson": "3.0.0",
            "name": self.name,
            "description": self.legend.zh,
            "tiles": [url_template],
            "minzoom": self.legend.minzoom,
            "maxzoom": self.legend.maxzoom,
            "attribution": self.attribution,
            "legend": self.legend.model_dump(),
            **self.facts(path),
        }
        if path is not None:
            document["bounds"] = list(raster_bounds(path))
        return document


def visible_pictures(session: Session, actor: Actor, settings: Settings) -> list[RasterBrief]:
    """Every raster that exists for the actor; no surface is made for it."""
    found = [make(session, actor, settings) for make in MAKERS.values()]
    return [
        RasterBrief(
            name=picture.name, attribution=picture.attribution, legend=picture.legend, **known_facts(picture)
        )
        for picture in found
        if picture is not None
    ]


def known_facts(picture: Picture) -> dict[str, Any]:
    """What a list tells besides of a raster."""
    return {name: fact for name, fact in picture.facts(None).items() if name in RasterBrief.model_fields}


def visible_picture(session: Session, actor: Actor, settings: Settings, name: str) -> Picture:
    """The raster of a name, when it exists for the actor.

    Raises
    ------
    NotFound
        For every other name, and for what nobody has brought in.
    """
    found = MAKERS[name](session, actor, settings) if name in MAKERS else None
    if found is None:
        raise NotFound("没有这个栅格图层，或您无权查看。")
    return found


def population_picture(session: Session, actor: Actor, settings: Settings) -> Picture | None:
    """The population raster, drawn as people per square kilometre."""
    stored = visible_population(actor, settings)
    if stored is None:
        return None
    known = stored.record
    facts = {"title": known.title, "year": known.year, "source": known.source, "is_estimate": True}
    return Picture(
        name="population",
        legend=legends()["population"],
        state=known.model_dump_json(),
        file=lambda: stored.path,
        facts=lambda path: facts,
        attribution=f"{known.title}（{known.year}），{known.source}",
        shown=people_per_km2 if known.unit == "persons" else None,
    )


def people_per_km2(raster: Any, values: Floats, latitudes: Floats) -> Floats:  # noqa: ANN401
    """People per cell as people per square kilometre, by the true size of a cell in each row of a tile.

    Along a row cells differ by less than a colour does; for numbers there is `geodata.exposure`.
    """
    at, crs = raster.transform, raster.crs.to_wkt()
    (middle,) = to_ground([shapely.Point(raster.xy(raster.height // 2, raster.width // 2))], crs)
    along = to_plane(shapely.MultiPoint([(middle.x, latitude) for latitude in latitudes]), crs)
    x, y = shapely.get_coordinates(along).T
    areas = cell_areas_m2(raster, (y - at.f) / at.e - 0.5, (x - at.c) / at.a - 0.5)
    return np.asarray(values / (areas[:, None] / 1e6))


def risk_density_picture(session: Session, actor: Actor, settings: Settings) -> Picture:
    """The density of weighted risk, of what exists for the actor and nothing else."""
    rule = weighting()

    def facts(path: Path | None) -> dict[str, Any]:
        return {
            "bandwidth_m": BANDWIDTH_M,
            "cell_m": None if path is None else cell_of(path),
            "kernel": "quartic",
            "weights": {str(grade): weight for grade, weight in rule.weights.items()},
            "weights_of": {"id": rule.id, "edition": rule.edition, "zh": rule.title_zh, "en": rule.title_en},
        }

    return Picture(
        name="risk_density",
        legend=legends()["risk_density"],
        state=density_state(session, actor),
        file=lambda: density_file(session, actor, settings),
        facts=facts,
        attribution="riskmap",
    )


def cell_of(path: Path) -> float:
    """Side of a raster's cell in its plane."""
    with rasterio.open(path) as raster:
        return float(raster.transform.a)


MAKERS: dict[str, Callable[[Session, Actor, Settings], Picture | None]] = {
    "population": population_picture,
    "risk_density": risk_density_picture,
}
