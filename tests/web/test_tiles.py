"""Vector tiles over HTTP."""

import mapbox_vector_tile
import pytest
from web import small_city

from gridmgr.domain.drafts import Draft, DraftGrid
from gridmgr.store import database, drafts, revisions
from gridmgr.web import tiles

# The tile of zoom 7 in which the whole small city lies.
HERE = "7/106/48"


def decoded(answer):
    return mapbox_vector_tile.decode(answer.data)


def test_a_tile_has_fills_borders_and_labels(client):
    found = decoded(client.get(f"/tiles/responsibility_grid/{HERE}.mvt?version=1"))

    assert sorted(one["properties"]["code"] for one in found["fill"]["features"]) == ["A", "B", "C", "D"]
    assert {one["properties"]["level"] for one in found["border"]["features"]} == {
        "subdistrict",
        "community",
        "responsibility_grid",
    }
    assert {one["properties"]["name"] for one in found["label"]["features"]} >= {"红旗里 01"}


def test_a_tile_of_a_version_is_kept_for_good_and_another_is_asked_about(client):
    fixed = client.get(f"/tiles/community/{HERE}.mvt?version=1")
    current = client.get(f"/tiles/community/{HERE}.mvt")

    assert fixed.content_type == "application/vnd.mapbox-vector-tile"
    assert fixed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert current.headers["Cache-Control"] == "private, no-cache"
    assert (
        client.get(f"/tiles/community/{HERE}.mvt", headers={"If-None-Match": current.headers["ETag"]}).status_code
        == 304
    )


def test_a_tile_beside_the_city_is_empty(client):
    answer = client.get("/tiles/community/12/0/0.mvt?version=1")

    assert (answer.status_code, answer.data) == (204, b"")


def test_a_tile_of_a_draft_follows_the_draft(sign_in, small):
    browser, _ = sign_in("planner")
    draft = put(small, None, "X", small_city.square(0, 0))
    before = decoded(browser.get(f"/tiles/responsibility_grid/{HERE}.mvt?draft={draft}"))
    put(small, draft, "Y", small_city.square(1, 0))

    after = decoded(browser.get(f"/tiles/responsibility_grid/{HERE}.mvt?draft={draft}"))

    assert [[one["properties"]["code"] for one in found["fill"]["features"]] for found in (before, after)] == [
        ["X"],
        ["X", "Y"],
    ]


def put(engine, draft_id, code, shape):
    """Put one grid into a draft, new without an id; return the draft's id."""
    with database.session(engine, write=True) as session:
        draft = drafts.get(session, draft_id) if draft_id else drafts.add(session, Draft("d", small_city.NOW, "test"))
        drafts.put(session, draft, [(DraftGrid(draft.id, "responsibility_grid", code, code), shape)])
        revisions.raise_(session, "drafts")
        return draft.id


def test_each_tile_is_made_once(client, monkeypatch):
    made = []
    monkeypatch.setattr(tiles, "made", lambda boundaries, level: made.append(level) or Counting(made))
    for _ in range(3):
        client.get(f"/tiles/community/{HERE}.mvt?version=1")

    assert made == ["community", "tile"]


class Counting:
    """A tile set that counts what is asked of it."""

    def __init__(self, asked):
        self.asked = asked

    def mvt(self, z, x, y):
        self.asked.append("tile")
        return b"x"


def test_warming_up_builds_the_levels_in_force(app):
    tiles.warm(app)

    assert {level for _, level in app.extensions["tiles"].sets.values} == {
        "subdistrict",
        "community",
        "responsibility_grid",
    }


@pytest.mark.parametrize("place", ["-1/0/0", "1/2/0", "23/0/0", "1.5/0/0", "a/b/c", f"12/{10**30}/0"])
def test_a_tile_of_no_place_is_a_problem(client, place):
    answer = client.get(f"/tiles/community/{place}.mvt")

    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
