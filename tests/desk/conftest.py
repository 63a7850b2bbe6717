"""The desk is tested in the company; single jobs are done without a process around them."""

import itertools
import typing as t
from collections.abc import Mapping

import pytest

from app import clock as time
from app.db import db, transaction
from app.desk import cases
from app.desk.handlers import HANDLERS
from app.desk.models import Case
from app.engine.registry import InstanceFacts, JobContext
from tests.company import Company
from tests.company_fixtures import As, browse, clock, company, database, play, postgres_company, sqlite_company

__all__ = ["As", "browse", "clock", "company", "database", "desk", "play", "postgres_company", "sqlite_company"]


class Desk:
    """Does jobs for a case."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.moved: list[tuple[int, int | None]] = []
        self._keys = itertools.count(900_001)

    def open(self, process: str = "outlet_intake_repair", **header: t.Any) -> int:
        """Open a case and return its id."""
        with transaction() as session:
            return cases.open_case(session, process_id=process, at=time.now(), header=header).id

    def do(
        self,
        job_type: str,
        case_id: int | None,
        inputs: Mapping[str, t.Any] | None = None,
        *,
        called: bool = False,
        job_key: int | None = None,
        **headers: str,
    ) -> dict[str, t.Any]:
        """Do one job and commit; returns its outputs. `called` makes its process one that another process called."""
        with transaction() as session:
            job = JobContext(
                instance=InstanceFacts(
                    key=1, process_id="a_process", process_version=1, process_definition_key=1, root_key=1,
                    parent_key=7 if called else None, case_id=case_id, unit_id=None, started_at=time.now(),
                    started_by="agent",
                ),
                element="s010_step",
                variables=dict(inputs or {}),
                inputs=dict(inputs or {}),
                headers=headers,
                job_key=next(self._keys) if job_key is None else job_key,
                event=None,
                task=None,
                now=time.now(),
                session=session,
                load_case=dict,
                set_case=lambda case, unit: self.moved.append((case, unit)),
            )  # fmt: skip
            return dict(HANDLERS[job_type](job) or {})

    def case(self, case_id: int) -> Case:
        db.session.rollback()
        found = db.session.get(Case, case_id, populate_existing=True)
        assert found is not None
        return found


@pytest.fixture
def desk(company: Company) -> Desk:
    return Desk(company)
