"""The command line. Heavy imports wait inside the commands, so that `--help` answers at once."""

import json
import logging
import sys
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backend.obstacle import Obstacle

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from backend.operating.cluster import Cluster
    from backend.settings import Settings


class Scale(StrEnum):
    """How much the demonstration holds."""

    SMALL = "small"
    DISTRICT = "district"
    CITY = "city"
    PROVINCE = "province"


Host = Annotated[str | None, typer.Option(help="监听地址（默认 127.0.0.1，只供本机）", show_default=False)]
Port = Annotated[int | None, typer.Option(help="监听端口（默认 8000）", min=1, max=65535, show_default=False)]
DataDir = Annotated[
    Path | None, typer.Option(help="数据目录：数据库、日志和文件（默认见 doctor）", show_default=False)
]
TlsCert = Annotated[
    Path | None,
    typer.Option(help="HTTPS 证书文件（PEM，含证书链）；与 --tls-key 一起给出", show_default=False),
]
TlsKey = Annotated[Path | None, typer.Option(help="HTTPS 证书的私钥文件（PEM）", show_default=False)]

app = typer.Typer(
    help="区域安全风险电子地图：企业、风险分区、防护目标，红橙黄蓝一张图。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
db = typer.Typer(help="内置数据库的启动、停止与升级。", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(db, name="db")


def mount_later(name: str, module: str, *, about: str) -> None:
    """Offer the commands of a part of the product; its module is imported when one of them is called."""

    @app.command(
        name,
        help=about,
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    )
    def forward(arguments: Annotated[list[str] | None, typer.Argument()] = None) -> None:
        import_module(module).app(arguments or [], prog_name=f"./riskmap {name}")


def main() -> None:
    """Run one command; what stands in its way is a sentence, not a traceback."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a GBK terminal must not end us
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        app(prog_name="./riskmap")
    except Obstacle as obstacle:
        sys.exit(f"✗ {obstacle}")
    except PermissionError as error:
        sys.exit(f"✗ 没有权限：{error.filename}。请用数据目录的属主运行，或用 --data-dir 另选目录。")


@app.command(help="打开演示地图：自动准备数据库和虚构的演示数据。")
def demo(
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="不自动打开浏览器")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="清空演示数据，重新生成")] = False,
    scale: Annotated[
        Scale | None, typer.Option(help="演示数据的规模（默认 district）", show_default=False)
    ] = None,
) -> None:
    """Show the demonstration: a database of its own, filled with fictitious data."""
    from backend import serving
    from backend.demo import accounts as demo_accounts
    from backend.demo import loader

    def fill(engine: "Engine") -> None:
        loader.refuse_real_data(engine)
        if reset:
            loader.reset(engine)
        loader.load(engine, scale=scale and scale.value, progress=say)

    settings = read_settings(host=host, port=port, data_dir=data_dir, tls_cert=tls_cert, tls_key=tls_key)
    serving.run(
        settings,
        prepare=fill,
        greet=lambda engine: demo_accounts.greeting(engine, settings.link_address),
        is_demo=True,
        say=say,
        opens_browser=not no_browser,
    )


@app.command(help="运行正式服务。")
def serve(
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
) -> None:
    """Run the service for real use."""
    from backend import serving
    from backend.accounts import administrators

    settings = read_settings(host=host, port=port, data_dir=data_dir, tls_cert=tls_cert, tls_key=tls_key)
    serving.run(
        settings, greet=lambda engine: administrators.greeting(engine, settings.link_address), say=say
    )


mount_later("import", "backend.importing.commands", about="把文件导入登记库：企业、分区、防护目标等。")
mount_later(
    "export", "backend.lists.commands", about="导出清单文件：安全风险清单、风险辨识管控清单、企业清单。"
)
mount_later("proximity", "backend.proximity.commands", about="邻近分析：多少米之内有哪些学校、医院、干线。")
mount_later("raster", "backend.rasters.commands", about="栅格：人口栅格的导入、列出和删除；风险密度的导出。")
mount_later("user", "backend.administration.commands", about="账号：建立、列出、停用、解锁、重发链接。")
mount_later("audit", "backend.audit.commands", about="审计记录：核对是否完整，导出留存。")


@app.command("test", help="运行全部检查和测试。")
def run_tests(
    fast: Annotated[bool, typer.Option("--fast", help="跳过浏览器测试和长时间测试")] = False,
) -> None:
    """Run the checks and the tests."""
    from backend.operating import frontend
    from tests import run

    frontend.bring(with_tools=True)
    raise typer.Exit(run.main(is_fast=fast))


@app.command(help="检查版本、磁盘、数据库和字体，指出问题和办法。")
def doctor(
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出")] = False,
) -> None:
    """Say what is wrong with this machine, and how to mend it."""
    from dataclasses import asdict

    from backend import doctor

    findings = doctor.examine(read_settings(data_dir=data_dir))
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        print("\n".join(doctor.line(finding) for finding in findings))
    raise typer.Exit(int(any(finding.state == "bad" for finding in findings)))


@db.command("start", help="启动内置数据库，并在服务退出后继续运行。")
def start_database(data_dir: DataDir = None) -> None:
    """Start the private cluster to stay when a service ends."""
    from backend.operating import embedded

    cluster = private_cluster(read_settings(data_dir=data_dir))
    embedded.start(cluster, keep_running=True)
    say(f"数据库正在运行：{cluster.url()}")


@db.command("stop", help="停止内置数据库。")
def stop_database(data_dir: DataDir = None) -> None:
    """Stop the private cluster."""
    from backend.operating import embedded

    embedded.stop_when_unused(private_cluster(read_settings(data_dir=data_dir)))
    say("数据库已停止。")


@db.command("status", help="显示内置数据库是否在运行；没有运行时退出码为 3。")
def show_database(data_dir: DataDir = None) -> None:
    """Say whether the private cluster runs; the exit code is 3 when it does not."""
    from backend.operating import embedded

    cluster = private_cluster(read_settings(data_dir=data_dir))
    pid = embedded.running_pid(cluster)
    say(
        f"数据库正在运行（进程 {pid}）：{cluster.url()}"
        if pid
        else f"数据库没有运行；数据目录 {cluster.data_dir}"
    )
    raise typer.Exit(0 if pid else 3)


@db.command("migrate", help="把数据库的表结构升级到当前版本。")
def migrate_database(data_dir: DataDir = None) -> None:
    """Bring the tables to the newest step."""
    from backend.operating import opening

    with opening.ready_database(read_settings(data_dir=data_dir), say=say):
        say("数据库的表结构已是当前版本。")


def say(sentence: str) -> None:
    """Tell the operator, at once even when the output is a file."""
    print(sentence, flush=True)


def read_settings(
    *,
    host: str | None = None,
    port: int | None = None,
    data_dir: Path | None = None,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
) -> "Settings":
    """Read the environment; options that were given on the command line win."""
    from backend import settings

    return settings.read_settings(host=host, port=port, data_dir=data_dir, tls_cert=tls_cert, tls_key=tls_key)


def private_cluster(settings: "Settings") -> "Cluster":
    """The cluster in the data folder, when there is no server of somebody else's in its place."""
    from backend.operating.cluster import Cluster

    if settings.database_url:
        raise Obstacle("已用 RISKMAP_DATABASE_URL 指定现有的数据库服务器，请用它自己的工具管理。")
    return Cluster(settings.data_dir.resolve())


if __name__ == "__main__":
    main()
