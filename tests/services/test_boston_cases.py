"""The open cases of the City of Boston come in through the bulk door, as docs/boston.md says, on both databases."""

import collections
import datetime as dt
import pathlib

import boston
import pytest
from click.testing import CliRunner

from gridmgr.cli import main
from gridmgr.domain import adoption as rules
from gridmgr.services import adoption, cities
from gridmgr.services.handling import supervising
from gridmgr.services.transactions import reading
from gridmgr.store.cases import casework as rows

PAPERS = pathlib.Path(__file__).parents[2] / "docs" / "boston"
BEFORE = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
ROWS, ADOPTED = 2_424, 2_420
NOBODYS = {119: "lon", 573: "lon", 1229: "lon", 1752: "lon"}
"""Two rows without a position, and two at one spot in the water."""


@pytest.fixture
def town(database_url, engine):
    """The engine of a Boston with its wards, departments, categories and office hours, made by command."""
    folder = boston.folder()
    engine.dispose()
    cities.found(database_url, name="Boston", bbox="-71.2,42.2,-70.8,42.45", timezone="America/New_York",
                 profile="any", at=BEFORE, by="me")  # fmt: skip
    wards = ("layer", "import", folder / "wards.geojson", "--layer", "responsibility_grid", "--code", "WARD")
    for words in (
        (*wards, "--repair"),
        ("publish", "1", "--accept", "no_person", "--accept", "no_department", "--reason", "Wards first."),
        ("matrix", "import", PAPERS / "departments.csv"),
        ("matrix", "import", PAPERS / "matrix.csv"),
        ("calendar", "shifts", "08:30-17:00"),
    ):
        result = CliRunner().invoke(main, ["--database", database_url, *map(str, words)], env={"GRIDMGR_LANG": "en"})
        assert result.exit_code == 0, result.output
    made = cities.open_city(database_url)
    yield made
    made.dispose()


def test_bostons_open_cases_are_placed_clocked_and_judged_beside_their_own_record(town):
    record, words = boston.folder() / "boston_311_2025.csv", adoption.mapping("boston_311")
    now = dt.datetime.now(dt.UTC)

    done = adoption.adopt_file(town, record, words=words, clock="counted", by="me", at=now)

    assert (done.rows, done.cases, {row.number: error.fields["column"] for row, error in done.refused}) == (
        ROWS, ADOPTED, NOBODYS,
    )  # fmt: skip
    assert done.file_date.astimezone(dt.UTC) == dt.datetime(2025, 5, 20, 2, 27, 31, tzinfo=dt.UTC)
    assert rules.split(done.judged, done.file_date) == {
        (True, True, True): 2_264,
        (False, False, False): 122,
        (False, False, True): 34,
    }
    others = [one for one in done.judged if rules.is_overdue(one.counted, done.file_date) != one.overdue]
    assert {rules.difference(one, done.calendar) for one in others} == {"same_working_time"}
    assert {(one.counted.hour, one.brought.hour, one.brought - one.counted) for one in others} == {
        (21, 12, dt.timedelta(hours=15, minutes=30))
    }
    assert collections.Counter(rules.difference(one, done.calendar) for one in done.judged) == {
        "same": 1_145,
        "same_working_time": 1_253,
        "earlier": 21,
        "later": 1,
    }
    supervising.supervise(town, at=now + dt.timedelta(minutes=1), most=ADOPTED)
    with reading(town) as session:
        assert rows.count(session) == 2 * ADOPTED
