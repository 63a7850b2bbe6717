"""Field visits: the board, who is proposed and why, and moving a visit to somebody else."""

import datetime as dt
import re
import typing as t

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db, transaction
from app.desk.dispatch import board as boards
from app.desk.dispatch.moving import move_visit
from app.desk.dispatch.proposal import proposals
from app.desk.dispatch.times import USUAL, times_of
from app.desk.dispatch.visits import Visit, visit, visits
from app.desk.models import Document, StaffSkill
from app.errors import FirstlineError, Forbidden, Invalid, NotFound
from app.people.absence import set_absence
from app.people.audit import AuditEntry
from app.people.notifications import Notification
from app.people.organisation import add_membership
from app.people.person import SYSTEM
from tests.company import ROOT, SERVER_S, SHANGHAI, Company
from tests.conftest import both_databases
from tests.inbox import conftest
from tests.inbox.conftest import As
from tests.play import Play

MONDAY = dt.date(2024, 6, 3)
ORDER = {"service_type": "on_site", "content": "服务器风扇异响", "planned_on": "2024-06-03", "address": "滨江路8号"}
browse = conftest.browse


@pytest.fixture
def engineers(company: Company) -> None:
    """A second one goes to customers in the province, and one in the neighbouring city."""
    add_membership(SYSTEM, company.person("analyst").id, "service_staff", "ZJ")
    add_membership(SYSTEM, company.person("stranger").id, "service_staff", "NJ1")
    with transaction() as session:
        for username, level in (("service_staff", 3), ("analyst", 2)):
            session.add(StaffSkill(user_id=company.person(username).id, line="server", level=level))


def order(play: Play, **more: t.Any) -> Visit:
    """An order nobody goes for yet."""
    before = {one.key for one in visits(play.company.person("dispatcher"))}
    play.start("dispatch_handle_return_visit", "dispatcher", serial_no=SERVER_S, unit="HZ1")
    play.do("s020_fill_order", "dispatcher", **{**ORDER, **more})
    return next(one for one in visits(play.company.person("dispatcher")) if one.key not in before)


def accepted(play: Play, staff: str = "service_staff", at: str = "", **more: t.Any) -> Visit:
    """A visit somebody has accepted, for a time if one is given."""
    found = order(play, **more)
    move_visit(play.company.person("dispatcher"), found.key, staff)
    play.settle()
    play.do("s060_accept", staff, accepted="yes")
    if at:
        play.do("s070_appointment", staff, appointment_at=f"2024-06-03T{at}:00+08:00", parts_needed="no")
    return visit(play.company.person("dispatcher"), found.key)


def told(company: Company, username: str) -> list[str]:
    db.session.rollback()
    query = sa.select(Notification).where(Notification.user_id == company.person(username).id).order_by(Notification.id)
    return [one.template for one in db.session.scalars(query)]


@both_databases
@pytest.mark.usefixtures("engineers")
def test_an_order_waits_on_the_board_until_somebody_goes(browse: As, company: Company, play: Play) -> None:
    found = order(play)
    assert (found.stage, found.staff, found.day) == ("unassigned", "", MONDAY)
    page = browse("dispatcher").get("/dispatch").get_data(as_text=True)
    assert f'id="visit-{found.key}"' in page
    assert "nobody goes yet" in page
    answer = browse("dispatcher").post(
        f"/dispatch/visits/{found.key}/move", data={"staff": "analyst", "day": "2024-06-03"}
    )
    assert answer.status_code == 303
    play.settle()
    assert play.task("s060_accept").assignee == "analyst"
    assert visit(company.person("dispatcher"), found.key).stage == "offered"


@pytest.mark.usefixtures("engineers")
def test_the_proposal_names_skill_area_load_and_calendar_in_both_languages(browse: As, play: Play) -> None:
    found = order(play)
    english = browse("dispatcher").get(f"/dispatch/visits/{found.key}").get_data(as_text=True)
    assert english.index('value="service_staff"') < english.index('value="analyst"')
    for words in ("free that day", "points"):
        assert words in english
    chinese = browse("dispatcher", "zh").get(f"/dispatch/visits/{found.key}").get_data(as_text=True)
    assert "那天空着" in chinese
    assert "stranger" not in chinese


