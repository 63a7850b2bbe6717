"""Files being worked on: drafts, and what they looked like at every save."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.engine.models.base import Model, document, key_column, moment, text


class FileDraft(Model):
    """A process, table or form on its way into the library. It may be broken; a publication never is.

    `revision` counts the saves and guards against one person's save going over another's.
    """

    __tablename__ = "file_draft"
    key: Mapped[int] = key_column()
    kind: Mapped[str] = text(10)
    """process, decision or form"""
    name: Mapped[str] = text(200)
    """The name of the file it began as."""
    title: Mapped[str] = text(200)
    """What it is called, as far as the file says."""
    tool: Mapped[str] = text(200)
    """The program it was drawn with, as far as the file says."""
    area: Mapped[str] = text(40)
    revision: Mapped[int] = mapped_column(sa.Integer)
    to_correct: Mapped[int] = mapped_column(sa.Integer)
    """How much was to be corrected before it could be published, when it was saved."""
    reminders: Mapped[int] = mapped_column(sa.Integer)
    created_at: Mapped[dt.datetime] = moment()
    created_by: Mapped[str] = text(150)
    saved_at: Mapped[dt.datetime] = moment()
    saved_by: Mapped[str] = text(150)


class FileDraftRevision(Model):
    """The content of a draft at one save. The first revision is the file as it came, byte for byte."""

    __tablename__ = "file_draft_revision"
    draft_key: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("file_draft.key"), primary_key=True, autoincrement=False
    )
    revision: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    saved_at: Mapped[dt.datetime] = moment()
    saved_by: Mapped[str] = text(150)


class Trial(Model):
    """A draft that somebody tries: what is tried, and what was done so far. Its state is found by doing it again."""

    __tablename__ = "trial"
    __table_args__ = (sa.UniqueConstraint("username", "process_id"),)
    key: Mapped[int] = key_column()
    username: Mapped[str] = text(150)
    process_id: Mapped[str] = text(120)
    source: Mapped[bytes] = mapped_column(sa.LargeBinary)
    steps: Mapped[dict[str, t.Any]] = document()
    """The members of `trials.Steps`."""
    revision: Mapped[int] = mapped_column(sa.Integer)
    """Counts the changes, so that two pages with the same trial do not mix what they do."""
    changed_at: Mapped[dt.datetime] = moment()


class RecordedScenario(Model):
    """A scenario that somebody recorded of a process, as its file would have it."""

    __tablename__ = "recorded_scenario"
    __table_args__ = (sa.UniqueConstraint("process_id", "scenario_id"),)
    key: Mapped[int] = key_column()
    process_id: Mapped[str] = text(120)
    scenario_id: Mapped[str] = text(40)
    content: Mapped[dict[str, t.Any]] = document()
    recorded_at: Mapped[dt.datetime] = moment()
    recorded_by: Mapped[str] = text(150)
