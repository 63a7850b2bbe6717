"""What customers hold and give back without an account: links, signatures under quotations, ratings."""

import datetime as dt
import decimal
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, UtcDateTime
from app.desk.models.money import Money


class CustomerLink(Model):
    """A link that opens one thing of one case for whoever holds it. Its token is nowhere in the database."""

    __tablename__ = "customer_link"
    __table_args__ = (sa.Index("ix_customer_link_case", "case_id", "purpose"),)
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("case.id"))
    purpose: Mapped[str] = mapped_column(sa.String(20))
    document_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("document.id"))
    """The quotation it asks about."""
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    nonce: Mapped[str] = mapped_column(sa.String(16))
    issued_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    issued_by: Mapped[str | None] = mapped_column(sa.String(150))
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When it was opened first."""
    used_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When the customer last gave what it asks for: an answer, a rating, a photo."""
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[str | None] = mapped_column(sa.String(150))


class QuoteSignature(Model):
    """What a customer answered to one version of a quotation, signed through a link.

    `content` are the lines, the sum and the validity that stood on the page; `digest` is their SHA-256, so that
    nobody can say later that something else was signed.
    """

    __tablename__ = "quote_signature"
    __table_args__ = (sa.UniqueConstraint("document_id", "version"),)
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("document.id"))
    version: Mapped[int] = mapped_column(sa.Integer)
    answer: Mapped[str] = mapped_column(sa.String(20))
    signer: Mapped[str] = mapped_column(sa.String(120))
    drawing: Mapped[str | None] = mapped_column(sa.Text)
    """Strokes of a drawn signature as the path of a picture 600 wide and 200 high; None when only the name is typed."""
    note: Mapped[str | None] = mapped_column(sa.Text)
    total: Mapped[decimal.Decimal] = mapped_column(Money)
    content: Mapped[dict[str, t.Any]] = mapped_column(sa.JSON)
    digest: Mapped[str] = mapped_column(sa.String(64))
    link_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("customer_link.id"))
    address: Mapped[str] = mapped_column(sa.String(60))
    """The network address it came from."""
    signed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class ServiceRating(Model):
    """How satisfied a customer was with a closed case, in stars; one per case."""

    __tablename__ = "service_rating"
    __table_args__ = (sa.Index("ix_service_rating_at", "rated_at", "case_id"),)
    case_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("case.id"), primary_key=True, autoincrement=False)
    stars: Mapped[int] = mapped_column(sa.Integer)
    comment: Mapped[str | None] = mapped_column(sa.Text)
    link_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("customer_link.id"))
    rated_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
