"""What a manager decides about something stuck is done within the manager's rights and written down like any such act."""

import typing as t

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.desk.models import CaseNote, Notice
from app.engine.models import UserTask
from app.people.audit import AuditEntry
from tests.company import HANDSET_A, Company
from tests.conftest import both_databases
from tests.desk.conftest import Desk
from tests.play import Play

pytestmark = both_databases


@pytest.fixture
def task(company: Company, play: Play) -> UserTask:
    """A complaint to be recorded, which the receptionist has taken."""
    play.start("complaint_handling", "complaint_desk", serial_no=HANDSET_A, unit="ZJ")
    found = play.task("s020_record_complaint")
    engine.claim_task(company.person("complaint_desk"), found.key)
    return play.task("s020_record_complaint")


def act(desk: Desk, task: UserTask, action: str, monkeypatch: pytest.MonkeyPatch, by: str, **more: str) -> t.Any:
    monkeypatch.setattr("app.desk.reading.last_actor", lambda _job: by)
    inputs = {"action": action, "task_key": str(task.key), "reason": "two days old", **more}
    return desk.do("desk.task_order", desk.open(), inputs)


def test_sending_back_offers_the_task_again_counts_and_tells(
    desk: Desk, play: Play, task: UserTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = act(desk, task, "send_back", monkeypatch, by="complaint_lead")
    assert said == {"outcome": "done", "owner": "complaint_desk"}
    assert play.task("s020_record_complaint").assignee is None
    kept = sa.select(CaseNote.text).where(CaseNote.case_id == task.case_id, CaseNote.kind == "rehandling")
    assert db.session.scalars(kept).all() == ["two days old"]
    assert db.session.scalars(sa.select(Notice.recipient).where(Notice.template == "sent_back")).all() == [
        "complaint_desk"
    ]
    audited = sa.select(AuditEntry).where(AuditEntry.action == "engine:user_task:released")
    (entry,) = db.session.scalars(audited)
    assert (entry.username, entry.reason) == ("complaint_lead", "two days old")


def test_who_may_not_do_it_in_the_inbox_may_not_do_it_here(
    desk: Desk, play: Play, task: UserTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert act(desk, task, "send_back", monkeypatch, by="stranger")["outcome"] == "refused"
    assert act(desk, task, "reassign", monkeypatch, by="complaint_lead", to="nobody")["outcome"] == "refused"
    assert play.task("s020_record_complaint").assignee == "complaint_desk"


def test_what_was_done_meanwhile_is_left_alone(
    company: Company, desk: Desk, play: Play, task: UserTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.cancel_instance(company.person("administrator"), play.instance("complaint_handling").key, "withdrawn")
    assert act(desk, task, "remind", monkeypatch, by="complaint_lead") == {"outcome": "gone", "owner": None}
