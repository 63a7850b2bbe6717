"""Moving running cases to another version in the cockpit: the verdict first, then one at once or an order for many."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import BatchOperation, ProcessDefinition, ProcessInstance, UserTask
from app.kernel import Placement
from tests.cockpit.conftest import As
from tests.company import Company
from tests.conftest import both_databases
from tests.engine.diagrams import END, START, bpmn, chain, user

FIRST = (user("ask", name="问客户"), user("old", name="核对"))
SECOND = (user("ask", name="问客户"), user("new", name="复核"))


@pytest.fixture
def cases(company: Company) -> list[int]:
    return three_cases(company)


def three_cases(company: Company) -> list[int]:
    """Start cases on the first of two versions; the last one stands at a step that the second does not have."""
    publish(company, *FIRST)
    keys = [engine.start_instance(company.person("agent"), "versions").key for _ in range(3)]
    db.session.rollback()
    token = db.session.scalars(sa.select(UserTask.token).where(UserTask.instance_key == keys[2])).one()
    move = engine.Modification([token], [Placement("old")])
    engine.modify_instance(company.person("supervisor"), keys[2], move, "at the check already")
    publish(company, *SECOND)
    return keys


def publish(company: Company, *steps: str) -> None:
    source = bpmn("versions", chain(START, *steps, END), name="版本")
    engine.deploy(company.person("owner"), [engine.File("versions.bpmn", source)])


def versions(keys: list[int]) -> list[int]:
    db.session.rollback()
    query = sa.select(ProcessInstance.key, ProcessInstance.process_version).where(ProcessInstance.key.in_(keys))
    found = dict(map(tuple, db.session.execute(query)))
    return [found[key] for key in keys]


def newest() -> int:
    db.session.rollback()
    newest = sa.select(ProcessDefinition.key).where(ProcessDefinition.process_id == "versions")
    return db.session.scalars(newest.order_by(ProcessDefinition.version.desc())).first()


ALL = "/cockpit/migrate?process=versions&version=1&state=active"


def test_verdicts_are_grouped_by_their_reasons_before_anything_is_done(browse: As, cases: list[int]) -> None:
    page = browse("owner").get(ALL).get_data(as_text=True)
    for said in ("running cases: 3", "2 move", "1 stay", "“核对” is at work and is not in the new version."):
        assert said in page
    assert 'name="map-old"' in page
    assert "2 个可迁移" in browse("owner", "zh").get(ALL).get_data(as_text=True)
    mapped = browse("owner").get(ALL.replace("migrate?", "migrate/plan?") + f"&target={newest()}&map-old=new")
    said = mapped.get_data(as_text=True)
    assert "3 move" in said
    assert "“核对” goes on as “复核”." in said
    assert versions(cases) == [1, 1, 1]


@both_databases
def test_many_become_an_order_whose_page_shows_what_became_of_each(
    browse: As, cases: list[int], company: Company
) -> None:
    client = browse("supervisor")
    data = {"target": newest(), "total": 3, "reason": "new rules"}
    answer = client.post(ALL, data=data)
    batch = db.session.scalars(sa.select(BatchOperation.key)).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/cockpit/batches/{batch}")
    assert "0 of 3 cases" in client.get(f"/cockpit/batches/{batch}").get_data(as_text=True)
    engine.run_due(company.app)
    assert versions(cases) == [2, 2, 1]
    page = client.get(f"/cockpit/batches/{batch}").get_data(as_text=True)
    for said in ("3 of 3 cases", "done, some stayed", "“核对” is at work", "new rules", "Try again what stayed"):
        assert said in page
    done = client.get(f"/cockpit/batches/{batch}?state=done").get_data(as_text=True)
    assert all(f"/cockpit/instances/{key}" in done for key in cases[:2])
    assert "Move cases to v2" in client.get("/cockpit/batches").get_data(as_text=True)
    assert client.post(f"/cockpit/batches/{batch}/stop").status_code == 303
    assert client.post(f"/cockpit/batches/{batch}/resume").status_code == 303
    db.session.rollback()
    assert db.session.get(BatchOperation, batch, populate_existing=True).state == "running"
    client.post(f"/cockpit/batches/{batch}/stop")
    stopped = client.get(f"/cockpit/batches/{batch}").get_data(as_text=True)
    assert "Go on, and try again what stayed" in stopped


def test_one_case_moves_at_once(browse: As, cases: list[int]) -> None:
    client = browse("supervisor")
    assert "Move the case" in client.get(f"/cockpit/migrate?keys={cases[0]}").get_data(as_text=True)
    data = {"target": newest(), "total": 1, "reason": "new rules"}
    answer = client.post(f"/cockpit/migrate?keys={cases[0]}", data=data)
    assert answer.headers["Location"] == f"/cockpit/instances/{cases[0]}"
    assert versions(cases) == [2, 1, 1]
    stays = client.post(f"/cockpit/migrate?keys={cases[2]}", data=data)
    assert stays.status_code == 409
    assert "stays on its version" in stays.get_data(as_text=True)
    assert versions(cases) == [2, 1, 1]


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        ({"reason": " "}, 422, "Say why"),
        ({"total": "2"}, 409, "There are 3 cases now"),
        ({"total": "x"}, 409, "There are 3 cases now"),
        ({"target": "7", "map-ask": "nowhere"}, 303, ""),
    ],
)
def test_what_cannot_be_done_comes_back_with_the_reason(
    browse: As, cases: list[int], data: dict[str, str], status: int, said: str
) -> None:
    given = {"target": str(newest()), "total": "3", "reason": "new rules"} | data
    answer = browse("supervisor").post(ALL, data=given)
    assert answer.status_code == status
    assert said in answer.get_data(as_text=True)
    assert versions(cases) == [1, 1, 1]


def test_what_has_no_single_source_or_no_target_says_what_to_do(browse: As, cases: list[int], company: Company) -> None:
    client = browse("owner")
    engine.start_instance(company.person("agent"), "versions")
    several = client.get("/cockpit/migrate?process=versions").get_data(as_text=True)
    assert "Choose the version to move away from" in several
    assert "version=1" in several
    assert "No running case fits" in client.get("/cockpit/migrate?process=nothing").get_data(as_text=True)
    alone = bpmn("alone", chain(START, user("u"), END))
    engine.deploy(company.person("owner"), [engine.File("alone.bpmn", alone)])
    engine.start_instance(company.person("agent"), "alone")
    assert "no other version" in client.get("/cockpit/migrate?process=alone").get_data(as_text=True)
    for odd in ("keys=x", "keys=99999999999999999999", "keys=-1", "version=x", "target=x"):
        assert client.get(f"/cockpit/migrate?process=versions&version=1&{odd}").status_code == 200


@pytest.mark.parametrize("who", ["agent", "colleague", "stranger"])
def test_others_reach_none_of_it(browse: As, cases: list[int], company: Company, who: str) -> None:
    client = browse(who)
    for path in (ALL, "/cockpit/migrate/plan", "/cockpit/batches", "/cockpit/batches/1", "/cockpit/batches/1/live"):
        assert client.get(path).status_code == 403
    for path in (ALL, "/cockpit/batches/1/stop", "/cockpit/batches/1/resume"):
        assert client.post(path, data={"reason": "x", "total": "3", "target": str(newest())}).status_code == 403
    assert versions(cases) == [1, 1, 1]


def test_cases_are_chosen_one_by_one_in_the_list(browse: As, cases: list[int]) -> None:
    client = browse("supervisor")
    page = client.get("/cockpit/instances?process=versions").get_data(as_text=True)
    assert f'form="choose" name="keys" value="{cases[0]}"' in page
    chosen = client.get(f"/cockpit/migrate?process=versions&keys={cases[0]}&keys={cases[1]}").get_data(as_text=True)
    assert "running cases: 2" in chosen
    assert "cases: 2" in client.get(f"/cockpit/instances?keys={cases[0]},{cases[1]}").get_data(as_text=True)


def test_the_versions_of_a_process_lead_to_their_running_cases(browse: As, cases: list[int]) -> None:
    address = "/studio/process/versions/versions"
    page = browse("owner").get(address).get_data(as_text=True)
    assert page.count("Move running cases…") == 1
    assert "/cockpit/migrate?process=versions&amp;version=1" in page
    assert "Move running cases…" not in browse("agent").get(address).get_data(as_text=True)
