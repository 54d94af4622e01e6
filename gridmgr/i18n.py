"""Words in the reader's language: English in the code, Chinese from one catalogue file."""

import functools
import gettext
import io
import pathlib

LANGUAGES = ("zh", "en")
CATALOGUE = pathlib.Path(__file__).parent / "locale"


def N_(text):
    """Mark ``text`` for translation and return it unchanged."""
    return text


def translate(text, language, /, **fields):
    """Return ``text`` in ``language`` with its named fields filled in."""
    words = translations(language).gettext(text) if text else ""
    return words.format(**fields) if fields else words


@functools.cache
def translations(language):
    """Return the gettext translations of ``language``; English is the code's own."""
    source = CATALOGUE / f"{language}.po"
    if not source.exists():
        return gettext.NullTranslations()
    from babel.messages import mofile, pofile

    compiled = io.BytesIO()
    with source.open("rb") as file:
        mofile.write_mo(compiled, pofile.read_po(file))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
