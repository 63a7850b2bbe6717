"""Versions of one process, decision or form: who published what, when and why."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from app.db import db
from app.engine import visible_instances
from app.engine.catalogue import TABLES, Kind, content, find_newest
from app.engine.catalogue import Version as Deployed
from app.engine.models import Deployment, ProcessInstance
from app.errors import NotFound
from app.i18n import localised
from app.people import SYSTEM, Person
from app.people.models import User
from app.studio import rights
from app.studio.identity import defined_ids

CAP = 1_000
"""Running instances are counted up to here, so that a list costs the same in a large company."""


@dataclasses.dataclass(frozen=True)
class Version:
    """One stored version; `running` is only known of processes."""

    kind: Kind
    id: str
    key: int
    number: int
    file: str
    sha256: str
    names: dict[str, str]
    deployed_at: dt.datetime
    username: str
    author: str
    note: str
    running: int | None = None


def history(person: Person, kind: Kind, identifier: str) -> list[Version]:
    """Every version, the newest first. Raises NotFound."""
    rights.require_reader(person)
    found = _versions(kind, TABLES[kind][1] == identifier)
    if not found:
        raise NotFound(f"engine.no_such_{kind}", id=identifier)
    if kind != "process":
        return found
    return with_running(person, found, ProcessInstance.process_definition_key, lambda one: one.key)


def newest(person: Person, kind: Kind, identifier: str) -> Version:
    """The version that new cases take. Raises NotFound."""
    return find(person, kind, identifier)


def find(person: Person, kind: Kind, identifier: str, number: int | None = None) -> Version:
    """One version, by default the newest. Raises NotFound."""
    rights.require_reader(person)
    model, column = TABLES[kind]
    condition = column == identifier
    if number is not None:
        condition = sa.and_(condition, model.version == number)
    found = _versions(kind, condition, limit=1)
    if not found:
        raise NotFound(f"engine.no_such_{kind}", id=identifier)
    return found[0]


def published_of(kind: Kind, source: bytes) -> Deployed | None:
    """The newest version of what a file defines, None when it is new."""
    known = (find_newest(db.session, kind, identifier) for identifier in defined_ids(kind, source))
    return next((version for version in known if version is not None), None)


def all_newest(person: Person, kind: Kind) -> list[Version]:
    """The newest version of everything of a kind, by id."""
    rights.require_reader(person)
    model, column = TABLES[kind]
    last = sa.select(column, sa.func.max(model.version)).group_by(column)
    return sorted(_versions(kind, sa.tuple_(column, model.version).in_(last)), key=lambda one: one.id)


def source(version: Version) -> bytes:
    """The file exactly as it was published."""
    return content(db.session, version.sha256)


def siblings(version: Version) -> dict[str, int]:
    """Id → version of everything that stands in the same file as this version."""
    model, column = TABLES[version.kind]
    rows = db.session.execute(
        sa.select(column, sa.func.max(model.version)).where(model.sha256 == version.sha256).group_by(column)
    )
    return {identifier: number for identifier, number in rows}  # noqa: C416 (dict(rows) does not type-check)


def with_running(
    person: Person, versions: Sequence[Version], column: t.Any, value: t.Callable[[Version], t.Any]
) -> list[Version]:
    """Add how many instances that the person may see run now, each counted up to CAP."""
    if not versions:
        return []
    condition = visible_instances(person)
    counts = [
        sa.select(sa.func.count()).select_from(
            sa.select(ProcessInstance.key)
            .where(column == value(one), ProcessInstance.state == "active", condition)
            .limit(CAP)
            .subquery()
        ).scalar_subquery()
        for one in versions
    ]  # fmt: skip
    found: list[int] = []
    for start in range(0, len(counts), 50):
        found.extend(db.session.execute(sa.select(*counts[start : start + 50])).one())
    return [dataclasses.replace(one, running=count) for one, count in zip(versions, found, strict=True)]


def _versions(kind: Kind, condition: t.Any, *, limit: int | None = None) -> list[Version]:
    model, column = TABLES[kind]
    query = (
        sa.select(model, column.label("id"), Deployment.deployed_by, Deployment.note)
        .join(Deployment, Deployment.key == model.deployment_key)
        .where(condition)
        .order_by(model.version.desc())
        .limit(limit)
    )
    rows = db.session.execute(query).all()
    names = authors(row.deployed_by for row in rows)
    return [_version(kind, row, names) for row in rows]


def _version(kind: Kind, row: t.Any, names: dict[str, str]) -> Version:
    stored = row[0]
    return Version(
        kind=kind,
        id=row.id,
        key=stored.key,
        number=stored.version,
        file=stored.file,
        sha256=stored.sha256,
        names=stored.names,
        deployed_at=stored.deployed_at,
        username=row.deployed_by,
        author=names.get(row.deployed_by, row.deployed_by),
        note=row.note or "",
    )


def authors(usernames: Iterable[str]) -> dict[str, str]:
    """Names in the language of the page by user name."""
    wanted = set(usernames)
    rows = db.session.execute(sa.select(User.username, User.names).where(User.username.in_(wanted)))
    return {SYSTEM.username: SYSTEM.name} | {username: localised(names, username) for username, names in rows}
