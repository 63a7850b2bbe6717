"""Deadlines count by the unit's own working time, explain themselves, and stand still while others are waited for."""

import datetime as dt

import pytest

from app import calendars, engine
from app.calendars import Pattern
from app.calendars.days import parse_shifts
from app.db import db, transaction
from app.desk import clocks
from app.desk.models import Case, ServiceContract
from app.desk.queries import durations
from app.engine.models import OutsideWait, Timer, UserTask
from app.i18n import in_language
from app.people.audit import AuditEntry
from tests.company import MONDAY, SHANGHAI, Company
from tests.conftest import both_databases
from tests.engine.diagrams import END, START, bpmn, chain, flow, user
from tests.play import Play

TWO_HOURS = '<zeebe:taskSchedule dueDate="=due(now(), &quot;2 wh&quot;)"/>'
QINGMING_EVE = dt.datetime(2025, 4, 3, 17, tzinfo=SHANGHAI)
WAIT = (
    '<intermediateCatchEvent id="answer" name="答复"><extensionElements><zeebe:properties>'
    '<zeebe:property name="name:en" value="Answer"/><zeebe:property name="waits_for" value="{whom}"/>'
    '</zeebe:properties></extensionElements><messageEventDefinition messageRef="Message_reply"/>'
    "</intermediateCatchEvent>"
)
REPLY = (
    '<message id="Message_reply" name="reply"><extensionElements>'
    '<zeebe:subscription correlationKey="=case.case_no"/></extensionElements></message>'
)


def with_deadline(schedule: str = TWO_HOURS) -> str:
    return user("work", groups="repair_receptionist@HZ1").replace("<zeebe:userTask/>", f"<zeebe:userTask/>{schedule}")


def deploy(company: Company, *steps: str, more: str = "") -> None:
    file = engine.File("timed.bpmn", bpmn("timed", chain(START, *steps, END), outside=more))
    engine.deploy(company.person("owner"), [file])


def start(company: Company, **more: str) -> UserTask:
    """Start the process at HZ1 and return its first task."""
    started = engine.start_instance(company.person("agent"), "timed", {"unit": "HZ1", **more})
    db.session.rollback()
    return db.session.query(UserTask).filter_by(instance_key=started.key, state="created").one()


def due(task: UserTask) -> str:
    assert task.due_at is not None
    return f"{task.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def why(task: UserTask, language: str) -> str:
    with in_language(language):
        return clocks.why_due(task)


@both_databases
def test_a_deadline_says_what_it_counted_and_what_it_left_out(company: Company) -> None:
    company.clock.set(QINGMING_EVE)
    deploy(company, with_deadline())
    task = start(company)
    assert due(task) == "2025-04-07 10:00"
    assert why(task, "en") == (
        "due Mon 7 Apr 10:00 = 2 working hours from Thu 3 Apr 17:00; Fri 4 Apr – Sun 6 Apr excluded (Tomb-Sweeping Day)"
    )
    assert why(task, "zh") == (
        "4 月 7 日 周一 10:00 到期 = 从 4 月 3 日 周四 17:00 起 2 个工作小时；4 月 4 日 周五 – 4 月 6 日 周日 放假（清明节），不算"
    )


@both_databases
def test_a_deadline_counts_by_the_week_of_the_unit_that_has_the_case(company: Company) -> None:
    calendars.set_pattern("HZ1", Pattern(week=(parse_shifts("08:00-12:00, 18:00-22:00"),) * 7))
    company.clock.set(dt.datetime(2024, 6, 7, 21, tzinfo=SHANGHAI))
    deploy(company, with_deadline())
    task = start(company)
    assert due(task) == "2024-06-08 09:00"


def test_a_timer_and_a_table_count_by_the_unit_too(company: Company) -> None:
    calendars.set_pattern("ZJ", Pattern(zone="Asia/Tokyo"))
    schedule = '<zeebe:taskSchedule dueDate="=if is working time(now()) then due(now(), &quot;1 wh&quot;) else null"/>'
    company.clock.set(dt.datetime(2024, 6, 3, 8, 30, tzinfo=SHANGHAI))
    deploy(company, with_deadline(schedule))
    task = start(company)
    assert due(task) == "2024-06-03 09:30", "it is half past nine in Tokyo, and work goes on"


@both_databases
def test_a_contract_that_covers_days_off_counts_around_the_clock(company: Company) -> None:
    company.clock.set(dt.datetime(2024, 6, 7, 17, tzinfo=SHANGHAI))
    deploy(company, with_deadline())
    with transaction() as session:
        contract = session.query(ServiceContract).one()
        contract.non_workday_covered = True
        server = company.asset("SVR4S300").serial_no
    task = start(company, serial_no=server)
    assert due(task) == "2024-06-07 19:00"
    assert why(task, "en") == "due Fri 7 Jun 19:00 = 2 hours from Fri 7 Jun 17:00, open or closed"


