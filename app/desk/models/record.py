"""What a case leaves behind: documents, notes, notices, needs passed on, penalties proposed."""

import datetime as dt
import decimal
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, UtcDateTime
from app.desk.models.money import Money


class Document(Model):
    """A numbered paper of a case: slip, quotation, repair list, invoice, receipt, credit note.

    `history` holds every state it was in: [{"state", "at", "by"}]; the last one is `state`.
    """

    __tablename__ = "document"
    __table_args__ = (sa.UniqueConstraint("kind", "document_no"), sa.Index("ix_document_created", "created_at", "id"))
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    document_no: Mapped[str] = mapped_column(sa.String(60))
    kind: Mapped[str] = mapped_column(sa.String(30))
    state: Mapped[str] = mapped_column(sa.String(30))
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("case.id"), index=True)
    content: Mapped[dict[str, t.Any]] = mapped_column(sa.JSON)
    history: Mapped[list[dict[str, t.Any]]] = mapped_column(sa.JSON)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str | None] = mapped_column(sa.String(150))
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class CaseNote(Model):
    """A remark that a process writes into the case: a repeated request, a decision, a step that is late."""

    __tablename__ = "case_note"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(40), index=True)
    step: Mapped[str | None] = mapped_column(sa.String(120))
    text: Mapped[str | None] = mapped_column(sa.Text)
    data: Mapped[dict[str, t.Any]] = mapped_column(sa.JSON, default=dict)
    author: Mapped[str | None] = mapped_column(sa.String(150))
    contact_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("contact.id"))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Notice(Model):
    """A notice to somebody; shown on the case page now, sent by channels later. Written once per job and recipient."""

    __tablename__ = "notice"
    __table_args__ = (sa.UniqueConstraint("job_key", "recipient_kind", "recipient"),)
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("case.id"), index=True)
    job_key: Mapped[int | None] = mapped_column(sa.BigInteger)
    recipient_kind: Mapped[str] = mapped_column(sa.String(20))
    recipient: Mapped[str] = mapped_column(sa.String(120), index=True)
    channel: Mapped[str] = mapped_column(sa.String(20), default="in_app")
    template: Mapped[str] = mapped_column(sa.String(60))
    params: Mapped[dict[str, t.Any]] = mapped_column(sa.JSON, default=dict)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class NewNeed(Model):
    """A wish of a customer, passed to a department that can do something about it (客户新需求)."""

    __tablename__ = "new_need"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    need_no: Mapped[str] = mapped_column(sa.String(30), unique=True)
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("case.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("customer.id"), index=True)
    source_process: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(40))
    text: Mapped[str] = mapped_column(sa.Text)
    department: Mapped[str] = mapped_column(sa.String(60), index=True)
    routed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    response: Mapped[str | None] = mapped_column(sa.Text)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class PenaltyRecord(Model):
    """A deduction that a rule proposes; people confirm or waive it (扣款记录)."""

    __tablename__ = "penalty_record"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    rule_id: Mapped[str] = mapped_column(sa.String(60))
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("case.id"), index=True)
    username: Mapped[str | None] = mapped_column(sa.String(150), index=True)
    debtor_role: Mapped[str | None] = mapped_column(sa.String(60))
    amount: Mapped[decimal.Decimal] = mapped_column(Money)
    flag: Mapped[str | None] = mapped_column(sa.String(40))
    document_no: Mapped[str | None] = mapped_column(sa.String(60), index=True)
    """The paper that is at fault, so that the next evening does not find it again."""
    detected_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str | None] = mapped_column(sa.String(150))
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(sa.String(20), default="proposed", index=True)
    """proposed, in_review (somebody is asked for an explanation), confirmed or waived."""
    decision_reason: Mapped[str | None] = mapped_column(sa.Text)
