"""`./riskmap import`: what can be said on the command line."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core
from rich.console import Console

from backend.errors import DomainError
from backend.importing.checking.judging import Outside
from backend.importing.files.options import read_shape
from backend.importing.files.templates import template_workbook
from backend.importing.kinds import KINDS, kind_named
from backend.importing.request import FileShape, ImportRequest
from backend.importing.running import NOT_IMPORTED, OBSTACLES, Choices, known_choices, run
from backend.importing.screen import say
from backend.settings import read_settings
from geodata.errors import GeodataError

HELP = """\
导入数据文件。KIND 是：areas 行政区划、groups 园区/村/网格、enterprises 企业、zones 风险分区、receptors 防护目标、
corridors 交通干线；risk_list 风险辨识管控清单（一行一个风险事件，连同风险点和五类措施），或分开的 risk_points 风险点、
risk_events 风险事件、control_measures 管控措施；responsible_people 责任人、hazard_installations 重大危险源、
protective_areas 外部安全防护距离、roster 应建台账。

支持 GeoPackage、GeoJSON、Shapefile（可为 zip）、FlatGeobuf，以及带坐标列的 Excel 工作簿（.xlsx）和 CSV。
先核对、比较、显示差异，再写入；有问题的行写进隔离文件，改好后可直接导入。退出码：0 完成，2 未导入。

空白的 Excel 模板：./riskmap import template KIND …
"""
TEMPLATE_HELP = """\
生成 Excel 填报模板：每类对象一个工作表，带填写说明、下拉选项和防止代码变形的格式；填好后可直接导入。

