"""Where drafts are tried: sandboxes with the library as it is published and a draft laid over it.

Nothing of it is the company's: a made-up company with somebody for every role, in files of this process that go with
it. What has been deployed in such a file stays there, so that only the first trial after a start takes seconds.
"""

import dataclasses
import fcntl
import hashlib
import shutil
import tempfile
import threading
import typing as t
import weakref
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, current_app

from app.db import db
from app.engine import File
from app.engine.library_files import published_files
from app.engine.models import Deployment
from app.errors import Unavailable
from app.people.models import Role
from app.scenarios import FILE, Sandbox, read_company
from app.scenarios.replaying import Replays

PATIENCE = 20.0
"""Seconds to wait for other trials of this process, one at a time, because each takes a whole processor."""
PREFIX, LOCK = "firstline-trials-", "lock"
DRAFTS = 6
"""Drafts whose sandbox is kept."""


@dataclasses.dataclass(frozen=True)
class _Library:
    """The published library in a sandbox: the number of its newest deployment, and what was deployed by file."""

    number: int
    sandbox: Sandbox
    deployed: dict[str, str]


class Playground:
    """One per app."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._folder: Path | None = None
        self._lock: t.TextIO | None = None
        self._library: _Library | None = None
        self._drafts: OrderedDict[tuple[int, str], Replays] = OrderedDict()
        self._folders = 0

    @contextmanager
    def replays(self, drafts: Sequence[File]) -> Iterator[Replays]:
        """Give what plays scenarios with drafts over the library; others wait meanwhile.

        Raises Invalid with findings when a draft or the library is refused, Unavailable when others take long.
        """
        if not self._turn.acquire(timeout=PATIENCE):
            raise Unavailable("studio.trial_busy", retry_after=int(PATIENCE))
        try:
            yield self._of(drafts)
        finally:
            self._turn.release()

    def _of(self, drafts: Sequence[File]) -> Replays:
        library = self._published()
        name = (library.number, " ".join(f"{one.name} {_hash(one.content)}" for one in drafts))
        if name not in self._drafts:
            folder = self._new_folder()
            self._drafts[name] = Replays(library.sandbox.over(folder, list(drafts)), folder)
        self._drafts.move_to_end(name)
        while len(self._drafts) > DRAFTS:
            self._drafts.popitem(last=False)[1].remove()
        return self._drafts[name]

    def _published(self) -> _Library:
        number = db.session.scalar(sa.select(sa.func.max(Deployment.number))) or 0
        if self._library is None or self._library.number != number:
            self._library = self._renewed(number)
        return self._library

    def _renewed(self, number: int) -> _Library:
        """Found the company or, when it is there already, add what has been published since."""
        batches = published_files()
        known = self._library
        if known is None:
            company = {**read_company(FILE), "roles": _roles()}
            sandbox, rest = Sandbox(self._new_folder(), company, batches[0] if batches else []), batches[1:]
        else:
            sandbox = known.sandbox
            rest = [[one for one in batch if known.deployed.get(one.name) != _hash(one.content)] for batch in batches]
        for batch in filter(None, rest):
            older, sandbox = sandbox, sandbox.over(self._new_folder(), batch)
            older.remove()
        return _Library(number, sandbox, {one.name: _hash(one.content) for batch in batches for one in batch})

    def _new_folder(self) -> Path:
        if self._folder is None:
            remove_left_folders()
            self._folder, self._lock = _own_folder()
            weakref.finalize(self, _remove, self._folder, self._lock)
        self._folders += 1
        folder = self._folder / str(self._folders)
        folder.mkdir()
        return folder


def remove_left_folders() -> None:
    """Remove what killed processes left behind: folders whose lock nobody holds any more."""
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{LOCK}"):
        with suppress(OSError), lock.open("a") as handle:  # another one was faster, or it is somebody else's
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)


def _own_folder() -> tuple[Path, t.TextIO]:
    """A folder with a lock that is held until this process ends, however it ends."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    handle = (folder / LOCK).open("a")
    fcntl.flock(handle, fcntl.LOCK_SH)
    return folder, handle


def _remove(folder: Path, lock: t.TextIO) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    lock.close()


def init_app(app: Flask) -> None:
    """Nothing is founded before somebody tries something."""
    app.extensions["studio_playground"] = Playground()


def replays(drafts: Sequence[File]) -> t.ContextManager[Replays]:
    """Give what plays scenarios with drafts over the published library."""
    ground: Playground = current_app.extensions["studio_playground"]
    return ground.replays(drafts)


def _roles() -> Sequence[dict[str, t.Any]]:
    """The company's own roles, so that its diagrams find somebody."""
    return [{"id": one.id, "names": one.names} for one in db.session.scalars(sa.select(Role).where(Role.active))]


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
