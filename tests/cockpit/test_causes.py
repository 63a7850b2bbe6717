"""Incidents by cause: the same element and message with its values folded; who looks after it, and retrying all."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.causes import folded
from app.engine.models import Incident
from tests.cockpit.conftest import As
from tests.company import Company
from tests.conftest import both_databases
from tests.engine.diagrams import END, START, bpmn, chain, service


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({}, ""),
        ({"message": "Order 4711 of “Fang” timed out after 30 s"}, "Order … of … timed out after … s"),
        ({"message": 'no such part "LCD"', "attempts": 3}, "no such part …"),
        ({"cause": "feel.no_list", "element": "s010"}, "feel.no_list"),
    ],
)
def test_values_are_taken_out_of_a_message(said: dict[str, object], kept: str) -> None:
    assert folded(said) == kept


@pytest.fixture
def failed(company: Company) -> dict[str, int]:
    """Three cases whose program failed: two because of the line, one because of the part."""
    source = bpmn("calling", chain(START, service("call", "outside", retries="1"), END), name="呼叫")
    engine.deploy(company.person("owner"), [engine.File("calling.bpmn", source)])
    agent, found = company.person("agent"), {}
    for name, said in (("a", "line 1 is down"), ("b", "line 2 is down"), ("c", "no such part")):
        found[name] = engine.start_instance(agent, "calling").key
        (handed,) = engine.activate_jobs(agent, "outside", "w", 60)
        engine.fail_job(agent, handed.job.key, retries=0, message=said)
    return found


@both_databases
def test_causes_are_told_apart_by_their_folded_message_and_keep_what_is_noted(
    browse: As, company: Company, failed: dict[str, int]
) -> None:
    client, lines = browse("supervisor"), "calling|call|engine.job_failed|line … is down"
    page = client.get("/cockpit").get_data(as_text=True)
    assert page.count("Retry all…") == 2
    rows = client.get("/cockpit/instances", query_string={"incident": lines}).get_data(as_text=True)
    assert [f"instance-{failed[name]}" in rows for name in "abc"] == [True, True, False]
    data = {"cause": lines, "owner": "supervisor", "note": "the provider was called"}
    assert client.post("/cockpit/causes", data=data).status_code == 303
    assert "the provider was called" in client.get("/cockpit").get_data(as_text=True)
    client.post("/cockpit/causes", data=data | {"owner": "nobody", "note": "x"})
    assert "the provider was called" in client.get("/cockpit/causes", query_string={"cause": lines}).get_data(
        as_text=True
    )
    address = {"incident": lines}
    client.post("/cockpit/act/retry", query_string=address, data={"total": 2, "reason": "the line is back"})
    engine.run_due(company.app)
    db.session.rollback()
    still = set(db.session.scalars(sa.select(Incident.instance_key).where(Incident.resolved_at.is_(None))))
    assert still == {failed["c"]}


def test_only_those_who_repair_note_anything(browse: As, company: Company, failed: dict[str, int]) -> None:
    data = {"cause": "calling|call|engine.job_failed|no such part", "owner": "", "note": "mine"}
    assert browse("agent").post("/cockpit/causes", data=data).status_code == 403
    browse("owner").post("/cockpit/causes", data=data)
    assert "mine" not in browse("supervisor").get("/cockpit").get_data(as_text=True)
