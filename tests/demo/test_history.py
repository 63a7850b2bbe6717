"""The history that is played: every story comes to where it shall, nothing lies in the future, people find work."""

import base64
import datetime as dt

import sqlalchemy as sa
from flask import Flask

from app import engine
from app.db import db
from app.demo import company
from app.demo.history import History
from app.demo.organisation import ACCOUNT_NAMES, PERMISSION_ACCOUNTS, SEED_PASSWORD
from app.demo.plot import CLIMBING, HEARD, plots
from app.demo.stories_service import visit_on_an_unreadable_day
from app.desk.models import Case, Document
from app.engine.cli import deploy_library
from app.engine.models import Comment, Incident, MessageSubscription, ProcessInstance, Timer, UserTask
from app.people.person import find_person
from tests.clock import NOON
from tests.demo.conftest import Played

WANTED = {("visit", "return_visit")}


def test_every_story_is_told_to_where_it_shall_stand(played: Played) -> None:
    assert played.told.broken == ()
    assert played.told.cases == len(played.plots)
    stops = {plot.stop for plot in played.plots if plot.stop}
    tasks = set(db.session.scalars(sa.select(UserTask.element_id).where(UserTask.state == "created")))
    waits = set(db.session.scalars(sa.select(MessageSubscription.element_id)))
    assert stops <= tasks | waits


def test_nothing_happened_in_the_future_or_before_the_oldest_story(played: Played) -> None:
    for column in (
        ProcessInstance.started_at, ProcessInstance.ended_at, UserTask.created_at, UserTask.ended_at,
        Case.request_time, Comment.written_at,
    ):  # fmt: skip
        first, last = db.session.execute(sa.select(sa.func.min(column), sa.func.max(column))).one()
        assert (NOON - first).days <= 62
        assert last <= NOON
    assert db.session.scalar(sa.select(sa.func.min(Timer.due_at))) > NOON, "A timer that was due has not fired"


def test_only_the_wanted_incidents_are_open(played: Played) -> None:
    rows = db.session.execute(
        sa.select(Incident.code, Incident.params, ProcessInstance.process_id)
        .outerjoin(ProcessInstance, ProcessInstance.key == Incident.instance_key)
        .where(Incident.resolved_at.is_(None))
    ).all()
    found = set()
    for code, params, process in rows:
        found.add(
            (code, params.get("id") or params.get("process")) if process != "return_visit" else ("visit", process)
        )
    assert found == WANTED


def test_cases_are_in_many_stages_and_quotes_have_every_answer(played: Played) -> None:
    stages = set(db.session.scalars(sa.select(Case.status)))
    assert {"new", "in_progress", "waiting_customer", "escalated", "awaiting_visit", "closed"} <= stages
    closed = set(db.session.scalars(sa.select(Case.close_code).where(Case.status == "closed")))
    assert {"repaired", "guided", "returned_unrepaired"} <= closed
    contents = db.session.scalars(sa.select(Document.content).where(Document.kind == "quotation"))
    answers = {content.get("answer") for content in contents}
    assert {"refused", "lapsed", "accepted", None} <= answers
    now = [due for due in db.session.scalars(sa.select(UserTask.due_at).where(UserTask.state == "created")) if due]
    assert any(due < NOON for due in now), "Something is overdue"
    assert any(due.date() == NOON.date() and due > NOON for due in now), "Something is due today"
    assert played.taken >= 5


def test_accounts_sign_in_on_this_machine(played: Played) -> None:
    client = played.app.test_client()
    for username in ("call_agent", "repair_receptionist", "demo_supervisor", "demo_admin"):
        credential = base64.b64encode(f"{username}:{SEED_PASSWORD}".encode()).decode()
        with client.get("/v2/authentication/me", headers={"Authorization": f"Basic {credential}"}) as answer:
            assert answer.status_code == 200
            assert answer.json["username"] == username


def test_the_whole_history_gives_work_to_every_account() -> None:
    """Counted on the plots: whoever is no candidate of a library task is the first responder of something."""
    responsible = {*HEARD, *(role for role, *_ in CLIMBING)}
    assert responsible <= {*ACCOUNT_NAMES, *PERMISSION_ACCOUNTS}
    assert set(PERMISSION_ACCOUNTS) <= responsible
    assert 60 <= sum(plot.times for plot in plots()) <= 120


def test_a_supervisor_repairs_the_unreadable_day_and_sees_the_token_move(empty_demo: Flask) -> None:
    deploy_library()
    company.found()
    (plot,) = (one for one in plots() if one.tell is visit_on_an_unreadable_day)
    clock = empty_demo.extensions["clock"]
    assert History(empty_demo, clock).tell([plot]).broken == ()
    incident = db.session.scalars(sa.select(Incident)).one()
    supervisor = find_person("demo_supervisor")
    assert supervisor is not None
    day = (NOON - dt.timedelta(hours=1)).isoformat()
    engine.set_variables(supervisor, incident.instance_key, {"planned": {"visit": day}}, reason="客户确认的日期")
    engine.resolve_incident(supervisor, incident.key, "日期已更正")
    engine.run_due(empty_demo)
    db.session.rollback()
    assert list(db.session.scalars(sa.select(UserTask.element_id))) == ["s030_visit"]
