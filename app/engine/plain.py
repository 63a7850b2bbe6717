"""Values from outside, made plain: JSON only, with names that can be stored, and shared with nobody."""

import typing as t
from collections.abc import Mapping
from decimal import Decimal

import orjson

from app.errors import Invalid

LONGEST_NAME = 200


def plain(values: Mapping[str, t.Any] | None) -> dict[str, t.Any]:
    """Return a copy of variables as JSON values. Numbers, dates and sets of Python become what JSON has for them.

    Raises Invalid for what JSON cannot say and for names that no expression could read.
    """
    if not values:
        return {}
    for name in values:
        if not name or len(name) > LONGEST_NAME or name.startswith("#") or "\0" in name:
            raise Invalid("engine.bad_variable_name", name=name[:40], limit=LONGEST_NAME)
    try:
        copied: dict[str, t.Any] = orjson.loads(orjson.dumps(dict(values), default=_as_json))
    except (TypeError, orjson.JSONDecodeError) as error:
        raise Invalid("engine.not_json", reason=str(error)) from error
    return copied


def copied(value: t.Any) -> t.Any:
    """Return a deep copy of a JSON value."""
    return orjson.loads(orjson.dumps(value))


def within(text: str, limit: int, what: str) -> str:
    """Return a text that fits its column. Raises Invalid when it does not."""
    if len(text) > limit or "\0" in text:
        raise Invalid("engine.text_too_long", fields={what: [("engine.text_too_long", {"limit": limit})]}, limit=limit)
    return text


def _as_json(value: t.Any) -> t.Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON")
