"""Every sentence of this package exists in both languages."""

import re
from pathlib import Path

import polib
from babel.messages.extract import extract_from_dir

import app.people
from app.people.duties import RULES

PACKAGE = Path(app.people.__file__).parent
CODE = re.compile(r'"(people(?:\.|:[a-z_]+:)[a-z_]+)"')
ENDPOINTS = {
    f"people.{name}"
    for name in ("account", "cancel_absence", "oidc_", "oidc_callback", "role", "sign_in", "unit", "user")
}


def catalogue(language):
    entries = polib.pofile(str(PACKAGE / "translations" / language / "LC_MESSAGES" / "messages.po"))
    return {entry.msgid: entry.msgstr for entry in entries}


def codes():
    found = {f"people.duty.{rule.id}" for rule in RULES}
    for file in PACKAGE.rglob("*.py"):
        found.update(CODE.findall(file.read_text("utf-8")))
    return found - ENDPOINTS


def test_every_page_text_is_in_chinese():
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext.babel_extract")]
    extracted = extract_from_dir(str(PACKAGE), methods, {}, keywords={"_": None, "gettext": None})
    texts = {message for _file, _line, message, *_rest in extracted}
    assert len(texts) > 100
    assert sorted(texts - catalogue("zh").keys()) == []


def test_every_code_has_a_sentence_in_both_languages():
    for language in ("zh", "en"):
        assert sorted(codes() - catalogue(language).keys()) == []


def test_translations_name_the_same_values():
    english = catalogue("en")
    for msgid, chinese in catalogue("zh").items():
        source = english.get(msgid, msgid)
        assert set(re.findall(r"%\(\w+\)s", chinese)) == set(re.findall(r"%\(\w+\)s", source)), msgid
        assert chinese, msgid
