"""What waits to be done: user tasks with their candidates and drafts, jobs, timers, message subscriptions."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.engine.models.base import Model, Names, document, key_column, link, moment, number, text

_OPEN = sa.text("state = 'created'")
_WORTH_TRYING = sa.text("retries > 0")
_DELEGATED = sa.text("state = 'created' AND delegated_by IS NOT NULL")
_HELD = sa.text("resumes_at IS NOT NULL")
_REPORTS = sa.text("state = 'created' AND report_at IS NOT NULL")
_WAITS = sa.text("until IS NULL")


class UserTask(Model):
    """One user task. Open while `state` is created; kept afterwards with who finished it and when."""

    __tablename__ = "user_task"
    __table_args__ = (
        sa.Index("ix_user_task_token", "instance_key", "token"),
        sa.Index(
            "ix_user_task_assignee", "assignee", "due_sort", "created_at", "key",
            postgresql_where=_OPEN, sqlite_where=_OPEN,
        ),
        sa.Index(
            "ix_user_task_follow_up", "assignee", "follow_up_at",
            postgresql_where=_OPEN, sqlite_where=_OPEN,
        ),
        sa.Index("ix_user_task_open", "due_sort", "created_at", "key", postgresql_where=_OPEN, sqlite_where=_OPEN),
        sa.Index("ix_user_task_newest", "created_at", "key", postgresql_where=_OPEN, sqlite_where=_OPEN),
        sa.Index("ix_user_task_case", "case_id", "state"),
        sa.Index(
            "ix_user_task_delegated", "delegated_by", "delegated_until",
            postgresql_where=_DELEGATED, sqlite_where=_DELEGATED,
        ),
        sa.Index("ix_user_task_report", "report_at", postgresql_where=_REPORTS, sqlite_where=_REPORTS),
    )  # fmt: skip
    key: Mapped[int] = key_column()
    instance_key: Mapped[int] = link("process_instance.key")
    root_key: Mapped[int] = number()
    case_id: Mapped[int | None] = number(nullable=True)
    unit_id: Mapped[int | None] = number(nullable=True)
    process_id: Mapped[str] = text(120)
    process_version: Mapped[int] = mapped_column(sa.Integer)
    process_definition_key: Mapped[int] = number()
    element_instance_key: Mapped[int] = number()
    token: Mapped[int] = mapped_column(sa.Integer)
    element_id: Mapped[str] = text(120)
    names: Mapped[Names] = document()
    lane: Mapped[str | None] = text(120, nullable=True)
    form_id: Mapped[str | None] = text(120, nullable=True)
    form_key: Mapped[int | None] = number(nullable=True)
    """The form version this task keeps, resolved when the task was created."""
    state: Mapped[str] = text(10)
    """created, completed or cancelled"""
    assignee: Mapped[str | None] = text(150, nullable=True)
    delegated_by: Mapped[str | None] = text(150, nullable=True)
    """For whom the assignee does it; the task comes back to them, at the latest at `delegated_until`."""
    delegated_until: Mapped[dt.datetime | None] = moment(nullable=True)
    candidates: Mapped[list[list[str]]] = document()
    """[[role, unit code or ""]], the same as the candidate rows, for showing and checking without another query."""
    candidate_users: Mapped[list[str] | None] = document(nullable=True)
    due_at: Mapped[dt.datetime | None] = moment(nullable=True)
    due_sort: Mapped[dt.datetime] = moment()
    """`due_at`, or the end of time without one, so that both databases sort by index."""
    due_basis: Mapped[dict[str, t.Any] | None] = document(nullable=True)
    """What `due_at` was counted from (from, span, clock, unit); None for a date that a person or the diagram set."""
    report_at: Mapped[dt.datetime | None] = moment(nullable=True)
    """When somebody is told next that the time passes; None when there is nothing more to tell."""
    reported: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    """How often that was told."""
    follow_up_at: Mapped[dt.datetime | None] = moment(nullable=True)
    priority: Mapped[int] = mapped_column(sa.Integer, default=50)
    created_at: Mapped[dt.datetime] = moment()
    claimed_at: Mapped[dt.datetime | None] = moment(nullable=True)
    ended_at: Mapped[dt.datetime | None] = moment(nullable=True)
    ended_by: Mapped[str | None] = text(150, nullable=True)
    headers: Mapped[dict[str, str] | None] = document(nullable=True)
    listens: Mapped[list[str] | None] = document(nullable=True)
    """What listeners are asked about before it happens to this task; None when there are none."""
    pending: Mapped[dict[str, t.Any] | None] = document(nullable=True)
    """What they are being asked about: event, by, action, reason, at, trace."""
    denied: Mapped[dict[str, t.Any] | None] = document(nullable=True)
    """What one of them did not allow last: the same, with the listener's reason."""
    suspended_at: Mapped[dt.datetime | None] = moment(nullable=True)
    """A copy of the instance's, so that lists mark the task without looking there."""


