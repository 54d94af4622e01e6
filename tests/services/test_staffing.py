"""People come in by sheet, whole or not at all."""

import datetime as dt
import zoneinfo

import openpyxl
import pytest
import small_cities
from small_cities import NOON

from gridmgr.domain.staff.answering import answering
from gridmgr.geometry.archives import UnreadableFile
from gridmgr.services import auditing, staffing
from gridmgr.services.sheets import SheetRefused
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading
from gridmgr.store import revisions
from gridmgr.store import staff as staff_rows
from gridmgr.store.grids import identities

DAY = dt.timedelta(days=1)
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
HEADER = "person,name,phone,grid,role,from,to,weekdays,starts,ends,stands_in_for\n"
FOUR_CHIEFS = HEADER + "".join(f"P{i},Chief {code},555-{i},{code},chief,,,,,,\n" for i, code in enumerate("ABCD"))


@pytest.fixture
def city(engine):
    """The engine of a city of four grids in a draft, with nobody."""
    small_cities.found(engine)
    return engine


@pytest.fixture
def write(tmp_path):
    """A function that writes a sheet and returns its path."""

    def write(text, name="staff.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def local(*parts):
    """Return an instant by the clocks of the city."""
    return dt.datetime(*parts, tzinfo=SHANGHAI)


def take(engine, path, at=NOON, **options):
    return staffing.import_staff(engine, path, at=at, by="tester", **options)


def rows(engine):
    """Return how many persons, posts, duties and substitutions there are."""
    with reading(engine) as session:
        return [len(found) for found in staff_rows.staffing_rows(session)]


def who(engine, grid, at=NOON):
    """Return code and rule of who answers for a grid."""
    with reading(engine) as session:
        answer = answering(facts.known(session).staffing, [identities.by_code(session)[grid]], at)
    return answer.person and answer.person.code, answer.rule


def problems(engine, path):
    with pytest.raises(SheetRefused) as refused:
        take(engine, path)
    return [problem.say("en") for problem in refused.value.problems]


def test_chiefs_are_posted_on_the_grids_of_a_draft_before_it_is_published(city, write):
    imported = take(city, write(FOUR_CHIEFS))

    assert imported.counts == {"persons added": 4, "posts added": 4}
    assert who(city, "C") == ("P2", "chief")
    assert auditing.audit(city, at=NOON).blocking == []


def test_a_dry_run_says_the_same_and_writes_nothing(city, write):
    path = write(FOUR_CHIEFS)
    with reading(city) as session:
        before = revisions.numbers(session)

    tried = take(city, path, dry_run=True)

    assert tried.counts == {"persons added": 4, "posts added": 4}
    assert not tried.is_written
    assert rows(city) == [0, 0, 0, 0]
    with reading(city) as session:
        assert revisions.numbers(session) == before


def test_the_same_sheet_a_second_time_says_nothing_new(city, write):
    path = write(FOUR_CHIEFS + "P9,Night,,A,,,,daily,20:00,08:00,\nP9,,,,,2026-06-01,2026-06-08,,,,P1\n")
    take(city, path)
    before = rows(city)

    again = take(city, path, at=NOON + DAY)

    assert again.counts == {"persons changed": 0, "rows that say nothing new": 6}
    assert rows(city) == before


def test_a_new_chief_takes_over_from_the_one_before(city, write):
    take(city, write(FOUR_CHIEFS))

    changed = take(city, write(HEADER + "P7,Successor,,A,chief,2026-06-10,,,,,\n"))

    handover = local(2026, 6, 10)
    assert changed.counts == {"persons added": 1, "posts ended": 1, "posts added": 1}
    assert [who(city, "A", at) for at in (handover - dt.timedelta(seconds=1), handover)] == [
        ("P0", "chief"),
        ("P7", "chief"),
    ]


def test_a_row_with_an_end_ends_the_post_that_holds(city, write):
    take(city, write(FOUR_CHIEFS))

    changed = take(city, write(HEADER + "P0,,,A,chief,,2026-07-01,,,,\n"))

    assert changed.counts["posts ended"] == 1
    assert who(city, "A", local(2026, 7, 1)) == (None, "nobody")


def test_a_chief_who_is_to_come_later_is_not_pushed_aside(city, write):
    take(city, write(HEADER + "P1,Later,,A,chief,2027-01-01,,,,,\n"))

    assert problems(city, write(HEADER + "P2,Now,,A,chief,,,,,,\n")) == [
        "staff.csv: row 2, grid: P1 is chief of A from 2027-01-01T00:00:00+08:00 on; "
        "end that post first, or give this one an end."
    ]


def test_a_night_roster_and_a_substitution_work_as_written(city, write):
    text = FOUR_CHIEFS + "P9,Night,,A,,,,1-5,20:00,08:00,\nP8,Deputy,,,,2026-06-01,2026-06-08,,,,P1\n"
    take(city, write(text))

    friday_night = local(2026, 6, 6, 3)  # Saturday 03:00; the line began on Friday

    assert who(city, "A", friday_night) == ("P9", "duty")
    assert who(city, "A", friday_night + DAY) == ("P0", "chief")
    assert who(city, "B", local(2026, 6, 3)) == ("P8", "substitute")


def test_a_chinese_sheet_from_a_chinese_spreadsheet_is_read(city, write):
    text = "工号,姓名,网格,岗位,值班日,值班开始,值班结束\nP1,王海涛,A,网格长,周一至周五,8:00,20:00\n"

    take(city, write(text, encoding="gb18030"))

    with reading(city) as session:
        persons, _, duties, _ = staff_rows.staffing_rows(session)
        assert [p.name for p in persons] == ["王海涛"]
        assert (duties[0].weekdays, duties[0].starts_minute, duties[0].ends_minute) == ([0, 1, 2, 3, 4], 480, 1200)


def test_a_workbook_with_dates_times_and_numbers_as_cells_is_read(city, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["person *", "name", "phone", "grid", "role", "from", "weekdays", "starts", "ends"])
    book.active.append([1001, "Ann", 5550101, "A", "chief", dt.datetime(2026, 1, 5), 6, dt.time(8), dt.time(20, 30)])
    book.save(tmp_path / "staff.xlsx")

    take(city, tmp_path / "staff.xlsx")

    with reading(city) as session:
        persons, posts, duties, _ = staff_rows.staffing_rows(session)
        assert (persons[0].code, persons[0].phone) == ("1001", "5550101")
        assert posts[0].valid_from == local(2026, 1, 5)
        assert (duties[0].weekdays, duties[0].starts_minute, duties[0].ends_minute) == ([5], 480, 1230)


WRONG = {
    "P1,Ann,,Z,chief,,,,,,": "row 2, grid: there is no grid Z; import the grids first, or correct the code.",
    "P1,,,A,chief,,,,,,": "row 2, name: is empty, and P1 is new; fill it in.",
    ",Ann,,A,chief,,,,,,": "row 2, person: is empty; fill it in.",
    "P1,Ann,,A,boss,,,,,,": "row 2, role: boss is no post; write chief, deputy or officer.",
    "P1,Ann,,A,,,,,,,": "row 2, role: is empty; write chief, deputy or officer, or give duty hours.",
    "P1,Ann,,,chief,,,,,,": "row 2, grid: is empty, but the row gives a post or duty; fill it in.",
    "P1,Ann,,A,chief,5/3/26,,,,,": "row 2, from: 5/3/26 is not a time; write it like 2026-05-03 or 2026-05-03T21:00.",
    "P1,Ann,,A,chief,2026-05-03,2026-05-03,,,,": (
        "row 2, to: 2026-05-03 is not after the beginning; the end is the first day off."
    ),
    "P1,Ann,,A,,,,someday,08:00,20:00,": (
        "row 2, weekdays: someday names no weekdays; write 1-5 (1 is Monday), Mon-Fri or daily."
    ),
    "P1,Ann,,A,,,,1-5,8 am,20:00,": "row 2, starts: 8 am is no time of day; write it like 20:00.",
    "P1,Ann,,A,,,,1-5,24:00,20:00,": "row 2, starts: 24:00 is no time of day; write it like 20:00.",
    "P1,Ann,,A,,,,,08:00,20:00,": "row 2, weekdays: a duty needs weekdays, starts and ends; fill all three in.",
    "P1,Ann,,,,,,,,,P2": "row 2, to: is empty; a substitution needs from and to.",
    "P1,Ann,,,,2026-05-03,2026-05-04,,,,P1": "row 2, stands_in_for: P1 cannot stand in for himself.",
    "P1,Ann,,,,2026-05-03,2026-05-04,,,,P2": "row 2, stands_in_for: there is no person P2; name him in a row above.",
}


@pytest.mark.parametrize(("line", "sentence"), WRONG.items())
def test_what_cannot_be_used_is_named_by_row_and_column_and_nothing_is_written(city, write, line, sentence):
    text = f"{HEADER}{line}\nP5,Fine,,B,chief,,,,,,\n"

    assert problems(city, write(text)) == [f"staff.csv: {sentence}"]
    assert rows(city) == [0, 0, 0, 0]


def test_all_problems_of_a_sheet_are_told_at_once(city, write):
    path = write(HEADER + "P1,Ann,,Z,chief,,,,,,\nP2,Bob,,A,boss,,,,,,\n")

    with pytest.raises(SheetRefused) as refused:
        take(city, path)

    assert refused.value.say("en").count("\n") == 2
    assert refused.value.say("en").endswith("2 rows cannot be used; nothing was written.")


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", HEADER, "PK\x03\x04 no archive"])
def test_a_file_without_people_is_refused(city, write, text):
    with pytest.raises(UnreadableFile):
        take(city, write(text))


def test_a_damaged_workbook_is_refused(city, tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "staff.xlsx", "w") as archive:
        archive.writestr("hello.txt", "not a workbook")

    with pytest.raises(UnreadableFile, match="save it anew"):
        take(city, tmp_path / "staff.xlsx")


def test_a_chief_hands_over_to_somebody_known(city, write):
    take(city, write(FOUR_CHIEFS))

    staffing.hand_over(city, "A", "P1", effective_from=NOON + DAY, at=NOON, by="tester")

    assert [who(city, "A", at) for at in (NOON, NOON + DAY)] == [("P0", "chief"), ("P1", "chief")]


def test_a_grid_without_a_chief_cannot_be_handed_over(city, write):
    take(city, write(HEADER + "P1,Ann,,A,deputy,,,,,,\n"))

    with pytest.raises(staffing.NoChief, match="no chief"):
        staffing.hand_over(city, "A", "P1", effective_from=NOON, at=NOON, by="tester")


@pytest.mark.parametrize(
    ("grid", "person", "error"), [("Z", "P0", staffing.NoSuchGrid), ("A", "P99", staffing.NoSuchPerson)]
)
def test_a_hand_over_needs_a_grid_and_a_person_that_are_known(city, write, grid, person, error):
    take(city, write(FOUR_CHIEFS))

    with pytest.raises(error):
        staffing.hand_over(city, grid, person, effective_from=NOON, at=NOON, by="tester")
