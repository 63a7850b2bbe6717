"""Everything the desk says exists in both languages."""

import re
from pathlib import Path

import polib
import pytest
from flask import Flask

import app.desk
from app.desk import status
from app.desk.handlers.documents import PREFIXES
from app.desk.mail.wording import TEMPLATES
from app.desk.models.mail import MAIL_STATES
from app.desk.texts import annotation_texts
from app.i18n import LANGUAGES, in_language
from tests.company import ROOT

PACKAGE = Path(app.desk.__file__).parent
REFUSAL = re.compile(r'(?:Invalid|NotFound|Conflict|Forbidden|BadRequest)\(\s*"(desk\.[a-z_.]+)"')
HEADER = re.compile(r'zeebe:header key="(\w+)" value="(\w+)"')
ENTRY = re.compile(r'Entry\([\w. ]+(?:or [\w.]+)?, "(\w+)"')


def catalogue(language: str) -> dict[str, str]:
    files = PACKAGE.rglob(f"translations/{language}/LC_MESSAGES/messages.po")
    return {entry.msgid: entry.msgstr for file in files for entry in polib.pofile(str(file))}


def headers(name: str) -> set[str]:
    """Values of a task header in the library."""
    diagrams = "".join(path.read_text("utf-8") for path in (ROOT / "bpmn").rglob("*.bpmn"))
    return {value for key, value in HEADER.findall(diagrams) if key == name}


def wanted() -> set[str]:
    sources = [path.read_text("utf-8") for path in PACKAGE.rglob("*.py")]
    refusals = {code for source in sources for code in REFUSAL.findall(source)}
    timeline = (PACKAGE / "queries" / "timeline.py").read_text("utf-8")
    entries = set(ENTRY.findall(timeline)) | {"told_customer", "told_user", "told_role"}
    entries |= {"link_guided_transfer", "link_escalation"}
    assert len(refusals) > 15
    assert len(entries) > 15
    return (
        refusals
        | {f"desk.timeline.{code}" for code in entries}
        | {f"desk.status.{code}" for code in status.NEXT}
        | {f"desk.document.{kind}" for kind in PREFIXES}
        | {f"desk.document_state.{state}" for state in headers("state")}
        | {f"notice.{template}" for template in headers("template") | {"new_need", *TEMPLATES}}
        | {f"mail.template.{template}" for template in TEMPLATES}
        | {f"mail.state.{state}" for state in MAIL_STATES}
        | {f"desk.note.{kind}" for kind in headers("kind") - set(PREFIXES)}
    )


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_code_of_the_desk_has_a_text(language: str) -> None:
    known = catalogue(language)
    assert sorted(code for code in wanted() if not known.get(code)) == []


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    chinese, english = catalogue("zh"), catalogue("en")
    places = re.compile(r"%\((\w+)\)s")
    codes = {code for code in chinese.keys() & english.keys() if "." in code and " " not in code}
    assert len(codes) > 400
    assert [code for code in codes if set(places.findall(chinese[code])) != set(places.findall(english[code]))] == []


@pytest.mark.parametrize(
    ("annotations", "english", "chinese"),
    [
        ({}, [], []),
        ({"description": "不收费"}, [], ["不收费"]),
        ({"Rule": "RL12"}, ["RL12"], ["RL12"]),
        ({"原因": "不收费", "原因:en": "Free of charge"}, ["Free of charge"], ["不收费"]),
        ({"reason:en": "Free of charge"}, ["Free of charge"], ["Free of charge"]),
    ],
)
def test_what_stands_beside_a_rule_is_shown_in_the_language_of_the_page(
    app: Flask, annotations: dict[str, str], english: list[str], chinese: list[str]
) -> None:
    for language, expected in (("en", english), ("zh", chinese)):
        with app.test_request_context(), in_language(language):
            assert annotation_texts(annotations) == expected
