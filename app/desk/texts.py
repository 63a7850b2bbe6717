"""The words behind the library's codes: results of decisions, facts, notices. They stand in the desk's catalogue."""

import typing as t

from app import i18n


def wording(key: str, fallback: str = "") -> str:
    """Return the text of a code such as `damage_classification.input.evidence`; the fallback when nobody wrote one."""
    words = i18n.text(key)
    return fallback if words == key else words


def code_text(scope: str, name: str, value: t.Any) -> str:
    """Return the text of one value of a decision or fact; the value itself when it has no text."""
    code = str(value).lower() if isinstance(value, bool) else value
    return wording(f"{scope}.{name}.{code}", "" if value is None else str(value))
