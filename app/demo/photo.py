"""A small picture for stories in which somebody photographs a damage."""

import random
import struct
import zlib

WIDTH, HEIGHT = 160, 120


def photo(number: int) -> bytes:
    """Return a PNG: a grey device with a dark stain whose place depends on the number."""
    dice = random.Random(number)  # noqa: S311 (draws a picture)
    x, y, radius = dice.randint(50, 110), dice.randint(35, 85), dice.randint(9, 22)
    rows = bytearray()
    for row in range(HEIGHT):
        rows.append(0)
        for column in range(WIDTH):
            stained = (column - x) ** 2 + (row - y) ** 2 < radius**2
            inside = 30 < column < 130 and 15 < row < 105
            rows += bytes((96, 72, 48) if stained else (168, 172, 178) if inside else (236, 234, 228))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
