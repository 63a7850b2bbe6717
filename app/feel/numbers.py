"""Decimal arithmetic as decimal128 does it: 34 digits, half-even, and no infinities."""

import decimal
from decimal import Decimal

ROUNDING = decimal.ROUND_HALF_EVEN
DECIMAL128 = decimal.Context(
    prec=34,
    rounding=ROUNDING,
    Emin=-6143,
    Emax=6144,
    clamp=0,
    traps=[decimal.DivisionByZero, decimal.InvalidOperation, decimal.Overflow],
)
# Rounding to a scale may need every digit a decimal128 exponent can ask for.
_WIDE = decimal.Context(prec=6200, Emin=-6200, Emax=6200, traps=[decimal.InvalidOperation])
_LONGEST_WHOLE = 18
# Powers, logarithms and exponentials of 34 digits take as long as so many steps of a loop.
TRANSCENDENTAL_STEPS = 30
MIN_SCALE, MAX_SCALE = -6111, 6176

ZERO = Decimal(0)
ONE = Decimal(1)


def to_decimal(value: float | str) -> Decimal | None:
    """The number as a decimal128, or None when it does not fit; a float counts as the digits it prints."""
    try:
        if isinstance(value, float):
            value = repr(value)
        number = DECIMAL128.create_decimal(value)
    except (decimal.DecimalException, ValueError):
        return None
    return number if number.is_finite() else None


def whole(number: Decimal) -> int:
    """The integer part. Raises OverflowError for more than any position or date can be, since writing out thousands
    of digits takes long.
    """
    if number.adjusted() > _LONGEST_WHOLE:
        raise OverflowError(number)
    return int(number)


def rounded(number: Decimal, scale: Decimal, rounding: str) -> Decimal | None:
    if not MIN_SCALE <= scale <= MAX_SCALE:
        return None
    step = Decimal(1).scaleb(-int(scale))
    return DECIMAL128.plus(number.quantize(step, rounding=rounding, context=_WIDE))


def plain(number: Decimal) -> str:
    """The digits without exponent and without trailing zeros, as FEEL writes a number."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
