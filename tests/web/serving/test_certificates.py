"""TLS is refused before it is served wrongly, and the page gives phones the city's own authority and nothing else."""

import dataclasses
import datetime as dt
import json
import ssl
import subprocess
import sys
import urllib.request

import pytest
import trustme
from click.testing import CliRunner

from gridmgr.cli import main
from gridmgr.errors import Invalid
from gridmgr.web.app import create_app
from gridmgr.web.serving import certificates

DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def authority():
    """A certificate authority of a city."""
    return trustme.CA()


@pytest.fixture
def files(tmp_path, authority):
    """A function that writes a certificate and its key; it gives the two paths."""

    def write(name="server", **more):
        made = authority.issue_cert("127.0.0.1", **more)
        cert, key = tmp_path / f"{name}.pem", tmp_path / f"{name}.key"
        made.cert_chain_pems[0].write_to_path(cert)
        made.private_key_pem.write_to_path(key)
        return cert, key

    return write


def test_a_certificate_and_its_key_are_taken(files):
    cert, key = files()

    assert certificates.read_tls(str(cert), str(key)) == certificates.Tls(cert, key)


def test_without_both_there_is_no_tls():
    assert certificates.read_tls(None, None) is None


def test_what_is_wrong_with_the_files_is_said_in_one_sentence(files, tmp_path):
    cert, key = files()
    _, other = files("other")
    absent, words = tmp_path / "absent.pem", tmp_path / "words.pem"
    words.write_text("no certificate")

    asked = {
        (cert, None): "--tls-key is missing",
        (None, key): "--tls-cert is missing",
        (absent, key): "absent.pem cannot be read (No such file or directory)",
        (cert, absent): "absent.pem cannot be read",
        (words, key): "words.pem holds no certificate",
        (cert, words): "words.pem is no key",
        (cert, other): "does not match the certificate",
    }
    for (one, two), sentence in asked.items():
        with pytest.raises(Invalid, match=r"TLS|PEM|made with") as refused:
            certificates.read_tls(one and str(one), two and str(two))
        assert sentence in str(refused.value)


def test_when_a_certificate_ends_is_read_from_it(files):
    cert, _ = files(not_after=dt.datetime(2031, 2, 3, 4, 5, 6, tzinfo=dt.UTC))
    far, _ = files("far", not_after=dt.datetime(2061, 2, 3, 4, 5, 6, tzinfo=dt.UTC))

    found = [certificates.ends_at(certificates.certificate_in(one)) for one in (cert, far)]

    assert found == [dt.datetime(year, 2, 3, 4, 5, 6, tzinfo=dt.UTC) for year in (2031, 2061)]


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "ended on"), (5, "make a new one before that"), (90, None)], ids=["ended", "soon", "good"]
)
def test_an_end_is_warned_of(files, monkeypatch, days, words):
    from gridmgr.services import routing
    from gridmgr.web.serving import server

    now = dt.datetime.now(dt.UTC)
    cert, key = files(not_before=now - 9 * DAY, not_after=now + days * DAY)
    monkeypatch.setattr(server, "serve", lambda *_, **__: None)
    monkeypatch.setattr(routing, "city", lambda _: None)

    told = CliRunner().invoke(main, ["serve", "--tls-cert", str(cert), "--tls-key", str(key)], env={"LANG": "en"})

    assert told.exit_code in (0, 2)
    assert (words in told.stderr) if words else ("certificate" not in told.stderr)


def test_the_page_shows_the_digits_and_gives_the_certificate_alone(config, authority, tmp_path):
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(file)
    file.write_bytes(authority.private_key_pem.bytes() + file.read_bytes())
    app = create_app(dataclasses.replace(config, ca_certificate=file))
    try:
        browser = app.test_client()
        page = browser.get("/certificate?lang=en")
        given = browser.get("/certificate/city-ca.crt")
    finally:
        app.extensions["gridmgr"].engine.dispose()

    assert given.mimetype == "application/x-x509-ca-cert"
    assert ssl.DER_cert_to_PEM_cert(given.data).strip().encode() == authority.cert_pem.bytes().strip()
    assert certificates.fingerprint(given.data) in page.text
    assert "PRIVATE" not in page.text


def test_a_city_without_an_authority_says_so(client):
    assert "No certificate authority is set here" in client.get("/certificate?lang=en").text
    assert client.get("/certificate/city-ca.crt").status_code == 404


SERVE = """
import sys
from gridmgr import config
from gridmgr.web.serving import certificates, server
server.serve(config.load(), port=0, tls=certificates.read_tls(*sys.argv[1:]))
"""


@pytest.mark.parametrize("database_url", ["gpkg"], indirect=True)
def test_over_tls_cookies_are_for_tls_alone(config, files, authority, small, quick_hashes, monkeypatch):
    monkeypatch.setenv("GRIDMGR_DATABASE_URL", config.database_url)
    monkeypatch.setenv("GRIDMGR_DATA", str(config.data))
    command = [sys.executable, "-c", SERVE, *map(str, files())]
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            line = server.stdout.readline()
            assert line.startswith("Serving on https://127.0.0.1:"), server.stderr.read()
            with urllib.request.urlopen(f"{line.split()[-1]}/api/v1/me", context=trusting) as answer:
                cookie, told = answer.headers["Set-Cookie"], json.load(answer)
        finally:
            server.terminate()
            server.communicate(timeout=30)

    assert told["account"] is None
    assert "Secure" in cookie
