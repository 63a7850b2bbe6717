"""The case's status and which step may follow which (catalogue 2.1, service-request status machine)."""

from app.errors import Conflict

NEXT: dict[str, frozenset[str]] = {
    "new": frozenset({"accepted", "cancelled"}),
    "accepted": frozenset({"in_progress", "transferring", "cancelled"}),
    "transferring": frozenset({"accepted", "cancelled"}),
    "in_progress": frozenset(
        {"escalated", "waiting_customer", "waiting_parts", "waiting_vendor", "resolved", "cancelled"}
    ),
    "escalated": frozenset({"in_progress", "cancelled"}),
    "waiting_customer": frozenset({"in_progress", "cancelled"}),
    "waiting_parts": frozenset({"in_progress", "cancelled"}),
    "waiting_vendor": frozenset({"in_progress", "cancelled"}),
    "resolved": frozenset({"awaiting_visit", "closed"}),
    "awaiting_visit": frozenset({"closed", "reopened"}),
    "reopened": frozenset({"in_progress"}),
    "closed": frozenset(),
    "cancelled": frozenset(),
}
FINAL = frozenset(status for status, following in NEXT.items() if not following)

TO_BE_SERVED = ("assigned", "accepted", "appointed")
"""States of a dispatch order about whose visit nobody has written yet."""


def path(old: str, new: str) -> tuple[str, ...]:
    """Return the shortest allowed way from `old` to `new`, both ends left out of the front, included at the end.

    A process may jump (a case is repaired at the counter in one minute), but the record shows every status
    the transition logic asks for. Raises Conflict when there is no way.
    """
    seen = {old}
    ways: list[tuple[str, ...]] = [()]
    while ways:
        following: list[tuple[str, ...]] = []
        for way in ways:
            here = way[-1] if way else old
            if here == new:
                return way
            for step in sorted(NEXT.get(here, frozenset()) - seen):
                seen.add(step)
                following.append((*way, step))
        ways = following
    raise Conflict("desk.status_not_allowed", old=old, new=new)
