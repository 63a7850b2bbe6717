"""Every code has a sentence in both languages, with the same parameters."""

import re
from pathlib import Path

import polib
import pytest

import app.kernel
from app.kernel import uses

PACKAGE = Path(app.kernel.__file__).parent
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def catalogue(language: str) -> dict[str, str]:
    file = polib.pofile(str(PACKAGE / "translations" / language / "LC_MESSAGES" / "messages.po"))
    return {entry.msgid: entry.msgstr for entry in file}


def codes_in_the_source() -> set[str]:
    sources = (path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    return {code for source in sources for code in re.findall(r'"(kernel\.[a-z0-9_]+)"', source)}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_code_has_a_text_and_every_text_a_code(language: str) -> None:
    texts = catalogue(language)
    assert set(texts) == codes_in_the_source()
    assert all(texts.values())


def test_every_place_of_an_expression_has_a_phrase() -> None:
    said = set(re.findall(r'yield "(\w+)"', Path(uses.__file__).read_text(encoding="utf-8")))
    assert len(said) > 15
    assert said <= set(uses.PLACES)


def test_both_languages_use_the_same_parameters() -> None:
    english, chinese = catalogue("en"), catalogue("zh")
    for code, text in english.items():
        assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(chinese[code])), code
