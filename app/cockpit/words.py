"""The words of filters and orders of the list."""

from collections.abc import Mapping

from app import i18n
from app.cockpit import kinds
from app.cockpit.listing import chosen_keys
from app.cockpit.names import process_names
from app.cockpit.selection import ANY_INCIDENT
from app.db import db
from app.engine.models import ProcessDefinition
from app.engine.queries import search
from app.i18n import text as _
from app.people.units import unit_tree


def filter_names() -> dict[str, str]:
    """Return what one can filter by."""
    return {
        "case": _("Case no."),
        "customer": _("Customer"),
        "serial": _("Serial no."),
        "process": _("Process"),
        "version": _("Version"),
        "state": _("State"),
        "step": _("Step"),
        "assignee": _("Assignee"),
        "variable": _("Variable"),
        "older": _("Older than (days)"),
        "incident": _("Incident"),
        "overdue": _("Overdue"),
        "suspended": _("Suspended"),
        "from": _("Started from"),
        "until": _("Started until"),
        "unit": _("Unit"),
        "batch": _("Batch operation"),
        "keys": _("Chosen"),
    }


def filter_value(name: str, value: str, chosen: Mapping[str, str]) -> str:
    """Return a filter's value as its chip shows it."""
    if name == "keys":
        return _("cases: %(count)d", count=len(chosen_keys(value)))
    if name == "process":
        return process_names().get(value, value)
    if name == "step":
        return _step_named(chosen.get("process"), value)
    if name == "state":
        return kinds.state_name(value)
    if name == "unit":
        node = unit_tree().by_code.get(value)
        return node.name if node else value
    if name == "incident":
        return _("any") if value == ANY_INCIDENT else _("at %(step)s", step=_step_of(value))
    return _("yes") if name in {"overdue", "suspended"} else value


def _step_of(cause: str) -> str:
    """Name the step of a cause `process|element|code`."""
    process_id, element_id, _code = [*cause.split("|", 2), "", ""][:3]
    return _step_named(process_id, element_id) or cause


def _step_named(process_id: str | None, element_id: str) -> str:
    newest = search.process_definitions(newest_only=True).where(ProcessDefinition.process_id == process_id)
    known = db.session.scalars(newest).first()
    element = known.elements.get(element_id) if known else None
    return i18n.localised(element["names"], element_id) if element else element_id
