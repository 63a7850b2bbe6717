"""Marshmallow fields for the values of form components: what type a value must have, whatever else is filled in.

Messages are (code, parameters). Rules that depend on other values (required, limits, options) are in `rules`.
"""

import datetime as dt
import re
import typing as t
from collections.abc import Mapping
from decimal import Decimal

from marshmallow import EXCLUDE, Schema, ValidationError
from marshmallow import fields as ma

from app.forms.errors import Message

MAX_LINE = 2_000
MAX_TEXT = 50_000
MAX_ROWS = 500
MAX_CHOICES = 1_000
MAX_FILES = 50
MAX_DIGITS = 20
# JavaScript and JSON readers everywhere keep integers exact up to here only.
MAX_NUMBER = 2**53

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NUMERAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ZONE = r"(?P<zone>Z|[+-]\d\d:\d\d)?"
_TIME = re.compile(rf"(?P<clock>\d\d:\d\d)(?P<seconds>:\d\d)?(\.\d+)?{_ZONE}", re.ASCII)


def refused(code: str, **params: t.Any) -> ValidationError:
    """Return the error to raise for one message."""
    message: Message = (code, params)
    return ValidationError(t.cast("list[str]", [message]))


class Value(ma.Field[t.Any]):
    """A value that may be null; each kind says in `shaped` what it takes."""

    def __init__(self, **options: t.Any) -> None:
        super().__init__(allow_none=True, **options)

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **_: t.Any) -> t.Any:  # noqa: ARG002 - the library's signature
        return self.shaped(value)

    def shaped(self, value: t.Any) -> t.Any:
        """Return the value as it is stored. Raises ValidationError."""
        raise NotImplementedError


class Text(Value):
    """One line or many. Characters that no database and no printer can take are refused."""

    def __init__(self, *, lines: bool = False, **options: t.Any) -> None:
        super().__init__(**options)
        self.lines = lines

    def shaped(self, value: t.Any) -> str:
        if not isinstance(value, str):
            raise refused("forms.not_text")
        text = value if self.lines else value.strip()
        longest = MAX_TEXT if self.lines else MAX_LINE
        if len(text) > longest:
            raise refused("forms.too_long", max=longest, length=len(text))
        if _CONTROLS.search(text) or (not self.lines and ("\n" in text or "\r" in text)):
            raise refused("forms.bad_character")
        return text


class Number(Value):
    """A JSON number, or a digit string when the component serialises to one."""

    def __init__(self, *, decimals: int | None, step: Decimal | None, as_text: bool, **options: t.Any) -> None:
        super().__init__(**options)
        self.decimals = decimals
        self.step = step
        self.as_text = as_text

    def shaped(self, value: t.Any) -> t.Any:
        if self.as_text and value == "":
            return None
        number = self._number(value)
        places = -t.cast(int, number.normalize().as_tuple().exponent)
        if self.decimals is not None and places > self.decimals:
            if self.decimals == 0:
                raise refused("forms.not_integer")
            raise refused("forms.too_many_decimals", digits=self.decimals)
        if self.step is not None and number % self.step:
            below = number - number % self.step - (self.step if number < 0 else 0)
            raise refused("forms.not_step", below=plain(below), above=plain(below + self.step))
        if self.as_text:
            return plain(number)
        return int(number) if number == number.to_integral_value() else value

    def _number(self, value: t.Any) -> Decimal:
        accepted = (str, int, float) if self.as_text else (int, float)
        if isinstance(value, bool) or not isinstance(value, accepted):
            raise refused("forms.not_number")
        if isinstance(value, int) and abs(value) > MAX_NUMBER:
            raise refused("forms.too_many_digits")
        number = decimal_of(value)
        if number is None:
            raise refused("forms.not_number")
        if abs(number) > MAX_NUMBER and not self.as_text:
            raise refused("forms.too_many_digits")
        return number


def decimal_of(value: t.Any) -> Decimal | None:
    """Return the decimal that a person sees in a number or numeral, or None when it is neither or out of all bounds."""
    if isinstance(value, str):
        numeral = value.strip()
        return Decimal(numeral) if len(numeral) <= MAX_DIGITS and _NUMERAL.fullmatch(numeral) else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    # Far exponents would make remainders and renderings astronomically long.
    return number if number.is_finite() and abs(number.adjusted()) <= MAX_DIGITS else None


def plain(number: Decimal) -> str:
    """Return the number without exponent and without trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Flag(Value):
    """A ticked or empty box."""

    def shaped(self, value: t.Any) -> bool:
        if not isinstance(value, bool):
            raise refused("forms.not_boolean")
        return value


class Choice(Value):
    """One option's value; whether it is offered is decided when the options are known."""

    def shaped(self, value: t.Any) -> t.Any:
        return _option(value)


