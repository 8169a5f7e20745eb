"""The private PostgreSQL cluster in the data folder: made when missing, started, taken over, stopped.

Only the service's own OS user gets in: a Unix socket of mode 0700, peer authentication, no TCP, never `trust`.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from backend import postgres_config
from backend.obstacle import Obstacle
from backend.postgres_config import DATABASE, ROLE

BINARIES = Path("/usr/lib/postgresql")
OLDEST_MAJOR = 15
SERVICE_USER = "riskmap"
# The kernel's limit is 107 bytes, and PostgreSQL adds `/.s.PGSQL.5432`.
LONGEST_SOCKET_DIR = 90
LEAST_FREE_SPACE = 512 * postgres_config.MIB
# Backends of a killed postmaster notice within a moment and hold the shared memory until then.
PATIENCE_S = 15.0
STOP_TIMEOUT_S = 30
# Crash recovery replays at most a few gigabytes of WAL.
START_TIMEOUT_S = 300
# Not TMPDIR: its path may be too long for a socket, and closed to the service's user.
SHORT_TEMPORARY = Path("/tmp")  # noqa: S108 (folders below it are made with mode 0700 and their owner is checked)
THROWAWAY_PREFIX = "riskmap-test-"


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
        """Address for SQLAlchemy, as the service's role unless told otherwise."""
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


def start(cluster: Cluster, *, keep_running: bool = False) -> bool:
    """Bring the cluster up, made first when it is missing; one that is already up is taken as it is.

    Parameters
    ----------
    keep_running : an operator's wish that the cluster stays when the service that uses it ends.

    Returns
    -------
    Whether the caller has to stop it at its end: true too for an orphan of a killed service.
    """
    _prepare_folders(cluster)
    with lock(cluster, "cluster"):
        is_running = running_pid(cluster) is not None
        if not is_running:
            cluster.keep_running_mark.unlink(missing_ok=True)
            _refuse_a_full_disk(cluster)
            if not cluster.folder.exists():
                _create(cluster)
        _write_configuration(cluster, cluster.folder)
        if is_running:
            _pg_ctl(cluster, "reload")
            _wait_until_ready(cluster)
        else:
            _launch(cluster)
        if keep_running:
            cluster.keep_running_mark.touch()
        return not cluster.keep_running_mark.exists()


def stop(cluster: Cluster) -> None:
    """Stop the cluster within about half a minute; one that is down stays down."""
    with lock(cluster, "cluster"):
        if running_pid(cluster) is not None:
            stopped = _pg_ctl(cluster, "stop", "--mode=fast", "--wait", f"--timeout={STOP_TIMEOUT_S}")
            if stopped.returncode:
                # Crash-safe: what the checkpoint did not finish is replayed at the next start.
                _pg_ctl(cluster, "stop", "--mode=immediate", "--wait", f"--timeout={STOP_TIMEOUT_S}")
        cluster.keep_running_mark.unlink(missing_ok=True)


def running_pid(cluster: Cluster) -> int | None:
    """Process id of this cluster's server, or None.

    After a reboot the number in `postmaster.pid` may belong to anybody, so a process counts only when it
    works in this very folder, as a PostgreSQL server does.
    """
    try:
        pid = int((cluster.folder / "postmaster.pid").read_text().split()[0])
        return pid if Path(f"/proc/{pid}/cwd").samefile(cluster.folder) else None
    except (FileNotFoundError, IndexError, PermissionError, ProcessLookupError):
        return None


