"""Being away: somebody else acts for a person between two moments. It ends by itself."""

import dataclasses
import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app import clock
from app.db import db, transaction
from app.errors import Forbidden, Invalid, NotFound
from app.people.access import Colleague, require
from app.people.audit import record
from app.people.models import Absence, User
from app.people.person import PERMISSION_SETS, SUPERVISOR, Person

LONGEST = dt.timedelta(days=400)


@dataclasses.dataclass(frozen=True)
class Away:
    """An absence as pages show it."""

    id: int
    user: Colleague
    substitute: Colleague
    starts_at: dt.datetime
    ends_at: dt.datetime
    note: str


def set_absence(
    actor: Person, user_id: int, *, substitute_id: int, starts_at: dt.datetime, ends_at: dt.datetime, note: str = ""
) -> int:
    """Let a substitute act for a user from one moment until before another; return the absence's id.

    People do it for themselves, supervisors and administrators for everybody (somebody may fall ill).
    """
    _require_right(actor, user_id)
    if ends_at <= starts_at or ends_at <= clock.now() or ends_at - starts_at > LONGEST:
        raise Invalid("people.invalid", fields={"ends_at": [("people.absence_span", {"most": LONGEST.days})]})
    if substitute_id == user_id:
        raise Invalid("people.invalid", fields={"substitute": [("people.own_substitute", {})]})
    with transaction() as session:
        user, substitute = session.get(User, user_id), session.get(User, substitute_id)
        if user is None:
            raise NotFound("people.no_such_user", username=user_id)
        if substitute is None or not substitute.active:
            raise Invalid("people.invalid", fields={"substitute": [("people.no_substitute", {})]})
        absence = Absence(
            user_id=user_id, substitute_id=substitute_id, starts_at=starts_at, ends_at=ends_at, note=note.strip()[:300]
        )
        session.add(absence)
        session.flush()
        detail = {"substitute": substitute.username, "from": starts_at.isoformat(), "to": ends_at.isoformat()}
        record(session, actor, "people:absence:set", f"user:{user.username}", note, detail)
    return absence.id


def cancel_absence(actor: Person, absence_id: int) -> None:
    """Take an absence back, or end it early."""
    require(actor, *PERMISSION_SETS)
    with transaction() as session:
        absence = session.get(Absence, absence_id)
        if absence is None or absence.cancelled_at is not None:
            raise NotFound("people.no_such_absence")
        _require_right(actor, absence.user_id)
        absence.cancelled_at = clock.now()
        user = session.get(User, absence.user_id)
        record(session, actor, "people:absence:cancelled", f"user:{user.username}", detail={"absence": absence_id})


def absences(user_id: int | None = None) -> list[Away]:
    """Return absences that are not over, of one user or of all, the next one first."""
    user, substitute = aliased(User), aliased(User)
    query = (
        sa.select(Absence, user, substitute)
        .join(user, user.id == Absence.user_id)
        .join(substitute, substitute.id == Absence.substitute_id)
        .where(Absence.cancelled_at.is_(None), Absence.ends_at > clock.now())
        .order_by(Absence.starts_at, Absence.id)
    )
    if user_id is not None:
        query = query.where(Absence.user_id == user_id)
    return [
        Away(row.id, _colleague(away), _colleague(other), row.starts_at, row.ends_at, row.note)
        for row, away, other in db.session.execute(query)
    ]


def _colleague(user: User) -> Colleague:
    return Colleague(user.id, user.username, user.names)


def _require_right(actor: Person, user_id: int) -> None:
    require(actor, *PERMISSION_SETS)
    if actor.id != user_id and not (actor.supervisor or actor.administrator):
        raise Forbidden("people.no_permission", needed=SUPERVISOR)
