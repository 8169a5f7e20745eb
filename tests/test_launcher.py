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


def test_a_machine_that_cannot_get_the_font_is_told_once_and_goes_on(tmp_path: Path) -> None:
    """Set up already, but offline: neither apt-get nor sudo is found."""
    commands = tmp_path / "bin"
    commands.mkdir()
    for name in ("dirname", "id", "readlink", "rm", "touch"):
        (commands / name).symlink_to(f"/usr/bin/{name}")
    launcher = (ROOT / "riskmap").read_text().removesuffix('main "$@"\n')
    script = f"{launcher}\nsetup={tmp_path}\nbring_font\nbring_font\necho served\n"
    said = subprocess.run(
        ["/bin/dash", "-c", script, str(ROOT / "riskmap")],
        env={"PATH": f"{commands}:{tmp_path}", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout.count("除打印报告外一切照常") == 1, said.stderr
    assert said.stdout.endswith("served\n")
    assert not (tmp_path / "packages").exists()
