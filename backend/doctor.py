"""Looks at the machine, the data folder and the database, and says what is wrong and how to mend it."""

import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from sqlalchemy import Engine, text

from backend.database import create_engine
from backend.migrations.run import pending
from backend.obstacle import Obstacle
from backend.operating import embedded, frontend, postgis, postgres_config
from backend.operating.cluster import Cluster, binaries, cluster_major
from backend.operating.cluster_files import LEAST_FREE_SPACE
from backend.operating.opening import addresses
from backend.operating.postgis import ApplicationRole
from backend.settings import Settings

GIB = 1 << 30
COMFORTABLE_FREE_SPACE = 5 * GIB
COMFORTABLE_MEMORY = 2 * GIB
# Words of every map, and rarer characters of the first districts' place names.
CHARACTERS = "重大较一般低未评定风险企业隐患湛河姚孟轻工南环路曹镇北渡荆山鄢郏舞钢瀍祊"
MARKS = {"good": "✓", "doubtful": "!", "bad": "✗"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what was found, and what to do when it is not good."""

    subject: str
    state: Literal["good", "doubtful", "bad"]
    found: str
    mend: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; nothing is started or changed."""
    looks: list[Callable[[Settings], Finding]] = [
        python, postgresql, data_folder, disk, memory, database, browser_libraries, chinese_font,
    ]  # fmt: skip
    return [look(settings) for look in looks]


def line(finding: Finding) -> str:
    """Write a finding for a terminal.

    >>> print(line(Finding("磁盘", "bad", "剩余 0.1 GiB", "请清理磁盘")))
    ✗ 磁盘：剩余 0.1 GiB
        → 请清理磁盘
    """
    mend = f"\n    → {finding.mend}" if finding.mend else ""
    return f"{MARKS[finding.state]} {finding.subject}：{finding.found}{mend}"


def python(settings: Settings) -> Finding:
    """Which Python runs us, and whether its packages are those of the lock file."""
    wrong = [name for name, version in _locked() if _installed(name) != version]
    if wrong:
        found = f"{platform.python_version()}，与 requirements.lock 不符：{'、'.join(wrong)}"
        return Finding("Python", "bad", found, "删除 .venv 目录，再运行 ./riskmap")
    return Finding("Python", "good", f"{platform.python_version()}，程序库与 requirements.lock 一致")


def postgresql(settings: Settings) -> Finding:
    """Which server programs the private cluster would use, and whether PostGIS lies beside them."""
    if settings.database_url:
        return Finding("PostgreSQL 程序", "good", "使用现有服务器，不需要本机程序")
    try:
        programs = binaries(cluster_major(Cluster(settings.data_dir.resolve())))
    except Obstacle as missing:
        return Finding("PostgreSQL 程序", "bad", "缺少", str(missing))
    major = programs.parent.name
    control = Path(f"/usr/share/postgresql/{major}/extension/postgis.control")
    if not control.exists():
        return Finding(
            "PostgreSQL 程序",
            "bad",
            f"{major}，没有 PostGIS",
            f"apt-get install postgresql-{major}-postgis-3",
        )
    return Finding("PostgreSQL 程序", "good", f"{major}，有 PostGIS（{programs}）")


def data_folder(settings: Settings) -> Finding:
    """Where the data are and whose they are."""
    cluster = Cluster(settings.data_dir.resolve())
    if not cluster.folder.exists():
        return Finding("数据目录", "good", f"{cluster.data_dir}（尚未建立，首次运行时建立）")
    if os.geteuid() not in (0, cluster.os_user.pw_uid):
        return Finding(
            "数据目录",
            "bad",
            f"{cluster.data_dir} 属于用户 {cluster.os_user.pw_name}",
            "以该用户运行，或用 --data-dir",
        )
    return Finding("数据目录", "good", f"{cluster.data_dir}（数据库以用户 {cluster.os_user.pw_name} 运行）")


def disk(settings: Settings) -> Finding:
    """Whether the database has room to write."""
    place = settings.data_dir.resolve()
    while not place.exists():
        place = place.parent
    usage = shutil.disk_usage(place)
    found = f"{place} 剩余 {usage.free / GIB:.1f} GiB，共 {usage.total / GIB:.1f} GiB"
    if usage.free < LEAST_FREE_SPACE:
        return Finding("磁盘", "bad", found, "数据库拒绝在这样满的磁盘上启动：清理磁盘，或把数据目录移到别处")
    if usage.free < COMFORTABLE_FREE_SPACE:
        return Finding("磁盘", "doubtful", found, "建议留出 5 GiB 以上")
    return Finding("磁盘", "good", found)


def memory(settings: Settings) -> Finding:
    """How much memory the machine, or the container around us, has."""
    size = postgres_config.machine_memory()
    found = f"{size / GIB:.1f} GiB，{os.cpu_count()} 个处理器核"
    if size < COMFORTABLE_MEMORY:
        return Finding("内存", "doubtful", found, "建议 2 GiB 以上")
    return Finding("内存", "good", found)


def database(settings: Settings) -> Finding:
    """Whether the database answers, is good enough, and has the newest tables."""
    cluster = Cluster(settings.data_dir.resolve())
    if not settings.database_url and embedded.running_pid(cluster) is None:
        return Finding("数据库", "good", "内置数据库没有运行（demo、serve 会启动它）")
    owner, application = (create_engine(address) for address in addresses(settings))
    try:
        postgis.require_suitable(owner)
        return _contents(owner, postgis.application_role(owner, application))
    except Obstacle as obstacle:
        return Finding("数据库", "bad", "不能使用", str(obstacle))
    finally:
        owner.dispose()
        application.dispose()


def browser_libraries(settings: Settings) -> Finding:
    """Whether the page's own libraries are there; nothing comes from the internet later."""
    if frontend.is_current():
        return Finding("网页程序库", "good", "齐全")
    return Finding("网页程序库", "doubtful", "缺少或已过时", "运行一次 ./riskmap demo，会自动下载")


def chinese_font(settings: Settings) -> Finding:
    """Whether this machine can draw Chinese; browsers elsewhere use their own fonts."""
    subject, mend = (
        "中文字体",
        "apt-get install fonts-noto-cjk（本机截图、打印和测试需要；别人的浏览器用自己的字体）",
    )
    if not Path("/usr/bin/fc-list").exists():
        return Finding(
            subject, "doubtful", "没有 fontconfig，无法检查", f"apt-get install fontconfig；{mend}"
        )
    families = _fonts_with(CHARACTERS)
    if families:
        return Finding(subject, "good", "、".join(sorted(families)[:3]))
    missing = "".join(character for character in CHARACTERS if not _fonts_with(character))
    return Finding(subject, "doubtful", f"没有一种字体含全部常用字；完全缺少：{missing or '无'}", mend)


def _locked() -> list[tuple[str, str]]:
    lines = (Path(__file__).parent.parent / "requirements.lock").read_text().splitlines()
    pinned = [line.removesuffix(" \\").split("==") for line in lines if "==" in line]
    return [(name, version) for name, version in pinned]


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _contents(owner: Engine, application: ApplicationRole) -> Finding:
    with owner.connect() as connection:
        server = connection.scalar(text("SHOW server_version"))
        spatial = connection.scalar(text("SELECT extversion FROM pg_extension WHERE extname = 'postgis'"))
        size = connection.scalar(text("SELECT pg_size_pretty(pg_database_size(current_database()))"))
    found = f"PostgreSQL {server}，PostGIS {spatial or '未启用'}，{size}"
    if pending(owner):
        return Finding("数据库", "doubtful", f"{found}；表结构不是当前版本", "./riskmap db migrate")
    if application.is_owner:
        return Finding("数据库", "doubtful", f"{found}；{postgis.ONE_ROLE}", postgis.PART_THEM)
    return Finding("数据库", "good", f"{found}；表结构是当前版本")


def _fonts_with(characters: str) -> set[str]:
    """Families that have every one of the characters."""
    wanted = " ".join(f"{ord(character):x}" for character in characters)
    listed = subprocess.run(
        ["/usr/bin/fc-list", f":charset={wanted}", "family"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {family.split(",")[0] for family in listed.stdout.split("\n") if family}
