"""Engines and sessions: reads and writes are told apart, and only the write dependency commits."""

from collections.abc import Iterator
from typing import Annotated

import sqlalchemy
from fastapi import Depends, Request
from sqlalchemy import Engine, MetaData
from sqlalchemy.orm import DeclarativeBase, Session


class Base(DeclarativeBase):
    """Parent of every table; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


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
    """A read-only transaction; may later be routed to a replica."""
    with Session(request.app.state.engine) as session:
        session.connection(execution_options={"postgresql_readonly": True})
        yield session


def write_session(request: Request) -> Iterator[Session]:
    """A transaction that commits when the route returns and rolls back when it raises."""
    with Session(request.app.state.engine) as session, session.begin():
        yield session


ReadSession = Annotated[Session, Depends(read_session)]
# scope="function": with the default scope a failing commit would come after the answer was sent as 200.
WriteSession = Annotated[Session, Depends(write_session, scope="function")]