class UserTaskCandidate(Model):
    """One row per candidate group of an open task, none per person. No unit code means the role anywhere."""

    __tablename__ = "user_task_candidate"
    __table_args__ = (
        sa.Index("ix_user_task_candidate_page", "role", "unit", "due_sort", "created_at", "task_key"),
        sa.Index("ix_user_task_candidate_role", "role", "due_sort", "created_at", "task_key"),
    )
    task_key: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("user_task.key"), primary_key=True, autoincrement=False
    )
    role: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    """A role id, `user:<username>` for a person named by the diagram, or `*` for a task offered to nobody else."""
    unit: Mapped[str] = mapped_column(sa.String(150), primary_key=True)
    claimed: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    due_sort: Mapped[dt.datetime] = moment()
    created_at: Mapped[dt.datetime] = moment()


class Draft(Model):
    """What somebody has typed into a task's form so far."""

    __tablename__ = "draft"
    task_key: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("user_task.key"), primary_key=True, autoincrement=False
    )
    username: Mapped[str] = mapped_column(sa.String(150), primary_key=True)
    data: Mapped[dict[str, t.Any]] = document()
    saved_at: Mapped[dt.datetime] = moment()


class Job(Model):
    """Work for a handler of ours or for a worker outside. The row goes when the job is done."""

    __tablename__ = "job"
    __table_args__ = (
        sa.UniqueConstraint("instance_key", "token"),
        sa.Index("ix_job_due", "type", "due_at", postgresql_where=_WORTH_TRYING, sqlite_where=_WORTH_TRYING),
        sa.Index("ix_job_held", "resumes_at", postgresql_where=_HELD, sqlite_where=_HELD),
    )  # fmt: skip
    key: Mapped[int] = key_column()
    instance_key: Mapped[int] = link("process_instance.key")
    process_definition_key: Mapped[int] = number()
    process_id: Mapped[str] = text(120)
    process_version: Mapped[int] = mapped_column(sa.Integer)
    element_instance_key: Mapped[int] = number()
    token: Mapped[int] = mapped_column(sa.Integer)
    element_id: Mapped[str] = text(120)
    type: Mapped[str] = text(120)
    headers: Mapped[dict[str, str]] = document()
    event: Mapped[str | None] = text(12, nullable=True)
    """What a listener hears, for instance `start`; None for the work of the element itself."""
    retries: Mapped[int] = mapped_column(sa.Integer)
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)
    due_at: Mapped[dt.datetime] = moment()
    """Not to be handed out before: creation, end of a back-off, or end of a lease."""
    worker: Mapped[str | None] = text(120, nullable=True)
    """Who holds the lease until `due_at`; None when nobody does."""
    resumes_at: Mapped[dt.datetime | None] = moment(nullable=True)
    """Set while it is held back: what `due_at` was before. By a restore (see `app.engine.held`), or ..."""
    suspended_at: Mapped[dt.datetime | None] = moment(nullable=True)
    """... because its instance has been suspended since then."""
    created_at: Mapped[dt.datetime] = moment()
    error: Mapped[str | None] = text(1000, nullable=True)


