"""What the author of an expression can use: functions with examples that were run, and read-only contexts."""

import dataclasses
from collections.abc import Mapping

from app.engine.expressions import environment
from app.engine.registry import the_registry
from app.feel import FeelError
from app.feel.reference import Documented, documented, example_result


@dataclasses.dataclass(frozen=True)
class Function:
    """A function and its examples, each with what it gives here and now; None where the calendar has no answer."""

    about: Documented
    examples: tuple[tuple[str, str | None], ...]


def functions() -> list[Function]:
    """Return every function that diagrams, tables and forms may call."""
    here = environment()

    def result(source: str) -> str | None:
        try:
            return example_result(source, here)
        except FeelError:
            return None

    found = documented(the_registry().functions)
    return [Function(one, tuple((source, result(source)) for source in one.examples)) for one in found]


def count() -> int:
    """Return how many functions there are."""
    return len(documented(the_registry().functions))


def contexts() -> Mapping[str, tuple[str, ...]]:
    """Return the read-only contexts with what they always contain."""
    return the_registry().context_members
