"""What was learned from cases, for whoever meets the same symptom next (catalogue 2.1 knowledge_article)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, UtcDateTime
from app.desk.models.device import Product


class KnowledgeArticle(Model):
    """An article; without a product it is about all of them. Only published ones are offered to people."""

    __tablename__ = "knowledge_article"
    __table_args__ = (sa.Index("ix_knowledge_article_offered", "status", "product_id"),)
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    article_no: Mapped[str] = mapped_column(sa.String(30), unique=True)
    product_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("product.id"))
    symptom: Mapped[str] = mapped_column(sa.String(300))
    cause: Mapped[str | None] = mapped_column(sa.Text)
    solution: Mapped[str] = mapped_column(sa.Text)
    source_case_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("case.id"), index=True)
    author: Mapped[str | None] = mapped_column(sa.String(150))
    reviewer: Mapped[str | None] = mapped_column(sa.String(150))
    review_note: Mapped[str | None] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.String(20), default="draft")
    """draft, published or rejected"""
    use_count: Mapped[int] = mapped_column(sa.Integer, default=0)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    product: Mapped[Product | None] = relationship()
