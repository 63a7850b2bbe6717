"""What the people of a story do. A story is a sequence of acts; `after` is how long they take, in working minutes."""

import dataclasses
import typing as t
from collections.abc import Callable, Iterator, Mapping

Answers = Mapping[str, t.Any]
Data = dict[str, t.Any]
TODAY = "(today)"
"""Stands in answers for the day of the act."""
DUE = "(due)"
"""Stands in answers for what the customer has to pay by the newest quote."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Act:
    """Something somebody does. `by` is a username; empty means whoever the task is offered to."""

    by: str = ""
    after: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Start(Act):
    """A case begins: somebody starts a process."""

    process: str
    variables: Answers
    event: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Request(Act):
    """A case begins: somebody takes a request on the page for it."""

    values: Answers


@dataclasses.dataclass(frozen=True, kw_only=True)
class Do(Act):
    """Fill in and complete a task. `answers` are laid over what the form opens with, or made from it.

    `photo` names a file field that gets a picture; `at` lets it happen only at tasks with this candidate unit or role.
    """

    element: str
    answers: Answers | Callable[[Data], Answers] = dataclasses.field(default_factory=dict)
    photo: str = ""
    at: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Record(Act):
    """Write down an answer that came from outside, such as a payment."""

    element: str
    answers: Answers | Callable[[Data], Answers]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Remark(Act):
    """Write a comment on the case."""

    text: str


Path = Iterator[Act]
"""The acts of one story, in order."""
