"""What the deploy gate has to say about a file; texts for the codes lie in `translations/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]
MOST_FINDINGS = 1_000
"""As many as a page can show and an answer can carry; the rest shows when these are corrected."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on one element. An error keeps the file from being deployed."""

    code: str
    element_id: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = "error"


def bounded(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The first findings, errors before warnings, and a last one that says when there are more."""
    found = sorted(findings, key=lambda finding: finding.severity != "error")
    if len(found) <= MOST_FINDINGS:
        return tuple(found)
    severity: Severity = found[MOST_FINDINGS].severity
    more = Finding("kernel.more_findings", params={"count": MOST_FINDINGS}, severity=severity)
    return (*found[:MOST_FINDINGS], more)
