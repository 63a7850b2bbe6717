"""What people are told in the app: somebody named them, a task changed hands, a process tells its role something.

One row per person told, because each reads it at a time of their own. Whoever does the telling writes the rows in the
transaction of the act itself, in one statement however many are told.
"""

import dataclasses
import datetime as dt
import functools
import typing as t
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import clock, i18n
from app.db import ROW_NUMBER, UtcDateTime, db, transaction
from app.errors import Invalid, NotFound
from app.people.models import Membership, Unit, User, WebSession
from app.people.person import Person
from app.people.units import unit_tree

MENTION, TASK, CASE, VISIT, PROCESS = KINDS = ("mention", "task", "case", "visit", "process")
"""What one may be told of, and may switch off: being named, tasks that change hands, watched cases, field visits,
and what processes say to a role."""
COUNT_UP_TO = 99
KEPT = dt.timedelta(days=90)


class Notification(db.Model):  # type: ignore[name-defined, misc]
    """One thing one person is told. `template` is the code of its sentence, `params` its values."""

    __tablename__ = "notification"
    __table_args__ = (
        sa.Index(
            "ix_notification_unread",
            "user_id",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        ),
        sa.Index("ix_notification_user_id", "user_id", "id"),
        sa.Index("ix_notification_at", "at"),
        sa.Index(
            "ix_notification_by_mail",
            "at",
            sqlite_where=sa.text("by_mail"),
            postgresql_where=sa.text("by_mail"),
        ),
    )

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    template: Mapped[str] = mapped_column(sa.String(120))
    params: Mapped[dict[str, t.Any]] = mapped_column(sa.JSON, default=dict)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    task_key: Mapped[int | None] = mapped_column(sa.BigInteger)
    read_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    by_mail: Mapped[bool] = mapped_column(sa.Boolean, default=False, server_default=sa.false())
    """Whether it still has to be looked at for a letter (see `app.desk.mail.notices`)."""

    @property
    def sentence(self) -> str:
        """What it says, in the language of the present request."""
        return i18n.text(self.template, **{name: _shown(value) for name, value in self.params.items()})