def _option(value: t.Any) -> t.Any:
    """An option's value is any small JSON value; nothing larger can be on offer."""
    if value == "":
        return None
    if not _is_small(value, depth=4):
        raise refused("forms.not_an_option")
    return value


class Choices(Value):
    """Several options' values, each once, in the order they were chosen."""

    def shaped(self, value: t.Any) -> list[t.Any]:
        if not isinstance(value, list):
            raise refused("forms.not_list")
        if len(value) > MAX_CHOICES:
            raise refused("forms.too_many_choices", max=MAX_CHOICES)
        return [_option(entry) for entry in value]


class Moment(Value):
    """A date, a time or both, as the viewer serialises them; stored with seconds, so that FEEL can read it."""

    def __init__(self, *, subtype: str, zoned: bool, **options: t.Any) -> None:
        super().__init__(**options)
        self.subtype = subtype
        self.zoned = zoned

    def shaped(self, value: t.Any) -> str | None:
        if value == "":
            return None
        if not isinstance(value, str) or len(value) > 2 * MAX_DIGITS:
            raise refused(f"forms.not_{self.subtype}")
        day, mark, clock = value.partition("T") if self.subtype == "datetime" else (value, "", value)
        dated = self.subtype == "time" or _is_date(day)
        time = "" if self.subtype == "date" else self._time(clock)
        if not dated or time is None or (self.subtype == "datetime" and not mark):
            raise refused(f"forms.not_{self.subtype}")
        return {"date": day, "time": time, "datetime": f"{day}T{time}"}[self.subtype]

    def _time(self, text: str) -> str | None:
        found = _TIME.fullmatch(text)
        if found is None or (self.zoned and not found["zone"]):
            return None
        normal = f"{found['clock']}{found['seconds'] or ':00'}{found['zone'] or ''}"
        try:
            dt.time.fromisoformat(normal)
        except ValueError:
            return None
        return normal


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


class Files(Value):
    """Stored documents: an id, or a list of ids or document references. A token of the viewer means: not uploaded."""

    def shaped(self, value: t.Any) -> t.Any:
        if value == "":
            return None
        if not isinstance(value, list):
            return self._document(value)
        if len(value) > MAX_FILES:
            raise refused("forms.too_many_files", max=MAX_FILES)
        return [self._document(entry) for entry in value]

    def _document(self, value: t.Any) -> t.Any:
        name = value.get("documentId") if isinstance(value, Mapping) else value
        if not isinstance(name, str) or not 0 < len(name) <= 200 or _CONTROLS.search(name):
            raise refused("forms.not_file")
        if name.startswith("files::"):
            raise refused("forms.not_uploaded")
        if isinstance(value, str):
            return value
        return {key: entry for key, entry in value.items() if _is_small(key) and _is_small(entry, depth=2)}


def _is_small(value: t.Any, depth: int = 0) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_LINE and not _CONTROLS.search(value)
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int | float):
        return abs(value) <= MAX_NUMBER
    if depth == 0 or not isinstance(value, list | Mapping) or len(value) > MAX_ROWS:
        return False
    entries = [*value, *value.values()] if isinstance(value, Mapping) else value
    return all(_is_small(entry, depth - 1) for entry in entries)


class Section(Value):
    """The object of a path: components of a group, or keys with a dot."""

    def __init__(self, schema: Schema, **options: t.Any) -> None:
        super().__init__(**options)
        self.schema = schema

    def shaped(self, value: t.Any) -> dict[str, t.Any]:
        if not isinstance(value, Mapping):
            raise refused("forms.not_object")
        return t.cast("dict[str, t.Any]", self.schema.load(value, unknown=EXCLUDE))


class Rows(Value):
    """The rows of a dynamic list."""

    def __init__(self, schema: Schema, **options: t.Any) -> None:
        super().__init__(**options)
        self.schema = schema

    def shaped(self, value: t.Any) -> list[t.Any]:
        if not isinstance(value, list):
            raise refused("forms.not_list")
        if len(value) > MAX_ROWS:
            raise refused("forms.too_many_rows", max=MAX_ROWS)
        rows: list[t.Any] = []
        errors: dict[int, t.Any] = {}
        for index, row in enumerate(value):
            try:
                if not isinstance(row, Mapping):
                    raise refused("forms.not_object")
                rows.append(self.schema.load(row, unknown=EXCLUDE))
            except ValidationError as error:
                errors[index] = error.messages
                rows.append(error.valid_data if isinstance(error.valid_data, dict) else {})
        if errors:
            raise ValidationError(t.cast("dict[str, t.Any]", errors), valid_data=rows)
        return rows
