"""Rules of a field that depend on more than its own type: required, limits, pattern, options."""

import datetime as dt
import re
import typing as t
from collections.abc import Iterator

from app.forms.errors import Message
from app.forms.expressions import Dynamic, Scope
from app.forms.fields import decimal_of, plain
from app.forms.model import Field
from app.forms.options import is_among, offered

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
_PHONE_MARKS = str.maketrans("", "", " -()（）")
MOBILE_DIGITS = 11


def is_empty(value: t.Any) -> bool:
    """Tell whether nothing was filled in."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def broken_rules(field: Field, value: t.Any, scope: Scope) -> list[Message]:
    """Return the messages for a value that has the right type. Raises FeelRuntimeError."""
    if is_empty(value) or (field.kind == "checkbox" and value is False):
        return _required(field, scope)
    if field.options is not None:
        return _not_offered(field, value, scope)
    if field.kind == "number":
        return list(_size(field, value, scope))
    if field.kind in {"textfield", "textarea"}:
        return list(_text(field, value, scope))
    if field.kind == "datetime" and field.future:
        return _past(field, value, scope)
    return []


def _required(field: Field, scope: Scope) -> list[Message]:
    if field.limits.required.value(scope) is not True:
        return []
    return [("forms.must_be_checked" if field.kind == "checkbox" else "forms.required", {})]


def _not_offered(field: Field, value: t.Any, scope: Scope) -> list[Message]:
    assert field.options is not None
    values = offered(field.options, scope)
    chosen = value if field.multiple else [value]
    for index, entry in enumerate(chosen):
        if not is_among(entry, values):
            return [("forms.not_an_option", {})]
        if is_among(entry, chosen[:index]):
            return [("forms.chosen_twice", {})]
    return []


def _size(field: Field, value: t.Any, scope: Scope) -> Iterator[Message]:
    number = decimal_of(value)
    least, most = _bound(field.limits.min, scope), _bound(field.limits.max, scope)
    if number is None:
        yield "forms.not_number", {}
    elif least is not None and number < least:
        yield "forms.too_small", {"min": plain(least)}
    elif most is not None and number > most:
        yield "forms.too_large", {"max": plain(most)}


def _bound(limit: Dynamic, scope: Scope) -> t.Any:
    return decimal_of(limit.value(scope))


def _text(field: Field, value: str, scope: Scope) -> Iterator[Message]:
    length = len(value.strip())
    least, most = _bound(field.limits.min_length, scope), _bound(field.limits.max_length, scope)
    if least is not None and length < least:
        yield "forms.too_short", {"min": plain(least), "length": length}
    if most is not None and length > most:
        yield "forms.too_long", {"max": plain(most), "length": length}
    if field.pattern is not None and not field.pattern.matches(value):
        yield _pattern_message(field)
    if field.format == "email" and not (len(value) <= 254 and _EMAIL.fullmatch(value)):
        yield "forms.not_email", {}
    if field.format == "phone":
        yield from _phone(value)


def _pattern_message(field: Field) -> Message:
    if not field.message:
        return "forms.pattern", {}
    return "forms.pattern_message", {f"message_{name}": text for name, text in field.message.items()}


def _phone(value: str) -> Iterator[Message]:
    """Chinese mobile numbers are told how many digits are missing; anything else must look like a number to dial."""
    digits = value.translate(_PHONE_MARKS)
    if not re.fullmatch(r"\+?\d{3,20}", digits, re.ASCII):
        yield "forms.not_phone", {}
    elif re.match(r"1[3-9]", digits) and len(digits) != MOBILE_DIGITS:
        yield "forms.mobile_length", {"expected": MOBILE_DIGITS, "digits": len(digits)}
    elif not digits.startswith("+") and len(digits) < 5:
        yield "forms.not_phone", {}


def _past(field: Field, value: str, scope: Scope) -> list[Message]:
    if field.source.get("subtype") == "time":
        return []
    now = scope.environment.now().astimezone(scope.environment.zone)
    day = dt.date.fromisoformat(value[:10])
    return [("forms.past_date", {"today": now.date().isoformat()})] if day < now.date() else []
