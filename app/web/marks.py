"""Names and sums as the pages write them."""

import decimal
import zlib


def initials(name: str) -> str:
    """Return the mark of an avatar: the first character of a Chinese name, the first letters of two other words."""
    words = name.split()
    if not words:
        return "?"
    if words[0][0] >= "⺀":
        return words[0][0]
    return "".join(word[0] for word in words[:2]).upper()


def avatar_colour(name: str) -> str:
    """Return one of four colours, always the same for the same name."""
    return "abcd"[zlib.crc32(name.encode()) % 4]


def money(amount: decimal.Decimal | float | str) -> str:
    """Write a sum for a table: `1,208.50`."""
    return f"{decimal.Decimal(str(amount)):,.2f}"
