"""The published library as files: what is in force, each at its place under `bpmn/` or `forms/`; how a folder differs.

A team keeps these files in version control. What is compared is content, byte by byte, because that is what versions go
by as well.
"""

import dataclasses
import hashlib
import os.path
import re
import typing as t
from collections.abc import Iterable
from pathlib import PurePosixPath

import sqlalchemy as sa

from app.db import db
from app.engine.catalogue import TABLES, Kind
from app.engine.gate import File
from app.engine.models import Payload

FOLDERS = ("bpmn", "forms")
SUFFIXES = (".bpmn", ".dmn", ".form")
WHOLE_FILES: tuple[Kind, ...] = ("process", "requirements", "form")
_UNFIT = re.compile(r'[\x00-\x1f<>:"|?*]')
"""What some system refuses in the name of a file."""


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Two libraries file by file: places, sorted."""

    only_here: tuple[str, ...]
    only_there: tuple[str, ...]
    different: tuple[str, ...]
    same: tuple[str, ...]

    @property
    def alike(self) -> bool:
        return not (self.only_here or self.only_there or self.different)


def published_files() -> list[list[File]]:
    """Return the files of the newest versions, in the order in which they have to be deployed.

    A definition that is no longer in the newest version of its file is still in force, so that file comes twice.
    """
    by_name: dict[str, dict[str, int]] = {}
    for kind in WHOLE_FILES:
        for file, sha256, number in db.session.execute(_newest(kind)):
            if kind != "form" or not file.endswith(".bpmn"):  # a form in a process comes with it
                by_name.setdefault(file, {})[sha256] = number
    ordered = {file: sorted(found, key=found.__getitem__) for file, found in by_name.items()}
    rounds = max((len(one) for one in ordered.values()), default=0)
    return [_files({file: one[turn] for file, one in ordered.items() if len(one) > turn}) for turn in range(rounds)]


def library_files() -> dict[str, File]:
    """Return the files that are in force by their places. Of a file that is in force twice only the newest one."""
    newest = {file.name: file for batch in published_files() for file in batch}
    placed: dict[str, File] = {}
    for name, file in sorted(newest.items()):
        where = PurePosixPath(place(name))
        number = 1
        while str(where) in placed:  # two deployments brought files that only their lost folders told apart
            number += 1
            where = where.with_stem(f"{PurePosixPath(place(name)).stem}-{number}")
        placed[str(where)] = File(str(where), file.content)
    return placed


def place(name: str) -> str:
    """Where a file lies below the folder of the library, whatever it was called when it was deployed.

    Names come from anybody who may deploy, so nothing in them leads out of that folder.
    """
    parts = [_UNFIT.sub("_", part) for part in name.replace("\\", "/").split("/") if part.strip(". ")]
    parts = parts or ["unnamed"]
    known = [number for number, part in enumerate(parts[:-1]) if part in FOLDERS]
    if known:
        return "/".join(parts[known[0] :])
    return "/".join(["forms" if parts[-1].lower().endswith(".form") else "bpmn", *parts])


def compare(here: Iterable[File], there: t.Mapping[str, File], within: Iterable[str] = FOLDERS) -> Comparison:
    """Compare files with a library by their places; what lies elsewhere unchanged is the same, too.

    :param within: folders of the library in which a file that is not here is missing.
    """
    mine = {place(file.name): file for file in here}
    shared = mine.keys() & there.keys()
    same = {where for where in shared if mine[where].content == there[where].content}
    left = {_hash(there[where]): where for where in there.keys() - shared}
    moved = {where: left[_hash(mine[where])] for where in mine.keys() - shared if _hash(mine[where]) in left}
    missing = there.keys() - shared - set(moved.values())
    return Comparison(
        only_here=tuple(sorted(mine.keys() - shared - moved.keys())),
        only_there=tuple(sorted(one for one in missing if any(one.startswith(f"{folder}/") for folder in within))),
        different=tuple(sorted(shared - same)),
        same=tuple(sorted(same | moved.keys())),
    )


def folders_of(files: Iterable[File]) -> list[str]:
    """Return the narrowest folder of the library below `bpmn` and below `forms` that holds all of the files."""
    tops: dict[str, list[str]] = {}
    for where in (place(file.name) for file in files):
        tops.setdefault(where.partition("/")[0], []).append(where.rpartition("/")[0])
    return [os.path.commonpath(folders) for folders in tops.values()]


def _newest(kind: Kind) -> sa.Select[t.Any]:
    model, column = TABLES[kind]
    last = sa.select(column, sa.func.max(model.version)).group_by(column)
    return sa.select(model.file, model.sha256, model.deployment_number).where(
        sa.tuple_(column, model.version).in_(last)
    )


def _files(chosen: dict[str, str]) -> list[File]:
    query = sa.select(Payload.sha256, Payload.content).where(Payload.sha256.in_(set(chosen.values())))
    contents = {sha256: bytes(content) for sha256, content in db.session.execute(query)}
    return [File(name, contents[sha256]) for name, sha256 in sorted(chosen.items())]


def _hash(file: File) -> str:
    return hashlib.sha256(file.content).hexdigest()
