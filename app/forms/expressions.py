"""Properties that may be FEEL, and the scope in which they are evaluated, as the form viewer does in the browser."""

import dataclasses
import re
import typing as t

from app.feel import Environment, Expression, to_json

TEMPLATE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


@dataclasses.dataclass(frozen=True, slots=True)
class Dynamic:
    """A property that is a plain value or, when written with a leading `=`, a FEEL expression."""

    plain: t.Any = None
    expression: Expression | None = None

    def value(self, scope: "Scope") -> t.Any:
        """Return the plain value, or what the expression gives now."""
        return self.plain if self.expression is None else scope.evaluate(self.expression)


NOTHING = Dynamic()


class Scope:
    """What an expression of a form can see.

    All values by name; inside a repeated row also `this` (the row), `parent` (what is around it) and
    `i` (the row's number, counted from 1, one entry per level).
    """

    def __init__(
        self,
        values: dict[str, t.Any],
        environment: Environment,
        this: t.Any = None,
        parent: "Scope | None" = None,
        indexes: tuple[int, ...] = (),
    ) -> None:
        self.values = values
        self.environment = environment
        self.indexes = indexes
        self.this = values if parent is None else this
        self._special = {"this": self.this, "parent": parent.this if parent else None, "i": list(indexes)}
        self._special |= {f"_{name}_": value for name, value in self._special.items()}

    def evaluate(self, expression: Expression) -> t.Any:
        """Return the JSON value of an expression. Raises FeelRuntimeError."""
        # The values may have changed since the last call, so the names are put together anew.
        names = {**self._special, **self.values}
        return to_json(expression.evaluate(names, environment=self.environment))

    def row(self, row: t.Any, index: int) -> "Scope":
        """Return the scope of a row of a list that stands in this scope; `index` counts from 0."""
        return Scope(self.values, self.environment, row, self, (*self.indexes, index + 1))
