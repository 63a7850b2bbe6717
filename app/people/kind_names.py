"""What the kinds of notifications are called, wherever somebody chooses among them."""

from app.i18n import text as _
from app.people import notifications


def kind_names() -> dict[str, tuple[str, str]]:
    """Return what each kind is called and when one is told of it."""
    return {
        notifications.MENTION: (_("Mentions"), _("Somebody names you in a remark")),
        notifications.TASK: (_("Tasks that change hands"), _("A task is given to you, taken from you or comes back")),
        notifications.CASE: (_("Watched cases"), _("Somebody writes in a case you watch")),
        notifications.VISIT: (_("Field visits"), _("A visit of yours is moved to another time or person")),
        notifications.PROCESS: (_("Messages of processes"), _("A process tells you or your role something")),
    }
