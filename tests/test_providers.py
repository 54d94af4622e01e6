"""The settings of the city's provider of accounts."""

import pytest

from gridmgr import config
from gridmgr.errors import Invalid
from gridmgr.providers import read_provider

GIVEN = {"issuer": "https://id.city.example", "client_id": "gridmgr"}


def read(values=None, **environ):
    return read_provider({"oidc": values} if values else {}, environ, "gridmgr.toml")


def test_no_table_is_no_provider():
    assert read() is None


def test_the_secret_comes_from_a_file_or_the_environment_and_is_never_shown(tmp_path):
    (tmp_path / "secret").write_text("from a file\n", encoding="utf-8")

    by_file = read(GIVEN | {"client_secret_file": str(tmp_path / "secret")})
    by_environment = read(GIVEN, GRIDMGR_OIDC_CLIENT_SECRET="from the environment")

    assert (by_file.client_secret, by_environment.client_secret) == ("from a file", "from the environment")
    assert "from" not in repr(by_file) + repr(by_environment)


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": ""},
        {"issuer": "http://id.city.example"},
        {"client_id": ""},
        {"secret": "x"},
        {"second_factor": "nobodys"},
        {"client_secret_file": "/no/such/file"},
    ],
)
def test_settings_that_cannot_be_are_refused_and_named(wrong):
    with pytest.raises(
        Invalid, match=next(iter(wrong)).removeprefix("client_secret_") if "file" in str(wrong) else next(iter(wrong))
    ):
        read(GIVEN | wrong)


def test_the_provider_stands_in_the_settings_file(tmp_path):
    file = tmp_path / "gridmgr.toml"
    file.write_text('[oidc]\nissuer = "https://id.city.example"\nclient_id = "gridmgr"\n', encoding="utf-8")

    assert config.load(file, {}).provider.login_claim == "preferred_username"
