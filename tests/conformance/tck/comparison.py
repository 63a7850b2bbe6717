"""Whether an answer is the expected one: kinds first, then values."""

from __future__ import annotations

from decimal import Decimal

from tests.conformance.tck.values import Plain

TOLERANCE = Decimal("1e-8")


def same(expected: Plain, found: Plain) -> bool:
    """A text is never equal to a number, and null only to null; numbers may differ by the suite's tolerance."""
    if type(expected) is not type(found):
        return False
    if isinstance(expected, list):
        return len(expected) == len(found) and all(map(same, expected, found))
    if isinstance(expected, dict):
        return expected.keys() == found.keys() and all(same(expected[name], found[name]) for name in expected)
    if isinstance(expected, Decimal):
        return abs(expected - found) <= TOLERANCE * max(Decimal(1), abs(expected))
    if isinstance(expected, tuple):
        # The text a date was read from may be written in several ways; its kind and parts are the value.
        return expected[:2] == found[:2]
    return bool(expected == found)
