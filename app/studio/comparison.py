"""Two versions side by side, or a draft beside what is published."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from app.engine.catalogue import Kind
from app.errors import NotFound
from app.people import Person
from app.studio import drafts, rights, versions
from app.studio.comparing import Change, changes
from app.studio.drafts import Draft
from app.studio.identity import defined_ids
from app.studio.versions import Version


@dataclasses.dataclass(frozen=True)
class Side:
    """One of the two. `number` is 0 for a draft."""

    number: int
    author: str
    at: dt.datetime
    note: str
    source: bytes
    running: int | None = None


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What was compared and what differs; `versions` are all there are to choose from, the newest first."""

    kind: Kind
    id: str
    old: Side
    new: Side
    changes: tuple[Change, ...]
    versions: Sequence[Version]
    draft: Draft | None = None


def of_versions(person: Person, kind: Kind, identifier: str, old: int | None, new: int | None) -> Comparison:
    """Compare two published versions, without numbers the newest with the one before it.

    Raises NotFound for numbers there are not.
    """
    found = versions.history(person, kind, identifier)
    newer = _numbered(found, new or found[0].number)
    before = next((one for one in found if one.number < newer.number), newer)
    older = _numbered(found, old) if old else before
    sides = _side(older), _side(newer)
    return Comparison(kind, identifier, *sides, changes(kind, sides[0].source, sides[1].source), found)


def of_draft(person: Person, key: int, old: int | None = None) -> Comparison:
    """Compare a draft as it stands with a published version, without a number with the newest.

    Raises NotFound when nothing of its name is published yet, NotComparable when it cannot be read.
    """
    rights.require_writer(person)
    draft = drafts.find(person, key)
    found = published_before(person, draft)
    if not found:
        raise NotFound("studio.nothing_to_compare", title=draft.title)
    older = _side(_numbered(found, old or found[0].number))
    source = draft.text.encode()
    author = versions.authors([draft.saved_by]).get(draft.saved_by, draft.saved_by)
    newer = Side(0, author, draft.saved_at, "", source)
    different = changes(draft.kind, older.source, source)
    return Comparison(draft.kind, found[0].id, older, newer, different, found, draft)


def published_before(person: Person, draft: Draft) -> list[Version]:
    """The versions of what a draft defines, the newest first; none when it is new."""
    for identifier in defined_ids(draft.kind, draft.content):
        try:
            return versions.history(person, draft.kind, identifier)
        except NotFound:
            continue
    return []


def _numbered(found: Sequence[Version], number: int) -> Version:
    one = next((version for version in found if version.number == number), None)
    if one is None:
        raise NotFound("studio.no_such_version", id=found[0].id, version=number)
    return one


def _side(version: Version) -> Side:
    source = versions.source(version)
    return Side(version.number, version.author, version.deployed_at, version.note, source, version.running)
