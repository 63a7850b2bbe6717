"""What can be done with accounts. Each function is one transaction, checks the right and leaves an audit row."""

import re
import typing as t
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import clock, i18n
from app.db import db, transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import guard, passwords
from app.people.access import require
from app.people.audit import record
from app.people.guard import settled_name
from app.people.models import PersonalToken, User, WebSession, named
from app.people.person import ADMINISTRATOR, PERMISSION_SETS, STAFF, Person
from app.people.signin import digest

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,149}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
PHONE = re.compile(r"[+0-9][0-9 ()-]{2,30}")
OWN_FIELDS = frozenset({"email", "phone", "language"})
FIELDS = OWN_FIELDS | {"names"}

Problems = dict[str, list[tuple[str, Mapping[str, t.Any]]]]


def create_user(
    actor: Person,
    username: str,
    *,
    names: Mapping[str, str],
    password: str = "",
    permissions: Iterable[str] = (STAFF,),
    email: str = "",
    phone: str = "",
    language: str | None = None,
    demo: bool = False,
    subject_id: str | None = None,
) -> int:
    """Create an account and return its id. Without password it can only be used through single sign-on.

    :param demo: a demonstration account; any password will do, because it works on loopback in demo mode only.
    """
    require(actor, ADMINISTRATOR)
    username, permissions = settled_name(username), sorted(set(permissions))
    values = {"names": named(names, username), "email": email.strip(), "phone": phone.strip(), "language": language}
    problems = _problems(values)
    if not USERNAME.fullmatch(username):
        problems["username"] = [("people.username_shape", {})]
    if problems:
        raise Invalid("people.invalid", fields=problems)
    if password and not demo:
        passwords.require_good(password, username)
    hashed = passwords.hash_password(password) if password else ""
    user = User(username=username, password_hash=hashed, demo=demo, subject_id=subject_id, **values)
    _set_flags(user, permissions)
    try:
        with transaction() as session:
            user.created_at = clock.now()
            session.add(user)
            session.flush()
            detail = {"names": user.names, "permissions": permissions, "demo": demo}
            record(session, actor, "people:user:created", f"user:{username}", detail=detail)
    except IntegrityError as error:
        raise Conflict("people.username_taken", username=username) from error
    return user.id


def update_user(actor: Person, user_id: int, **changes: t.Any) -> None:
    """Change names, e-mail, phone or language. Everybody may change their own, except the names."""
    if unknown := changes.keys() - FIELDS:
        raise TypeError(f"update_user does not change {', '.join(sorted(unknown))}")
    require(actor, *PERMISSION_SETS)
    if not actor.administrator and (actor.id != user_id or not changes.keys() <= OWN_FIELDS):
        raise Forbidden("people.no_permission", needed=ADMINISTRATOR)
    with transaction() as session:
        user = _user(session, user_id)
        if "names" in changes:
            changes["names"] = named(changes["names"], user.username)
        if problems := _problems(changes):
            raise Invalid("people.invalid", fields=problems)
        changed = {key: value for key, value in changes.items() if getattr(user, key) != value}
        before = {key: getattr(user, key) for key in changed}
        for key, value in changed.items():
            setattr(user, key, value)
        if changed:
            detail = {"before": before, "after": changed}
            record(session, actor, "people:user:updated", f"user:{user.username}", detail=detail)


def set_permissions(actor: Person, user_id: int, permissions: Iterable[str]) -> None:
    """Give a user exactly these permission sets. One administrator always stays."""
    require(actor, ADMINISTRATOR)
    with transaction() as session:
        user = _user(session, user_id)
        before = [name for name in PERMISSION_SETS if getattr(user, name)]
        permissions = set(permissions)
        if ADMINISTRATOR in before and ADMINISTRATOR not in permissions:
            _require_another_administrator(session, user)
        _set_flags(user, permissions)
        after = [name for name in PERMISSION_SETS if getattr(user, name)]
        if before != after:
            detail = {"before": before, "after": after}
            record(session, actor, "people:user:permissions", f"user:{user.username}", detail=detail)


def set_active(actor: Person, user_id: int, active: bool, reason: str = "") -> None:
    """Deactivate an account, ending its sessions and tokens, or let it be used again."""
    require(actor, ADMINISTRATOR)
    with transaction() as session:
        user = _user(session, user_id)
        if user.active == active:
            return
        if not active:
            _require_another_administrator(session, user)
            _end_everything(session, user)
        user.active = active
        action = "people:user:activated" if active else "people:user:deactivated"
        record(session, actor, action, f"user:{user.username}", reason)


