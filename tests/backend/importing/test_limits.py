"""How long texts may be: told row by row, before the table refuses them all."""

import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.importing.errors import CannotImport
from backend.importing.fields import Field, FieldType, Kind
from backend.importing.files.values import FORBIDDEN, is_plain
from backend.importing.kinds import KINDS
from tests.backend.importing.files import csv_file, imported, only_finding, site, sites

TEXTS = [
    pytest.param(kind, field, id=f"{kind.name}.{field.name}")
    for kind in KINDS.values()
    for field in kind.fields
    if field.type in (FieldType.TEXT, FieldType.CODE, FieldType.INDUSTRY) and field.is_stored
]


@pytest.mark.parametrize(("kind", "field"), TEXTS)
def test_the_table_has_the_limit_of_the_field(session: Session, kind: Kind, field: Field) -> None:
    definitions = session.scalars(
        text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = to_regclass(:table)"),
        {"table": kind.table},
    )
    plain = {definition.replace('"', "") for definition in definitions}
    by_pattern = f"CHECK (({field.table_column} ~ '^[0-9]{{{field.longest}}}$'::text))"
    assert plain & {f"CHECK ((char_length({field.table_column}) <= {field.longest}))", by_pattern}


@pytest.mark.parametrize("field", ["名称", "地址", "信用代码"])
def test_a_text_too_long_is_put_aside(session: Session, tmp_path: Path, field: str) -> None:
    finding = only_finding(sites(session, tmp_path, [site(1), site(2, **{field: "长" * 501})]))
    assert (finding.row, finding.code) == (3, "too_long")
    assert len(finding.value or "") <= 201


def test_an_id_too_long_is_put_aside(session: Session, tmp_path: Path) -> None:
    finding = only_finding(sites(session, tmp_path, [site(1), site(2, 编号="9" * 201)]))
    assert (finding.row, finding.field, finding.reason) == (3, "编号", "超过 200 个字符")


def test_a_code_too_long_is_one_finding(session: Session, tmp_path: Path) -> None:
    rows = [{"代码": "4" * 65, "名称": "湛河区", "级别": "区县"}]
    finding = only_finding(imported(session, csv_file(tmp_path, rows), "areas", id_column=None))
    assert (finding.field, finding.reason) == ("代码", "超过 64 个字符")


def test_an_id_that_no_database_takes_is_put_aside(session: Session, tmp_path: Path) -> None:
    report = sites(session, tmp_path, [site(1), site(2, 编号="e\x002")], is_partial=True)
    assert (report.inserted, report.quarantined) == (1, 1)


@pytest.mark.parametrize(
    "source", ["长" * 201, "名单\x1b[31m", "名\udcff单"], ids=["long", "escape", "surrogate"]
)
def test_a_source_that_no_column_takes_is_refused(session: Session, tmp_path: Path, source: str) -> None:
    with pytest.raises(CannotImport, match="来源名"):
        sites(session, tmp_path, [site(1)], source=source)


def test_the_table_is_the_last_wall(session: Session) -> None:
    with pytest.raises(IntegrityError, match="check constraint"), session.begin_nested():
        session.execute(
            text("INSERT INTO enterprise (name, source, source_id) VALUES (repeat('长', 201), 's', '1')")
        )


def test_no_forbidden_symbol_passes_where_a_whole_column_is_looked_at_at_once() -> None:
    symbols = map(chr, range(sys.maxunicode + 1))
    assert [symbol for symbol in symbols if FORBIDDEN.search(symbol) and is_plain(symbol)] == []
