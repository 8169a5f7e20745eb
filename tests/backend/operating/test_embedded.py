"""The private cluster on the real thing: who gets in, what it survives, who stops it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from backend.obstacle import Obstacle
from backend.operating import cluster_files, embedded
from backend.operating.cluster import LONGEST_SOCKET_DIR, SHORT_TEMPORARY, Cluster, lock
from backend.operating.postgres_config import OWNER, SUPERUSER
from tests.databases import execute
from tests.processes import processes_of

ROOT = Path(__file__).parents[3]
SERVICE = """\
import sys, time
from pathlib import Path
from backend.operating import embedded
from backend.operating.cluster import Cluster
with embedded.in_service(Cluster(Path(sys.argv[1]), is_durable=False)):
    print("up", flush=True)
    time.sleep(60)
"""
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs a second OS user, so root")


@pytest.fixture
def spare(data_dir: Path) -> Iterator[Cluster]:
    """Return a cluster of the test's own, not made yet."""
    cluster = Cluster(data_dir, is_durable=False)
    yield cluster
    embedded.stop(cluster)


@pytest.fixture
def running(spare: Cluster) -> Cluster:
    embedded.start(spare)
    return spare


def ask(cluster: Cluster, question: str, *, role: str = "riskmap") -> object:
    with create_engine(cluster.url(role=role), poolclass=NullPool).connect() as connection:
        return connection.scalar(text(question))


