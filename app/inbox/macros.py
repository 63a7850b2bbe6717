"""Macros: a remark, values of a step's form and an act, done together as often as they are needed.

A macro does nothing that the person could not do by hand: every part goes through the engine's own functions, all in
one transaction, so that what is refused leaves nothing half done.
"""

import datetime as dt
import typing as t
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from app import clock, engine
from app.db import db, transaction
from app.engine.expressions import zone
from app.engine.models import UserTask
from app.engine.queries import detail
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.inbox import sharing
from app.inbox.models import Macro
from app.people.access import require
from app.people.person import STAFF, Person

ACTS = ("keep", "complete", "put_off", "hand_back")
"""What a macro does in the end: nothing more, complete the task, put it off for some days, hand it back."""
LONGEST_NAME = 60
LONGEST_REMARK = 1000
MOST_DAYS = 60
MORNING = dt.time(9)


def macros_for(person: Person, task: UserTask) -> list[Macro]:
    """Return the macros for a task's step that are the person's own or shared with them, by name; one statement."""
    return macros_for_tasks(person, [task])


def macros_for_tasks(person: Person, tasks: Sequence[UserTask]) -> list[Macro]:
    """Return the macros that fit at least one of some tasks."""
    steps = {(task.process_id, task.element_id) for task in tasks}
    if not steps:
        return []
    fits = sa.or_(*(sa.and_(Macro.process_id == process, Macro.element_id == step) for process, step in sorted(steps)))
    found = db.session.scalars(sa.select(Macro).where(fits).order_by(Macro.name, Macro.id))
    return [macro for macro in found if sharing.sees(person, macro)]


def save_macro(
    person: Person,
    task_key: int,
    *,
    name: str,
    unit: str = "",
    remark: str = "",
    fields: Iterable[str] = (),
    act: str = "keep",
    days: int = 1,
) -> Macro:
    """Make a macro of what stands in a task's form now; the same name again replaces one's own macro.

    :param fields: keys of the fields whose present values it keeps.
    :param unit: code of one of the person's units, whose people shall use it as well.
    """
    require(person, STAFF)
    settled = name.strip()
    _check(settled, remark, act, days)
    unit_id = sharing.require_unit(person, unit)
    task = detail.get_task(person, task_key)
    filled = filled_in(person, task_key)
    entries = {key: filled[key] for key in fields if key in filled}
    if not entries and not remark.strip() and act == "keep":
        raise Invalid("inbox.macro_does_nothing")
    with transaction() as session:
        step = (Macro.process_id == task.process_id, Macro.element_id == task.element_id)
        same = sa.select(Macro).where(Macro.owner_id == person.id, Macro.name == settled, *step)
        macro = session.scalars(same).one_or_none() or Macro(
            owner_id=person.id, name=settled, process_id=task.process_id, element_id=task.element_id
        )
        macro.unit_id, macro.remark, macro.entries = unit_id, remark.strip(), entries
        macro.act, macro.days, macro.saved_at = act, days, clock.now()
        session.add(macro)
        return t.cast(Macro, macro)


def remove_macro(person: Person, macro_id: int) -> str:
    """Take a macro away and return its name: its owner may, and a supervisor one that is shared."""
    require(person, STAFF)
    with transaction() as session:
        macro = _seen(person, macro_id)
        if not sharing.may_remove(person, macro):
            raise Forbidden("inbox.macro_of_somebody_else")
        session.delete(macro)
        return macro.name


def apply_macro(person: Person, macro_id: int, task_key: int) -> bool:
    """Run a macro on a task, which is claimed first when nobody has it; False when a program is asked first.

    Raises Conflict for a task of another step, and whatever its parts raise; then nothing has happened.
    """
    require(person, STAFF)
    with transaction():
        macro, task = _seen(person, macro_id), detail.get_task(person, task_key)
        if (macro.process_id, macro.element_id) != (task.process_id, task.element_id):
            raise Conflict("inbox.macro_of_another_step", name=macro.name)
        if task.assignee is None and macro.act != "hand_back" and not engine.claim_task(person, task_key):
            return False
        if macro.remark:
            engine.add_comment(person, engine.Place(task_key=task_key), macro.remark)
        if macro.entries:
            engine.save_draft(person, task_key, filled_in(person, task_key) | macro.entries)
        return _finish(person, macro, task_key)


def _finish(person: Person, macro: Macro, task_key: int) -> bool:
    if macro.act == "complete":
        return engine.complete_task(person, task_key, filled_in(person, task_key))
    if macro.act == "put_off":
        day = clock.now().astimezone(zone()).date() + dt.timedelta(days=macro.days)
        until = dt.datetime.combine(day, MORNING, zone())
        return engine.update_task(person, task_key, follow_up_at=until, reason=macro.name)
    if macro.act == "hand_back":
        return engine.release_task(person, task_key, macro.remark or macro.name)
    return True


def filled_in(person: Person, task_key: int) -> dict[str, t.Any]:
    """Return what stands in a task's form: what it opens with, and what the person has typed over it."""
    opened = engine.open_form(person, task_key)
    return {**opened.data, **(opened.draft or {})}


def field_labels(schema: Mapping[str, t.Any]) -> dict[str, str]:
    """Return the label of each field of a form in the page's language, by key."""
    return {field["key"]: str(field.get("label") or field["key"]) for field in _fields(schema) if field.get("key")}


def _fields(component: Mapping[str, t.Any]) -> t.Iterator[Mapping[str, t.Any]]:
    for inner in component.get("components", ()):
        yield inner
        yield from _fields(inner)


def _check(name: str, remark: str, act: str, days: int) -> None:
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(
            "inbox.macro_name", fields={"name": [("inbox.macro_name", {"most": LONGEST_NAME})]}, most=LONGEST_NAME
        )
    if len(remark) > LONGEST_REMARK:
        raise Invalid("inbox.macro_remark", most=LONGEST_REMARK)
    if act not in ACTS or not 1 <= days <= MOST_DAYS:
        raise Invalid("inbox.macro_act", most=MOST_DAYS)


def _seen(person: Person, macro_id: int) -> Macro:
    macro = db.session.get(Macro, macro_id)
    if macro is None or not sharing.sees(person, macro):
        raise NotFound("inbox.no_such_macro")
    return macro
