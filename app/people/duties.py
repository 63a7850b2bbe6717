"""Separation of duties (rule RL47): who approves did not ask, who visits did not serve, who verifies is not checked.

The rules are data and the functions are pure. The engine hands in what was done so far in the case; administrators
may overrule, which the engine writes as an audit row.
"""

import dataclasses
from collections.abc import Iterable

from app.errors import Forbidden
from app.people.access import roles_at
from app.people.person import Person


@dataclasses.dataclass(frozen=True, kw_only=True)
class Act:
    """A user task that somebody finished, or is about to take.

    Attributes:
        username: who did it; empty for the act being judged.
        role: candidate role of the task.
        instance_key: process instance, so that a rule can look at one run only.
    """

    username: str = ""
    role: str = ""
    process_id: str = ""
    element_id: str = ""
    instance_key: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Duty:
    """Which tasks a rule speaks of. An empty attribute does not narrow.

    Attributes:
        steps: (process id, beginning of element id) pairs.
        words: words of the element id, one of which must occur, e.g. `approve` in `s050_approve_order`.
    """

    roles: frozenset[str] = frozenset()
    steps: frozenset[tuple[str, str]] = frozenset()
    words: frozenset[str] = frozenset()

    def covers(self, act: Act) -> bool:
        """Whether the act is of this duty."""
        if self.roles and act.role not in self.roles:
            return False
        if not self.steps and not self.words:
            return True
        at_step = any(act.process_id == process and act.element_id.startswith(step) for process, step in self.steps)
        return at_step or not self.words.isdisjoint(act.element_id.split("_"))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rule:
    """Nobody may do `acting` who has done `earlier`, or who holds one of `holding` at the unit concerned.

    Attributes:
        id: last part of the message code `people.duty.<id>`.
        same_run: look at acts of the same process instance only; otherwise at the whole case.
    """

    id: str
    acting: Duty
    earlier: Duty
    holding: frozenset[str] = frozenset()
    same_run: bool = False


SERVING = frozenset(
    {
        "chief_engineer",
        "depot_technician",
        "field_engineer",
        "network_engineer",
        "processing_agent",
        "repair_analyst",
        "repair_section_chief",
        "repair_worker",
        "service_assistant",
        "service_staff",
        "solder_worker",
        "support_technician",
        "system_repair_handler",
        "transmission_repair_analyst",
    }
)
OUTLET_STAFF = frozenset({"outlet_supervisor", "repair_receptionist", "repair_analyst", "repair_worker", "inspector"})
VISITING = frozenset({"return_visitor", "supervision_agent", "complaint_followup_clerk", "service_monitor"})
APPROVING = Duty(
    words=frozenset({"approve", "approval"}),
    # Steps at which a price or an amount is approved although their names do not say so.
    steps=frozenset({("repair_quotation_payment", "s040"), ("goods_exchange", "s030")}),
)

RULES = (
    Rule(id="approver_requester", acting=APPROVING, earlier=Duty(), same_run=True),
    Rule(id="visitor_server", acting=Duty(roles=VISITING), earlier=Duty(roles=SERVING)),
    Rule(
        id="callback_outlet",
        acting=Duty(roles=frozenset({"data_callback_clerk"})),
        earlier=Duty(roles=OUTLET_STAFF),
        holding=OUTLET_STAFF,
    ),
)


def broken_rules(
    username: str, roles: Iterable[str], act: Act, history: Iterable[Act], rules: Iterable[Rule] = RULES
) -> tuple[Rule, ...]:
    """Return the rules that would be broken if this user did the act.

    :param roles: roles the user holds at the unit the act is about.
    :param history: finished acts of the case, all people, any order.
    """
    held = frozenset(roles)
    own = [past for past in history if past.username == username]
    return tuple(rule for rule in rules if rule.acting.covers(act) and _breaks(rule, held, act, own))


def _breaks(rule: Rule, held: frozenset[str], act: Act, own: list[Act]) -> bool:
    if not rule.holding.isdisjoint(held):
        return True
    return any(
        rule.earlier.covers(past)
        # Doing the same duty again, e.g. approving the corrected quote, is what the rule wants.
        and not rule.acting.covers(past)
        and not (rule.same_run and past.instance_key != act.instance_key)
        for past in own
    )


def check_duties(person: Person, act: Act, history: Iterable[Act], unit: str | None = None) -> bool:
    """Raise Forbidden if the person may not do the act; return True if an administrator overrules a rule by doing it.

    The caller writes the audit row with `overruled=True` then. A substitute is judged by their own deeds.
    """
    held = roles_at(person, unit) if unit else ()
    broken = broken_rules(person.username, held, act, history)
    if broken and not person.administrator:
        raise Forbidden(f"people.duty.{broken[0].id}")
    return bool(broken)
