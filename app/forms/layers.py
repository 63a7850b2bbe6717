"""Submitted values laid over what the case already has: one layer for the form, one for each row of its lists."""

import copy
import typing as t
from collections.abc import Iterable, Iterator, Mapping

from app.forms.expressions import Scope
from app.forms.model import Component, Field, Group, Path, RowList, at, has, put

Place = tuple[str | int, ...]
Values = dict[str, t.Any]


class Layer:
    """The values of the form or of one row.

    Attributes:
        components: what stands in it.
        given: the submission, already in shape.
        before: what was there before the submission.
        values: both together, as expressions see them.
        scope: evaluates expressions on `values`.
        place: path of the layer in the submission.
        rows: for each submitted list, by its path, one layer per row.
        kept: what will be stored.
    """

    def __init__(
        self,
        components: Iterable[Component],
        given: Mapping[str, t.Any],
        before: Mapping[str, t.Any],
        scope: Scope,
        place: Place = (),
    ) -> None:
        self.components = tuple(components)
        self.given = given
        self.before = before
        self.values: Values = scope.this
        self.scope = scope
        self.place = place
        self.rows: dict[Path, list[Layer]] = {}
        self.kept: Values = {}
        for component in valued(self.components):
            if has(given, component.path):
                self._lay(component, at(given, component.path))

    def _lay(self, component: "Field | RowList", value: t.Any) -> None:
        if isinstance(component, Field):
            put(self.values, component.path, value)
            return
        old_rows = at(self.before, component.path)
        layers: list[Layer] = []
        put(self.values, component.path, None if value is None else [])
        for index, row in enumerate(value or []):
            old = _old_row(component, old_rows, index)
            values = copy.deepcopy(dict(old))
            at(self.values, component.path).append(values)
            place = (*self.place, *component.path, index)
            layers.append(Layer(component.children, row, old, self.scope.row(values, index), place))
        self.rows[component.path] = layers

    def keep(self, path: Path, value: t.Any) -> None:
        """Store a value; the rest of an object that the form shows only in part stays as it was."""
        root = path[0]
        if len(path) > 1 and root not in self.kept:
            self.kept[root] = copy.deepcopy(self.before.get(root))
        put(self.kept, path, value)


def _old_row(component: RowList, old_rows: t.Any, index: int) -> Mapping[str, t.Any]:
    """Return the row that was there before. Where rows come and go, none can be told to be the same one."""
    if not component.fixed or not isinstance(old_rows, list) or index >= len(old_rows):
        return {}
    row = old_rows[index]
    return row if isinstance(row, Mapping) else {}


def valued(components: Iterable[Component]) -> "Iterator[Field | RowList]":
    """Yield what has a path in this layer, in the order of the form; groups do not hide it."""
    for component in components:
        if isinstance(component, Group):
            yield from valued(component.children)
        elif isinstance(component, Field | RowList):
            yield component
