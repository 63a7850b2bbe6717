"""Strings without patterns."""

from __future__ import annotations

import base64
import uuid as uuids
from decimal import Decimal
from typing import TYPE_CHECKING

from app.feel.builtins.signature import builtin
from app.feel.numbers import whole
from app.feel.values import FeelValue

if TYPE_CHECKING:
    from app.feel.scope import Run


@builtin(
    "substring(string: string, start position: number, length?: number?): string",
    examples=['substring("foobar", 3)', 'substring("SN-2041-7", -1, 1)'],
)
def substring(run: Run, string: str, start: Decimal, length: Decimal | None = None) -> str | None:
    position = whole(start)
    if position == 0 or abs(position) > len(string):
        return None
    first = position - 1 if position > 0 else len(string) + position
    if length is None:
        return run.keep(string[first:])
    return run.keep(string[first : first + whole(length)]) if whole(length) >= 1 else None


@builtin("string length(string: string): number", examples=['string length("维修")'])
def string_length(_run: Run, string: str) -> Decimal:
    return Decimal(len(string))


@builtin("upper case(string: string): string", examples=['upper case("sn-2041")'])
def upper_case(run: Run, string: str) -> str:
    return run.keep(string.upper())


@builtin("lower case(string: string): string", examples=['lower case("SN-2041")'])
def lower_case(run: Run, string: str) -> str:
    return run.keep(string.lower())


@builtin("substring before(string: string, match: string): string", examples=['substring before("SN-2041", "-")'])
def substring_before(run: Run, string: str, match: str) -> str:
    return run.keep(string.partition(match)[0]) if match and match in string else ""


@builtin("substring after(string: string, match: string): string", examples=['substring after("SN-2041", "-")'])
def substring_after(run: Run, string: str, match: str) -> str:
    return run.keep(string.partition(match)[2]) if match else string


@builtin("contains(string: string, match: string): boolean", examples=['contains("screen broken", "broken")'])
def contains(_run: Run, string: str, match: str) -> bool:
    return match in string


@builtin("starts with(string: string, match: string): boolean", examples=['starts with("SN-2041", "SN")'])
def starts_with(_run: Run, string: str, match: str) -> bool:
    return string.startswith(match)


@builtin("ends with(string: string, match: string): boolean", examples=['ends with("SN-2041", "-2041")'])
def ends_with(_run: Run, string: str, match: str) -> bool:
    return string.endswith(match)


@builtin(
    "string join(list: list, delimiter?: string?): string",
    examples=['string join(["battery", null, "charger"], ", ")', 'string join(["a", "b"])'],
)
def string_join(run: Run, items: list[FeelValue], delimiter: str | None = None) -> str | None:
    texts = [item for item in items if item is not None]
    if any(type(text) is not str for text in texts):
        return None
    between = delimiter or ""
    run.allocate(sum(len(text) + len(between) for text in texts))
    return between.join(texts)


@builtin(
    "string join(list: list, delimiter: string?, prefix: string?, suffix: string?): string",
    examples=['string join(["a", "b"], ", ", "(", ")")'],
)
def string_join_within(
    run: Run, items: list[FeelValue], delimiter: str | None, prefix: str | None, suffix: str | None
) -> str | None:
    joined = string_join(run, items, delimiter)
    return None if joined is None else run.keep(f"{prefix or ''}{joined}{suffix or ''}")


@builtin("trim(string: string): string", examples=['trim("  SN-2041 ")'])
def trim(run: Run, string: str) -> str:
    return run.keep(string.strip())


@builtin("is blank(string: string): boolean", examples=['is blank("  ")'])
def is_blank(_run: Run, string: str) -> bool:
    return not string.strip()


@builtin("uuid(): string", examples=["string length(uuid())"])
def uuid(run: Run) -> str:
    return run.keep(str(uuids.uuid4()))


@builtin("to base64(value: string): string", examples=['to base64("FEEL")'])
def to_base64(run: Run, value: str) -> str:
    run.allocate(2 * len(value))
    return base64.b64encode(value.encode("utf-8", "replace")).decode("ascii")


@builtin("from base64(value: string): string", examples=['from base64("RkVFTA==")'])
def from_base64(run: Run, value: str) -> str:
    return run.keep(base64.b64decode(value, validate=True).decode("utf-8"))
