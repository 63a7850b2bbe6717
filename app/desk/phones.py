"""Telephone numbers as people say them: with the wrong separators, the country's prefix, or one digit wrong."""

import re
import unicodedata

from app.desk.lookup import phone_form

LEAST = 6
DIGITS = "0123456789"
EXTENSION = re.compile(r"(?:\s*(?:转|ext\.?|x|#)\s*|(?<=\d{7})-)\d{1,5}$", re.IGNORECASE)


def meant(text: str) -> list[str]:
    """Return the stored forms a typed number may mean, itself first; nothing for what is no telephone number.

    Up to some three hundred: databases look each up in the index, which costs less than reading the table once.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not re.fullmatch(r"[\d\s.+()/_#xetXET转-]+", plain):
        return []
    whole = phone_form(plain)
    if len(whole) < LEAST:
        return []
    short = phone_form(EXTENSION.sub("", plain))
    numbers = [whole, *([short] if short != whole and len(short) >= LEAST else [])]
    return list(dict.fromkeys([*numbers, *near(numbers[-1])]))


def near(digits: str) -> list[str]:
    """Return what a number becomes by one slip: a digit wrong, left out, put in, or two changed over."""
    cuts = [(digits[:at], digits[at:]) for at in range(len(digits) + 1)]
    wrong = [head + digit + tail[1:] for head, tail in cuts if tail for digit in DIGITS]
    missing = [head + digit + tail for head, tail in cuts for digit in DIGITS]
    extra = [head + tail[1:] for head, tail in cuts if tail]
    swapped = [head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1]
    return [one for one in dict.fromkeys([*swapped, *wrong, *extra, *missing]) if one != digits]
