"""The printable notice of a version: what people who live there are told."""

import datetime as dt
import re
import xml.etree.ElementTree as ElementTree

import pytest
import shapely
from web import small_city
from web.small_city import NOW, square

from gridmgr.domain.drafts import Draft, DraftGrid
from gridmgr.services import publishing
from gridmgr.services.transactions import writing
from gridmgr.services.versions import noticing, withdrawing
from gridmgr.store import bulk, drafts, revisions

LATER = NOW + dt.timedelta(days=2)
HOSTILE = "<script>alert(1)</script>"
SVG = re.compile(r"<figure>.*?(<svg.*?</svg>).*?</figure>", re.DOTALL)


# +----+----+      +----+----+
# | C  | D  |  →   | C  | D  |     B goes into A, which gets a name that would run
# +----+----+      +----+----+
# | A  | B  |      |    A    |
# +----+----+      +---------+
@pytest.fixture
def version(small):
    """The number of a scheduled version."""
    with writing(small) as session:
        made = drafts.add(session, Draft("合并", NOW, "root", base_number=1, reason="人口减少。"))
        whole = shapely.union(square(0, 0), square(1, 0))
        merged = DraftGrid(0, "responsibility_grid", "A", HOSTILE, parent_code="K1")
        gone = DraftGrid(0, "responsibility_grid", "B", "", parent_code="K1", removed=True)
        drafts.put(session, made, [(merged, whole), (gone, None)])
        ids = small_city.grid_ids(session)
        bulk.insert(session, [small_city.Post(2, ids["A"], "deputy", small_city.ALWAYS)])
        revisions.raise_(session, "drafts")
        revisions.raise_(session, "staff")
    return publishing.publish(small, made.id, effective_from=LATER, by="li", at=NOW).number


def text(client, number, language="zh"):
    answer = client.get(f"/api/v1/versions/{number}/notice?lang={language}")
    assert (answer.status_code, answer.mimetype) == (200, "text/html"), answer.text
    return answer.text


def test_a_notice_says_when_which_grids_and_who(client, version):
    chinese, english = text(client, version), text(client, version, "en")

    assert "关于调整网格边界的公告" in chinese and "自 2026年5月5日 21:00 起" in chinese
    assert "新设 0 个，撤销 1 个，变更 1 个" in chinese and "事由：人口减少。" in chinese
    assert "From 5 May 2026, 21:00 the following grids change" in english
    rows = re.findall(r"<tr class=\"(\w+)\">(.*?)</tr>", english, re.DOTALL)
    assert [kind for kind, _ in rows] == ["changed", "dissolved"]
    assert "张梦瑶" in rows[0][1] and "王海涛" in rows[0][1] and "Hongqili" in rows[0][1]
    assert "until then: " in rows[1][1] and "王海涛" in rows[1][1]
    assert re.search(r"gains [\d,]+ m² from 红旗里 02", rows[0][1])


def test_a_notice_draws_each_place_before_and_after(client, version):
    before, after = (ElementTree.fromstring(found) for found in SVG.findall(text(client, version)))

    def drawn(svg, kind):
        return [one for one in svg.iter("path") if kind in one.get("class", "").split()]

    assert [len(drawn(svg, "grid")) for svg in (before, after)] == [4, 3]
    assert [len(drawn(svg, "changed")) for svg in (before, after)] == [2, 1]
    assert [len(drawn(svg, "piece")) for svg in (before, after)] == [1, 1]
    assert [len(drawn(svg, "road")) for svg in (before, after)] == [1, 1]
    _, _, width, height = map(float, after.get("viewBox").split())
    numbers = [float(n) for path in after.iter("path") for n in re.findall(r"-?[\d.]+", path.get("d"))]
    assert 0.5 <= height / width <= 0.81 and max(numbers) <= width + 1


def test_a_notice_runs_nothing_that_a_name_holds(client, version):
    found = text(client, version)

    assert HOSTILE not in found and "&lt;script&gt;" in found


def test_phones_stand_in_the_notice_of_those_signed_in(client, version, sign_in):
    browser, _ = sign_in("planner")

    assert "0335-5550001" not in text(client, version)
    assert "0335-5550001" in text(browser, version)


def test_a_withdrawn_version_says_so(client, version, small):
    withdrawing.withdraw(small, version, reason="the street protests", by="li", at=NOW)

    assert "Withdrawn: this version does not take effect." in text(client, version, "en")


def test_the_first_version_has_no_notice(client):
    answer = client.get("/api/v1/versions/1/notice")

    assert (answer.status_code, answer.json["type"]) == (404, "/problems/nothing-changed")


def test_grids_that_change_far_from_each_other_are_on_maps_of_their_own():
    squares = [shapely.box(x, 0, x + 1, 1) for x in (0, 1, 5)]

    assert noticing.neighbourhoods(squares) in ([[0, 1], [2]], [[1, 0], [2]])
