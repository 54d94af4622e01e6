"""Whatever a reader may meet is there in Chinese, and says the same."""

import ast
import collections
import importlib
import pkgutil
import string

import pytest
import sentences
from babel.messages import pofile

import gridmgr
from gridmgr.errors import GridmgrError

CATALOGUE = sentences.PACKAGE / "locale" / "zh.po"


@pytest.fixture(scope="module")
def chinese():
    """The Chinese of every sentence, by its English."""
    with CATALOGUE.open("rb") as file:
        return {message.id: message for message in pofile.read_po(file) if message.id}


@pytest.fixture(scope="module")
def english():
    """Every sentence of the program, with the files it stands in."""
    return sentences.everywhere()


def test_every_sentence_has_a_chinese_one(english, chinese):
    missing = {text: files for text, files in english.items() if not (text in chinese and chinese[text].string)}

    assert missing == {}


def test_the_chinese_has_the_same_fields(chinese):
    different = [m.id for m in chinese.values() if fields(m.id) != fields(m.string)]

    assert different == []


def test_no_chinese_is_left_of_a_sentence_that_is_gone(english, chinese):
    left_over = sorted(set(chinese) - set(english))

    assert left_over == []


def test_no_translation_is_marked_as_a_guess(chinese):
    guesses = [m.id for m in chinese.values() if m.fuzzy]

    assert guesses == []


def test_sentences_are_found_in_all_three_kinds_of_files(english):
    endings = {name.rsplit(".", 1)[-1] for files in english.values() for name in files}

    assert {"py", "html", "js"} <= endings


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('raise Invalid("{file} is empty.", file=f)', ["{file} is empty."]),
        ('raise errors.NotFound("No " "such grid.")', ["No such grid."]),
        ('printing.say("Done.")', ["Done."]),
        ('[words(c) for c in ("Kind", "Place")]', ["Kind", "Place"]),
        ('N_("yes") if x else N_("no")', ["yes", "no"]),
        ('translate("one" if x else "two", "zh")', ["one", "two"]),
        ('print("not for translation")', []),
    ],
)
def test_a_sentence_is_found_however_it_is_written(code, found):
    assert list(sentences.in_python(ast.parse(code), {"Invalid", "NotFound", "say", "words"})) == found


def fields(text):
    """Return the named fields of a template, as a set."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_each_slug_names_one_kind_of_error():
    for module in pkgutil.walk_packages(gridmgr.__path__, "gridmgr."):
        importlib.import_module(module.name)
    kinds = [GridmgrError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    slugs = collections.Counter(kind.slug for kind in set(kinds))

    assert {slug: count for slug, count in slugs.items() if count > 1} == {}
