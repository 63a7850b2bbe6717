"""Running and finished process instances: their state, variables and history."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.engine.models.base import Model, document, key_column, link, moment, number, text

_SUSPENDED = sa.text("suspended_at IS NOT NULL")
_ENDED_ROOT = sa.text("parent_key IS NULL AND ended_at IS NOT NULL")


class ProcessInstance(Model):
    """One instance. `state_blob` holds the live tokens; `version` grows by one with every command on it."""

    __tablename__ = "process_instance"
    __table_args__ = (
        sa.Index("ix_process_instance_process", "process_id", "state", "key"),
        sa.Index("ix_process_instance_started", "state", "started_at"),
        sa.Index("ix_process_instance_newest", "started_at", "key"),
        sa.Index("ix_process_instance_unit", "unit_id", "state"),
        sa.Index("ix_process_instance_starter", "started_by", "started_at"),
        sa.Index("ix_process_instance_parent", "parent_key", "parent_token"),
        sa.Index(
            "ix_process_instance_ended",
            "process_id",
            "ended_at",
            "key",
            postgresql_where=_ENDED_ROOT,
            sqlite_where=_ENDED_ROOT,
        ),
        sa.Index(
            "ix_process_instance_suspended",
            "started_at",
            "key",
            postgresql_where=_SUSPENDED,
            sqlite_where=_SUSPENDED,
        ),
        sa.Index(
            "ix_process_instance_incidents",
            "key",
            postgresql_where=sa.text("incidents > 0"),
            sqlite_where=sa.text("incidents > 0"),
        ),
    )
    key: Mapped[int] = key_column()
    process_definition_key: Mapped[int] = link("process_definition.key", index=True)
    process_id: Mapped[str] = text(120)
    process_version: Mapped[int] = mapped_column(sa.Integer)
    case_id: Mapped[int | None] = number(nullable=True, index=True)
    unit_id: Mapped[int | None] = number(nullable=True)
    """The unit answering now, copied from the case, so that visibility needs no join."""
    root_key: Mapped[int] = number(index=True)
    parent_key: Mapped[int | None] = number(nullable=True)
    parent_token: Mapped[int | None] = mapped_column(sa.Integer)
    depth: Mapped[int] = mapped_column(sa.Integer, default=0)
    in_force: Mapped[int] = mapped_column(sa.Integer)
    """Number of the newest deployment when the root instance started: what unbound references resolve to."""
    state: Mapped[str] = text(12)
    """active, completed, cancelled or error (ended by a BPMN error that its parent received)"""
    state_blob: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)
    incidents: Mapped[int] = mapped_column(sa.Integer, default=0)
    started_at: Mapped[dt.datetime] = moment()
    started_by: Mapped[str | None] = text(150, nullable=True)
    ended_at: Mapped[dt.datetime | None] = moment(nullable=True)
    end_reason: Mapped[str | None] = text(400, nullable=True)
    tags: Mapped[list[str] | None] = document(nullable=True)
    suspended_at: Mapped[dt.datetime | None] = moment(nullable=True)
    """Since when it rests by order; None while it may move."""


class Variable(Model):
    """One variable of one scope. `value` is JSON text; a large one stands in `payload` under `payload_hash`."""

    __tablename__ = "variable"
    instance_key: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("process_instance.key"), primary_key=True, autoincrement=False
    )
    scope: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    """The kernel's scope key: the token that opened the scope, the lowest being the instance itself."""
    name: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    key: Mapped[int] = number(index=True)
    value: Mapped[str | None] = mapped_column(sa.Text)
    payload_hash: Mapped[str | None] = mapped_column(sa.String(64), sa.ForeignKey("payload.sha256"))


class VariableChange(Model):
    """The variables one command wrote, with who and when."""

    __tablename__ = "variable_change"
    key: Mapped[int] = key_column()
    instance_key: Mapped[int] = link("process_instance.key", index=True)
    changed_at: Mapped[dt.datetime] = moment()
    changed_by: Mapped[str | None] = text(150, nullable=True)
    changes: Mapped[list[list[t.Any]]] = document()
    """[[scope, name, new value]]; a large value is named by {"payload": hash}."""


class ElementInstance(Model):
    """One activation of one drawn element: live, or history once `ended_at` is set."""

    __tablename__ = "element_instance"
    __table_args__ = (
        sa.UniqueConstraint("instance_key", "token"),
        sa.Index(
            "ix_element_instance_live",
            "process_definition_key",
            "element_id",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        ),
    )
    key: Mapped[int] = key_column()
    instance_key: Mapped[int] = link("process_instance.key")
    process_definition_key: Mapped[int] = number()
    token: Mapped[int] = mapped_column(sa.Integer)
    scope: Mapped[int | None] = mapped_column(sa.Integer)
    """Token of the sub-process or loop it lies in; None for the instance itself."""
    element_id: Mapped[str] = text(120)
    kind: Mapped[str] = text(40)
    state: Mapped[str] = text(12)
    """active, completed or cancelled"""
    entered_at: Mapped[dt.datetime] = moment()
    ended_at: Mapped[dt.datetime | None] = moment(nullable=True)
    actor: Mapped[str | None] = text(150, nullable=True)
    """Who completed it; None for the engine itself."""
    flows: Mapped[list[str] | None] = document(nullable=True)
    """The sequence flows by which the token left, for drawing its way."""
    resolved: Mapped[dict[str, t.Any] | None] = document(nullable=True)
    """The version of the decision, form or process that was used: {"kind", "id", "version", "key"}."""
    trace: Mapped[dict[str, t.Any] | None] = document(nullable=True)
    """How a decision came about: inputs with values, rules that matched, outputs."""


class Incident(Model):
    """A token that cannot go on, or a message that found nothing to start. `resolved_at` closes it."""

    __tablename__ = "incident"
    __table_args__ = (
        sa.Index(
            "ix_incident_open",
            "process_id",
            "code",
            postgresql_where=sa.text("resolved_at IS NULL"),
            sqlite_where=sa.text("resolved_at IS NULL"),
        ),
    )
    key: Mapped[int] = key_column()
    instance_key: Mapped[int | None] = link("process_instance.key", nullable=True, index=True)
    process_definition_key: Mapped[int | None] = number(nullable=True)
    process_id: Mapped[str | None] = text(120, nullable=True)
    token: Mapped[int | None] = mapped_column(sa.Integer)
    element_id: Mapped[str | None] = text(120, nullable=True)
    element_instance_key: Mapped[int | None] = number(nullable=True)
    job_key: Mapped[int | None] = number(nullable=True)
    message_key: Mapped[int | None] = number(nullable=True)
    code: Mapped[str] = text(80)
    """msgid of the sentence in the catalogues"""
    params: Mapped[dict[str, t.Any]] = document()
    folded: Mapped[str | None] = text(160, nullable=True)
    """What it says of its own with the values taken out, see `app.engine.causes`."""
    evidence: Mapped[list[dict[str, t.Any]] | None] = document(nullable=True)
    """The expressions behind it with the values of the names they used, see `app.engine.evidence`."""
    created_at: Mapped[dt.datetime] = moment()
    resolved_at: Mapped[dt.datetime | None] = moment(nullable=True)
    resolved_by: Mapped[str | None] = text(150, nullable=True)


class IncidentCause(Model):
    """What people know about incidents of one cause: same element, same message with its values folded."""

    __tablename__ = "incident_cause"
    process_id: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    element_id: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    folded: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    owner: Mapped[str | None] = text(150, nullable=True)
    note: Mapped[str] = text(1_000)
    changed_at: Mapped[dt.datetime] = moment()
    changed_by: Mapped[str] = text(150)
