"""What every answer has in common: headers, problems, language, health, static files."""

import re
import stat

import pytest

from gridmgr import config as settings
from gridmgr.web import headers, secrets
from gridmgr.web.app import create_app
from gridmgr.web.secrets import NoSecretKey

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'"
)


def test_every_answer_carries_the_policy(client):
    for address in (
        "/healthz",
        "/api/v1/where",
        "/nowhere",
        "/static/img/mark.svg",
        "/static/../pyproject.toml",
        "/api/openapi.json",
    ):
        answer = client.get(address, buffered=True)

        assert answer.headers["Content-Security-Policy"] == POLICY, address
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"]


def test_a_configured_basemap_adds_its_host_for_pictures_only():
    policy = headers.content_policy(settings.Basemap("https://{s}.tiles.example/{z}/{x}/{y}.png"))

    assert policy == POLICY.replace("data: blob:", "data: blob: https://*.tiles.example")


NOT_POSSIBLE = (
    ("GET", "/api/v1/nothing", 404, "no-such-address"),
    ("DELETE", "/api/v1/where", 405, "not-done-here"),
    ("GET", "/api/v1/grids/XYZ", 404, "no-such-grid"),
    ("GET", "/api/v1/layers/clouds/items", 404, "no-such-layer"),
    ("GET", "/api/v1/levels?version=9", 404, "no-such-version"),
    ("GET", "/api/v1/audit?version=9", 404, "nothing-in-force"),
    ("GET", "/api/v1/measures/luck", 404, "no-such-measure"),
    ("GET", "/api/v1/measures/area?level=galaxy", 404, "no-such-level"),
    ("GET", "/api/v1/cases?bbox=1,2,3", 400, "invalid"),
    ("GET", "/api/v1/cases?state=closed", 400, "bad-request"),
    ("GET", "/api/v1/search?q=%00", 400, "invalid"),
    ("GET", "/tiles/responsibility_grid/1/2/0.mvt", 404, "no-such-tile"),
    ("GET", "/tiles/responsibility_grid/99/0/0.mvt", 404, "no-such-tile"),
    ("GET", "/tiles/galaxy/1/0/0.mvt", 404, "no-such-level"),
    ("GET", "/problems/nothing", 404, "no-such-problem"),
)


def test_what_cannot_be_done_is_a_problem(client):
    for method, address, status, slug in NOT_POSSIBLE:
        answer = client.open(address, method=method)

        assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), address
        assert answer.json["type"] == f"/problems/{slug}"
        assert answer.json["title"] and answer.json["detail"]


def test_a_kind_of_problem_has_a_page(client):
    found = client.get("/problems/no-such-grid").json

    assert (found["status"], found["title"]) == (404, "There is no grid of that code in these boundaries.")


def test_a_fault_of_ours_tells_nothing_of_the_inside(app, caplog):
    def broken():
        raise RuntimeError("secret path /etc/x")

    app.view_functions["health.healthz"] = broken
    answer = app.test_client().get("/healthz")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "secret path" in caplog.text
    assert answer.json["detail"].split("under ")[1].split(".")[0] in caplog.text


def test_a_person_at_a_browser_gets_a_page(client):
    answer = client.get("/nowhere", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "/nowhere" in answer.text


def test_too_large_a_request_is_refused(client):
    answer = client.post("/api/v1/where", data=b"[" + b" " * (17 * 2**20) + b"]", content_type="application/json")

    assert (answer.status_code, answer.json["type"]) == (413, "/problems/too-large")


def test_health_and_readiness(client):
    assert client.get("/healthz").json == {"status": "alive"}
    assert client.get("/readyz").json == {"status": "ready", "city": "小城", "version": 1}


def test_the_interface_describes_itself(app, client):
    spec = client.get("/api/openapi.json").json

    described = set(spec["paths"])
    served = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "auth.me"
    }
    assert described == served
    assert "Idempotency-Key" in str(spec["paths"]["/api/v1/reports"])


def test_the_interface_describes_every_parameter_and_field_and_each_answer(client):
    spec = client.get("/api/openapi.json").json

    asked = [operation for path in spec["paths"].values() for operation in path.values()]
    sent = (spec["components"]["schemas"][name] for name in ("Point", "Told"))
    named = [one for operation in asked for one in operation.get("parameters", [])]
    named += [field for schema in sent for field in schema["properties"].values()]
    assert len(named) > 50
    assert [one for one in named if not one.get("description")] == []
    assert {tuple(status for status in one["responses"] if status < "300") for one in asked} == {("200",), ("201",)}
    assert len({operation["operationId"] for operation in asked}) == len(asked)


def test_scripts_and_styles_have_their_types(client):
    for name, kind in (
        ("js/api.js", "text/javascript"),
        ("css/tokens.css", "text/css"),
        ("img/mark.svg", "image/svg+xml"),
    ):
        answer = client.get(f"/static/{name}", buffered=True)

        assert (answer.status_code, answer.mimetype) == (200, kind)
        assert (
            client.get(f"/static/{name}", headers={"If-None-Match": answer.headers["ETag"]}, buffered=True).status_code
            == 304
        )


def test_an_answer_that_has_not_changed_is_not_sent_again(client):
    first = client.get("/api/v1/levels")

    again = client.get("/api/v1/levels", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "private, no-cache"
    assert (again.status_code, again.data) == (304, b"")


def test_nothing_outside_the_static_folder_is_served(client):
    for name in (
        "../pyproject.toml",
        "%2e%2e/pyproject.toml",
        "..%2fpyproject.toml",
        "/etc/passwd",
        "css/../../README.md",
    ):
        assert client.get(f"/static/{name}", follow_redirects=True, buffered=True).status_code == 404, name


def test_a_chosen_language_is_remembered(client):
    client.get("/healthz?lang=zh")

    assert client.get("/api/v1/me").json["language"] == "zh"
    assert client.get("/api/v1/me?lang=en").json["language"] == "en"
    assert client.get("/api/v1/me?lang=klingon").json["language"] == "zh"


def test_the_secret_key_is_made_once_for_its_owner_alone(tmp_path):
    first = secrets.secret_key(tmp_path / "new", environ={})

    assert secrets.secret_key(tmp_path / "new", environ={}) == first
    assert stat.S_IMODE((tmp_path / "new" / "secret.key").stat().st_mode) == 0o600
    assert secrets.secret_key(tmp_path, environ={"GRIDMGR_SECRET_KEY": "k" * 20}) == "k" * 20


def test_a_short_secret_key_is_refused(tmp_path):
    with pytest.raises(NoSecretKey):
        secrets.secret_key(tmp_path, environ={"GRIDMGR_SECRET_KEY": "short"})


def test_a_data_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "data").write_text("")

    with pytest.raises(NoSecretKey, match="cannot be written"):
        secrets.secret_key(tmp_path / "data", environ={})


def test_without_a_city_there_is_nothing_to_serve(tmp_path):
    from gridmgr.services.cities import NoCity

    with pytest.raises(NoCity):
        create_app(settings.Config(f"gpkg:///{tmp_path}/none.gpkg", tmp_path))


@pytest.mark.parametrize("path", ["/", "/map", "/readyz", "/api/v1/me"])
def test_a_page_with_names_and_a_token_stays_with_its_reader(sign_in, path):
    browser, _ = sign_in("planner")

    assert browser.get(path).headers["Cache-Control"] == "private, no-cache"
