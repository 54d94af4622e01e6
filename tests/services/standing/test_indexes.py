"""Indexes in files: one process draws, the others map; whatever lies there, the answers are those of the city."""

import logging
import os
import pathlib

import numpy as np
import pytest
import small_cities
from shapely import box

from gridmgr.geometry.locator import saved
from gridmgr.services import cities, standing
from gridmgr.services.standing import ground, indexes
from gridmgr.services.transactions import reading
from gridmgr.store import database


@pytest.fixture
def kept(engine, tmp_path):
    """A whole city whose first version has its indexes in files, and their folder."""
    small_cities.whole_city(engine)
    indexes.keep_in(engine, tmp_path / "data")
    ground.keep_indexes(engine, 1, first_version(engine))
    return engine, indexes.folder_of(engine)


def first_version(engine):
    with reading(engine) as session:
        return ground.of_version(session, 1)


def in_another_process(engine, tmp_path):
    """Return the ground as a process finds it that has asked nothing yet."""
    other = cities.open_city(engine.url.render_as_string(hide_password=False), tmp_path)
    indexes.keep_in(other, tmp_path / "data")
    try:
        return first_version(other)
    finally:
        other.dispose()


def scattered():
    """Points over the four squares and around them."""
    rng = np.random.default_rng(4)
    return rng.uniform(
        [small_cities.WEST - 0.01, small_cities.SOUTH - 0.01],
        [small_cities.WEST + 2 * small_cities.SIDE + 0.01, small_cities.SOUTH + 2 * small_cities.SIDE + 0.01],
        (3000, 2),
    )


def test_another_process_maps_the_index_and_answers_the_same(kept, tmp_path, monkeypatch):
    engine, _ = kept
    monkeypatch.setattr("gridmgr.geometry.locator.raster.drawing.draw", never)

    other = in_another_process(engine, tmp_path)

    here = first_version(engine)
    assert np.array_equal(other.locator.locate_many(*scattered().T), here.locator.locate_many(*scattered().T))
    assert len(np.unique(other.locator.locate_many(*scattered().T))) == 5


def never(*_):
    """Stand where a raster would be drawn."""
    raise AssertionError("The index was drawn although it lies in a file.")


def test_a_server_that_makes_itself_ready_leaves_the_index_for_the_next(engine, tmp_path, monkeypatch):
    small_cities.whole_city(engine)
    indexes.keep_in(engine, tmp_path / "data")

    standing.keep_ready(engine, small_cities.NOON)

    monkeypatch.setattr("gridmgr.geometry.locator.raster.drawing.draw", never)
    assert len(np.unique(in_another_process(engine, tmp_path).locator.locate_many(*scattered().T))) == 5


def test_the_indexes_of_a_city_file_lie_beside_it(tmp_path):
    engine = database.connect(f"gpkg:///{tmp_path}/city.gpkg")

    assert indexes.folder_of(engine) == tmp_path / "city.gpkg.indexes"


def test_a_file_of_other_shapes_is_not_used(kept, tmp_path):
    engine, folder = kept
    [path] = folder.glob("owners-*.index")
    ground.Locator({"X": box(0, 0, 1, 1)}).save(path, indexes.content_of({"X": box(0, 0, 1, 1)}))

    other = in_another_process(engine, tmp_path)

    assert np.array_equal(
        other.locator.locate_many(*scattered().T), first_version(engine).locator.locate_many(*scattered().T)
    )


def test_the_same_shapes_under_other_codes_are_another_content():
    shapes = {"A": box(0, 0, 1, 1), "B": box(1, 0, 2, 1)}

    contents = {
        indexes.content_of(shapes),
        indexes.content_of({"A": shapes["B"], "B": shapes["A"]}),
        indexes.content_of({"A": shapes["A"], "C": shapes["B"]}),
        indexes.content_of({"A": shapes["A"]}),
    }

    assert len(contents) == 4
    assert indexes.content_of(dict(reversed(shapes.items()))) in contents


def test_where_nothing_may_be_written_the_city_is_served_all_the_same(engine, tmp_path, caplog):
    small_cities.whole_city(engine)
    (tmp_path / "data").write_text("a file where the folder would be")
    indexes.keep_in(engine, tmp_path / "data")
    if indexes.folder_of(engine).parent != tmp_path / "data":
        indexes.folder_of(engine).write_text("a file where the folder would be")

    with caplog.at_level(logging.WARNING):
        ground.keep_indexes(engine, 1, first_version(engine))

    assert "each process draws its own" in caplog.text
    assert first_version(engine).locator.locate(small_cities.WEST + 1e-4, small_cities.SOUTH + 1e-4) is not None


def test_only_the_newest_files_are_kept(tmp_path):
    for number in range(30):
        (tmp_path / f"owners-v{number}.index").write_bytes(saved.MARK)

    indexes.forget_old(tmp_path)

    assert len(list(tmp_path.iterdir())) == indexes.MOST_KEPT


def test_what_a_process_that_was_killed_had_begun_to_write_is_deleted_after_an_hour(tmp_path, monkeypatch):
    monkeypatch.setattr(pathlib.Path, "replace", killed)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt), monkeypatch.context() as dead:
            dead.setattr(pathlib.Path, "unlink", lambda *_, **__: None)
            ground.Locator({"X": box(0, 0, 1, 1)}).save(tmp_path / "owners-v1-abc.index", "key")
    old, new = tmp_path.iterdir()
    (tmp_path / "owners-v2-abc.index").write_bytes(saved.MARK)
    os.utime(old, (old.stat().st_atime, old.stat().st_mtime - indexes.ABANDONED_S - 60))

    indexes.forget_old(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([new.name, "owners-v2-abc.index"])


def killed(*_):
    """End as a process does in the middle of writing."""
    raise KeyboardInterrupt
