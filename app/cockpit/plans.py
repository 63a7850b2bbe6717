"""What somebody typed for a tool, as the plan that the engine is told. Raises Invalid with what to correct."""

import datetime as dt
import typing as t
from collections.abc import Callable, Mapping

from app.cockpit.tools import Tool
from app.cockpit.variables import typed
from app.engine.expressions import zone
from app.engine.variables import HIDDEN
from app.errors import Invalid

Given = Mapping[str, str]


def plan_of(tool: Tool, given: Given) -> dict[str, t.Any]:
    """Return the plan of an order. Raises Invalid for what is missing or cannot be read."""
    if "name" in tool.fields:
        return {"variables": {_name(given): typed(given.get("value", ""))}}
    return {_KEYS[field]: _READ[field](given) for field in tool.fields}


def _name(given: Given) -> str:
    name = given.get("name", "").strip()
    if not name or name.startswith(HIDDEN):
        raise Invalid("cockpit.variable_needs_name", fields={"name": [("cockpit.variable_needs_name", {})]})
    return name


def _step(given: Given) -> str:
    step = given.get("step", "")
    if not step:
        raise Invalid("cockpit.choose_step", fields={"step": [("cockpit.choose_step", {})]})
    return step


def _assignee(given: Given) -> str:
    who = given.get("assignee", "").strip()
    if not who:
        raise Invalid("cockpit.choose_person", fields={"assignee": [("cockpit.choose_person", {})]})
    return who


def _moment(given: Given) -> str:
    """A moment of the company's clock, as browsers write it."""
    try:
        found = dt.datetime.fromisoformat(given.get("moment", ""))
        return (found if found.tzinfo else found.replace(tzinfo=zone())).astimezone(dt.UTC).isoformat()
    except (ValueError, OverflowError) as error:
        raise Invalid("cockpit.no_moment", fields={"moment": [("cockpit.no_moment", {})]}) from error


_KEYS = {"step": "element", "assignee": "assignee", "moment": "due_at"}
_READ: dict[str, Callable[[Given], str]] = {"step": _step, "assignee": _assignee, "moment": _moment}
