"""Playing a case as people do: open the task, read its form, fill it in, submit; then time passes."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterable, Sequence

import orjson
import sqlalchemy as sa

from app import engine
from app.db import db
from app.desk.models import Case, CaseNote, Document, Notice, ResponsibilityLink
from app.engine import open_form
from app.engine.models import ElementInstance, Incident, MessageSubscription, ProcessInstance, UserTask, Variable
from app.errors import Invalid
from tests.company import Company

STEPS = frozenset({"userTask", "callActivity"})
"""What a path of the catalogue has to name; everything else on the way may be named (section 0)."""


@dataclasses.dataclass(frozen=True)
class Visit:
    """One visited element."""

    element: str
    kind: str
    state: str

    @property
    def number(self) -> str:
        """The catalogue's step number; empty for elements that are not of a step."""
        digits = self.element[1:4]
        return digits.lstrip("0") if self.element.startswith("s") and digits.isdigit() else ""


class Play:
    """Acts in the name of the company's people on the database of the test."""

    def __init__(self, company: Company) -> None:
        self.company = company

    def start(self, process: str, by: str, **variables: t.Any) -> int:
        """Start a process as somebody; returns the case id."""
        started = engine.start_instance(self.company.person(by), process, variables)
        self.settle()
        assert started.case_id is not None
        return started.case_id

    def do(self, element: str, by: str, **answers: t.Any) -> None:
        """Complete the one open task of an element: its form opens with its values, the answers are laid over them."""
        task = self.task(element)
        person = self.company.person(by)
        opened = open_form(person, task.key)
        try:
            engine.complete_task(person, task.key, {**opened.data, **answers})
        except Invalid as invalid:
            raise AssertionError(f"{element} does not take {answers}: {invalid.fields or invalid}") from invalid
        self.settle()

    def answer(self, element: str, by: str, **variables: t.Any) -> None:
        """Record an answer from outside for the wait at an element."""
        db.session.rollback()
        waits = db.session.scalars(
            sa.select(MessageSubscription).where(MessageSubscription.element_id == element)
        ).all()
        assert len(waits) == 1, (element, self.open_elements(), self.incidents())
        engine.record_answer(self.company.person(by), waits[0].key, variables)
        self.settle()

    def publish(self, name: str, key: str, **variables: t.Any) -> None:
        """A message from another system."""
        engine.publish_message(None, name, key, variables)
        self.settle()

    def wait(self, **span: float) -> None:
        """Let time pass and do what becomes due."""
        self.company.clock.advance(**span)
        self.settle()

    def until(self, moment: dt.datetime) -> None:
        """Go to a moment and do what becomes due."""
        self.company.clock.set(moment)
        self.settle()

    def settle(self) -> None:
        engine.run_due(self.company.app)

    def task(self, element: str) -> UserTask:
        """The one open task of an element."""
        db.session.rollback()
        query = sa.select(UserTask).where(UserTask.element_id == element, UserTask.state == "created")
        found = db.session.scalars(query).all()
        assert len(found) == 1, (element, len(found), self.open_elements(), self.incidents())
        return found[0]

    def open_elements(self) -> list[str]:
        """Elements of all open tasks."""
        db.session.rollback()
        query = sa.select(UserTask.element_id).where(UserTask.state == "created").order_by(UserTask.key)
        return list(db.session.scalars(query))

    def incidents(self) -> list[tuple[str | None, str, dict[str, t.Any]]]:
        """Open incidents: element, code, values."""
        db.session.rollback()
        query = sa.select(Incident).where(Incident.resolved_at.is_(None))
        return [(one.element_id, one.code, one.params) for one in db.session.scalars(query)]

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

    def visits(self, process: str, which: int = -1, *, inner: bool = False) -> list[Visit]:
        """What an instance visited, in order; `inner` are elements inside its sub-processes, else those outside."""
        query = (
            sa.select(ElementInstance)
            .where(ElementInstance.instance_key == self.instance(process, which).key)
            .order_by(ElementInstance.entered_at, ElementInstance.token)
        )
        return [
            Visit(one.element_id, one.kind, one.state)
            for one in db.session.scalars(query)
            if (one.scope not in {None, 1}) == inner
        ]

    def end(self, process: str, which: int = -1) -> str:
        """The end event an instance came to last."""
        ends = [one.element for one in self.visits(process, which) if one.kind == "endEvent"]
        assert ends, (process, self.open_elements(), self.incidents())
        return ends[-1]

    def went(self, process: str, path: str, which: int = -1, *, start: str | None = None) -> None:
        """Assert that an instance took a path of the catalogue, such as "10-20-30".

        :param start: beginning of the id of the element from which on the path speaks.
        """
        visited = self.visits(process, which)
        if start is not None:
            first = next(at for at, one in enumerate(visited) if one.element.startswith(start))
            visited = visited[first:]
        steps = [f"{one.element}({one.kind})" for one in visited if one.kind in STEPS]
        assert follows(visited, path.split("-")), f"{process} did not go {path} but {steps}"

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


def follows(visited: Iterable[Visit], path: Sequence[str]) -> bool:
    """Whether the path is a subsequence of what was visited, with no task or call in between that it leaves out."""
    reached = {0}
    for one in visited:
        taken = {at + 1 for at in reached if at < len(path) and path[at] == one.number}
        reached = taken if one.kind in STEPS else reached | taken
    return len(path) in reached


def _value(row: Variable) -> t.Any:
    assert row.value is not None, f"{row.name} is stored as a payload"
    return orjson.loads(row.value)
