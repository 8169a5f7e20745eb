"""`./riskmap proximity`: which receptors lie within how many metres of which sites, from files or the register."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import numpy as np
import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from backend.proximity.sides import Asked, Side, chosen, make_side, read_side
from geodata.arrays import Floats
from geodata.errors import GeodataError, UnknownLayer, UnsupportedFormat, UnusableDistance
from geodata.proximity import Summary, checked_distances, pairs_within, summary
from geodata.usable import shifted_places, suspicions
from geodata.vector_files import write_vector_file
from geodata.verdict import Verdict, judge, verdicts

HELP = """\
邻近分析：哪些风险源（sites）在多少米之内有哪些防护目标或交通干线（receptors）。
距离是边到边的真实地面距离，1 公里误差不超过 2 毫米。

读 GeoPackage、GeoJSON、Shapefile、FlatGeobuf、CSV、GeoParquet，或用 db 读登记库；两边都是文件时不需要数据库。
结果是一对一行的文件（.csv .geojson .gpkg .parquet），每对带最短连线。用不了的行不参加，并按原因计数；
可疑的坐标只提醒。退出码：0 完成，2 输入有误。

例：./riskmap proximity --sites 企业.csv --receptors 学校.gpkg --distance 500 --distance 1000 --out 邻近.gpkg
"""
BAD_INPUT = 2
OUT_SUFFIXES = (".csv", ".geojson", ".json", ".gpkg", ".parquet")
# So many sites are searched between two words about how far it is.
STEP = 5_000
# Of a GeoPackage.
LAYER = "pairs"
# Carried into the pairs where a side has them.
CARRIED = ("id", "name", "编号", "名称")
NAMES = ("name", "名称")

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command(help=HELP, no_args_is_help=True)
def compare(
    sites: Annotated[str | None, typer.Option(help="风险源：文件，或 db", metavar="FILE|db")] = None,
    receptors: Annotated[
        str | None, typer.Option(help="防护目标或交通干线：文件，或 db", metavar="FILE|db")
    ] = None,
    distance: Annotated[
        list[str] | None, typer.Option(help="距离，米，可重复；大于 0，不超过 50000", metavar="M")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help=f"结果文件：{' '.join(OUT_SUFFIXES)}；已有的会被替换")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="标准输出只有一个 JSON 对象")] = False,
    sites_where: Annotated[
        str | None, typer.Option(help="筛选条件（CQL2 文本），如 \"status = 'active'\"", metavar="EXPR")
    ] = None,
    receptors_where: Annotated[str | None, typer.Option(help="同上", metavar="EXPR")] = None,
    sites_lonlat: Annotated[
        str | None, typer.Option(help="CSV 的经度列和纬度列的列名（默认认 lon、lat 等）", metavar="LON,LAT")
    ] = None,
    receptors_lonlat: Annotated[str | None, typer.Option(help="同上", metavar="LON,LAT")] = None,
    sites_layer: Annotated[
        str | None, typer.Option(help="文件的图层；db 为 enterprises（默认，厂界或点位）或 zones")
    ] = None,
    receptors_layer: Annotated[
        str | None, typer.Option(help="文件的图层；db 为 receptors（默认）或 corridors")
    ] = None,
    datum: Annotated[
        str | None,
        typer.Option(help="两边经纬度的基准：WGS84、CGCS2000、GCJ-02、BD-09；CSV 默认 WGS84"),
    ] = None,
    sites_datum: Annotated[
        str | None,
        typer.Option(help="只用于 sites 的坐标系，可为 EPSG 代码；优先于 --datum 和文件自己的说明"),
    ] = None,
    receptors_datum: Annotated[str | None, typer.Option(help="只用于 receptors，同上")] = None,
    half_width: Annotated[
        str | None,
        typer.Option(help="干线的半宽：米数或列名（默认列 half_width_m）；距离从外缘起算", metavar="M|列名"),
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="数据目录，用于 db（默认见 doctor）")] = None,
) -> None:
    """Find the pairs, write them, say how many there are."""
    try:
        limits = read_distances(distance or [])
        path = writable(out)
        site_side = Asked("sites", named(sites, "sites"), sites_layer, sites_where, sites_lonlat, sites_datum)
        receptor_side = Asked(
            "receptors",
            named(receptors, "receptors"),
            receptors_layer,
            receptors_where,
            receptors_lonlat,
            receptors_datum,
        )
        if path.exists() and any(same_file(path, side) for side in (site_side, receptor_side)):
            raise UnsupportedFormat(f"结果文件 {path} 就是输入文件，没有覆盖")
        with both_sides(site_side, receptor_side, datum, half_width, data_dir) as (here, there, owners):
            say_what_looks_odd(here, there)
            pairs = find(here, there, limits, owners)
            write(told(pairs, here, there, limits), path)
    except GeodataError as error:
        tell(f"✗ {error}")
        raise typer.Exit(BAD_INPUT) from error
    counted = summary(pairs, limits.tolist())
    if as_json:
        print(json.dumps(document(here, there, counted), ensure_ascii=False))
    else:
        show(here, there, counted, path)


def named(source: str | None, name: str) -> str:
    """A side that was given."""
    if not source:
        raise UnknownLayer(f"请用 --{name} 指定文件，或写 --{name} db 读登记库")
    return source


def read_distances(texts: list[str]) -> Floats:
    """The distances in metres, ascending."""
    if not texts:
        raise UnusableDistance("请用 --distance 指定距离（米），可重复")
    metres = []
    for text in texts:
        try:
            metres.append(float(text))
        except ValueError as error:
            raise UnusableDistance(f"距离「{text}」不是数：请写米数，如 500") from error
        if not np.isfinite(metres[-1]):
            raise UnusableDistance(f"距离「{text}」不是有限的数：请写米数，如 500")
    return checked_distances(metres)


def writable(out: Path | None) -> Path:
    """A place for the answer, before anything is read for it."""
    if out is None:
        raise UnsupportedFormat("请用 --out 指定结果文件")
    if out.suffix.casefold() not in OUT_SUFFIXES:
        raise UnsupportedFormat(f"不能写 {out.suffix or out.name} 文件；可用：{'、'.join(OUT_SUFFIXES)}")
    if out.is_dir() or not out.parent.is_dir():
        raise UnsupportedFormat(f"没有文件夹 {out.parent}" if not out.is_dir() else f"{out} 是文件夹")
    if not os.access(out.parent, os.W_OK):
        raise UnsupportedFormat(f"文件夹 {out.parent} 不可写")
    return out


def same_file(path: Path, side: Asked) -> bool:
    """Whether an answer would take the place of what it is made from."""
    source = Path(side.source)
    return not side.is_register and source.exists() and source.samefile(path)


Owners = tuple[str, str] | None


@contextmanager
def both_sides(
    sites: Asked, receptors: Asked, datum: str | None, half_width: str | None, data_dir: Path | None
) -> Iterator[tuple[Side, Side, Owners]]:
    """Read both sides; the database is opened only when one of them is in it, and the reading goes into the trail."""
    if not (sites.is_register or receptors.is_register):
        yield read_side(sites, datum=datum), read_side(receptors, datum=datum, half_width=half_width), None
        return
    # Two files are compared on a machine without PostgreSQL, and at once.
    from sqlalchemy.orm import Session

    from backend.audit.trail import Deed, operator, record
    from backend.jurisdictions.scope import EVERYTHING
    from backend.operating.opening import reachable_database
    from backend.proximity.register_rows import UNIT, ReceptorLayer, SiteLayer, register_rows
    from backend.settings import read_settings

    def read(asked: Asked, layers: type[SiteLayer | ReceptorLayer]) -> tuple[Side, str | None]:
        width = half_width if asked is receptors else None
        if not asked.is_register:
            return read_side(asked, datum=datum, half_width=width), None
        names = [each.value for each in layers]
        if asked.layer not in (None, *names):
            raise UnknownLayer(f"登记库没有图层「{asked.layer}」；有：{'、'.join(names)}")
        layer = layers(asked.layer or names[0])
        frame = register_rows(session, replace(operator(), scope=EVERYTHING), layer)
        return make_side(asked, chosen(frame, asked.where), half_width=width), UNIT.get(layer)

    with (
        reachable_database(read_settings(data_dir=data_dir), say=tell) as engine,
        Session(engine) as session,
        session.begin(),
    ):
        here, of_site = read(sites, SiteLayer)
        there, of_receptor = read(receptors, ReceptorLayer)
        yield here, there, (of_site, of_receptor) if of_site and of_receptor else None
        detail = {"what": "proximity", "sites": len(here.rows), "receptors": len(there.rows)}
        record(session, operator(), Deed.EXPORT, detail=detail)


def say_what_looks_odd(here: Side, there: Side) -> None:
    """Tell of what may be wrong; nothing is left out for it."""
    for side, other in ((here, there), (there, here)):
        for notice in side.notices:
            tell(f"注意：{notice}")
        for found in suspicions(side.rows.geometries, beside=other.rows.geometries):
            first = side.rows.frame.index[found.rows[0]]
            tell(f"注意：{side.name} 有 {len(found.rows)} 行{found.reason}（如第 {first} 行）")
        mine, others = names(side), names(other)
        if mine is not None and others is not None:
            count = shifted_places(others, other.rows.geometries, mine, side.rows.geometries)
            if count:
                tell(f"注意：{side.name} 疑似是 GCJ-02：有 {count} 处同名地点与 {other.name} 相差恰为其偏移")


def names(side: Side) -> "pd.Series[str] | None":
    """The names of a side's rows, if they have any."""
    for name in side.rows.frame.columns:
        if str(name).casefold() in NAMES:
            column: pd.Series[str] = side.rows.frame[name]
            return column
    return None