class Timer(Model):
    """One armed timer, found by its due time."""

    __tablename__ = "timer"
    __table_args__ = (
        sa.UniqueConstraint("instance_key", "token", "wait"),
        sa.Index("ix_timer_due", "due_at"),
        sa.Index("ix_timer_held", "resumes_at", postgresql_where=_HELD, sqlite_where=_HELD),
    )
    key: Mapped[int] = key_column()
    instance_key: Mapped[int] = link("process_instance.key")
    token: Mapped[int] = mapped_column(sa.Integer)
    wait: Mapped[int] = mapped_column(sa.Integer)
    element_id: Mapped[str] = text(120)
    due_at: Mapped[dt.datetime] = moment()
    due_basis: Mapped[dict[str, t.Any] | None] = document(nullable=True)
    """What `due_at` was counted from, as a task keeps it; None for a moment that was not counted."""
    resumes_at: Mapped[dt.datetime | None] = moment(nullable=True)
    """Set while it is held back: what `due_at` was before. By a restore (see `app.engine.held`), or ..."""
    suspended_at: Mapped[dt.datetime | None] = moment(nullable=True)
    """... because its instance has been suspended since then."""


class MessageSubscription(Model):
    """A wait for a message or a signal, found by name and correlation key."""

    __tablename__ = "message_subscription"
    __table_args__ = (
        sa.UniqueConstraint("instance_key", "token", "wait"),
        sa.Index("ix_message_subscription_name", "kind", "name", "correlation_key"),
        sa.Index(
            "ix_message_subscription_record", "record_role",
            postgresql_where=sa.text("record_role IS NOT NULL"), sqlite_where=sa.text("record_role IS NOT NULL"),
        ),
    )  # fmt: skip
    key: Mapped[int] = key_column()
    instance_key: Mapped[int] = link("process_instance.key")
    process_definition_key: Mapped[int] = number()
    process_id: Mapped[str] = text(120)
    element_instance_key: Mapped[int] = number()
    token: Mapped[int] = mapped_column(sa.Integer)
    wait: Mapped[int] = mapped_column(sa.Integer)
    element_id: Mapped[str] = text(120)
    kind: Mapped[str] = text(10)
    """message or signal"""
    name: Mapped[str] = text(200)
    correlation_key: Mapped[str | None] = text(400, nullable=True)
    created_at: Mapped[dt.datetime] = moment()
    case_id: Mapped[int | None] = number(nullable=True)
    unit_id: Mapped[int | None] = number(nullable=True)
    record_role: Mapped[str | None] = text(64, nullable=True)
    """Role that may record the answer from outside, with the form it uses (design §2)."""
    record_form: Mapped[str | None] = text(120, nullable=True)


class OutsideWait(Model):
    """A time in which an instance waited for somebody outside, who is named by its diagram (`waits_for`).

    Kept when the wait is over: clocks of the case stand still meanwhile, and reports tell it.
    """

    __tablename__ = "outside_wait"
    __table_args__ = (
        sa.Index("ix_outside_wait_case", "case_id", "since"),
        sa.Index("ix_outside_wait_open", "case_id", postgresql_where=_WAITS, sqlite_where=_WAITS),
    )
    key: Mapped[int] = key_column()
    instance_key: Mapped[int] = link("process_instance.key", index=True)
    case_id: Mapped[int | None] = number(nullable=True)
    unit_id: Mapped[int | None] = number(nullable=True)
    token: Mapped[int] = mapped_column(sa.Integer)
    wait: Mapped[int] = mapped_column(sa.Integer)
    element_id: Mapped[str] = text(120)
    names: Mapped[Names] = document()
    waits_for: Mapped[str] = text(20)
    """customer or vendor"""
    since: Mapped[dt.datetime] = moment()
    until: Mapped[dt.datetime | None] = moment(nullable=True)
