"""The person who acts: one frozen value, loaded in one statement, kept for the request."""

import dataclasses
import functools
import typing as t
from collections.abc import Iterable

import sqlalchemy as sa

from app import i18n
from app.db import db
from app.people.models import Membership, Unit, UnitStamp, User

STAFF = "staff"
PROCESS_OWNER = "process_owner"
SUPERVISOR = "supervisor"
ADMINISTRATOR = "administrator"
PERMISSION_SETS = (STAFF, PROCESS_OWNER, SUPERVISOR, ADMINISTRATOR)


@dataclasses.dataclass(frozen=True, slots=True)
class Held:
    """A role held at a unit and everything below it; `unit` and `path` are None for everywhere."""

    role: str
    unit: str | None = None
    path: str | None = None


@dataclasses.dataclass(frozen=True)
class Person:
    """Somebody with an account, as every service function takes them.

    Attributes:
        permissions: the permission sets in force, already narrowed by a personal token's scope.
        unit_version: version of the unit tree at the time of loading.
        read_only: signed in with a token that may only look.
        unread: how much of what the person was told is not read yet, where a page will show it.
    """

    id: int
    username: str
    names: t.Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)
    language: str | None = None
    permissions: frozenset[str] = frozenset()
    memberships: tuple[Held, ...] = ()
    email: str = ""
    active: bool = True
    demo: bool = False
    credential_stamp: int = 0
    unit_version: int = 0
    read_only: bool = False
    unread: int = dataclasses.field(default=0, compare=False)

    @property
    def name(self) -> str:
        """The name in the language of the present request."""
        return i18n.localised(self.names, self.username)

    @property
    def staff(self) -> bool:
        return STAFF in self.permissions

    @property
    def process_owner(self) -> bool:
        return PROCESS_OWNER in self.permissions

    @property
    def supervisor(self) -> bool:
        return SUPERVISOR in self.permissions

    @property
    def administrator(self) -> bool:
        return ADMINISTRATOR in self.permissions

    @property
    def roles(self) -> frozenset[str]:
        """Every role held anywhere."""
        return frozenset(held.role for held in self.memberships)

    @property
    def everywhere_roles(self) -> frozenset[str]:
        """Roles held at every unit."""
        return frozenset(held.role for held in self.memberships if held.unit is None)

    def narrowed(self, scope: Iterable[str]) -> "Person":
        """Return the same person with only the permission sets of a token's scope."""
        allowed = self.permissions.intersection(scope)
        return dataclasses.replace(self, permissions=allowed, read_only=not allowed)


COLUMNS = (
    User.id,
    User.username,
    User.names,
    User.language,
    User.email,
    User.active,
    User.demo,
    User.credential_stamp,
    User.staff,
    User.process_owner,
    User.supervisor,
    User.administrator,
)


def select_people() -> sa.Select[*tuple[t.Any, ...]]:
    """Return the statement that loads people with memberships, one row per membership; add a `where`."""
    stamp = sa.select(UnitStamp.version).where(UnitStamp.id == 1).scalar_subquery()
    return (
        sa.select(
            *COLUMNS,
            Membership.role_id.label("role_id"),
            Unit.code.label("unit_code"),
            Unit.path.label("unit_path"),
            sa.func.coalesce(stamp, 0).label("unit_version"),
        )
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .order_by(User.id, Membership.role_id, Unit.path)
    )


def people_of(rows: Iterable[sa.Row[t.Any]]) -> list[Person]:
    """Build people from rows of `select_people()`, in their order."""
    first: dict[int, sa.Row[t.Any]] = {}
    held: dict[int, list[Held]] = {}
    for row in rows:
        first.setdefault(row.id, row)
        memberships = held.setdefault(row.id, [])
        if row.role_id is not None:
            memberships.append(Held(row.role_id, row.unit_code, row.unit_path))
    return [_person(row, held[key]) for key, row in first.items()]


def _person(row: sa.Row[t.Any], held: list[Held]) -> Person:
    return Person(
        id=row.id,
        username=row.username,
        names=row.names,
        language=row.language,
        permissions=frozenset(name for name in PERMISSION_SETS if getattr(row, name)),
        memberships=tuple(held),
        email=row.email,
        active=row.active,
        demo=row.demo,
        credential_stamp=row.credential_stamp,
        unit_version=row.unit_version,
    )


def load_people(user_ids: Iterable[int]) -> dict[int, Person]:
    """Return people by user id, inactive ones included; one statement."""
    wanted = sorted(set(user_ids))
    if not wanted:
        return {}
    rows = db.session.execute(select_people().where(User.id.in_(wanted)))
    return {person.id: person for person in people_of(rows)}


def load_person(user_id: int) -> Person | None:
    """Return an active person by user id; one statement."""
    return _one("id", user_id)


def find_person(username: str) -> Person | None:
    """Return an active person by username; one statement."""
    return _one("username", username)


@functools.cache
def _select_one(by: str) -> sa.Select[*tuple[t.Any, ...]]:
    """Built once per column: every request asks it, and building it costs as much as running it."""
    return select_people().where(getattr(User, by) == sa.bindparam("a_person"), User.active)


def _one(by: str, value: t.Any) -> Person | None:
    found = people_of(db.session.execute(_select_one(by), {"a_person": value}))
    return found[0] if found else None


SYSTEM = Person(id=0, username="system", names={"zh": "系统", "en": "System"}, permissions=frozenset(PERMISSION_SETS))
"""Whoever acts when no person does: timers, the command line, the set-up."""
