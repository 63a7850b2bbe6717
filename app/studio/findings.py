"""Findings of the deploy gate as the editors show them: one sentence in the language of the page, on one element."""

import typing as t
from collections.abc import Iterable, Mapping

from app.i18n import text

WITHOUT_ENGLISH = "engine.name_without_english"
"""An error for our own library; an author is reminded of it, because the name in use is not missing."""


def as_rows(findings: Iterable[t.Any], places: Mapping[str, str] | None = None) -> list[dict[str, t.Any]]:
    """Return findings for `lib/editing.js`, errors first, each sentence once per element.

    :param places: element id → where that is, in words.
    """
    rows: dict[tuple[str | None, str], dict[str, t.Any]] = {}
    for finding in findings:
        row = _row(finding if isinstance(finding, Mapping) else finding.as_json(), places or {})
        rows.setdefault((row["element_id"], row["text"]), row)
    return sorted(rows.values(), key=lambda row: row["severity"] != "error")


def _row(finding: Mapping[str, t.Any], places: Mapping[str, str]) -> dict[str, t.Any]:
    code = finding["code"]
    return {
        "severity": "warning" if code == WITHOUT_ENGLISH else finding["severity"],
        "element_id": finding["element_id"],
        "text": text(code, **finding["params"]),
        "code": code.partition(".")[2] or code,
        "hint": places.get(finding["element_id"] or ""),
        "file": finding["file"],
    }
