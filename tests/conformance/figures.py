"""var/conformance.json: one key per suite, each written by its own run only."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping
from pathlib import Path

TARGET = Path("var/conformance.json")


def write(figures: Mapping[str, t.Any], target: Path = TARGET) -> None:
    """Put the figures of the suites that ran beside what other suites wrote before."""
    target.parent.mkdir(parents=True, exist_ok=True)
    whole = {**_read(target), **figures}
    # Written beside and moved, so that a run that is interrupted leaves the old figures whole.
    unfinished = target.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", "utf-8")
    unfinished.replace(target)


def _read(target: Path) -> dict[str, t.Any]:
    try:
        found = json.loads(target.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
