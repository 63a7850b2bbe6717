"""Steps whose listeners are asked first: what people read while that lasts and when it was not accepted."""

import pytest

from app import engine
from app.cockpit import waits
from app.cockpit.names import Names
from app.cockpit.why import why
from app.engine import Answer
from tests.company import Company
from tests.engine.diagrams import END, START, bpmn, chain, user
from tests.inbox.conftest import As
from tests.inbox.test_acts import post, task
from tests.kernel.draw import listener, listening


@pytest.fixture
def checked(company: Company) -> int:
    """Key of a task whose assignment and completion are checked."""
    said = listening(*(listener(event, f"box.{event}") for event in ("assigning", "completing")), holder="task")
    step = user("check", name="核对", groups="repair_receptionist@HZ1")
    step = step.replace("<extensionElements>", "<extensionElements>" + said)
    source = bpmn("checked", chain(START, step, END))
    engine.deploy(company.person("owner"), [engine.File("checked.bpmn", source)])
    started = engine.start_instance(company.person("agent"), "checked")
    (row,) = engine.queries.inbox.offered_tasks([company.person("agent")], limit=1)
    assert row.instance_key == started.key
    return int(row.key)


def answer(company: Company, event: str, said: Answer = engine.NO_OBJECTION) -> None:
    (leased,) = engine.activate_jobs(company.person("agent"), f"box.{event}", "w", 60)
    engine.complete_job(company.person("agent"), leased.job.key, answer=said)


def test_a_claim_that_is_checked_says_so_until_it_is_decided(browse: As, company: Company, checked: int) -> None:
    page = post(browse, "agent", f"/inbox/tasks/{checked}/claim")
    assert "This is being checked first." in page
    assert "whether this step may change hands" in page
    assert 'data-key="c"' not in browse("agent").get(f"/inbox/tasks/{checked}").get_data(as_text=True)
    assert "being checked" in browse("colleague").get("/inbox?view=team").get_data(as_text=True)
    assert "is being checked" in post(browse, "colleague", f"/inbox/tasks/{checked}/claim")
    assert browse("agent").get(f"/inbox/tasks/{checked}/checked").status_code == 204
    answer(company, "assigning", Answer(denied=True, reason="training is missing"))
    assert "training is missing" in browse("agent").get(f"/inbox/tasks/{checked}/checked").get_data(as_text=True)
    pane = browse("agent").get(f"/inbox/tasks/{checked}").get_data(as_text=True)
    assert "not accepted: training is missing" in pane
    assert 'data-key="c"' in pane


def test_a_completion_that_is_checked_says_so_and_loses_nothing(browse: As, company: Company, checked: int) -> None:
    engine.claim_task(company.person("agent"), checked)
    answer(company, "assigning")
    done = browse("agent").post(f"/inbox/tasks/{checked}/complete", json={"data": {"amount": 900}})
    address = done.get_json()["location"]
    page = browse("agent").get(address).get_data(as_text=True)
    assert "is being checked. What you entered is kept." in page
    assert "hx-trigger" in page
    answer(company, "completing", Answer(denied=True))
    assert "was not accepted: no reason was given" in browse("agent").get(address).get_data(as_text=True)
    engine.complete_task(company.person("agent"), checked, {"amount": 800})
    answer(company, "completing", Answer(denied=True, reason="too much"))
    page = browse("agent").get(address).get_data(as_text=True)
    assert "was not accepted: too much" in page
    assert "Completing was not accepted: too much" in browse("agent").get(f"/inbox/tasks/{checked}").get_data(
        as_text=True
    )
    engine.complete_task(company.person("agent"), checked, {"amount": 90})
    answer(company, "completing")
    assert task(checked).state == "completed"
    assert "is done." in browse("agent").get(address).get_data(as_text=True)


def test_the_cockpit_says_that_a_program_is_asked(company: Company, checked: int) -> None:
    engine.claim_task(company.person("agent"), checked)
    key = task(checked).instance_key
    (wait,) = waits.waits_of([key])[key]
    assert (wait.kind, wait.job.event) == ("job", "assigning")
    assert "任务换人之前，正由程序核对" in why(wait, Names({}, {}, {}))
