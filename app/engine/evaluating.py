"""Asking an expression or a decision something outside any instance, for trying out and for programs."""

import dataclasses
import typing as t
from collections.abc import Mapping

from app import dmn
from app.db import db
from app.engine import catalogue
from app.engine.decision_errors import refusal
from app.engine.decision_models import decision_model
from app.engine.expressions import environment
from app.errors import Invalid
from app.feel import FeelError, FeelWarning, compile_expression, to_json
from app.people import access
from app.people.person import STAFF, Person


@dataclasses.dataclass(frozen=True)
class Decision:
    """What a decision said, how it came about, and the version that said it."""

    value: t.Any
    trace: list[dict[str, t.Any]]
    definition: catalogue.Version


@dataclasses.dataclass(frozen=True)
class Evaluated:
    """The JSON value of an expression, and why parts of it became null."""

    value: t.Any
    warnings: tuple[FeelWarning, ...]


def evaluate_expression(person: Person, expression: str, variables: Mapping[str, t.Any]) -> Evaluated:
    """Evaluate a FEEL expression, written with or without its `=`. Raises Invalid with FEEL's own code."""
    access.require(person, STAFF)
    try:
        compiled = compile_expression(expression.removeprefix("="))
        examined = compiled.examine(variables, environment=environment())
        return Evaluated(to_json(examined.value), examined.warnings)
    except FeelError as error:
        raise Invalid(error.code, **error.params) from error


def evaluate_decision(
    person: Person,
    variables: Mapping[str, t.Any],
    *,
    decision_id: str | None = None,
    key: int | None = None,
    version: int | None = None,
) -> Decision:
    """Evaluate the newest version of a decision, or the one given by number or key. Changes nothing.

    Raises NotFound for an unknown decision, Invalid when it cannot be made on these values.
    """
    access.require(person, STAFF)
    session = db.session
    if key is not None:
        found = catalogue.version_by_key(session, "decision", key)
    else:
        found = catalogue.newest(session, "decision", decision_id or "", version)
    try:
        result = decision_model(session, found).evaluate(found.id, variables, environment())
        return Decision(to_json(result.value), result.trace, found)
    except (FeelError, dmn.DmnError) as error:
        raise refusal(error) from error
