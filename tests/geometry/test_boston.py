"""The wards of Boston: real defects, named, mended, and routed through."""

import collections

import boston
import numpy as np
import pytest

from gridmgr.geometry.coverage import audit, repair
from gridmgr.geometry.locator import Locator


def owners(polygons, rows):
    locator = Locator(polygons)
    found = locator.locate_many(
        np.array([float(r["longitude"]) for r in rows]), np.array([float(r["latitude"]) for r in rows])
    )
    return [locator.codes[i] if i >= 0 else None for i in found]


def test_the_audit_names_the_defects_of_the_wards():
    found = audit(boston.wards())

    kinds = collections.Counter(f.kind for f in found)
    concerned = {code for f in found for code in f.codes}
    assert kinds == {"gap": 32, "overlap": 9, "invalid": 3}
    assert sum(f.area_m2 for f in found if f.kind == "overlap") == pytest.approx(242.7, abs=0.5)
    assert 16 <= len(concerned) <= 20


def test_repair_ends_clean_with_all_22_codes():
    wards = boston.wards()

    mended, changes = repair(wards)

    assert sorted(mended) == sorted(wards)
    assert len(mended) == 22
    assert audit(mended) == []
    assert sum(change.rule == "gap" for change in changes) >= 30


def test_a_missing_ward_stays_a_finding():
    without = {code: shape for code, shape in boston.wards().items() if code != "14"}

    mended, _ = repair(without)

    (gap,) = audit(mended)
    assert gap.kind == "gap"
    assert gap.area_m2 == pytest.approx(4.9e6, rel=0.01)


def test_the_reports_of_2025_fall_into_the_wards_their_records_name():
    rows, wards = boston.located_rows(), boston.wards()
    recorded = [boston.recorded_ward(row) for row in rows]

    before, after = owners(wards, rows), owners(repair(wards)[0], rows)

    assert len(rows) == 2422
    assert sum(a == b for a, b in zip(before, recorded, strict=True)) == 2389
    assert sum(a == b for a, b in zip(after, recorded, strict=True)) >= 2387
