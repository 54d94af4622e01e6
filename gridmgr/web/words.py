"""The words of the browser's scripts: found where they stand, translated like all others."""

import functools
import json
import re

from gridmgr import i18n, resources

SAID = re.compile(r"""\bt\(\s*("(?:[^"\\]|\\.)*")""")


@functools.cache
def in_scripts():
    """Return every text that a script says with ``t("…")``, sorted."""
    scripts = sorted((resources.directory("static") / "js").rglob("*.js"))
    said = (SAID.findall(script.read_text(encoding="utf-8")) for script in scripts)
    return sorted({json.loads(text) for texts in said for text in texts})


def for_browser(language):
    """Return text → its translation into ``language``; English is the scripts' own."""
    if language == "en":
        return {}
    return {text: i18n.translate(text, language) for text in in_scripts()}
