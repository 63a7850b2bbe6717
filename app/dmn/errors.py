"""What can be wrong with a DMN file, and what can go wrong when it decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why a file cannot be used; its sentence is the catalogue's text for the code."""

    code: str
    element_id: str | None
    params: Mapping[str, Any] = field(default_factory=dict)
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an imported file cannot be used: the code of a finding on the import."""

    code: str


class DmnInvalid(Exception):
    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(", ".join(f"{finding.code} ({finding.element_id})" for finding in findings))


class DmnError(Exception):
    """A decision could not be made."""

    def __init__(self, code: str, element_id: str | None, params: Mapping[str, Any]) -> None:
        self.code = code
        self.element_id = element_id
        self.params = dict(params)
        super().__init__(code, element_id, self.params)
