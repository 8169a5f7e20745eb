"""Whether a PostgreSQL server that somebody else runs is good enough, and if not, what its keeper has to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

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
       (SELECT relowner::regrole::text FROM pg_class
        WHERE oid = to_regclass('public.alembic_version') AND relowner <> current_user::regrole) AS other_owner,
       current_user AS role,
       current_database() AS database
""")
# The moment of its start tells a server from any other, behind whatever address.
WHERE = text(
    "SELECT current_user AS role, current_database() AS database, pg_postmaster_start_time() AS started"
)
# Before PostgreSQL 16 a role that makes roles can make itself a member of the owner.
MAY_ACT_AS = text("""\
SELECT pg_has_role(:owner, 'MEMBER') OR rolcreaterole FROM pg_roles WHERE rolname = current_user
""")

ONE_ROLE = "服务以数据表属主的权限访问数据库，数据库本身不能阻止应用改动审计记录"
PART_THEM = "请给服务另建一个普通账号写入 RISKMAP_DATABASE_URL，把属主账号写入 RISKMAP_OWNER_DATABASE_URL"


class ApplicationRole(NamedTuple):
    """What requests are answered as.

    Parameters
    ----------
    is_owner : it owns the tables, or can act as the role that does, so that nothing can be kept from it.
    """

    name: str
    is_owner: bool


def require_suitable(owner: Engine) -> None:
    """Check version, encoding, PostGIS and rights, before anything is changed.

    Parameters
    ----------
    owner : connects as the role that owns the tables, or is to own them.

    Raises
    ------
    Obstacle
        Naming what is wrong and the command that mends it.
    """
    with _reached(owner) as connection:
        _check(connection)


def application_role(owner: Engine, application: Engine) -> ApplicationRole:
    """Learn what the application logs in as.

    Raises
    ------
    Obstacle
        When the two do not lead to the same database.
    """
    with _reached(owner) as connection:
        owned = connection.execute(WHERE).one()
    with _reached(application) as connection:
        used = connection.execute(WHERE).one()
        is_owner = connection.scalar(MAY_ACT_AS, {"owner": owned.role})
    if (used.database, used.started) != (owned.database, owned.started):
        raise Obstacle("RISKMAP_OWNER_DATABASE_URL 和 RISKMAP_DATABASE_URL 指向的不是同一个数据库。")
    return ApplicationRole(used.role, bool(is_owner))


def version(text: str) -> tuple[int, ...]:
    """Compare versions as numbers.

    >>> version("3.3.2") >= OLDEST_POSTGIS, version("3.10") >= OLDEST_POSTGIS, version("2.5.5") >= OLDEST_POSTGIS
    (True, True, False)
    """
    return tuple(int(part) for part in text.split(".")[:2])


@contextmanager
def _reached(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.connect() as connection:
            yield connection
    except OperationalError as error:
        address = engine.url.render_as_string(hide_password=True)
        raise Obstacle(
            f"连不上数据库 {address}：{str(error.orig).strip()}。"
            "请检查 RISKMAP_DATABASE_URL 和 RISKMAP_OWNER_DATABASE_URL。"
        ) from error


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
    if facts.other_owner is not None:
        raise Obstacle(
            f"数据库 {facts.database} 的数据表属于账号 {facts.other_owner}，不属于账号 {facts.role}；"
            f'请管理员在该库执行 REASSIGN OWNED BY {facts.other_owner} TO "{facts.role}"。'
        )
