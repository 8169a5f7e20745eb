"""Engines and sessions: reads and writes are told apart, and only the write dependency commits."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, ClassVar

import sqlalchemy
from fastapi import Depends, Request
from sqlalchemy import DateTime, Engine, MetaData
from sqlalchemy.orm import DeclarativeBase, Session


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


def create_engine(url: str) -> Engine:
    """Connect through psycopg 3 whatever spelling of a PostgreSQL address was given."""
    address = sqlalchemy.make_url(url).set(drivername="postgresql+psycopg")
    return sqlalchemy.create_engine(
        address,
        pool_pre_ping=True,
        pool_timeout=5,
        # psycopg's automatic server-side preparation pays for the tile query, which repeats all day.
        connect_args={"options": "-c timezone=Asia/Shanghai -c jit=off"},
    )


def read_session(request: Request) -> Iterator[Session]:
    """A read-only view of one moment; may later be routed to a replica."""
    # One snapshot for the whole request: a page and its count, a tile and its revision belong together.
    reading = request.app.state.engine.execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )
    with Session(reading) as session:
        yield session


def write_session(request: Request) -> Iterator[Session]:
    """A transaction that commits when the route returns and rolls back when it raises."""
    with Session(request.app.state.engine) as session, session.begin():
        yield session


# scope="function" ends a session when its route returns. With the default scope a failing commit would come after
# the answer was sent as 200, and a slow reader would keep a connection from everybody else while it downloads.
ReadSession = Annotated[Session, Depends(read_session, scope="function")]
WriteSession = Annotated[Session, Depends(write_session, scope="function")]
