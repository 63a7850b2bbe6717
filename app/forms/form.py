"""The form: what the rest of the product asks of a form-js file."""

import copy
import functools
import re
import typing as t
from collections.abc import Mapping

from marshmallow import Schema

from app.feel import Environment, FeelRuntimeError, to_json
from app.forms.browser import unknown_functions
from app.forms.errors import Finding, FormInvalid
from app.forms.expressions import Scope
from app.forms.language import localised
from app.forms.layers import valued
from app.forms.model import Component, Field, RowList, Verdict, has, put, walk
from app.forms.reading import Reader, load_document
from app.forms.schema import build_schema
from app.forms.submission import Submission

_INDEX = re.compile(r"\.\d+(?=\.|$)")


class Form:
    """A form-js form that passed the gate; use `parse_form` to get one.

    Attributes:
        id: the form's id.
        components: what stands on it.
        schema: the marshmallow schema for the types of its values.
        findings: warnings, such as texts that stand in one language only.
        names: variables that its expressions, options and fields look up.
        expressions: every one of them with its place, for the deploy gate.
        asked: those that the browser cannot compute, each with the names it needs.
    """

    def __init__(self, document: Mapping[str, t.Any], reader: Reader) -> None:
        self.id = reader.form_id
        self.components = reader.components
        self.schema: Schema = build_schema(self.components)
        self.findings: tuple[Finding, ...] = tuple(reader.findings)
        self.expressions = tuple(reader.expressions)
        roots = {component.path[0] for component in valued(self.components)}
        self.names = frozenset(reader.names | roots) - {"this", "parent", "i"}
        self._asked = {
            one.expression.source: one.expression for one in self.expressions if unknown_functions(one.expression)
        }
        self.asked = {source: sorted(expression.names) for source, expression in self._asked.items()}
        self._document = document
        self._localised = functools.lru_cache(maxsize=4)(functools.partial(localised, document))

    def keys(self) -> tuple[str, ...]:
        """Return the keys under which the form stores values, dotted where they lie inside an object."""
        return tuple(".".join(component.path) for component in valued(self.components))

    def verdicts(self) -> tuple[Verdict, ...]:
        """Return the decisions that are asked while one types."""
        return tuple(component for component in walk(self.components) if isinstance(component, Verdict))

    def element_id(self, path: str) -> str | None:
        """Return the id of the component that an error path such as `parts.0.qty` belongs to."""
        return self._ids.get(_INDEX.sub("", path))

    @functools.cached_property
    def _ids(self) -> dict[str, str]:
        return dict(_placed_ids(self.components, ""))

    def localised(self, language: str) -> dict[str, t.Any]:
        """Return the form-js schema with its texts in `zh` or `en`. The caller may change the copy."""
        return copy.deepcopy(self._localised(language))

    def initial(self, context: Mapping[str, t.Any], environment: Environment) -> dict[str, t.Any]:
        """Return the data to open the form with: bound values, defaults, and what its expressions look up.

        No other variable of the case leaves the server.
        """
        values = {name: copy.deepcopy(context[name]) for name in sorted(self.names) if name in context}
        for component in valued(self.components):
            if isinstance(component, Field):
                _open(component, values, environment)
        return values

    def compute(self, source: str, values: Mapping[str, t.Any], environment: Environment) -> t.Any:
        """Return what one of the `asked` expressions gives on what has been typed; null while it cannot be computed.

        Raises KeyError for another expression.
        """
        expression = self._asked[source]
        try:
            return to_json(expression.evaluate(values, environment=environment))
        except FeelRuntimeError:
            return None

    def clean(
        self, data: Mapping[str, t.Any], context: Mapping[str, t.Any], environment: Environment
    ) -> dict[str, t.Any]:
        """Return the variables that a submission stores. Raises SubmissionInvalid.

        Unknown keys are dropped; hidden, readonly and disabled fields are left out; expression fields are
        computed here, whatever the submission says. An object shown only in part keeps its other members.
        """
        variables = {name: context[name] for name in self.names if name in context}
        return Submission(self.components, variables).clean(self.schema, data, environment)


def _open(field: Field, values: dict[str, t.Any], environment: Environment) -> None:
    """Put a field's first value in place: its variable, what it computes, or its default."""
    if field.computed is not None:
        try:
            put(values, field.path, Scope(values, environment).evaluate(field.computed))
        except FeelRuntimeError:
            # The person sees an empty field; on completion the same error is reported at it.
            put(values, field.path, None)
    elif field.default is not None and not has(values, field.path):
        put(values, field.path, field.default)


def _placed_ids(components: t.Iterable[Component], prefix: str) -> t.Iterator[tuple[str, str]]:
    for component in valued(components):
        path = prefix + ".".join(component.path)
        yield path, component.id
        if isinstance(component, RowList):
            yield from _placed_ids(component.children, f"{path}.")


def parse_form(source: str | bytes) -> Form:
    """Read form-js JSON. Raises FormInvalid with every finding, warnings included, when there is an error."""
    document = load_document(source)
    reader = Reader(document)
    reader.read()
    if any(finding.severity == "error" for finding in reader.findings):
        raise FormInvalid(reader.findings)
    return Form(document, reader)
