"""One page of a list: the folder's fast scan in the default order, any other order and every filter by condition."""

import base64
import dataclasses
import datetime as dt
import typing as t

import orjson
import sqlalchemy as sa

from app.db import db
from app.desk.lookup import serial_form
from app.desk.models import Asset, Case, Customer
from app.engine.models import UserTask
from app.engine.queries import Sort, inbox, paginate
from app.engine.queries.inbox import Position, position_of
from app.engine.queries.inbox_statements import LISTED
from app.errors import BadRequest
from app.inbox.folders import MINE, TEAM, Folder, Viewer, folder_named
from app.inbox.selection import Selection
from app.people.units import unit_tree

PAGE = 50
DUE = ("overdue", "today", "week", "none")


@dataclasses.dataclass(frozen=True)
class Listed:
    """Tasks of one page, and the cursor of the next one."""

    tasks: list[inbox.Listed]
    after: str | None


def listed(viewer: Viewer, folder: Folder, selection: Selection) -> Listed:
    """Return one page. Raises BadRequest for a cursor that belongs to another order."""
    if selection.plain:
        return _in_default_order(viewer, folder, selection.after)
    query = _matching(sa.select(*LISTED), viewer, folder, selection)
    columns = [Sort(_COLUMNS[key.name], key.descending) for key in selection.sort] or [Sort(UserTask.due_sort)]
    page = paginate(query, columns, UserTask.key, limit=PAGE, after=selection.after or None, count_up_to=0)
    return Listed(page.items, page.after)


def counted(viewer: Viewer, selections: t.Sequence[Selection]) -> list[int]:
    """Return how many tasks each list holds, at most COUNT_UP_TO + 1; one statement however many lists there are.

    No index serves a filter, so a list that holds little is looked for among all tasks of its folder.
    """
    if not selections:
        return []
    counts = [
        sa.select(sa.func.count())
        .select_from(
            _matching(sa.select(UserTask.key), viewer, folder_named(viewer, each.folder), each)
            .limit(inbox.COUNT_UP_TO + 1)
            .subquery()
        )
        .scalar_subquery()
        for each in selections
    ]
    return list(db.session.execute(sa.select(*counts)).one())


def _matching(query: sa.Select[t.Any], viewer: Viewer, folder: Folder, selection: Selection) -> sa.Select[t.Any]:
    query = query.where(UserTask.state == "created", folder.condition(viewer))
    query = query.outerjoin(Case, Case.id == UserTask.case_id).outerjoin(Customer, Customer.id == Case.customer_id)
    for name, value in selection.filters:
        query = query.where(_CONDITIONS[name](viewer, value))
    return query


def _in_default_order(viewer: Viewer, folder: Folder, after: str) -> Listed:
    tasks = folder.page(viewer, PAGE + 1, _position(after) if after else None)
    more = len(tasks) > PAGE
    return Listed(tasks[:PAGE], _cursor(position_of(tasks[PAGE - 1])) if more else None)


def _cursor(position: Position) -> str:
    parts = [position.due_sort.isoformat(), position.created_at.isoformat(), position.key]
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode()


def _position(cursor: str) -> Position:
    try:
        due, created, key = orjson.loads(base64.urlsafe_b64decode(cursor))
        return Position(dt.datetime.fromisoformat(due), dt.datetime.fromisoformat(created), int(key))
    except (ValueError, TypeError) as error:
        raise BadRequest("engine.bad_cursor") from error


_COLUMNS: dict[str, t.Any] = {
    "due": UserTask.due_sort,
    "priority": Case.priority,
    "created": UserTask.created_at,
    "case": Case.case_no,
    "customer": Customer.name,
    "process": UserTask.process_id,
    "step": UserTask.element_id,
    "assignee": UserTask.assignee,
}


def _like(column: t.Any, text: str) -> sa.ColumnElement[bool]:
    condition: sa.ColumnElement[bool] = column.icontains(text, autoescape=True)
    return condition


def _customer(_viewer: Viewer, text: str) -> sa.ColumnElement[bool]:
    return sa.or_(_like(Customer.name, text), _like(Customer.name_en, text))


def _serial(_viewer: Viewer, text: str) -> sa.ColumnElement[bool]:
    number = serial_form(text)
    by_imei = sa.select(Asset.id).where(Asset.imei.startswith(number, autoescape=True))
    return sa.or_(_like(Case.serial_no, number), Case.asset_id.in_(by_imei))


def _unit(viewer: Viewer, code: str) -> sa.ColumnElement[bool]:
    tree = unit_tree(viewer.person.unit_version)
    return UserTask.unit_id.in_([tree.by_code[below].id for below in tree.below(code)])


def _due(viewer: Viewer, word: str) -> sa.ColumnElement[bool]:
    if word == "none":
        return UserTask.due_at.is_(None)
    until = {"overdue": viewer.now, "today": viewer.tomorrow, "week": viewer.tomorrow + dt.timedelta(days=6)}
    return UserTask.due_sort < until.get(word, viewer.now)


_CONDITIONS: dict[str, t.Callable[[Viewer, str], sa.ColumnElement[bool]]] = {
    "case": lambda _viewer, text: _like(Case.case_no, text),
    "customer": _customer,
    "serial": _serial,
    "process": lambda _viewer, name: UserTask.process_id == name,
    "step": lambda _viewer, name: UserTask.element_id == name,
    "unit": _unit,
    "priority": lambda _viewer, word: Case.priority == word,
    "due": _due,
}


def open_steps(viewer: Viewer) -> list[UserTask]:
    """Return one open task of every step the person's lists hold, for the choices of the filter."""
    newest = (
        sa.select(sa.func.max(UserTask.key))
        .where(UserTask.state == "created", sa.or_(MINE.condition(viewer), TEAM.condition(viewer)))
        .group_by(UserTask.process_id, UserTask.element_id)
    )
    query = sa.select(UserTask).where(UserTask.key.in_(newest)).order_by(UserTask.process_id, UserTask.element_id)
    return list(db.session.execute(query).scalars())
