"""The page on the working time of units: who may look, who may change, and what it says."""

import datetime as dt

import pytest

from app import calendars
from app.db import db
from app.people.audit import AuditEntry
from app.people.units import unit_tree
from tests.company import Company
from tests.desk.conftest import As
from tests.desk.test_working_time import deploy, due, start, with_deadline

SATURDAY = dt.date(2024, 6, 8)
OPEN_SATURDAY = {"unit": "HZ1", "first": "2024-06-08", "hours": "09:00-12:00", "name_zh": "促销", "name_en": "Sale"}
WEEK = {"unit": "HZ1", "week": "own", **{f"day_{number}": "10:00-20:00" for number in range(7)}}


def unit_calendar(code: str) -> calendars.Calendar:
    return calendars.keeper().at(("", *unit_tree().by_code[code].above))


@pytest.mark.parametrize("username", ["agent", "colleague", "supervisor", "owner", "stranger", "administrator"])
def test_everybody_of_the_staff_sees_the_year(browse: As, company: Company, username: str) -> None:
    page = browse(username).get("/desk/calendar?unit=HZ1&year=2024")
    assert page.status_code == 200
    assert "251 working days" in page.text
    assert "Dragon Boat Festival" in page.text


@pytest.mark.parametrize(
    ("username", "unit", "status"),
    [
        ("agent", "HZ1", 403), ("colleague", "HZ1", 403), ("owner", "HZ1", 403), ("stranger", "HZ1", 403),
        ("supervisor", "HZ1", 303), ("supervisor", "NJ1", 403), ("supervisor", "", 403), ("administrator", "", 303),
        ("administrator", "NOWHERE", 404),
    ],
)  # fmt: skip
@pytest.mark.parametrize("act", ["week", "days", "clear", "copy", "recalculate"])
def test_supervisors_keep_the_units_they_lead_and_administrators_all(
    browse: As,
    company: Company,
    username: str,
    unit: str,
    status: int,
    act: str,
) -> None:
    form = {**WEEK, **OPEN_SATURDAY, "day": "2024-06-08", "sure": "1", "unit": unit}
    said = browse(username).post(f"/desk/calendar/{act}", data=form).status_code
    assert said == (422 if act == "copy" and (username, unit) == ("administrator", "") else status)


def test_an_outlet_opens_on_a_saturday_and_the_page_says_who_decided_it(browse: As, company: Company) -> None:
    client = browse("supervisor")
    page = client.post("/desk/calendar/days", data=OPEN_SATURDAY, follow_redirects=True).text
    assert "1 day set" in page
    assert "252 working days" in page
    assert page.count("Sale") > 1
    assert unit_calendar("HZ1").shifts_on(SATURDAY)
    assert not unit_calendar("HZ2").shifts_on(SATURDAY)
    assert "促销" in browse("agent", "zh").get("/desk/calendar?unit=HZ1&year=2024").text
    assert "Days set" in client.get("/desk/calendar?unit=HZ1&year=2024").text
    client.post("/desk/calendar/clear", data={"unit": "HZ1", "day": "2024-06-08"})
    assert not unit_calendar("HZ1").shifts_on(SATURDAY)
    assert [entry.action for entry in db.session.query(AuditEntry).filter_by(subject="calendar:HZ1")] == [
        "desk:calendar:days_set", "desk:calendar:day_cleared",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("act", "change", "said"),
    [
        ("days", {"hours": "nine to five"}, "is no shift"),
        ("days", {"hours": "09:00-12:00, 11:00-13:00"}, "shifts overlap"),
        ("days", {"last": "2024-06-01"}, "The last day is not before the first"),
        ("days", {"last": "2024-12-31"}, "at most 62 days"),
        ("days", {"first": "tomorrow"}, "Choose a day"),
        ("days", {"first": "1999-01-01"}, "covers 2015–2045"),
        ("week", {"zone": "Mars/Olympus"}, "There is no time zone"),
        ("week", {f"day_{number}": "" for number in range(7)}, "never let anything become due"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_changes(
    browse: As,
    company: Company,
    act: str,
    change: dict[str, str],
    said: str,
) -> None:
    before = unit_calendar("HZ1")
    answer = browse("supervisor").post(f"/desk/calendar/{act}", data={**WEEK, **OPEN_SATURDAY, **change})
    assert answer.status_code == 422
    assert said in answer.text
    assert unit_calendar("HZ1") == before


def test_a_week_of_several_shifts_is_kept_and_can_follow_the_unit_above_again(browse: As, company: Company) -> None:
    client = browse("supervisor")
    client.post("/desk/calendar/week", data={**WEEK, "day_6": "08:00-12:00，18:00-22:00", "holidays": "no"})
    page = client.get("/desk/calendar?unit=HZ1&year=2024").text
    assert "08:00-12:00, 18:00-22:00" in page
    assert "366 working days" in page
    client.post("/desk/calendar/week", data={"unit": "HZ1", "week": "above"})
    assert "251 working days" in client.get("/desk/calendar?unit=HZ1&year=2024").text


def test_what_was_copied_from_above_no_longer_follows_it(browse: As, company: Company) -> None:
    client = browse("supervisor")
    client.post("/desk/calendar/days", data={**OPEN_SATURDAY, "unit": "ZJ"})
    client.post("/desk/calendar/copy", data={"unit": "HZ1", "year": "2024"})
    client.post("/desk/calendar/clear", data={"unit": "ZJ", "day": "2024-06-08"})
    assert unit_calendar("HZ1").shifts_on(SATURDAY)
    assert not unit_calendar("HZ2").shifts_on(SATURDAY)


def test_open_deadlines_move_after_a_look_at_what_would_move(browse: As, company: Company) -> None:
    company.clock.set(dt.datetime(2024, 6, 7, 17, tzinfo=calendars.for_app().zone))
    deploy(company, with_deadline())
    task, client = start(company), browse("supervisor")
    page = client.post("/desk/calendar/recalculate", data={"unit": "HZ1"})
    assert "No deadline would move: 1 open tasks were looked at." in page.text
    client.post("/desk/calendar/days", data=OPEN_SATURDAY)
    page = client.post("/desk/calendar/recalculate", data={"unit": "ZJ"})
    assert "1 of 1 open tasks would move" in page.text
    assert "2024-06-08 10:00" in page.text
    page = client.post("/desk/calendar/recalculate", data={"unit": "HZ1", "sure": "1"}, follow_redirects=True)
    assert "1 deadline moved" in page.text
    db.session.expire_all()
    assert due(task) == "2024-06-08 10:00"


@pytest.mark.parametrize("address", ["?unit=NOWHERE", "?year=1066", "?year=²", "?year=99999999999"])
def test_odd_addresses_get_a_page(browse: As, address: str) -> None:
    assert browse("agent").get(f"/desk/calendar{address}").status_code in {200, 404}
