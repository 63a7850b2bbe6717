"""What failed and with which values: the expressions of an incident, marked, and how to correct what they read."""

import dataclasses
import typing as t
from collections.abc import Iterable, Mapping, Sequence

from app.cockpit.names import Names
from app.cockpit.variables import ROOT, Scope, Shown
from app.cockpit.waits import Wait
from app.engine import incident_text
from app.engine.models import ElementInstance, Incident

Piece = tuple[str, bool]
"""A part of an expression, and whether it is at fault."""


@dataclasses.dataclass(frozen=True)
class Asked:
    """One expression: where it stands, and its text in pieces."""

    place: str
    pieces: list[Piece]


@dataclasses.dataclass(frozen=True)
class Value:
    """A name that was read, with its value then; `text` is None when nothing was there."""

    name: str
    text: str | None
    variable: Shown | None
    """The variable it was read from, as it is now; None for what is no variable of this instance."""

    @property
    def root(self) -> str:
        return self.name.partition(".")[0]

    @property
    def now(self) -> str | None:
        """The value that has taken its place since; None while it is the same, or too large to tell."""
        one = self.variable
        if one is None or one.cut or one.name != self.name or one.text == self.text:
            return None
        return one.text


@dataclasses.dataclass(frozen=True)
class Failure:
    """An incident that says what it is about."""

    incident: Incident
    step: str
    sentence: str
    asked: list[Asked]
    values: list[Value]


def failures(
    waits: Iterable[Wait], names: Names, scopes: Sequence[Scope], rows: Sequence[ElementInstance]
) -> list[Failure]:
    """Return the open incidents that know an expression or a value."""
    outer = {row.token: row.scope for row in rows}
    found = (_failure(wait, names, _seen_from(wait.token, outer, scopes)) for wait in waits if wait.incident)
    return [failure for failure in found if failure.asked or failure.values]


def _failure(wait: Wait, names: Names, seen: Mapping[str, Shown]) -> Failure:
    incident = t.cast(Incident, wait.incident)
    expressions = [one for one in incident.evidence or () if one.get("expression")]
    return Failure(
        incident=incident,
        step=names.element(wait.definition_key, wait.element_id),
        sentence=incident_text.sentence(incident),
        asked=[Asked(incident_text.place(one), pieces(one)) for one in expressions],
        values=[_value(named, seen) for named in incident_text.values(incident)],
    )


def _value(named: Mapping[str, t.Any], seen: Mapping[str, Shown]) -> Value:
    return Value(named["name"], named["value"], seen.get(named["name"].partition(".")[0]))


def pieces(evidence: Mapping[str, t.Any]) -> list[Piece]:
    """Cut an expression at its marks."""
    text, at, found = evidence["expression"], 0, []
    for start, end in evidence.get("marks", ()):
        if at <= start < end <= len(text):
            found += [(text[at:start], False), (text[start:end], True)]
            at = end
    return [piece for piece in [*found, (text[at:], False)] if piece[0]]


def _seen_from(token: int, outer: Mapping[int, int | None], scopes: Sequence[Scope]) -> dict[str, Shown]:
    """Return the variables visible from a token, the innermost of each name."""
    by_token = {scope.token: scope.variables for scope in scopes}
    chain: list[int] = []
    here: int | None = token
    while here is not None and here not in chain:
        chain.append(here)
        here = outer.get(here)
    seen: dict[str, Shown] = {}
    for place in [ROOT, *reversed(chain)]:
        seen |= {one.name: one for one in by_token.get(place, ())}
    return seen
