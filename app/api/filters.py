"""Filter properties of searches: a plain value means equal, an object names operators (`$eq`, `$in`, `$like` …)."""

import dataclasses
import fnmatch
import typing as t
from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa
from marshmallow import fields, validate

from app.api.fields import Key, Moment, fits_column, storable

Operands = Mapping[str, t.Any]
"""Operator without its dollar sign → operand."""
Condition = sa.ColumnElement[bool]

EQUALITY = ("eq", "neq", "exists", "in", "notIn")
ORDER = ("gt", "gte", "lt", "lte")
LONGEST_LIST = 1_000


class Operators(fields.Field[Operands]):
    """A filter property's value: one plain value, or an object of operators; every operand is validated."""

    def __init__(self, operand: fields.Field[t.Any], operators: Sequence[str], **options: t.Any) -> None:
        super().__init__(**options)
        self.operand = operand
        self.operators = operators

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kwargs: t.Any) -> Operands:
        if not isinstance(value, Mapping):
            return {"eq": self.operand.deserialize(value, attr, data, **kwargs)}
        operands: dict[str, t.Any] = {}
        for name, operand in value.items():
            operator = str(name).removeprefix("$")
            if operator not in self.operators or not str(name).startswith("$"):
                known = ", ".join(f"${one}" for one in self.operators)
                raise self.make_error_for(f"There is no operator {name} here. Known: {known}.")
            operands[operator] = self._operand(operator, operand, attr, data, **kwargs)
        return operands

    def _operand(self, operator: str, value: t.Any, attr: str | None, data: t.Any, **kwargs: t.Any) -> t.Any:
        if operator == "exists":
            return fields.Boolean(truthy={True}, falsy={False}).deserialize(value)
        if operator == "like":
            return fields.String(validate=[validate.Length(max=400), storable]).deserialize(value)
        if operator in {"in", "notIn"}:
            if not isinstance(value, list) or len(value) > LONGEST_LIST:
                raise self.make_error_for(f"${operator} takes a list of at most {LONGEST_LIST} values.")
            return [self.operand.deserialize(one, attr, data, **kwargs) for one in value]
        return self.operand.deserialize(value, attr, data, **kwargs)

    @staticmethod
    def make_error_for(sentence: str) -> Exception:
        """Return the validation error with this sentence."""
        from marshmallow import ValidationError

        return ValidationError(sentence)


@dataclasses.dataclass(frozen=True)
class Term:
    """One filter property: how its value is read, and the condition it makes."""

    field: Callable[[], fields.Field[t.Any]]
    condition: Callable[[t.Any], Condition]


def compare(column: t.Any, operands: Operands) -> Condition:
    """Return the condition of an operator object on a column; several operators must all hold."""
    return sa.and_(sa.true(), *(_one(column, operator, operand) for operator, operand in operands.items()))


def _one(column: t.Any, operator: str, operand: t.Any) -> Condition:
    simple: dict[str, Callable[[], Condition]] = {
        "eq": lambda: column == operand,
        # A row without a value differs from every value, which SQL alone would not say.
        "neq": lambda: sa.or_(column != operand, column.is_(None)),
        "exists": lambda: column.isnot(None) if operand else column.is_(None),
        "in": lambda: column.in_(operand),
        "notIn": lambda: sa.or_(column.notin_(operand), column.is_(None)),
        "like": lambda: column.like(like_pattern(operand), escape="\\"),
        "gt": lambda: column > operand,
        "gte": lambda: column >= operand,
        "lt": lambda: column < operand,
        "lte": lambda: column <= operand,
    }
    return simple[operator]()


def like_pattern(text: str) -> str:
    r"""Return SQL's pattern for ours: `*` any text, `?` one character, both literal behind a backslash."""
    pattern, escaped = [], False
    for character in text:
        if escaped or character not in "\\*?":
            pattern.append(f"\\{character}" if character in "%_\\" else character)
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            pattern.append("%" if character == "*" else "_")
    return "".join(pattern)


def key(column: t.Any) -> Term:
    """A filter on a key."""
    return Term(lambda: Operators(Key(), EQUALITY), lambda given: compare(column, given))


def text(column: t.Any) -> Term:
    """A filter on a string."""
    return Term(
        lambda: Operators(fields.String(validate=storable), (*EQUALITY, "like")), lambda given: compare(column, given)
    )


def integer(column: t.Any) -> Term:
    """A filter on a whole number."""
    operators = ("eq", "neq", "exists", "in", *ORDER)
    return Term(
        lambda: Operators(fields.Integer(strict=True, validate=fits_column), operators),
        lambda given: compare(column, given),
    )


def moment(column: t.Any) -> Term:
    """A filter on a time."""
    operators = ("eq", "neq", "exists", "in", *ORDER)
    return Term(lambda: Operators(Moment(), operators), lambda given: compare(column, given))


def choice(column: t.Any, values: Mapping[str, Sequence[t.Any]]) -> Term:
    """A filter on one of the API's words, each standing for the stored values listed with it."""

    def condition(given: Operands) -> Condition:
        return sa.and_(sa.true(), *(chosen(operator, operand) for operator, operand in given.items()))

    def chosen(operator: str, operand: t.Any) -> Condition:
        if operator == "exists":
            return _one(column, operator, operand)
        words = operand if isinstance(operand, list) else [operand]
        if operator == "like":
            words = [word for word in values if fnmatch.fnmatchcase(word, operand)]
        stored = [value for word in words for value in values[word]]
        return _one(column, "notIn" if operator in {"neq", "notIn"} else "in", stored)

    return Term(lambda: Operators(fields.String(validate=validate.OneOf(values)), (*EQUALITY, "like")), condition)


def yes_or_no(when_true: Condition) -> Term:
    """A filter on a condition that holds or does not."""
    return Term(
        lambda: fields.Boolean(truthy={True}, falsy={False}),
        lambda given: when_true if given else sa.not_(when_true),
    )


def within(build: Callable[[Operands], Condition]) -> Term:
    """A string filter whose condition is made by the caller, for values in other tables."""
    return Term(lambda: Operators(fields.String(validate=storable), (*EQUALITY, "like")), build)


def only_tenant() -> Term:
    """There is one tenant: asking for it finds everything, asking for another nothing."""
    return Term(
        lambda: Operators(fields.String(validate=storable), (*EQUALITY, "like")),
        lambda given: compare(sa.literal("<default>"), given),
    )
