"""Publishing: only what is whole, only from the newest version on, only forwards in time."""

import datetime as dt

import pytest
import small_cities
from small_cities import FOUR, NOON

from gridmgr.errors import Invalid
from gridmgr.services import auditing, publishing
from gridmgr.services.transactions import reading
from gridmgr.store import drafts, versions

DAY = dt.timedelta(days=1)


def kinds(engine, **which):
    return {f.kind for f in auditing.audit(engine, at=NOON, **which).findings}


def test_a_whole_draft_becomes_the_version_in_force(engine):
    draft = small_cities.found(engine)
    small_cities.staff(engine, draft)
    small_cities.rubbish(engine)

    version = small_cities.publish(engine, draft)

    with reading(engine) as session:
        assert versions.in_force(session, NOON).number == version.number == 1
        assert drafts.open_drafts(session) == []
    assert kinds(engine) == set()


def test_a_gap_blocks_publishing_and_cannot_be_accepted(engine):
    draft = small_cities.found(engine, {c: s for c, s in FOUR.items() if c != "D"})
    small_cities.staff(engine, draft)

    assert kinds(engine, draft=draft) == {"gap"}
    with pytest.raises(publishing.PublishRefused, match="1 gap"):
        small_cities.publish(engine, draft)
    with pytest.raises(Invalid, match="cannot be accepted"):
        small_cities.publish(engine, draft, accept=["gap"], reason="later")


def test_a_vacant_grid_blocks_publishing_until_it_is_accepted_with_a_reason(engine):
    draft = small_cities.found(engine)
    small_cities.staff(engine, draft, codes=["A", "B", "C"])

    with pytest.raises(publishing.PublishRefused, match="1 no_person"):
        small_cities.publish(engine, draft)
    with pytest.raises(Invalid, match="needs a reason"):
        small_cities.publish(engine, draft, accept=["no_person"])
    version = small_cities.publish(engine, draft, accept=["no_person"], reason="the new chief starts on Monday")

    with reading(engine) as session:
        assert [(a.kind, a.reason) for a in versions.acceptances(session, version.number)] == [
            ("no_person", "the new chief starts on Monday")
        ]


def test_a_department_without_a_unit_blocks_publishing(engine):
    draft = small_cities.found(engine)
    small_cities.staff(engine, draft)
    small_cities.rubbish(engine, unit=False)

    with pytest.raises(publishing.PublishRefused, match="1 no_department"):
        small_cities.publish(engine, draft)


def test_a_version_cannot_begin_before_the_one_already_scheduled(engine):
    small_cities.whole_city(engine)
    with reading(engine) as session:
        newest = versions.newest(session)

    with pytest.raises(Invalid, match="past"):
        publishing.check_instant(NOON - DAY, newest, NOON)
    with pytest.raises(Invalid, match="Version 1 is scheduled"):
        publishing.check_instant(newest.effective_from, newest, newest.effective_from)


def test_a_draft_of_an_older_version_is_outdated(engine):
    first = small_cities.found(engine)
    small_cities.staff(engine, first)
    with publishing.writing(engine) as session:
        other = drafts.add(session, publishing.draft_rows.Draft("second", NOON, "planner"))
        drafts.put(session, other, [(g, s) for g, s in drafts.changes(session, first)])
    small_cities.publish(engine, first)

    with pytest.raises(publishing.DraftOutdated, match="version 1 is the newest"):
        small_cities.publish(engine, other.id, at=NOON)