@pytest.mark.usefixtures("engineers")
def test_whoever_is_away_or_has_a_clash_comes_last_and_says_why(company: Company, play: Play) -> None:
    accepted(play, at="14:00")
    second = accepted(play, staff="analyst", at="14:30", address="文三路1号")
    dispatcher = company.person("dispatcher")
    with company.app.test_request_context():
        offered = proposals(second, boards.board(dispatcher, [MONDAY]))
        assert [(one.username, bool(one.against)) for one in offered] == [("analyst", False), ("service_staff", True)]
    analyst = company.person("analyst")
    start = dt.datetime(2024, 6, 3, tzinfo=SHANGHAI)
    set_absence(analyst, analyst.id, substitute_id=dispatcher.id, starts_at=start, ends_at=start + dt.timedelta(days=1))
    with company.app.test_request_context():
        offered = proposals(second, boards.board(dispatcher, [MONDAY]))
        assert all(one.against for one in offered)


@both_databases
@pytest.mark.usefixtures("engineers")
def test_moving_a_visit_moves_its_step_tells_both_and_leaves_the_reason(
    browse: As, company: Company, play: Play
) -> None:
    found = accepted(play, at="14:00")
    reason = {"staff": "analyst", "reason": "白天被客户留住"}
    browse("dispatcher").post(f"/dispatch/visits/{found.key}/move?day=2024-06-03", data=reason)
    assert play.task("s090_serve").assignee == "analyst"
    assert play.variables("dispatch_handle_return_visit")["staff"] == "analyst"
    assert told(company, "analyst")[-1] == "notification.visit_yours"
    assert told(company, "service_staff")[-1] == "notification.visit_gone"
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "engine:instance:handed_over")).one()
    assert (entry.username, entry.reason, entry.detail["to"]) == ("dispatcher", "白天被客户留住", "analyst")
    paper = db.session.scalars(sa.select(Document).where(Document.document_no == found.order_no)).one()
    assert paper.content["staff"] == "analyst"
    page = browse("analyst").get("/inbox/notifications").get_data(as_text=True)
    assert "2024-06-03 14:00" in page


@pytest.mark.usefixtures("engineers")
def test_a_visit_without_an_agreed_time_goes_to_another_day(company: Company, play: Play) -> None:
    found = accepted(play)
    dispatcher = company.person("dispatcher")
    move_visit(dispatcher, found.key, "service_staff", day=dt.date(2024, 6, 5), reason="备件周三到")
    assert visit(dispatcher, found.key).day == dt.date(2024, 6, 5)
    assert told(company, "service_staff")[-1] == "notification.visit_day"


@pytest.mark.usefixtures("engineers")
def test_an_agreed_time_is_not_moved_over_the_customers_head(company: Company, play: Play) -> None:
    found = accepted(play, at="14:00")
    with pytest.raises(Invalid, match="visit_appointed"):
        move_visit(company.person("dispatcher"), found.key, "analyst", day=dt.date(2024, 6, 5), reason="x")
    assert play.task("s090_serve").assignee == "service_staff"


@pytest.mark.usefixtures("engineers")
@pytest.mark.parametrize(
    ("username", "error"),
    [
        ("dispatcher", None),
        ("service_lead", None),
        ("administrator", None),
        ("service_staff", Forbidden),
        ("agent", Forbidden),
        ("owner", Forbidden),
        ("stranger", NotFound),
    ],
)
def test_those_who_direct_the_visit_move_it(
    company: Company, play: Play, username: str, error: type[FirstlineError] | None
) -> None:
    found = accepted(play)
    if error is None:
        move_visit(company.person(username), found.key, "analyst", reason="x")
    else:
        with pytest.raises(error):
            move_visit(company.person(username), found.key, "analyst", reason="x")
    assert play.task("s070_appointment").assignee == ("service_staff" if error else "analyst")


@pytest.mark.usefixtures("engineers")
@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"staff": "analyst", "reason": " "}, "Say why."),
        ({"staff": "stranger", "reason": "x"}, "does not go to customers"),
        ({"staff": "nobody", "reason": "x"}, "does not go to customers"),
        ({}, "does not go to customers"),
    ],
)
def test_a_move_that_cannot_be_made_says_why(browse: As, play: Play, data: dict[str, str], complaint: str) -> None:
    found = accepted(play)
    page = browse("dispatcher").post(f"/dispatch/visits/{found.key}/move", data=data, follow_redirects=True)
    assert complaint in page.get_data(as_text=True)
    assert play.task("s070_appointment").assignee == "service_staff"


@pytest.mark.usefixtures("engineers")
def test_the_board_shows_clashes_short_ways_and_how_long_there_is_to_get_there(
    browse: As, company: Company, play: Play
) -> None:
    accepted(play, at="10:00", address="滨江路8号")
    accepted(play, at="11:45", address="文三路1号")
    accepted(play, at="14:30", address="延安路2号")
    accepted(play, at="15:00", address="庆春路3号")
    page = browse("dispatcher").get("/dispatch?day=2024-06-03").get_data(as_text=True)
    assert "only 15 min to get there" in page
    assert "75 min to get there" in page
    assert "clashes with the visit at 15:00" in page
    assert re.search(r"\b3 do not fit", page)


