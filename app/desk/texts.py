"""The words behind the library's codes: results of decisions, facts, notices. They stand in the desk's catalogue."""

import re
import typing as t
from collections.abc import Mapping

from app import i18n

_CHINESE = re.compile(r"[\u3400-\u9fff]")


def wording(key: str, fallback: str = "") -> str:
    """Return the text of a code such as `damage_classification.input.evidence`; the fallback when nobody wrote one."""
    words = i18n.text(key)
    return fallback if words == key else words


def code_text(scope: str, name: str, value: t.Any) -> str:
    """Return the text of one value of a decision or fact; the value itself when it has no text."""
    code = str(value).lower() if isinstance(value, bool) else value
    return wording(f"{scope}.{name}.{code}", "" if value is None else str(value))


def annotation_texts(annotations: Mapping[str, str]) -> list[str]:
    """Return what a table says beside a rule, in the language of the page: columns whose name ends in `:en` are the
    English ones. A text in Chinese characters alone would tell nothing to a reader of English.
    """
    english = [text for name, text in annotations.items() if name.endswith(":en")]
    if i18n.language() == "en":
        return english or [text for text in annotations.values() if not _CHINESE.search(text)]
    return [text for name, text in annotations.items() if not name.endswith(":en")] or english
