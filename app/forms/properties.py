"""The properties of one component, each checked while it is read."""

import typing as t
from collections.abc import Mapping
from decimal import Decimal

from app.feel import Expression, FeelSyntaxError, compile_expression, excerpt
from app.forms.browser import unknown_functions
from app.forms.errors import Finding
from app.forms.expressions import NOTHING, TEMPLATE, Dynamic
from app.forms.fields import decimal_of
from app.forms.keys import KeyRing
from app.forms.language import in_english
from app.forms.model import Limits, Options, Path, Placed
from app.forms.patterns import Pattern, PatternInvalid
from app.forms.vocabulary import KINDS, OPTION_KINDS

SMALLEST_STEP = Decimal("0.000001")
# These are compiled where they are read; the other FEEL properties only the browser evaluates.
_READ_HERE = {
    "expression", "readonly", "valuesExpression",
    "validate.min", "validate.max", "validate.minLength", "validate.maxLength",
}  # fmt: skip


class Properties:
    """Reads a component's JSON; what is wrong goes to `findings`, what FEEL looks up to `names`."""

    def __init__(self, source: Mapping[str, t.Any], element_id: str, kind: str) -> None:
        self.source = source
        self.element_id = element_id
        self.kind = kind
        self.findings: list[Finding] = []
        self.names: set[str] = set()
        self.expressions: list[Placed] = []
        self.validate = self._object("validate")

    def refuse(self, code: str, **params: t.Any) -> None:
        """Note an error."""
        self.findings.append(Finding(code, self.element_id, params))

    def wrong(self, name: str, expected: str) -> None:
        """Note that a property is not what it must be."""
        self.refuse("forms.bad_property", property=name, expected=expected)

    def path(self, name: str) -> Path:
        """Return a key as a path; empty when there is none or it is not well-formed."""
        text = self.source.get(name)
        if text is None or text == "":
            return ()
        path = KeyRing.parse(text)
        if path is None:
            self.refuse("forms.bad_key", key=str(text))
        return path or ()

    def hide(self) -> Expression | None:
        """Return the condition under which the component is not there."""
        return self._feel(self._object("conditional").get("hide"), "conditional.hide")

    def locked(self) -> Dynamic:
        """Return when the value is shown but not taken."""
        if self.source.get("disabled") is True:
            return Dynamic(plain=True)
        return self._dynamic(self.source.get("readonly", False), "readonly")

    def limits(self) -> Limits:
        """Return required, least and most."""
        return Limits(
            required=self._dynamic(self.validate.get("required"), "validate.required"),
            min=self._limit("min"),
            max=self._limit("max"),
            min_length=self._limit("minLength"),
            max_length=self._limit("maxLength"),
        )

    def _limit(self, name: str) -> Dynamic:
        limit = self._dynamic(self.validate.get(name), f"validate.{name}")
        if limit.plain is not None and limit.plain != "" and decimal_of(limit.plain) is None:
            self.wrong(f"validate.{name}", "123, = FEEL")
            return NOTHING
        return limit

    def check_number(self) -> None:
        """Decimal places and step must be usable."""
        digits, step = self.source.get("decimalDigits"), self.source.get("increment")
        if digits is not None and (isinstance(digits, bool) or not isinstance(digits, int) or digits < 0):
            self.wrong("decimalDigits", "0, 1, 2 …")
        if step:
            width = decimal_of(step)
            if width is None or width < SMALLEST_STEP:
                self.wrong("increment", "> 0")

    def check_moment(self) -> None:
        """A datetime component must say which of the three it is."""
        if self.source.get("subtype", "date") not in {"date", "time", "datetime"}:
            self.wrong("subtype", "date, time, datetime")

    def check_image(self) -> None:
        """The page policy shows only our own pictures; another one would be an empty frame."""
        address = self.source.get("source")
        ours = isinstance(address, str) and (
            address.startswith("data:image/") or (address.startswith("/") and not address.startswith("//"))
        )
        if not ours:
            self.refuse("forms.foreign_image")

    def options(self) -> Options | None:
        """Return where the options come from; None for other kinds of components."""
        if self.kind not in OPTION_KINDS:
            return None
        if self.source.get("valuesExpression"):
            return Options(expression=self._feel(self.source["valuesExpression"], "valuesExpression"))
        if self.source.get("valuesKey"):
            path = self.path("valuesKey")
            self.names.update(path[:1])
            return Options(variable=path)
        values = self.source.get("values")
        if not isinstance(values, list) or not values:
            self.refuse("forms.no_options")
            return None
        return Options(static=tuple(self._option(entry) for entry in values))

    def _option(self, entry: t.Any) -> t.Any:
        if isinstance(entry, Mapping) and "value" in entry:
            return entry["value"]
        self.wrong("values", '{"label": …, "value": …}')
        return None

    def computed(self) -> Expression | None:
        """Return the expression of an expression field."""
        if self.kind != "expression":
            return None
        if not self.source.get("expression"):
            self.wrong("expression", "= FEEL")
        return self._feel(self.source.get("expression"), "expression")

    def pattern(self) -> Pattern | None:
        """Return what a text must match."""
        source = self.validate.get("pattern")
        if not isinstance(source, str) or not source:
            return None
        try:
            return Pattern(source)
        except PatternInvalid as error:
            self.refuse("forms.bad_pattern", pattern=source[:200], position=error.position + 1)
            return None

    def message(self) -> dict[str, str]:
        """Return the author's own message for the pattern, by language."""
        own = self.validate.get("patternErrorMessage")
        if not isinstance(own, str) or not own:
            return {}
        english = self._object("properties").get("message:en")
        return {"zh": own, "en": english if isinstance(english, str) and english else own}

    def check_browser_texts(self) -> None:
        """Compile what only the browser evaluates, so that it cannot be broken there."""
        kind = KINDS[self.kind]
        for name in (*kind.texts, *kind.feel):
            value: t.Any = self.source
            for step in name.split("."):
                value = value.get(step) if isinstance(value, Mapping) else None
            if name in kind.texts:
                self._check_text(value, name)
                self._check_text(in_english(self.source, name), name)
            elif isinstance(value, str) and value.startswith("=") and name not in _READ_HERE:
                self._compile(value[1:], name)

    def _check_text(self, text: t.Any, name: str) -> None:
        """A text is put together in the browser, which cannot wait there for what the server computes."""
        before = len(self.expressions)
        if isinstance(text, str) and text.startswith("="):
            self._compile(text[1:], name)
        elif isinstance(text, str):
            self._check_templates(text, name)
        unknown = {function for one in self.expressions[before:] for function in unknown_functions(one.expression)}
        if unknown:
            self.refuse("forms.function_in_text", property=name, functions=", ".join(sorted(unknown)))

    def _check_templates(self, text: str, name: str) -> None:
        for found in TEMPLATE.finditer(text):
            inner = found[1].strip()
            if not inner.startswith("/"):
                self._compile(inner.removeprefix("#if ").removeprefix("#loop ").strip(), name)

    def _object(self, name: str) -> Mapping[str, t.Any]:
        value = self.source.get(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.wrong(name, "{…}")
            return {}
        return value

    def _dynamic(self, value: t.Any, name: str) -> Dynamic:
        if isinstance(value, str) and value.startswith("="):
            return Dynamic(expression=self._compile(value[1:], name))
        return Dynamic(value)

    def _feel(self, value: t.Any, name: str) -> Expression | None:
        if value is None or value == "":
            return None
        if not isinstance(value, str) or not value.startswith("="):
            self.wrong(name, "= FEEL")
            return None
        return self._compile(value[1:], name)

    def _compile(self, text: str, name: str) -> Expression | None:
        try:
            expression = compile_expression(text)
        except FeelSyntaxError as error:
            self.refuse(error.code, property=name, excerpt=excerpt(text, error), **error.params)
            return None
        self.names.update(expression.names)
        self.expressions.append(Placed(self.element_id, name, expression))
        return expression
