"""What the deploy gate has to say about a file; texts for the codes lie in `translations/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on one element. An error keeps the file from being deployed."""

    code: str
    element_id: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = "error"
