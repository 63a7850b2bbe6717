"""Who could make the visit that a task is about to assign, beside its form."""

from collections.abc import Sequence

from app.desk.dispatch.board import board
from app.desk.dispatch.proposal import Proposal, proposals
from app.desk.dispatch.visits import DISPATCH, STAGE_OF, UNASSIGNED, visit
from app.engine.models import UserTask
from app.errors import NotFound
from app.people.person import Person


def who_could_go(person: Person, task: UserTask) -> Sequence[Proposal]:
    """Return the proposals for an open step that assigns a visit; nothing for every other step, at no cost."""
    stage = STAGE_OF[DISPATCH].get(task.element_id) if task.process_id == DISPATCH else None
    if stage != UNASSIGNED or task.state != "created":
        return ()
    try:
        found = visit(person, task.instance_key)
    except NotFound:
        return ()
    return proposals(found, board(person, [found.day]))
