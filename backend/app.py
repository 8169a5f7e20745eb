"""The service put together: nothing here but composition."""

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import Engine

from backend.database import turns
from backend.errors import PROBLEMS, add_error_handlers
from backend.features import routes as features
from backend.maps import routes as maps
from backend.overview import routes as overview
from backend.settings import Settings
from backend.surroundings import routes as surroundings
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


def create_app(settings: Settings, engine: Engine) -> FastAPI:
    """The whole service over one database."""
    # The documentation page is our own: the framework's would load its scripts from a CDN.
    app = FastAPI(title="riskmap", version="0.1.0", docs_url=None, redoc_url=None)
    app.state.settings = settings
    app.state.engine = engine
    app.state.turns = turns()
    # The last one added is the first to see a request.
    app.add_middleware(HeadAsGet)
    app.add_middleware(BoundedBody)
    app.add_middleware(SameOriginWrites)
    app.add_middleware(KnownMethods)
    app.add_middleware(KnownHosts, names=settings.allowed_hosts)
    app.add_middleware(ProtectiveHeaders)
    add_error_handlers(app)
    for part in (health, overview, zones, surroundings, features, maps):
        summarise(part.router)
        app.include_router(part.router, responses=PROBLEMS)
    add_pages(app)
    return app


def summarise(router: APIRouter) -> None:
    """Let the API's description say what a route's docstring says, not its function's name."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            route.summary = route.description.partition("\n")[0]
