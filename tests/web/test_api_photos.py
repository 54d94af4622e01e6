"""Photos over HTTP: sent, named by a report, shown to who has the token, and never as anything but a picture."""

import contextlib
import io
import resource

import pictures
import pytest
from PIL import Image
from web.small_city import NOW
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from gridmgr.domain.photos import MOST_OF_REPORT
from gridmgr.services.handling import filing
from gridmgr.services.photos import files
from gridmgr.web import api_photos

TOLD = {"lon": 119.605, "lat": 39.905, "category": "06010", "description": "垃圾没人收"}


def send(client, file, name="photo.jpg", csrf="", **fields):
    headers = {"X-CSRFToken": csrf} if csrf else {}
    # Written here, in memory: the client of the tests would lay a large form down in the temporary folder.
    edge, form = encode_multipart({"photo": FileStorage(io.BytesIO(file), name), **fields})
    kind = f"multipart/form-data; boundary={edge}"
    return client.post("/api/v1/photos?lang=en", data=form, content_type=kind, headers=headers)


def test_a_photo_is_sent_and_shown(client):
    sent = send(client, pictures.from_a_phone((1000, 500)))
    told = sent.json["photo"]
    token = told.pop("token")

    whole, thumb = client.get(f"/photos/{token}"), client.get(f"/photos/{token}?size=thumb")

    assert sent.status_code == 201
    assert told == {
        "width": 1000,
        "height": 500,
        "bytes": len(whole.data),
        "taken_at": "2026-05-03T20:00:00+08:00",
        "position": None,
    }
    assert Image.open(io.BytesIO(thumb.data)).size == (320, 160)


def test_the_position_is_told_only_where_its_use_is_agreed_to(client):
    agreed = send(client, pictures.from_a_phone(), use_position="1")

    assert agreed.json["photo"]["position"] == [119.605, 39.905]


def test_a_photo_is_shown_as_a_picture_only(client):
    token = send(client, pictures.polyglot(), "evil.html").json["photo"]["token"]

    answer = client.get(f"/photos/{token}")

    assert answer.content_type == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"].startswith("private")
    assert b"script" not in answer.data


@pytest.mark.parametrize("file", [b"", pictures.SVG, pictures.HTML, pictures.bomb(), pictures.picture()[:-300]])
def test_hostile_files_named_as_photos_are_refused(client, tmp_path, file):
    answer = send(client, file, "photo.jpg")

    assert (answer.status_code, answer.json["type"]) == (400, "/problems/no-picture")
    assert not (tmp_path / "data" / "photos").exists()


@pytest.mark.parametrize("name", ["../../../etc/passwd", "/etc/passwd", "a\x00b.jpg", "照片.jpg", "x" * 3000, "con"])
def test_the_name_of_a_file_is_of_no_interest(client, name):
    assert send(client, pictures.picture(), name).status_code == 201


def test_a_form_without_a_photo_is_refused(client):
    for data in ({}, {"photo": "text"}, {"other": (io.BytesIO(b"x"), "x.jpg")}):
        answer = client.post("/api/v1/photos", data=data, content_type="multipart/form-data")

        assert answer.status_code == 400, data
        assert answer.json["detail"]
    assert client.post("/api/v1/photos", json={"photo": "x"}).status_code == 400


@pytest.mark.parametrize("token", ["x", "..%2f..%2fsecret.key", "a" * 43, "%00", "%ff"])
def test_there_is_nothing_under_another_name(client, token):
    assert client.get(f"/photos/{token}").status_code in (400, 404)


def test_strangers_send_a_limited_number_of_photos(client, sign_in, monkeypatch):
    monkeypatch.setattr(api_photos, "ANONYMOUS_PHOTOS", 2)
    browser, token = sign_in("collector")

    codes = [send(client, pictures.picture()).status_code for _ in range(3)]
    by_staff = [send(browser, pictures.picture(), csrf_token=token).status_code for _ in range(3)]

    assert codes == [201, 201, 429]
    assert by_staff == [400] * 3  # The token stands in a header, not among the fields.


