"""The chain of the audit trail, with values alone: whatever is tampered with is named."""

import dataclasses
import datetime as dt

import pytest

from gridmgr.domain import trail
from gridmgr.domain.trail import Entry

AT = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)


def entries(count=4):
    return [Entry(AT, "li", "publish_version", f"version:{n}", {"n": n}, id=n) for n in range(1, count + 1)]


def said(seal, found):
    return [one.say("en") for one in trail.broken_entries(seal, found)]


def test_an_untouched_seal_has_no_breaks():
    seal = trail.seal(entries(), None, AT)

    assert list(trail.broken_link(seal, None)) == []
    assert said(seal, entries()) == []


@pytest.mark.parametrize("field", ["by", "action", "subject", "at", "data"])
def test_a_changed_field_of_an_entry_is_named(field):
    seal = trail.seal(entries(), None, AT)
    other = {"at": AT + dt.timedelta(milliseconds=1), "data": {"n": 2, "x": None}}.get(field, "other")
    found = entries()
    setattr(found[1], field, other)

    assert said(seal, found) == ["Entry 2 was changed after seal 1 was made."]


def test_a_removed_and_an_inserted_entry_are_named():
    seal = trail.seal(entries(), None, AT)

    assert said(seal, entries()[1:]) == ["Entry 1 was removed: seal 1 has it, the trail has not."]
    assert said(seal, entries(5)) == ["Entry 5 was put in later: seal 1 does not have it."]


def test_two_entries_that_changed_places_are_named_as_out_of_order():
    seal = trail.seal(entries(), None, AT)
    found = entries()
    found[1].id, found[2].id = 3, 2

    assert said(seal, found) == [
        "Entry 2 stands where seal 1 has another: the order was changed.",
        "Entry 3 stands where seal 1 has another: the order was changed.",
    ]


def test_a_seal_that_was_changed_replaced_or_taken_out_is_named():
    first = trail.seal(entries(), None, AT)
    second = trail.seal(entries(2), first, AT)
    third = trail.seal(entries(3), second, AT)
    forged = dataclasses.replace(first, members=trail.seal(entries(2), None, AT).members)
    again = dataclasses.replace(forged, digest=trail.digest_of_seal(forged))

    assert [b.say("en") for b in trail.broken_link(forged, None)] == ["Seal 1 was changed after it was made."]
    assert "Seal 2 does not follow" in next(trail.broken_link(second, again)).say("en")
    assert [b.say("en") for b in trail.broken_link(third, first)] == ["Seals 2 to 2 are missing before seal 3."]


def test_members_that_are_no_members_are_named_and_not_tripped_over():
    seal = dataclasses.replace(trail.seal(entries(1), None, AT), members="nonsense")

    assert len(said(seal, entries(1))) == 2


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("a\x00b", "a\ufffdb"),
        ("\ud800", "?"),
        (float("nan"), None),
        (AT, "2026-05-04T04:00:00+00:00"),
        ({1: (2, {"b", "a"})}, {"1": [2, ["a", "b"]]}),
        (True, True),
    ],
)
def test_what_a_database_cannot_keep_is_made_plain(value, kept):
    assert trail.plain(value) == kept
