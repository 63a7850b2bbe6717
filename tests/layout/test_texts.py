"""Every code has a sentence in both languages, with the same parameters."""

import re
from pathlib import Path

import polib
import pytest

from app import layout

PACKAGE = Path(layout.__file__).parent


def catalogue(language: str) -> dict[str, str]:
    file = polib.pofile(str(PACKAGE / "translations" / language / "LC_MESSAGES" / "messages.po"))
    return {entry.msgid: entry.msgstr for entry in file}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_code_has_a_text_and_every_text_a_code(language: str) -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py"))
    assert set(catalogue(language)) == set(re.findall(r'"(layout\.[a-z_]+)"', source))


def test_both_languages_use_the_same_parameters() -> None:
    english, chinese = catalogue("en"), catalogue("zh")
    for code, text in english.items():
        assert sorted(re.findall(r"%\((\w+)\)s", text)) == sorted(re.findall(r"%\((\w+)\)s", chinese[code])), code
