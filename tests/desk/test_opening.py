"""How a process instance gets its case, and when that case is over."""

import threading

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.desk import queries
from app.desk.models import Case, Document
from app.engine.models import Message
from app.errors import Invalid
from app.people import notifications
from tests.company import HANDSET_A, Company
from tests.conftest import both_databases
from tests.desk.conftest import Desk
from tests.engine.test_races import together
from tests.play import Play

pytestmark = both_databases


def test_a_start_by_the_bare_api_fills_its_own_case_header(company: Company, play: Play) -> None:
    case_id = play.start("outlet_intake_repair", "agent", serial_no=" ec900-a100 ", channel="counter")
    case = play.case(case_id)
    assert (case.case_no, case.serial_no, case.channel, case.status) == (
        "RO-20240603-0001",
        HANDSET_A,
        "counter",
        "new",
    )
    assert case.customer_id == company.customer("李娜").id
    assert case.first_responder_id == case.accountable_user_id == company.person("agent").id
    assert play.instance("outlet_intake_repair").unit_id == case.unit_id


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"case_no": "RO-19990101-0001"}, "desk.no_such_case"),
        ({"customer_id": 1}, "desk.no_such_record"),
        ({"asset_id": "many"}, "desk.no_such_record"),
        ({"unit": "MOON"}, "desk.no_such_unit"),
    ],
)
def test_a_start_that_names_what_does_not_exist_starts_nothing(
    company: Company, variables: dict[str, object], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        engine.start_instance(company.person("agent"), "outlet_intake_repair", variables)
    assert refused.value.code == code
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0
    started = engine.start_instance(company.person("agent"), "outlet_intake_repair", {})
    number = db.session.scalar(sa.select(Case.case_no).where(Case.id == started.case_id))
    assert number == "RO-20240603-0001"


def test_a_case_closes_with_its_last_root_instance(company: Company, play: Play) -> None:
    case_id = play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A)
    again = play.start("return_visit", "service_lead", case_no=play.case(case_id).case_no, due_delay=1)
    assert again == case_id
    lead = company.person("outlet_head")
    engine.cancel_instance(lead, play.instance("return_visit").key, "not needed")
    assert play.case(case_id).closed_at is None
    engine.cancel_instance(lead, play.instance("outlet_intake_repair").key, "customer went home")
    case = play.case(case_id)
    assert (case.status, case.closed_at) == ("cancelled", company.clock.now())


def test_two_jobs_that_take_the_same_part_at_once_both_count(desk: Desk) -> None:
    cases = [desk.open() for _ in range(6)]
    failures: list[Exception] = []

    def take(case_id: int) -> None:
        with desk.company.app.app_context():
            try:
                parts = [{"code": "SPK", "quantity": 1}, {"code": "LCD", "quantity": 1}]
                turned = parts if case_id % 2 else parts[::-1]
                desk.do("desk.stock", case_id, {"site": "HZ1", "parts": turned}, action="use")
            except Exception as error:  # noqa: BLE001 (reported by the test itself, whatever it is)
                failures.append(error)
            finally:
                db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=take, args=(case_id,)) for case_id in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (desk.company.on_hand("SPK"), desk.company.on_hand("LCD")) == (4, 4)


def test_a_case_whose_two_last_instances_end_at_the_same_moment_is_closed(company: Company, play: Play) -> None:
    """Each took the other one for alive, and the case stayed open for ever."""
    case_id = play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A)
    play.start("return_visit", "service_lead", case_no=play.case(case_id).case_no, due_delay=1)
    lead = company.person("outlet_head")
    keys = [play.instance(name).key for name in ("return_visit", "outlet_intake_repair")]
    together(company.app, [lambda key=key: engine.cancel_instance(lead, key, "power cut") for key in keys])
    assert play.case(case_id).status == "cancelled"


def test_whoever_waits_for_the_end_of_a_case_hears_of_it_once(company: Company, play: Play) -> None:
    case_no = play.case(play.start("return_visit", "service_lead", serial_no=HANDSET_A, due_delay=1)).case_no
    text = {"text": "call", "remind_at": "2024-09-01T09:00:00+08:00", "about_case": case_no}
    reminders = [play.start("service_reminder", "agent", **text) for _ in range(2)]
    visit = play.instance("return_visit").key
    engine.cancel_instance(company.person("administrator"), visit, "not needed")
    play.settle()
    assert {play.case(one).status for one in reminders} == {"closed"}
    kept = sa.select(Message.delivered_to).where(Message.name == "msg_case_closed")
    assert db.session.scalars(kept).all() == [["service_reminder"], ["service_reminder"]]


def test_a_clock_that_finds_nothing_leaves_no_case_that_anybody_sees(company: Company, play: Play) -> None:
    play.wait(days=1)
    checks = db.session.scalars(sa.select(Case).where(Case.process_id == "daily_supervision_check")).all()
    assert len(checks) > 1, "one that opens the others, and one for each manager"
    assert {(one.status, one.quiet) for one in checks} == {("closed", True)}
    assert all(one.quiet for one in db.session.scalars(sa.select(Case).where(Case.closed_at.is_not(None))))
    for who in ("supervisor", "agent", "administrator"):
        person = company.person(who)
        assert "daily_supervision_check" not in {one.process_id for one in queries.search(person)}
    boss = company.person("administrator")
    assert queries.story(boss, checks[0].case_no).case.id == checks[0].id, "by its number it is found"
    clean = sa.select(sa.func.count()).select_from(Document).where(Document.kind == "daily_check")
    assert db.session.scalar(clean) == len(checks) - 1, "what was checked stays on record"


def test_a_clock_that_found_something_to_do_is_seen(company: Company, play: Play) -> None:
    play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, unit="HZ1")
    play.wait(days=10)
    done = [one for one in play.open_elements() if one == "s040_review"]
    seen = queries.search(company.person("administrator"), limit=500)
    reviews = [one for one in seen if one.process_id == "daily_supervision_check"]
    assert len(reviews) >= len(done) > 0


def test_whoever_watches_a_case_is_told_that_it_is_closed(company: Company, play: Play) -> None:
    case_id = play.start("return_visit", "service_lead", serial_no=HANDSET_A, due_delay=1)
    watcher = company.person("service_lead")
    engine.watch_case(watcher, case_id)
    engine.cancel_instance(company.person("administrator"), play.instance("return_visit").key, "not needed")
    (told,) = notifications.notifications_of(watcher)
    params = {"case": play.case(case_id).case_no}
    assert (told.template, told.params, told.case_id) == ("notification.case_closed", params, case_id)
    assert notifications.notifications_of(company.person("colleague")) == []
