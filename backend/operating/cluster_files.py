"""The private cluster on disk: its folders, its files at birth, its configuration at every start."""

import os
import pwd
import shutil
from pathlib import Path

from backend.obstacle import Obstacle
from backend.operating import postgres_config
from backend.operating.cluster import Cluster, binaries, run

LEAST_FREE_SPACE = 512 * postgres_config.MIB


def prepare_folders(cluster: Cluster) -> None:
    """Make the folders around the cluster and see that its OS user can use them.

    Raises
    ------
    Obstacle
        When somebody else's folder, or a folder on the way to it, is closed to us or to the OS user.
    """
    if not str(cluster.data_dir).isprintable() or '"' in str(cluster.data_dir):
        raise Obstacle(f"数据目录的路径中不能有引号或控制字符：{str(cluster.data_dir)!r}。")
    try:
        user = cluster.os_user
        if not cluster.data_dir.exists():
            cluster.data_dir.mkdir(parents=True, mode=0o750)
            os.chown(cluster.data_dir, -1, user.pw_gid)
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
    if run(cluster, "/usr/bin/test", "-x", str(cluster.data_dir)).returncode:
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


def refuse_a_full_disk(cluster: Cluster) -> None:
    """Stop before a server that cannot write its WAL: it would end in a panic at the first checkpoint."""
    free = shutil.disk_usage(cluster.data_dir).free
    if free < LEAST_FREE_SPACE:
        raise Obstacle(
            f"数据目录 {cluster.data_dir} 所在磁盘只剩 {free // postgres_config.MIB} MiB，"
            f"数据库至少需要 {LEAST_FREE_SPACE // postgres_config.MIB} MiB 才能安全启动；请先清理磁盘。"
        )


def create(cluster: Cluster) -> None:
    """Make the cluster beside its place and move it there whole, so that an interrupted run leaves no half."""
    unfinished = cluster.data_dir / "cluster.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    os.chown(unfinished, cluster.os_user.pw_uid, cluster.os_user.pw_gid)
    programs = binaries()
    made = run(
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
    write_configuration(cluster, unfinished)
    # OIDs below 16384 are PostgreSQL's own: pg_dump would take what is made here for built in and leave it out.
    numbered = run(cluster, str(programs / "pg_resetwal"), "--next-oid=16384", str(unfinished))
    if numbered.returncode:
        raise Obstacle(f"建立数据库目录失败：{numbered.stderr.strip()}")
    # A single-user server listens nowhere, so nobody can come in before the roles are right.
    filled = run(
        cluster,
        *(str(programs / "postgres"), "--single", "-D", str(unfinished)),
        *("-c", "log_min_messages=error", "-c", "logging_collector=off", "template1"),
        given=postgres_config.FIRST_STATEMENTS,
    )
    # Not exit_on_error: it also ends at errors that PostGIS's own script catches.
    if filled.returncode or "ERROR:" in filled.stderr:
        raise Obstacle(f"初始化数据库失败（是否装了 postgresql-15-postgis-3？）：{filled.stderr.strip()}")
    unfinished.rename(cluster.folder)


def write_configuration(cluster: Cluster, folder: Path) -> None:
    """Write who may come in, and the settings that fit this machine and the folder's present place."""
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
        fresh.unlink(missing_ok=True)
        # "x" follows no link: as root we must not be led out of a folder that the server's user may write.
        with fresh.open("x") as file:
            file.write(text)
            os.fchmod(file.fileno(), 0o600)
            os.fchown(file.fileno(), cluster.os_user.pw_uid, cluster.os_user.pw_gid)
        fresh.replace(folder / name)
