"""SQLite chooses among indexes by what its tables hold, once somebody has let it look."""

import sqlalchemy as sa
from flask import Flask

from app import clock
from app.db import db, next_key, refresh_statistics, transaction
from app.desk.models import Case, Customer, Document

OF_A_CUSTOMER = sa.text(
    'EXPLAIN QUERY PLAN SELECT document.content FROM document JOIN "case" ON "case".id = document.case_id '
    "WHERE document.kind = 'repair_list' AND \"case\".customer_id = 1"
)


def test_papers_of_a_customer_are_not_looked_for_among_all_papers_of_their_kind(app: Flask) -> None:
    with transaction() as session:
        for number in range(300):
            customer = Customer(id=next_key(), name=f"Customer {number}", kind="person", first_seen=clock.now())
            session.add(customer)
            session.flush()
            case = Case(
                id=next_key(), case_no=f"SR-{number}", process_id="p", request_time=clock.now(), status="new",
                customer_id=customer.id,
            )  # fmt: skip
            session.add(case)
            session.flush()
            session.add(
                Document(
                    id=next_key(), document_no=f"RR-{number}", kind="repair_list", state="done", case_id=case.id,
                    content={}, history=[], created_at=clock.now(), changed_at=clock.now(),
                )
            )  # fmt: skip
    assert "document_2 (kind=?)" in plan()
    refresh_statistics()
    assert "ix_document_case_id (case_id=?)" in plan()


def plan() -> str:
    db.session.rollback()
    return " ".join(row.detail for row in db.session.execute(OF_A_CUSTOMER))
