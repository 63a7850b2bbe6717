"""What every intervention in a running instance needs: the right, a reason, and a line in the audit."""

import typing as t
from collections.abc import Mapping

from app.engine.models import ProcessInstance
from app.errors import Invalid
from app.people import audit
from app.people.person import PROCESS_OWNER, SUPERVISOR, Person

if t.TYPE_CHECKING:
    from app.engine.command import Command

MAY_MOVE = (SUPERVISOR, PROCESS_OWNER)
"""Who may move tokens and instances: process owners change the business, and that includes what is under way."""


def require_reason(reason: str) -> None:
    """Raise Invalid for an empty reason."""
    if not reason.strip():
        raise Invalid("engine.reason_needed", fields={"reason": [("engine.reason_needed", {})]})


def record(
    command: "Command",
    person: Person,
    what: str,
    instance: ProcessInstance,
    reason: str = "",
    detail: Mapping[str, t.Any] | None = None,
) -> None:
    """Write the audit line `engine:instance:<what>` of an intervention."""
    audit.record(
        command.session,
        person,
        f"engine:instance:{what}",
        f"instance:{instance.key}",
        reason,
        detail,
        instance_key=instance.key,
        case_id=instance.case_id,
    )
