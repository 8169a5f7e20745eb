"""Who reads whole phone numbers, and what of them everybody else reads."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.jurisdictions.actors import DEMO_READER, NOBODY, PUBLIC, Actor
from backend.jurisdictions.contacts import masked, told_phone
from backend.jurisdictions.roles import ROLES, Action
from backend.jurisdictions.scope import EVERYTHING

MOBILE = "13812341234"
WHOLE = {
    "bureau_admin",
    "duty_officer",
    "township",
    "sector_department",
    "park_committee",
    "enterprise",
    "third_party",
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_whole_numbers_only_when_it_calls_or_edits(role: str) -> None:
    told = told_phone(Actor("somebody", EVERYTHING, ROLES[role]), MOBILE)
    assert told == (MOBILE if role in WHOLE else "138****1234")


def test_who_edits_reads_whole_numbers_lest_a_masked_one_be_saved() -> None:
    editors = [role for role in ROLES.values() if Action.EDIT in role.actions]
    assert editors
    assert all(Action.CONTACTS in role.actions for role in editors)


def test_who_reviews_also_edits() -> None:
    reviewers = {role.code for role in ROLES.values() if Action.REVIEW in role.actions}
    assert reviewers == {"bureau_admin", "township", "sector_department"}
    assert all(Action.EDIT in ROLES[code].actions for code in reviewers)


@pytest.mark.parametrize("actor", [NOBODY, PUBLIC, DEMO_READER])
def test_who_has_not_signed_in_reads_none_whole(actor: Actor) -> None:
    assert told_phone(actor, MOBILE) == "138****1234"


def test_no_phone_is_told_as_none() -> None:
    assert told_phone(NOBODY, None) is None


@given(st.text("0123456789 -+/转,，张", max_size=40))
def test_no_number_is_left_whole(phone: str) -> None:
    # Five figures in a row would be more than the ends that are told.
    assert not re.search(r"\d{5}", masked(phone))
