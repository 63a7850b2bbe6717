"""What starts a process from outside, read off its start events."""

import datetime as dt
import typing as t
from collections.abc import Mapping

from flask import current_app

from app.engine.expressions import constant
from app.feel import FeelError
from app.kernel import timers
from app.kernel.errors import BadTime, KernelError, NotAName, TooLong, shown
from app.kernel.model import Element, ProcessModel, Trigger

LONGEST_NAME = 200


class BadStart(Exception):
    """A start event from which nobody can tell when, or by what, the process starts."""

    def __init__(self, start: Element, place: str, code: str, params: Mapping[str, t.Any]) -> None:
        super().__init__(code, params)
        self.start = start
        self.code = code
        self.params = {**params, "property": place}


def start_subscriptions(process: ProcessModel, now: dt.datetime) -> list[dict[str, t.Any]]:
    """Return the columns of each start subscription of a version deployed now. Raises BadStart."""
    return [
        _columns(start, trigger, now)
        for start in process.starts
        for trigger in start.triggers
        if trigger.kind in {"message", "signal", "timer"}
    ]


def _columns(start: Element, trigger: Trigger, now: dt.datetime) -> dict[str, t.Any]:
    columns: dict[str, t.Any] = {"element_id": start.id, "kind": trigger.kind}
    timed = trigger.kind == "timer"
    try:
        return columns | (_clock(trigger, now) if timed else {"name": _name(trigger)})
    except (KernelError, FeelError) as error:
        raise BadStart(start, "timer" if timed else f"{trigger.kind}Name", error.code, error.params) from error


def _name(trigger: Trigger) -> str:
    name = constant(trigger.name)
    if not isinstance(name, str) or not name:
        raise NotAName(value=shown(name))
    if len(name) > LONGEST_NAME:
        raise TooLong(length=len(name), limit=LONGEST_NAME)
    return name


def _clock(trigger: Trigger, now: dt.datetime) -> dict[str, t.Any]:
    text = constant(trigger.expression)
    if trigger.timer is None or not isinstance(text, str):
        raise BadTime(value=shown(text))
    due = timers.due(trigger.timer, text, now.astimezone(current_app.extensions["engine_zone"]))
    return {"due_at": due.at, "interval": due.interval, "repeats_left": due.repeats}
