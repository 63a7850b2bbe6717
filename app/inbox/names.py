"""Names for ids: people, roles, units, processes, steps. Each function is one statement for any number of ids."""

import re
import typing as t
from collections.abc import Iterable

import sqlalchemy as sa

from app import i18n
from app.db import db
from app.engine import catalogue
from app.engine.models import ProcessDefinition, UserTask
from app.i18n import text as _
from app.kernel.model import Element, ProcessModel
from app.people.models import Role, User
from app.people.units import unit_tree

_ALLOWED = re.compile(r'due\([^"]*"(\d+) (wh|wd)"\)')


def people_named(usernames: Iterable[str | None]) -> dict[str, str]:
    """Return display names by username; a username without an account stands for itself."""
    wanted = sorted({name for name in usernames if name})
    if not wanted:
        return {}
    rows = db.session.execute(sa.select(User.username, User.names).where(User.username.in_(wanted)))
    found = {row.username: i18n.localised(row.names, row.username) for row in rows}
    return {name: found.get(name, name) for name in wanted}


def roles_named(roles: Iterable[str]) -> dict[str, str]:
    """Return the names of roles."""
    wanted = sorted(set(roles))
    rows = db.session.execute(sa.select(Role.id, Role.names).where(Role.id.in_(wanted)))
    found = {row.id: i18n.localised(row.names, row.id) for row in rows}
    return {name: found.get(name, name) for name in wanted}


def unit_name(code: str) -> str:
    """Return a unit's name; its code when there is no such unit."""
    node = unit_tree().by_code.get(code)
    return node.name if node else code


def process_name(process_id: str) -> str:
    """Return the newest name of a process; its id when there is none."""
    newest = sa.select(ProcessDefinition.names).where(ProcessDefinition.process_id == process_id)
    names = db.session.scalars(newest.order_by(ProcessDefinition.version.desc()).limit(1)).first()
    return i18n.localised(names, process_id)


def step_name(element_id: str) -> str:
    """Return the name of a step as its newest open task carries it; its id when nobody has such a task."""
    newest = sa.select(UserTask.names).where(UserTask.element_id == element_id, UserTask.state == "created")
    names = db.session.scalars(newest.order_by(UserTask.key.desc()).limit(1)).first()
    return i18n.localised(names, element_id)


def models_of(definition_keys: Iterable[int]) -> dict[int, ProcessModel]:
    """Return the diagrams of process versions, from memory when they have been read before."""
    versions = (catalogue.version_by_key(db.session, "process", key) for key in set(definition_keys))
    return {one.key: catalogue.process_model(db.session, one.sha256, one.id) for one in versions}


def shown(drawn: t.Any) -> str:
    """Return the name of a process, lane, element or flow in the present language."""
    return i18n.localised({"zh": drawn.name, "en": drawn.name_en or ""}, drawn.name or drawn.id)


def allowance(element: Element | None) -> str:
    """Say how long the diagram gives for a step, e.g. “4 working hours”; empty when it sets no such time."""
    rule = _ALLOWED.search(element.schedule.due_date or "") if element else None
    if rule is None:
        return ""
    count, in_hours = int(rule[1]), rule[2] == "wh"
    if count == 1:
        return _("1 working hour") if in_hours else _("1 working day")
    return _("%(count)d working hours", count=count) if in_hours else _("%(count)d working days", count=count)