@pytest.mark.usefixtures("engineers")
def test_a_week_shows_every_day_and_who_is_away(browse: As, company: Company, play: Play) -> None:
    found = accepted(play, planned_on="2024-06-06")
    analyst = company.person("analyst")
    start = dt.datetime(2024, 6, 4, 8, tzinfo=SHANGHAI)
    set_absence(
        analyst, analyst.id, substitute_id=company.person("dispatcher").id, starts_at=start,
        ends_at=start + dt.timedelta(hours=4),
    )  # fmt: skip
    page = browse("dispatcher").get("/dispatch?day=2024-06-03&span=week").get_data(as_text=True)
    cell = page[page.index('data-staff="service_staff" data-day="2024-06-06"') :]
    assert f'id="visit-{found.key}"' in cell[: cell.index("</article>")]
    assert 'is-away" role="cell" data-staff="analyst" data-day="2024-06-04"' in page
    assert f'id="visit-{found.key}"' not in browse("dispatcher").get("/dispatch?day=2024-06-03").get_data(as_text=True)


def test_more_visits_cost_no_more_statements(browse: As, play: Play, statements: list[str]) -> None:
    order(play)
    client = browse("dispatcher")
    client.get("/dispatch")
    statements.clear()
    client.get("/dispatch")
    with_one = len(statements)
    order(play)
    order(play)
    client.get("/dispatch")
    statements.clear()
    assert client.get("/dispatch").get_data(as_text=True).count('id="visit-') == 3
    assert len(statements) == with_one


@pytest.mark.parametrize(
    "address", ["/dispatch?day=never", "/dispatch?day=9999-12-31&span=week", "/dispatch?span=year"]
)
def test_an_address_that_means_nothing_shows_today(browse: As, address: str) -> None:
    assert browse("dispatcher").get(address).status_code == 200


def test_a_stranger_sees_no_visit_of_another_province(browse: As, play: Play) -> None:
    found = order(play)
    assert "visit-" not in browse("stranger").get("/dispatch").get_data(as_text=True).replace("fl-visit", "")
    assert browse("stranger").get(f"/dispatch/visits/{found.key}").status_code == 404
    assert browse("stranger").get("/dispatch").status_code == 200


def test_installations_stand_on_the_board_and_are_moved_in_their_own_steps(company: Company, play: Play) -> None:
    with transaction() as session:
        for username, level in (("field_engineer", 3), ("service_staff", 2)):
            session.add(StaffSkill(user_id=company.person(username).id, line="server", level=level))
    delivery = {"order_no": "SO-1", "unit": "ZJ", "serial_no": SERVER_S, "site_address": "滨江路8号"}
    products = [{"model": "SV-R4", "quantity": 2}]
    play.publish("msg_delivery_ready", "SO-1", **delivery, products=products, wished_on="2024-06-05")
    play.settle()
    play.do("s020_plan", "engineering_manager", plan="accept", product_line="server", days=1)
    everybody = company.person("administrator")
    (found,) = visits(everybody)
    assert (found.stage, found.day, found.address) == ("unassigned", dt.date(2024, 6, 5), "滨江路8号")
    assert found.times.lasts == dt.timedelta(hours=4)
    play.do("s040_name_team", "server_product_manager", chosen="field_engineer")
    play.do("s050_write_order", "dispatcher", planned_on="2024-06-05")
    play.settle()
    (found,) = visits(everybody)
    assert (found.stage, found.staff) == ("accepted", "field_engineer")
    assert boards.board(everybody, [found.day]).at("field_engineer", found.day)[0].visit == found
    with pytest.raises(Forbidden):
        move_visit(everybody, found.key, "service_staff", reason="closer")


def test_process_owners_say_what_visits_last_and_ways_need(company: Company) -> None:
    owner = company.person("owner")
    assert times_of(owner, ["on_site"])["on_site"] == USUAL
    table = ROOT / "bpmn" / "field" / "field_visit_times.dmn"
    shorter = table.read_bytes().replace(b"<text>90</text>", b"<text>45</text>")
    shorter = shorter.replace(b"<text>30</text>", b"<text>-5</text>")
    engine.deploy(owner, [engine.File("field_visit_times.dmn", shorter)])
    times = times_of(owner, ["on_site", "installation", ""])
    assert times["on_site"].lasts == times[""].lasts == dt.timedelta(minutes=45)
    assert times["installation"].lasts == dt.timedelta(hours=4)
    assert times["on_site"].travel == USUAL.travel, "what cannot be is not taken"
