"""From one kind of value to another."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from app.feel.builtins.signature import builtin
from app.feel.json_values import from_json, to_json
from app.feel.numbers import to_decimal
from app.feel.rendering import render
from app.feel.values import FeelValue

if TYPE_CHECKING:
    from app.feel.scope import Run

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_GROUPING = (" ", ",", ".", None)
_DECIMAL = (",", ".", None)


@builtin("string(from: any): string", examples=["string(1.50)", 'string(["a", 1])', 'string(date("2026-03-31"))'])
def string(run: Run, value: FeelValue) -> str | None:
    if value is None:
        return None
    text = render(value, run.allocate)
    return text if text != "function" else None


@builtin("number(from: string): number", examples=['number("1500.25")'])
def number(_run: Run, text: str) -> Decimal | None:
    return to_decimal(text) if _NUMBER.fullmatch(text) else None


@builtin(
    "number(from: string, grouping separator: any, decimal separator?: any): number",
    examples=['number("1,500.25", ",", ".")', 'number("1 500,25", " ", ",")'],
)
def number_with_separators(_run: Run, text: str, grouping: FeelValue, decimal: FeelValue = None) -> Decimal | None:
    if grouping not in _GROUPING or decimal not in _DECIMAL:
        return None
    if grouping == decimal and grouping is not None:
        return None
    if grouping is not None:
        text = text.replace(grouping, "")
    if decimal is not None:
        text = text.replace(decimal, ".")
    return to_decimal(text) if _NUMBER.fullmatch(text) else None


@builtin("to json(value: any): string", examples=["to json({total: 1.5, open: true})"])
def to_json_(run: Run, value: FeelValue) -> str:
    text = json.dumps(to_json(value, regions=True), ensure_ascii=False, separators=(",", ":"))
    run.allocate(len(text))
    return text


@builtin("from json(value: string): any", examples=['from json("[1, 2.50]")'])
def from_json_(run: Run, value: str) -> FeelValue:
    run.allocate(len(value))
    return from_json(json.loads(value, parse_float=Decimal))
