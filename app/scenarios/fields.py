"""What members of our files look like: marshmallow fields that answer with codes."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from marshmallow import RAISE, Schema, ValidationError, fields

from app.desk.models.money import Money
from app.feel import FeelError, compile_expression
from app.scenarios.problems import Problem

CODES = {"required": "scenarios.missing", "null": "scenarios.missing", "unknown": "scenarios.unknown_member"}


class Strict(Schema):
    """Every member is known, so that a misspelt one is found."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "scenarios.unknown_member", "type": "scenarios.not_an_object"}  # noqa: RUF012 (marshmallow's way)

    def on_bind_field(self, field_name: str, field_obj: fields.Field[t.Any]) -> None:  # noqa: ARG002 (marshmallow's signature)
        kind = KINDS.get(type(field_obj), "scenarios.wrong_kind")
        field_obj.error_messages = {name: CODES.get(name, kind) for name in field_obj.error_messages}

    def handle_error(self, error: ValidationError, data: t.Any, *, many: bool, **kwargs: t.Any) -> None:  # noqa: ARG002 (marshmallow's signature)
        """Say beside an unknown member which ones there are."""
        known = ", ".join(sorted(field.data_key or name for name, field in self.fields.items()))
        if isinstance(error.messages, dict):
            for reasons in error.messages.values():
                if reasons == ["scenarios.unknown_member"]:
                    reasons[:] = [Problem("scenarios.unknown_member", {"known": known})]


class Day(fields.Field[t.Any]):
    """A day as 2024-06-03."""

    default_error_messages = {"invalid": ""}  # noqa: RUF012 (marshmallow's way)
    parse: t.Callable[[str], dt.date] = staticmethod(dt.date.fromisoformat)

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kwargs: t.Any) -> dt.date:  # noqa: ARG002 (marshmallow's signature)
        try:
            return self.parse(value)
        except (TypeError, ValueError):
            raise self.make_error("invalid") from None


class LocalMoment(Day):
    """A moment as 2024-06-03T09:30, in the company's zone unless it names another offset."""

    parse = staticmethod(dt.datetime.fromisoformat)


class Values(fields.Dict):
    """Values by name; texts that begin with `=` are expressions."""

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kwargs: t.Any) -> t.Any:
        given = super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]  # marshmallow's
        _check(given)
        return given


class Span(fields.String):
    """A duration as P3D or PT4H."""

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kwargs: t.Any) -> t.Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if compile_expression("duration(span)").evaluate({"span": text}) is None:
            raise self.make_error("invalid")
        return text


class Key(fields.String):
    """A text, or an expression that begins with `=`."""

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kwargs: t.Any) -> t.Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        _check(text)
        return text


class FeelText(fields.String):
    """An expression without its leading `=`."""

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kwargs: t.Any) -> t.Any:
        source = super()._deserialize(value, attr, data, **kwargs)
        _compiled(source)
        return source


def of_column(column: sa.Column[t.Any], *, required: bool) -> fields.Field[t.Any]:
    """Return the field that reads a column's value."""
    options: dict[str, t.Any] = {"required": required, "allow_none": bool(column.nullable)}
    kind: t.Any = column.type
    if isinstance(kind, Money):
        return fields.Decimal(**options)
    if isinstance(kind, sa.JSON):
        return fields.Raw(**options)
    python: t.Any = kind.impl.python_type if isinstance(kind, sa.types.TypeDecorator) else kind.python_type
    if python is int:
        return fields.Integer(strict=True, **options)
    return BY_TYPE.get(python, fields.String)(**options)


def is_expression(value: t.Any) -> bool:
    """Whether a value is to be evaluated."""
    return isinstance(value, str) and value.startswith("=")


def _check(value: t.Any) -> None:
    if is_expression(value):
        _compiled(value[1:])
    elif isinstance(value, dict):
        for inner in value.values():
            _check(inner)
    elif isinstance(value, list):
        for inner in value:
            _check(inner)


def _compiled(source: str) -> None:
    try:
        compile_expression(source)
    except FeelError as error:
        raise ValidationError([Problem(error.code, error.params)]) from error


BY_TYPE: dict[type, type[fields.Field[t.Any]]] = {
    bool: fields.Boolean,
    float: fields.Float,
    dt.date: Day,
    dt.datetime: LocalMoment,
}
KINDS: dict[type, str] = {
    fields.String: "scenarios.not_a_text",
    FeelText: "scenarios.not_a_text",
    Key: "scenarios.not_a_text",
    Span: "scenarios.not_a_span",
    fields.Integer: "scenarios.not_a_number",
    fields.Float: "scenarios.not_a_number",
    fields.Decimal: "scenarios.not_a_number",
    fields.Boolean: "scenarios.not_true_or_false",
    fields.List: "scenarios.not_a_list",
    fields.Dict: "scenarios.not_an_object",
    Values: "scenarios.not_an_object",
    fields.Nested: "scenarios.not_an_object",
    Day: "scenarios.not_a_day",
    LocalMoment: "scenarios.not_a_moment",
}
