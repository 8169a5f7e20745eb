"""`./riskmap audit` as an operator meets it."""

import csv
import errno
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from backend.audit import commands
from backend.audit.chain import seal_all, verify
from backend.audit.models import AuditEvent
from backend.audit.trail import Deed, Subject, record
from backend.jurisdictions.actors import NOBODY
from backend.obstacle import Obstacle
from tests.backend.test_cli import riskmap
from tests.signed_in import events, person, run

FORMULA = '=HYPERLINK("http://evil.example","x")'


@pytest.fixture(autouse=True)
def reached(own_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands reach the test's own database."""

    @contextmanager
    def reachable(*_: object, **__: object) -> Iterator[Engine]:
        yield own_engine

    monkeypatch.setattr(commands, "reachable_database", reachable)


def audit(*arguments: str) -> Result:
    return CliRunner().invoke(commands.app, arguments)


def write_down(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        for name in ("first", FORMULA, "第三\r\n行"):
            subject = Subject("account", FORMULA, name)
            record(session, NOBODY, Deed.GRANT, subject=subject, after={"role": "leader"})


def test_an_intact_trail_is_said_with_its_head_and_ends_with_0(own_engine: Engine) -> None:
    write_down(own_engine)
    said = audit("verify")
    with Session(own_engine) as session:
        head = verify(session).head
    assert (said.exit_code, head in said.output) == (0, True)


def test_what_waits_is_sealed_before_it_is_looked_at(own_engine: Engine) -> None:
    write_down(own_engine)
    assert "已封印 3 条" in audit("verify").output


def test_a_changed_event_is_named_and_ends_with_3(own_engine: Engine, as_superuser: Engine) -> None:
    write_down(own_engine)
    seal_all(own_engine)
    run(as_superuser, "UPDATE audit_event SET actor_name = 'somebody else' WHERE number = 2")
    said = audit("verify")
    assert (said.exit_code, "第 2 号" in said.output) == (3, True)


def test_a_head_is_held_against_the_chain(own_engine: Engine) -> None:
    write_down(own_engine)
    said = audit("verify", "--head", "00" * 32)
    assert (said.exit_code, "先前记下的链头不在链中" in said.output) == (3, True)


def test_a_head_may_be_written_in_capitals(own_engine: Engine) -> None:
    write_down(own_engine)
    seal_all(own_engine)
    with Session(own_engine) as session:
        head = verify(session).head or ""
    assert audit("verify", "--head", f" {head.upper()} ").exit_code == 0


@pytest.mark.parametrize("head", ["5f2c", "5f2c…", "", "0" * 63, "g" * 64, "0" * 65])
def test_what_is_no_head_is_a_sentence_and_no_broken_chain(own_engine: Engine, head: str) -> None:
    write_down(own_engine)
    said = audit("verify", "--head", head)
    assert isinstance(said.exception, Obstacle)
    assert "64 位" in str(said.exception)


def exported(out: Path) -> list[dict[str, Any]]:
    audit("export", "--out", str(out))
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


def test_every_event_is_exported_with_every_field(own_engine: Engine, tmp_path: Path) -> None:
    who = person(own_engine)
    write_down(own_engine)
    actor = replace(NOBODY, name=who.username, id=who.id, address="10.0.0.7")
    with Session(own_engine) as session, session.begin():
        record(session, actor, Deed.LOOK, before={"x": 1.0}, detail={"图层": ["zones"]})
    rows = exported(tmp_path / "trail.jsonl")
    assert [row["subject_name"] for row in rows] == ["first", FORMULA, "第三\r\n行", None]
    fields = {column.key for column in AuditEvent.__mapper__.column_attrs}
    assert set(rows[-1]) == fields | {"seal"}
    told = {name: rows[-1][name] for name in ("actor_id", "address", "before", "detail")}
    assert told == {
        "actor_id": str(who.id),
        "address": "10.0.0.7",
        "before": {"x": 1.0},
        "detail": {"图层": ["zones"]},
    }


def test_the_chain_can_be_computed_from_the_file_alone(own_engine: Engine, tmp_path: Path) -> None:
    write_down(own_engine)
    rows = exported(tmp_path / "trail.jsonl")
    digest = b""
    # As docs/guides/accounts.md tells it, with nothing of the product.
    for row in rows:
        seal = row.pop("seal")
        fields = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        digest = hashlib.new(seal["algorithm"], digest + seal["position"].to_bytes(8) + fields).digest()
        assert digest.hex() == seal["digest"]
    with Session(own_engine) as session:
        assert verify(session).head == digest.hex()


def test_events_stand_in_the_order_of_the_chain(own_engine: Engine, tmp_path: Path) -> None:
    with Session(own_engine) as late, late.begin():
        record(late, NOBODY, Deed.GRANT)
        late.flush()
        write_down(own_engine)
        seal_all(own_engine)
    rows = exported(tmp_path / "trail.jsonl")
    assert [row["number"] for row in rows] == [2, 3, 4, 1]
    assert [row["seal"]["position"] for row in rows] == [1, 2, 3, 4]


@pytest.mark.parametrize("name", ["trail.jsonl", "trail.csv"])
def test_an_export_is_for_its_owner_alone(own_engine: Engine, tmp_path: Path, name: str) -> None:
    write_down(own_engine)
    audit("export", "--out", str(tmp_path / name))
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_no_cell_of_a_table_is_a_formula(own_engine: Engine, tmp_path: Path) -> None:
    write_down(own_engine)
    audit("export", "--out", str(tmp_path / "trail.csv"))
    with (tmp_path / "trail.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert f"'{FORMULA}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_an_export_of_the_trail_is_in_the_trail(own_engine: Engine, tmp_path: Path) -> None:
    write_down(own_engine)
    audit("export", "--out", str(tmp_path / "trail.csv"))
    (event,) = events(own_engine, action="export")
    assert event.actor_name.startswith("operator:")
    assert event.detail == {"what": "audit", "rows": 3, "file": "trail.csv"}


def test_a_file_that_is_there_is_not_overwritten(own_engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "trail.csv").write_text("mine")
    said = audit("export", "--out", str(tmp_path / "trail.csv"))
    assert isinstance(said.exception, Obstacle)
    assert (tmp_path / "trail.csv").read_text() == "mine"


@pytest.mark.parametrize("out", ["trail.txt", "nowhere/trail.csv", "/dev/null/trail.csv", f"{'n' * 300}.csv"])
def test_a_file_that_cannot_be_written_is_a_sentence(own_engine: Engine, tmp_path: Path, out: str) -> None:
    assert isinstance(audit("export", "--out", str(tmp_path / out)).exception, Obstacle)
    assert events(own_engine) == []


def test_a_full_disk_is_a_sentence_and_leaves_neither_file_nor_event(
    own_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(commands, "write_lines", write)
    said = audit("export", "--out", str(tmp_path / "trail.jsonl"))
    assert isinstance(said.exception, Obstacle)
    assert (list(tmp_path.iterdir()), events(own_engine)) == ([], [])


def test_a_file_name_in_another_encoding_is_kept_as_far_as_it_can_be_read(
    own_engine: Engine, tmp_path: Path
) -> None:
    audit("export", "--out", str(tmp_path / os.fsdecode("审计.csv".encode("gbk"))))
    (event,) = events(own_engine)
    assert event.detail["file"].endswith(".csv")


def test_the_commands_are_offered_by_the_launcher() -> None:
    helped = riskmap("audit", "--help")
    assert (helped.returncode, "verify" in helped.stdout) == (0, True)


def test_what_stands_in_the_way_is_a_sentence_at_the_launcher_too(tmp_path: Path) -> None:
    refused = riskmap("audit", "export", "--out", str(tmp_path / "trail.txt"))
    assert (refused.returncode, refused.stderr.strip()) == (1, "✗ 文件名应以 .jsonl 或 .csv 结尾。")
