"""The launcher: from any folder, and again after an interruption."""

import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WHAT_IT_NEEDS = ("riskmap", "requirements.lock", "requirements-test.lock", "pyproject.toml", "backend")


def test_it_is_plain_posix_shell() -> None:
    assert (ROOT / "riskmap").read_text().startswith("#!/bin/sh\n")
    subprocess.run(["/bin/dash", "-n", ROOT / "riskmap"], check=True)


def test_it_runs_from_any_folder_and_through_a_link(tmp_path: Path) -> None:
    link = tmp_path / "map"
    link.symlink_to(ROOT / "riskmap")
    # A module of the current folder must not stand in for one of ours.
    (tmp_path / "backend.py").write_text("raise SystemExit('taken from the wrong folder')")
    helped = subprocess.run([link, "--help"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "打开演示地图" in helped.stdout
    assert helped.stderr == ""


@pytest.mark.slow
def test_a_killed_set_up_is_begun_anew(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for name in WHAT_IT_NEEDS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, project / name)
    first = subprocess.Popen(
        [project / "riskmap", "--help"], start_new_session=True, stderr=subprocess.DEVNULL
    )
    while not (project / ".venv/.unfinished").exists():
        assert first.poll() is None
        time.sleep(0.05)
    (project / ".venv/lib/half-written").touch()
    subprocess.run(["/bin/kill", "-KILL", "--", f"-{first.pid}"], check=True)
    assert first.wait() == -signal.SIGKILL
    again = subprocess.run([project / "riskmap", "--help"], capture_output=True, text=True, check=True)
    assert "正在准备 Python 虚拟环境" in again.stderr
    assert "打开演示地图" in again.stdout
    assert not (project / ".venv/lib/half-written").exists()
