"""Engines and sessions: reads and writes are told apart, and only the write dependency commits."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Annotated, Any, ClassVar

import sqlalchemy
from anyio import CapacityLimiter, fail_after
from fastapi import Depends, Request
from sqlalchemy import DateTime, Engine, MetaData, text
from sqlalchemy.orm import DeclarativeBase, Session

from backend.errors import DomainError


class Base(DeclarativeBase):
    """Parent of every table; constraints bear the names that PostgreSQL itself gives them."""

    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


# PostgreSQL works on few queries at a time best; more readers wait for their turn.
CONNECTIONS = 12
PATIENCE_S = 15.0
# Besides those of the turns: for signing in and for sealing the audit trail, which must not wait behind readers (4);
# and for what works in the background: imports (4), a saved analysis (3), the watch for alarms (1).
RESERVE = 12
# A question that takes longer is not one that somebody waits for.
LONGEST_READ = "30s"
# Of a statement that writes, and of waiting for somebody else's.
LONGEST_WRITE, LONGEST_WAIT = "60s", "10s"

Transaction = Callable[[], AbstractContextManager[Session]]


class Busy(DomainError):
    """More readers than the database can serve."""

    status = 503
    code = "busy"


def create_engine(url: str) -> Engine:
    """Connect through psycopg 3 whatever spelling of a PostgreSQL address was given."""
    address = sqlalchemy.make_url(url).set(drivername="postgresql+psycopg")
    return sqlalchemy.create_engine(
        address,
        pool_pre_ping=True,
        pool_size=CONNECTIONS + RESERVE,
        max_overflow=0,
        pool_timeout=5,
        # What a failed statement was called with may be somebody's name, or the hash of a password.
        hide_parameters=True,
        # psycopg's automatic server-side preparation pays for the tile query, which repeats all day.
        connect_args={"options": "-c timezone=Asia/Shanghai -c jit=off"},
    )


async def turn(request: Request) -> AsyncIterator[None]:
    """Wait until a connection is free, before a thread is taken.

    Without it some sixty requests at once stop everything: threads wait for connections whose owners wait for a
    thread to finish in.
    """
    limiter: CapacityLimiter = request.app.state.turns
    try:
        with fail_after(PATIENCE_S):
            await limiter.acquire_on_behalf_of(request)
    except TimeoutError:
        raise Busy("访问的人太多，请稍后重试。") from None
    try:
        yield
    finally:
        limiter.release_on_behalf_of(request)


def turns() -> CapacityLimiter:
    """As many turns as an engine has connections for them."""
    return CapacityLimiter(CONNECTIONS)


def transactions(engine: Engine) -> Transaction:
    """What opens a transaction that commits at the end of its block."""

    @contextmanager
    def transaction() -> Iterator[Session]:
        with Session(engine) as session, session.begin():
            yield session

    return transaction


def own_transaction(request: Request) -> AbstractContextManager[Session]:
    """A transaction that commits whatever becomes of the request, to find out who asks and to record refusals."""
    transaction: Transaction = request.app.state.transaction
    return transaction()


Turn = Annotated[None, Depends(turn, scope="function")]


def read_session(request: Request, turn: Turn) -> Iterator[Session]:
    """A read-only view of one moment; may later be routed to a replica."""
    # One snapshot for the whole request: a page and its count, a tile and its revision belong together.
    reading = request.app.state.engine.execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )
    with Session(reading) as session:
        session.execute(text(f"SET LOCAL statement_timeout = '{LONGEST_READ}'"))
        yield session


def write_session(request: Request, turn: Turn) -> Iterator[Session]:
    """A transaction that commits when the route returns and rolls back when it raises."""
    with Session(request.app.state.engine) as session, session.begin():
        session.execute(text(f"SET LOCAL statement_timeout = '{LONGEST_WRITE}'"))
        session.execute(text(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'"))
        yield session


# scope="function" ends a session when its route returns. With the default scope a failing commit would come after
# the answer was sent as 200, and a slow reader would keep a connection from everybody else while it downloads.
ReadSession = Annotated[Session, Depends(read_session, scope="function")]
WriteSession = Annotated[Session, Depends(write_session, scope="function")]
