"""Nothing that happened between a backup and its restore happens a second time in the world outside."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import engine
from app.backup import cli
from app.clock import SetClock
from app.db import db
from app.engine import held
from app.engine.models import Job, ProcessInstance, Timer
from app.errors import Forbidden, NotFound
from app.people.audit import AuditEntry
from app.people.models import WebSession
from app.people.signin import start_session
from tests.backup.conftest import backed_up, calling, restored
from tests.company import Company
from tests.conftest import both_databases
from tests.engine.diagrams import END, START, bpmn, catch_timer, chain, service, user
from tests.engine.truth import assert_rows_follow_the_state
from tests.people.cast import HERE

House = Callable[[str], Flask]
MAIL = "outside.mail"
DAILY = (
    '<startEvent id="daily"><timerEventDefinition><timeCycle xsi:type="tFormalExpression">R/P1D</timeCycle>'
    "</timerEventDefinition></startEvent>"
)
FILES = {
    "remind.bpmn": bpmn("remind", chain(START, catch_timer("wait", "PT1H"), service("mail", MAIL), user("after"), END)),
    "book.bpmn": bpmn("book", chain(START, service("order", MAIL), user("booked"), END)),
    "report.bpmn": bpmn("report", chain(DAILY, service("send", MAIL), END)),
    "patience.bpmn": bpmn("patience", chain(START, catch_timer("long", "P9D"), service("late", MAIL), END)),
}


class Outside:
    """The world: a program that does what it is asked to, and everybody who notices when it does it twice."""

    def __init__(self) -> None:
        self.noticed: Counter[str] = Counter()
        self.done: list[int] = []

    def work(self, company: Company, app: Flask) -> None:
        """Let time do its work and the program what comes of it, until nothing moves."""
        person = company.person("agent")
        while True:
            engine.run_due(app)
            jobs = engine.activate_jobs(person, MAIL, "mailer", 60)
            if not jobs:
                return
            for job, *_ in jobs:
                self.noticed[f"{job.process_id}/{job.element_id}"] += 1
                self.done.append(job.key)
                engine.complete_job(person, job.key, {"sent": True})


@pytest.fixture
def outside(app: Flask, company: Company, clock: SetClock) -> Outside:
    """Work on its way that reaches outside: by a timer, by a lease, by the clock; and some that is not due for long."""
    engine.deploy(company.person("owner"), [engine.File(name, content) for name, content in FILES.items()])
    for process in ("remind", "book", "patience"):
        engine.start_instance(company.person("agent"), process)
    db.session.remove()
    return Outside()


@pytest.fixture
def other(app: Flask, make_house: House, company: Company) -> Company:
    """The installation into which it is restored."""
    sqlite = str(app.extensions["settings"].database.url).startswith("sqlite")
    return Company(make_house("sqlite" if sqlite else "postgres"), company.clock)


@contextmanager
def restored_in(other: Company, path: Path, *options: str) -> Iterator[str]:
    """The other installation after the restore, with what the command said."""
    said = restored(other.app, path, *options)
    with other.app.app_context():
        yield said
        db.session.remove()


def lost_time(company: Company, outside: Outside) -> list[int]:
    """What happens after the backup, before the disk breaks; returns the keys of jobs that were done."""
    company.clock.advance(hours=30)
    outside.work(company, company.app)
    assert outside.noticed == {"remind/mail": 1, "book/order": 1, "report/send": 1}
    db.session.remove()
    return outside.done


@both_databases
def test_what_happened_since_the_backup_does_not_happen_again(
    app: Flask, company: Company, outside: Outside, other: Company, tmp_path: Path
) -> None:
    path = backed_up(app, tmp_path / "all.zip")
    lost_time(company, outside)
    noticed = Counter(outside.noticed)
    with restored_in(other, path) as said:
        outside.work(other, other.app)
        assert outside.noticed == noticed
        assert "     1 timer remind / wait  due 2024-06-03 02:30 UTC" in said
        assert "     1 start report / daily" in said
        assert "     1 job   book / order" in said
        assert_rows_follow_the_state()


@both_databases
def test_without_holding_back_it_would(
    app: Flask, company: Company, outside: Outside, other: Company, tmp_path: Path
) -> None:
    """The proof that the test above proves something."""
    path = backed_up(app, tmp_path / "all.zip")
    lost_time(company, outside)
    with restored_in(other, path, "--no-hold"):
        outside.work(other, other.app)
    assert outside.noticed == {"remind/mail": 2, "book/order": 2, "report/send": 2}


@both_databases
def test_what_is_not_due_yet_and_what_is_begun_afterwards_goes_on_by_itself(
    app: Flask, company: Company, outside: Outside, other: Company, tmp_path: Path
) -> None:
    path = backed_up(app, tmp_path / "all.zip")
    lost_time(company, outside)
    with restored_in(other, path):
        engine.start_instance(other.person("agent"), "book")
        other.clock.advance(days=9)
        outside.work(other, other.app)
    assert outside.noticed == {"remind/mail": 1, "book/order": 2, "report/send": 1, "patience/late": 1}


@both_databases
def test_a_program_that_reports_late_is_heard_once_and_hits_no_other_job(
    app: Flask, company: Company, outside: Outside, other: Company, tmp_path: Path
) -> None:
    path = backed_up(app, tmp_path / "all.zip")
    before = set(db.session.scalars(sa.select(Job.key)))
    done = lost_time(company, outside)
    known = [key for key in done if key in before]
    assert len(known) == 1
    with restored_in(other, path):
        person = other.person("agent")
        for _ in range(20):
            engine.start_instance(person, "book")
        for key in known:
            engine.complete_job(person, key, {"sent": True})
        for key in done:
            with pytest.raises(NotFound):
                engine.complete_job(person, key, {"sent": True})
        assert db.session.scalar(sa.select(sa.func.count(Job.key)).where(Job.type == MAIL)) == 20


@both_databases
def test_what_really_did_not_happen_is_released_and_goes_on(
    app: Flask, company: Company, outside: Outside, other: Company, tmp_path: Path
) -> None:
    path = backed_up(app, tmp_path / "all.zip")
    company.clock.advance(hours=30)
    db.session.remove()
    call = calling(other.app)
    with restored_in(other, path):
        assert "released" not in call(cli.release).output
        assert "1 released" in call(cli.release, "--timers", "--process", "remind", "--reason", "no mail went").output
        assert "0 released" in call(cli.release, "--jobs", "--process", "remind").output
        outside.work(other, other.app)
        # The timer has fired and made a new job, which nothing holds.
        assert outside.noticed == {"remind/mail": 1}
        assert "1 released" in call(cli.release, "--starts", "--process", "report").output
        assert "1 released" in call(cli.release, "--jobs", "--process", "book").output
        # The rest are the processes of the library that the clock starts.
        told = call(cli.release, "--timers", "--starts", "--jobs").output
        assert int(told.split()[0]) > 0
        assert "Nothing is held back." in told
        outside.work(other, other.app)
        assert outside.noticed == {"remind/mail": 1, "book/order": 1, "report/send": 1}
        audited = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert audited.count("engine:held:released") == len(("remind", "no job", "report", "book", "library"))
        assert "engine:installation:restored" in audited


@both_databases
def test_sessions_end_because_some_may_have_been_ended_meanwhile(
    app: Flask, company: Company, other: Company, tmp_path: Path
) -> None:
    start_session(company.person("agent").id, HERE, method="password")
    path = backed_up(app, tmp_path / "all.zip")
    with restored_in(other, path) as said:
        assert "sign in again" in said
        assert db.session.scalars(sa.select(WebSession)).all() == []


def test_a_held_job_that_a_program_reports_as_failed_is_held_no_longer(
    app: Flask, company: Company, outside: Outside, clock: SetClock
) -> None:
    with db.session.begin_nested():
        held.hold(db.session, clock.now())
    db.session.commit()
    job = db.session.scalars(sa.select(Job)).one()
    assert job.resumes_at is not None
    engine.fail_job(company.person("agent"), job.key, retries=2, back_off=60)
    db.session.refresh(job)
    assert (job.resumes_at, job.due_at) == (None, clock.now() + dt.timedelta(seconds=60))
    outside.work(company, app)
    assert outside.noticed == {}
    clock.advance(minutes=2)
    outside.work(company, app)
    assert outside.noticed["book/order"] == 1


@pytest.mark.parametrize("username", ["agent", "supervisor", "owner"])
def test_only_administrators_release(app: Flask, company: Company, username: str) -> None:
    person = company.person(username)
    for act in (lambda: held.held(person), lambda: held.release(person, ["timer"])):
        with pytest.raises(Forbidden):
            act()


def test_a_held_timer_of_an_instance_that_is_cancelled_is_gone(
    app: Flask, company: Company, outside: Outside, clock: SetClock
) -> None:
    clock.advance(hours=2)
    held.hold(db.session, clock.now())
    db.session.commit()
    instance = db.session.scalars(sa.select(ProcessInstance.key).where(ProcessInstance.process_id == "remind")).one()
    engine.cancel_instance(company.person("administrator"), instance, "not needed")
    assert db.session.scalars(sa.select(Timer.key).where(Timer.resumes_at.is_not(None))).all() == []
