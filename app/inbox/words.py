"""The words of filters and orders."""

from markupsafe import Markup, escape

from app import i18n
from app.engine.queries.inbox import Listed
from app.i18n import text as _
from app.inbox.names import process_name, step_name, unit_name
from app.inbox.selection import SORTS

PRIORITIES = ("P1", "P2", "P3", "P4")


def sort_names() -> dict[str, str]:
    """Return what one can sort by."""
    return {
        "due": _("Urgency"),
        "priority": _("Priority"),
        "created": _("Arrival"),
        "case": _("Case no."),
        "customer": _("Customer"),
        "process": _("Process"),
        "step": _("Step"),
        "assignee": _("Assignee"),
    }


def sort_choices() -> list[tuple[str, str]]:
    """Return the choices of a sort field, each in both directions."""
    names = sort_names()
    choices = [("", "–")]
    for name in SORTS:
        choices += [
            (name, _("%(name)s, ascending", name=names[name])),
            (f"-{name}", _("%(name)s, descending", name=names[name])),
        ]
    return choices


def filter_names() -> dict[str, str]:
    """Return what one can filter by."""
    return {
        "case": _("Case no."),
        "customer": _("Customer"),
        "serial": _("Serial no."),
        "process": _("Process"),
        "step": _("Step"),
        "unit": _("Unit"),
        "priority": _("Priority"),
        "due": _("Due"),
    }


def due_text(word: str) -> str:
    """Return what a value of the filter `due` means."""
    texts = {
        "overdue": _("Overdue"),
        "today": _("Until tonight"),
        "week": _("Within a week"),
        "none": _("No deadline"),
    }
    return texts.get(word, word)


def filter_value(name: str, value: str) -> str:
    """Return a filter's value as its chip shows it."""
    if name == "due":
        return due_text(value)
    if name == "process":
        return process_name(value)
    if name == "step":
        return step_name(value)
    return unit_name(value) if name == "unit" else value


def offer_text(task: Listed) -> str:
    """Say what could be taken next."""
    return _("Waiting in your teams: %(step)s", step=i18n.localised(task.names, task.element_id))


def telephone(number: str | None) -> Markup:
    """Return a number to be dialled."""
    return Markup('<a class="fl-a fl-num" href="tel:{0}">{0}</a>').format(escape(number)) if number else Markup("")
