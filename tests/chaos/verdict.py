"""After the storm: what everybody was told is true, and everything happened once."""

from collections import Counter, defaultdict

import sqlalchemy as sa

from app.db import db
from app.desk.models import Case, CaseNote, DocumentNumber
from app.engine.models import (
    ElementInstance,
    Incident,
    Job,
    Message,
    MessageSubscription,
    ProcessInstance,
    Timer,
    UserTask,
    UserTaskCandidate,
    Variable,
)
from app.engine.running import read_variables
from tests.chaos import orders
from tests.chaos.people import Ledger
from tests.engine.truth import assert_rows_follow_the_state

LEFTOVERS = (Job, Timer, MessageSubscription, UserTaskCandidate)


def check(ledger: Ledger, errands: int) -> None:
    """Raise AssertionError for the first thing that is not as it should be. Needs an app context."""
    db.session.rollback()
    assert ledger.wrong == []
    assert db.session.scalars(sa.select(Incident.code)).all() == []
    roots = _roots()
    _nothing_is_left()
    _every_order_is_there_once(ledger, roots[orders.ORDER])
    assert len(roots[orders.ERRAND]) == errands
    _every_element_was_done_once()
    _every_note_was_written_once(roots)
    _acknowledged_work_was_done(ledger)
    _messages_went_to_one_instance(ledger)
    _numbers_have_no_gaps()
    for one in roots[orders.ERRAND]:
        variables = read_variables(db.session, one)[1]
        assert variables["square"] == variables["n"] ** 2
    assert assert_rows_follow_the_state() == 0


def _roots() -> dict[str, set[int]]:
    rows = db.session.execute(sa.select(ProcessInstance.key, ProcessInstance.process_id, ProcessInstance.state)).all()
    assert {row.state for row in rows} == {"completed"}
    roots: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        roots[row.process_id].add(row.key)
    return roots


def _nothing_is_left() -> None:
    for model in LEFTOVERS:
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0, model
    states = db.session.scalars(sa.select(UserTask.state).distinct()).all()
    assert states == ["completed"]
    open_cases = db.session.scalars(sa.select(Case.case_no).where(Case.closed_at.is_(None))).all()
    assert open_cases == []


def _every_order_is_there_once(ledger: Ledger, instances: set[int]) -> None:
    found = Counter()
    for key in instances:
        variables = read_variables(db.session, key)[1]
        expected = orders.expected(variables["order"])
        assert {name: variables.get(name) for name in expected} == expected, key
        found[variables["order"]] += 1
    assert set(found.values()) == {1}, "An order was placed twice"
    assert ledger.ordered <= found.keys(), "An acknowledged order was lost"


def _every_element_was_done_once() -> None:
    query = (
        sa.select(ProcessInstance.process_id, ElementInstance.element_id, ElementInstance.instance_key)
        .join(ProcessInstance, ProcessInstance.key == ElementInstance.instance_key)
        .where(ElementInstance.state == "completed")
    )
    done: dict[str, Counter[tuple[int, str]]] = defaultdict(Counter)
    for row in db.session.execute(query):
        done[row.process_id][row.instance_key, row.element_id] += 1
    for process, elements in orders.ONCE.items():
        instances = {key for key, _ in done[process]}
        assert instances, process
        wrong = {
            (key, element): done[process][key, element]
            for key in instances
            for element in elements
            if done[process][key, element] != 1
        }
        assert wrong == {}
    reminders = [count for (_, element), count in done[orders.ORDER].items() if element == "late"]
    assert max(reminders, default=0) <= orders.REMINDERS, "A timer fired more often than it says"


def _every_note_was_written_once(roots: dict[str, set[int]]) -> None:
    query = sa.select(CaseNote.case_id, CaseNote.kind, sa.func.count().label("count"))
    notes = {(row.case_id, row.kind): row.count for row in db.session.execute(query.group_by("case_id", "kind"))}
    late = sa.select(ElementInstance.instance_key, sa.func.count().label("count")).where(
        ElementInstance.element_id == "late", ElementInstance.state == "completed"
    )
    reminders = {row.instance_key: row.count for row in db.session.execute(late.group_by("instance_key"))}
    cases = dict(db.session.execute(sa.select(ProcessInstance.key, ProcessInstance.case_id)).all())
    for process, kinds in orders.NOTES.items():
        for key in roots[process]:
            for kind in kinds:
                assert notes.pop((cases[key], kind), 0) == 1, (key, kind)
            assert notes.pop((cases[key], "reminded"), 0) == reminders.get(key, 0), key
    assert notes == {}


def _acknowledged_work_was_done(ledger: Ledger) -> None:
    done = set(db.session.scalars(sa.select(UserTask.key).where(UserTask.state == "completed")))
    assert ledger.completed <= done, "An acknowledged completion was lost"
    assert set(ledger.booked.values()) <= {1}, "A job's completion was acknowledged twice"
    assert ledger.booked.keys() <= ledger.worked.keys()


def _messages_went_to_one_instance(ledger: Ledger) -> None:
    rows = db.session.execute(sa.select(Message.name, Message.correlation_key, Message.delivered_to)).all()
    assert len({(row.name, row.correlation_key) for row in rows}) == len(rows)
    assert all(row.delivered_to == [orders.ORDER] for row in rows)
    answered = {int(row.correlation_key) for row in rows if row.name == orders.ANSWERS}
    assert ledger.answered <= answered


def _numbers_have_no_gaps() -> None:
    for given in db.session.execute(sa.select(DocumentNumber.prefix, DocumentNumber.day, DocumentNumber.last)):
        beginning = f"{given.prefix}-{given.day:%Y%m%d}-"
        numbers = db.session.scalars(sa.select(Case.case_no).where(Case.case_no.startswith(beginning))).all()
        assert sorted(int(one.removeprefix(beginning)) for one in numbers) == list(range(1, given.last + 1))


def totals() -> dict[str, int]:
    """What the storm moved, for those who want figures."""
    tables = {"instances": ProcessInstance, "elements": ElementInstance, "variables": Variable, "notes": CaseNote}
    return {
        name: int(db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0)
        for name, model in tables.items()
    }
