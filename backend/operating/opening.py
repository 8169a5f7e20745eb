"""Opens the database for a command: a server of somebody else's, or the private cluster, with today's tables."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from backend.database import create_engine
from backend.migrations.run import migrate
from backend.operating import embedded, postgis
from backend.operating.cluster import Cluster
from backend.settings import Settings

Say = Callable[[str], None]


@contextmanager
def ready_database(settings: Settings, *, say: Say) -> Iterator[Engine]:
    """Reach a migrated database: the server of the settings, or the private cluster, ours alone meanwhile."""
    if settings.database_url:
        with migrated(settings.database_url) as engine:
            yield engine
    else:
        cluster = Cluster(settings.data_dir.resolve())
        if not cluster.folder.exists():
            say(f"首次运行，正在 {cluster.data_dir} 建立数据库……")
        with embedded.in_service(cluster), migrated(cluster.url()) as engine:
            yield engine


@contextmanager
def migrated(url: str) -> Iterator[Engine]:
    """Connect to a suitable server and bring its tables up to date."""
    engine = create_engine(url)
    try:
        postgis.require_suitable(engine)
        migrate(engine)
        yield engine
    finally:
        engine.dispose()
