"""What is wrong with a file: codes with parameters, the file and the place in it."""

import dataclasses
import typing as t
from collections.abc import Iterator, Mapping

from app import i18n
from app.errors import FirstlineError


@dataclasses.dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or otherwise than expected. `place` leads to it, such as `steps[2].by`.

    A parameter may be a problem itself: the reason for this one.
    """

    code: str
    params: Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    place: str = ""

    def at(self, place: str) -> "Problem":
        """The same problem found at a place."""
        return dataclasses.replace(self, place=place)

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.place}: {self.code} {told}"

    def in_words(self) -> str:
        """Return the sentence in the present language, after its place."""
        inner = {name: one.in_words() for name, one in self.params.items() if isinstance(one, Problem)}
        sentence = i18n.text(self.code, **{**self.params, **inner})
        return f"{self.place}: {sentence}" if self.place else sentence


class Unreadable(FirstlineError):
    """A file that cannot be used."""

    status = 422

    def __init__(self, file: str, problems: t.Sequence[Problem]) -> None:
        super().__init__("scenarios.unreadable", file=file, count=len(problems))
        self.file = file
        self.problems = tuple(problems)

    def in_words(self) -> str:
        """Return file, places and sentences, a line for each."""
        return "\n".join(f"{self.file}: {problem.in_words()}" for problem in self.problems)


def of_error(error: FirstlineError, place: str = "") -> Problem:
    """Return what a service function refused; of a form the first field with its sentence."""
    fields: Mapping[str, t.Any] = getattr(error, "fields", {})
    for field, reasons in fields.items():
        for code, params in reasons:
            return Problem("scenarios.refused_field", {"field": field, "reason": Problem(code, params)}, place)
    return Problem(error.code, error.params, place)


def flattened(messages: t.Any, place: str = "") -> Iterator[Problem]:
    """Turn marshmallow's nested messages into problems with places."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from flattened(inner, _below(place, key))
        return
    for message in messages:
        problem = message if isinstance(message, Problem) else Problem(str(message))
        yield problem.at(place)


def _below(place: str, key: t.Any) -> str:
    if key == "_schema":
        return place
    if isinstance(key, int):
        return f"{place}[{key}]"
    return f"{place}.{key}" if place else str(key)
