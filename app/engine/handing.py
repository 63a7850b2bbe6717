"""A task changes hands: those whose it becomes and whose it was are told by whom and why."""

import sqlalchemy as sa

from app.engine.models import UserTask
from app.people import notifications
from app.people.notifications import TASK, Telling
from app.people.person import Person


def tell(session: sa.orm.Session, by: Person, task: UserTask, before: str | None, reason: str = "") -> None:
    """Tell the new assignee and the former one; whoever did it knows.

    :param before: who had the task until now.
    """
    if task.assignee == before:
        return
    if task.assignee and task.assignee != by.username:
        telling = _telling("assigned", by, task, reason)
        notifications.tell(session, notifications.named([task.assignee]), telling, by=by)
    if before and before != by.username:
        telling = _telling("taken_away", by, task, reason)
        notifications.tell(session, notifications.named([before]), telling, by=by)


def tell_of_delegation(session: sa.orm.Session, by: Person, task: UserTask, reason: str) -> None:
    """Tell the delegate that a task is delegated to them, and its owner when somebody else did so."""
    notifications.tell(
        session, notifications.named(_names(task.assignee)), _telling("delegated", by, task, reason), by=by
    )
    for_them = _telling("delegated_for_you", by, task, reason)
    notifications.tell(session, notifications.named(_names(task.delegated_by)), for_them, by=by)


def tell_of_return(session: sa.orm.Session, by: Person, task: UserTask, delegate: str | None, remark: str) -> None:
    """Tell both sides that a delegated task has come back; whoever did it knows."""
    came = "time_up" if by.id == 0 else "given_back"
    notifications.tell(session, notifications.named(_names(task.assignee)), _telling(came, by, task, remark), by=by)
    gone = "time_up_for_you" if by.id == 0 else "taken_back"
    notifications.tell(session, notifications.named(_names(delegate)), _telling(gone, by, task, remark), by=by)


def tell_of_end(session: sa.orm.Session, by: Person, task: UserTask) -> None:
    """Tell the owner of a delegated task that it is done."""
    notifications.tell(
        session, notifications.named(_names(task.delegated_by)), _telling("done_for_you", by, task), by=by
    )


def _names(username: str | None) -> list[str]:
    return [username] if username else []


def _telling(what: str, by: Person, task: UserTask, reason: str = "") -> Telling:
    because = "_because" if reason.strip() else ""
    params = {"who": dict(by.names) or by.username, "step": dict(task.names), "reason": reason.strip()}
    return Telling(TASK, f"notification.{what}{because}", params, case_id=task.case_id, task_key=task.key)
