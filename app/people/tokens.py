"""Personal tokens: secrets for programs that act as their owner, within a scope and until a date."""

import dataclasses
import datetime as dt
import secrets
from collections.abc import Iterable

import sqlalchemy as sa

from app import clock
from app.db import db, transaction
from app.errors import Forbidden, Invalid, NotFound
from app.people.access import require
from app.people.audit import record
from app.people.models import PersonalToken, User
from app.people.person import PERMISSION_SETS, STAFF, Person, people_of, select_people
from app.people.signin import digest

PREFIX = "flt_"
LONGEST_DAYS = 366


@dataclasses.dataclass(frozen=True)
class Token:
    """A token as its owner sees it in a list; the secret is gone."""

    id: int
    label: str
    scope: list[str]
    created_at: dt.datetime
    expires_at: dt.datetime


def create_token(person: Person, label: str, scope: Iterable[str], days: int) -> str:
    """Make a token for the person and return its secret, which is shown once and never stored.

    :param scope: permission sets of the person that the token may use; none makes a token that only reads.
    """
    require(person, *PERMISSION_SETS)
    wanted = sorted(set(scope))
    label = label.strip()
    if not 1 <= len(label) <= 100:
        raise Invalid("people.invalid", fields={"label": [("people.label_length", {"most": 100})]})
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid("people.invalid", fields={"days": [("people.token_days", {"most": LONGEST_DAYS})]})
    if not person.permissions.issuperset(wanted):
        raise Forbidden("people.scope_too_wide")
    secret = PREFIX + secrets.token_urlsafe(32)
    now = clock.now()
    with transaction() as session:
        token = PersonalToken(
            user_id=person.id,
            digest=digest(secret),
            label=label,
            scope=wanted,
            created_at=now,
            expires_at=now + dt.timedelta(days=days),
        )
        session.add(token)
        session.flush()
        detail = {"scope": wanted, "expires_at": token.expires_at.isoformat(), "label": label}
        record(session, person, "people:token:created", f"token:{token.id}", detail=detail)
    return secret


def revoke_token(person: Person, token_id: int) -> None:
    """End a token. People may end their own, administrators everybody's."""
    require(person, STAFF, *PERMISSION_SETS)
    with transaction() as session:
        token = session.get(PersonalToken, token_id)
        if token is None or (token.user_id != person.id and not person.administrator):
            raise NotFound("people.no_such_token")
        if token.revoked_at is None:
            token.revoked_at = clock.now()
            record(session, person, "people:token:revoked", f"token:{token_id}", detail={"label": token.label})


def person_of_token(secret: str) -> Person | None:
    """Return the owner, narrowed to the token's scope; None when it is unknown, revoked or expired. One statement."""
    query = (
        select_people()
        .add_columns(PersonalToken.scope)
        .join(PersonalToken, PersonalToken.user_id == User.id)
        .where(
            PersonalToken.digest == digest(secret),
            PersonalToken.revoked_at.is_(None),
            PersonalToken.expires_at > clock.now(),
            User.active,
        )
    )
    rows = db.session.execute(query).all()
    return people_of(rows)[0].narrowed(rows[0].scope) if rows else None


def tokens_of(user_id: int) -> list[Token]:
    """Return the tokens of a user that still work, newest first."""
    rows = db.session.execute(
        sa.select(
            PersonalToken.id,
            PersonalToken.label,
            PersonalToken.scope,
            PersonalToken.created_at,
            PersonalToken.expires_at,
        )
        .where(
            PersonalToken.user_id == user_id,
            PersonalToken.revoked_at.is_(None),
            PersonalToken.expires_at > clock.now(),
        )
        .order_by(PersonalToken.id.desc())
    )
    return [Token(*row) for row in rows]
