"""Numbers."""

from __future__ import annotations

import decimal
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from app.feel.builtins.signature import builtin
from app.feel.numbers import DECIMAL128, ONE, ROUNDING, TRANSCENDENTAL_STEPS, ZERO, rounded
from app.feel.temporal import Duration, Months

if TYPE_CHECKING:
    from app.feel.scope import Run


@builtin("decimal(n: number, scale: number): number", examples=["decimal(1.125, 2)", "decimal(2.5, 0)"])
def decimal_(_run: Run, n: Decimal, scale: Decimal) -> Decimal | None:
    return rounded(n, scale, ROUNDING)


def _rounding(signature: str, rounding: str, examples: Sequence[str]) -> None:
    @builtin(signature, examples=examples)
    def round_(_run: Run, n: Decimal, scale: Decimal = ZERO) -> Decimal | None:
        return rounded(n, scale, rounding)


_rounding("floor(n: number, scale?: number): number", decimal.ROUND_FLOOR, ["floor(-1.5)", "floor(1.56, 1)"])
_rounding("ceiling(n: number, scale?: number): number", decimal.ROUND_CEILING, ["ceiling(1.2)", "ceiling(-1.56, 1)"])
_rounding("round up(n: number, scale: number): number", decimal.ROUND_UP, ["round up(5.121, 2)"])
_rounding("round down(n: number, scale: number): number", decimal.ROUND_DOWN, ["round down(5.129, 2)"])
_rounding("round half up(n: number, scale: number): number", decimal.ROUND_HALF_UP, ["round half up(5.125, 2)"])
_rounding("round half down(n: number, scale: number): number", decimal.ROUND_HALF_DOWN, ["round half down(5.125, 2)"])


@builtin("abs(n: number): number", examples=["abs(-3.5)"])
def abs_(_run: Run, n: Decimal) -> Decimal:
    # Python's own `abs` would round to the digits of the thread's context.
    return DECIMAL128.abs(n)


@builtin("abs(n: days and time duration): days and time duration", examples=['abs(duration("-PT5H"))'])
def abs_duration(_run: Run, n: Duration) -> Duration:
    return abs(n)


@builtin("abs(n: years and months duration): years and months duration", examples=['abs(duration("-P1Y"))'])
def abs_months(_run: Run, n: Months) -> Months:
    return abs(n)


@builtin("modulo(dividend: number, divisor: number): number", examples=["modulo(12, 5)", "modulo(-12, 5)"])
def modulo(_run: Run, dividend: Decimal, divisor: Decimal) -> Decimal | None:
    if divisor == 0:
        return None
    quotient = DECIMAL128.divide(dividend, divisor).to_integral_value(decimal.ROUND_FLOOR)
    return DECIMAL128.subtract(dividend, DECIMAL128.multiply(divisor, quotient))


@builtin("sqrt(number: number): number", examples=["sqrt(16)"])
def sqrt(_run: Run, number: Decimal) -> Decimal | None:
    return DECIMAL128.sqrt(number) if number >= 0 else None


@builtin("log(number: number): number", examples=["decimal(log(10), 4)"])
def log(run: Run, number: Decimal) -> Decimal | None:
    run.step(TRANSCENDENTAL_STEPS)
    return DECIMAL128.ln(number) if number > 0 else None


@builtin("exp(number: number): number", examples=["decimal(exp(1), 4)"])
def exp(run: Run, number: Decimal) -> Decimal:
    run.step(TRANSCENDENTAL_STEPS)
    return DECIMAL128.exp(number)


@builtin("odd(number: number): boolean", examples=["odd(5)"])
def odd(_run: Run, number: Decimal) -> bool:
    return _remainder_of_two(number) == ONE


@builtin("even(number: number): boolean", examples=["even(5)"])
def even(_run: Run, number: Decimal) -> bool:
    return _remainder_of_two(number) == ZERO


def _remainder_of_two(number: Decimal) -> Decimal:
    # A number with more digits than the context holds has no representable quotient; it is a multiple of ten.
    exponent = number.as_tuple().exponent
    return ZERO if isinstance(exponent, int) and exponent > 0 else abs(DECIMAL128.remainder(number, Decimal(2)))


@builtin("random number(): number", examples=["random number() < 1"])
def random_number(_run: Run) -> Decimal:
    return DECIMAL128.create_decimal(repr(random.random()))  # noqa: S311 - for sampling cases, not for secrets
