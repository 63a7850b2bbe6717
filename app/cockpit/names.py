"""Names for ids. Everything one page names is read in a fixed number of statements."""

import dataclasses
import typing as t
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from app import i18n
from app.db import db
from app.engine.models import ProcessDefinition
from app.engine.queries import search
from app.people.models import Role, User
from app.web.elements import kind_name

_DRAWN = (
    ProcessDefinition.key,
    ProcessDefinition.process_id,
    ProcessDefinition.version,
    ProcessDefinition.names,
    ProcessDefinition.elements,
)


@dataclasses.dataclass(frozen=True)
class Names:
    """The names of people, roles and drawn things that one page shows."""

    people: Mapping[str, str]
    roles: Mapping[str, str]
    drawn: Mapping[int, t.Any]
    processes: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def person(self, username: str | None) -> str:
        """Return a display name; a username without an account stands for itself."""
        return self.people.get(username, username) if username else ""

    def process(self, definition_key: int) -> str:
        """Return the name of a version's process."""
        drawn = self.drawn.get(definition_key)
        return i18n.localised(drawn.names, drawn.process_id) if drawn else ""

    def element(self, definition_key: int | None, element_id: str | None) -> str:
        """Return an element's name; what has none is called by its kind."""
        if element_id is None:
            return ""
        drawn = self.drawn.get(definition_key or 0)
        element = drawn.elements.get(element_id) if drawn else None
        if element is None:
            # An incident or a listener may stand at the process itself.
            return self.process(drawn.key) if drawn and element_id == drawn.process_id else element_id
        return i18n.localised(element["names"]) or kind_name(element["kind"])

    def kind(self, definition_key: int, element_id: str) -> str:
        """Return the BPMN kind of an element; empty when it is not drawn."""
        drawn = self.drawn.get(definition_key)
        return str(drawn.elements.get(element_id, {}).get("kind", "")) if drawn else ""


def read(
    definitions: Iterable[int | None],
    *,
    people: Iterable[str | None] = (),
    roles: Iterable[str] = (),
) -> Names:
    """Read the names of what a page shows: at most three statements."""
    return Names(people_named(people), roles_named(roles), drawn(definitions), process_names())


def people_named(usernames: Iterable[str | None]) -> dict[str, str]:
    """Return display names by username."""
    wanted = sorted({name for name in usernames if name})
    if not wanted:
        return {}
    rows = db.session.execute(sa.select(User.username, User.names).where(User.username.in_(wanted)))
    return {row.username: i18n.localised(row.names, row.username) for row in rows}


def roles_named(roles: Iterable[str]) -> dict[str, str]:
    """Return the names of roles by id."""
    wanted = sorted(set(roles))
    if not wanted:
        return {}
    rows = db.session.execute(sa.select(Role.id, Role.names).where(Role.id.in_(wanted)))
    return {row.id: i18n.localised(row.names, row.id) for row in rows}


def drawn(definitions: Iterable[int | None]) -> dict[int, t.Any]:
    """Return what lists need of process versions, by key."""
    wanted = sorted({key for key in definitions if key is not None})
    if not wanted:
        return {}
    return {row.key: row for row in db.session.execute(sa.select(*_DRAWN).where(ProcessDefinition.key.in_(wanted)))}


def process_names() -> dict[str, str]:
    """Return the names of all processes by id, each from its newest version."""
    newest = search.process_definitions(newest_only=True)
    rows = db.session.execute(newest.with_only_columns(ProcessDefinition.process_id, ProcessDefinition.names))
    return {row.process_id: i18n.localised(row.names, row.process_id) for row in rows}
