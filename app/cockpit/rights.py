"""Who looks into the cockpit and who repairs. The engine's functions check again by themselves."""

from app.errors import Forbidden
from app.people import PROCESS_OWNER, SUPERVISOR, Person, allowed


def may_read(person: Person | None) -> bool:
    """Supervisors see their units, process owners and administrators everything."""
    return allowed(person, SUPERVISOR, PROCESS_OWNER)


def may_repair(person: Person | None) -> bool:
    """Supervisors and administrators retry, correct and cancel; a process owner only looks."""
    return allowed(person, SUPERVISOR)


def require_reader(person: Person) -> None:
    """Raise Forbidden for people who do the work of cases without leading it."""
    if not may_read(person):
        raise Forbidden("cockpit.leaders_only")
