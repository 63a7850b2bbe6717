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
from app.i18n import localised
from app.people import Person, audit
from app.studio import fixes, rights, sniffing, versions
from app.studio.draft_rows import add_revision, at, remove
from app.studio.kinds import AREAS, area_of, file_name
from app.studio.models import OPEN_STATES, FileDraft, FileDraftRevision, Publication
from app.studio.report import Report, report

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
    base_version: int | None = None

    @property
    def begun(self) -> bool:
        """Whether it was begun from a published version."""
        return self.base_version is not None

    @property
    def text(self) -> str:
        """The content for an editor."""
        return sniffing.as_text(self.content)


@dataclasses.dataclass(frozen=True)
class State:
    """A draft at one save; `automatic` when the editor saved by itself."""

    revision: int
    at: dt.datetime
    author: str
    automatic: bool


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
    waits: str
    """`review` or `scheduled` when it is on its way, else empty."""


def keep(person: Person, files: Sequence[File], *, area: str = "") -> list[Imported]:
    """Keep files from outside as drafts, exactly as they are, and say what each of them needs.

    A file that is no drawing, table or form at all is reported and not kept. Raises Invalid without any file.
    """
    rights.require_writer(person)
    if not files:
        raise Invalid("studio.no_file", fields={"file": [("studio.no_file", {})]})
    judged = [(file, _judge(file)) for file in files]
    with transaction() as session:
        _refuse_more(session, len(files))
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
    open_ones = sa.select(Publication.draft_key, Publication.state).where(Publication.state.in_(OPEN_STATES))
    waiting = {key: state for key, state in db.session.execute(open_ones)}  # noqa: C416 (dict(rows) does not type-check)
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
            waiting.get(row.key, ""),
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


def begin(person: Person, kind: Kind, identifier: str, source: str, *, base: int) -> int:
    """Keep what stands in the editor of a published file as a draft of its own; returns the draft's key.

    :param base: the version that is being edited.
    """
    rights.require_writer(person)
    version = versions.find(person, kind, identifier, base)
    found = report(kind, version.file, source.encode(), begun=True)
    title, published = localised(version.names, identifier), versions.source(version)
    with transaction() as session:
        _refuse_more(session, 1)
        row = _row(person, kind, version.file, found, area_of(version.file))
        row.title, row.base_version = (row.title or title)[:LONGEST_NAME], version.number
        session.add(row)
        add_revision(session, person, row, published)
        if source.encode() != published:
            add_revision(session, person, row, source.encode())
        return row.key


def begin_new(person: Person, kind: Kind, identifier: str, source: str, *, area: str = "") -> int:
    """Keep what stands in the editor of a file that was never published as a draft; returns the draft's key."""
    rights.require_writer(person)
    name = file_name(kind, identifier)
    found = report(kind, name, source.encode(), begun=True)
    with transaction() as session:
        _refuse_more(session, 1)
        row = _row(person, kind, name, found, area)
        row.title = (row.title or identifier)[:LONGEST_NAME]
        session.add(row)
        add_revision(session, person, row, source.encode())
        return row.key


def rebase(person: Person, key: int, *, base: int) -> None:
    """Go on from the newest version, whose changes were looked at and taken over."""
    draft = find(person, key)
    newest = versions.published_of(draft.kind, draft.content)
    with transaction() as session:
        row = at(session, key, base)
        row.base_version = newest.version if newest else None


def states(person: Person, key: int) -> list[State]:
    """The kept states of a draft, the newest first. Raises NotFound."""
    find(person, key)
    columns = FileDraftRevision.revision, FileDraftRevision.saved_at, FileDraftRevision.saved_by
    query = sa.select(*columns, FileDraftRevision.automatic).where(FileDraftRevision.draft_key == key)
    rows = db.session.execute(query.order_by(FileDraftRevision.revision.desc())).all()
    names = versions.authors(row.saved_by for row in rows)
    return [State(row.revision, row.saved_at, names.get(row.saved_by, row.saved_by), row.automatic) for row in rows]


def restore(person: Person, key: int, revision: int, *, base: int) -> None:
    """Make an earlier state the newest one; what stood there last stays among the states. Raises Conflict, NotFound."""
    former = find(person, key, revision)
    found = report(former.kind, former.name, former.content, begun=former.begun)
    with transaction() as session:
        row = at(session, key, base)
        add_revision(session, person, row, former.content)
        _note(row, found)


def save(person: Person, key: int, source: str, *, base: int, automatic: bool = False) -> tuple[int, Report]:
    """Keep what stands in the editor; returns the new revision and what it needs.

    Broken files are kept too, that is what drafts are for. Raises Conflict, naming who saved what, when the draft is no
    longer at the revision that was opened.

    :param automatic: whether the editor saves by itself; what it saves in a short while becomes one state.
    """
    rights.require_writer(person)
    draft = find(person, key)
    content = draft.content if source == draft.text else source.encode()
    found = report(draft.kind, draft.name, content, begun=draft.begun)
    with transaction() as session:
        row = at(session, key, base)
        if content != draft.content:
            add_revision(session, person, row, content, automatic=automatic)
        _note(row, found)
        return row.revision, found


def apply(person: Person, key: int, fix: str, element_id: str, *, base: int) -> None:
    """Do what can be done about a finding at a press, as a new revision. Raises Invalid, Conflict, NotFound."""
    draft = find(person, key)
    fixed = fixes.fix(fix, draft.content, element_id)
    save(person, key, sniffing.as_text(fixed), base=base)


def discard(person: Person, key: int) -> None:
    """Throw a draft away. Raises NotFound."""
    rights.require_writer(person)
    with transaction() as session:
        row = session.get(FileDraft, key)
        if row is None:
            raise NotFound("studio.no_such_draft")
        subject = f"file_draft:{row.key}"
        audit.record(session, person, "studio:draft:discarded", subject, "", {"name": row.name, "title": row.title})
        remove(session, row)


def _judge(file: File) -> tuple[Kind, Report]:
    kind = sniffing.kind_of_content(file.name, file.content)
    return kind, report(kind, file.name, file.content)


def _keep(session: t.Any, person: Person, file: File, judged: tuple[Kind, Report], area: str) -> Imported:
    kind, found = judged
    if not found.readable:
        return Imported(file.name, None, found)
    row = _row(person, kind, file.name, found, next((one for one in (area_of(file.name), area) if one in AREAS), ""))
    session.add(row)
    add_revision(session, person, row, file.content)
    return Imported(file.name, row.key, found)


def _refuse_more(session: t.Any, number: int) -> None:
    there = session.scalar(sa.select(sa.func.count()).select_from(FileDraft)) or 0
    if there + number > MOST:
        raise Conflict("studio.too_many_drafts", limit=MOST)


def _row(person: Person, kind: Kind, name: str, found: Report, area: str) -> FileDraft:
    return FileDraft(
        key=next_key(),
        kind=kind,
        name=name[-LONGEST_NAME:],
        title=found.title[:LONGEST_NAME],
        tool=found.tool[:LONGEST_NAME],
        area=area if area in AREAS else "",
        revision=0,
        to_correct=found.to_correct,
        reminders=found.reminders,
        created_at=clock.now(),
        created_by=person.username,
    )


def _note(row: FileDraft, found: Report) -> None:
    row.title = (found.title or row.title)[:LONGEST_NAME]
    row.to_correct, row.reminders = found.to_correct, found.reminders


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
        base_version=row.base_version,
    )
