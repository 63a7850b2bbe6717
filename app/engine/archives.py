"""Files in ZIP archives. They are taken out of one that anybody may have made: in memory, in bounds, never by its word.

Nothing is written to disk, so a name cannot lead anywhere; it is refused all the same, because an archive with such
names was made to harm somebody. Sizes that the archive states are not believed: what comes out is counted.
"""

import dataclasses
import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath

from app.engine.gate import File
from app.errors import Invalid

SUFFIX = ".zip"
MOST_MEMBERS = 2_000
LARGEST_CONTENT = 100_000_000
"""Bytes of all files together; the whole library of a large company takes a tenth."""
LARGEST_INDEX = 1_000_000
"""Bytes of the archive's table of contents, which would be read into memory as a whole."""

_END = struct.Struct("<4s4xHHLL2x")
_END_MAGIC = b"PK\x05\x06"
_FLAG_ENCRYPTED, _FLAG_UTF8 = 0x1, 0x800
_DRIVE = re.compile(r"[A-Za-z]:")
_CLUTTER = frozenset(("__MACOSX", "Thumbs.db", "desktop.ini"))
"""What operating systems put into archives unasked."""
_CHUNK = 1 << 16


@dataclasses.dataclass(frozen=True)
class Unpacked:
    """The files of an archive with their folders, and the names of those that are of no kind we know."""

    files: tuple[File, ...]
    left_out: tuple[str, ...]


def is_archive(name: str) -> bool:
    return name.lower().endswith(SUFFIX)


def unpack(content: bytes, suffixes: tuple[str, ...]) -> Unpacked:
    """Return the files of an archive that have one of the endings.

    Raises Invalid, with a sentence, for what is no archive, is encrypted, leads out of its folder or is too large.
    """
    _refuse_long_index(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _unpack(archive, suffixes)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        zlib.error,
        lzma.LZMAError,
        ValueError,
    ) as error:
        raise Invalid("engine.archive_broken") from error


def pack(files: Iterable[File]) -> bytes:
    """Return an archive of files. The same files make the same archive, whenever and wherever."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for file in files:
            archive.writestr(zipfile.ZipInfo(file.name), file.content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _refuse_long_index(content: bytes) -> None:
    place = content.rfind(_END_MAGIC, -(_END.size + 65_536))
    if place < 0 or len(content) - place < _END.size:
        raise Invalid("engine.archive_broken")
    _, _, members, index, _ = _END.unpack_from(content, place)
    if members > MOST_MEMBERS or index > LARGEST_INDEX:
        raise Invalid("engine.archive_too_many", limit=MOST_MEMBERS)


def _unpack(archive: zipfile.ZipFile, suffixes: tuple[str, ...]) -> Unpacked:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise Invalid("engine.archive_too_many", limit=MOST_MEMBERS)
    files: dict[str, File] = {}
    left_out = []
    room = LARGEST_CONTENT
    for member in members:
        name = _name(member)
        parts = PurePosixPath(name).parts
        if not parts or any(part in _CLUTTER or part.startswith(".") for part in parts):
            continue
        if not name.lower().endswith(suffixes):
            left_out.append(name)
            continue
        if name in files:
            raise Invalid("engine.archive_doubled", name=name)
        read = _read(archive, member, room)
        room -= len(read)
        files[name] = File(name, read)
    return Unpacked(tuple(files.values()), tuple(left_out))


def _name(member: zipfile.ZipInfo) -> str:
    """The name as people see it. Raises Invalid for one that leads elsewhere."""
    name = member.filename
    if not member.flag_bits & _FLAG_UTF8:
        name = _decoded(name)
    name = name.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        raise Invalid("engine.archive_escapes", name=name[:120])
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Invalid("engine.archive_link", name=name[:120])
    if member.flag_bits & _FLAG_ENCRYPTED:
        raise Invalid("engine.archive_encrypted")
    return str(PurePosixPath(name))


def _decoded(name: str) -> str:
    """Archives made on Chinese Windows say nothing about the encoding of their names, which is GB 18030."""
    raw = name.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> bytes:
    """The content, read piece by piece so that no more than the room there is ever stands in memory."""
    parts = []
    with archive.open(member) as stream:
        while part := stream.read(_CHUNK):
            room -= len(part)
            if room < 0:
                raise Invalid("engine.archive_too_large", megabytes=LARGEST_CONTENT // 1_000_000)
            parts.append(part)
    return b"".join(parts)
