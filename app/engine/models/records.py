"""What people leave beside the work: comments and attached files. Audit lines belong to `app.people.audit`."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.engine.models.base import Model, document, key_column, moment, number, text


class Comment(Model):
    """A remark on a case, an instance or a task."""

    __tablename__ = "comment"
    key: Mapped[int] = key_column()
    case_id: Mapped[int | None] = number(nullable=True, index=True)
    instance_key: Mapped[int | None] = number(nullable=True, index=True)
    task_key: Mapped[int | None] = number(nullable=True)
    author: Mapped[str] = text(150)
    written_at: Mapped[dt.datetime] = moment()
    text: Mapped[str] = mapped_column(sa.Text)
    mentions: Mapped[list[str]] = document()


class CaseWatch(Model):
    """Somebody wants to see how a case goes on, whoever works on it."""

    __tablename__ = "case_watch"
    __table_args__ = (sa.Index("ix_case_watch_username", "username", "case_id"),)
    case_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    username: Mapped[str] = mapped_column(sa.String(150), primary_key=True)
    since: Mapped[dt.datetime] = moment()


class Attachment(Model):
    """A stored file; its content lies under its hash in the configured file store."""

    __tablename__ = "attachment"
    key: Mapped[int] = key_column()
    case_id: Mapped[int | None] = number(nullable=True, index=True)
    instance_key: Mapped[int | None] = number(nullable=True, index=True)
    task_key: Mapped[int | None] = number(nullable=True)
    name: Mapped[str] = text(200)
    media_type: Mapped[str] = text(100)
    size: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    added_at: Mapped[dt.datetime] = moment()
    added_by: Mapped[str] = text(150)
    removed_at: Mapped[dt.datetime | None] = moment(nullable=True)
    removed_by: Mapped[str | None] = text(150, nullable=True)
