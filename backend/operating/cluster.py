"""What a private PostgreSQL cluster is: its folders, its OS user, its programs and its locks."""

import fcntl
import hashlib
import os
import pwd
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from backend.obstacle import Obstacle
from backend.operating.postgres_config import DATABASE, ROLE

BINARIES = Path("/usr/lib/postgresql")
OLDEST_MAJOR = 15
SERVICE_USER = "riskmap"
# The kernel's limit is 107 bytes, and PostgreSQL adds `/.s.PGSQL.5432`.
LONGEST_SOCKET_DIR = 90
# Not TMPDIR: its path may be too long for a socket, and closed to the service's user.
SHORT_TEMPORARY = Path("/tmp")  # noqa: S108 (folders below it have mode 0700 and their owner is checked)


@dataclass(frozen=True)
class Cluster:
    """A private cluster and everything beside it in one data folder.

    Parameters
    ----------
    data_dir : absolute; holds `cluster/`, `log/`, and `run/` for the socket where its path is short enough.
    is_durable : false only for clusters that are thrown away, which skip fsync.
    """

    data_dir: Path
    is_durable: bool = True

    @property
    def folder(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.data_dir / "cluster"

    @property
    def log_dir(self) -> Path:
        """Where the server writes its weekday logs and what went wrong at the last start."""
        return self.data_dir / "log"

    @property
    def socket_dir(self) -> Path:
        """Folder of the Unix socket: in the data folder, or in a short path derived from it."""
        beside = self.data_dir / "run"
        if len(os.fsencode(beside)) <= LONGEST_SOCKET_DIR:
            return beside
        digest = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        return (SHORT_TEMPORARY if os.geteuid() else Path("/run")) / f"riskmap-{self.os_user.pw_uid}-{digest}"

    @property
    def keep_running_mark(self) -> Path:
        """Stands while an operator's `db start` wants the cluster to outlive the service."""
        return self.data_dir / "keep-running"

    @cached_property
    def os_user(self) -> pwd.struct_passwd:
        """Who the server runs as: the folder's owner, else we, else (for root) the service's own user."""
        if self.folder.exists():
            return pwd.getpwuid(self.folder.stat().st_uid)
        return pwd.getpwuid(os.geteuid()) if os.geteuid() else service_user()

    def url(self, database: str = DATABASE, *, role: str = ROLE) -> str:
        """Address for SQLAlchemy, as the application's role unless told otherwise."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.socket_dir}"


def service_user() -> pwd.struct_passwd:
    """Return the system user that PostgreSQL runs as when we are root, made when it is missing."""
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        subprocess.run(
            [
                *("/usr/sbin/useradd", "--system", "--user-group", "--no-create-home"),
                *("--home-dir=/nonexistent", "--shell=/usr/sbin/nologin", SERVICE_USER),
            ],
            check=True,
        )
        return pwd.getpwnam(SERVICE_USER)


@contextmanager
def lock(cluster: Cluster, name: str, *, refusal: str | None = None) -> Iterator[None]:
    """Hold one of the data folder's locks; the kernel lets go of it however we end.

    Parameters
    ----------
    refusal : sentence for when somebody else holds it; without one we wait.
    """
    # Whoever can open a file can lock it, so nobody else may; and a link that somebody laid there is not followed.
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    file = os.open(cluster.data_dir / f"{name}.lock", flags, 0o600)
    try:
        os.fchmod(file, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if refusal else 0))
        yield
    except BlockingIOError:
        raise Obstacle(refusal) from None
    finally:
        os.close(file)


def run(cluster: Cluster, *command: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program as the cluster's OS user, out of reach of the terminal's Ctrl-C."""
    is_root = os.geteuid() == 0
    return subprocess.run(
        command,
        input=given,
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        user=cluster.os_user.pw_uid if is_root else None,
        group=cluster.os_user.pw_gid if is_root else None,
        extra_groups=[] if is_root else None,
        start_new_session=True,
    )


def binaries(major: int | None = None) -> Path:
    """Folder of the server programs of one major version, or of the newest that we can use.

    Raises
    ------
    Obstacle
        Naming the Debian packages that are missing.
    """
    installed = {
        int(path.name): path / "bin" for path in BINARIES.glob("[0-9]*") if (path / "bin/initdb").exists()
    }
    usable = [major] if major else sorted(version for version in installed if version >= OLDEST_MAJOR)
    if not usable or usable[-1] not in installed:
        wanted = major or OLDEST_MAJOR
        raise Obstacle(
            f"本机没有 PostgreSQL {wanted} 的服务程序，请安装："
            f"apt-get install postgresql-{wanted} postgresql-{wanted}-postgis-3"
        )
    return installed[usable[-1]]


def cluster_major(cluster: Cluster) -> int | None:
    """Major version that wrote the cluster's files; None when there is no cluster."""
    version = cluster.folder / "PG_VERSION"
    return int(version.read_text()) if version.exists() else None


def programs(cluster: Cluster) -> Path:
    """Folder of the server programs that fit the cluster's files; a missing cluster takes the newest."""
    major = cluster_major(cluster)
    try:
        return binaries(major)
    except Obstacle as missing:
        if major is None:
            raise
        raise Obstacle(
            f"数据目录 {cluster.folder} 由 PostgreSQL {major} 建立，本机没有这个版本，不能直接打开。{missing}；"
            "或者在原来的机器上导出（pg_dump）后导入新的数据目录。数据未作任何改动。"
        ) from missing
