"""A run as a file for other programs: a workbook, GeoJSON, or a GeoPackage."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import geopandas as gpd
import orjson
import pandas as pd
import shapely
from sqlalchemy.orm import Session

from backend.grades import GRADES, UNGRADED
from backend.jurisdictions.actors import Actor
from backend.proximity.asked import Asked
from backend.proximity.describing import LAYER_WORDS, methods, origin_of, parameters
from backend.proximity.models import ProximityPair, ProximityRun
from backend.proximity.places import places_of
from backend.proximity.rules import DISCLAIMER, OUTCOMES
from backend.proximity.runs import visible_pairs
from backend.proximity.telling import EDGES
from backend.register.located import CANONICAL_SRID
from backend.spreadsheets import Column, Fill, Table, write_tables
from backend.surroundings.models import CORRIDOR_CLASSES, RECEPTOR_KINDS
from geodata.verdict import Verdict

GRADE_WORDS = {grade.code: grade.zh for grade in (*GRADES, UNGRADED)}
FILLS: Mapping[object, Fill] = {grade.zh: Fill(grade.colour, grade.text) for grade in (*GRADES, UNGRADED)}
ROWS_AT_ONCE = 2_000
Document = Mapping[str, Any]


def documents(session: Session, actor: Actor, run: ProximityRun, kind: str) -> Iterator[Document]:
    """The documents of a run, the nearest first, some at a time."""
    rows = visible_pairs(actor, run.id, kind).with_only_columns(ProximityPair.document)
    # Closed also where somebody stops in the middle.
    with closing(session.scalars(rows, execution_options={"yield_per": ROWS_AT_ONCE})) as found:
        yield from found


# ---------------------------------------------------------------- workbook


def write_workbook(session: Session, actor: Actor, run: ProximityRun, stream: IO[bytes]) -> int:
    """Write a run as a workbook of four sheets; gives the number of its pairs."""
    asked = Asked.model_validate(run.asked)
    title = f"{run.name}（第 {run.number} 号邻近分析）"
    pairs = Table(
        title,
        pair_columns(asked),
        (pair_cells(rank, each) for rank, each in enumerate(documents(session, actor, run, "pair"), 1)),
        notes=[DISCLAIMER[0]],
        sheet="结果",
    )
    findings = Table(
        "规则提示",
        FINDING_COLUMNS,
        finding_rows(run, documents(session, actor, run, "finding")),
        notes=[f"{DISCLAIMER[0]}。只列出需要核查的情形；没有列出的不等于符合要求。"],
        sheet="规则提示",
    )
    told = [*origin_of(session, actor, run), *parameters(session, actor, run)]
    how = [*told, *((f"方法 {place}", each) for place, each in enumerate(methods(run), 1))]
    method = Table(
        "参数与方法",
        [Column("项目", width=18), Column("内容", "long_text", width=110)],
        how,
        sheet="参数与方法",
    )
    words = Table("代码说明", CODE_COLUMNS, code_rows(), sheet="代码说明")
    return write_tables(stream, [pairs, findings, method, words], fills=FILLS)[0]


def pair_columns(asked: Asked) -> list[Column]:
    """The columns of pairs, with one for the verdict at each distance."""
    return [
        Column("序号", "integer"),
        *END_COLUMNS,
        Column("距离（米）", "number"),
        Column("本单位"),
        *(Column(f"≤ {distance:g} 米") for distance in asked.distances),
        Column("提示", width=16),
        Column("评价报告范围", width=30),
        Column("说明", "long_text", width=50),
    ]


END_COLUMNS = [
    Column("单位编号", "integer"),
    Column("单位", width=26),
    Column("风险等级", "grade"),
    Column("起算边", width=16),
    Column("所属企业", width=26),
    Column("图层"),
    Column("目标编号", "integer"),
    Column("目标", width=26),
    Column("类别"),
]
FINDING_COLUMNS = [
    Column("规则", width=22),
    *END_COLUMNS,
    Column("距离（米）", "number"),
    Column("限值（米）", "number"),
    Column("判定"),
    Column("提示", width=16),
    Column("评价报告范围", width=30),
    Column("适用理由", width=20),
    Column("依据", "long_text", width=40),
    Column("条款", width=18),
    Column("原文是否核对"),
    Column("说明", "long_text", width=50),
]
CODE_COLUMNS = [
    Column("代码表", width=16),
    Column("代码", "code"),
    Column("中文", width=26),
    Column("English", width=34),
]


def end_cells(document: Document) -> list[object]:
    """Both ends of a pair."""
    site, target = document["site"], document["target"]
    return [
        site["number"],
        site["name"],
        GRADE_WORDS[site["grade"]],
        site["edge"]["zh"],
        site["enterprise"],
        LAYER_WORDS[target["layer"]],
        target["number"],
        target["name"],
        target["kind"]["zh"],
    ]


def pair_cells(rank: int, document: Document) -> list[object]:
    """A pair as a row."""
    return [
        rank,
        *end_cells(document),
        document["distance_m"],
        document["is_own"],
        *(verdict["zh"] for verdict in document["verdicts"]),
        outcome_words(document),
        area_words(document),
        document["reason"]["zh"],
    ]


def outcome_words(document: Document) -> str:
    """What a pair comes to; a unit and its own place come to nothing."""
    return "本单位" if document["is_own"] else str(document["outcome"]["zh"])


def area_words(document: Document) -> str | None:
    """Whether the target reaches into the area of the site's evaluation report; None where none was imported."""
    area = document["report_area"]
    if area is None:
        return None
    day = "" if area["reported_on"] is None else f"，{area['reported_on']}"
    return f"{'在' if area['is_inside'] else '不在'}「{area['name']}」内（{area['report']}{day}）"


