"""Attached files: stored by their hash, limited in size and kind; no path is ever taken from anybody."""

import hashlib
import mimetypes
import typing as t
from pathlib import PurePath

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.db import db, next_key, transaction
from app.engine import filestore
from app.engine.models import Attachment
from app.engine.places import Place, require_place
from app.errors import Forbidden, Invalid, NotFound
from app.people import access, audit
from app.people.person import STAFF, Person

KINDS: dict[str, tuple[bytes, ...]] = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
    "application/pdf": (b"%PDF-",),
    "application/zip": (b"PK",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (b"PK",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (b"PK",),
    "video/mp4": (),
    "audio/mpeg": (),
    "text/plain": (),
    "text/csv": (),
}
"""Kinds that may be attached, with how their content begins where that is certain."""


def attach(person: Person, place: Place | None, name: str, content: bytes) -> Attachment:
    """Store a file and hang it on a case, an instance or a task; without a place it belongs to its owner alone.

    Raises Invalid for a kind or size that is not allowed.
    """
    access.require(person, STAFF)
    entry = _stored(name, content, person.username)
    with transaction() as session:
        found = require_place(session, person, place) if place else Place()
        entry.key = next_key()
        entry.case_id, entry.instance_key, entry.task_key = found.case_id, found.instance_key, found.task_key
        session.add(entry)
        return entry


def attach_from_outside(session: t.Any, case_id: int, name: str, content: bytes, *, by: str) -> Attachment:
    """Store a file that somebody without an account adds to a case, in the caller's transaction.

    The caller has made sure that they may. Raises Invalid for a kind or size that is not allowed.
    """
    entry = _stored(name, content, by)
    entry.key, entry.case_id = next_key(), case_id
    session.add(entry)
    session.flush()
    return entry


def _stored(name: str, content: bytes, by: str) -> Attachment:
    """Put a content into the store and return the entry for it, which hangs nowhere yet."""
    shown = PurePath(name.replace("\\", "/")).name[-200:] or "file"
    media_type = _media_type(shown, content)
    _check_size(content)
    sha256 = hashlib.sha256(content).hexdigest()
    filestore.put(sha256, content)
    return Attachment(
        name=shown, media_type=media_type, size=len(content), sha256=sha256, added_at=clock.now(), added_by=by
    )


def attachments_at(person: Person, place: Place) -> list[Attachment]:
    """Return the files of a whole case, or of an instance that has no case, oldest first."""
    found = require_place(db.session, person, place)
    query = sa.select(Attachment).where(found.condition(Attachment), Attachment.removed_at.is_(None))
    return list(db.session.execute(query.order_by(Attachment.added_at, Attachment.key)).scalars())


def get_attachment(person: Person, key: int) -> Attachment:
    """Return a file's entry. Raises NotFound when it is gone or not for the person to see."""
    found = db.session.get(Attachment, key)
    if found is None or found.removed_at is not None:
        raise NotFound("engine.no_such_attachment", key=key)
    if found.added_by != person.username:
        require_place(db.session, person, Place(found.case_id, found.instance_key, found.task_key))
    return found


def read_attachment(attachment: Attachment) -> bytes:
    """Return a file's content."""
    return filestore.get(attachment.sha256)


def remove_attachment(person: Person, key: int, reason: str = "") -> None:
    """Take a file off its place; its content stays for the record."""
    access.require(person, STAFF)
    with transaction() as session:
        found = get_attachment(person, key)
        if found.added_by != person.username and not access.allowed(person, "supervisor"):
            raise Forbidden("people.no_permission", needed="supervisor")
        found.removed_at, found.removed_by = clock.now(), person.username
        session.flush()
        audit.record(
            session,
            person,
            "engine:attachment:removed",
            f"attachment:{key}",
            reason,
            {"name": found.name},
            instance_key=found.instance_key,
            case_id=found.case_id,
        )


def _media_type(name: str, content: bytes) -> str:
    kind, _ = mimetypes.guess_type(name)
    beginnings = KINDS.get(kind or "")
    if beginnings is None or (beginnings and not content.startswith(beginnings)):
        raise Invalid(
            "engine.file_kind_refused", fields={"file": [("engine.file_kind_refused", {"name": name})]}, name=name
        )
    return t.cast(str, kind)


def _check_size(content: bytes) -> None:
    limit = current_app.extensions["settings"].files.max_bytes
    if not content or len(content) > limit:
        said = ("engine.file_size_refused", {"limit": limit // 1_000_000})
        raise Invalid("engine.file_size_refused", fields={"file": [said]}, limit=limit // 1_000_000)
