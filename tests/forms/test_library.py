"""The forms of our own process library."""

import json
from pathlib import Path

import pytest

from app.forms import parse_form

LIBRARY = Path(__file__).parents[2] / "forms"
FILES = sorted(LIBRARY.rglob("*.form"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_form_of_the_library_has_every_text_in_both_languages(path):
    built = parse_form(path.read_bytes())
    assert built.findings == ()
    assert built.id == path.stem


def components(form):
    for component in form.get("components", ()):
        yield component
        yield from components(component)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_text_that_is_hidden_without_a_value_is_hidden_when_empty_too(path):
    """The viewer makes an empty text of null, so `= null` alone would show an empty field."""
    found = list(components(json.loads(path.read_bytes())))
    texts = {one.get("key") for one in found if one["type"] in {"textfield", "textarea"}}
    hidden = {one.get("conditional", {}).get("hide") for one in found}
    assert {f"={key} = null" for key in texts} & hidden == set()


def test_there_is_a_library():
    assert len(FILES) >= 30
