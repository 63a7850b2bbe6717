"""Who, when and on what condition, in words where a diagram writes an expression that people would otherwise decipher.

Only what is known for certain is put into words; any other expression is printed as it stands.
"""

import dataclasses
import re
import typing as t
from collections.abc import Mapping

from app.i18n import language, localised
from app.i18n import lazy_text as _l
from app.i18n import text as _
from app.kernel.model import Element, FlowModel, Lane, ProcessModel, Trigger
from app.people.roles import role_names
from app.studio.comparing.labels import part_name

TRIGGERS: dict[str, t.Any] = {
    "message": _l("message"),
    "signal": _l("signal"),
    "timer": _l("timer"),
    "conditional": _l("condition"),
    "error": _l("error"),
    "escalation": _l("escalation"),
    "compensate": _l("compensation"),
    "cancel": _l("cancellation"),
    "terminate": _l("ends everything"),
    "link": _l("link"),
}
DUE: dict[str, t.Any] = {
    "min": _l("after %(number)s minutes"),
    "h": _l("after %(number)s hours"),
    "d": _l("after %(number)s days"),
    "wh": _l("after %(number)s working hours"),
    "wd": _l("after %(number)s working days"),
}
ISO: dict[str, str] = {"M": "min", "H": "h", "D": "d"}
_DUE = re.compile(r'=\s*due\(\s*now\(\)\s*,\s*"(\d+) ?(min|wh|wd|h|d)"\s*\)')
_ISO = re.compile(r"P(?:(\d+)(D)|T(\d+)([HM]))")
_QUOTED = re.compile(r'"([a-z][a-z0-9_]*)(@?)"')


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """A text for people; `code` when it is an expression that has none."""

    text: str
    code: bool = False


def name_of(thing: Element | FlowModel | Lane | ProcessModel) -> str:
    """The name in the language of the page; empty for what nobody named."""
    return " ".join(localised({"zh": thing.name, "en": thing.name_en or ""}).split())


def called(element: Element) -> str:
    """The name, or the kind of what nobody named."""
    return name_of(element) or part_name(element.kind)


def trigger_name(trigger: Trigger) -> str:
    return str(TRIGGERS.get(trigger.kind, trigger.kind))


def moment(expression: str) -> Words:
    """When something is due or a timer fires."""
    if due := _DUE.fullmatch(expression.strip()):
        number, unit = due.groups()
    elif iso := _ISO.fullmatch(expression.strip()):
        number, unit = iso[1] or iso[3], ISO[iso[2] or iso[4]]
    else:
        return Words(expression.removeprefix("="), code=True)
    return Words(str(DUE[unit]) % {"number": number})


class Cast:
    """The roles of the company, to name those of a diagram."""

    def __init__(self) -> None:
        self._roles: Mapping[str, str] = role_names(language())

    def who(self, element: Element) -> tuple[Words, ...]:
        """Who does a step: its roles by name, and the expression behind them where there is one."""
        assignment = element.assignment
        given = [one for one in (assignment.assignee, assignment.candidate_users, assignment.candidate_groups) if one]
        if not given and element.lane is not None and element.lane.group:
            given = [element.lane.group]
        return tuple(words for one in given for words in self._named(one))

    def _named(self, written: str) -> list[Words]:
        if not written.startswith("="):
            return [Words(self._role(part.strip())) for part in written.split(",") if part.strip()]
        found = [(role, of_unit) for role, of_unit in _QUOTED.findall(written) if role in self._roles]
        named = [
            Words(_("%(role)s of a unit", role=self._roles[role]) if of else self._roles[role]) for role, of in found
        ]
        return [*dict.fromkeys(named), Words(written.removeprefix("="), code=True)]

    def _role(self, group: str) -> str:
        role, at, unit = group.partition("@")
        return self._roles.get(role, role) + (f" ({unit})" if at else "")
