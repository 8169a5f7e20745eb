"""Whether the service lives and whether it can serve."""

from fastapi import APIRouter, Request, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def live() -> dict[str, str]:
    """The process answers; it needs no thread and no database for that."""
    return {"status": "ok"}


@router.get("/readyz")
def ready(request: Request, response: Response) -> dict[str, str]:
    """200 while the database can serve, 503 otherwise."""
    try:
        with Session(request.app.state.engine) as session:
            session.execute(text("SELECT postgis_lib_version()"))
    except SQLAlchemyError:
        response.status_code = 503
        return {"status": "unavailable", "database": "unreachable"}
    return {"status": "ok", "database": "ok"}
