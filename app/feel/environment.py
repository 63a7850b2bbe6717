"""What surrounds an evaluation: the clock, the zone, the host's functions and the budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.feel.registry import FunctionRegistry


def _system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Environment:
    now: Callable[[], datetime] = _system_clock
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    functions: FunctionRegistry = field(default_factory=FunctionRegistry)
    max_steps: int = 200_000
    max_size: int = 2_000_000


DEFAULT = Environment()
