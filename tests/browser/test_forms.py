"""Forms in a real browser agree with the server, which asks the same questions again when they are submitted."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app import engine
from tests.browser.guard import Guard, mounted
from tests.browser.session import sign_in
from tests.browser.test_studio import address
from tests.company import PASSWORD, Company
from tests.company_fixtures import clock, company, database, play, postgres_company, sqlite_company
from tests.engine.diagrams import END, START, bpmn, chain, user
from tests.forms.building import component, source
from tests.play import Play

__all__ = ["address", "clock", "company", "database", "play", "postgres_company", "sqlite_company"]

pytestmark = pytest.mark.browser

FRIDAY, SATURDAY = "2026-11-20T17:00:00+08:00", "2026-11-21T10:00:00+08:00"
FORM = source(
    component("textfield", "received", label="收到"),
    component("expression", "promised", expression='=due(received, "1 wd")', computeOn="change"),
    component("text", id="says", text="答应 {{promised}}"),
    component("textfield", "why", label="为什么周末收", conditional={"hide": "=is working day(received)"}, validate={"required": True}),
    component("number", "amount", label="金额"),
    component("textfield", "approval", label="审批意见", conditional={"hide": "=amount <= 5000"}),
    component(
        "dynamiclist", label="零件", path="parts", id="parts", defaultRepetitions=0,
        components=[
            component("textfield", "code", label="编号", id="code"),
            component("textfield", "old", label="旧件去向", id="old", conditional={"hide": '=is blank(get or else(this.code, ""))'}),
        ],
    ),
    id="promise", type="default",
)  # fmt: skip


@pytest.fixture
def opened(company: Company, address: str, page: Page) -> Callable[..., Page]:
    """Return a function that opens the form of a new task whose case has these variables."""
    body = chain(START, user("s010_promise", name="答应", groups="repair_receptionist", form="promise"), END)
    files = [engine.File("promise.bpmn", bpmn("promise", body)), engine.File("promise.form", FORM.encode())]
    engine.deploy(company.person("owner"), files)

    def open_form(**variables: object) -> Page:
        engine.start_instance(company.person("agent"), "promise", variables)
        key = Play(company).task("s010_promise").key
        engine.claim_task(company.person("agent"), key)
        sign_in(page, address, "agent", PASSWORD)
        page.goto(f"{address}/inbox?task={key}")
        mounted(page, "[data-island=form]")
        return page

    return open_form


def test_functions_of_the_host_are_computed_by_the_server_while_one_types(
    opened: Callable[..., Page], company: Company
) -> None:
    page = opened(received=FRIDAY)
    says, why = page.get_by_text("答应 2026"), page.get_by_label("为什么周末收")
    expect(says).to_have_text("答应 2026-11-23T17:00:00+08:00")
    expect(why).to_have_count(0)
    page.get_by_label("收到").fill(SATURDAY)
    expect(says).to_have_text("答应 2026-11-23T18:00:00+08:00")
    why.fill("客户只有周末在家")
    page.locator("[data-submits]").first.click()
    page.wait_for_url("**done=**")
    stored = Play(company).variables("promise")
    assert (stored["promised"], stored["why"]) == ("2026-11-23T18:00:00+08:00", "客户只有周末在家")


def test_what_is_hidden_by_a_function_of_the_host_is_not_missed(opened: Callable[..., Page], company: Company) -> None:
    page = opened(received=FRIDAY)
    page.locator("[data-submits]").first.click()
    page.wait_for_url("**done=**")
    assert "why" not in Play(company).variables("promise")


def test_a_row_asks_for_itself(opened: Callable[..., Page]) -> None:
    page = opened(received=FRIDAY, parts=[{"code": "A1"}, {"code": ""}])
    expect(page.get_by_label("编号")).to_have_count(2)
    expect(page.get_by_label("旧件去向")).to_have_count(1)
    page.get_by_label("编号").nth(1).fill("B2")
    expect(page.get_by_label("旧件去向")).to_have_count(2)


def test_a_condition_on_something_not_filled_in_does_not_hide(opened: Callable[..., Page]) -> None:
    # The library took `amount <= 5000` for a test of nothing, which null passes; the server shows the field.
    page = opened(received=FRIDAY)
    expect(page.get_by_label("审批意见")).to_be_visible()
    page.get_by_label("金额").fill("300")
    expect(page.get_by_label("审批意见")).to_have_count(0)


def test_while_the_server_cannot_be_asked_the_last_answer_stays(opened: Callable[..., Page]) -> None:
    page = opened(received=FRIDAY)
    guard: Guard = page.guard  # type: ignore[attr-defined]
    guard.allow("ERR_FAILED")
    page.route("**/compute", lambda route: route.abort())
    page.get_by_label("收到").fill(SATURDAY)
    page.wait_for_timeout(600)
    expect(page.get_by_text("答应 2026")).to_have_text("答应 2026-11-23T17:00:00+08:00")
    page.unroute("**/compute")
    page.get_by_label("收到").fill("2026-11-21T11:00:00+08:00")
    expect(page.get_by_text("答应 2026")).to_have_text("答应 2026-11-23T18:00:00+08:00")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"questions": [{"expression": 'due(received, "1 wd")', "values": {"received": FRIDAY}}]}, 200),
        ({"questions": [{"expression": "1 + 1", "values": {}}]}, 404),
        ({"questions": [{"expression": "1 + 1"}]}, 400),
        ({"questions": [{}] * 201}, 400),
        ({}, 400),
    ],
)
def test_the_server_computes_nothing_that_does_not_stand_in_the_form(
    opened: Callable[..., Page], body: object, status: int
) -> None:
    page = opened(received=FRIDAY)
    if status != 200:
        guard: Guard = page.guard  # type: ignore[attr-defined]
        guard.allow(f"status of {status}")
    answer = page.evaluate(
        """async (body) => {
          const token = document.querySelector('meta[name="csrf-token"]').content;
          const { compute } = JSON.parse(document.getElementById(document.querySelector('[data-island=form]').dataset.props).textContent);
          const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': token, Accept: 'application/json' };
          const response = await fetch(compute, { method: 'POST', headers, body });
          return { status: response.status, content: await response.json() };
        }""",
        json.dumps(body),
    )
    assert answer["status"] == status
    if status == 200:
        assert answer["content"] == {"answers": ["2026-11-23T17:00:00+08:00"]}