def finding_rows(run: ProximityRun, found: Iterable[Document]) -> Iterator[Sequence[object]]:
    """What the rules say, with their clauses."""
    rules = {rule["id"]: rule for rule in run.rules or []}
    for document in found:
        rule = rules[document["rule"]]
        verdict, reason = document["verdict"], document["reason"]
        yield [
            rule["zh"],
            *end_cells(document),
            document["distance_m"],
            document["limit_m"],
            None if verdict is None else verdict["zh"],
            document["outcome"]["zh"],
            area_words(document),
            document["because"]["zh"],
            rule["standard"],
            rule["clause"],
            rule["verified"],
            rule["note"]["zh"] if reason is None else reason["zh"],
        ]


def code_rows() -> Iterator[Sequence[object]]:
    """Every code of the exports, with its words."""
    yield from (
        ("风险等级", "" if each.code is None else str(each.code), each.zh, each.en)
        for each in (*GRADES, UNGRADED)
    )
    yield from (("判定", each.value, each.label, each.value) for each in Verdict)
    tables: Mapping[str, Mapping[Any, tuple[str, str]]] = {
        "起算边": EDGES,
        "防护目标类别": RECEPTOR_KINDS,
        "交通干线类别": CORRIDOR_CLASSES,
        "提示": OUTCOMES,
    }
    for name, table in tables.items():
        yield from ((name, str(code), zh, en) for code, (zh, en) in table.items())


# ---------------------------------------------------------------- geographic files


def properties(rank: int, document: Document, distances: Sequence[float]) -> dict[str, Any]:
    """A pair without its line, flat: `within_500` is `yes`, `no` or `borderline`."""
    site, target = document["site"], document["target"]
    judged = zip(distances, document["verdicts"], strict=True)
    return {
        "rank": rank,
        "site_id": site["id"],
        "site_number": site["number"],
        "site": site["name"],
        "grade": site["grade"],
        "edge": site["edge"]["code"],
        "enterprise": site["enterprise"],
        "layer": target["layer"],
        "target_id": target["id"],
        "target_number": target["number"],
        "target": target["name"],
        "kind": target["kind"]["code"],
        "distance_m": document["distance_m"],
        "is_own": document["is_own"],
        **{f"within_{distance:g}": verdict["code"] for distance, verdict in judged},
        "outcome": document["outcome"]["code"],
        "report_area": area_words(document),
        "reason": document["reason"]["zh"],
    }


def write_geojson(session: Session, actor: Actor, run: ProximityRun, stream: IO[bytes]) -> int:
    """Write the connecting lines as a FeatureCollection (RFC 7946: longitude before latitude); gives their number."""
    distances = Asked.model_validate(run.asked).distances
    stream.write(b'{"type":"FeatureCollection","features":[')
    rank = 0
    for rank, each in enumerate(documents(session, actor, run, "pair"), 1):
        feature = {
            "type": "Feature",
            "id": rank,
            "geometry": {"type": "LineString", "coordinates": each["line"]},
            "properties": properties(rank, each, distances),
        }
        stream.write(b"\n" if rank == 1 else b",\n")
        stream.write(orjson.dumps(feature))
    stream.write(b"\n]}\n")
    return rank


def write_geopackage(session: Session, actor: Actor, run: ProximityRun, stream: IO[bytes]) -> int:
    """Write lines, sites and targets as layers in EPSG:4490; gives the number of lines."""
    distances = Asked.model_validate(run.asked).distances
    found = list(documents(session, actor, run, "pair"))
    lines = gpd.GeoDataFrame(
        pd.DataFrame([properties(rank, each, distances) for rank, each in enumerate(found, 1)]),
        geometry=[shapely.linestrings(each["line"]) for each in found],
        crs=CANONICAL_SRID,
    )
    places = places_of(session, run, {UUID(each["target"]["id"]) for each in found})
    layers = {"lines": lines, "sites": places.sites, "targets": places.targets}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.gpkg"
        for name, frame in layers.items():
            storable(frame).to_file(path, layer=name, driver="GPKG", geometry_type=TYPES[name])
        with path.open("rb") as file:
            while chunk := file.read(2**20):
                stream.write(chunk)
    return len(found)


TYPES = {"lines": "LineString", "sites": "Unknown", "targets": "Unknown"}


def storable(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A frame whose ids are texts and whose numbers are numbers, for GDAL knows no other."""
    stored = frame.infer_objects()
    if "id" in stored:
        stored["id"] = [str(each) for each in stored["id"]]
    return stored
