"""Cases of another system come in by file: placed, clocked, once each, on both databases."""

import concurrent.futures
import datetime as dt

import openpyxl
import pyarrow as pa
import pyarrow.parquet
import pytest
from services import handled
from small_cities import NOON

from gridmgr.domain.adoption import Kind
from gridmgr.domain.casework.policy import Policy
from gridmgr.domain.casework.row import row_of
from gridmgr.domain.casework.standing import state_of
from gridmgr.errors import Invalid
from gridmgr.services import adoption, calendars
from gridmgr.services.handling import dispatching, supervising, waiting
from gridmgr.services.transactions import reading
from gridmgr.store import reports as report_rows
from gridmgr.store.cases import casework as rows

DAY = dt.timedelta(days=1)
TITLES = ("id", "opened", "due", "kind", "lon", "lat", "state", "closed", "department", "judged")
DIRTY = ("7", "2026-04-20 09:00", "2026-04-21 12:00", "Dirty", "119.605", "39.935", "", "", "", "late")
FAR = ("8", "2026-04-20 09:00", "", "Dirty", "100", "30", "", "", "", "")
WORDS = adoption.Dictionary(
    columns={"number": "id", "category": "kind"},
    kinds={"Dirty": Kind("06012", "dirty", "2WD")},
    states={"Done": "closed"},
    judged={"late": True, "well": False},
)


@pytest.fixture
def town(engine):
    """The city of four squares with two departments."""
    handled.city(engine)
    return engine


def sheet(folder, *lines, titles=TITLES, name="open.csv"):
    """Write a CSV file and return its path."""
    path = folder / name
    path.write_text("\n".join(",".join(line) for line in (titles, *lines)) + "\n", encoding="utf-8")
    return path


def row(**cells):
    """Return the dirty row with other cells."""
    return tuple({**dict(zip(TITLES, DIRTY, strict=True)), **cells}.values())


def adopt(engine, path, **more):
    """Adopt a file at noon."""
    return adoption.adopt_file(engine, path, **{"words": WORDS, "by": "me", "at": NOON, **more})


def only_case(engine):
    """Return (case, report, events) of the one case that came in as number 7."""
    with reading(engine) as session:
        report = report_rows.by_key(session, "import", "7")
        case = rows.case_of_report(session, report.id)
        return case, report, rows.history(session, case_id=case.id)


def test_a_case_comes_in_with_its_place_its_deadline_and_the_beginning_of_a_history(town, tmp_path):
    done = adopt(town, sheet(tmp_path, DIRTY, FAR))

    case, report, history = only_case(town)
    assert (done.rows, done.cases, done.known, [one.number for one, _ in done.refused]) == (2, 1, 0, [3])
    assert (report.grid_code, report.department_code, report.state) == ("A", "SAN", "filed")
    assert (case.number, case.state, case.department_code) == ("1303022026042000001", "dispatched", "SAN")
    assert case.due_at == dt.datetime(2026, 4, 21, 4, tzinfo=dt.UTC)
    assert [event.action for event in history] == ["adopt"]
    with reading(town) as session:
        assert row_of(state_of(history), calendars.calendar(session), Policy())["due_at"] == case.due_at


def test_a_counted_clock_goes_by_limit_and_calendar(town, tmp_path):
    adopt(town, sheet(tmp_path, DIRTY), clock="counted")

    assert only_case(town)[0].due_at == dt.datetime(2026, 4, 22, 1, tzinfo=dt.UTC)


def test_a_number_comes_in_once_however_often_its_file_is_given(town, tmp_path):
    path = sheet(tmp_path, DIRTY, row(id="9"))
    adopt(town, sheet(tmp_path, DIRTY, name="first.csv"))

    again, third = adopt(town, path), adopt(town, path)

    assert (again.cases, again.known, third.cases, third.known) == (1, 1, 0, 2)
    with reading(town) as session:
        assert rows.count(session) == 4


