"""Who may look into the cockpit, what of it, and who may act."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app import engine
from app.cockpit.variables import fingerprint
from app.db import db
from app.engine.models import Incident, ProcessInstance, Variable
from app.people.units import unit_tree
from tests.cockpit.conftest import As

Start = Callable[..., engine.Started]


@pytest.mark.parametrize("who", ["agent", "colleague", "stranger"])
def test_whoever_works_on_cases_without_leading_is_told_where_to_go(browse: As, who: str) -> None:
    client = browse(who)
    for path in ("", "/figures", "/instances", "/instances/rows", "/instances/filter"):
        answer = client.get(f"/cockpit{path}")
        assert answer.status_code == 403
        assert "The cockpit is for supervisors, process owners and administrators." in answer.get_data(as_text=True)


@pytest.mark.parametrize("who", ["supervisor", "owner", "administrator"])
def test_leaders_owners_and_administrators_enter_and_find_it_in_the_frame(browse: As, failing: Start, who: str) -> None:
    key = failing(time_allowed="soon").key
    page = browse(who).get("/cockpit").get_data(as_text=True)
    assert 'href="/cockpit"' in page
    for path in ("", "/live", "/diagram", "/xml"):
        assert browse(who).get(f"/cockpit/instances/{key}{path}").status_code == 200


def test_staff_reach_no_instance_and_no_act_by_its_address(browse: As, failing: Start) -> None:
    key = failing(time_allowed="soon").key
    incident = db.session.scalars(sa.select(Incident.key)).one()
    agent = browse("agent")
    for path in (
        f"instances/{key}",
        f"instances/{key}/live",
        f"instances/{key}/variable",
        f"incidents/{incident}/retry",
    ):
        assert agent.get(f"/cockpit/{path}").status_code == 403
    for path in (f"instances/{key}/cancel", f"instances/{key}/variable", f"incidents/{incident}/retry"):
        assert agent.post(f"/cockpit/{path}", data={"reason": "x", "name": "a", "value": "1"}).status_code == 403
    assert state_of(key) == "active"


def test_a_supervisor_of_other_units_neither_sees_nor_reaches_it(browse: As, failing: Start) -> None:
    key = failing(time_allowed="soon").key
    set_unit_of(key, "HZ1")
    other = browse("sales_head")
    assert f"/cockpit/instances/{key}" not in other.get("/cockpit/instances").get_data(as_text=True)
    assert other.get(f"/cockpit/instances/{key}").status_code == 404
    assert other.post(f"/cockpit/instances/{key}/cancel", data={"reason": "x"}).status_code == 303
    assert state_of(key) == "active"
    for kind in ("retry", "suspend", "cancel"):
        address = f"/cockpit/act/{kind}?keys={key}"
        assert "No running case fits" in other.get(address).get_data(as_text=True)
        assert "stay" not in other.post(address.replace("?", "/trial?"), data={}).get_data(as_text=True)
        assert other.post(address, data={"total": 1, "reason": "x"}).status_code == 409
    assert state_of(key) == "active"
    assert other.get(f"/cockpit/instances.csv?keys={key}").get_data().count(b"\r\n") == 1
    mine = browse("outlet_head")
    assert f"/cockpit/instances/{key}" in mine.get("/cockpit/instances").get_data(as_text=True)
    assert mine.get(f"/cockpit/instances.csv?keys={key}").get_data().count(b"\r\n") == 2


def test_a_process_owner_looks_but_does_not_repair(browse: As, failing: Start) -> None:
    key = failing(time_allowed="soon").key
    incident = db.session.scalars(sa.select(Incident.key)).one()
    owner = browse("owner")
    page = owner.get(f"/cockpit/instances/{key}").get_data(as_text=True)
    assert "Not moving" in page
    for act in ("Cancel the process", "Retry…", "Correct…", "Add a variable"):
        assert act not in page
    owner.post(f"/cockpit/incidents/{incident}/retry", data={"reason": "let me"})
    owner.post(f"/cockpit/instances/{key}/cancel", data={"reason": "let me"})
    seen = fingerprint(db.session.get(Variable, (key, 1, "parts")))
    correction = {"name": "parts", "value": "1", "reason": "let me", "seen": seen}
    assert owner.post(f"/cockpit/instances/{key}/variable", data=correction).status_code == 403
    db.session.rollback()
    assert state_of(key) == "active"
    assert db.session.get(Incident, incident, populate_existing=True).resolved_at is None


def state_of(key: int) -> str:
    db.session.rollback()
    return db.session.scalars(sa.select(ProcessInstance.state).where(ProcessInstance.key == key)).one()


def set_unit_of(key: int, code: str) -> None:
    unit = unit_tree().by_code[code].id
    db.session.execute(
        sa.update(ProcessInstance).where(ProcessInstance.key == key).values(unit_id=unit, started_by="colleague")
    )
    db.session.commit()
