"""What starts a process from outside, read off its start events."""

import datetime as dt
import typing as t

from flask import current_app

from app.engine.expressions import constant
from app.kernel import timers
from app.kernel.errors import BadTime
from app.kernel.model import Element, ProcessModel, Trigger


def start_subscriptions(process: ProcessModel, now: dt.datetime) -> list[dict[str, t.Any]]:
    """Return the columns of each start subscription of a version deployed now."""
    return [
        _columns(start, trigger, now)
        for start in process.starts
        for trigger in start.triggers
        if trigger.kind in {"message", "signal", "timer"}
    ]


def _columns(start: Element, trigger: Trigger, now: dt.datetime) -> dict[str, t.Any]:
    columns: dict[str, t.Any] = {"element_id": start.id, "kind": trigger.kind}
    if trigger.kind == "timer":
        return columns | _clock(trigger, now)
    return columns | {"name": constant(trigger.name)}


def _clock(trigger: Trigger, now: dt.datetime) -> dict[str, t.Any]:
    text = constant(trigger.expression)
    if trigger.timer is None or not isinstance(text, str):
        raise BadTime(text=text)
    due = timers.due(trigger.timer, text, now.astimezone(current_app.extensions["engine_zone"]))
    return {"due_at": due.at, "interval": due.interval, "repeats_left": due.repeats}