def change_password(person: Person, old: str, new: str, *, keep_session: str | None = None) -> None:
    """Change one's own password; every other session and every remembered credential ends.

    :param keep_session: secret of the session in which the change is made; it goes on.
    """
    require(person, *PERMISSION_SETS)
    current = db.session.execute(sa.select(User.password_hash).where(User.id == person.id)).scalar()
    db.session.rollback()  # ends the read, so that no connection is held while the hash is computed
    if not passwords.matches(current, old):
        raise Invalid("people.invalid", fields={"old": [("people.old_password_wrong", {})]})
    passwords.require_good(new, person.username, field="new")
    hashed = passwords.hash_password(new)
    with transaction() as session:
        user = _user(session, person.id)
        _replace_password(session, user, hashed, keep_session)
        record(session, person, "people:user:password_changed", f"user:{user.username}")


def set_password(actor: Person, user_id: int, new: str) -> None:
    """Give a user a new password, as an administrator; sessions end and a lock-out is lifted."""
    require(actor, ADMINISTRATOR)
    user = _user(db.session, user_id)
    if not (user.demo and new):
        passwords.require_good(new, user.username)
    hashed = passwords.hash_password(new)
    with transaction() as session:
        user = _user(session, user_id)
        _replace_password(session, user, hashed, None)
        guard.clear(session, user.username)
        record(session, actor, "people:user:password_set", f"user:{user.username}")


def unlock(actor: Person, user_id: int) -> None:
    """Lift a lock-out before its time."""
    require(actor, ADMINISTRATOR)
    with transaction() as session:
        user = _user(session, user_id)
        guard.clear(session, user.username)
        record(session, actor, "people:user:unlocked", f"user:{user.username}")


def user_id_of(username: str) -> int:
    """Return the id of an account, active or not. Raises NotFound."""
    found = db.session.execute(sa.select(User.id).where(User.username == settled_name(username))).scalar()
    if found is None:
        raise NotFound("people.no_such_user", username=username)
    return found


def _user(session: t.Any, user_id: int) -> User:
    user: User | None = session.get(User, user_id)
    if user is None:
        raise NotFound("people.no_such_user", username=user_id)
    return user


def _set_flags(user: User, permissions: Iterable[str]) -> None:
    wanted = set(permissions)
    if unknown := wanted.difference(PERMISSION_SETS):
        raise Invalid("people.invalid", fields={"permissions": [("people.unknown_permission", {"name": min(unknown)})]})
    for name in PERMISSION_SETS:
        setattr(user, name, name in wanted)


def _replace_password(session: t.Any, user: User, hashed: str, keep_session: str | None) -> None:
    user.password_hash = hashed
    user.credential_stamp += 1
    session.flush()
    if keep_session:
        session.execute(
            sa.update(WebSession)
            .where(WebSession.digest == digest(keep_session), WebSession.user_id == user.id)
            .values(credential_stamp=user.credential_stamp)
        )


def _end_everything(session: t.Any, user: User) -> None:
    user.credential_stamp += 1
    now = clock.now()
    for kind in (WebSession, PersonalToken):
        query = sa.update(kind).where(kind.user_id == user.id, kind.revoked_at.is_(None))
        session.execute(query.values(revoked_at=now))


def _require_another_administrator(session: t.Any, user: User) -> None:
    # All of them are locked, in one order, so that two cannot remove each other at the same moment.
    query = sa.select(User.id).where(User.administrator, User.active).order_by(User.id).with_for_update()
    if list(session.scalars(query)) == [user.id]:
        raise Conflict("people.last_administrator")


def _problems(values: Mapping[str, t.Any]) -> Problems:
    problems: Problems = {}
    if values.get("email") and not EMAIL.fullmatch(values["email"]):
        problems["email"] = [("people.email_shape", {})]
    if values.get("phone") and not PHONE.fullmatch(values["phone"]):
        problems["phone"] = [("people.phone_shape", {})]
    if values.get("language") not in {None, *i18n.LANGUAGES}:
        problems["language"] = [("people.unknown_language", {})]
    return problems
