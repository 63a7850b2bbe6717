"""Drafts: files on their way into the library, kept on the server, saved by one person at a time."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from app import clock
from app.db import db, next_key, transaction
from app.engine import File, archives
from app.engine.catalogue import Kind
from app.errors import Conflict, Invalid, NotFound
from app.people import Person, audit
from app.studio import fixes, rights, saving, sniffing, versions
from app.studio.kinds import AREAS, area_of
from app.studio.models import FileDraft, FileDraftRevision
from app.studio.report import Report, report

KEPT = 50
"""Revisions kept of a draft, beside the first; more would only hold what nobody looks for."""
MOST = 500
"""Drafts of a company at a time."""
LONGEST_NAME = 200


@dataclasses.dataclass(frozen=True)
class Draft:
    """A draft as it stands, with its content."""

    key: int
    kind: Kind
    name: str
    title: str
    tool: str
    area: str
    revision: int
    content: bytes
    saved_at: dt.datetime
    saved_by: str

    @property
    def text(self) -> str:
        """The content for an editor."""
        return sniffing.as_text(self.content)


@dataclasses.dataclass(frozen=True)
class Imported:
    """What became of one file: a draft, or none because it could not be read at all."""

    name: str
    key: int | None
    report: Report


@dataclasses.dataclass(frozen=True)
class Line:
    """One line of the list of drafts."""

    key: int
    kind: Kind
    title: str
    name: str
    tool: str
    area: str
    to_correct: int
    reminders: int
    saved_at: dt.datetime
    author: str


def keep(person: Person, files: Sequence[File], *, area: str = "") -> list[Imported]:
    """Keep files from outside as drafts, exactly as they are, and say what each of them needs.

    A file that is no drawing, table or form at all is reported and not kept. Raises Invalid without any file.
    """
    rights.require_writer(person)
    if not files:
        raise Invalid("studio.no_file", fields={"file": [("studio.no_file", {})]})
    judged = [(file, _judge(file)) for file in files]
    with transaction() as session:
        there = session.scalar(sa.select(sa.func.count()).select_from(FileDraft)) or 0
        if there + len(files) > MOST:
            raise Conflict("studio.too_many_drafts", limit=MOST)
        return [_keep(session, person, file, found, area) for file, found in judged]


def unpacked(files: Iterable[File], endings: tuple[str, ...] = sniffing.ENDINGS) -> list[File]:
    """Return the files with every archive among them replaced by what it holds. Raises Invalid."""
    found: list[File] = []
    for file in files:
        if not archives.is_archive(file.name):
            found.append(file)
            continue
        inside = archives.unpack(file.content, endings).files
        if not inside:
            raise Invalid("engine.archive_empty", fields={"file": [("engine.archive_empty", {})]})
        found.extend(inside)
    return found


def all_drafts(person: Person) -> list[Line]:
    """Every draft, the one saved last first."""
    rights.require_writer(person)
    rows = db.session.scalars(sa.select(FileDraft).order_by(FileDraft.saved_at.desc(), FileDraft.key.desc())).all()
    names = versions.authors(row.saved_by for row in rows)
    return [
        Line(
            row.key,
            t.cast(Kind, row.kind),
            row.title or sniffing.stem(row.name),
            row.name,
            row.tool,
            row.area,
            row.to_correct,
            row.reminders,
            row.saved_at,
            names.get(row.saved_by, row.saved_by),
        )
        for row in rows
    ]


def count(person: Person) -> int:
    """How many drafts there are; none for people who may not see them."""
    if not rights.may_write(person):
        return 0
    return db.session.scalar(sa.select(sa.func.count()).select_from(FileDraft)) or 0


def find(person: Person, key: int, revision: int | None = None) -> Draft:
    """One draft as it stands, or as it was. Raises NotFound."""
    rights.require_writer(person)
    row = db.session.get(FileDraft, key)
    content = db.session.get(FileDraftRevision, (key, revision or row.revision)) if row else None
    if row is None or content is None:
        raise NotFound("studio.no_such_draft")
    return _draft(row, content)


def save(person: Person, key: int, source: str, *, base: int) -> tuple[int, Report]:
    """Keep what stands in the editor; returns the new revision and what it needs.

    Broken files are kept too, that is what drafts are for. Raises Conflict, naming who saved what, when the draft is no
    longer at the revision that was opened.
    """
    rights.require_writer(person)
    draft = find(person, key)
    content = draft.content if source == draft.text else source.encode()
    found = report(draft.kind, draft.name, content)
    with transaction() as session:
        row = _at(session, key, base)
        if content != draft.content:
            _add_revision(session, person, row, content)
        _note(row, found)
        return row.revision, found


def apply(person: Person, key: int, fix: str, element_id: str, *, base: int) -> None:
    """Do what can be done about a finding at a press, as a new revision. Raises Invalid, Conflict, NotFound."""
    draft = find(person, key)
    fixed = fixes.fix(fix, draft.content, element_id)
    save(person, key, sniffing.as_text(fixed), base=base)


def publish(person: Person, key: int, source: str, *, base: int, note: str) -> saving.Saved:
    """Make the draft the newest version of what it defines, and the draft go.

    Raises Invalid with `findings` when the gate refuses it, Conflict when somebody saved the draft meanwhile.
    """
    rights.require_writer(person)
    draft = find(person, key)
    with transaction() as session:
        row = _at(session, key, base)
        saved = saving.publish(person, draft.kind, source, stem=sniffing.stem(draft.name), note=note, area=draft.area)
        _remove(session, row)
        return saved


def discard(person: Person, key: int) -> None:
    """Throw a draft away. Raises NotFound."""
    rights.require_writer(person)
    with transaction() as session:
        row = session.get(FileDraft, key)
        if row is None:
            raise NotFound("studio.no_such_draft")
        subject = f"file_draft:{row.key}"
        audit.record(session, person, "studio:draft:discarded", subject, "", {"name": row.name, "title": row.title})
        _remove(session, row)


def _judge(file: File) -> tuple[Kind, Report]:
    kind = sniffing.kind_of_content(file.name, file.content)
    return kind, report(kind, file.name, file.content)


def _keep(session: t.Any, person: Person, file: File, judged: tuple[Kind, Report], area: str) -> Imported:
    kind, found = judged
    if not found.readable:
        return Imported(file.name, None, found)
    row = FileDraft(
        key=next_key(),
        kind=kind,
        name=file.name[-LONGEST_NAME:],
        title=found.title[:LONGEST_NAME],
        tool=found.tool[:LONGEST_NAME],
        area=next((one for one in (area_of(file.name), area) if one in AREAS), ""),
        revision=0,
        to_correct=found.to_correct,
        reminders=found.reminders,
        created_at=clock.now(),
        created_by=person.username,
    )
    session.add(row)
    _add_revision(session, person, row, file.content)
    return Imported(file.name, row.key, found)


def _add_revision(session: t.Any, person: Person, row: FileDraft, content: bytes) -> None:
    row.revision += 1
    row.saved_at, row.saved_by = clock.now(), person.username
    session.flush()
    session.add(
        FileDraftRevision(
            draft_key=row.key, revision=row.revision, content=content, saved_at=row.saved_at, saved_by=row.saved_by
        )
    )
    old = sa.and_(FileDraftRevision.revision > 1, FileDraftRevision.revision <= row.revision - KEPT)
    session.execute(
        sa.delete(FileDraftRevision).where(FileDraftRevision.draft_key == row.key, old),
        execution_options={"synchronize_session": False},
    )


def _note(row: FileDraft, found: Report) -> None:
    row.title = (found.title or row.title)[:LONGEST_NAME]
    row.to_correct, row.reminders = found.to_correct, found.reminders


def _at(session: t.Any, key: int, base: int) -> FileDraft:
    """The draft for changing, if it is still as it was opened."""
    row = session.get(FileDraft, key, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("studio.no_such_draft")
    if row.revision != base:
        words = saving.by_whom(row.saved_by, row.saved_at)
        raise Conflict("studio.draft_saved_meanwhile", title=row.title or row.name, **words)
    return t.cast(FileDraft, row)


def _remove(session: t.Any, row: FileDraft) -> None:
    session.execute(
        sa.delete(FileDraftRevision).where(FileDraftRevision.draft_key == row.key),
        execution_options={"synchronize_session": False},
    )
    session.delete(row)


def _draft(row: FileDraft, content: FileDraftRevision) -> Draft:
    return Draft(
        key=row.key,
        kind=t.cast(Kind, row.kind),
        name=row.name,
        title=row.title or sniffing.stem(row.name),
        tool=row.tool,
        area=row.area,
        revision=row.revision,
        content=bytes(content.content),
        saved_at=row.saved_at,
        saved_by=row.saved_by,
    )