class NotificationMute(db.Model):  # type: ignore[name-defined, misc]
    """A kind of thing somebody does not want to be told."""

    __tablename__ = "notification_mute"

    user_id: Mapped[int] = mapped_column(ROW_NUMBER, sa.ForeignKey("user.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20), primary_key=True)


class NotificationMail(db.Model):  # type: ignore[name-defined, misc]
    """A kind of thing somebody wants to be told by mail as well. Nobody is, who did not ask for it."""

    __tablename__ = "notification_mail"

    user_id: Mapped[int] = mapped_column(ROW_NUMBER, sa.ForeignKey("user.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20), primary_key=True)


@dataclasses.dataclass(frozen=True)
class Telling:
    """What is told: kind, sentence and values, and where it leads."""

    kind: str
    template: str
    params: Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    case_id: int | None = None
    task_key: int | None = None


def _shown(value: t.Any) -> str:
    if isinstance(value, Mapping):
        return i18n.localised(value)
    return "" if value is None else str(value)


def named(usernames: Iterable[str]) -> sa.Select[t.Any]:
    """Select the accounts of these names."""
    return sa.select(User.id).where(User.username.in_(sorted(set(usernames))))


def holders(role: str, unit: str = "") -> sa.Select[t.Any]:
    """Select everybody who holds a role at a unit or above it; anywhere when no unit is named."""
    query = (
        sa.select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(Membership.role_id == role)
        .distinct()
    )
    return query.where(sa.or_(Membership.unit_id.is_(None), Unit.code.in_(unit_tree().above(unit)))) if unit else query


def tell(session: Session, who: sa.Select[t.Any], telling: Telling, *, by: Person | None = None) -> None:
    """Tell everybody selected, except whoever does the telling and those who do not want to hear of this kind."""
    values: dict[str, t.Any] = {
        "kind": telling.kind,
        "template": telling.template,
        "params": dict(telling.params),
        "at": clock.now(),
        "case_id": telling.case_id,
        "task_key": telling.task_key,
    }
    columns = Notification.__table__.c
    muted = sa.exists().where(NotificationMute.user_id == User.id, NotificationMute.kind == telling.kind)
    mailed = sa.exists().where(NotificationMail.user_id == User.id, NotificationMail.kind == telling.kind)
    by_mail = sa.case((sa.and_(mailed, User.email != ""), sa.true()), else_=sa.false())
    given = (sa.bindparam(name, value, columns[name].type) for name, value in values.items())
    chosen = sa.select(User.id, *given, by_mail)
    chosen = chosen.where(User.id.in_(who), User.active, sa.not_(muted))
    if by is not None:
        chosen = chosen.where(User.id != by.id)
    session.execute(sa.insert(Notification).from_select(["user_id", *values, "by_mail"], chosen))


@functools.cache
def unread_of_session() -> sa.ScalarSelect[int]:
    """How many things the person of a web session has not read, for the statement that finds the session.

    Counted there, because every page shows the number and a statement of its own would cost more than the counting.
    """
    unread = (
        sa.select(Notification.id)
        .where(Notification.user_id == WebSession.user_id, Notification.read_at.is_(None))
        .limit(COUNT_UP_TO + 1)
        .correlate(WebSession)
        .subquery()
    )
    return sa.select(sa.func.count()).select_from(unread).scalar_subquery()


def notifications_of(person: Person, *, before: int | None = None, limit: int = 50) -> list[Notification]:
    """Return what a person was told, newest first.

    :param before: id behind which the page begins.
    """
    query = sa.select(Notification).where(Notification.user_id == person.id).order_by(Notification.id.desc())
    if before is not None:
        query = query.where(Notification.id < before)
    return list(db.session.scalars(query.limit(limit)))


def open_notification(person: Person, notification_id: int) -> Notification:
    """Return one thing the person was told and note that it was read. Raises NotFound for somebody else's."""
    with transaction() as session:
        found = session.get(Notification, notification_id)
        if found is None or found.user_id != person.id:
            raise NotFound("people.no_such_notification")
        if found.read_at is None:
            found.read_at = clock.now()
    return t.cast(Notification, found)


def read_all(person: Person) -> int:
    """Note that the person has read everything; returns how much that was."""
    with transaction() as session:
        query = sa.update(Notification).where(Notification.user_id == person.id, Notification.read_at.is_(None))
        done = session.execute(query.values(read_at=clock.now()), execution_options={"synchronize_session": False})
        return int(done.rowcount)


def read_task(person: Person, task_key: int) -> int:
    """Note that the person has read what leads to a task they are looking at; returns how much that was."""
    if not person.unread:
        return 0
    query = sa.update(Notification).where(
        Notification.user_id == person.id, Notification.read_at.is_(None), Notification.task_key == task_key
    )
    with transaction() as session:
        done = session.execute(query.values(read_at=clock.now()), execution_options={"synchronize_session": False})
        return int(done.rowcount)


def muted_kinds(person: Person) -> frozenset[str]:
    """Return the kinds a person does not want to be told of."""
    return _noted(NotificationMute, person)


def choose_kinds(person: Person, wanted: Iterable[str]) -> None:
    """Be told of these kinds and of no others. Raises Invalid for a kind there is not."""
    chosen = _kinds(wanted)
    with transaction() as session:
        _note(session, NotificationMute, person, frozenset(KINDS) - chosen)


def mailed_kinds(person: Person) -> frozenset[str]:
    """Return the kinds a person is told of by mail as well."""
    return _noted(NotificationMail, person)


def choose_mail(person: Person, wanted: Iterable[str]) -> None:
    """Be told of these kinds by mail as well. Raises Invalid for a kind there is not and without an address."""
    chosen = _kinds(wanted)
    with transaction() as session:
        address = session.scalars(sa.select(User.email).where(User.id == person.id)).one()
        if chosen and not address:
            raise Invalid("people.invalid", fields={"mail": [("people.no_address_for_mail", {})]})
        _note(session, NotificationMail, person, chosen)


def _noted(table: type[NotificationMute | NotificationMail], person: Person) -> frozenset[str]:
    return frozenset(db.session.scalars(sa.select(table.kind).where(table.user_id == person.id)))


def _note(
    session: t.Any, table: type[NotificationMute | NotificationMail], person: Person, kinds: Iterable[str]
) -> None:
    """Keep these kinds of a person, and no others."""
    session.execute(sa.delete(table).where(table.user_id == person.id))
    rows = [{"user_id": person.id, "kind": kind} for kind in sorted(kinds)]
    if rows:
        session.execute(sa.insert(table), rows)


def _kinds(wanted: Iterable[str]) -> frozenset[str]:
    chosen = frozenset(wanted)
    if unknown := sorted(chosen.difference(KINDS)):
        raise Invalid("people.invalid", fields={"kinds": [("people.no_such_kind", {"kind": unknown[0]})]})
    return chosen


def forget_old() -> int:
    """Delete what was told long ago; returns how much."""
    with transaction() as session:
        query = sa.delete(Notification).where(Notification.at < clock.now() - KEPT)
        return int(session.execute(query, execution_options={"synchronize_session": False}).rowcount)
