"""Opens the database for a command: a server of somebody else's, or the private cluster, with today's tables."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Engine

from backend.database import create_engine
from backend.migrations.run import migrate
from backend.operating import embedded, postgis
from backend.operating.cluster import Cluster
from backend.operating.postgres_config import OWNER
from backend.settings import Settings

Say = Callable[[str], None]


class Addresses(NamedTuple):
    """Two ways into one database: as the role that owns the tables, and as the application that uses them."""

    owner: str
    application: str


@contextmanager
def ready_database(settings: Settings, *, say: Say) -> Iterator[Engine]:
    """Reach a migrated database: the server of the settings, or the private cluster, ours alone meanwhile."""
    if settings.database_url:
        with migrated(addresses(settings), say=say) as engine:
            yield engine
    else:
        cluster = Cluster(settings.data_dir.resolve())
        if not cluster.folder.exists():
            say(f"首次运行，正在 {cluster.data_dir} 建立数据库……")
        with embedded.in_service(cluster), migrated(addresses(settings), say=say) as engine:
            yield engine


@contextmanager
def reachable_database(settings: Settings, *, say: Say) -> Iterator[Engine]:
    """Reach the database for a command: beside a service that has it open, or alone."""
    is_served = (
        settings.database_url is None
        and embedded.running_pid(Cluster(settings.data_dir.resolve())) is not None
    )
    reached = migrated(addresses(settings), say=say) if is_served else ready_database(settings, say=say)
    with reached as engine:
        yield engine


@contextmanager
def migrated(addresses: Addresses, *, say: Say) -> Iterator[Engine]:
    """Bring a suitable server's tables up to date as their owner, and connect to it as the application."""
    engine = create_engine(addresses.application)
    try:
        _migrate(addresses.owner, engine, say)
        yield engine
    finally:
        engine.dispose()


def addresses(settings: Settings) -> Addresses:
    """Where the database of the settings is; one role may be both on a server of somebody else's."""
    if settings.database_url:
        return Addresses(settings.owner_database_url or settings.database_url, settings.database_url)
    cluster = Cluster(settings.data_dir.resolve())
    return Addresses(cluster.url(role=OWNER), cluster.url())


def _migrate(owner_url: str, engine: Engine, say: Say) -> None:
    owner = create_engine(owner_url)
    try:
        postgis.require_suitable(owner)
        application = postgis.application_role(owner, engine)
        migrate(owner, application=application.name)
    finally:
        owner.dispose()
    if application.is_owner:
        say(f"注意：{postgis.ONE_ROLE}；{postgis.PART_THEM}。")