def find(here: Side, there: Side, limits: Floats, owners: Owners) -> gpd.GeoDataFrame:
    """Find the pairs step by step, saying how far it is where somebody watches."""
    total, parts = len(here.rows), []
    for begins in range(0, total, STEP):
        step = here.rows.take(np.arange(begins, min(begins + STEP, total)))
        parts.append(pairs_within(step, there.rows, limits.tolist(), owners=owners))
        if sys.stderr.isatty() and total > STEP:
            done = begins + len(step)
            print(f"\r已查 {done} / {total}", end="\n" if done == total else "", file=sys.stderr, flush=True)
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=parts[0].crs)


def told(pairs: gpd.GeoDataFrame, here: Side, there: Side, limits: Floats) -> gpd.GeoDataFrame:
    """Lay the pairs out for people: who, how far, and for each distance 是, 否 or 临界, with the reason of a 临界."""
    columns: dict[str, object] = {}
    for side, label in ((here, "site"), (there, "receptor")):
        columns[label] = pairs[label]
        for name in carried(side):
            columns[f"{label}_{name}"] = side.rows.frame[name].loc[pairs[label]].to_numpy()
    columns["distance_m"] = pairs["distance_m"].round(3)
    columns["is_own"] = pairs["is_own"]
    told_of = judged(pairs, here, there, limits)
    return gpd.GeoDataFrame(columns | told_of, geometry=pairs.geometry, crs=pairs.crs)


