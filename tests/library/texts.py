"""The texts of the library's codes: decision outputs, facts, notices and close codes, in both languages."""

import functools

import polib

from tests.company import ROOT

CATALOGUE = ROOT / "app" / "desk" / "translations"
PLACE = r"%\((\w+)\)s"
"""Where a value goes in a text."""


@functools.cache
def texts() -> dict[str, dict[str, str]]:
    """Code → language → text."""
    found: dict[str, dict[str, str]] = {}
    for language in ("en", "zh"):
        for entry in polib.pofile(str(CATALOGUE / language / "LC_MESSAGES" / "messages.po")):
            found.setdefault(entry.msgid, {})[language] = entry.msgstr
    return found
