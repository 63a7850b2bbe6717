"""Every code of this package has a sentence in both languages, with the same parameters."""

import re
from pathlib import Path

import polib
import pytest

import app.engine

PACKAGE = Path(app.engine.__file__).parent
CODE = re.compile(r'"(engine(?:\.[a-z_]+|:[a-z_]+:[a-z_]+))"')
MADE = {f"engine.{kind}_missing" for kind in ("form", "decision")} | {
    f"engine.no_such_{kind}" for kind in ("process", "decision", "form")
}
PARAMETER = re.compile(r"%\((\w+)\)s")


def catalogue(language: str) -> dict[str, str]:
    entries = polib.pofile(str(PACKAGE / "translations" / language / "LC_MESSAGES" / "messages.po"))
    return {entry.msgid: entry.msgstr for entry in entries}


def used() -> set[str]:
    sources = (path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    return {code for source in sources for code in CODE.findall(source)} | MADE


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_has_a_sentence(language):
    assert sorted(used() - set(catalogue(language))) == []


def test_both_languages_say_the_same_things():
    chinese, english = catalogue("zh"), catalogue("en")
    assert chinese.keys() == english.keys()
    different = [
        code for code in chinese if set(PARAMETER.findall(chinese[code])) != set(PARAMETER.findall(english[code]))
    ]
    assert different == []
