"""What planners and administrators do leaves an entry, and what is refused or only tried leaves none."""

import datetime as dt

import pytest
import small_cities
from services.drafted import begin, grid
from services.sheets.test_matrix import DEPARTMENTS
from services.test_layers import write as write_layer
from services.test_staffing import FOUR_CHIEFS
from small_cities import FOUR, NOON, square

from gridmgr.services import layers, publishing, reviewing, staffing, trail
from gridmgr.services.sheets import SheetRefused, matrix
from gridmgr.services.versions import withdrawing

HOUR = dt.timedelta(hours=1)


def deeds(engine, since=None):
    """Return (who, what, to what) of every entry, the oldest first."""
    return [(e.by, e.action, e.subject) for e in reversed(trail.listed(engine)) if since is None or e.at >= since]


def renamed(engine):
    small_cities.whole_city(engine)
    return begin(engine, [(grid("A", name="Renamed"), None)], edits=[{"op": "rename", "grid": "A", "name": "Renamed"}])


def test_a_draft_leaves_its_way_to_a_version_and_out_of_force(engine):
    draft = renamed(engine)

    reviewing.submit(engine, draft, by="li", at=NOON)
    reviewing.give_back(engine, draft, text="Say why", by="wang", at=NOON)
    reviewing.submit(engine, draft, by="li", at=NOON)
    reviewing.approve(engine, draft, by="wang", at=NOON)
    publishing.publish(engine, draft, effective_from=NOON + HOUR, on_web=True, by="li", at=NOON)
    withdrawing.withdraw(engine, 2, reason="too early", by="wang", at=NOON)

    assert deeds(engine, NOON) == [
        ("li", "submit_draft", f"draft:{draft}"),
        ("wang", "return_draft", f"draft:{draft}"),
        ("li", "submit_draft", f"draft:{draft}"),
        ("wang", "approve_draft", f"draft:{draft}"),
        ("li", "publish_version", "version:2"),
        ("wang", "withdraw_version", "version:2"),
    ]
    assert trail.listed(engine, action="withdraw_version")[0].data == {"reason": "too early"}


def test_what_is_refused_leaves_no_entry(engine):
    small_cities.whole_city(engine)
    before = deeds(engine)
    gap = begin(engine, [(grid("A"), square(0, 0, 0.5))])

    with pytest.raises(publishing.PublishRefused):
        publishing.publish(engine, gap, by="li", at=NOON)
    with pytest.raises(withdrawing.NotScheduled):
        withdrawing.withdraw(engine, 1, reason="no", by="li", at=NOON)

    assert deeds(engine) == before


def test_imports_leave_an_entry_with_the_file_and_its_counts(engine, tmp_path):
    small_cities.found(engine)
    (tmp_path / "staff.csv").write_text(FOUR_CHIEFS, encoding="utf-8")
    (tmp_path / "matrix.csv").write_text(DEPARTMENTS, encoding="utf-8")
    told = {"at": NOON, "by": "wang"}

    staffing.import_staff(engine, tmp_path / "staff.csv", **told)
    matrix.import_matrix(engine, tmp_path / "matrix.csv", **told)
    layers.import_file(engine, write_layer(tmp_path / "g.geojson", FOUR), "responsibility_grid", **told)
    staffing.hand_over(engine, "A", "P1", effective_from=NOON + HOUR, **told)

    assert deeds(engine) == [
        ("wang", "import_staff", "staff"),
        ("wang", "import_matrix", "matrix"),
        ("wang", "import_layer", "layer:responsibility_grid"),
        ("wang", "hand_over", "grid:A"),
    ]
    assert trail.listed(engine, subject="staff")[0].data["file"] == "staff.csv"
    assert trail.listed(engine, subject="staff")[0].data["rows"] == 4


def test_a_dry_run_and_a_refused_sheet_leave_none(engine, tmp_path):
    small_cities.found(engine)
    sheet = tmp_path / "staff.csv"
    sheet.write_text(FOUR_CHIEFS, encoding="utf-8")
    staffing.import_staff(engine, sheet, at=NOON, by="wang", dry_run=True)
    sheet.write_text(FOUR_CHIEFS.replace(",D,chief", ",nowhere,chief"), encoding="utf-8")

    with pytest.raises(SheetRefused):
        staffing.import_staff(engine, sheet, at=NOON, by="wang")

    assert deeds(engine) == []
