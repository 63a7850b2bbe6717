"""How customers and people behave, as a file says it: what comes, how forms are answered, how long it takes."""

import dataclasses
import functools
import random
import typing as t
from collections.abc import Mapping, Sequence
from pathlib import Path

from marshmallow import fields, validate

from app.engine.expressions import environment
from app.feel import compile_expression, to_json
from app.scenarios.fields import Strict, Values, is_expression
from app.scenarios.problems import Problem, Unreadable
from app.scenarios.reading import read_json, shaped

FILE = Path(__file__).parents[3] / "bpmn" / "habits.json"
"""The habits of the library's company."""
Kind = t.Literal["task", "answer"]
KINDS: tuple[Kind, ...] = ("task", "answer")
"""What takes time: a task of somebody's own, and what the world outside answers."""
CHANCES = "chances"
"""The member that makes a value one of several: `{"chances": [[9, true], [1, false]]}`."""


@dataclasses.dataclass(frozen=True)
class Arrival:
    """A kind of request. `share` is how often it comes in relation to the others, `lines` which devices it is about."""

    process: str
    by: str
    share: float
    values: Mapping[str, t.Any]
    lines: Sequence[str]


@dataclasses.dataclass(frozen=True)
class Pace:
    """How long something takes, in working minutes, short times more often; `never` is the share left undone."""

    shortest: int
    longest: int
    never: float

    def minutes(self, dice: random.Random) -> int | None:
        """Return how long it takes this time, None when it is never done."""
        if dice.random() < self.never:
            return None
        return int(dice.triangular(self.shortest, self.longest, self.shortest))


@dataclasses.dataclass(frozen=True)
class Habits:
    """Everything the file says.

    Attributes:
        outlets: where its customers live; every role has to be held there.
        answers: `element.key` or `key` → what is put into the field.
        paces: element → its pace; `task` and `answer` for all others.
    """

    arrivals: Sequence[Arrival]
    answers: Mapping[str, t.Any]
    paces: Mapping[str, Pace]
    customers: int
    outlets: Sequence[str]

    def arrival(self, dice: random.Random) -> Arrival:
        """Return the kind of the next request."""
        return dice.choices(self.arrivals, [one.share for one in self.arrivals])[0]

    def pace(self, element: str, kind: Kind) -> Pace:
        """Return how long an element takes."""
        return self.paces.get(element) or self.paces[kind]

    def has(self, element: str, key: str) -> bool:
        """Whether somebody has a habit for a field."""
        return f"{element}.{key}" in self.answers or key in self.answers

    def answer(self, element: str, key: str) -> t.Any:
        """Return the habit for a field, that of the element before that for all fields of this name."""
        return self.answers[own] if (own := f"{element}.{key}") in self.answers else self.answers[key]


def drawn(value: t.Any, context: Mapping[str, t.Any], dice: random.Random) -> t.Any:
    """Return a value with chances decided and expressions computed. Raises FeelError."""
    if isinstance(value, Mapping) and CHANCES in value:
        return drawn(_decided(value[CHANCES], dice), context, dice)
    if is_expression(value):
        return to_json(_compiled(value).evaluate(context, environment=environment()))
    if isinstance(value, Mapping):
        return {name: drawn(inner, context, dice) for name, inner in value.items()}
    return [drawn(inner, context, dice) for inner in value] if isinstance(value, list) else value


def _decided(chances: Sequence[tuple[float, t.Any]], dice: random.Random) -> t.Any:
    return dice.choices([value for _, value in chances], [weight for weight, _ in chances])[0]


@functools.lru_cache(maxsize=1_000)
def _compiled(source: str) -> t.Any:
    return compile_expression(source.removeprefix("="))


class ArrivalEntry(Strict):
    """One kind of request."""

    process = fields.String(required=True)
    by = fields.String(required=True)
    share = fields.Float(required=True, validate=validate.Range(0))
    values = Values(data_key="with", load_default=dict)
    lines = fields.List(fields.String(), load_default=lambda: ["handset"])


class PaceEntry(Strict):
    """Working minutes, and the share of what is never done."""

    minutes = fields.List(fields.Integer(validate=validate.Range(0)), required=True, validate=validate.Length(equal=2))
    never = fields.Float(load_default=0.0, validate=validate.Range(0, 1))


class HabitsFile(Strict):
    """The whole file."""

    about = fields.String()
    customers = fields.Integer(required=True, validate=validate.Range(1))
    outlets = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    arrivals = fields.List(fields.Nested(ArrivalEntry()), required=True, validate=validate.Length(min=1))
    answers = Values(required=True)
    paces = fields.Dict(keys=fields.String(), values=fields.Nested(PaceEntry()), required=True)


def read_habits(path: Path) -> Habits:
    """Return what a file of habits says. Raises Unreadable with every place that is wrong."""
    said = shaped(HabitsFile(), read_json(path), path.as_posix())
    missing = [Problem("scenarios.missing", place=f"paces.{kind}") for kind in KINDS if kind not in said["paces"]]
    if missing:
        raise Unreadable(path.as_posix(), missing)
    return Habits(
        arrivals=[Arrival(**one) for one in said["arrivals"]],
        answers=said["answers"],
        paces={name: Pace(one["minutes"][0], one["minutes"][1], one["never"]) for name, one in said["paces"].items()},
        customers=said["customers"],
        outlets=said["outlets"],
    )
