"""Moving a live instance to another version of its process, or to another process.

Only live tokens are moved, for an instance keeps nothing else: each goes to the element of the same id, or to the one
that the mapping names. What waits goes on as it began. Whatever cannot be kept exactly keeps the instance where it is,
with the reason; nothing is dropped in silence.

1. Every token goes by the rules, which bring its memo to the new version or say what is in the way.
2. No join may begin to starve by the move.
3. The instance is loaded on the new version; events that are new there, and waits that are to be evaluated again, are.
4. Joins of which the last missing flow is gone, and whatever else can run now, run with the host's next `advance`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.kernel.findings import Finding
from app.kernel.instance import Kernel
from app.kernel.migration.events import RENEWALS, Renewal
from app.kernel.migration.journey import Journey
from app.kernel.migration.way import Way
from app.kernel.model import ProcessModel
from app.kernel.port import Port

__all__ = ["RENEWALS", "Migration", "Renewal", "migrate"]


@dataclass(frozen=True, slots=True)
class Migration:
    """The verdict on one instance: errors say why it stays, warnings what will be different."""

    findings: tuple[Finding, ...]
    kernel: Kernel | None
    """The instance on the new version, still to `advance`; None when it stays."""


def migrate(
    kernel: Kernel,
    model: ProcessModel,
    port: Port | None = None,
    mapping: Mapping[str, str] | None = None,
    renewed: Iterable[Renewal] = (),
) -> Migration:
    """Judge and move an instance that has come to rest. The given kernel is not changed.

    :param port: for what the new version evaluates; the present one if it is not given.
    :param mapping: id of an element or flow → id in the new version, where the two differ.
    """
    kernel.require_running()
    journey = Journey(kernel, Way(kernel.model, model, mapping or {}), frozenset(renewed))
    moved = journey.go(port or kernel.port)
    return Migration(tuple(journey.findings), moved)
