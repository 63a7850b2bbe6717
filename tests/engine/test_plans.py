"""The inbox reads by index. On SQLite only: PostgreSQL reads a nearly empty table whole, and rightly so."""

import sqlalchemy as sa

from app.db import db
from app.engine.queries import inbox
from tests.engine.conftest import ANNA


def test_an_offered_page_reads_only_by_index(app):
    sent = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda c, cu, s, p, *r: sent.append((s, p)))
    inbox.offered_tasks([ANNA], limit=20)
    statement, parameters = next(one for one in sent if "UNION ALL" in one[0])
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    steps = [row[3] for row in plan]
    assert any("ix_user_task_candidate" in step for step in steps)
    assert not any("SCAN user_task_candidate" in step for step in steps), steps
    assert not any("TEMP B-TREE" in step for step in steps), steps
