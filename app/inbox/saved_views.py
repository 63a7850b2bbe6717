"""Lists kept under a name, for oneself or for the people of a unit. The address is the list; a view is an address."""

import dataclasses
import functools
import typing as t
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa

from app import clock
from app.db import db, transaction
from app.errors import Forbidden, Invalid, NotFound
from app.inbox import sharing
from app.inbox.models import SavedView
from app.inbox.selection import Selection
from app.people.access import require
from app.people.person import STAFF, Person

LONGEST_NAME = 60
MOST = 50
"""Views shown in the list on the left; whoever keeps more sees the oldest ones by their address only."""

COUNTED = 9
"""Views that say how many tasks they hold, those with a key: a rare text is looked for in all tasks of a folder."""


@dataclasses.dataclass(frozen=True)
class View:
    """A saved view as the list on the left shows it. `removable` says that the person may take it away."""

    id: int
    name: str
    selection: Selection
    shared: bool
    own: bool
    removable: bool

    def shows(self, selection: Selection) -> bool:
        """Whether a list is this view, on whatever page of it one is."""
        return self.selection.query() == selection.query(after=None)


def views_of(person: Person) -> list[View]:
    """Return the person's own views and those of their units, by name; one statement."""
    rows = db.session.execute(
        _select_views(sharing.sees_all(person)), {"a_person": person.id, "units": sharing.unit_ids(person)}
    )
    return [_view(person, row.SavedView) for row in rows]


@functools.cache
def _select_views(everything: bool) -> sa.Select[t.Any]:
    """Built once for each kind of reader: every page of the inbox asks it."""
    shared: sa.ColumnElement[bool] = SavedView.unit_id.in_(sa.bindparam("units", expanding=True))
    if everything:
        shared = SavedView.unit_id.is_not(None)
    mine = SavedView.owner_id == sa.bindparam("a_person")
    return sa.select(SavedView).where(sa.or_(mine, shared)).order_by(SavedView.name, SavedView.id).limit(MOST)


def save_view(person: Person, name: str, selection: Selection, unit: str = "") -> SavedView:
    """Keep a list under a name; the same name again replaces one's own view.

    :param unit: code of one of the person's units, whose people shall see it as well.

    Raises Invalid for a name that is empty or too long, Forbidden for a unit that is not the person's.
    """
    require(person, STAFF)
    settled = name.strip()
    if not settled or len(settled) > LONGEST_NAME:
        said = ("inbox.view_name", {"most": LONGEST_NAME})
        raise Invalid("inbox.view_name", fields={"name": [said]}, most=LONGEST_NAME)
    unit_id = sharing.require_unit(person, unit)
    with transaction() as session:
        same = sa.select(SavedView).where(SavedView.owner_id == person.id, SavedView.name == settled)
        view = session.scalars(same).one_or_none() or SavedView(owner_id=person.id, name=settled)
        view.unit_id = unit_id
        view.query = urlencode(selection.query(after=None))[:1000]
        view.saved_at = clock.now()
        session.add(view)
        return t.cast(SavedView, view)


def remove_view(person: Person, view_id: int) -> str:
    """Take a view away and return its name: its owner may, and a supervisor of the unit that shares it."""
    require(person, STAFF)
    with transaction() as session:
        view = session.get(SavedView, view_id)
        if view is None or not sharing.sees(person, view):
            raise NotFound("inbox.no_such_view")
        if not sharing.may_remove(person, view):
            raise Forbidden("inbox.view_of_somebody_else")
        session.delete(view)
        return t.cast(str, view.name)


def _view(person: Person, row: SavedView) -> View:
    return View(
        id=row.id,
        name=row.name,
        selection=Selection.of(dict(parse_qsl(row.query))),
        shared=row.unit_id is not None,
        own=row.owner_id == person.id,
        removable=sharing.may_remove(person, row),
    )
