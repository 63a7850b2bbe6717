"""The columns of the list: what each is called, and its text in a spreadsheet."""

import typing as t
from collections.abc import Callable

from app.cockpit import kinds
from app.cockpit.listing import Row
from app.engine.expressions import zone
from app.i18n import text as _


def column_names() -> dict[str, str]:
    """Return what the columns are called."""
    return {
        "case": _("Case no."),
        "customer": _("Customer"),
        "serial": _("Serial no."),
        "why": _("Why it is not moving"),
        "whose": _("With whom"),
        "process": _("Process"),
        "unit": _("Unit"),
        "state": _("State"),
        "due": _("Due"),
        "started": _("Start"),
        "ended": _("End"),
    }


def cell(name: str, row: Row) -> str:
    """Return a column's text in a row."""
    return _CELLS[name](row)


def state_of(row: Row) -> str:
    """Return the state of a row in words, as the page marks it."""
    if row.stuck:
        return _("Incident")
    return _("Suspended") if row.instance.suspended_at else kinds.state_name(row.instance.state)


def _moment(when: t.Any) -> str:
    return when.astimezone(zone()).strftime("%Y-%m-%d %H:%M") if when else ""


_CELLS: dict[str, Callable[[Row], str]] = {
    "case": lambda row: row.case.case_no if row.case else str(row.instance.key),
    "customer": lambda row: row.case.customer.name if row.case and row.case.customer else "",
    "serial": lambda row: (row.case.serial_no or "") if row.case else "",
    "why": lambda row: row.why,
    "whose": lambda row: row.whose,
    "process": lambda row: f"{row.process} v{row.instance.process_version}",
    "unit": lambda row: row.unit,
    "state": state_of,
    "due": lambda row: _moment(row.due_at),
    "started": lambda row: _moment(row.instance.started_at),
    "ended": lambda row: _moment(row.instance.ended_at),
}