def test_photos_are_part_of_the_report_and_of_the_case(client, small, sign_in):
    token = send(client, pictures.picture()).json["photo"]["token"]
    shown = [{"token": token, "url": f"/photos/{token}", "thumb": f"/photos/{token}?size=thumb"}]

    told = client.post("/api/v1/reports", json={**TOLD, "photos": [token, token]}).json["report"]
    filing.accept(small, told["number"], by="acceptor", at=NOW)
    browser, _ = sign_in("dispatcher")
    page = browser.get(f"/api/v1/reports/{told['number']}").json

    assert told["photos"] == shown
    assert page["reports"][0]["photos"] == shown
    assert page["history"][0]["photos"] == {"before": [], "after": []}


def test_a_report_names_few_photos_that_are_there(client):
    many = client.post("/api/v1/reports", json={**TOLD, "photos": ["a" * 43] * (MOST_OF_REPORT + 1)})
    unknown = client.post("/api/v1/reports", json={**TOLD, "photos": ["a" * 43]})

    assert many.status_code == 400
    assert (unknown.status_code, unknown.json["type"]) == (400, "/problems/unknown-photo")


def test_a_key_is_not_used_for_a_report_with_other_photos(client):
    tokens = [send(client, pictures.picture()).json["photo"]["token"] for _ in range(2)]

    answers = [
        client.post("/api/v1/reports", json={**TOLD, "photos": [one]}, headers={"Idempotency-Key": "k-1"})
        for one in (tokens[0], tokens[0], tokens[1])
    ]

    assert [one.status_code for one in answers] == [201, 201, 409]
    assert answers[0].data == answers[1].data


@contextlib.contextmanager
def longest_file(size):
    """Let this process write no file beyond ``size`` bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def left_in(folder):
    return [path for path in (folder / "data").rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [100, 4000], ids=["hardly begun", "whole photo half written"])
@pytest.mark.parametrize("photo", [pictures.noise(), pictures.noise((1600, 1200))], ids=["small", "large"])
def test_a_full_disk_costs_the_photo_leaves_no_half_of_it_and_is_got_over_by_itself(sign_in, tmp_path, size, photo):
    browser, token = sign_in("acceptor")
    before = left_in(tmp_path)

    with longest_file(size):
        refused = send(browser, photo, csrf=token)
    after = left_in(tmp_path)
    taken = send(browser, photo, csrf=token)

    assert (refused.status_code, refused.json["type"]) == (503, "/problems/no-room-for-photos")
    assert refused.headers["Retry-After"]
    assert refused.json["detail"] == "The photo cannot be kept (File too large): send the report without it."
    assert after == before
    assert taken.status_code == 201
    assert browser.get(f"/photos/{taken.json['photo']['token']}").status_code == 200


def test_a_sheet_that_the_server_has_no_room_for_is_refused_with_a_sentence(sign_in):
    browser, token = sign_in("administrator")
    sheet = {"file": (io.BytesIO(b"date,kind\n" * 500), "days.csv")}

    with longest_file(100):
        refused = browser.post("/api/v1/calendar/import?lang=en", data=sheet, headers={"X-CSRFToken": token})

    assert (refused.status_code, refused.json["type"]) == (503, "/problems/server-full")
    assert refused.json["detail"] == "The server has no room for what was sent (File too large): make room there."


def test_photos_stop_before_the_disk_is_full_and_reports_go_on(client, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LEAST_FREE", 2**60)
    before = left_in(tmp_path)

    refused = send(client, pictures.picture())
    told = client.post("/api/v1/reports", json=TOLD)

    assert (refused.status_code, refused.json["type"]) == (503, "/problems/no-room-for-photos")
    assert "send the report without" in refused.json["detail"]
    assert told.status_code == 201
    assert left_in(tmp_path) == before
