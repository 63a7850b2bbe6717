"""Who may do what: permission sets, roles at units, and who stands in for whom."""

import dataclasses
import functools
import typing as t

import sqlalchemy as sa

from app import clock, i18n
from app.db import db
from app.errors import Forbidden
from app.people.models import Absence, Membership, Unit, User
from app.people.person import ADMINISTRATOR, Held, Person, load_people
from app.people.units import UnitTree, unit_tree

ANYBODY = "*"
"""The role of everybody: of a task that is offered to nobody in particular, of a wait that anybody may answer."""
NO_UNIT = ""
"""The unit of a candidate group that names a role only."""


@dataclasses.dataclass(frozen=True)
class Colleague:
    """Somebody in a list of people to choose from."""

    id: int
    username: str
    names: t.Mapping[str, str] = dataclasses.field(hash=False)

    @property
    def name(self) -> str:
        """The name in the language of the present request."""
        return i18n.localised(self.names, self.username)


def require(person: Person, *sets: str) -> None:
    """Raise Forbidden unless the person has one of the permission sets; administrators have all.

    With a read-only token nobody may change anything, so every changing function asks for at least `staff`.
    """
    if ADMINISTRATOR not in person.permissions and person.permissions.isdisjoint(sets):
        raise Forbidden("people.no_permission", needed=", ".join(sets))


def allowed(person: Person | None, *sets: str) -> bool:
    """Whether `require` would pass; for pages that show or hide a button."""
    return person is not None and (person.administrator or not person.permissions.isdisjoint(sets))


def expand(person: Person) -> tuple[tuple[str, str], ...]:
    """Return every (role, unit code) whose tasks the person sees: roles at their units and at all units below.

    Each role also comes once with `NO_UNIT`, for candidate groups that name no unit.
    """
    kept: tuple[tuple[str, str], ...] | None = person.__dict__.get("_expanded")
    if kept is None:
        kept = _expand(person.memberships, unit_tree(person.unit_version))
        # The person is frozen and lives for one request; what it expands to cannot change under it.
        person.__dict__["_expanded"] = kept
    return kept


def _expand(memberships: tuple[Held, ...], tree: UnitTree) -> tuple[tuple[str, str], ...]:
    pairs: dict[tuple[str, str], None] = {}
    for held in memberships:
        pairs[held.role, NO_UNIT] = None
        for code in tree.codes() if held.unit is None else tree.below(held.unit):
            pairs[held.role, code] = None
    return tuple(pairs)


def holds(person: Person, role: str, unit: str | None = None) -> bool:
    """Whether the person holds the role at the unit or above it (anywhere, when no unit is named)."""
    if role == ANYBODY:
        return True
    held = [membership for membership in person.memberships if membership.role == role]
    if not unit:
        return bool(held)
    above = unit_tree(person.unit_version).above(unit)
    return any(membership.unit is None or membership.unit in above for membership in held)


def roles_at(person: Person, unit: str | None) -> frozenset[str]:
    """Return the roles the person holds at the unit or above it."""
    return frozenset(role for role in person.roles if holds(person, role, unit))


def members_of(role: str, unit: str | None = None) -> tuple[Colleague, ...]:
    """Return active people who hold the role at the unit or above it, by username; at any unit when none is named."""
    query = (
        sa.select(User.id, User.username, User.names)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(Membership.role_id == role, User.active)
        .order_by(User.username)
    )
    if unit:
        query = query.where(sa.or_(Membership.unit_id.is_(None), Unit.code.in_(unit_tree().above(unit))))
    rows = db.session.execute(query).all()
    return tuple({row.id: Colleague(*row) for row in rows}.values())


def current_absences() -> dict[int, int]:
    """Return user id → substitute id of everybody who is away now; of several absences the one set last counts."""
    rows = db.session.execute(_select_absences(), {"now": clock.now()})
    return {user: substitute for user, substitute in rows}  # noqa: C416 (dict(rows) does not type-check)


@functools.cache
def _select_absences() -> sa.Select[int, int]:
    """Built once: every list of tasks asks it."""
    now: sa.BindParameter[t.Any] = sa.bindparam("now")
    return (
        sa.select(Absence.user_id, Absence.substitute_id)
        .where(Absence.cancelled_at.is_(None), Absence.starts_at <= now, Absence.ends_at > now)
        .order_by(Absence.id)
    )


def end_of_chain(user_id: int, absences: t.Mapping[int, int]) -> int | None:
    """Return who finally stands in for an absent user; None when not absent or when the chain runs in a circle."""
    seen = {user_id}
    current = absences.get(user_id)
    while current is not None and current in absences:
        if current in seen:
            return None
        seen.add(current)
        current = absences[current]
    return None if current in seen else current


def substitute_of(user_id: int) -> Colleague | None:
    """Return who stands in for a user now, following chains; None when the user is here or nobody is."""
    substitute = end_of_chain(user_id, current_absences())
    person = load_people([substitute]).get(substitute) if substitute is not None else None
    return Colleague(person.id, person.username, person.names) if person and person.active else None


def substitutes_for(person: Person) -> tuple[Person, ...]:
    """Return the absent people the person stands in for now, chains included, by username.

    Their tasks are shown to the person as "for …". People with a deactivated account are among them, because
    their open work still has to be done.
    """
    absences = current_absences()
    absent = [user for user in absences if end_of_chain(user, absences) == person.id]
    return tuple(sorted(load_people(absent).values(), key=lambda one: one.username))