行业、街道/乡镇、园区的下拉取自登记库；还没有登记库时不带这些下拉。
"""


class TemplateOrImport(typer.core.TyperGroup):
    """Takes `template` for a command of its own, and everything else for what is imported: that needs no word."""

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **extra: Any) -> Any:  # noqa: ANN401
        """Choose the command by the first word."""
        if args[:1] == ["template"]:
            return self.commands["template"].make_context(f"{info_name} template", args[1:], *more, **extra)
        return self.commands["import-file"].make_context(info_name, args, *more, **extra)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 (of a class that Typer keeps to itself)
        """Run the command that was chosen."""
        return ctx.command.invoke(ctx)


app = typer.Typer(
    cls=TemplateOrImport, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)


@app.command(help=HELP, no_args_is_help=True)
def import_file(
    kind: Annotated[
        str, typer.Argument(help="导入什么，见上：enterprises、zones、risk_list 等", metavar="KIND")
    ],
    file: Annotated[Path, typer.Argument(help="数据文件", metavar="FILE")],
    layer: Annotated[str | None, typer.Option(help="图层或 Excel 工作表（文件有多个时）")] = None,
    crs: Annotated[str | None, typer.Option(help="坐标数值所用的坐标系，如 EPSG:4547、EPSG:32119")] = None,
    datum: Annotated[
        str | None, typer.Option(help="坐标的基准：CGCS2000、WGS84、GCJ-02（高德、腾讯）、BD-09（百度）")
    ] = None,
    columns: Annotated[
        list[str] | None, typer.Option("--map", metavar="字段=列名", help="可重复；没写的字段按列名自动对应")
    ] = None,
    constants: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="字段=值", help="固定值，可重复；与 --map 同用时只填空格"),
    ] = None,
    grades: Annotated[
        list[str] | None,
        typer.Option("--grade-map", metavar="值=1..4|null", help="可重复；写了就只认写出的"),
    ] = None,
    words: Annotated[
        list[str] | None,
        typer.Option("--word", metavar="字段:词=我们的词", help="文件中的词，可重复，如 kind:中学=school"),
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option(help="整个风险清单所用的评价标准，如 lec-2019-general；加 --map scale=列名 则只填空格"),
    ] = None,
    where: Annotated[str | None, typer.Option(help="只导入符合条件的行，如 \"status = 'active'\"")] = None,
    source: Annotated[
        str | None, typer.Option(help="数据来源名；同一来源的同一编号就是同一行（默认取文件名）")
    ] = None,
    id_field: Annotated[str | None, typer.Option(help="编号所在的列；@content 表示按内容识别")] = None,
    lon: Annotated[str | None, typer.Option(help="CSV、Excel 的经度列（或 x、东坐标）")] = None,
    lat: Annotated[str | None, typer.Option(help="CSV、Excel 的纬度列（或 y、北坐标）")] = None,
    encoding: Annotated[str | None, typer.Option(help="CSV 或 Shapefile 的文字编码（默认自动判断）")] = None,
    accuracy: Annotated[float | None, typer.Option(help="点位精度，米", min=0)] = None,
    outside: Annotated[
        Outside, typer.Option(help="辖区外的位置：accept 接受；warn 5 公里内提醒、更远隔离；quarantine 隔离")
    ] = "warn",
    partial: Annotated[bool, typer.Option("--partial", help="有问题的行隔离，其余照常导入")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只核对和比较，不写入")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不询问，直接确认")] = False,
    save_mapping: Annotated[str | None, typer.Option(help="把读取方式存为映射，下次用 --mapping")] = None,
    mapping: Annotated[str | None, typer.Option(help="使用存过的映射；同时写出的选项优先")] = None,
    quarantine: Annotated[
        Path | None,
        typer.Option(help="隔离文件（默认为当前目录下的 文件名.quarantine.csv；导入 Excel 时为 .xlsx）"),
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="数据目录（默认见 doctor）")] = None,
) -> None:
    """Import one file."""
    # In a file or a pipe there is no width; eighty columns would fold every table.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    try:
        shape = read_shape(
            kind,
            columns=columns or [],
            constants=[*(constants or []), *([] if scale is None else [f"scale={scale}"])],
            grades=grades or [],
            words=words or [],
            accuracy_m=accuracy,
            plain=FileShape(
                source=source,
                layer=layer,
                crs=crs,
                datum=datum,
                lon=lon,
                lat=lat,
                encoding=encoding,
                where=where,
                id_column=id_field,
            ),
        )
    except (DomainError, GeodataError) as error:
        say(console, f"✗ {error}")
        raise typer.Exit(NOT_IMPORTED) from error
    settings = read_settings(data_dir=data_dir)
    request = ImportRequest(
        kind=kind,
        path=file,
        district=settings.district,
        shape=shape,
        outside=outside,
        is_partial=partial,
        quarantine=quarantine,
    )
    choices = Choices(is_dry_run=dry_run, is_confirmed=yes, mapping=mapping, save_as=save_mapping)
    raise typer.Exit(run(settings, request, choices, console))


@app.command("template", help=TEMPLATE_HELP, no_args_is_help=True)
def write_template(
    kinds: Annotated[
        list[str],
        typer.Argument(help=f"{'、'.join(KINDS)}，可写多个", metavar="KIND …"),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="写到哪个文件；已有的文件不覆盖")] = Path(
        "填报模板.xlsx"
    ),
    data_dir: Annotated[Path | None, typer.Option(help="数据目录（默认见 doctor）")] = None,
) -> None:
    """Write an empty workbook to fill in."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    try:
        content = template_workbook(
            [kind_named(name) for name in dict.fromkeys(kinds)],
            known_choices(read_settings(data_dir=data_dir), say=lambda sentence: say(console, sentence)),
        )
        with output.open("xb") as file:
            file.write(content)
    except DomainError as error:
        say(console, f"✗ {error}")
        raise typer.Exit(NOT_IMPORTED) from error
    except FileExistsError as error:
        say(console, f"✗ {output} 已存在，没有覆盖：请用 -o 另写一个文件名。")
        raise typer.Exit(NOT_IMPORTED) from error
    except OSError as error:
        say(console, f"✗ 无法写文件 {output}：{OBSTACLES.get(error.errno or 0, f'系统错误 {error.errno}')}")
        raise typer.Exit(NOT_IMPORTED) from error
    say(console, f"✓ 模板已写好：{output}")
