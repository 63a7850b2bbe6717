"""Findings of the deploy gate as the editors show them: one sentence in the language of the page, on one element."""

import typing as t
from collections.abc import Iterable, Mapping

from app.engine import File
from app.engine.finding_text import FindingText, all_in_words

WITHOUT_ENGLISH = "engine.name_without_english"
"""An error for our own library; an author is reminded of it, because the name in use is not missing."""


def as_rows(findings: Iterable[t.Any], files: Iterable[File]) -> list[dict[str, t.Any]]:
    """Return findings about files for `lib/editing.js`, errors first, each sentence once per element."""
    rows: dict[tuple[str | None, str], dict[str, t.Any]] = {}
    plain = (finding if isinstance(finding, Mapping) else finding.as_json() for finding in findings)
    for finding, words in all_in_words(plain, files):
        row = _row(finding, words)
        rows.setdefault((row["element_id"], row["hint"] + row["text"]), row)
    return sorted(rows.values(), key=lambda row: row["severity"] != "error")


def _row(finding: Mapping[str, t.Any], words: FindingText) -> dict[str, t.Any]:
    code = finding["code"]
    return {
        "severity": "warning" if code == WITHOUT_ENGLISH else finding["severity"],
        "element_id": finding["element_id"],
        "text": words.sentence,
        "code": code.partition(".")[2] or code,
        "hint": words.place,
        "excerpt": words.excerpt,
        "file": finding["file"],
    }
