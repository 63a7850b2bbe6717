"""The forms of our own process library."""

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


def test_there_is_a_library():
    assert len(FILES) >= 30
