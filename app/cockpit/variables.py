"""The variables of an instance by scope, and what may be typed to correct one."""

import dataclasses
import datetime as dt
import hashlib
import typing as t
from collections.abc import Iterable, Sequence

import orjson
import sqlalchemy as sa

from app.cockpit.names import Names
from app.db import db
from app.engine.models import ElementInstance, Payload, Variable, VariableChange
from app.engine.queries import detail
from app.engine.variables import HIDDEN, VISIBLE
from app.errors import Conflict, Invalid, NotFound
from app.i18n import text as _
from app.people.person import Person

CUT = 160
ROOT = 1
"""The instance's own scope."""


@dataclasses.dataclass(frozen=True)
class Shown:
    """One variable in a row: its type, as much of its value as fits, who wrote it last."""

    scope: int
    name: str
    type: str
    text: str
    cut: bool
    changed_at: dt.datetime | None
    changed_by: str | None


@dataclasses.dataclass(frozen=True)
class Scope:
    """The variables of one scope."""

    token: int
    name: str
    """Empty for the instance itself."""
    variables: list[Shown]


@dataclasses.dataclass(frozen=True)
class Opened:
    """One variable with its whole value, ready to be corrected; `seen` tells later whether it has changed since."""

    scope: int
    name: str
    text: str
    seen: str


def scopes(key: int, changes: Sequence[VariableChange], rows: Sequence[ElementInstance], names: Names) -> list[Scope]:
    """Return the variables of an instance, its own scope first; one statement."""
    query = sa.select(Variable.scope, Variable.name, Variable.value, Payload.size).outerjoin(
        Payload, Payload.sha256 == Variable.payload_hash
    )
    query = query.where(Variable.instance_key == key, VISIBLE)
    written = _last_written(changes)
    elements = {row.token: names.element(row.process_definition_key, row.element_id) for row in rows}
    found: dict[int, list[Shown]] = {ROOT: []}
    for row in db.session.execute(query.order_by(Variable.scope, Variable.name)):
        found.setdefault(row.scope, []).append(_shown(row, written.get((row.scope, row.name))))
    return [
        Scope(token, "" if token == ROOT else elements.get(token, str(token)), some) for token, some in found.items()
    ]


def _last_written(changes: Iterable[VariableChange]) -> dict[tuple[int, str], VariableChange]:
    return {(scope, name): change for change in changes for scope, name, _value in change.changes}


def _shown(row: t.Any, change: VariableChange | None) -> Shown:
    if row.value is None:
        kind, text, cut = _("large"), _("%(size)d kB", size=(row.size or 0) // 1000), True
    else:
        kind, text = type_name(orjson.loads(row.value)), row.value
        cut = len(text) > CUT
    return Shown(
        scope=row.scope,
        name=row.name,
        type=kind,
        text=text[:CUT] + "…" if cut and row.value is not None else text,
        cut=cut,
        changed_at=change.changed_at if change else None,
        changed_by=change.changed_by if change else None,
    )


def type_name(value: t.Any) -> str:
    """Return the type of a JSON value in words."""
    if isinstance(value, bool):
        return _("yes/no")
    names = {str: _("text"), int: _("number"), float: _("number"), list: _("list"), dict: _("record")}
    return names.get(type(value), _("empty value"))


def opened(person: Person, key: int, scope: int, name: str) -> Opened:
    """Return one variable with its whole value. Raises NotFound."""
    detail.get_instance(person, key)
    row = None if name.startswith(HIDDEN) else db.session.get(Variable, (key, scope, name), populate_existing=True)
    if row is None:
        raise NotFound("cockpit.no_such_variable", name=name)
    value = orjson.dumps(detail.variable_value(row), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    return Opened(scope, name, value.decode(), fingerprint(row))


def fingerprint(row: Variable | None) -> str:
    """Return a short mark of a variable's present value; empty when there is none."""
    return hashlib.sha256(f"{row.value}{row.payload_hash}".encode()).hexdigest()[:16] if row else ""


def require_unchanged(key: int, scope: int, name: str, seen: str) -> None:
    """Raise Conflict when the variable is not what the person saw when they began to correct it."""
    row = db.session.get(Variable, (key, scope, name), populate_existing=True)
    if fingerprint(row) != seen:
        raise Conflict("cockpit.variable_changed", name=name)


def typed(text: str) -> t.Any:
    """Return the JSON value somebody typed. Raises Invalid with the place of the fault."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise Invalid("cockpit.not_json", fields={"value": [("cockpit.not_json", place)]}) from error