def test_a_deadline_that_somebody_moved_is_no_longer_counted(company: Company) -> None:
    deploy(company, with_deadline())
    task = start(company)
    engine.update_task(
        company.person("supervisor"), task.key, due_at=MONDAY.replace(hour=17), reason="customer is away"
    )
    db.session.expire_all()
    assert task.due_basis is None
    assert why(task, "en").startswith("due Mon 3 Jun 17:30, which leaves 7 working hours from Mon 3 Jun 09:30")


def test_a_task_without_a_deadline_has_nothing_to_explain(company: Company) -> None:
    deploy(company, with_deadline(""))
    task = start(company)
    assert why(task, "en") == ""


@both_databases
@pytest.mark.parametrize("whom", ["customer", "vendor"])
def test_the_clock_of_a_case_stands_still_while_somebody_outside_is_waited_for(
    company: Company, play: Play, whom: str
) -> None:
    deploy(company, WAIT.format(whom=whom), with_deadline(), more=REPLY)
    case = db.session.get(Case, engine.start_instance(company.person("agent"), "timed", {"unit": "HZ1"}).case_id)
    assert case is not None
    play.wait(hours=4)
    engine.publish_message(company.person("agent"), "reply", case.case_no, {})
    play.wait(hours=2)
    waits = db.session.query(OutsideWait).all()
    assert [(one.waits_for, one.case_id, one.until - one.since) for one in waits] == [
        (whom, case.id, dt.timedelta(hours=4))
    ]
    with transaction():
        db.session.get(Case, case.id).resolve_due = MONDAY.replace(hour=17)
    said = clocks.clocks_of(db.session.get(Case, case.id), None, waits, company.clock.now())
    # 9:30 to 15:30 is five hours of work; the wait from 9:30 to 13:30 took three of them.
    assert (said.times.total, said.times.own) == (dt.timedelta(hours=5), dt.timedelta(hours=2))
    assert said.due == MONDAY.replace(day=4, hour=11)
    assert not said.waits


def test_waits_that_overlap_stop_the_clock_once(company: Company) -> None:
    at = [MONDAY + dt.timedelta(minutes=30 * number) for number in range(5)]
    waits = [
        OutsideWait(since=at[0], until=at[2]),
        OutsideWait(since=at[1], until=at[3]),
        OutsideWait(since=at[4], until=None),
    ]
    case = Case(request_time=MONDAY, resolve_due=MONDAY.replace(hour=17))
    said = clocks.clocks_of(case, None, waits, MONDAY + dt.timedelta(minutes=135))
    assert said.times.paused == dt.timedelta(minutes=105)
    assert said.waits


def test_a_changed_calendar_moves_open_deadlines_when_asked_and_says_before_what_would_move(company: Company) -> None:
    company.clock.set(dt.datetime(2024, 6, 7, 17, tzinfo=SHANGHAI))
    deploy(company, with_deadline())
    counted, by_hand = start(company), start(company)
    lead, unit = company.person("supervisor"), counted.unit_id
    engine.update_task(lead, by_hand.key, due_at=MONDAY.replace(day=13))
    calendars.set_day(dt.date(2024, 6, 8), parse_shifts("09:00-12:00"), unit="HZ1")
    found = engine.preview_recount(lead, [unit])
    assert (found.looked_at, found.later, found.earlier, found.by_hand) == (1, 0, 1, 1)
    assert due(counted) == "2024-06-11 10:00", "a preview changes nothing"
    assert engine.recount_deadlines(lead, [unit], "outlet opens on Saturday") == (1, 0)
    db.session.expire_all()
    assert (due(counted), due(by_hand)) == ("2024-06-08 10:00", "2024-06-13 09:30")
    assert engine.recount_deadlines(lead, [unit]) == (0, 0)


def late(element_id: str, moment: str) -> str:
    """A timer beside the task, and where it leads."""
    timer = f'<timerEventDefinition><timeDate xsi:type="tFormalExpression">{moment}</timeDate></timerEventDefinition>'
    beside = f'<boundaryEvent id="{element_id}" attachedToRef="work" cancelActivity="false">{timer}</boundaryEvent>'
    end = f'<endEvent id="end_{element_id}"/>'
    return beside + end + flow(element_id, f"end_{element_id}")


