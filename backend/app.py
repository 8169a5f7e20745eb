"""The service put together: nothing here but composition."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from backend.accounts import passwords
from backend.accounts import routes as accounts
from backend.accounts.access import AnyRole
from backend.accounts.passwords import hashing_turns
from backend.accounts.sessions import remove_what_is_over
from backend.accounts.throttle import Throttle
from backend.administration import routes as administration
from backend.alarms import routes as alarms
from backend.alarms.watching import keep_watch
from backend.area_risk import routes as area_risk
from backend.audit.chain import EVERY_S, Watch, keep_sealed, seal_all
from backend.changes import routes as changes
from backend.database import transactions, turns
from backend.enterprises import routes as enterprises
from backend.errors import PROBLEMS, add_error_handlers
from backend.features import routes as features
from backend.jurisdictions.actors import DEMO_READER, NOBODY, PUBLIC, Actor
from backend.lists import routes as lists
from backend.maps import routes as maps
from backend.operating.chores import repeated
from backend.overview import routes as overview
from backend.proximity import routes as proximity
from backend.proximity import run_files as proximity_files
from backend.proximity import run_routes as proximity_runs
from backend.proximity.ends import Surroundings
from backend.proximity.working import Workers, take_up
from backend.rasters import routes as rasters
from backend.risk import routes as risk
from backend.settings import Settings
from backend.submissions import routes as submissions
from backend.surroundings import routes as surroundings
from backend.uploads import routes as uploads
from backend.uploads.service import remove_old
from backend.uploads.working import workers
from backend.web import health
from backend.web.pages import add_pages
from backend.web.protection import (
    BoundedBody,
    HeadAsGet,
    KnownHosts,
    KnownMethods,
    ProtectiveHeaders,
    SameOriginWrites,
)
from backend.zones import routes as zones


def create_app(settings: Settings, engine: Engine, *, is_demo: bool = False) -> FastAPI:
    """The whole service over one database.

    Parameters
    ----------
    is_demo : whether everybody may read without signing in, and the demonstration's links let people in. Only for a
        database of invented data.
    """
    # The documentation page is our own: the framework's would load its scripts from a CDN.
    app = FastAPI(
        title="riskmap", version="0.1.0", docs_url=None, redoc_url=None, openapi_url=None, lifespan=chores
    )
    app.state.settings = settings
    app.state.engine = engine
    app.state.transaction = transactions(engine)
    app.state.turns = turns()
    app.state.hashing_turns = hashing_turns()
    app.state.throttle = Throttle()
    app.state.watch = Watch()
    app.state.surroundings = Surroundings()
    app.state.proximity_workers = Workers()
    app.state.import_workers = workers()
    app.state.receiving = uploads.receiving()
    app.state.is_demo = is_demo
    app.state.anonymous = anonymous_actor(settings, is_demo=is_demo)
    # The last one added is the first to see a request.
    app.add_middleware(HeadAsGet)
    app.add_middleware(BoundedBody)
    app.add_middleware(SameOriginWrites)
    app.add_middleware(KnownMethods)
    app.add_middleware(KnownHosts, names=settings.allowed_hosts)
    app.add_middleware(ProtectiveHeaders)
    add_error_handlers(app)
    slices = (
        accounts,
        administration,
        overview,
        enterprises,
        zones,
        surroundings,
        risk,
        proximity,
        alarms,
        proximity_runs,
        proximity_files,
        area_risk,
        submissions,
        uploads,
        changes,
        features,
        lists,
        maps,
        rasters,
    )
    for part in (health, *slices):
        summarise(part.router)
        app.include_router(part.router, responses=PROBLEMS)
    add_description(app)
    add_pages(app)
    return app


def anonymous_actor(settings: Settings, *, is_demo: bool) -> Actor:
    """Who this service takes everybody for that has not signed in."""
    if is_demo:
        return DEMO_READER
    return PUBLIC if settings.public_view else NOBODY


@asynccontextmanager
async def chores(app: FastAPI) -> AsyncIterator[None]:
    """Do what is to be done beside the requests while the service runs."""
    engine: Engine = app.state.engine
    runs: Workers = app.state.proximity_workers
    passwords.stand_in()  # made before it is needed, so that the first unknown user waits no longer than the next
    with (
        repeated("sealing", EVERY_S, keep_sealed(engine, app.state.watch)),
        repeated("alarms", 5.0, keep_watch(engine, app.state.settings.alarm_distance_m)),
        repeated("sweeping", 3600.0, lambda ended: remove_what_is_over(engine)),
        repeated("uploads", 3600.0, lambda ended: remove_old(engine, app.state.settings)),
        # At once, for what the last end has interrupted; then for what the database's absence has.
        repeated("proximity", 60.0, lambda ended: take_up(runs, engine, proximity.ground(app.state))),
    ):
        yield
    runs.end()
    # What waits is not begun any more; what is being written is finished or rolled back with its connection.
    app.state.import_workers.shutdown(wait=False, cancel_futures=True)
    # Where the database has gone before us, the next start seals what is left.
    with suppress(SQLAlchemyError):
        seal_all(engine)


def add_description(app: FastAPI) -> None:
    """Describe the API to who may use it."""

    @app.get("/openapi.json", include_in_schema=False)
    def describe(actor: AnyRole) -> JSONResponse:
        return JSONResponse(app.openapi())


def summarise(router: APIRouter) -> None:
    """Let the API's description say what a route's docstring says, not its function's name."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            route.summary = route.description.partition("\n")[0]
