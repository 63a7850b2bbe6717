"""Two languages in one file: Chinese in the form-js properties, English in `properties` under `<name>:en`.

    "label": "序列号", "properties": {"label:en": "Serial number"}

Options take `values:en` and table columns `columns:en`: an object from option value (column key) to English text,
or the same as a JSON text, because the form editor can only edit texts there.
"""

import copy
import json
import re
import typing as t
from collections.abc import Iterator, Mapping

from app.forms.errors import Finding
from app.forms.vocabulary import KINDS

_HAN = re.compile(r"[\u3400-\u9fff]")
# Codes, figures, templates and expressions read the same in both languages.
_NEUTRAL = re.compile(r"([^a-z\u3400-\u9fff{]|\{\{.*?\}\})*|=.*", re.DOTALL)
_LISTS = {"values": "value", "columns": "key"}
# The custom property that carries the English of a nested one.
_SHORT = {
    "validate.patternErrorMessage": "message",
    "appearance.prefixAdorner": "prefixAdorner",
    "appearance.suffixAdorner": "suffixAdorner",
}


def localised(document: Mapping[str, t.Any], language: str) -> dict[str, t.Any]:
    """Return a copy of the document with its texts in a language; what has no translation stays Chinese."""
    translated = copy.deepcopy(dict(document))
    if language != "zh":
        for component in _components(translated):
            _translate(component, language)
    return translated


def _components(parent: Mapping[str, t.Any]) -> Iterator[dict[str, t.Any]]:
    for component in parent.get("components", []):
        yield component
        if KINDS[component["type"]].container:
            yield from _components(component)


def _translate(component: dict[str, t.Any], language: str) -> None:
    for name in KINDS[component["type"]].texts:
        translated = _property(component, f"{_SHORT.get(name, name)}:{language}")
        holder, _, last = name.rpartition(".")
        place = component.get(holder) if holder else component
        if translated and isinstance(place, dict) and last in place:
            place[last] = translated
    for name, identity in _LISTS.items():
        labels = _labels(component, f"{name}:{language}")
        for entry in _entries(component, name):
            label = labels.get(_label_key(entry.get(identity)))
            if label:
                entry["label"] = label


def _property(component: Mapping[str, t.Any], name: str) -> t.Any:
    properties = component.get("properties")
    return properties.get(name) if isinstance(properties, Mapping) else None


def in_english(component: Mapping[str, t.Any], name: str) -> t.Any:
    """Return the English of a text property, or None."""
    return _property(component, f"{_SHORT.get(name, name)}:en")


def _labels(component: Mapping[str, t.Any], name: str) -> Mapping[str, t.Any]:
    labels = _property(component, name)
    if isinstance(labels, str):
        try:
            labels = json.loads(labels)
        except (ValueError, RecursionError):
            return {}
    return labels if isinstance(labels, Mapping) else {}


def _label_key(value: t.Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _entries(component: Mapping[str, t.Any], name: str) -> list[dict[str, t.Any]]:
    entries = component.get(name)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def missing_texts(component: Mapping[str, t.Any], element_id: str) -> Iterator[Finding]:
    """Yield a warning for each text of the component that stands in one language only."""
    for name, chinese, english in _texts(component):
        if not chinese:
            yield _missing(element_id, name, "zh")
        elif _NEUTRAL.fullmatch(chinese):
            continue
        elif not _HAN.search(chinese):
            yield _missing(element_id, name, "zh")
        if chinese and not english:
            yield _missing(element_id, name, "en")


def _missing(element_id: str, name: str, language: str) -> Finding:
    params = {"property": name, "language": language}
    return Finding("forms.text_missing", element_id, params, severity="warning")


def _texts(component: Mapping[str, t.Any]) -> Iterator[tuple[str, str, str]]:
    kind = KINDS[component["type"]]
    for name in kind.texts:
        value: t.Any = component
        for step in name.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        if value or (kind.keyed and name == "label"):
            english = in_english(component, name)
            yield name, str(value or ""), str(english or "")
    for name, identity in _LISTS.items():
        labels = _labels(component, f"{name}:en")
        for entry in _entries(component, name):
            key = _label_key(entry.get(identity))
            yield f"{name}.{key}", str(entry.get("label") or ""), str(labels.get(key) or "")
    validate = component.get("validate")
    if isinstance(validate, Mapping) and validate.get("pattern") and not validate.get("patternErrorMessage"):
        # Without one the viewer shows the regular expression itself to the person who types.
        yield "validate.patternErrorMessage", "", ""
