"""The values of the TCK's test files, and FEEL values beside them.

Dates, times and durations are read here by a parser of the runner's own, so that a fault of the product's parser,
such as cutting nanoseconds off, cannot hide itself on both sides of a comparison.
"""

from __future__ import annotations

import re
import typing as t
from decimal import Decimal

from lxml import etree

from app.feel import render, values
from app.feel.values import FeelValue, kind

Element = etree._Element  # lxml has no public name for its element type

_SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_NUMBERS = frozenset({"decimal", "double", "integer", "int", "float", "long"})
_KINDS = {"date": values.DATE, "time": values.TIME, "dateTime": values.DATE_TIME, "duration": values.DURATION}
_DATE = re.compile(r"(-?\d{4,})-(\d\d)-(\d\d)")
_TIME = re.compile(r"(\d\d):(\d\d):(\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d(?::\d\d)?|@.+)?")
_DURATION = re.compile(
    r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.ASCII
)


class Temporal(t.NamedTuple):
    """A date, time or duration: its kind, its parts, and the text it was read from."""

    kind: str
    parts: tuple[t.Any, ...]
    text: str


class Opaque(t.NamedTuple):
    """What no test file can expect, such as a function."""

    kind: str


Plain = t.Any
"""None, bool, Decimal, str, Temporal, Opaque, and lists and dicts of these."""


def tag(element: Element) -> str:
    """The local name; comments have none."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Element, *tags: str) -> list[Element]:
    """The children of these local names."""
    return [child for child in element if tag(child) in tags]


def squeezed(name: str | None) -> str:
    """A name with its white space made single, as names are compared."""
    return " ".join((name or "").split())


def read(holder: Element) -> Plain:
    """The value inside an inputNode, expected, item or component; nothing inside is null."""
    components = children(holder, "component")
    if components:
        return {squeezed(component.get("name")): read(component) for component in components}
    for inner in children(holder, "value", "list"):
        return _read_scalar(inner) if tag(inner) == "value" else [read(item) for item in children(inner, "item")]
    return None


def _read_scalar(element: Element) -> Plain:
    if element.get(f"{_SCHEMA_INSTANCE}nil") == "true":
        return None
    declared = (element.get(f"{_SCHEMA_INSTANCE}type") or "string").rpartition(":")[2]
    text = element.text or ""
    if declared == "string":
        return text
    text = text.strip()
    if declared in _NUMBERS:
        return Decimal(text)
    if declared == "boolean":
        return text in ("true", "1")
    return temporal(_KINDS[declared], text)


def temporal(expected_kind: str, text: str) -> Temporal:
    """Read a date, time or duration from its ISO 8601 text. Raises ValueError."""
    if expected_kind in values.DURATIONS:
        return _duration(text)
    day_text, _, time_text = text.partition("T") if expected_kind == values.DATE_TIME else ("", "", text)
    day = _parts(_DATE, text if expected_kind == values.DATE else day_text) if expected_kind != values.TIME else ()
    clock = _parts(_TIME, time_text) if expected_kind != values.DATE else ()
    numbers = tuple(int(part) for part in day)
    if clock:
        hour, minute, second, zone = clock
        return Temporal(expected_kind, (*numbers, int(hour), int(minute), Decimal(second), _zone(zone)), text)
    return Temporal(expected_kind, numbers, text)


def _parts(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    match = pattern.fullmatch(text)
    if match is None:
        raise ValueError(f"not of the form {pattern.pattern}: {text}")
    return match.groups()


def _zone(text: str | None) -> str:
    return {None: "", "Z": "+00:00", "-00:00": "+00:00"}.get(text, text or "")


def _duration(text: str) -> Temporal:
    sign, years, months, days, hours, minutes, seconds = _parts(_DURATION, text)
    factor = -1 if sign else 1
    if days is hours is minutes is seconds is None:
        return Temporal(values.MONTHS, (factor * (int(years or 0) * 12 + int(months or 0)),), text)
    if years or months:
        raise ValueError(text)
    whole = int(days or 0) * 86_400 + int(hours or 0) * 3_600 + int(minutes or 0) * 60
    return Temporal(values.DURATION, (factor * (whole + Decimal(seconds or 0)),), text)


def plain(value: FeelValue) -> Plain:
    """A FEEL value in the runner's own terms."""
    found = kind(value)
    if found == values.LIST:
        return [plain(item) for item in value]
    if found == values.CONTEXT:
        return {name: plain(item) for name, item in value.items()}
    if found in (values.FUNCTION, values.RANGE):
        return Opaque(found)
    if found in values.DURATIONS or found in (values.DATE, values.TIME, values.DATE_TIME):
        return Temporal(found, temporal(found, render(value)).parts, render(value))
    return value
