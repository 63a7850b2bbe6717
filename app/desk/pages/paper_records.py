"""What the page of a paper shows beside its columns: lines, states, signatures."""

import datetime as dt
import typing as t
from collections.abc import Sequence

import sqlalchemy as sa

from app.db import db
from app.desk.models import Case, Document, QuoteSignature
from app.desk.pages import case_view
from app.desk.pages.blueprint import desk
from app.desk.queries.visible import may_see_case
from app.people import signed_in


@desk.app_context_processor
def paper_words() -> dict[str, t.Any]:
    """Give the page of a paper what it shows."""
    return {
        "paper_case": _case,
        "paper_lines": lambda paper: list(case_view.lines_of(paper)),
        "paper_steps": lambda paper: [(step, dt.datetime.fromisoformat(step["at"])) for step in paper.history[::-1]],
        "signatures_of": _signatures,
    }


def _case(paper: Document) -> str:
    """The number of the paper's case, if the person may open it."""
    case = db.session.get(Case, paper.case_id) if paper.case_id is not None else None
    return case.case_no if case is not None and may_see_case(signed_in(), case) else ""


def _signatures(paper: Document) -> Sequence[QuoteSignature]:
    query = sa.select(QuoteSignature).where(QuoteSignature.document_id == paper.id)
    return list(db.session.scalars(query.order_by(QuoteSignature.version.desc())))
