"""Photos: what is taken and what is refused, what is left of a file, and that a row never names a file that is not there."""

import datetime as dt
import io
import os
import pathlib
import stat

import pictures as made
import pytest
from PIL import Image
from web import small_city
from web.small_city import NOW

from gridmgr.domain import photos as rules
from gridmgr.errors import Invalid
from gridmgr.services import reporting
from gridmgr.services.handling import dispatching, filing, working
from gridmgr.services.photos import clearing, files, keeping, naming, pictures
from gridmgr.store import database
from gridmgr.store import photos as rows

DAY = dt.timedelta(days=1)


@pytest.fixture
def small(engine):
    small_city.found(engine)
    return engine


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def opened(data, photo, kind=files.WHOLE):
    return Image.open(io.BytesIO(files.path(data, photo.token, kind).read_bytes()))


def everything(data):
    return sorted(str(path.relative_to(data)) for path in data.rglob("*") if path.is_file()) if data.exists() else []


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_made_anew_as_a_jpeg_and_a_small_one(form):
    found = pictures.read(made.picture(form, (3000, 1500)), "Asia/Shanghai")

    whole, thumb = (Image.open(io.BytesIO(file)) for file in (found.whole, found.thumb))

    assert (whole.format, thumb.format) == ("JPEG", "JPEG")
    assert (found.width, found.height) == whole.size == (2048, 1024)
    assert thumb.size == (320, 160)


def test_nothing_of_what_a_phone_adds_is_left_in_the_file():
    found = pictures.read(made.from_a_phone(), "Asia/Shanghai")

    for file in (found.whole, found.thumb):
        assert not Image.open(io.BytesIO(file)).getexif()
        assert b"Maker of phones" not in file
        assert b"Exif" not in file


def test_a_photo_is_shown_as_it_was_held():
    found = pictures.read(made.from_a_phone((640, 480), orientation=6), "Asia/Shanghai")

    assert (found.width, found.height) == (480, 640)


def test_what_is_transparent_becomes_white():
    found = pictures.read(made.picture("PNG", mode="RGBA", colour=(0, 0, 0, 0)), "Asia/Shanghai")

    assert Image.open(io.BytesIO(found.whole)).getpixel((9, 9)) == (255, 255, 255)


def test_a_camera_s_time_is_that_of_the_city():
    found = pictures.read(made.from_a_phone(taken="2026:05:03 20:00:00"), "Asia/Shanghai")

    assert found.taken_at == dt.datetime(2026, 5, 3, 12, tzinfo=dt.UTC)
    assert found.position == (119.605, 39.905)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        made.SVG,
        made.HTML,
        made.ZIP,
        b"GIF89a" + b"\0" * 99,
        made.picture("GIF"),
        made.picture("BMP"),
        made.picture("TIFF"),
        made.picture("JPEG")[:-400],
        made.picture("PNG", (300, 300))[:-40],
        made.bomb(),
        made.picture("JPEG", (8, 8)),
        b"\xff" * (pictures.LARGEST_FILE + 1),
        made.picture("JPEG")[:2] + os.urandom(5000),
    ],
    ids=[
        "empty", "svg", "html", "zip", "broken gif", "gif", "bmp", "tiff", "cut jpeg", "cut png", "bomb", "tiny",
        "too large", "noise",
    ],
)  # fmt: skip
def test_what_is_no_whole_photo_is_refused_with_a_sentence(file):
    with pytest.raises(pictures.NoPicture) as refused:
        pictures.read(file, "Asia/Shanghai")

    assert refused.value.say("zh") != refused.value.say("en")


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(pictures, "made_upright", lambda image: pytest.fail("it was unpacked"))

    with pytest.raises(pictures.NoPicture, match="3600 million pixels"):
        pictures.read(made.bomb(), "Asia/Shanghai")


def test_nothing_of_a_second_file_inside_a_photo_is_left():
    found = pictures.read(made.polyglot(), "Asia/Shanghai")

    assert b"script" not in found.whole + found.thumb
    assert b"PK\x03\x04" not in found.whole + found.thumb


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_broken_block_of_the_camera_does_not_cost_the_photo():
    file = made.from_a_phone()
    at = file.index(b"Exif") + 14

    found = pictures.read(file[:at] + b"\xff" * 20 + file[at + 20 :], "Asia/Shanghai")

    assert (found.width, found.height) == (640, 480)


def test_a_photo_is_kept_where_only_its_token_leads(small, data):
    photo = keeping.take(small, data, made.from_a_phone(), by="li", at=NOW)

    path = files.path(data, photo.token)
    assert rules.TOKEN.fullmatch(photo.token)
    assert stat.S_IMODE(path.stat().st_mode) & ~0o640 == 0
    assert opened(data, photo).size == (photo.width, photo.height) == (640, 480)
    assert photo.size == path.stat().st_size
    assert keeping.file_of(small, data, photo.token, is_thumb=True) == files.path(data, photo.token, files.THUMB)


def test_where_it_was_taken_is_kept_only_with_consent(small, data):
    without, consented = (
        keeping.take(small, data, made.from_a_phone(), use_position=consent, at=NOW) for consent in (False, True)
    )

    assert (without.lon, without.lat) == (None, None)
    assert (consented.lon, consented.lat) == (119.605, 39.905)


