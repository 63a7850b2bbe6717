"""Taking the next task."""

from app import engine
from app.engine.queries import inbox
from app.errors import FirstlineError
from app.inbox.folders import Viewer

TRIES = 20
"""Tasks that others take first, or that duties keep from this person, are passed over."""


def take_next(viewer: Viewer) -> inbox.Listed | None:
    """Claim the most urgent unclaimed task the person may do; None when there is none."""
    for task in inbox.offered_tasks(viewer.people, limit=TRIES):
        try:
            engine.claim_task(viewer.person, task.key)
        except FirstlineError:
            continue
        return task
    return None
