"""The private PostgreSQL cluster in the data folder: made when missing, started, taken over, stopped.

Only the service's own OS user gets in: a Unix socket of mode 0700, peer authentication, no TCP, no `trust`.
"""

import logging
import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pwd import getpwuid
from threading import Event, Thread

import psycopg

from backend.obstacle import Obstacle
from backend.operating.cluster import SHORT_TEMPORARY, Cluster, lock, programs, run, service_user
from backend.operating.cluster_files import create, prepare_folders, refuse_a_full_disk, write_configuration
from backend.operating.postgres_config import DATABASE, OWNER, PARTING_STATEMENTS, SUPERUSER

log = logging.getLogger(__name__)

# Backends of a killed postmaster notice within a moment and hold the shared memory until then.
PATIENCE_S = 15.0
STOP_TIMEOUT_S = 30
# How soon the death of the server is noticed.
WATCH_S = 1.0
# Crash recovery replays at most a few gigabytes of WAL.
START_TIMEOUT_S = 300
THROWAWAY_PREFIX = "riskmap-test-"


@contextmanager
def in_service(cluster: Cluster) -> Iterator[None]:
    """Keep the cluster up for one service at a time, and stop it at the end.

    The orphan of a killed service is taken over and stopped like any other; only a cluster that an
    operator's `db start` wants to stay is left running.

    Raises
    ------
    Obstacle
        When another service works on the same data folder.
    """
    prepare_folders(cluster)
    with lock(
        cluster, "service", refusal=f"数据目录 {cluster.data_dir} 正被另一个风险地图服务使用，请先停止它。"
    ):
        try:
            start(cluster)
            with _kept_up(cluster):
                yield
        finally:
            if not cluster.keep_running_mark.exists():
                stop(cluster)


@contextmanager
def _kept_up(cluster: Cluster) -> Iterator[None]:
    """Start a server that died under the service again; requests meanwhile are answered with 503."""
    ended = Event()

    def watch() -> None:
        while not ended.wait(WATCH_S):
            if running_pid(cluster) is None:
                log.error("the database is gone; starting it again")
                try:
                    start(cluster)
                except Obstacle as obstacle:
                    log.error("%s", obstacle)

    watcher = Thread(target=watch, name="database-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def start(cluster: Cluster, *, keep_running: bool = False) -> None:
    """Bring the cluster up, made first when it is missing; one that is already up is taken as it is.

    Parameters
    ----------
    keep_running : an operator's wish that the cluster stays when the service that uses it ends.
    """
    prepare_folders(cluster)
    with lock(cluster, "cluster"):
        if running_pid(cluster) is None:
            refuse_a_full_disk(cluster)
        if not cluster.folder.exists():
            create(cluster)
        write_configuration(cluster, cluster.folder)
        if not _take_over(cluster):
            cluster.keep_running_mark.unlink(missing_ok=True)
            _launch(cluster)
        _part_the_roles(cluster)
        if keep_running:
            cluster.keep_running_mark.touch()


def stop(cluster: Cluster) -> None:
    """Stop the cluster within about half a minute; one that is down stays down."""
    with lock(cluster, "cluster"):
        if running_pid(cluster) is not None:
            stopped = _pg_ctl(cluster, "stop", "--mode=fast", "--wait", f"--timeout={STOP_TIMEOUT_S}")
            if stopped.returncode:
                # Crash-safe: what the checkpoint did not finish is replayed at the next start.
                _pg_ctl(cluster, "stop", "--mode=immediate", "--wait", f"--timeout={STOP_TIMEOUT_S}")
        cluster.keep_running_mark.unlink(missing_ok=True)


def stop_when_unused(cluster: Cluster) -> None:
    """Stop the cluster for an operator, unless a service works with it."""
    if cluster.data_dir.exists():
        refusal = f"风险地图服务正在使用数据目录 {cluster.data_dir}，请先停止服务（Ctrl-C）。"
        with lock(cluster, "service", refusal=refusal):
            stop(cluster)


def running_pid(cluster: Cluster) -> int | None:
    """Process id of this cluster's server, or None.

    After a reboot the number in `postmaster.pid` may belong to anybody, so a process counts only when it
    works in this very folder, as a PostgreSQL server does.
    """
    try:
        pid = int((cluster.folder / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, IndexError):
        return None  # down, or at the moment of writing the file
    try:
        return pid if Path(f"/proc/{pid}/cwd").samefile(cluster.folder) else None
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return None  # nobody's, or somebody else's


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
        # By the folder itself: what lies in it may be laid there by whoever owns it.
        found, ours = data_dir.lstat(), service_user() if os.geteuid() == 0 else getpwuid(os.geteuid())
        is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == ours.pw_uid
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


def _take_over(cluster: Cluster) -> bool:
    """Use a server that somebody else started and that may still be recovering.

    Returns
    -------
    False when there is none, or when it dies before it answers, as one does that was killed just now.
    """
    asked = [str(programs(cluster) / "pg_isready"), "--quiet", f"--host={cluster.socket_dir}"]
    deadline = time.monotonic() + START_TIMEOUT_S
    while running_pid(cluster) is not None:
        if run(cluster, *asked).returncode == 0:
            _pg_ctl(cluster, "reload")
            return True
        if time.monotonic() > deadline:
            raise Obstacle(f"数据库正在运行但不接受连接，请看日志 {cluster.log_dir}。")
        time.sleep(0.2)
    return False


def _launch(cluster: Cluster) -> None:
    _forget_the_dead(cluster)
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


def _part_the_roles(cluster: Cluster) -> None:
    """Take the tables of a cluster that an earlier version made from the application's role, all or nothing."""
    try:
        with psycopg.connect(host=str(cluster.socket_dir), dbname=DATABASE, user=SUPERUSER) as connection:
            owner = connection.execute(
                "SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()"
            ).fetchone()
            if owner != (OWNER,):
                # An import that holds a table must not make the whole start wait behind it.
                connection.execute("SET LOCAL lock_timeout = '20s'")
                connection.execute(PARTING_STATEMENTS)
    except psycopg.Error as error:
        raise Obstacle(f"不能把数据表交给账号 {OWNER}：{str(error).strip()}。数据未作任何改动。") from error


def _forget_the_dead(cluster: Cluster) -> None:
    """Drop the lock files of a server that is gone, when its number now belongs to a stranger or a zombie.

    PostgreSQL would take such a process for itself and refuse. Safe even while old backends live: the
    shared memory they hold is found by the folder's inode.
    """
    if running_pid(cluster) is None:
        (cluster.folder / "postmaster.pid").unlink(missing_ok=True)
        (cluster.socket_dir / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _pg_ctl(cluster: Cluster, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(cluster, str(programs(cluster) / "pg_ctl"), f"--pgdata={cluster.folder}", *arguments)