def test_a_camera_whose_clock_is_ahead_is_not_believed(small, data):
    assert keeping.take(small, data, made.from_a_phone(taken="2030:01:01 00:00:00"), at=NOW).taken_at is None


@pytest.mark.parametrize("token", ["", "x", "../../secret.key", "a" * 43, "é" * 43, "a" * 42 + "/", "%2e%2e" * 8])
def test_no_path_leads_out_of_the_folder(small, data, token):
    keeping.take(small, data, made.picture(), at=NOW)
    (data / "secret.key").write_text("secret")

    with pytest.raises(keeping.NoSuchPhoto):
        keeping.file_of(small, data, token)


def test_a_file_is_on_the_disk_before_its_row_is_written(small, data, monkeypatch):
    order = []
    monkeypatch.setattr(files.os, "fsync", lambda handle: order.append("disk"))
    monkeypatch.setattr(pathlib.Path, "rename", lambda *names: order.append("name") or pathlib.Path.replace(*names))
    monkeypatch.setattr(rows, "add", lambda session, new: order.append("row") or new)

    keeping.take(small, data, made.picture(), at=NOW)

    assert order.index("row") == len(order) - 1
    assert [one for one in order if one != "disk"] == ["name", "name", "row"]
    assert order[order.index("name") - 1] == order[order.index("name") + 1] == "disk"


def test_a_photo_whose_row_cannot_be_written_leaves_no_file(small, data, monkeypatch):
    def fail(*_):
        raise OSError("gone")

    monkeypatch.setattr(rows, "add", fail)

    with pytest.raises(OSError, match="gone"):
        keeping.take(small, data, made.picture(), at=NOW)

    assert everything(data) == []


def test_a_full_disk_costs_the_photo_and_nothing_else(small, data, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)

    with pytest.raises(files.NoRoom, match="No space left"):
        keeping.take(small, data, made.picture(), at=NOW)

    assert everything(data) == []
    with database.session(small) as session:
        assert rows.count_unused(session) == 0


def test_photos_that_nobody_names_go_after_a_day(small, data):
    gone, kept, young = (keeping.take(small, data, made.picture(), at=NOW - age) for age in (2 * DAY, 2 * DAY, DAY / 2))
    with database.session(small, write=True) as session:
        naming.use(session, [kept.token], NOW)

    counts = [clearing.clear(small, data, at=NOW) for _ in range(2)]

    assert counts == [1, 0]
    assert not files.path(data, gone.token).exists()
    assert all(keeping.file_of(small, data, one.token).exists() for one in (kept, young))


def test_what_was_cleared_away_cannot_be_named(small, data):
    gone = keeping.take(small, data, made.picture(), at=NOW - 2 * DAY)
    clearing.clear(small, data, at=NOW)

    with database.session(small, write=True) as session, pytest.raises(naming.UnknownPhoto, match="Photo 1"):
        naming.use(session, [gone.token], NOW)


def test_files_that_a_crash_left_go_after_a_day(small, data):
    photo = keeping.take(small, data, made.picture(), at=NOW)
    stray = files.path(data, photo.token[0] + "A" * 42)
    files.write(stray, b"left")
    half = stray.with_name(".half.part")
    half.write_bytes(b"ha")
    old = (NOW - 2 * DAY).timestamp()
    for path in (stray, half, files.path(data, photo.token)):
        os.utime(path, (old, old))

    counts = [clearing.clear_strays(small, data, letter, at=NOW) for letter in clearing.LETTERS]

    assert sum(counts) == 2
    assert keeping.file_of(small, data, photo.token).exists()


def report(engine, **more):
    return reporting.report(engine, x=119.605, y=39.905, category="06010", at=NOW, source="inspection", **more)[0]


def test_a_report_names_photos_that_are_there(small, data):
    photo = keeping.take(small, data, made.picture(), at=NOW - 2 * DAY)

    told = report(small, photos=[photo.token])

    assert told.photos == [photo.token]
    assert clearing.clear(small, data, at=NOW) == 0


@pytest.mark.parametrize("token", ["a" * 43, "p1", "", "é" * 43])
def test_a_report_with_a_photo_that_is_not_there_is_refused_whole(small, token):
    with pytest.raises(Invalid):
        report(small, photos=[token])

    from gridmgr.store import reports

    with database.session(small) as session:
        assert reports.count(session) == 0


def test_work_is_handed_in_with_photos_that_are_there(small, data):
    told = report(small)
    filing.accept(small, told.number, by="acceptor", at=NOW)
    number = filing.file(small, told.number, limit="4WH", by="leader", at=NOW).number
    dispatching.claim(small, number, department="SAN", by="handler", at=NOW)
    photo = keeping.take(small, data, made.picture(), at=NOW - 2 * DAY)

    with pytest.raises(naming.UnknownPhoto):
        working.handle(small, number, by="handler", at=NOW, after=["a" * 43])
    case = working.handle(small, number, by="handler", at=NOW, after=[photo.token])

    assert case.state == "handled"
    assert clearing.clear(small, data, at=NOW) == 0
