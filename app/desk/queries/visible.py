"""Which cases a person may see."""

import sqlalchemy as sa

from app.db import db
from app.desk.models import Case, ResponsibilityLink
from app.engine import access as rights
from app.engine.models import UserTask
from app.people.person import Person

MERGED = "merged"


def visible_cases(person: Person) -> sa.ColumnElement[bool]:
    """Return the condition on `case` behind every list and search.

    Cases of clocks that found nothing to do are left out, whoever looks; by their number they are found.
    """
    return sa.and_(Case.quiet.is_(sa.false()), permitted_cases(person))


def permitted_cases(person: Person) -> sa.ColumnElement[bool]:
    """Return the condition on `case` for what a person may see at all.

    People see the cases of their units and of the units below, those they answer for wherever the work is (G3), and
    those in which they have or had a task.
    """
    if rights.sees_everything(person):
        return sa.true()
    # Asked case by case, which is an index lookup, because a list shows few cases and the table of tasks is long.
    own_task = sa.exists().where(
        UserTask.case_id == Case.id,
        sa.or_(UserTask.assignee == person.username, UserTask.ended_by == person.username),
    )
    return sa.or_(
        Case.unit_id.is_(None),
        Case.unit_id.in_(rights.visible_units(person)),
        Case.first_responder_id == person.id,
        Case.accountable_user_id == person.id,
        own_task,
    )


def may_see_case(person: Person, case: Case) -> bool:
    """Whether the person may see a case: because lists show it, because a task in it is offered to them now, or because
    they stand, or are asked to stand, in its chain of responsibility.
    """
    listed = sa.select(Case.id).where(Case.id == case.id, permitted_cases(person))
    if db.session.execute(listed).first() is not None:
        return True
    link = sa.select(ResponsibilityLink.id).where(
        ResponsibilityLink.case_id == case.id, ResponsibilityLink.handler_id == person.id
    )
    if db.session.execute(link.limit(1)).first() is not None:
        return True
    open_tasks = sa.select(UserTask).where(UserTask.case_id == case.id, UserTask.state == "created")
    return any(
        rights.entitled(person, task) or rights.acts_for(person, task) for task in db.session.scalars(open_tasks)
    )


def sees_case(person: Person, case_id: int) -> bool:
    """The same question for a case of which only the row number is known; nobody sees a case that does not exist."""
    case = db.session.get(Case, case_id)
    return case is not None and may_see_case(person, case)
