"""Who looks into the cockpit and who repairs. The engine's functions check again by themselves."""

from app.engine.interventions import MAY_MOVE
from app.errors import Forbidden
from app.people import PROCESS_OWNER, SUPERVISOR, Person, allowed


def may_read(person: Person | None) -> bool:
    """Supervisors see their units, process owners and administrators everything."""
    return allowed(person, SUPERVISOR, PROCESS_OWNER)


def may_repair(person: Person | None) -> bool:
    """Supervisors and administrators retry, correct and cancel; a process owner does not."""
    return allowed(person, SUPERVISOR)


def may_move(person: Person | None) -> bool:
    """Process owners, too, move what is under way: tokens by hand, and cases to another version."""
    return allowed(person, *MAY_MOVE)


def require_reader(person: Person) -> None:
    """Raise Forbidden for people who do the work of cases without leading it."""
    if not may_read(person):
        raise Forbidden("cockpit.leaders_only")
