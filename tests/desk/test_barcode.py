"""Code 128: the table is the standard's, and what is written can be read back."""

import pytest

from app.desk.papers import barcode


def read(text: str) -> str:
    """A scanner: widths to symbols, symbols to text, check sum included (ISO/IEC 15417 §4.3)."""
    symbols = barcode.values(text)
    assert (symbols[0] + sum(place * value for place, value in enumerate(symbols[:-2]))) % 103 == symbols[-2]
    found, in_c = "", symbols[0] == barcode.START_C
    for value in symbols[1:-2]:
        if value == (barcode.TO_B if in_c else barcode.TO_C):
            in_c = not in_c
        else:
            found += f"{value:02d}" if in_c else chr(value + 32)
    return found


def test_every_symbol_is_eleven_modules_wide_with_an_even_sum_of_bars_and_none_is_like_another() -> None:
    *patterns, stop = barcode.PATTERNS
    assert len(patterns) == len(set(patterns)) == 106
    assert {sum(map(int, pattern)) for pattern in patterns} == {11}
    assert {sum(map(int, pattern[::2])) % 2 for pattern in patterns} == {0}
    assert sum(map(int, stop)) == 13


@pytest.mark.parametrize("text", ["RO-20240603-0001", "A", "1234", "12345", "AB12", "x123456y", "~ !", "9" * 40])
def test_what_is_written_can_be_read_back(text: str) -> None:
    assert read(text) == text


def test_long_runs_of_digits_take_half_the_room() -> None:
    assert len(barcode.values("20240603")) == 7
    assert len(barcode.values("RO-20240603-0001")) == 16


@pytest.mark.parametrize("text", ["", "报价", "a\n"])
def test_what_cannot_be_written_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        barcode.values(text)


def test_the_picture_has_quiet_zones_and_as_many_bars_as_symbols_want() -> None:
    drawn = list(barcode.bars("A"))
    assert drawn[0] == (10, 2)
    assert len(drawn) == 3 * 3 + 4
    assert 'aria-label="A"' in barcode.picture("A")
