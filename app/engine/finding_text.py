"""A finding of the deploy gate in words: what is wrong, in which property of what, and the text around the place."""

import functools
import typing as t
from collections.abc import Iterable, Iterator, Mapping

from app import i18n
from app.engine.drawn_names import drawn_names
from app.engine.gate import File
from app.forms.vocabulary import PROPERTIES
from app.kernel.uses import PLACES

NULL = "null"


class FindingText(t.NamedTuple):
    sentence: str
    place: str
    """The property and what it belongs to; for other findings the name of the element, if it has one."""
    excerpt: tuple[str, ...]
    """Of a broken expression the text before, at and after the place; empty for other findings."""


def all_in_words(
    findings: Iterable[Mapping[str, t.Any]], files: Iterable[File]
) -> Iterator[tuple[Mapping[str, t.Any], FindingText]]:
    """Return every finding with its words; the files they are about say how their parts are called."""
    contents = {file.name: file.content for file in files}
    names_in = functools.cache(lambda file: drawn_names(file, contents.get(file, b"")))
    for finding in findings:
        yield finding, in_words(finding, names_in(finding["file"]))


def in_words(finding: Mapping[str, t.Any], names: Mapping[str, str]) -> FindingText:
    """Return a finding in the present language.

    :param names: element id → what it is called, see `drawn_names`.
    """
    params: Mapping[str, t.Any] = finding["params"]
    identifier = finding["element_id"] or ""
    name = names.get(identifier, "")
    word = params.get("property")
    place = property_name(word, name or identifier) if word else name
    sentence = i18n.text(finding["code"], **{"place": place, **params, **told(params)})
    return FindingText(sentence, place, tuple(params.get("excerpt", ())))


def told(params: Mapping[str, t.Any]) -> dict[str, str]:
    """Return the parameters that are said otherwise than they are written."""
    return {"value": i18n.text("engine.nothing")} if params.get("value") == NULL else {}


def property_name(word: str, name: str) -> str:
    """Name a property by its word in the kernel's or the forms' vocabulary; `input:x` is the mapping to x."""
    kind, _, target = word.partition(":")
    code = PLACES.get(kind) or PROPERTIES.get(kind)
    return i18n.text(code, name=name, target=target) if code else name
