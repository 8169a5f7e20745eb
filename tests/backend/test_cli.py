"""The command line as an operator meets it: sentences, exit codes, a service that starts and stops whole."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from backend.operating import embedded
from backend.operating.cluster import Cluster
from tests.processes import processes_of

ROOT = Path(__file__).parents[2]
HEAVY = ("fastapi", "geopandas", "numpy", "pandas", "pydantic", "sqlalchemy", "uvicorn")


def riskmap(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as the launcher does, from another folder."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "backend.cli", *arguments],
        env=surroundings() | environment, cwd="/", capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def surroundings() -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("RISKMAP_")}
    return ours | {"PYTHONPATH": str(ROOT)}


@contextmanager
def service(
    data_dir: Path, *options: str, before: Sequence[str] = (), **environment: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `serve` on a free port until it says its address; whatever happens, nothing of it is left."""
    place = ["--port", str(free_port()), "--data-dir", str(data_dir)]
    process = subprocess.Popen(
        [*before, sys.executable, "-P", "-m", "backend.cli", "serve", *place, *options],
        env=surroundings() | environment, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield process, address_said_by(process)
    finally:
        process.kill()
        process.communicate()
        embedded.stop(Cluster(data_dir))


def told_by_a_service(*arguments: str) -> str:
    """Run a service until it says its address, end it, and return all that it said."""
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "backend.cli", *arguments],
        env=surroundings(), cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        said = ""
        for line in process.stdout or []:
            said += line
            if "http://" in line:
                process.send_signal(signal.SIGTERM)
    assert process.returncode == 0, said
    return said


def address_said_by(process: subprocess.Popen[str]) -> str:
    said = ""
    for line in process.stdout or []:
        said += line
        if found := re.search(r"https?://\S+/", line):
            return found[0]
    raise AssertionError(f"the service ended: {said}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def is_alive(address: str) -> bool:
    with urllib.request.urlopen(address + "healthz", timeout=10) as answer:
        return bool(answer.status == 200)


def test_help_is_chinese_and_loads_nothing_heavy() -> None:
    loaded = subprocess.run(
        [sys.executable, "-P", "-c", "import sys, backend.cli; print(*sys.modules)"],
        env=surroundings(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert not set(HEAVY) & set(loaded.stdout.split())
    assert "打开演示地图" in riskmap("--help").stdout


def test_the_commands_of_a_part_are_loaded_when_called() -> None:
    helped = riskmap("import", "--help")
    assert helped.returncode == 0
    assert "enterprises" in helped.stdout


def test_an_unreadable_setting_is_a_sentence() -> None:
    refused = riskmap("serve", RISKMAP_PORT="eighty")
    assert refused.returncode == 1
    assert "RISKMAP_PORT" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_address_that_is_none_is_a_sentence() -> None:
    for address in ("map.bureau.lan", "ftp://map.bureau.lan/", "https://map.bureau.lan/map", "https:///"):
        refused = riskmap("serve", RISKMAP_PUBLIC_ADDRESS=address)
        assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
        assert "RISKMAP_PUBLIC_ADDRESS：应为 http:// 或 https://" in refused.stderr


def test_a_taken_port_is_a_sentence_and_starts_nothing(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = riskmap("serve", "--port", str(port), "--data-dir", str(data_dir))
    assert f"端口 {port} 已被别的程序占用" in refused.stderr
    assert list(data_dir.iterdir()) == []


def test_an_unknown_address_is_a_sentence(data_dir: Path) -> None:
    refused = riskmap("serve", "--host", "192.0.2.1", "--port", str(free_port()), "--data-dir", str(data_dir))
    assert "本机没有地址 192.0.2.1" in refused.stderr


def test_an_unreachable_server_is_a_sentence_without_its_password() -> None:
    address = f"postgresql://clerk:hidden-word@127.0.0.1:{free_port()}/riskmap"
    refused = riskmap("serve", "--port", str(free_port()), RISKMAP_DATABASE_URL=address)
    assert "连不上数据库" in refused.stderr
    assert "hidden-word" not in refused.stderr


def test_the_database_is_started_shown_and_stopped(data_dir: Path) -> None:
    at = ("--data-dir", str(data_dir))
    assert riskmap("db", "status", *at).returncode == 3
    try:
        assert riskmap("db", "start", *at).returncode == 0
        assert "正在运行" in riskmap("db", "status", *at).stdout
        assert database_finding(data_dir)["mend"] == "./riskmap db migrate"
        assert riskmap("db", "migrate", *at).returncode == 0
        assert "表结构是当前版本" in database_finding(data_dir)["found"]
        assert riskmap("db", "status", *at).returncode == 0
    finally:
        stopped = riskmap("db", "stop", *at)
    assert stopped.returncode == 0
    assert riskmap("db", "status", *at).returncode == 3


def database_finding(data_dir: Path) -> dict[str, str]:
    findings = json.loads(riskmap("doctor", "--json", "--data-dir", str(data_dir)).stdout)
    return next(finding for finding in findings if finding["subject"] == "数据库")


def test_the_doctor_names_each_finding_for_machines_too(data_dir: Path) -> None:
    findings = json.loads(riskmap("doctor", "--json", "--data-dir", str(data_dir)).stdout)
    assert {"subject", "state", "found", "mend"} == set(findings[0])
    assert {"Python", "PostgreSQL 程序", "磁盘", "数据库", "中文字体"} <= {
        finding["subject"] for finding in findings
    }
    assert [finding for finding in findings if finding["state"] == "bad"] == []


def test_a_service_that_is_told_to_end_puts_everything_away(data_dir: Path) -> None:
    with service(data_dir) as (process, address):
        assert is_alive(address)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert embedded.running_pid(Cluster(data_dir)) is None


def test_a_service_outlives_its_terminal_when_nohup_asks_for_it(data_dir: Path) -> None:
    with service(data_dir, before=["/usr/bin/nohup"]) as (process, address):
        process.send_signal(signal.SIGHUP)
        assert is_alive(address)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_a_service_comes_back_after_everything_was_killed(data_dir: Path) -> None:
    with service(data_dir) as (process, _):
        process.kill()
        process.wait()
        for server in processes_of(Cluster(data_dir)):
            os.kill(server, signal.SIGKILL)
    with service(data_dir) as (process, address):
        assert is_alive(address)


def test_the_demonstration_starts_over_on_request(data_dir: Path) -> None:
    at = ("--no-browser", "--data-dir", str(data_dir), "--port", str(free_port()))
    assert "库中已有演示数据" not in told_by_a_service("demo", *at, "--scale", "small")
    assert "库中已有演示数据" in told_by_a_service("demo", *at, "--scale", "district")
    assert "载入企业 60 行" in told_by_a_service("demo", *at, "--scale", "small", "--reset")


def test_a_service_open_to_the_network_says_so(data_dir: Path) -> None:
    with service(data_dir, "--host", "0.0.0.0") as (process, address):
        assert address.startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_the_first_link_leads_where_other_people_reach_the_service(data_dir: Path) -> None:
    with service(data_dir, "--host", "0.0.0.0") as (process, _):
        assert f"http://{socket.gethostname()}:" in line_with_setup_link(process)
    with service(data_dir, RISKMAP_PUBLIC_ADDRESS="https://map.bureau.lan:8443") as (process, address):
        assert address.startswith("http://127.0.0.1:")
        assert "  https://map.bureau.lan:8443/setup#" in line_with_setup_link(process)


def line_with_setup_link(process: subprocess.Popen[str]) -> str:
    return next(line for line in process.stdout or [] if "/setup#" in line)
