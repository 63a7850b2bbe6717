import re
from pathlib import Path

import polib
import pytest

import app.feel

FOLDER = Path(app.feel.__file__).parent
CODE = re.compile(r'"(feel\.[a-z_]+(?:\.[a-z_]+)?)"')


def catalogue(language):
    return {
        e.msgid: e.msgstr for e in polib.pofile(str(FOLDER / "translations" / language / "LC_MESSAGES/messages.po"))
    }


def codes():
    return {code for path in FOLDER.rglob("*.py") for code in CODE.findall(path.read_text())}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_code_has_a_sentence(language):
    assert codes()
    assert codes() <= catalogue(language).keys()


def test_both_languages_use_the_same_parameters():
    chinese = catalogue("zh")
    for code, sentence in catalogue("en").items():
        assert set(re.findall(r"%\((\w+)\)s", chinese[code])) == set(re.findall(r"%\((\w+)\)s", sentence)), code
