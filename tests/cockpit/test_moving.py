"""Moving tokens by hand in the cockpit: what would come of it is said first, and only leaders and owners may."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import ElementInstance, ProcessInstance, UserTask
from app.people.audit import AuditEntry
from tests.cockpit.conftest import As
from tests.company import Company
from tests.conftest import both_databases
from tests.engine.diagrams import END, START, bpmn, chain, script, user

INNER = chain('<startEvent id="in"/>', user("inside", name="查库存"), '<endEvent id="out"/>')
STEPS = (
    user("ask", name="问客户"),
    f'<subProcess id="sub" name="备件">{INNER}</subProcess>',
    script("sum", "=1 + 1", "total"),
    user("check", name="核对", due="=when"),
)


@pytest.fixture
def case(company: Company) -> int:
    """A case at its first step."""
    source = bpmn("by_hand", chain(START, *STEPS, END), name="人工移动")
    engine.deploy(company.person("owner"), [engine.File("by_hand.bpmn", source)])
    return engine.start_instance(company.person("agent"), "by_hand", {"when": None}).key


@pytest.fixture
def form(browse: As, case: int) -> Callable[..., dict[str, str]]:
    """Return a function that fills in the form of the case: what its one token does, and where one more is put."""

    def fill(fate: str = "", *, put: str = "", reason: str = "as agreed") -> dict[str, str]:
        return {field_of(case): fate, "put": put, "reason": reason, "seen": str(instance(case).version)}

    return fill


def field_of(case: int, element: str = "ask") -> str:
    db.session.rollback()
    query = sa.select(ElementInstance.token).where(ElementInstance.instance_key == case)
    return f"token-{db.session.scalars(query.where(ElementInstance.element_id == element)).one()}"


def instance(case: int) -> ProcessInstance:
    db.session.rollback()
    return db.session.get(ProcessInstance, case, populate_existing=True)


def open_steps(case: int) -> list[str]:
    db.session.rollback()
    query = sa.select(UserTask.element_id).where(UserTask.instance_key == case, UserTask.state == "created")
    return sorted(db.session.scalars(query))


def test_the_form_offers_every_step_that_may_begin(browse: As, case: int) -> None:
    page = browse("supervisor").get(f"/cockpit/instances/{case}/move").get_data(as_text=True)
    for offered in ("stays here", "is taken away", "moves to “核对”", "moves to “查库存”", "moves to “备件”"):
        assert offered in page
    assert 'value="in"' not in page


@pytest.mark.parametrize(
    ("fate", "put", "said"),
    [
        ("check", "", ["Ends: 问客户.", "Begins: 核对.", "drafts with them"]),
        ("sum", "", ["Runs through: sum.", "Begins: 核对."]),
        ("", "inside", ["Begins: 备件, 查库存."]),
        ("-", "", ["Ends: 问客户.", "No token is left then: the case ends."]),
        ("", "", ["Choose what becomes of a token"]),
        ("nowhere", "", ["The process has no step “nowhere”."]),
    ],
)
def test_what_would_come_of_it_is_said_and_nothing_happens(
    browse: As, case: int, form, fate: str, put: str, said: list[str]
) -> None:
    page = (
        browse("owner").post(f"/cockpit/instances/{case}/move/preview", data=form(fate, put=put)).get_data(as_text=True)
    )
    for sentence in said:
        assert sentence in page
    assert open_steps(case) == ["ask"]


def test_a_step_that_would_fail_is_foretold_in_the_language_of_the_page(
    browse: As, case: int, company: Company
) -> None:
    engine.set_variables(company.person("supervisor"), case, {"when": "soon"})
    data = {field_of(case): "check"}
    for language, said in (("en", "“核对” fails at once."), ("zh", "“核对”会马上出错。")):
        page = browse("supervisor", language).post(f"/cockpit/instances/{case}/move/preview", data=data)
        assert said in page.get_data(as_text=True)


@both_databases
def test_moving_needs_a_reason_and_leaves_it_in_the_audit_list(browse: As, case: int, form) -> None:
    client, address = browse("supervisor"), f"/cockpit/instances/{case}/move"
    refused = client.post(address, data=form("check", reason=" "))
    assert refused.status_code == 422
    assert 'value="check" selected' in refused.get_data(as_text=True)
    assert open_steps(case) == ["ask"]
    done = client.post(address, data=form("check", put="inside"))
    assert (done.status_code, done.headers["HX-Redirect"]) == (200, f"/cockpit/instances/{case}")
    assert open_steps(case) == ["check", "inside"]
    db.session.rollback()
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "engine:instance:modified")).one()
    assert (entry.username, entry.reason) == ("supervisor", "as agreed")
    assert "as agreed" in client.get(f"/cockpit/instances/{case}").get_data(as_text=True)


def test_a_case_that_has_moved_on_since_the_form_was_opened_stays_as_it_is(
    browse: As, case: int, form, company: Company
) -> None:
    data = form("check")
    engine.set_variables(company.person("supervisor"), case, {"other": 1})
    answer = browse("supervisor").post(f"/cockpit/instances/{case}/move", data=data)
    assert (answer.status_code, open_steps(case)) == (409, ["ask"])
    assert "The case has moved on meanwhile." in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("who", "status"), [("agent", 403), ("colleague", 403), ("stranger", 403), ("supervisor", 200), ("owner", 200)]
)
def test_only_those_who_may_reach_the_form_and_the_act(browse: As, case: int, form, who: str, status: int) -> None:
    client = browse(who)
    assert client.get(f"/cockpit/instances/{case}/move").status_code == status
    assert client.post(f"/cockpit/instances/{case}/move/preview", data=form("check")).status_code == status
    assert client.post(f"/cockpit/instances/{case}/move", data=form("check")).status_code == status
    assert open_steps(case) == (["check"] if status == 200 else ["ask"])


@pytest.mark.parametrize("data", [{}, {"token-x": "check"}, {"token-99": "check"}, {"token-": "-"}, {"seen": "x"}])
def test_forms_nobody_sent_from_the_page_get_an_answer(browse: As, case: int, data: dict[str, str]) -> None:
    client = browse("supervisor")
    assert client.post(f"/cockpit/instances/{case}/move/preview", data=data).status_code == 200
    assert client.post(f"/cockpit/instances/{case}/move", data=data | {"reason": "x"}).status_code in {409, 422}
    assert open_steps(case) == ["ask"]
