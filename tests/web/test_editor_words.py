"""How much of the editors speaks English only: texts in the vendor bundles that no catalogue has."""

import json

import pytest

from tests.company import ROOT

STATIC = ROOT / "app" / "web" / "static"
NEVER_SHOWN = {
    "Powered by bpmn.io",  # the mark of the licence, which stays as it is
    "FEEL", "JUEL", "JavaScript", "Groovy", "Python", "JRuby", "Java", "PMML", "ID", "URL", "HTML", "BPMN", "CMMN",
    "context", "every", "false", "for", "function", "if", "not", "null", "some", "true",  # words of FEEL itself
}  # fmt: skip
EDITORS = {
    "bpmn-studio": (("app", "bpmn", "panel"), ("asked", "written")),
    "dmn": (("app", "dmn"), ("asked", "written")),
    "form-editor": (("app", "forms", "form-editor"), ("asked", "written")),
    "form-viewer": (("app", "forms"), ("asked",)),  # what it writes as labels are the names of the editor's palette
}
LEFT = {"bpmn-studio": 0, "dmn": 0, "form-editor": 0, "form-viewer": 0}


def untranslated(bundle: str) -> set[str]:
    catalogues, kinds = EDITORS[bundle]
    known: set[str] = set()
    for name in catalogues:
        known |= json.loads((STATIC / "i18n" / "zh" / f"{name}.json").read_text("utf-8")).keys()
    texts = json.loads((STATIC / "vendor" / f"{bundle}.texts.json").read_text("utf-8"))
    return {text for kind in kinds for text in texts[kind]} - known - NEVER_SHOWN


@pytest.mark.parametrize("bundle", EDITORS)
def test_no_more_texts_are_left_in_english(bundle: str) -> None:
    left = untranslated(bundle)
    assert len(left) <= LEFT[bundle], sorted(left)


@pytest.mark.parametrize(("bundle", "at_least"), [("bpmn-studio", 400), ("dmn", 50), ("form-editor", 100)])
def test_the_texts_are_found_in_the_bundles(bundle: str, at_least: int) -> None:
    texts = json.loads((STATIC / "vendor" / f"{bundle}.texts.json").read_text("utf-8"))
    assert len({*texts["asked"], *texts["written"]}) >= at_least
