"""Acting on one case or many: which ones, with what, and what would come of it before anything is done."""

import dataclasses
import typing as t
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app import engine, i18n
from app.cockpit.listing import case_numbers, statement
from app.cockpit.names import read
from app.cockpit.plans import plan_of
from app.cockpit.selection import Selection
from app.cockpit.tools import Tool
from app.db import db
from app.engine import Trial
from app.engine.models import MessageSubscription, ProcessInstance, Timer, UserTask
from app.errors import FirstlineError
from app.people.person import Person

SAMPLES = 3
"""Cases named beside a reason."""

Option = tuple[str, str]
_WAITING: dict[str, tuple[t.Any, tuple[sa.ColumnElement[bool], ...]]] = {
    "assign": (UserTask, (UserTask.state == "created",)),
    "due": (UserTask, (UserTask.state == "created",)),
    "fire": (Timer, ()),
    "message": (MessageSubscription, (MessageSubscription.kind == "message",)),
}
"""What waits at the steps that a tool can be used on."""


@dataclasses.dataclass(frozen=True)
class Acting:
    """The page: how many cases fit what is chosen so far, and the steps to choose from."""

    tool: Tool
    selection: Selection
    total: int
    steps: list[Option]
    step: str


@dataclasses.dataclass(frozen=True)
class Group:
    """Cases that would stay for the same reason."""

    reason: str
    count: int
    samples: list[tuple[int, str]]
    """Keys of some of them with the numbers of their cases."""


@dataclasses.dataclass(frozen=True)
class Outlook:
    """What became of the cases it was tried on."""

    tried: int
    staying: list[Group]

    @property
    def well(self) -> int:
        return self.tried - sum(group.count for group in self.staying)


def opened(person: Person, tool: Tool, selection: Selection, given: Mapping[str, str]) -> Acting:
    """Return the page. Raises Forbidden for people who may not use the tool."""
    steps = _steps(person, tool, selection) if "step" in tool.fields else []
    chosen = given.get("step", "")
    step = chosen if chosen in dict(steps) else next((key for key, _name in steps), "")
    if "step" in tool.fields and not step:
        return Acting(tool, selection, 0, [], "")
    return Acting(tool, selection, _count(person, tool, selection, {"element": step}), steps, step)


def _count(person: Person, tool: Tool, selection: Selection, plan: Mapping[str, t.Any]) -> int:
    fitting = engine.concerned(person, tool.kind, statement(person, selection), plan)
    query = sa.select(sa.func.count()).select_from(fitting.with_only_columns(ProcessInstance.key).subquery())
    return db.session.scalar(query) or 0


def _steps(person: Person, tool: Tool, selection: Selection) -> list[Option]:
    """The steps of the chosen cases at which something waits, the most frequent first."""
    model, conditions = _WAITING[tool.kind]
    keys = statement(person, selection).where(ProcessInstance.state == "active").with_only_columns(ProcessInstance.key)
    query = (
        sa.select(model.element_id, sa.func.max(ProcessInstance.process_definition_key).label("definition"))
        .add_columns(sa.func.count().label("number"))
        .join(ProcessInstance, ProcessInstance.key == model.instance_key)
        .where(model.instance_key.in_(keys), *conditions)
        .group_by(model.element_id)
        .order_by(sa.desc("number"), model.element_id)
    )
    rows = db.session.execute(query).all()
    names = read(row.definition for row in rows)
    return [(row.element_id, f"{names.element(row.definition, row.element_id)} ({row.number})") for row in rows]


def tried(person: Person, tool: Tool, selection: Selection, given: Mapping[str, str]) -> Outlook:
    """Try it on the oldest of the cases and take it back. Raises Invalid for what cannot be read."""
    return _outlook(engine.try_batch(person, tool.kind, statement(person, selection), plan_of(tool, given)))


def _outlook(trials: Sequence[Trial]) -> Outlook:
    """Group what would stay by the reason, the commonest first."""
    staying: dict[str, list[int]] = {}
    for trial in trials:
        if trial.refusal is not None:
            staying.setdefault(_said(trial.refusal), []).append(trial.key)
    common = sorted(staying.items(), key=lambda one: -len(one[1]))
    numbers = case_numbers(key for _reason, keys in common for key in keys[:SAMPLES])
    groups = [Group(reason, len(keys), [(key, numbers[key]) for key in keys[:SAMPLES]]) for reason, keys in common]
    return Outlook(len(trials), groups)


def _said(refusal: FirstlineError) -> str:
    return i18n.text(refusal.code, **refusal.params)


def act(person: Person, tool: Tool, page: Acting, given: Mapping[str, str], reason: str) -> tuple[bool, int]:
    """Do it to the one case at once, or order it for the many; returns whether it is an order, and the key."""
    plan = plan_of(tool, given)
    chosen = statement(person, page.selection)
    if page.total != 1:
        return True, engine.order_batch(person, tool.kind, chosen, reason, plan)
    key = db.session.scalars(
        engine.concerned(person, tool.kind, chosen, plan).with_only_columns(ProcessInstance.key)
    ).one()
    engine.act_once(person, tool.kind, key, reason, plan)
    return False, key
