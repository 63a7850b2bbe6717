"""Every code has a sentence in both languages, with the same parameters."""

import re
from pathlib import Path

import polib
import pytest

from app import forms

PACKAGE = Path(forms.__file__).parent


def catalogue(language):
    entries = polib.pofile(str(PACKAGE / "translations" / language / "LC_MESSAGES" / "messages.po"))
    return {entry.msgid: entry.msgstr for entry in entries}


def codes():
    source = "".join(path.read_text() for path in PACKAGE.glob("*.py"))
    written = set(re.findall(r'"(forms\.[a-z_]+)"', source))
    return written | {f"forms.not_{subtype}" for subtype in ("date", "time", "datetime")}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_has_a_text_and_every_text_a_code(language):
    assert set(catalogue(language)) == codes()
    assert all(catalogue(language).values())


def test_both_languages_name_the_same_parameters():
    chinese, english = catalogue("zh"), catalogue("en")
    for code in codes() - {"forms.pattern_message"}:
        assert sorted(re.findall(r"%\((\w+)\)s", chinese[code])) == sorted(re.findall(r"%\((\w+)\)s", english[code]))


def test_the_words_follow_the_house():
    for text in [*catalogue("zh").values(), *catalogue("en").values()]:
        assert "!" not in text
        assert "！" not in text
        assert "请" not in text