def timers() -> dict[str, str]:
    db.session.rollback()
    rows = db.session.query(Timer).filter(Timer.element_id.in_(("told", "dated"))).populate_existing()
    return {one.element_id: f"{one.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for one in rows}


@both_databases
def test_a_changed_calendar_moves_armed_timers_with_the_deadlines_beside_them_once(
    company: Company, play: Play
) -> None:
    company.clock.set(dt.datetime(2024, 6, 7, 17, tzinfo=SHANGHAI))
    more = late("told", '=due(now(), "2 wh")') + late("dated", '="2024-06-11T09:00:00+08:00"')
    body = chain(START, with_deadline(), END) + more
    engine.deploy(company.person("owner"), [engine.File("timed.bpmn", bpmn("timed", body))])
    counted = start(company)
    lead, unit = company.person("supervisor"), counted.unit_id
    assert timers() == {"told": "2024-06-11 10:00", "dated": "2024-06-11 09:00"}
    calendars.set_day(dt.date(2024, 6, 8), parse_shifts("09:00-12:00"), unit="HZ1")
    found = engine.preview_recount(lead, [unit])
    assert (found.moved, found.timers) == (1, 1)
    assert timers()["told"] == "2024-06-11 10:00", "a preview changes nothing"
    assert engine.recount_deadlines(lead, [unit], "outlet opens on Saturday") == (1, 1)
    assert timers() == {"told": "2024-06-08 10:00", "dated": "2024-06-11 09:00"}
    assert engine.recount_deadlines(lead, [unit]) == (0, 0)
    why = db.session.query(AuditEntry).filter_by(action="engine:timer:recounted").one()
    assert (why.reason, why.case_id, why.detail["element"]) == ("outlet opens on Saturday", counted.case_id, "told")
    play.until(dt.datetime(2024, 6, 8, 10, 1, tzinfo=SHANGHAI))
    assert timers() == {"dated": "2024-06-11 09:00"}


def test_a_timer_without_a_task_moves_as_well_and_one_of_another_unit_stays(company: Company) -> None:
    company.clock.set(dt.datetime(2024, 6, 7, 17, tzinfo=SHANGHAI))
    wait = (
        '<intermediateCatchEvent id="wait"><timerEventDefinition><timeDate xsi:type="tFormalExpression">'
        '=due(now(), "2 wh")</timeDate></timerEventDefinition></intermediateCatchEvent>'
    )
    deploy(company, wait)
    here = engine.start_instance(company.person("agent"), "timed", {"unit": "HZ1"})
    engine.start_instance(company.person("agent"), "timed", {"unit": "HZ2"})
    calendars.set_day(dt.date(2024, 6, 8), parse_shifts("09:00-12:00"), unit="ZJ")
    unit = db.session.get(Case, here.case_id).unit_id
    assert engine.preview_recount(company.person("supervisor"), [unit]).timers == 1
    assert engine.recount_deadlines(company.person("supervisor"), [unit]) == (0, 1)
    db.session.rollback()
    moved = {one.instance_key: one.due_at for one in db.session.query(Timer).populate_existing()}
    assert moved.pop(here.key) == dt.datetime(2024, 6, 8, 10, tzinfo=SHANGHAI)
    assert set(moved.values()) == {dt.datetime(2024, 6, 11, 10, tzinfo=SHANGHAI)}


@both_databases
def test_reports_get_both_times_of_closed_cases_and_for_whom_they_waited(company: Company, play: Play) -> None:
    deploy(company, WAIT.format(whom="vendor"), with_deadline(), more=REPLY)
    started = engine.start_instance(company.person("agent"), "timed", {"unit": "HZ1"})
    case = db.session.get(Case, started.case_id)
    assert case is not None
    play.wait(hours=2)
    engine.publish_message(company.person("agent"), "reply", case.case_no, {})
    play.wait(hours=2)
    engine.complete_task(company.person("agent"), play.task("work").key, {})
    day = (MONDAY.replace(hour=0), MONDAY.replace(hour=23))
    (found,) = durations.durations(company.person("supervisor"), *day)
    assert (found.case_no, found.times.total, found.times.own, found.waited) == (
        case.case_no, dt.timedelta(hours=3), dt.timedelta(hours=1), {"vendor": dt.timedelta(hours=2)},
    )  # fmt: skip
    assert list(durations.durations(company.person("stranger"), *day)) == []


def test_a_first_answer_that_is_due_explains_itself_until_it_is_given(company: Company) -> None:
    case = Case(request_time=MONDAY, response_due=MONDAY.replace(hour=11))
    with company.app.test_request_context(headers={"Accept-Language": "en"}):
        said = clocks.clocks_of(case, None, (), MONDAY)
        case.responded_at = MONDAY
        assert said.answer == "due Mon 3 Jun 11:30, which leaves 2 working hours from Mon 3 Jun 09:30"
        assert clocks.clocks_of(case, None, (), MONDAY).answer == ""