def write_a_row(cluster: Cluster) -> None:
    execute(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")


def test_pages_have_checksums_and_text_is_unicode(cluster: Cluster) -> None:
    assert ask(cluster, "SHOW data_checksums") == "on"
    assert ask(cluster, "SHOW server_encoding") == "UTF8"


def test_the_server_listens_on_no_network(cluster: Cluster) -> None:
    assert ask(cluster, "SHOW listen_addresses") == ""
    pid = embedded.running_pid(cluster)
    inodes = {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()}
    listening = {f"socket:[{line.split()[9]}]" for line in Path("/proc/net/tcp").read_text().splitlines()[1:]}
    assert not inodes & listening


def test_every_way_in_asks_the_kernel_who_is_there(cluster: Cluster) -> None:
    """Never `trust`, never a password: peer authentication is the only rule."""
    engine = create_engine(cluster.url(role=SUPERUSER))
    with engine.connect() as connection:
        methods = set(connection.scalars(text("SELECT auth_method FROM pg_hba_file_rules")))
        faults = list(connection.scalars(text("SELECT error FROM pg_hba_file_rules WHERE error IS NOT NULL")))
    engine.dispose()
    assert methods == {"peer"}
    assert faults == []


@only_root
def test_another_os_user_does_not_reach_the_socket(cluster: Cluster) -> None:
    assert "Permission denied" in psql_as_nobody(cluster)


@only_root
def test_another_os_user_is_refused_even_at_an_open_socket(cluster: Cluster) -> None:
    doors = (cluster.data_dir, cluster.socket_dir, cluster.socket_dir / ".s.PGSQL.5432")
    for door in doors:
        door.chmod(0o777)
    try:
        assert "Peer authentication failed" in psql_as_nobody(cluster)
    finally:
        for door in doors:
            door.chmod(0o700)


def psql_as_nobody(cluster: Cluster) -> str:
    refused = subprocess.run(
        ["/usr/bin/psql", f"--host={cluster.socket_dir}", "--username=riskmap", "--command=SELECT 1"],
        user="nobody", group="nogroup", extra_groups=[], cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 2
    return refused.stderr


@only_root
def test_the_server_never_runs_as_root(cluster: Cluster) -> None:
    pid = embedded.running_pid(cluster)
    assert Path(f"/proc/{pid}").stat().st_uid == cluster.os_user.pw_uid != 0


def test_the_service_logs_in_as_no_superuser(cluster: Cluster) -> None:
    assert (
        ask(cluster, "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = user")
        is False
    )


def test_a_killed_server_comes_back_with_what_was_committed(running: Cluster) -> None:
    write_a_row(running)
    os.kill(embedded.running_pid(running) or 0, signal.SIGKILL)
    embedded.start(running)
    assert ask(running, "SELECT answer FROM kept", role=SUPERUSER) == 42


def test_it_comes_back_when_its_backends_outlive_the_killed_server(running: Cluster) -> None:
    """A backend holds the shared memory until it notices, and the first attempts to start fail."""
    client = subprocess.Popen(
        [
            "/usr/bin/psql",
            f"--host={running.socket_dir}",
            "--username=riskmap",
            "--command=SELECT pg_sleep(60)",
        ],
        stderr=subprocess.DEVNULL,
    )
    while not (
        backend := ask(running, "SELECT pid FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'")
    ):
        time.sleep(0.05)
    os.kill(int(str(backend)), signal.SIGSTOP)
    os.kill(embedded.running_pid(running) or 0, signal.SIGKILL)
    waker = subprocess.Popen(["/bin/sh", "-c", f"sleep 2; kill -CONT {backend}"])
    begun = time.monotonic()
    embedded.start(running)
    assert time.monotonic() - begun > 1
    assert ask(running, "SELECT 1") == 1
    waker.wait()
    client.wait()


def test_it_comes_back_when_everything_was_killed(running: Cluster) -> None:
    write_a_row(running)
    for process in processes_of(running):
        os.kill(process, signal.SIGKILL)
    embedded.start(running)
    assert ask(running, "SELECT answer FROM kept", role=SUPERUSER) == 42


def test_a_process_that_got_the_old_number_after_a_reboot_is_no_obstacle(running: Cluster) -> None:
    stale = (running.folder / "postmaster.pid").read_text()
    pid = embedded.running_pid(running)
    embedded.stop(running)
    stranger = subprocess.Popen(
        ["/bin/sleep", "60"], user=running.os_user.pw_uid if os.geteuid() == 0 else None
    )
    (running.folder / "postmaster.pid").write_text(stale.replace(str(pid), str(stranger.pid), 1))
    try:
        assert embedded.running_pid(running) is None
        embedded.start(running)
        assert ask(running, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_files_of_another_major_version_are_left_alone_with_a_sentence(running: Cluster) -> None:
    embedded.stop(running)
    (running.folder / "PG_VERSION").write_text("14\n")
    with pytest.raises(Obstacle, match=r"由 PostgreSQL 14 建立.*postgresql-14"):
        embedded.start(running)


def test_a_cluster_whose_making_was_interrupted_is_made_anew(spare: Cluster) -> None:
    half = spare.data_dir / "cluster.unfinished"
    half.mkdir()
    (half / "PG_VERSION").write_text("15\n")
    embedded.start(spare)
    assert ask(spare, "SELECT postgis_lib_version() IS NOT NULL") is True
    assert not half.exists()


def test_the_orphan_of_a_killed_service_is_taken_over_and_stopped(spare: Cluster) -> None:
    service = subprocess.Popen(
        [sys.executable, "-c", SERVICE, str(spare.data_dir)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert service.stdout
    assert service.stdout.readline() == "up\n"
    service.kill()
    service.communicate()
    orphan = embedded.running_pid(spare)
    assert orphan is not None
    with embedded.in_service(spare):
        assert embedded.running_pid(spare) == orphan
        assert ask(spare, "SELECT 1") == 1
    assert embedded.running_pid(spare) is None


def test_a_server_that_dies_under_the_service_is_started_again(spare: Cluster) -> None:
    with embedded.in_service(spare):
        died = embedded.running_pid(spare) or 0
        os.kill(died, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while embedded.running_pid(spare) in (None, died) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert embedded.running_pid(spare) not in (None, died)
    assert embedded.running_pid(spare) is None


def test_nobody_else_can_hold_the_locks(spare: Cluster) -> None:
    embedded.start(spare)
    (spare.data_dir / "service.lock").touch(mode=0o644)
    with lock(spare, "service"):
        assert {path.stat().st_mode & 0o777 for path in spare.data_dir.glob("*.lock")} == {0o600}


def test_a_link_in_the_place_of_a_lock_is_not_followed(running: Cluster) -> None:
    (running.data_dir / "service.lock").symlink_to(running.data_dir / "elsewhere")
    with pytest.raises(OSError, match="symbolic"), lock(running, "service"):
        pass
    assert not (running.data_dir / "elsewhere").exists()


def test_a_quote_in_the_path_is_refused_with_a_sentence(data_dir: Path) -> None:
    with pytest.raises(Obstacle, match="不能有引号"):
        embedded.start(Cluster(data_dir / 'a"b', is_durable=False))


def test_an_operators_cluster_outlives_the_service(spare: Cluster) -> None:
    embedded.start(spare, keep_running=True)
    with embedded.in_service(spare):
        pass
    assert ask(spare, "SELECT 1") == 1


def test_an_operators_wish_does_not_outlive_the_server_it_was_for(spare: Cluster) -> None:
    embedded.start(spare, keep_running=True)
    for process in processes_of(spare):
        os.kill(process, signal.SIGKILL)
    with embedded.in_service(spare):
        pass
    assert embedded.running_pid(spare) is None


def test_two_services_do_not_share_a_data_folder(spare: Cluster) -> None:
    with embedded.in_service(spare):
        with pytest.raises(Obstacle, match="正被另一个风险地图服务使用"), embedded.in_service(spare):
            pass
        with pytest.raises(Obstacle, match="请先停止服务"):
            embedded.stop_when_unused(spare)
        assert ask(spare, "SELECT 1") == 1


def test_a_client_in_a_transaction_does_not_hold_up_the_stop(running: Cluster) -> None:
    engine = create_engine(running.url(role=OWNER))
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE half_done (id int)"))
        begun = time.monotonic()
        embedded.stop(running)
        assert time.monotonic() - begun < embedded.STOP_TIMEOUT_S
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT 1"))
        connection.invalidate()
    engine.dispose()


def test_a_folder_that_the_servers_user_cannot_enter_is_named(data_dir: Path) -> None:
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    inside = Cluster(closed / "data")
    if os.geteuid() != 0:
        closed.chmod(0)
    with pytest.raises(Obstacle, match=r"进不了数据目录|没有权限使用数据目录"):
        embedded.start(inside)
    closed.chmod(0o700)


def test_a_new_data_folder_is_closed_to_other_users(data_dir: Path) -> None:
    inside = Cluster(data_dir / "new", is_durable=False)
    embedded.start(inside)
    embedded.stop(inside)
    assert inside.data_dir.stat().st_mode & 0o777 == 0o750
    assert inside.data_dir.stat().st_gid == inside.os_user.pw_gid


def test_a_folder_of_somebody_else_is_not_used_for_the_socket(spare: Cluster) -> None:
    elsewhere = spare.data_dir / "elsewhere"
    elsewhere.mkdir()
    spare.socket_dir.symlink_to(elsewhere)
    with pytest.raises(Obstacle, match="不安全"):
        embedded.start(spare)


def test_a_long_path_gets_its_socket_in_a_short_one(data_dir: Path) -> None:
    deep = data_dir / ("很长的目录名" * 6)
    cluster = Cluster(deep, is_durable=False)
    assert len(os.fsencode(deep / "run")) > LONGEST_SOCKET_DIR
    try:
        embedded.start(cluster)
        assert ask(cluster, "SELECT 1") == 1
        assert cluster.socket_dir.stat().st_mode & 0o777 == 0o700
    finally:
        embedded.stop(cluster)
        shutil.rmtree(cluster.socket_dir)


def test_a_nearly_full_disk_is_refused_before_the_start(
    spare: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_files, "LEAST_FREE_SPACE", 1 << 60)
    with pytest.raises(Obstacle, match="只剩"):
        embedded.start(spare)
    assert not spare.folder.exists()


def test_killed_test_runs_are_swept_and_living_ones_left() -> None:
    dead, living = (
        Path(tempfile.mkdtemp(prefix=embedded.THROWAWAY_PREFIX, dir=SHORT_TEMPORARY)) for _ in range(2)
    )
    owner = Cluster(dead).os_user
    with lock(Cluster(living), "service"):
        for folder in (dead, living):
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            os.utime(folder, (0, 0))
        with embedded.throwaway_cluster():
            assert not dead.exists()
            assert living.exists()
    shutil.rmtree(living)
