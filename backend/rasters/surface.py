"""The density of weighted risk as a raster: made of what exists for a reader, and kept while it stays so.

A file is kept for every scope that was asked for and every state of the register, under a name that nobody guesses
(`Scope.fingerprint` and the revisions of the tables are in it), and goes when it has not been asked for in ten minutes.
"""

import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock
from uuid import uuid4

import numpy as np
from sqlalchemy.orm import Session

from backend.area_risk.rules import Index, rules
from backend.database import Busy
from backend.jurisdictions.actors import Actor
from backend.rasters.queries import graded_places
from backend.rasters.storage import folder_of
from backend.register.revisions import revisions
from backend.settings import Settings
from geodata.arrays import Floats
from geodata.density import Density, coarsened, kernel_density
from geodata.raster_files import write_cog

# 800 m, the size of a neighbourhood: in one kernel are sites that a person walks between in ten minutes.
BANDWIDTH_M = 800.0
CELL_M = 50.0
# To be raised when a surface of the same rows would be another one.
MAKING = 1
TABLES = ("zone", "enterprise")
KEPT_S = 600.0
# One is made at a time: it takes a whole core, and all who wait for the same one find it made.
MAKING_ONE = Lock()
PATIENCE_S = 10.0


def weighting() -> Index:
    """The rule whose weights by grade are those of the density: the weighted index of areas."""
    return next(rule for rule in rules().values() if isinstance(rule, Index))


def make_density(session: Session, actor: Actor, *, bandwidth_m: float, cell_m: float) -> Density | None:
    """The density of the graded units that exist for an actor; None where there is none.

    Raises
    ------
    GeodataError
        When the bandwidth does not fit the cells, or it takes too many of them.
    """
    lon, lat, weights = weighted_places(session, actor)
    return kernel_density(lon, lat, weights, bandwidth_m=bandwidth_m, cell_m=cell_m)


def weighted_places(session: Session, actor: Actor) -> tuple[Floats, Floats, Floats]:
    """Longitude, latitude and weight of the graded units that exist for an actor."""
    rows = session.execute(graded_places(actor)).all()
    weights = weighting().weights
    table = np.array([(row.lon, row.lat, weights[row.grade]) for row in rows], dtype=float).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]


def density_state(session: Session, actor: Actor) -> str:
    """A text that is the same only for the same scope, the same rows and the same way to make a surface of them."""
    state = sorted(revisions(session, TABLES).items())
    said = repr([MAKING, BANDWIDTH_M, CELL_M, weighting(), actor.scope.fingerprint, state])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def density_file(session: Session, actor: Actor, settings: Settings) -> Path | None:
    """The surface of an actor as a file, made where it is not there yet; None where nothing is graded."""
    path = folder_of(settings, "density") / f"{density_state(session, actor)}.tif"
    if is_kept(path):
        return path
    # Whoever waits keeps a connection from everybody else.
    if not MAKING_ONE.acquire(timeout=PATIENCE_S):
        raise Busy("风险密度正在计算，请稍后重试。")
    try:
        return path if is_kept(path) or write_density(session, actor, path) else None
    finally:
        MAKING_ONE.release()


def write_density(session: Session, actor: Actor, path: Path) -> bool:
    """Make the surface of an actor and write it; False where nothing is graded.

    The cells are of 50 m, or twice or four times that where the units lie far apart.
    """
    remove_forgotten(path.parent)
    lon, lat, weights = weighted_places(session, actor)
    if len(lon) == 0:
        return False
    cell_m = coarsened(lon, lat, bandwidth_m=BANDWIDTH_M, cell_m=CELL_M)
    density = kernel_density(lon, lat, weights, bandwidth_m=BANDWIDTH_M, cell_m=cell_m)
    if density is None:
        return False
    arriving = path.with_name(f".{uuid4().hex}.tif")
    write_cog(arriving, density.values, srid=density.srid, transform=density.transform)
    arriving.replace(path)
    return True


def is_kept(path: Path) -> bool:
    """Whether a file is there; if so it stays for another while."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def remove_forgotten(folder: Path) -> None:
    """Remove the files that nobody has asked for lately."""
    for path in folder.iterdir():
        # Another process may be sweeping, too.
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > KEPT_S:
                path.unlink()
