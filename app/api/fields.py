"""Field types of the API: keys travel as digit strings, moments as ISO 8601 in UTC, names in camelCase."""

import datetime as dt
import re
import typing as t

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from app.db import LARGEST_KEY

DIGITS = re.compile(r"[0-9]{1,16}")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LARGEST_NUMBER = 2**31 - 1


def camel(name: str) -> str:
    """Return a Python name as the API spells it: `process_instance_key` → `processInstanceKey`, `or_` → `or`."""
    first, *rest = name.strip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def storable(text: str | None) -> None:
    """Refuse text that no database takes, before a statement fails on it."""
    if text is not None and UNSTORABLE.search(text):
        raise ValidationError("Text holds neither NUL nor half of a surrogate pair.")


def fits_column(number: float) -> None:
    """Refuse a number beyond what a column of whole numbers holds."""
    if abs(number) > LARGEST_NUMBER:
        raise ValidationError(f"The number lies beyond {LARGEST_NUMBER}.")


class ApiSchema(Schema):
    """Names in camelCase. Fields nobody knows are ignored, as newer clients send some we do not have."""

    class Meta:
        unknown = EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[t.Any]) -> None:
        field_obj.data_key = field_obj.data_key or camel(field_name)
        if isinstance(field_obj, fields.String):
            # A list of its own: the field is a copy per schema object, but its list of validators is shared by all.
            field_obj.validators = [*field_obj.validators, storable]


class Key(fields.Field[int]):
    """A public key: an integer here, a string of digits outside, because JavaScript loses the last digits."""

    default_error_messages = {"invalid": "A key is a string of digits."}  # noqa: RUF012 (marshmallow's way)

    def _serialize(self, value: t.Any, attr: str | None, obj: t.Any, **kwargs: t.Any) -> str | None:  # noqa: ARG002 (marshmallow's signature)
        return None if value is None else str(value)

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kwargs: t.Any) -> int:  # noqa: ARG002 (marshmallow's signature)
        if isinstance(value, str) and DIGITS.fullmatch(value) and int(value) <= LARGEST_KEY:
            return int(value)
        raise self.make_error("invalid")


class Moment(fields.Field[dt.datetime]):
    """A point in time with its zone; a time without one is refused, because nobody could tell which is meant."""

    default_error_messages = {"invalid": "A moment is ISO 8601 with a zone, for instance 2026-03-11T04:00:00Z."}  # noqa: RUF012 (marshmallow's way)

    def _serialize(self, value: t.Any, attr: str | None, obj: t.Any, **kwargs: t.Any) -> str | None:  # noqa: ARG002 (marshmallow's signature)
        if value is None:
            return None
        return t.cast(str, value.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"))

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kwargs: t.Any) -> dt.datetime:  # noqa: ARG002 (marshmallow's signature)
        try:
            moment = dt.datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment.astimezone(dt.UTC)
        except (TypeError, ValueError, OverflowError):
            pass
        raise self.make_error("invalid")


def variables(**options: t.Any) -> fields.Dict:
    """Variables: an object with any JSON values."""
    return fields.Dict(keys=fields.String(validate=validate.Length(1, 200)), **options)


def tenant() -> fields.Field[t.Any]:
    """The tenant of everything; there is one."""
    return fields.Constant("<default>")
