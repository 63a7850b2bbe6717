"""Conditions on variables as somebody types them: `amount > 500; level = "VIP"`, by the type of the value."""

import re
import typing as t
from collections.abc import Callable

import orjson
import sqlalchemy as sa

from app.engine.models import ProcessInstance, Variable
from app.engine.variables import VISIBLE
from app.errors import Invalid

MOST = 5
"""Conditions in one filter."""
_SHAPE = re.compile(r"\s*([^\s=!<>#]{1,200})\s*(!=|<=|>=|=|<|>)\s*(.+?)\s*", re.DOTALL)
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$"
_OPERATORS: dict[str, Callable[[t.Any, t.Any], t.Any]] = {
    "=": lambda column, value: column == value,
    "!=": lambda column, value: column != value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
}


class Comparison(t.NamedTuple):
    """A variable, an operator and the JSON value it is compared with."""

    name: str
    operator: str
    value: t.Any


def comparisons(text: str) -> list[Comparison]:
    """Read what was typed. Raises Invalid where it is no comparison; a value that is no JSON stands for its text."""
    found = [_comparison(part) for part in text.split(";") if part.strip()]
    if len(found) > MOST:
        raise Invalid("cockpit.too_many_comparisons", limit=MOST)
    return found


def _comparison(part: str) -> Comparison:
    match = _SHAPE.fullmatch(part)
    if match is None:
        raise Invalid("cockpit.no_comparison", text=part.strip()[:80])
    name, operator, given = match.groups()
    try:
        value = orjson.loads(given)
    except orjson.JSONDecodeError:
        value = given
    return Comparison(name, operator, value)


def condition(text: str) -> sa.ColumnElement[bool]:
    """Return the condition on instances that all comparisons hold for variables of theirs; nonsense fits nothing."""
    try:
        wanted = comparisons(text)
    except Invalid:
        return sa.false()
    return sa.and_(sa.true(), *(_holds(one) for one in wanted))


def _holds(one: Comparison) -> sa.ColumnElement[bool]:
    mine = (Variable.instance_key == ProcessInstance.key, Variable.name == one.name, VISIBLE)
    return sa.exists().where(*mine, _compared(one))


def _compared(one: Comparison) -> sa.ColumnElement[bool]:
    """Numbers are compared as numbers, texts as texts, so also dates; everything else is equal or is not."""
    operator = _OPERATORS[one.operator]
    stored = orjson.dumps(one.value).decode()
    if isinstance(one.value, int | float) and not isinstance(one.value, bool):
        number = sa.case((Variable.value.regexp_match(_NUMBER), sa.cast(Variable.value, sa.Double)), else_=None)
        return t.cast(sa.ColumnElement[bool], operator(number, one.value))
    if one.operator in {"=", "!="}:
        return t.cast(sa.ColumnElement[bool], operator(Variable.value, stored))
    if isinstance(one.value, str):
        return sa.and_(Variable.value.startswith('"'), operator(Variable.value, stored))
    return sa.false()
