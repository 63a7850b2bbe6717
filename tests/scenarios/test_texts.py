"""Every sentence of this package exists in both languages."""

import re
from pathlib import Path

import polib
import pytest

import app.scenarios

PACKAGE = Path(app.scenarios.__file__).parent
CODE = re.compile(r'"(scenarios\.[a-z_]+)"')


def catalogue(language: str) -> dict[str, str]:
    entries = polib.pofile(str(PACKAGE / "translations" / language / "LC_MESSAGES" / "messages.po"))
    return {entry.msgid: entry.msgstr for entry in entries}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_code_has_a_sentence_and_every_sentence_a_code(language: str) -> None:
    used = {code for file in PACKAGE.rglob("*.py") for code in CODE.findall(file.read_text("utf-8"))}
    assert used == catalogue(language).keys()


def test_translations_name_the_same_values() -> None:
    english, chinese = catalogue("en"), catalogue("zh")
    for code, sentence in english.items():
        assert set(re.findall(r"%\(\w+\)s", chinese[code])) == set(re.findall(r"%\(\w+\)s", sentence)), code
