"""The clock counts what the City of Boston's own system counted, once the times of its file are put right."""

import collections
import csv
import dataclasses
import pathlib

import boston
import pytest

from gridmgr.domain import adoption
from gridmgr.domain.adoption import Judged
from gridmgr.domain.deadlines import Calendar, Limit, due_at

MAPPING = pathlib.Path(__file__).parents[2] / "layers" / "adoption" / "boston_311.toml"
CITY = "America/New_York"
OFFICE_HOURS = Calendar(CITY, ((8 * 60 + 30, 17 * 60),))


def differences(words):
    """Return how often each way of lying to the deadline of the record comes, over all its rows."""
    with (boston.folder() / "boston_311_2025.csv").open(encoding="utf-8") as file:
        return collections.Counter(
            adoption.difference(judged(row, words), OFFICE_HOURS) for row in csv.DictReader(file)
        )


def judged(row, words):
    """Return a row with both its deadlines."""
    opened, limit = words.instant(row["open_dt"], CITY), words.kinds[row["type"]].limit
    counted = due_at(opened, Limit.read(limit), OFFICE_HOURS)
    return Judged(row["case_enquiry_id"], opened, limit, words.instant(row["sla_target_dt"], CITY), counted, None)


@pytest.fixture
def words():
    """What the words of the record mean."""
    return adoption.read_mapping(MAPPING.read_text(encoding="utf-8"), MAPPING.name)


def test_the_deadlines_of_all_but_22_of_2424_rows_are_the_same_working_minute(words):
    found = differences(words)

    assert found.total() == 2_424
    assert found["same"] + found["same_working_time"] == 2_402
    assert (found["earlier"], found["later"]) == (21, 1)


def test_by_the_times_as_they_are_written_hundreds_would_differ(words):
    found = differences(dataclasses.replace(words, clock="city"))

    assert found["earlier"] + found["later"] > 400
