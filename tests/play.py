"""Playing a case as people do: open the task, read its form, fill it in, submit; then time passes."""

import datetime as dt
import typing as t
from collections.abc import Sequence

import orjson
import sqlalchemy as sa

from app.db import db
from app.desk.models import Case, CaseNote, Document, Notice, ResponsibilityLink
from app.engine.models import ProcessInstance, UserTask, Variable
from app.errors import Invalid, NotFound
from app.scenarios import stage
from app.scenarios.stage import Stage
from app.scenarios.visits import Travelled, Visit, follows, travelled
from tests.company import Company


class Play:
    """Acts in the name of the company's people on the database of the test; what cannot be done fails the test."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.stage = Stage(company.app, company.clock)

    def start(self, process: str, by: str, **variables: t.Any) -> int:
        """Start a process as somebody; returns the case id."""
        case_id = self.stage.start(process, [self.company.person(by)], variables)
        assert case_id is not None
        return case_id

    def do(self, element: str, by: str, **answers: t.Any) -> None:
        """Complete an open task of an element: its form opens with its values, the answers are laid over them."""
        try:
            self.stage.do(element, [self.company.person(by)], answers)
        except Invalid as invalid:
            raise AssertionError(f"{element} does not take {answers}: {invalid.fields or invalid}") from invalid
        except NotFound as missing:
            raise AssertionError(f"{missing}; incidents {self.incidents()}") from missing

    def answer(self, element: str, by: str, **variables: t.Any) -> None:
        """Record an answer from outside for the wait at an element."""
        self.stage.answer(element, [self.company.person(by)], variables)

    def publish(self, name: str, key: str, **variables: t.Any) -> None:
        """A message from another system."""
        self.stage.publish(name, key, variables)

    def wait(self, **span: float) -> None:
        """Let time pass and do what becomes due."""
        self.until(self.company.clock.now() + dt.timedelta(**span))

    def until(self, moment: dt.datetime) -> None:
        """Let time pass up to a moment and do what becomes due."""
        self.stage.until(moment)

    def settle(self) -> None:
        self.stage.settle()

    def task(self, element: str) -> UserTask:
        """The one open task of an element."""
        found = stage.open_tasks(element)
        assert len(found) == 1, (element, len(found), self.open_elements(), self.incidents())
        return found[0]

    def open_elements(self) -> list[str]:
        """Elements of all open tasks."""
        return stage.open_elements()

    def incidents(self) -> list[tuple[str | None, str, dict[str, t.Any]]]:
        """Open incidents: element, code, values."""
        return [(one.element_id, one.code, one.params) for one in stage.open_incidents()]

    def case(self, case_id: int) -> Case:
        db.session.rollback()
        found = db.session.get(Case, case_id, populate_existing=True)
        assert found is not None
        return found

    def instance(self, process: str, which: int = -1) -> ProcessInstance:
        """An instance of a process, the newest one unless said otherwise."""
        db.session.rollback()
        query = sa.select(ProcessInstance).where(ProcessInstance.process_id == process).order_by(ProcessInstance.key)
        return db.session.scalars(query.execution_options(populate_existing=True)).all()[which]

    def variables(self, process: str, which: int = -1) -> dict[str, t.Any]:
        """The variables of an instance itself."""
        rows = db.session.scalars(
            sa.select(Variable).where(Variable.instance_key == self.instance(process, which).key, Variable.scope == 1)
        )
        return {row.name: _value(row) for row in rows}

    def travelled(self, process: str, which: int = -1) -> Travelled:
        """Where an instance has been."""
        return travelled(process)[which]

    def visits(self, process: str, which: int = -1, *, inner: bool = False) -> list[Visit]:
        """What an instance visited, in order; `inner` are elements inside its sub-processes, else those outside."""
        return [visit for visit in self.travelled(process, which).visits if visit.inner == inner]

    def end(self, process: str, which: int = -1) -> str:
        """The end event an instance came to last."""
        end = self.travelled(process, which).end
        assert end, (process, self.open_elements(), self.incidents())
        return end

    def went(self, process: str, path: str, which: int = -1, *, start: str | None = None) -> None:
        """Assert that an instance took a path of the catalogue, such as "10-20-30".

        :param start: beginning of the id of the element from which on the path speaks.
        """
        visited = self.visits(process, which)
        if start is not None:
            first = next(at for at, one in enumerate(visited) if one.element.startswith(start))
            visited = visited[first:]
        assert follows(visited, path.split("-")), f"{process} did not go {path} but {visited}"

    def documents(self, case_id: int, kind: str | None = None) -> Sequence[Document]:
        db.session.rollback()
        query = sa.select(Document).where(Document.case_id == case_id).order_by(Document.id)
        return db.session.scalars(query if kind is None else query.where(Document.kind == kind)).all()

    def notices(self, case_id: int) -> list[tuple[str, str]]:
        """Template and recipient of the case's notices, in order."""
        db.session.rollback()
        query = sa.select(Notice).where(Notice.case_id == case_id).order_by(Notice.id)
        return [(one.template, f"{one.recipient_kind}:{one.recipient}") for one in db.session.scalars(query)]

    def notes(self, case_id: int) -> list[tuple[str, str | None]]:
        db.session.rollback()
        query = sa.select(CaseNote).where(CaseNote.case_id == case_id).order_by(CaseNote.id)
        return [(one.kind, one.text) for one in db.session.scalars(query)]

    def links(self, case_id: int) -> Sequence[ResponsibilityLink]:
        db.session.rollback()
        query = sa.select(ResponsibilityLink).where(ResponsibilityLink.case_id == case_id)
        return db.session.scalars(query.order_by(ResponsibilityLink.seq)).all()


def _value(row: Variable) -> t.Any:
    assert row.value is not None, f"{row.name} is stored as a payload"
    return orjson.loads(row.value)
