"""The tools of a supervisor in words: what each is called, what it asks for, and what cannot be undone."""

import dataclasses
import typing as t

from app.engine.batch_kinds import KINDS
from app.errors import NotFound
from app.i18n import lazy_text as _l
from app.people import Person, allowed


@dataclasses.dataclass(frozen=True)
class Tool:
    """One tool on one case or many.

    Attributes:
        act: the words on its button.
        order: what an order of it is called, followed by the process.
        explains: what it does, and whether it can be undone.
        fields: what has to be chosen or typed: `step`, `assignee`, `moment`, `name`, `value`.
        undone_by: the tool that takes it back.
    """

    kind: str
    act: t.Any
    order: t.Any
    explains: t.Any
    icon: str
    fields: tuple[str, ...] = ()
    undone_by: str = ""
    danger: bool = False


TOOLS: tuple[Tool, ...] = (
    Tool(
        "retry",
        _l("Retry what failed"),
        _l("Retry what failed: %(process)s"),
        _l("Failed steps run again from where they failed. What fails again stays as it is."),
        "refresh",
    ),
    Tool(
        "suspend",
        _l("Suspend"),
        _l("Suspend: %(process)s"),
        _l(
            "Everything is kept. Timers stand still, steps cannot be completed, and messages wait as long as they live."
        ),
        "pause",
        undone_by="resume",
    ),
    Tool(
        "resume",
        _l("Let it go on"),
        _l("Let go on: %(process)s"),
        _l("What came due meanwhile happens now, once; messages that still live are delivered."),
        "play",
        undone_by="suspend",
    ),
    Tool(
        "variables",
        _l("Set a variable"),
        _l("Set a variable: %(process)s"),
        _l("The variable of the instance is set to one value; what it was before stands in its history."),
        "edit",
        ("name", "value"),
    ),
    Tool(
        "assign",
        _l("Reassign a step"),
        _l("Reassign a step: %(process)s"),
        _l("The open step goes to one person, who must be offered it by the diagram; drafts stay."),
        "user",
        ("step", "assignee"),
    ),
    Tool(
        "due",
        _l("Change a due date"),
        _l("Change a due date: %(process)s"),
        _l("The open step is due at another moment; who has it stays."),
        "cal",
        ("step", "moment"),
    ),
    Tool(
        "fire",
        _l("Fire a timer now"),
        _l("Fire a timer now: %(process)s"),
        _l("What would happen at the time of the timer happens at once. This cannot be undone."),
        "clock",
        ("step",),
    ),
    Tool(
        "message",
        _l("Deliver a message"),
        _l("Deliver a message: %(process)s"),
        _l("The step goes on as if the message it waits for had come. This cannot be undone."),
        "mail",
        ("step",),
    ),
    Tool(
        "cancel",
        _l("Cancel the process"),
        _l("Cancel cases: %(process)s"),
        _l("Open tasks leave every inbox, timers stop, and everything called ends, too. This cannot be undone."),
        "x",
        danger=True,
    ),
)
"""In the order in which menus show them."""
_BY_KIND = {tool.kind: tool for tool in TOOLS}


def tool_of(kind: str) -> Tool:
    """Return a tool by its name in orders and addresses. Raises NotFound."""
    if kind not in _BY_KIND:
        raise NotFound("cockpit.no_such_tool", kind=kind)
    return _BY_KIND[kind]


def known_tool(kind: str) -> Tool | None:
    """The same; None for orders that have a page of their own."""
    return _BY_KIND.get(kind)


def tools_for(person: Person | None) -> list[Tool]:
    """Return the tools that the person may use."""
    return [tool for tool in TOOLS if allowed(person, *KINDS[tool.kind].may)]