def test_a_dry_run_says_the_same_and_writes_nothing(town, tmp_path):
    path = sheet(tmp_path, DIRTY, FAR)

    dry = adopt(town, path, dry_run=True)

    with reading(town) as session:
        assert (rows.count(session), report_rows.count(session)) == (0, 0)
    done = adopt(town, path)
    assert [(one.rows, one.cases, len(one.refused), one.judged) for one in (dry,)] == [
        (done.rows, done.cases, len(done.refused), done.judged)
    ]


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"id": ""}, "number"),
        ({"opened": "yesterday"}, "opened"),
        ({"opened": "2027-01-01"}, "opened"),
        ({"kind": "Moon"}, "category"),
        ({"lon": "west"}, "lon"),
        ({"lat": ""}, "lat"),
        ({"state": "suspended"}, "state"),
        ({"state": "Done"}, "closed"),
        ({"closed": "2026-04-21"}, "closed"),
        ({"state": "Done", "closed": "2026-04-01"}, "closed"),
        ({"department": "NASA"}, "department"),
        ({"due": "soon"}, "due"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_field_and_holds_nobody_up(town, tmp_path, cells, field):
    done = adopt(town, sheet(tmp_path, row(**cells), row(id="9")))

    [(refused, error)] = done.refused
    assert done.cases == 1
    assert (refused.number, error.fields["column"]) == (2, field)
    for language in ("en", "zh"):
        assert "{" not in error.say(language)


def test_a_number_that_comes_twice_in_a_file_is_told(town, tmp_path):
    done = adopt(town, sheet(tmp_path, DIRTY, DIRTY))

    assert (done.cases, [one.number for one, _ in done.refused]) == (1, [3])


def test_reports_that_wait_and_cases_that_ended_come_in_as_that(town, tmp_path):
    lines = (row(state="reported"), row(id="9", state="Done", closed="2026-04-21 10:00", department="UME"))

    done = adopt(town, sheet(tmp_path, *lines))

    assert (done.cases, done.reports, done.judged) == (1, 1, [])
    with reading(town) as session:
        waits, ended = (report_rows.by_key(session, "import", key) for key in "79")
        case = rows.case_of_report(session, ended.id)
        assert (waits.state, rows.case_of_report(session, waits.id)) == ("reported", None)
        assert (case.state, case.department_code, case.closed_at) == (
            "closed", "UME", dt.datetime(2026, 4, 21, 2, tzinfo=dt.UTC),
        )  # fmt: skip


def test_what_was_overdue_when_it_came_in_wakes_nobody_and_goes_on_by_its_steps(town, tmp_path):
    adopt(town, sheet(tmp_path, DIRTY))
    number = only_case(town)[0].number

    supervising.supervise(town, at=NOON)
    dispatching.assign(town, number, handler="han", by="boss", at=NOON)
    waiting.urge(town, number, reason="Two weeks.", by="boss", at=NOON)

    assert [event.action for event in only_case(town)[2]] == ["adopt", "assign", "urge"]
    assert only_case(town)[2][0].data["rungs"] == ["unclaimed", "at_risk", "overdue", "late", "very_late"]


@pytest.mark.parametrize("ending", ["xlsx", "parquet", "geojson"])
def test_other_kinds_of_files_say_the_same(town, tmp_path, ending):
    path = tmp_path / f"open.{ending}"
    WRITERS[ending](path, dict(zip(TITLES, DIRTY, strict=True)))

    done = adopt(town, path)

    case, report, _ = only_case(town)
    assert (done.cases, done.refused) == (1, [])
    assert (report.grid_code, case.due_at) == ("A", dt.datetime(2026, 4, 21, 4, tzinfo=dt.UTC))


def as_workbook(path, cells):
    """Write an Excel file."""
    book = openpyxl.Workbook()
    book.active.append(list(cells))
    book.active.append([dt.datetime.fromisoformat(v) if " " in v else v for v in cells.values()])
    book.save(path)


def as_parquet(path, cells):
    """Write a Parquet file with numbers and instants as such."""
    typed = {**cells, "lon": 119.605, "lat": 39.935, "id": 7, "opened": dt.datetime(2026, 4, 20, 1, tzinfo=dt.UTC)}
    pa.parquet.write_table(pa.table({name: [value] for name, value in typed.items()}), path)


def as_points(path, cells):
    """Write a GeoJSON file."""
    import json

    told = {name: value for name, value in cells.items() if name not in ("lon", "lat")}
    point = {"type": "Point", "coordinates": [119.605, 39.935]}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": told, "geometry": point}
    ]}), encoding="utf-8")  # fmt: skip


WRITERS = {"xlsx": as_workbook, "parquet": as_parquet, "geojson": as_points}


def test_a_column_that_is_needed_is_asked_for_by_name(town, tmp_path):
    path = sheet(tmp_path, ("7",), titles=("id",))

    with pytest.raises(Invalid, match="no column kind"):
        adopt(town, path)
    with pytest.raises(Invalid, match="--column opened="):
        adopt(town, path, words=adoption.Dictionary())


def test_a_mapping_is_one_of_ours_or_a_file(tmp_path):
    (tmp_path / "mine.toml").write_text('[category]\nA = { code = "06012" }', encoding="utf-8")

    mine = adoption.mapping(str(tmp_path / "mine.toml"), [("number", "nr")])

    assert (mine.kinds["A"].code, mine.columns) == ("06012", {"number": "nr"})
    assert adoption.mapping("boston_311").columns["due"] == "sla_target_dt"
    with pytest.raises(Invalid, match="boston_311"):
        adoption.mapping("atlantis")


def test_what_was_interrupted_goes_on_when_the_file_is_given_again(town, tmp_path, monkeypatch):
    monkeypatch.setattr(adoption, "AT_ONCE", 2)
    path = sheet(tmp_path, *(row(id=str(n)) for n in range(1, 6)))

    with pytest.raises(KeyboardInterrupt):
        adopt(town, path, progress=stop_at(4))
    done = adopt(town, path)

    assert (done.cases, done.known) == (1, 4)
    with reading(town) as session:
        assert rows.counted(session) == {("130302", "20260420"): 5}


def stop_at(count):
    """Return a progress that is interrupted at a row."""

    def stopping(done, total=None):
        if done == count:
            raise KeyboardInterrupt

    return stopping


def test_two_who_adopt_the_same_file_at_once_bring_each_case_in_once(town, tmp_path, monkeypatch):
    monkeypatch.setattr(adoption, "AT_ONCE", 3)
    path = sheet(tmp_path, *(row(id=str(n)) for n in range(1, 13)))

    with concurrent.futures.ThreadPoolExecutor(2) as both:
        done = [job.result() for job in [both.submit(adopt, town, path) for _ in range(2)]]

    assert sum(one.cases for one in done) == sum(one.known for one in done) == 12
    with reading(town) as session:
        assert rows.count(session) == 24


def test_another_batch_goes_on_with_the_places_of_the_day(town, tmp_path, monkeypatch):
    monkeypatch.setattr(adoption, "AT_ONCE", 2)
    path = sheet(tmp_path, *(row(id=str(n)) for n in range(1, 6)))

    adopt(town, path)

    with reading(town) as session:
        assert rows.counted(session) == {("130302", "20260420"): 5}