def carried(side: Side) -> list[str]:
    """The columns of a side that name its rows."""
    return [str(name) for name in side.rows.frame.columns if str(name).casefold() in CARRIED]


def judged(pairs: gpd.GeoDataFrame, here: Side, there: Side, limits: Floats) -> dict[str, object]:
    """One column of verdicts a distance, and the reason for the first 临界 of a pair."""
    of_site = accuracies(here).loc[pairs["site"]].to_numpy()
    of_receptor = accuracies(there).loc[pairs["receptor"]].to_numpy()
    unknown = pd.Series(there.is_half_width_unknown, index=there.rows.frame.index)
    is_unknown = unknown.loc[pairs["receptor"]].to_numpy()
    metres = pairs["distance_m"].to_numpy()
    columns: dict[str, object] = {}
    reasons = np.full(len(pairs), None, dtype=object)
    for limit in limits[::-1]:
        answers = verdicts(
            metres, limit, site_accuracy_m=of_site, receptor_accuracy_m=of_receptor, is_half_width_unknown=is_unknown
        )  # fmt: skip
        columns = {f"within_{plain(limit)}m": [each.label for each in answers]} | columns
        for row in np.flatnonzero(answers == Verdict.BORDERLINE):
            reasons[row] = judge(
                metres[row],
                limit,
                site_accuracy_m=as_stated(of_site[row]),
                receptor_accuracy_m=as_stated(of_receptor[row]),
                is_half_width_unknown=bool(is_unknown[row]),
            ).reason
    return columns | {"reason": reasons}


