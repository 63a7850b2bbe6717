"""What a restore holds back: administrators see it in the overview and release it; everybody reads why a case stands."""

import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine import held
from app.engine.models import Job, Timer
from tests.cockpit.conftest import As
from tests.company import Company
from tests.engine.diagrams import END, START, bpmn, catch_timer, chain, service, user

WAITS = bpmn("waits", chain(START, catch_timer("pause", "PT1H"), user("after"), END), name="Waits")
ORDERS = bpmn("orders", chain(START, service("mail", "outside.mail"), END), name="Orders")


def restore(company: Company) -> dict[str, int]:
    """Leave an instance of each as a restore leaves them; returns their keys."""
    files = [engine.File("waits.bpmn", WAITS), engine.File("orders.bpmn", ORDERS)]
    engine.deploy(company.person("owner"), files)
    keys = {name: engine.start_instance(company.person("agent"), name).key for name in ("waits", "orders")}
    company.clock.advance(hours=3)
    held.hold(db.session, company.clock.now())
    db.session.commit()
    return keys


def test_an_administrator_sees_what_is_held_and_lets_it_go_on_with_a_reason(company: Company, browse: As) -> None:
    restore(company)
    browser = browse("administrator")
    page = browser.get("/cockpit").text
    assert "Held back since the restore" in page
    assert "timers would fire: 1" in page
    assert "programs outside would get jobs: 1" in page
    form = browser.get("/cockpit/held/timer/waits/pause").text
    assert "may happen a second time" in form
    refused = browser.post("/cockpit/held/timer/waits/pause", data={"reason": " "}, follow_redirects=True)
    assert "Say why" in refused.text
    assert db.session.scalar(sa.select(sa.func.count(Timer.key)).where(Timer.resumes_at.is_not(None))) == 1
    done = browser.post("/cockpit/held/timer/waits/pause", data={"reason": "nothing was sent"}, follow_redirects=True)
    assert "Released: 1." in done.text
    assert "timers would fire: 1" not in done.text
    db.session.rollback()
    assert engine.run_due(company.app) == 1
    assert db.session.scalar(sa.select(sa.func.count(Job.key)).where(Job.resumes_at.is_not(None))) == 1
    assert "Nothing is held back here any more" in browser.get("/cockpit/held/timer/waits/pause").text
    assert browser.post("/cockpit/held/anything/waits/pause", data={"reason": "x"}).status_code == 404


def test_others_read_why_a_case_stands_and_cannot_release_it(company: Company, browse: As) -> None:
    keys = restore(company)
    browser = browse("owner")
    assert "Held back since the restore" not in browser.get("/cockpit").text
    for key in keys.values():
        page = browser.get(f"/cockpit/instances/{key}").text
        assert "held back since the database was restored" in page
        assert "9999" not in page
    browser.post("/cockpit/held/job/orders/mail", data={"reason": "x"})
    assert db.session.scalar(sa.select(sa.func.count(Job.key)).where(Job.resumes_at.is_not(None))) == 1
    assert "恢复后先暂缓" in browse("owner", "zh").get(f"/cockpit/instances/{keys['waits']}").text
