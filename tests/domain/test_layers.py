"""The catalogue of layers."""

import re

import pytest
from domain.street import LEVELS, read

from gridmgr.domain import layers
from gridmgr.domain.routing import lands
from gridmgr.errors import Invalid


@pytest.fixture(scope="module")
def catalogue():
    """The catalogue that the program comes with."""
    return layers.read_catalogue(read("catalogue.toml"))


def one(**facts):
    """Return the text of a catalogue with one level."""
    values = {"id": "city", "title_zh": "市", "title_en": "City", "geometry": "polygon", "kind": "level", **facts}
    return "[[layer]]\n" + "\n".join(f"{key} = '{value}'" for key, value in values.items())


def test_the_levels_follow_from_their_parents(catalogue):
    assert layers.levels(catalogue) == (*LEVELS, "unit_grid")
    assert layers.posts_level(catalogue) == "responsibility_grid"
    assert layers.evaluated_level(catalogue) == "evaluated_area"


def test_the_offices_of_the_spot_are_those_of_its_levels(catalogue):
    assert layers.offices(catalogue) == {"DISTRICT": "evaluated_area", "SUB": "subdistrict", "COM": "community"}


def test_the_hierarchy_is_as_deep_as_the_catalogue_says():
    text = one() + "\n" + one(id="ward", parent="city") + "\n" + one(id="beat", parent="ward")

    assert layers.levels(layers.read_catalogue(text)) == ("city", "ward", "beat")


@pytest.mark.parametrize(
    ("level", "digits"),
    [("unit_grid", 15), ("responsibility_grid", 14), ("community", 12), ("subdistrict", 9), ("evaluated_area", 6)],
)
def test_codes_of_a_chinese_city_have_their_number_of_digits(catalogue, level, digits):
    pattern = catalogue[level].code_pattern("cn")

    fits = [bool(re.fullmatch(pattern, "1" * count)) for count in (digits - 1, digits, digits + 1)]

    assert fits == [False, True, False]
    assert re.fullmatch(catalogue[level].code_pattern("any"), "Ward 7 / 网")


def test_unit_grids_are_drawn_from_zoom_15_on(catalogue):
    assert catalogue["unit_grid"].zoom_min == 15


def test_every_layer_has_titles_in_both_languages_and_a_style(catalogue):
    assert all(layer.title("zh") and layer.title("en") and layer.style for layer in catalogue.values())


def test_every_required_field_of_an_imported_level_is_its_code_or_name(catalogue):
    levels = [layer for layer in catalogue.values() if layer.kind == "level"]

    assert {f.name for layer in levels for f in layer.fields if f.required} == {"code", "name"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[layer", "not readable TOML"),
        (one(kind="magic"), "its kind is magic"),
        (one(geometry="cube"), "its geometry is cube"),
        (one(parent="state"), "there is no layer state"),
        (one(colour="red"), "colour"),
        (one() + "\ncode_patterns = { cn = '(' }", "no regular expression"),
    ],
)
def test_a_catalogue_that_does_not_fit_is_refused_with_its_reason(text, reason):
    with pytest.raises(Invalid, match=re.escape(reason)):
        layers.read_catalogue(text)


def test_levels_that_form_no_chain_are_refused():
    text = one() + "\n" + one(id="ward", parent="city") + "\n" + one(id="beat", parent="city")

    with pytest.raises(Invalid, match="one chain"):
        layers.levels(layers.read_catalogue(text))


def test_two_levels_cannot_both_be_ranked(catalogue):
    doubled = {**catalogue, "other": layers.Layer("other", "", "", "polygon", "level", evaluated=True)}

    with pytest.raises(Invalid, match="evaluated_area, other"):
        layers.evaluated_level(doubled)


def test_each_kind_of_nobodys_land_claims_its_own_code_and_the_common_matters():
    kinds = lands.read_land_kinds(read("nobodys_lands.toml"))

    assert {kind.local_code for kind in kinds.values()} == {"06994", "06995", "06996", "06997", "06998"}
    assert all(kind.claims[0] == kind.local_code and len(kind.claims) == 12 for kind in kinds.values())
