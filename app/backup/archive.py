"""The file of a backup: a zip with `tables/<name>.copy`, `files/<hash>` and, written last, `manifest.json`."""

import dataclasses
import datetime as dt
import hashlib
import typing as t
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click
import fsspec
import orjson

FORMAT = 1
MANIFEST = "manifest.json"
FAST = 2
"""How hard to press tables: at this level pressing keeps up with the database, and the rest gains little."""
BLOCK = 1 << 20


class Refused(click.ClickException):
    """The archive or the database is not what it has to be; the message says what to do."""


@dataclasses.dataclass
class Table:
    """One table of a backup."""

    name: str
    columns: list[str]
    rows: int = 0
    sha256: str = ""


@dataclasses.dataclass
class Manifest:
    """What a backup holds.

    Attributes:
        revision: of the database schema.
        files: hashes of the attachments in it; `missing` are those that the database names and the store lacked.
    """

    program: str
    revision: str
    database: str
    taken_at: str
    tables: list[Table] = dataclasses.field(default_factory=list)
    files: list[str] = dataclasses.field(default_factory=list)
    missing: list[str] = dataclasses.field(default_factory=list)
    format: int = FORMAT

    @property
    def taken(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.taken_at)


class Writer:
    """Puts members into an archive and keeps the manifest of them."""

    def __init__(self, zipped: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zipped = zipped
        self.manifest = manifest

    def table(self, name: str, columns: list[str], blocks: Iterable[bytes]) -> Table:
        """Write a table from blocks of whole or broken lines."""
        table, digest = Table(name, columns), hashlib.sha256()
        info = zipfile.ZipInfo(member_of(name))
        info.compress_type = zipfile.ZIP_DEFLATED
        with self._zipped.open(info, "w", force_zip64=True) as member:
            for block in blocks:
                digest.update(block)
                # A line break inside a cell is escaped, so every one ends a row.
                table.rows += block.count(b"\n")
                member.write(block)
        table.sha256 = digest.hexdigest()
        self.manifest.tables.append(table)
        return table

    def file(self, sha256: str, content: bytes) -> None:
        """Write an attachment; photos and papers are pressed already."""
        self._zipped.writestr(zipfile.ZipInfo(f"files/{sha256}"), content, zipfile.ZIP_STORED)
        self.manifest.files.append(sha256)


@contextmanager
def writing(address: str, manifest: Manifest, *, replace: bool) -> Iterator[Writer]:
    """Write an archive to any fsspec address. It has its name only when it is complete. Raises Refused."""
    files, path = fsspec.core.url_to_fs(address)
    if files.exists(path) and not replace:
        raise Refused(f"{address} is there already. Choose another name, or say --force to replace it.")
    unfinished = f"{path}.part"
    try:
        with files.open(unfinished, "wb") as stream, zipfile.ZipFile(stream, "w", compresslevel=FAST) as zipped:
            yield Writer(zipped, manifest)
            zipped.writestr(MANIFEST, orjson.dumps(dataclasses.asdict(manifest), option=orjson.OPT_INDENT_2))
        files.mv(unfinished, path)
    except BaseException:
        if files.exists(unfinished):
            files.rm_file(unfinished)
        raise


class Reader:
    """Takes members out of an archive."""

    def __init__(self, zipped: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zipped = zipped
        self.manifest = manifest

    def blocks(self, table: Table) -> Iterator[bytes]:
        """Return a table's content in blocks."""
        with self._zipped.open(member_of(table.name)) as member:
            while block := member.read(BLOCK):
                yield block

    def lines(self, table: Table) -> Iterator[bytes]:
        """Return a table's rows."""
        with self._zipped.open(member_of(table.name)) as member:
            yield from member

    def file(self, sha256: str) -> bytes:
        """Return an attachment. Raises Refused when it is damaged."""
        content = self._zipped.read(f"files/{sha256}")
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Refused(f"The attachment {sha256} in the backup is damaged. Take another backup.")
        return content

    def verify(self, table: Table) -> None:
        """Raise Refused when a table is not what the manifest says."""
        digest, rows = hashlib.sha256(), 0
        for block in self.blocks(table):
            digest.update(block)
            rows += block.count(b"\n")
        if (digest.hexdigest(), rows) != (table.sha256, table.rows):
            raise Refused(f"The table {table.name} in the backup is damaged. Take another backup.")


@contextmanager
def reading(address: str) -> Iterator[Reader]:
    """Open an archive. Raises Refused for anything that is not a whole backup of a format this program knows."""
    files, path = fsspec.core.url_to_fs(address)
    if not files.exists(path):
        raise Refused(f"There is no file {address}.")
    with files.open(path, "rb") as stream:
        try:
            zipped = zipfile.ZipFile(stream)
            found = orjson.loads(zipped.read(MANIFEST))
        except (zipfile.BadZipFile, KeyError, orjson.JSONDecodeError) as error:
            raise Refused(f"{address} is no backup of Firstline, or it was cut off while it was written.") from error
        try:
            yield Reader(zipped, _manifest(address, found))
        except zipfile.BadZipFile as error:
            raise Refused(f"{address} is damaged: {error}. Take another backup.") from error


def _manifest(address: str, found: t.Any) -> Manifest:
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Refused(f"{address} has a format that this program does not know. Restore it with the program it is of.")
    tables = [Table(**table) for table in found.pop("tables")]
    return Manifest(**found, tables=tables)


def member_of(table: str) -> str:
    """Where a table lies in the archive."""
    return f"tables/{table}.copy"
