"""What the private cluster's configuration files say; they are written anew at every start."""

import os
from pathlib import Path

MIB = 1 << 20

SUPERUSER = "postgres"
# What requests are answered as owns nothing: whoever owns a table can change what must only be added to.
ROLE = "riskmap"
# Owns the database and its tables, and changes them when the service starts.
OWNER = "riskmap_owner"
DATABASE = "riskmap"
# Neither of the two is a superuser. PostGIS stands in template1, so that a new database has it without anybody's
# privilege.
FIRST_STATEMENTS = f"""\
CREATE ROLE {OWNER} LOGIN;
CREATE ROLE {ROLE} LOGIN NOINHERIT;
CREATE EXTENSION postgis;
CREATE DATABASE {DATABASE} OWNER {OWNER};
"""
# Earlier versions had one role for both.
PARTING_STATEMENTS = f"""\
DO $$
BEGIN
    IF to_regrole('{OWNER}') IS NULL THEN
        CREATE ROLE {OWNER} LOGIN;
    END IF;
END
$$;
ALTER ROLE {ROLE} NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT;
REASSIGN OWNED BY {ROLE} TO {OWNER};
ALTER DATABASE {DATABASE} OWNER TO {OWNER};
"""

# The socket is the only way in, and only the OS users of pg_ident.conf may take it.
HOST_BASED_AUTHENTICATION = """\
# TYPE  DATABASE     USER  METHOD
local   all          all   peer map=riskmap
local   replication  all   peer map=riskmap
"""


def identities(os_users: set[str]) -> str:
    r"""Say which OS users may log in, each as the cluster's superuser, the tables' owner and the application.

    >>> print(identities({"riskmap"}), end="")
    riskmap "riskmap" postgres
    riskmap "riskmap" riskmap_owner
    riskmap "riskmap" riskmap
    """
    return "".join(
        f'riskmap "{os_user}" {role}\n' for os_user in sorted(os_users) for role in (SUPERUSER, OWNER, ROLE)
    )


def server_settings(socket_dir: Path, log_dir: Path, *, memory: int, is_durable: bool) -> str:
    """Set the server up for a machine that it shares with the web service.

    An administrator's `ALTER SYSTEM` still wins: `postgresql.auto.conf` is read after this file.

    Parameters
    ----------
    memory : bytes that the machine, or the container around us, has.
    is_durable : false only for throw-away clusters, which need not survive the machine's crash.
    """
    values: dict[str, str | int] = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "max_connections": 60,
        "shared_buffers": _megabytes(memory // 8, at_least=64, at_most=4096),
        "effective_cache_size": _megabytes(memory // 2, at_least=256, at_most=65536),
        "maintenance_work_mem": _megabytes(memory // 32, at_least=64, at_most=1024),
        "work_mem": "16MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "wal_compression": "lz4",
        # Solid-state disks: the default of 4 steers the planner away from GiST look-ups.
        "random_page_cost": "1.1",
        # Compiling costs more than our queries take: a tile is milliseconds, and its plan looks expensive.
        "jit": "off",
        "lc_messages": "C",
        "timezone": "Asia/Shanghai",
        "log_timezone": "Asia/Shanghai",
        "logging_collector": "on",
        "log_directory": str(log_dir),
        # One file per weekday, emptied when its day comes round again.
        # What a statement was called with may be the secret of a second factor, or a name.
        "log_parameter_max_length": 0,
        "log_parameter_max_length_on_error": 0,
        "log_filename": "postgresql-%a.log",
        "log_rotation_size": 0,
        "log_truncate_on_rotation": "on",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        "log_min_duration_statement": "2s",
        "log_lock_waits": "on",
    }
    if not is_durable:
        values |= {"fsync": "off", "full_page_writes": "off"}
    return "".join(f"{name} = {_quoted(value)}\n" for name, value in values.items())


def machine_memory() -> int:
    """Bytes of memory that we may count on: the machine's, or the container's when that is less."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    text = limit.read_text().strip() if limit.exists() else "max"
    return physical if text == "max" else min(physical, int(text))


def _megabytes(size: int, *, at_least: int, at_most: int) -> str:
    return f"{max(at_least, min(at_most, size // MIB))}MB"


def _quoted(value: str | int) -> str:
    return "'" + str(value).replace("'", "''") + "'"
