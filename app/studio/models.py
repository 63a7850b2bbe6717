"""Files being worked on: drafts, and what they looked like at every save."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.engine.models.base import Model, document, key_column, moment, number, text

OPEN_STATES = ("review", "scheduled")
"""States in which a publication is still to come."""


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
    base_version: Mapped[int | None] = mapped_column(sa.Integer)
    """The published version it was begun from; None for a file from outside."""
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
    automatic: Mapped[bool] = mapped_column(sa.Boolean, default=False, server_default=sa.false())
    """Whether the editor saved by itself."""


class Publication(Model):
    """A draft on its way into force: asked for, looked at by a second person, planned for a moment, done or not.

    It outlives its draft, which goes when it is published, and says who asked, who approved and why.
    """

    __tablename__ = "publication"
    __table_args__ = (
        sa.Index("ix_publication_draft_key", "draft_key", "key"),
        sa.Index("ix_publication_due", "state", "effective_at"),
    )
    key: Mapped[int] = key_column()
    draft_key: Mapped[int] = number()
    revision: Mapped[int] = mapped_column(sa.Integer)
    """The state of the draft that was asked for; it does not change while the publication is open."""
    kind: Mapped[str] = text(10)
    identifier: Mapped[str] = text(200)
    title: Mapped[str] = text(200)
    base_version: Mapped[int] = mapped_column(sa.Integer)
    """The version it replaces, 0 for something new; a newer one by then is in the way."""
    note: Mapped[str] = text(400)
    state: Mapped[str] = text(10)
    """review, scheduled, published, returned, withdrawn or failed"""
    asked_by: Mapped[str] = text(150)
    asked_at: Mapped[dt.datetime] = moment()
    effective_at: Mapped[dt.datetime | None] = moment(nullable=True)
    """When it takes effect; None is as soon as it may."""
    reviewed_by: Mapped[str | None] = text(150, nullable=True)
    reviewed_at: Mapped[dt.datetime | None] = moment(nullable=True)
    remark: Mapped[str | None] = text(400, nullable=True)
    """What the second person said."""
    done_at: Mapped[dt.datetime | None] = moment(nullable=True)
    version: Mapped[int | None] = mapped_column(sa.Integer)
    failure: Mapped[dict[str, t.Any] | None] = document(nullable=True)
    """{code, params, findings} of why it could not take effect."""


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