def accuracies(side: Side) -> "pd.Series[float]":
    """The stated accuracy of each row in metres, NaN where nothing is stated."""
    frame = side.rows.frame
    if "accuracy_m" not in frame.columns:
        return pd.Series(np.nan, index=frame.index)
    stated: pd.Series[float] = pd.to_numeric(frame["accuracy_m"], errors="coerce").astype(float)
    return stated.clip(lower=0)


def as_stated(metres: float) -> float | None:
    """An accuracy as `judge` takes it."""
    return None if np.isnan(metres) else float(metres)


def write(pairs: gpd.GeoDataFrame, path: Path) -> None:
    """Write the pairs whole or not at all, for the operator alone."""
    unfinished = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        write_vector_file(pairs, unfinished, layer=LAYER)
        unfinished.chmod(0o600)
        unfinished.replace(path)
    except (OSError, RuntimeError) as error:
        # GDAL's own errors are RuntimeErrors.
        raise UnsupportedFormat(f"不能写入 {path}：{error}") from error
    finally:
        for left in path.parent.glob(f"{unfinished.name}*"):
            left.unlink()


def document(here: Side, there: Side, counted: list[Summary]) -> dict[str, object]:
    """The counts for a program."""
    return {
        "sites": len(here.rows),
        "receptors": len(there.rows),
        "excluded": [
            {"reason": f"{side.name}：{each.reason}", "count": each.count}
            for side in (here, there)
            for each in side.excluded
        ],
        "by_distance": [
            {
                "distance_m": plain(each.distance_m),
                "pairs": each.pairs,
                "sites": each.sites,
                "receptors": each.receptors,
            }
            for each in counted
        ],
    }


def plain(metres: float) -> float:
    """Whole metres without a point."""
    return int(metres) if metres == int(metres) else float(metres)


def show(here: Side, there: Side, counted: list[Summary], path: Path) -> None:
    """The counts for people."""
    # In a file or a pipe there is no width; eighty columns would fold the table.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    console.print(f"风险源（sites）{len(here.rows)} 个，防护目标（receptors）{len(there.rows)} 个")
    for side in (here, there):
        for each in side.excluded:
            console.print(f"  · {side.name} 有 {each.count} 行没有参加：{each.reason}")
    table = Table("距离", "对", "有邻近目标的风险源", "有邻近风险源的目标")
    for column in table.columns:
        column.justify = "right"
    for found in counted:
        distance = f"{plain(found.distance_m)} 米"
        table.add_row(distance, f"{found.pairs:,}", f"{found.sites:,}", f"{found.receptors:,}")
    console.print(table)
    console.print(f"✓ 已写入 {path}")


def tell(sentence: str) -> None:
    """Say what does not mix with the answer."""
    print(sentence, file=sys.stderr, flush=True)
