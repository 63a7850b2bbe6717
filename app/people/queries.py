"""What the pages, the API and the command line list about people."""

import dataclasses
import datetime as dt
import typing as t

import sqlalchemy as sa

from app import clock, i18n
from app.db import db
from app.people.access import Colleague
from app.people.guard import settled_name
from app.people.models import Membership, Role, SignIn, SignInGuard, Unit, User, WebSession
from app.people.person import PERMISSION_SETS, Person, people_of, select_people
from app.people.signin import digest, idle_time


@dataclasses.dataclass(frozen=True)
class RoleRow:
    """A role with the number of people who hold it."""

    id: str
    names: t.Mapping[str, str]
    kind: str
    active: bool
    members: int

    @property
    def name(self) -> str:
        """The name in the language of the present request."""
        return i18n.localised(self.names, self.id)


@dataclasses.dataclass(frozen=True)
class MembershipRow:
    """One membership with its id, for lists from which it can be removed."""

    id: int
    user_id: int
    username: str
    user_names: t.Mapping[str, str]
    role: str
    role_names: t.Mapping[str, str]
    unit: str | None
    unit_names: t.Mapping[str, str] | None

    @property
    def user_name(self) -> str:
        return i18n.localised(self.user_names, self.username)

    @property
    def role_name(self) -> str:
        return i18n.localised(self.role_names, self.role)

    @property
    def unit_name(self) -> str | None:
        """The unit's name, None for everywhere."""
        return i18n.localised(self.unit_names, self.unit) if self.unit else None


@dataclasses.dataclass(frozen=True)
class UserPage:
    """Users in username order; `after` is the username to go on from, None at the end."""

    users: list[Person]
    after: str | None


@dataclasses.dataclass(frozen=True)
class SessionRow:
    """A browser that is signed in. `key` names the row, it is not the secret."""

    key: str
    created_at: dt.datetime
    seen_at: dt.datetime
    address: str
    browser: str
    current: bool


def roles(*, active_only: bool = False) -> list[RoleRow]:
    """Return all roles by id."""
    members = sa.func.count(sa.distinct(Membership.user_id))
    query = (
        sa.select(Role.id, Role.names, Role.kind, Role.active, members)
        .outerjoin(Membership, Membership.role_id == Role.id)
        .group_by(Role.id)
        .order_by(Role.id)
    )
    if active_only:
        query = query.where(Role.active)
    # JSON cannot be grouped by on PostgreSQL; the primary key determines the other columns there and on SQLite.
    return [RoleRow(*row) for row in db.session.execute(query)]


def user_page(text: str = "", *, after: str = "", inactive: bool = False, size: int = 50) -> UserPage:
    """Return users whose username, names, e-mail or phone contain the text."""
    query = sa.select(User.id).where(User.username > after).order_by(User.username).limit(size + 1)
    if not inactive:
        query = query.where(User.active)
    if wanted := text.strip():
        names = (User.names[language].as_string() for language in i18n.LANGUAGES)
        fields = (User.username, User.email, User.phone, *names)
        query = query.where(sa.or_(*(field.icontains(wanted, autoescape=True) for field in fields)))
    rows = db.session.execute(select_people().where(User.id.in_(query)))
    found = sorted(people_of(rows), key=lambda person: person.username)
    more = len(found) > size
    return UserPage(found[:size], found[size - 1].username if more else None)


def colleagues(limit: int = 500) -> list[Colleague]:
    """Return active people to choose from, by username."""
    query = sa.select(User.id, User.username, User.names).where(User.active).order_by(User.username).limit(limit)
    return [Colleague(*row) for row in db.session.execute(query)]


def user(username: str) -> User | None:
    """Return an account, active or not."""
    return db.session.scalar(sa.select(User).where(User.username == settled_name(username)))


def permissions_of(account: User) -> list[str]:
    """Return the permission sets of an account."""
    return [name for name in PERMISSION_SETS if getattr(account, name)]


def memberships(
    *, user_id: int | None = None, role: str | None = None, unit: str | None = None, limit: int = 500
) -> list[MembershipRow]:
    """Return memberships of a user, of a role, or directly at a unit."""
    query = (
        sa.select(
            Membership.id,
            User.id,
            User.username,
            User.names,
            Role.id,
            Role.names,
            Unit.code,
            Unit.names,
        )
        .join(User, User.id == Membership.user_id)
        .join(Role, Role.id == Membership.role_id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(User.active)
        .order_by(Role.id, Unit.path, User.username)
        .limit(limit)
    )
    if user_id is not None:
        query = query.where(User.id == user_id)
    if role is not None:
        query = query.where(Role.id == role)
    if unit is not None:
        query = query.where(Unit.code == unit)
    return [MembershipRow(*row) for row in db.session.execute(query)]


def locked_until(username: str) -> dt.datetime | None:
    """Return until when a name is locked, None when it is not."""
    until = db.session.scalar(sa.select(SignInGuard.locked_until).where(SignInGuard.name == username))
    return until if until is not None and until > clock.now() else None


def sessions_of(user_id: int, current: str | None = None) -> list[SessionRow]:
    """Return the live sessions of a user, the one used last first. `current` is the secret of this browser's."""
    here = digest(current) if current else ""
    query = (
        sa.select(WebSession)
        .join(User, sa.and_(User.id == WebSession.user_id, User.credential_stamp == WebSession.credential_stamp))
        .where(
            WebSession.user_id == user_id,
            WebSession.revoked_at.is_(None),
            WebSession.seen_at > clock.now() - idle_time(),
        )
        .order_by(WebSession.seen_at.desc())
    )
    return [
        SessionRow(row.digest, row.created_at, row.seen_at, row.address, row.browser, row.digest == here)
        for row in db.session.scalars(query)
    ]


def sign_ins(username: str, limit: int = 20) -> list[SignIn]:
    """Return the last attempts to sign in under a name."""
    query = sa.select(SignIn).where(SignIn.name == username).order_by(SignIn.id.desc()).limit(limit)
    return list(db.session.scalars(query))
