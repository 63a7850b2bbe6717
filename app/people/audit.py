"""Who did what, when and why. Every package writes its acts here, in the transaction of the act itself."""

import datetime as dt
import re
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import clock
from app.db import ROW_NUMBER, UtcDateTime, db

ACTION = re.compile(r"[a-z0-9_]+:[a-z0-9_]+:[a-z0-9_]+")


class Actor(t.Protocol):
    """Whoever acts; `Person` is one."""

    @property
    def id(self) -> int: ...
    @property
    def username(self) -> str: ...


class AuditEntry(db.Model):  # type: ignore[name-defined, misc]
    """One act. It names the person by text as well, so that it stays readable when the account is gone."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index("ix_audit_entry_subject", "subject", "id"),
        sa.Index("ix_audit_entry_instance_key", "instance_key", "id"),
        sa.Index("ix_audit_entry_case_id", "case_id", "id"),
        sa.Index("ix_audit_entry_username", "username", "id"),
    )

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    username: Mapped[str] = mapped_column(sa.String(150), default="")
    action: Mapped[str] = mapped_column(sa.String(120))
    subject: Mapped[str] = mapped_column(sa.String(200))
    instance_key: Mapped[int | None] = mapped_column(sa.BigInteger)
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    detail: Mapped[dict[str, t.Any]] = mapped_column(sa.JSON, default=dict)
    overruled: Mapped[bool] = mapped_column(sa.Boolean, default=False)


def record(
    session: Session,
    who: Actor | None,
    action: str,
    subject: str,
    reason: str = "",
    detail: t.Mapping[str, t.Any] | None = None,
    *,
    overruled: bool = False,
    instance_key: int | None = None,
    case_id: int | None = None,
) -> None:
    """Write one act into the caller's transaction.

    :param who: the person; None means the system itself.
    :param action: `source:subject:action`, e.g. `people:user:created`; its sentence is a message of that name.
    :param subject: what it was done to, `kind:key`, e.g. `user:lily` or `user_task:4503`.
    :param overruled: the separation of duties was set aside by an administrator.
    """
    if not ACTION.fullmatch(action):
        raise ValueError(f"An audit action reads source:subject:action, not {action!r}.")
    values = {
        "at": clock.now(),
        "user_id": (who.id or None) if who else None,
        "username": who.username if who else "",
        "action": action,
        "subject": subject,
        "instance_key": instance_key,
        "case_id": case_id,
        "reason": reason,
        "detail": dict(detail or {}),
        "overruled": overruled,
    }
    session.execute(sa.insert(AuditEntry).values(values))
