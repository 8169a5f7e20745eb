"""Whether a PostgreSQL server that somebody else runs is good enough, and if not, what its keeper has to do."""

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from backend.obstacle import Obstacle

OLDEST_POSTGRESQL = 15
OLDEST_POSTGIS = (3, 3)

FACTS = text("""\
SELECT current_setting('server_version_num')::int / 10000 AS major,
       current_setting('server_encoding') AS encoding,
       (SELECT extversion FROM pg_extension WHERE extname = 'postgis') AS installed,
       (SELECT default_version FROM pg_available_extensions WHERE name = 'postgis') AS available,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS is_superuser,
       has_schema_privilege('public', 'CREATE') AS may_create,
       (SELECT nspname FROM pg_extension JOIN pg_namespace AS n ON n.oid = extnamespace WHERE extname = 'postgis')
           AS schema,
       EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') AS has_trigrams,
       current_user AS role,
       current_database() AS database
""")


def require_suitable(engine: Engine) -> None:
    """Check version, encoding, PostGIS and rights, before anything is changed.

    Raises
    ------
    Obstacle
        Naming what is wrong and the command that mends it.
    """
    try:
        with engine.connect() as connection:
            _check(connection)
    except OperationalError as error:
        address = engine.url.render_as_string(hide_password=True)
        raise Obstacle(
            f"连不上数据库 {address}：{str(error.orig).strip()}。请检查 RISKMAP_DATABASE_URL。"
        ) from error


def version(text: str) -> tuple[int, ...]:
    """Compare versions as numbers.

    >>> version("3.3.2") >= OLDEST_POSTGIS, version("3.10") >= OLDEST_POSTGIS, version("2.5.5") >= OLDEST_POSTGIS
    (True, True, False)
    """
    return tuple(int(part) for part in text.split(".")[:2])


def _check(connection: Connection) -> None:
    facts = connection.execute(FACTS).one()
    offered = facts.installed or facts.available
    if facts.major < OLDEST_POSTGRESQL:
        raise Obstacle(f"数据库服务器是 PostgreSQL {facts.major}，至少需要 {OLDEST_POSTGRESQL}。")
    if facts.encoding != "UTF8":
        raise Obstacle(
            f"数据库 {facts.database} 的编码是 {facts.encoding}，必须是 UTF8："
            f"CREATE DATABASE riskmap ENCODING 'UTF8' TEMPLATE template0。"
        )
    if offered is None:
        raise Obstacle(
            f"数据库服务器上没有 PostGIS，请在服务器上安装，例如 apt-get install postgresql-{facts.major}-postgis-3。"
        )
    if version(offered) < OLDEST_POSTGIS:
        raise Obstacle(f"PostGIS 版本是 {offered}，至少需要 3.3；升级后执行 ALTER EXTENSION postgis UPDATE。")
    if facts.installed is None and not facts.is_superuser:
        raise Obstacle(
            f"数据库 {facts.database} 还没有启用 PostGIS，账号 {facts.role} 无权启用；"
            "请管理员在该库执行 CREATE EXTENSION postgis。"
        )
    if facts.schema not in (None, "public"):
        raise Obstacle(f"PostGIS 装在模式 {facts.schema} 中，必须装在 public 中。")
    if not facts.has_trigrams:
        raise Obstacle("数据库服务器上没有扩展 pg_trgm，请安装 PostgreSQL 的 contrib 组件。")
    if not facts.may_create:
        raise Obstacle(
            f"账号 {facts.role} 不能在数据库 {facts.database} 的模式 public 中建表；"
            f'请管理员在该库执行 GRANT CREATE ON SCHEMA public TO "{facts.role}"。'
        )
