"""`desk.places`: which unit is the warehouse, and which the factory."""

import typing as t
from collections.abc import Mapping

from app.desk import places
from app.engine.registry import JobContext


def write(job: JobContext) -> Mapping[str, t.Any]:  # noqa: ARG001 (every handler is given its job)
    """Return {"headquarters", "factory", "company"}: unit codes."""
    return {"headquarters": places.headquarters(), "factory": places.factory(), "company": places.company()}
