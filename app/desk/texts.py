"""The words behind the library's codes: results of decisions, facts, notices. They lie beside the diagrams."""

import functools
import typing as t
from collections.abc import Mapping
from pathlib import Path

import orjson

from app import i18n

FOLDER = Path(__file__).parents[2] / "bpmn"


@functools.cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    texts: dict[str, Mapping[str, str]] = {}
    for file in sorted(FOLDER.glob("texts*.json")):
        texts |= orjson.loads(file.read_bytes())
    return texts


def wording(key: str, fallback: str = "") -> str:
    """Return the text of a code such as `damage_classification.finding.misuse` in the present language."""
    return i18n.localised(_texts().get(key), fallback)


def code_text(scope: str, name: str, value: t.Any) -> str:
    """Return the text of one value of a decision or fact; the value itself when it has no text."""
    code = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
    return wording(f"{scope}.{name}.{code}", "" if value is None else str(value))


def notice_text(template: str, params: Mapping[str, t.Any]) -> str:
    """Return a notice's sentence; a parameter that is missing shows as its name."""
    return wording(f"notice.{template}", template).format_map(_Shown(params))


class _Shown(dict[str, t.Any]):
    def __missing__(self, name: str) -> str:
        return name