@contextmanager
def lock(cluster: Cluster, name: str, *, refusal: str | None = None) -> Iterator[None]:
    """Hold one of the data folder's locks; the kernel lets go of it however we end.

    Parameters
    ----------
    refusal : sentence for when somebody else holds it; without one we wait.
    """
    with (cluster.data_dir / f"{name}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if refusal else 0))
        except BlockingIOError:
            raise Obstacle(refusal) from None
        yield


@contextmanager
def throwaway_cluster() -> Iterator[Cluster]:
    """Run a cluster for tests in a temporary folder, on the same code path but without fsync."""
    _sweep_throwaways()
    data_dir = Path(tempfile.mkdtemp(prefix=THROWAWAY_PREFIX, dir=SHORT_TEMPORARY))
    cluster = Cluster(data_dir, is_durable=False)
    os.chown(data_dir, cluster.os_user.pw_uid, cluster.os_user.pw_gid)
    with lock(cluster, "service"):
        try:
            start(cluster)
            yield cluster
        finally:
            _throw_away(cluster)


def _sweep_throwaways() -> None:
    """Remove what killed test runs left: folders whose lock nobody holds any more."""
    for data_dir in SHORT_TEMPORARY.glob(THROWAWAY_PREFIX + "*"):
        cluster = Cluster(data_dir, is_durable=False)
        is_ours = os.access(data_dir, os.W_OK) and data_dir.stat().st_uid == cluster.os_user.pw_uid
        # A folder is locked a moment after it was made.
        if is_ours and time.time() - data_dir.stat().st_mtime > 60:
            try:
                with lock(cluster, "service", refusal="in use"):
                    _throw_away(cluster)
            except (Obstacle, FileNotFoundError):
                continue  # still in use, or swept by another run just now


def _throw_away(cluster: Cluster) -> None:
    if running_pid(cluster) is not None:
        _pg_ctl(cluster, "stop", "--mode=immediate", "--wait")
    shutil.rmtree(cluster.data_dir)


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


def _programs(cluster: Cluster) -> Path:
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


def _prepare_folders(cluster: Cluster) -> None:
    """Make the folders around the cluster and see that its OS user can use them.

    Raises
    ------
    Obstacle
        When somebody else's folder, or a folder on the way to it, is closed to us or to the OS user.
    """
    try:
        if not cluster.data_dir.exists():
            cluster.data_dir.mkdir(parents=True, mode=0o755)
        user = cluster.os_user
        if os.geteuid() not in (0, user.pw_uid):
            raise Obstacle(
                f"数据目录 {cluster.data_dir} 属于用户 {user.pw_name}，请以该用户运行，或用 --data-dir 另选目录。"
            )
        for folder in (cluster.socket_dir, cluster.log_dir):
            _own_folder(folder, user)
    except PermissionError as error:
        raise Obstacle(
            f"没有权限使用数据目录 {cluster.data_dir}（{error.filename}），请用 --data-dir 另选目录，或修改权限。"
        ) from error
    if _run(cluster, "/usr/bin/test", "-x", str(cluster.data_dir)).returncode:
        raise Obstacle(
            f"数据库由系统用户 {user.pw_name} 运行，但它进不了数据目录 {cluster.data_dir}："
            f"请给沿途各级目录加上进入权限（chmod o+x），或用 --data-dir 另选目录，例如 /var/lib/riskmap。"
        )


def _own_folder(folder: Path, user: pwd.struct_passwd) -> None:
    """Make a folder that only the server's OS user enters; refuse one that somebody laid there before us."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid not in (os.geteuid(), user.pw_uid) or folder.is_symlink():
        raise Obstacle(f"目录 {folder} 属于别的用户，不安全；请删除它，或用 --data-dir 另选目录。")
    folder.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(folder, user.pw_uid, user.pw_gid)


def _refuse_a_full_disk(cluster: Cluster) -> None:
    free = shutil.disk_usage(cluster.data_dir).free
    if free < LEAST_FREE_SPACE:
        raise Obstacle(
            f"数据目录 {cluster.data_dir} 所在磁盘只剩 {free // postgres_config.MIB} MiB，"
            f"数据库至少需要 {LEAST_FREE_SPACE // postgres_config.MIB} MiB 才能安全启动；请先清理磁盘。"
        )


def _create(cluster: Cluster) -> None:
    """Make the cluster beside its place and move it there whole, so that an interrupted run leaves no half."""
    unfinished = cluster.data_dir / "cluster.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    os.chown(unfinished, cluster.os_user.pw_uid, cluster.os_user.pw_gid)
    programs = binaries()
    made = _run(
        cluster,
        *(str(programs / "initdb"), f"--pgdata={unfinished}", f"--username={postgres_config.SUPERUSER}"),
        *("--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions"),
        *("--auth-local=peer", "--auth-host=reject"),
        *([] if cluster.is_durable else ["--no-sync"]),
    )
    if made.returncode:
        raise Obstacle(f"建立数据库目录失败：{made.stderr.strip()}")
    with (unfinished / "postgresql.conf").open("a") as file:
        file.write("include = 'riskmap.conf'\n")
    _write_configuration(cluster, unfinished)
    # A single-user server listens nowhere, so nobody can come in before the roles are right.
    filled = _run(
        cluster,
        *(str(programs / "postgres"), "--single", "-D", str(unfinished)),
        *("-c", "log_min_messages=error", "-c", "logging_collector=off", "template1"),
        given=postgres_config.FIRST_STATEMENTS,
    )
    # Not exit_on_error: it also ends at errors that PostGIS's own script catches.
    if filled.returncode or "ERROR:" in filled.stderr:
        raise Obstacle(f"初始化数据库失败（是否装了 postgresql-15-postgis-3？）：{filled.stderr.strip()}")
    unfinished.rename(cluster.folder)


def _write_configuration(cluster: Cluster, folder: Path) -> None:
    allowed = {cluster.os_user.pw_name, pwd.getpwuid(os.geteuid()).pw_name}
    settings = postgres_config.server_settings(
        cluster.socket_dir,
        cluster.log_dir,
        memory=postgres_config.machine_memory(),
        is_durable=cluster.is_durable,
    )
    for name, text in {
        "riskmap.conf": settings,
        "pg_hba.conf": postgres_config.HOST_BASED_AUTHENTICATION,
        "pg_ident.conf": postgres_config.identities(allowed),
    }.items():
        fresh = folder / f"{name}.new"
        fresh.write_text(text)
        fresh.chmod(0o600)
        os.chown(fresh, cluster.os_user.pw_uid, cluster.os_user.pw_gid)
        fresh.replace(folder / name)


def _launch(cluster: Cluster) -> None:
    _forget_a_reused_pid(cluster)
    log = cluster.log_dir / "start.log"
    deadline = time.monotonic() + PATIENCE_S
    while True:
        log.unlink(missing_ok=True)
        wait = ["--wait", f"--timeout={START_TIMEOUT_S}", f"--log={log}"]
        if _pg_ctl(cluster, "start", *wait).returncode == 0:
            return
        reason = log.read_text(errors="replace").strip() if log.exists() else ""
        if "in use" not in reason or time.monotonic() > deadline:
            raise Obstacle(f"数据库没有启动成功，日志在 {cluster.log_dir}。最后的消息：{reason[-600:]}")
        time.sleep(0.2)


def _forget_a_reused_pid(cluster: Cluster) -> None:
    """Drop a `postmaster.pid` whose number now belongs to a stranger, which PostgreSQL would take for itself.

    Safe even when old backends live: the shared memory they hold is found by the folder's inode.
    """
    if running_pid(cluster) is None:
        (cluster.folder / "postmaster.pid").unlink(missing_ok=True)


def _wait_until_ready(cluster: Cluster) -> None:
    """Wait for a server that somebody else started and that may still be recovering."""
    asked = [str(_programs(cluster) / "pg_isready"), "--quiet", f"--host={cluster.socket_dir}"]
    deadline = time.monotonic() + START_TIMEOUT_S
    while _run(cluster, *asked).returncode:
        if time.monotonic() > deadline or running_pid(cluster) is None:
            raise Obstacle(f"数据库正在运行但不接受连接，请看日志 {cluster.log_dir}。")
        time.sleep(0.2)


def _pg_ctl(cluster: Cluster, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _run(cluster, str(_programs(cluster) / "pg_ctl"), f"--pgdata={cluster.folder}", *arguments)


def _run(cluster: Cluster, *command: str, given: str = "") -> subprocess.CompletedProcess[str]:
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
