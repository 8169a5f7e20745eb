"""`./riskmap raster`: the population raster comes in and goes; the density of weighted risk goes out as a file."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from backend.audit.trail import Deed, operator, record
from backend.errors import DomainError
from backend.jurisdictions.scope import EVERYTHING
from backend.obstacle import Obstacle
from backend.operating.opening import reachable_database
from backend.rasters.storage import (
    NAMES,
    UNITS,
    Added,
    Offered,
    RasterName,
    add_raster,
    find_raster,
    remove_raster,
)
from backend.rasters.surface import BANDWIDTH_M, CELL_M, make_density, weighting
from backend.settings import read_settings
from geodata.errors import GeodataError
from geodata.exposure import Unit
from geodata.raster_files import write_cog

app = typer.Typer(
    help="栅格：人口栅格的导入、列出和删除；风险密度的导出。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Name = Annotated[RasterName, typer.Argument(help="哪一种栅格", metavar="population")]
DataDir = Annotated[Path | None, typer.Option(help="数据目录（默认见 doctor）", show_default=False)]


@app.command("add", help="导入人口栅格（GeoTIFF，单波段，任何坐标系）：核对后入库，写审计。")
def add(
    name: Name,
    file: Annotated[Path, typer.Argument(help="GeoTIFF 文件", metavar="FILE")],
    title: Annotated[str, typer.Option(help="名称，显示在图例和结果中，如 WorldPop 2025")],
    year: Annotated[int, typer.Option(help="数据年份", min=1950, max=2100)],
    unit: Annotated[Unit, typer.Option(help="像元值是什么：persons 人/像元，persons_per_km2 人/平方千米")],
    source: Annotated[str, typer.Option(help="来源和许可，如 WorldPop, CC BY 4.0")],
    nodata: Annotated[
        float | None, typer.Option(help="表示无数据的值（文件没有写明时）", show_default=False)
    ] = None,
    replaces: Annotated[bool, typer.Option("--replace", help="换掉现有的")] = False,
    data_dir: DataDir = None,
) -> None:
    """Check a raster and keep it."""
    offered = Offered(file, one_line(title, "--title"), year, unit, one_line(source, "--source"), nodata)
    settings = read_settings(data_dir=data_dir)
    try:
        with reachable_database(settings, say=tell) as engine, Session(engine) as session, session.begin():
            added = add_raster(session, settings, name, offered, replaces=replaces)
    except (DomainError, GeodataError) as error:
        raise Obstacle(f"没有入库：{error}") from error
    print("\n".join(lines_of(name, added)))


@app.command("list", help="列出已导入的栅格。")
def list_rasters(data_dir: DataDir = None) -> None:
    """Say which rasters there are."""
    settings = read_settings(data_dir=data_dir)
    for name, (zh, _) in NAMES.items():
        stored = find_raster(settings, name)
        if stored is None:
            print(f"{name} {zh}：无")
            continue
        known = stored.record
        print(f"{name} {zh}：「{known.title}」{known.year} 年，{UNITS[known.unit][0]}，{known.source}")
        print(f"  原文件 {known.original_name}，SHA-256 {known.sha256}")
        print(f"  {known.added_at.astimezone():%Y-%m-%d %H:%M} 由 {known.added_by} 导入，存于 {stored.path}")


@app.command("remove", help="删除一个栅格，写审计。")
def remove(name: Name, data_dir: DataDir = None) -> None:
    """Remove a raster."""
    settings = read_settings(data_dir=data_dir)
    try:
        with reachable_database(settings, say=tell) as engine, Session(engine) as session, session.begin():
            removed = remove_raster(session, settings, name)
    except DomainError as error:
        raise Obstacle(str(error)) from error
    print(f"✓ 已删除{NAMES[name][0]}栅格「{removed.title}」。")


@app.command("density", help="把全区加权风险密度写成 GeoTIFF（COG），写审计。")
def density(
    out: Annotated[Path, typer.Option("--out", "-o", help="写入的新文件，.tif")],
    bandwidth: Annotated[float, typer.Option(help="带宽，地面米数", min=1, max=50_000)] = BANDWIDTH_M,
    cell: Annotated[float, typer.Option(help="网格边长，米", min=1, max=10_000)] = CELL_M,
    data_dir: DataDir = None,
) -> None:
    """Write the density of everything in the register."""
    if out.exists():
        raise Obstacle(f"文件 {out} 已存在，没有覆盖。")
    if not out.parent.is_dir():
        raise Obstacle(f"没有文件夹 {out.parent}。")
    # Who has the machine has its data.
    reader = replace(operator(), scope=EVERYTHING)
    rule = weighting()
    told = {"bandwidth_m": bandwidth, "cell_m": cell, "weights": f"{rule.id}-{rule.edition}"}
    try:
        with (
            reachable_database(read_settings(data_dir=data_dir), say=tell) as engine,
            Session(engine) as session,
            session.begin(),
        ):
            made = make_density(session, reader, bandwidth_m=bandwidth, cell_m=cell)
            if made is None:
                raise Obstacle("登记库中没有已上图、已评定等级的分区或企业，没有可写的密度。")
            # A name in another encoding than UTF-8 could not be kept.
            name = os.fsencode(out.name).decode(errors="replace")
            record(session, operator(), Deed.EXPORT, detail={"what": "risk_density", "file": name, **told})
            session.flush()
            tags = {key.upper(): str(value) for key, value in told.items()}
            write_cog(out, made.values, srid=made.srid, transform=made.transform, tags=tags)
    except GeodataError as error:
        raise Obstacle(str(error)) from error
    rows, columns = made.values.shape
    print(f"✓ 已写 {out}：EPSG:{made.srid}，{columns} × {rows} 个 {cell:g} 米网格，带宽 {bandwidth:g} 米。")
    print(f"  权重：{rule.title_zh}（{rule.id}-{rule.edition}）；未评定的不计。")


def lines_of(name: RasterName, added: Added) -> list[str]:
    """What an operator looks at to see whether the raster is what they meant."""
    contents, known = added.contents, added.record
    said = [
        f"✓ {NAMES[name][0]}栅格「{known.title}」已入库。",
        f"  {contents.crs}，{contents.width:,} × {contents.height:,} 个像元，{contents.without_data:,} 个无数据。",
    ]
    if known.unit == "persons":
        said.append(f"  全图合计 {contents.total:,.0f} 人。")
    if added.district is None or added.within is None:
        said.append("  登记库中还没有本区边界，没有核对覆盖范围。")
    elif added.within.people is not None:
        share = 1 - added.within.share_without_data
        said.append(
            f"  覆盖{added.district.name}面积的 {share:.1%}，区内 {added.within.people:,.0f} 人（估算）。"
        )
        if share < 1:
            said.append("  注意：没有覆盖的部分人口未知，不当作没有人。")
    return said


def one_line(text: str, option: str) -> str:
    """A text that can be shown on one line."""
    plain = text.strip()
    if not plain or len(plain) > 200 or not plain.isprintable():
        raise Obstacle(f"{option} 应为 1 到 200 个字符的一行文字。")
    return plain


def tell(sentence: str) -> None:
    """Say what is under way where it does not mix with the answer."""
    print(sentence, file=sys.stderr)
