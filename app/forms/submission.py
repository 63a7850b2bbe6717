"""A submission against its form: what is stored, or every message at its field.

1. The schema brings each value into its type; what no component asks for is dropped.
2. The values are laid over the case's variables. Locked fields take the variable, expression fields are computed.
3. The components are walked: hidden ones are left out together with their messages, the others meet their rules.
"""

import copy
import typing as t
from collections.abc import Iterable, Iterator, Mapping

from marshmallow import EXCLUDE, Schema, ValidationError

from app.feel import Environment, FeelRuntimeError
from app.forms.errors import Message, SubmissionInvalid
from app.forms.expressions import Scope
from app.forms.layers import Layer, Place, valued
from app.forms.model import Component, Field, Group, RowList, at, has, put
from app.forms.rules import broken_rules

# Expression fields may build upon one another; each round settles at least one of a chain.
MAX_ROUNDS = 10


class Submission:
    """One submission on its way through the three steps."""

    def __init__(self, components: tuple[Component, ...], variables: Mapping[str, t.Any]) -> None:
        self.components = components
        self.variables = variables
        self.mistyped: dict[Place, list[Message]] = {}
        self.errors: dict[Place, list[Message]] = {}

    def clean(self, schema: Schema, data: Mapping[str, t.Any], environment: Environment) -> dict[str, t.Any]:
        """Return the values to store. Raises SubmissionInvalid."""
        given = self._shape(schema, data)
        scope = Scope(self._seen(), environment)
        layer = Layer(self.components, given, self.variables, scope)
        self._lock(layer)
        self._compute_all(layer)
        self._check(self.components, layer)
        if self.errors:
            raise SubmissionInvalid({_name(place): messages for place, messages in self.errors.items()})
        return layer.kept

    def _shape(self, schema: Schema, data: Mapping[str, t.Any]) -> Mapping[str, t.Any]:
        if not isinstance(data, Mapping):
            raise SubmissionInvalid({"": [("forms.not_object", {})]})
        try:
            return t.cast("dict[str, t.Any]", schema.load(data, unknown=EXCLUDE))
        except ValidationError as error:
            self.mistyped = dict(_flat(error.messages))
            return error.valid_data if isinstance(error.valid_data, dict) else {}

    def _seen(self) -> dict[str, t.Any]:
        """The variables; those in which fields stand are copied, because the submission is laid over them."""
        roots = {component.path[0] for component in valued(self.components)}
        return {name: copy.deepcopy(value) if name in roots else value for name, value in self.variables.items()}

    def _lock(self, layer: Layer) -> None:
        for component in valued(layer.components):
            if isinstance(component, RowList):
                for row in layer.rows.get(component.path, []):
                    self._lock(row)
            elif component.computed is None and self._is_locked(component, layer):
                before = at(layer.before, component.path)
                put(layer.values, component.path, component.default if before is None else before)

    def _is_locked(self, field: Field, layer: Layer) -> bool:
        try:
            return field.locked.value(layer.scope) is True
        except FeelRuntimeError as error:
            self._fail((*layer.place, *field.path), error)
            return True

    def _compute_all(self, layer: Layer) -> None:
        for _ in range(MAX_ROUNDS):
            if not self._compute(layer):
                return

    def _compute(self, layer: Layer) -> bool:
        """Compute each expression field once; tell whether any value is new."""
        changed = False
        for component in valued(layer.components):
            if isinstance(component, RowList):
                for row in layer.rows.get(component.path, []):
                    changed |= self._compute(row)
            elif component.computed is not None:
                place = (*layer.place, *component.path)
                try:
                    value = layer.scope.evaluate(component.computed)
                except FeelRuntimeError as error:
                    self._fail(place, error)
                    continue
                changed |= value != at(layer.values, component.path)
                put(layer.values, component.path, value)
        return changed

    def _fail(self, place: Place, error: FeelRuntimeError) -> None:
        self.mistyped[place] = _failed(error)

    def _check(self, components: Iterable[Component], layer: Layer) -> None:
        for component in components:
            path = component.path if isinstance(component, Field | RowList) else (component.id,)
            try:
                if component.hide is not None and layer.scope.evaluate(component.hide) is True:
                    continue
                if isinstance(component, Group):
                    self._check(component.children, layer)
                elif isinstance(component, RowList):
                    self._check_rows(component, layer)
                elif isinstance(component, Field):
                    self._check_field(component, layer)
            except FeelRuntimeError as error:
                place = (*layer.place, *path)
                self.errors[place] = _failed(error)

    def _check_rows(self, rows: RowList, layer: Layer) -> None:
        place = (*layer.place, *rows.path)
        if broken := self._broken_shape(layer, rows.path) or self.mistyped.get(place):
            self.errors[place] = broken
            return
        if not has(layer.given, rows.path):
            return
        layers = layer.rows[rows.path]
        if rows.fixed:
            before = at(layer.before, rows.path)
            expected = len(before) if isinstance(before, list) else rows.default_rows
            if len(layers) != expected:
                self.errors[place] = [("forms.rows_fixed", {"expected": expected, "rows": len(layers)})]
                return
        for row in layers:
            if row.place in self.mistyped:
                self.errors[row.place] = self.mistyped[row.place]
                continue
            row.kept = copy.deepcopy(dict(row.before))
            self._check(row.components, row)
        layer.keep(rows.path, [row.kept for row in layers] if at(layer.given, rows.path) is not None else None)

    def _check_field(self, field: Field, layer: Layer) -> None:
        place = (*layer.place, *field.path)
        if field.computed is None and self._is_locked(field, layer):
            return
        given = field.computed is not None or has(layer.given, field.path)
        value = at(layer.values, field.path) if given else None
        broken = self._broken_shape(layer, field.path) or self.mistyped.get(place)
        messages = broken or broken_rules(field, value, layer.scope)
        if messages:
            self.errors[place] = messages
        elif given:
            layer.keep(field.path, value)

    def _broken_shape(self, layer: Layer, path: tuple[str, ...]) -> list[Message] | None:
        """Return the message when something above the field, say its group, is no object."""
        return next(
            (
                self.mistyped[place]
                for length in range(1, len(path))
                if (place := (*layer.place, *path[:length])) in self.mistyped
            ),
            None,
        )


def _failed(error: FeelRuntimeError) -> list[Message]:
    """That it is not the person's fault, and what the author of the form needs to know."""
    return [("forms.expression_failed", {}), (error.code, error.params)]


def _flat(messages: t.Any, place: Place = ()) -> Iterator[tuple[Place, list[Message]]]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _flat(inner, (*place, key))
    else:
        yield place, list(messages)


def _name(place: Place) -> str:
    return ".".join(map(str, place))
