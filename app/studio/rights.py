"""Who may look at the library and who may change it. Every function of the studio asks here first."""

from app.people import PROCESS_OWNER, SUPERVISOR, Person, access


def may_read(person: Person | None) -> bool:
    """Supervisors may look: they explain to others what the processes say."""
    return access.allowed(person, PROCESS_OWNER, SUPERVISOR)


def may_write(person: Person | None) -> bool:
    return access.allowed(person, PROCESS_OWNER)


def require_reader(person: Person) -> None:
    """Raise Forbidden unless the person may look."""
    access.require(person, PROCESS_OWNER, SUPERVISOR)


def require_writer(person: Person) -> None:
    """Raise Forbidden unless the person may change the library."""
    access.require(person, PROCESS_OWNER)
