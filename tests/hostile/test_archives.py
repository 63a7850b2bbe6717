"""Archives that escape their folder, explode, or are no archives: bounded, and with a sentence."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib

import pytest
from flask import Flask

from app import i18n
from app.engine import archives
from app.errors import Invalid
from tests.hostile.bounded import Bounds

SUFFIXES = (".bpmn", ".dmn", ".form")


def packed(*members: tuple[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return member


def bomb(megabytes: int) -> bytes:
    return packed(("a.bpmn", b"\0" * (megabytes << 20)))


def lying() -> bytes:
    """An archive that says its file has ten bytes; unpacked it has 300 MB."""
    content = bytearray(bomb(300))
    real = (300 << 20).to_bytes(4, "little")
    return bytes(content.replace(real, (10).to_bytes(4, "little")))


def overlapping(members: int) -> bytes:
    """Several names for the same compressed bytes; the header in front of them has only one of these names."""
    archive = bytearray(bomb(20))
    start = archive.index(b"PK\x01\x02")
    end = archive.index(b"PK\x05\x06")
    entry = bytes(archive[start:end])
    entries = b"".join(entry.replace(b"a.bpmn", b"%d.bpmn" % number) for number in range(members))
    tail = bytearray(archive[end:])
    tail[8:12] = members.to_bytes(2, "little") * 2
    tail[12:16] = len(entries).to_bytes(4, "little")
    return bytes(archive[:start]) + entries + bytes(tail)


def patched(local: int, central: int, value: int) -> bytes:
    """An archive of one file with a byte changed in both of its headers."""
    content = bytearray(packed(("a.bpmn", b"x")))
    for magic, offset in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        content[content.index(magic) + offset] = value
    return bytes(content)


REFUSED = {
    "nothing": ("broken", b""),
    "no archive": ("broken", b"PK\x03\x04 or so"),
    "half an archive": ("broken", packed(("a.bpmn", b"x" * 999))[:80]),
    "damaged content": ("broken", packed(("a.bpmn", bytes(range(256)) * 9)).replace(b"a.bpmn\x63", b"a.bpmn\xff", 1)),
    "an unknown compression": ("broken", patched(8, 10, 0x63)),
    "a way up": ("escapes", packed(("../../etc/a.bpmn", b"x"))),
    "a way up, the Windows way": ("escapes", packed(("..\\..\\a.bpmn", b"x"))),
    "an absolute path": ("escapes", packed(("/etc/a.bpmn", b"x"))),
    "a drive": ("escapes", packed(("C:\\a.bpmn", b"x"))),
    "a way up among much else": ("escapes", packed(("a.bpmn", b"x"), ("b/../../c.txt", b"x"))),
    "a link": ("link", packed((link("a.bpmn"), b"/etc/passwd"))),
    "a password": ("encrypted", patched(6, 8, 1)),
    "20,000 files": ("too_many", packed(*((f"{number}.bpmn", b"") for number in range(20_000)))),
    "a bomb": ("too_large", bomb(300)),
    "a bomb that lies about its size": ("broken", lying()),
    "many names for one large file": ("broken", overlapping(9)),
    "the same name twice": ("doubled", b""),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_archive_is_refused_within_bounds(name: str, app: Flask, bounds: Bounds) -> None:
    code, content = REFUSED[name]
    if name == "the same name twice":
        content = packed(("a.bpmn", b"x"), ("a.bpmn", b"y"))
    refused = bounds.run("tests.hostile.judging:archive", content, seconds=10)
    assert refused["refused"] == f"engine.archive_{code}"
    for language in i18n.LANGUAGES:
        assert "%" not in i18n.in_both(refused["refused"], refused["params"])[language]


def test_a_bomb_that_claims_to_be_small_is_cut_off_where_it_says_it_ends() -> None:
    """zlib stops at the stated size, and the checksum then tells the lie."""
    assert zlib.crc32(b"\0" * 10) != 0
    with pytest.raises(Invalid):
        archives.unpack(lying(), SUFFIXES)


def test_a_library_comes_out_with_its_folders_and_without_clutter() -> None:
    content = packed(
        ("bpmn/repair/fix.bpmn", b"1"), ("bpmn\\repair\\rule.dmn", b"2"), ("forms/", b""), ("./forms/ask.form", b"3"),
        ("__MACOSX/bpmn/._fix.bpmn", b"x"), (".DS_Store", b"x"), ("forms/Thumbs.db", b"x"), (".git/config", b"x"),
        ("readme.txt", b"x"), ("inner.zip", packed(("a.bpmn", b"x"))),
    )  # fmt: skip
    found = archives.unpack(content, SUFFIXES)
    assert {file.name: file.content for file in found.files} == {
        "bpmn/repair/fix.bpmn": b"1", "bpmn/repair/rule.dmn": b"2", "forms/ask.form": b"3",
    }  # fmt: skip
    assert found.left_out == ("readme.txt", "inner.zip")


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_from_windows_that_do_not_say_their_encoding_are_read(encoding: str) -> None:
    raw = "维修.bpmn".encode(encoding)
    placeholder = "x" * len(raw)
    content = packed((placeholder, b"x")).replace(placeholder.encode(), raw)
    (file,) = archives.unpack(content, SUFFIXES).files
    assert file.name == "维修.bpmn"


def test_a_name_that_says_it_is_utf_8_is_believed() -> None:
    (file,) = archives.unpack(packed(("维修.bpmn", b"x")), SUFFIXES).files
    assert file.name == "维修.bpmn"
