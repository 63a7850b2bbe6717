"""Photos without what cameras write into them: places, times, names of devices, small hidden pictures.

The picture itself is not decoded, so nothing here can be made to compute for long. Only what is known to draw the
picture is kept; how it has to be turned (JPEG) is kept as a number of its own.
"""

import struct
from collections.abc import Iterator

from app.errors import Invalid

JPEG, PNG, WEBP = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF"
SUFFIXES = {JPEG: ".jpg", PNG: ".png", WEBP: ".webp"}
PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs"}
)
WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP", b"ANIM", b"ANMF"})
WEBP_HAS_EXIF, WEBP_HAS_XMP = 0x08, 0x04
ORIENTATION = 0x0112
TURNED = range(2, 9)
"""Orientations that say something; 1 is upright."""


def cleaned(content: bytes) -> tuple[bytes, str]:
    """Return a picture without what it tells beside itself, and the suffix of its kind. Raises Invalid."""
    try:
        if content.startswith(JPEG):
            return b"".join(_jpeg(content)), ".jpg"
        if content.startswith(PNG):
            return b"".join(_png(content)), ".png"
        if content.startswith(WEBP) and content[8:12] == b"WEBP":
            return _webp(content), ".webp"
    except (struct.error, IndexError, ValueError) as error:
        raise Invalid("portal.photo_broken") from error
    raise Invalid("portal.photo_kind")


def _jpeg(content: bytes) -> Iterator[bytes]:
    """Segments up to the end of the picture: tables, frames, scans, JFIF head and colour profile (ICC, Adobe)."""
    yield content[:2]
    at, turned = 2, 1
    while True:
        marker, length = struct.unpack(">HH", content[at : at + 4])
        if marker >> 8 != 0xFF:
            raise Invalid("portal.photo_broken")
        body = content[at + 4 : at + 2 + length]
        if len(body) != length - 2:
            raise Invalid("portal.photo_broken")
        if marker == 0xFFE1 and body.startswith(b"Exif\0\0"):
            turned = _orientation(body[6:])
        elif _jpeg_keeps(marker, body):
            yield content[at : at + 2 + length]
        at += 2 + length
        if marker == 0xFFDA:
            break
        if turned in TURNED:
            yield _exif(turned)
            turned = 1
    yield from _scans(content, at)


def _jpeg_keeps(marker: int, body: bytes) -> bool:
    if marker == 0xFFE0:
        return body.startswith(b"JFIF\0")
    if marker == 0xFFE2:
        return body.startswith(b"ICC_PROFILE\0")
    if marker == 0xFFEE:
        return body.startswith(b"Adobe")
    return not (0xFFE0 <= marker <= 0xFFEF or marker == 0xFFFE)


def _scans(content: bytes, at: int) -> Iterator[bytes]:
    """Everything from the first scan to the end marker; what a camera hangs behind the picture is left out."""
    begin = at
    while True:
        at = content.index(b"\xff", at)
        following = content[at + 1]
        if following == 0 or 0xD0 <= following <= 0xD7 or following == 0xFF:
            at += 1 if following == 0xFF else 2
        elif following == 0xD9:
            yield content[begin : at + 2]
            return
        else:
            length = struct.unpack(">H", content[at + 2 : at + 4])[0]
            if not _jpeg_keeps(0xFF00 | following, content[at + 4 : at + 2 + length]):
                yield content[begin:at]
                begin = at + 2 + length
            at += 2 + length


def _orientation(tiff: bytes) -> int:
    """Return how the picture has to be turned, as EXIF 2.32 §4.6.4 numbers it; 1 when it does not say."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(count):
            tag, _kind, _many, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
            if tag == ORIENTATION:
                return int(value)
    except struct.error:
        return 1
    return 1


def _exif(turned: int) -> bytes:
    """Return an EXIF segment that says the orientation and nothing else."""
    entry = struct.pack(">HHIHH", ORIENTATION, 3, 1, turned, 0)
    body = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return struct.pack(">HH", 0xFFE1, len(body) + 2) + body


def _png(content: bytes) -> Iterator[bytes]:
    yield content[:8]
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        chunk = content[at : at + 12 + length]
        if len(chunk) != 12 + length:
            raise Invalid("portal.photo_broken")
        if kind in PNG_KEPT:
            yield chunk
        at += 12 + length


def _webp(content: bytes) -> bytes:
    kept, at = [], 12
    end = min(len(content), 8 + struct.unpack("<I", content[4:8])[0])
    while at + 8 <= end:
        kind, length = struct.unpack("<4sI", content[at : at + 8])
        body = content[at + 8 : at + 8 + length]
        if len(body) != length:
            raise Invalid("portal.photo_broken")
        if kind == b"VP8X":
            body = bytes([body[0] & ~(WEBP_HAS_EXIF | WEBP_HAS_XMP)]) + body[1:]
        if kind in WEBP_KEPT:
            kept.append(struct.pack("<4sI", kind, length) + body + b"\0" * (length % 2))
        at += 8 + length + length % 2
    if not kept:
        raise Invalid("portal.photo_broken")
    whole = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole
