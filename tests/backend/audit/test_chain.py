"""The chain over the trail: whatever is done to it behind the service's back shows."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from backend.audit import chain
from backend.audit.chain import (
    EVERY_S,
    LOOK_BACK,
    Interrupted,
    Verification,
    Watch,
    keep_sealed,
    seal_all,
    verify,
)
from backend.audit.trail import Deed, record
from backend.jurisdictions.actors import NOBODY
from backend.operating.chores import repeated
from tests.signed_in import as_role, browser_of, run

EVENTS = 5


def write_down(engine: Engine, count: int = EVENTS) -> None:
    with Session(engine) as session, session.begin():
        for number in range(count):
            record(session, NOBODY, Deed.LOOK, detail={"look": number, "where": "湛河"})


@pytest.fixture
def sealed(own_engine: Engine) -> Engine:
    """A trail of five sealed events."""
    write_down(own_engine)
    seal_all(own_engine)
    return own_engine


def verified(engine: Engine, head: str | None = None) -> Verification:
    with Session(engine) as session:
        return verify(session, head=head)


def faults(engine: Engine) -> list[int]:
    """The events at which the chain does not hold."""
    return [fault.number for fault in verified(engine).faults]


def test_an_empty_trail_is_intact(own_engine: Engine) -> None:
    found = verified(own_engine)
    assert (found.is_intact, found.events, found.head) == (True, 0, None)


def test_a_sealed_trail_is_intact(sealed: Engine) -> None:
    found = verified(sealed)
    assert (found.is_intact, found.events, found.sealed) == (True, EVENTS, EVENTS)


def test_what_is_not_sealed_yet_is_told(sealed: Engine) -> None:
    write_down(sealed, 2)
    found = verified(sealed)
    assert (found.is_intact, found.events - found.sealed) == (True, 2)


def test_sealing_again_seals_nothing_twice(sealed: Engine) -> None:
    head = verified(sealed).head
    seal_all(sealed)
    assert (verified(sealed).head, verified(sealed).sealed) == (head, EVENTS)


@pytest.mark.parametrize(
    "change",
    [
        "actor_name = 'somebody else'",
        "result = 'refused'",
        "at = at - interval '1 microsecond'",
        "detail = '{}'",
        "address = '127.0.0.1'",
        "after = '{}'",
        "subject_name = ''",
    ],
)
def test_a_changed_event_is_found(sealed: Engine, as_superuser: Engine, change: str) -> None:
    run(as_superuser, f"UPDATE audit_event SET {change} WHERE number = 3")
    assert faults(sealed) == [3]


def test_a_removed_event_is_found(sealed: Engine, as_superuser: Engine) -> None:
    run(as_superuser, "DELETE FROM audit_event WHERE number = 3")
    assert faults(sealed) == [3]


def test_an_event_removed_with_its_seal_is_found(sealed: Engine, as_superuser: Engine) -> None:
    run(as_superuser, "DELETE FROM audit_event WHERE number = 3")
    run(as_superuser, "DELETE FROM audit_seal WHERE event_number = 3")
    assert faults(sealed) == [4]


def test_a_removed_seal_is_found(sealed: Engine, as_superuser: Engine) -> None:
    run(as_superuser, "DELETE FROM audit_seal WHERE position = 3")
    assert faults(sealed) == [4]


def test_seals_that_close_the_gap_are_found(sealed: Engine, as_superuser: Engine) -> None:
    run(as_superuser, "DELETE FROM audit_event WHERE number = 3")
    run(as_superuser, "DELETE FROM audit_seal WHERE event_number = 3")
    for position in (4, 5):
        run(
            as_superuser,
            "UPDATE audit_seal SET position = position - 1 WHERE position = :position",
            position=position,
        )
    assert faults(sealed) == [4, 5]


def test_an_inserted_seal_is_found(sealed: Engine, as_superuser: Engine) -> None:
    write_down(sealed, 1)
    run(as_superuser, "INSERT INTO audit_seal VALUES (6, 6, 'sha256', '\\x00')")
    assert faults(sealed) == [6]


def test_a_seal_before_the_first_is_found(sealed: Engine, as_superuser: Engine) -> None:
    write_down(sealed, 1)
    run(as_superuser, "INSERT INTO audit_seal VALUES (0, 6, 'sha256', '\\x00')")
    assert not verified(sealed).is_intact


def test_two_events_that_change_places_are_found(sealed: Engine, as_superuser: Engine) -> None:
    for event, position in ((-1, 2), (2, 3), (3, 2)):
        run(
            as_superuser,
            "UPDATE audit_seal SET event_number = :event WHERE position = :position",
            event=event,
            position=position,
        )
    assert 2 in faults(sealed)


def test_a_seal_by_an_unknown_algorithm_is_a_fault_not_a_failure(
    sealed: Engine, as_superuser: Engine
) -> None:
    run(as_superuser, "UPDATE audit_seal SET algorithm = 'none' WHERE position = 3")
    assert faults(sealed) == [3]


def recompute(engine: Engine, as_superuser: Engine) -> None:
    """What somebody with every right would do: change an event and seal the whole trail anew."""
    run(as_superuser, "UPDATE audit_event SET actor_name = 'somebody else' WHERE number = 3")
    run(as_superuser, "DELETE FROM audit_seal")
    seal_all(engine)


def test_a_recomputed_chain_looks_whole(sealed: Engine, as_superuser: Engine) -> None:
    recompute(sealed, as_superuser)
    assert verified(sealed).is_intact


def test_a_head_that_was_noted_elsewhere_shows_a_recomputed_chain(
    sealed: Engine, as_superuser: Engine
) -> None:
    head = verified(sealed).head
    recompute(sealed, as_superuser)
    assert [fault.number for fault in verified(sealed, head).faults] == [0]


def test_a_head_that_was_noted_elsewhere_shows_an_end_cut_off(sealed: Engine, as_superuser: Engine) -> None:
    head = verified(sealed).head
    run(as_superuser, "DELETE FROM audit_seal WHERE position = 5")
    run(as_superuser, "DELETE FROM audit_event WHERE number = 5")
    assert (verified(sealed).is_intact, verified(sealed, head).is_intact) == (True, False)


def test_a_head_stays_good_while_the_trail_grows(sealed: Engine) -> None:
    head = verified(sealed).head
    write_down(sealed)
    seal_all(sealed)
    assert verified(sealed, head).is_intact


def test_two_sealers_at_once_do_not_fork_the_chain(own_engine: Engine) -> None:
    write_down(own_engine, 200)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(seal_all, [own_engine] * 4))
    found = verified(own_engine)
    assert (found.is_intact, found.sealed) == (True, 200)


def test_an_event_that_commits_late_is_sealed_all_the_same(own_engine: Engine) -> None:
    with Session(own_engine) as late, late.begin():
        record(late, NOBODY, Deed.LOOK)
        write_down(own_engine, 2)
        seal_all(own_engine)
    seal_all(own_engine)
    found = verified(own_engine)
    assert (found.is_intact, found.sealed) == (True, 3)


def test_a_service_seals_while_it_runs_and_at_its_end(own_engine: Engine) -> None:
    with repeated("sealing", EVERY_S, keep_sealed(own_engine, Watch())):
        write_down(own_engine)
    seal_all(own_engine)
    assert verified(own_engine).sealed == EVENTS


def test_the_chain_does_not_depend_on_the_reader_s_time_zone(sealed: Engine) -> None:
    with Session(sealed) as session:
        session.execute(text("SET timezone = 'America/New_York'"))
        assert verify(session).is_intact


def test_the_auditor_is_told_the_state_of_the_chain(sealed: Engine, as_superuser: Engine) -> None:
    auditor = as_role(browser_of(sealed), "audit_admin")
    assert auditor.get("/api/v1/audit/verification").json()["is_intact"] is True
    run(as_superuser, "UPDATE audit_event SET actor_name = 'somebody else' WHERE number = 3")
    found = auditor.get("/api/v1/audit/verification").json()
    assert (found["is_intact"], [fault["number"] for fault in found["faults"]]) == (False, [3])


def test_a_page_goes_on_from_the_last_whole_walk(sealed: Engine, as_superuser: Engine) -> None:
    watch = Watch()
    watch.look(sealed)
    write_down(sealed)
    seal_all(sealed)
    run(as_superuser, "UPDATE audit_event SET actor_name = 'somebody else' WHERE number IN (2, 7)")
    with Session(sealed) as session:
        since = verify(session, since=watch.last)
        assert [fault.number for fault in since.faults] == [7]
        assert since.head == verify(session).head
    watch.again_at = watch.whole_at = 0.0
    watch.look(sealed)
    assert watch.last
    assert [fault.number for fault in watch.last.faults] == [2, 7]


def test_a_tail_that_is_cut_off_is_missed_by_who_has_seen_it(sealed: Engine, as_superuser: Engine) -> None:
    watch = Watch()
    watch.look(sealed)
    run(as_superuser, "DELETE FROM audit_seal WHERE position > 3")
    run(as_superuser, "DELETE FROM audit_event WHERE number > 3")
    with Session(sealed) as session:
        assert verify(session).is_intact
        assert not verify(session, since=watch.last).is_intact


def test_a_walk_is_left_when_the_service_ends(sealed: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "AT_ONCE", 1)
    ended = Event()
    ended.set()
    with Session(sealed) as session, pytest.raises(Interrupted):
        verify(session, ended=ended)


def test_only_what_is_young_is_looked_for_again(own_engine: Engine, as_superuser: Engine) -> None:
    write_down(own_engine)
    run(as_superuser, "UPDATE audit_event SET at = now() - interval '2 hours' WHERE number = 1")
    seal_all(own_engine, since=LOOK_BACK)
    assert verified(own_engine).sealed == EVENTS - 1
    seal_all(own_engine)
    assert verified(own_engine).sealed == EVENTS
