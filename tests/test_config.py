"""What an operator sets, and what he is told where it is wrong."""

import pytest

from gridmgr import config
from gridmgr.errors import Invalid


def load(tmp_path, text):
    """Return the settings of a file."""
    file = tmp_path / "gridmgr.toml"
    file.write_text(text)
    return config.load(file, environ={})


def test_no_basemap_by_default(tmp_path):
    assert load(tmp_path, "").basemap is None


def test_a_basemap_is_in_wgs84_unless_it_says_otherwise(tmp_path):
    url = "https://tiles.example/{z}/{x}/{y}.png"

    assert load(tmp_path, f'[basemap]\nurl = "{url}"').basemap == config.Basemap(url, "wgs84", "")
    assert load(tmp_path, f'[basemap]\nurl = "{url}"\ncrs = "gcj02"').basemap.crs == "gcj02"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [('url = "x"\ncrs = "bd09"', "crs = bd09"), ('crs = "wgs84"', "url"), ('url = "x"\nlink = "y"', "link")],
)
def test_a_wrong_basemap_is_refused_in_one_sentence(tmp_path, text, wrong):
    with pytest.raises(Invalid, match=f"correct {wrong}"):
        load(tmp_path, f"[basemap]\n{text}")


def test_a_file_that_is_not_toml_names_the_line(tmp_path):
    with pytest.raises(Invalid, match="line 1"):
        load(tmp_path, "basemap = nowhere")


@pytest.mark.parametrize("url", ["mysql://root:secret@host/x", "sqlite:///x.db", "://", "postgresql://u:secret@h:x/y"])
def test_an_address_of_no_database_of_ours_is_refused_and_its_password_kept(url):
    with pytest.raises(Invalid, match="cannot be used: give the path of a city file") as told:
        config.address(url)
    assert "secret" not in told.value.say("en")
