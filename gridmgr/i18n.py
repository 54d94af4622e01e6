"""Words in the reader's language: English in the code, Chinese from one catalogue file."""

import functools
import gettext
import io
import pathlib
from typing import Any

LANGUAGES = ("zh", "en")
CATALOGUE = pathlib.Path(__file__).parent / "locale"


def N_(text: str) -> str:
    """Mark ``text`` for translation and return it unchanged."""
    return text


def translate(text: str, language: str, /, **fields: Any) -> str:
    """Return ``text`` in ``language`` with its named fields filled in."""
    words = translations(language).gettext(text) if text else ""
    return words.format(**fields) if fields else words


@functools.cache
def translations(language: str) -> gettext.NullTranslations:
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
