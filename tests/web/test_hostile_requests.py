"""Requests that are made to cost much: refused with a sentence before they do."""

import pytest

from gridmgr.web import reading

TOLD = {"lon": 119.605, "lat": 39.905, "category": "06010"}
MANY = {f"field{number}": 1 for number in range(reading.MOST_FIELDS + 1)}


@pytest.mark.parametrize("address", ["reports", "follow", "where/columns"])
def test_a_body_with_more_fields_than_anything_has_is_refused_at_once(client, address):
    answer = client.post(f"/api/v1/{address}?lang=en", json=MANY)

    assert answer.status_code == 400
    assert answer.json["detail"] == "The body holds 51 fields: at most 50 are known anywhere."


def test_so_is_a_list_of_such_objects(client):
    answer = client.post("/api/v1/where?lang=en", json=[{"lon": 119.605, "lat": 39.905}, MANY])

    assert "at most 50 are known anywhere" in answer.json["detail"]


@pytest.mark.parametrize("address", ["reports", "follow", "follow/rate", "follow/reopen"])
def test_what_strangers_write_fits_a_form(client, address):
    answer = client.post(f"/api/v1/{address}", json={"description": "x" * reading.LARGEST_FORM})

    assert (answer.status_code, answer.json["type"]) == (413, "/problems/too-large")


def test_the_longest_description_is_taken_in_any_script(client):
    answer = client.post("/api/v1/reports", json={**TOLD, "description": "😀" * 4000})

    assert answer.status_code == 201


def test_a_file_comes_in_a_form_of_several_parts_only(client, sign_in):
    browser, token = sign_in("administrator")
    fields = "&".join(f"a{number}=1" for number in range(2000))
    plain = {"content_type": "application/x-www-form-urlencoded", "headers": {"X-CSRFToken": token}}

    answers = [
        one.post(f"/api/v1/{address}?lang=en", data=fields, **plain)
        for one, address in ((client, "photos"), (browser, "staff/import"), (browser, "calendar/import"))
    ]

    assert [one.status_code for one in answers] == [400] * 3
    assert all("multipart/form-data" in one.json["detail"] for one in answers)


def test_a_filter_of_the_desk_is_no_place_to_keep_files_in(sign_in):
    browser, token = sign_in("dispatcher")
    kept = {"name": "north", "query": {"area": "x" * 5000}}

    answer = browser.put("/api/v1/desk/filters?lang=en", json=kept, headers={"X-CSRFToken": token})

    assert (answer.status_code, answer.json["detail"]) == (
        400,
        "The filter asks for too much: at most 4000 characters.",
    )
    assert browser.get("/api/v1/desk").json["filters"] == []
