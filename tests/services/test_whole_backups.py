"""Copies of a whole city: its file with the photos that it names, taken while it is in use, and put back."""

import pictures
import pytest
from click.testing import CliRunner
from web import small_city
from web.small_city import NOW

from gridmgr.cli import main
from gridmgr.errors import Unavailable
from gridmgr.services import backups, cities, reporting
from gridmgr.services.photos import files, keeping
from gridmgr.services.transactions import reading
from gridmgr.store import backups as rows
from gridmgr.store import database, reports


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def small(city_file, tmp_path):
    """The engine of a small city in a file."""
    path = tmp_path / "city.gpkg"
    path.write_bytes(city_file.read_bytes())
    engine = database.connect(f"gpkg:///{path}")
    small_city.found(engine)
    yield engine
    engine.dispose()


def url(engine):
    return engine.url.render_as_string(hide_password=False)


def report(engine, data):
    """Report something with a photo; return its token."""
    token = keeping.take(engine, data, pictures.picture(), at=NOW).token
    reporting.report(engine, x=119.605, y=39.905, category="06010", at=NOW, source="inspection", photos=[token])
    return token


def everything(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_copy_put_back_elsewhere_shows_every_photo(small, data, tmp_path):
    tokens = [report(small, data) for _ in range(2)]
    tokens.append(keeping.take(small, data, pictures.picture(), at=NOW).token)
    before = [keeping.file_of(small, data, one, is_thumb=thumb).read_bytes() for one in tokens for thumb in (0, 1)]

    size, copied = backups.backup(url(small), data, tmp_path / "copy.gpkg")
    elsewhere = f"gpkg:///{tmp_path / 'new.gpkg'}"
    back = backups.restore(elsewhere, tmp_path / "new", tmp_path / "copy.gpkg", replace=False)

    assert (copied.new, copied.known, copied.missing) == (back.new, back.known, back.missing) == (3, 0, [])
    assert size == (tmp_path / "copy.gpkg").stat().st_size
    engine = cities.open_city(elsewhere)
    data = tmp_path / "new"
    after = [keeping.file_of(engine, data, one, is_thumb=thumb).read_bytes() for one in tokens for thumb in (0, 1)]
    engine.dispose()
    assert after == before


def test_a_copy_names_no_photo_that_it_has_not_however_many_come_while_it_is_taken(small, data, tmp_path):
    for _ in range(3):
        report(small, data)

    _, copied = backups.backup(
        url(small), data, tmp_path / "copy.gpkg", progress=lambda done, total: report(small, data)
    )

    named = [token for token, _, is_named in rows.photos(tmp_path / "copy.gpkg") if is_named]
    assert (len(named), copied.missing) == (3, [])
    assert all(files.place(backups.beside(tmp_path / "copy.gpkg"), one).is_file() for one in named)
    with reading(small) as session:
        assert reports.count(session) == 6


def test_copies_that_share_a_folder_copy_only_what_is_new(small, data, tmp_path):
    shared = tmp_path / "shared"
    first = report(small, data)
    backups.backup(url(small), data, tmp_path / "monday.gpkg", photos=shared)
    report(small, data)
    files.place(shared, first).write_bytes(b"damaged")

    _, tuesday = backups.backup(url(small), data, tmp_path / "tuesday.gpkg", photos=shared)
    _, again = backups.backup(url(small), data, tmp_path / "tuesday.gpkg", photos=shared)

    assert (tuesday.new, tuesday.known) == (2, 0)
    assert (again.new, again.known) == (0, 2)
    assert files.place(shared, first).read_bytes() == files.path(data, first).read_bytes()


def test_a_photo_that_is_lost_or_damaged_is_told_and_the_rest_is_kept(small, data, tmp_path):
    lost, damaged, whole = (report(small, data) for _ in range(3))
    unnamed = keeping.take(small, data, pictures.picture(), at=NOW).token
    for token in (lost, unnamed):
        files.remove(data, token)
    files.path(data, damaged).write_bytes(b"half a pho")

    _, copied = backups.backup(url(small), data, tmp_path / "copy.gpkg")

    assert sorted(copied.missing) == sorted([lost, damaged])
    assert copied.count == 1
    assert files.place(backups.beside(tmp_path / "copy.gpkg"), whole).is_file()


def test_a_copy_whose_photos_cannot_be_written_leaves_the_one_before_it(small, data, tmp_path):
    backups.backup(url(small), data, tmp_path / "copy.gpkg")
    earlier = (tmp_path / "copy.gpkg").read_bytes()
    report(small, data)
    (tmp_path / "no folder").write_text("a file")

    with pytest.raises(Unavailable, match="could not be written"):
        backups.backup(url(small), data, tmp_path / "copy.gpkg", photos=tmp_path / "no folder")

    assert (tmp_path / "copy.gpkg").read_bytes() == earlier
    assert [name for name in everything(tmp_path) if ".part" in name] == []


def test_photos_that_cannot_be_put_back_leave_the_city_as_it_is(small, data, tmp_path):
    report(small, data)
    backups.backup(url(small), data, tmp_path / "copy.gpkg")
    report(small, data)
    (tmp_path / "other").write_text("a file")

    with pytest.raises(Unavailable, match="Nothing was changed"):
        backups.restore(url(small), tmp_path / "other", tmp_path / "copy.gpkg", replace=True)

    with reading(small) as session:
        assert reports.count(session) == 2


def test_photos_that_are_there_when_a_copy_is_put_back_stay_as_they_are(small, data, tmp_path):
    first = report(small, data)
    backups.backup(url(small), data, tmp_path / "copy.gpkg")
    second = report(small, data)
    before = everything(data)

    back = backups.restore(url(small), data, tmp_path / "copy.gpkg", replace=True)

    assert (back.new, back.known) == (0, 1)
    assert everything(data) == before
    assert keeping.file_of(small, data, first).is_file()
    with pytest.raises(keeping.NoSuchPhoto):
        keeping.file_of(small, data, second)


def test_a_city_on_a_server_is_left_to_the_servers_own_program_with_a_word_about_photos(tmp_path):
    server = "postgresql+psycopg://gridmgr@/city"

    with pytest.raises(rows.NotAFile, match=r"pg_dump.*copy the folder photos"):
        backups.backup(server, tmp_path, tmp_path / "copy")
    with pytest.raises(rows.NotAFile, match="pg_restore"):
        backups.restore(server, tmp_path, tmp_path / "copy", replace=True)

    assert everything(tmp_path) == []


def test_the_commands_bring_city_and_photos_and_say_how_many(small, data, tmp_path):
    token = report(small, data)

    def run(folder, *words):
        program = CliRunner(env={"GRIDMGR_LANG": "en", "GRIDMGR_DATA": str(folder)})
        return program.invoke(main, words)

    copy, new = str(tmp_path / "copy.gpkg"), str(tmp_path / "new.gpkg")
    missing = files.path(data, report(small, data))
    missing.unlink()
    kept = run(data, "--database", str(tmp_path / "city.gpkg"), "backup", copy)
    refused = run(data, "--database", str(tmp_path / "city.gpkg"), "restore", copy)
    back = run(tmp_path / "new", "--database", new, "restore", copy)

    assert (kept.exit_code, back.exit_code) == (0, 0)
    assert f"Photos in {copy}.photos: 1, of which new: 1." in kept.output
    assert "missing or damaged: 1." in kept.output
    assert refused.exit_code != 0
    assert "--yes replaces it by the copy" in refused.output
    assert files.path(tmp_path / "new", token).read_bytes() == files.path(data, token).read_bytes()
