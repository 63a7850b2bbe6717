"""The public Python client of that API, unchanged, drives a whole case against our server."""

import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk import models as m
from flask import Flask

from app.db import db
from tests.api.conftest import As
from tests.api.diagram import PROCESS, form, process
from tests.browser.server import serving
from tests.company import PASSWORD
from tests.conftest import both_databases


@pytest.fixture
def client_of(app: Flask, call: As) -> Iterator[t.Callable[[str], CamundaClient]]:
    db.session.remove()
    with serving(app) as address:
        clients: list[CamundaClient] = []

        def make(username: str) -> CamundaClient:
            client = CamundaClient(
                configuration={
                    "CAMUNDA_REST_ADDRESS": f"{address}/v2",
                    "CAMUNDA_AUTH_STRATEGY": "BASIC",
                    "CAMUNDA_BASIC_AUTH_USERNAME": username,
                    "CAMUNDA_BASIC_AUTH_PASSWORD": PASSWORD,
                }
            )
            clients.append(client)
            return client

        yield make
        for client in clients:
            client.close()


@both_databases
def test_the_public_client_plays_a_case_from_deployment_to_the_end(
    client_of: t.Callable[[str], CamundaClient], tmp_path: Path
) -> None:
    (tmp_path / "round.bpmn").write_bytes(process())
    (tmp_path / "round.form").write_bytes(form())
    owner, agent, lead = client_of("owner"), client_of("agent"), client_of("administrator")

    assert owner.get_topology().cluster_size == 1
    assert owner.get_authentication().username == "owner"
    deployed = owner.deploy_resources_from_files([tmp_path / "round.bpmn", tmp_path / "round.form"])
    assert [one.process_definition_id for one in deployed.processes] == [PROCESS]

    started = agent.create_process_instance(data=m.ProcessCreationById.from_dict({"processDefinitionId": PROCESS}))
    key = str(started.process_instance_key)
    task = only(agent.search_user_tasks(data=query(processInstanceKey=key)).items)
    assert task.name == "问一下"
    assert task.candidate_groups == ["repair_receptionist@HZ1"]
    assert '"who"' in agent.get_user_task_form(task.user_task_key).schema
    agent.complete_user_task(
        task.user_task_key, data=m.UserTaskCompletionRequest.from_dict({"variables": {"who": "anna", "amount": 5}})
    )

    request = {"type": "outside.check", "timeout": 60_000, "maxJobsToActivate": 5, "worker": "test"}
    job = only(agent.activate_jobs(data=m.JobActivationRequest.from_dict(request)).jobs)
    assert job.custom_headers.to_dict() == {"kind": "credit"}
    assert job.variables.to_dict()["who"] == "anna"
    agent.complete_job(job.job_key, data=m.JobCompletionRequest.from_dict({"variables": {"checked": True}}))

    incident = only(
        lead.search_incidents(
            data=m.IncidentSearchQuery.from_dict({"filter": {"processInstanceKey": key, "state": "ACTIVE"}})
        ).items
    )
    assert incident.element_id == "price"
    assert incident.error_message
    stuck = only(lead.search_process_instances(data=instances(key, hasIncident=True)).items)
    assert stuck.state.value == "ACTIVE"
    lead.create_element_instance_variables(
        stuck.process_instance_key, data=m.SetVariableRequest.from_dict({"variables": {"rate": 2}})
    )
    lead.resolve_incident(incident.incident_key)
    total = only(
        agent.search_variables(
            data=m.VariableSearchQuery.from_dict({"filter": {"processInstanceKey": key, "name": "total"}})
        ).items
    )
    assert total.value == "10"

    letter = {"name": "msg_api_answer", "correlationKey": "anna", "timeToLive": 1000}
    agent.publish_message(data=m.MessagePublicationRequest.from_dict(letter))
    over = only(agent.search_process_instances(data=instances(key)).items)
    assert over.state.value == "COMPLETED"
    assert over.end_date is not None


def instances(key: str, **filter_: t.Any) -> m.ProcessInstanceSearchQuery:
    return m.ProcessInstanceSearchQuery.from_dict({"filter": {"processInstanceKey": key, **filter_}})


def query(**filter_: t.Any) -> m.UserTaskSearchQuery:
    return m.UserTaskSearchQuery.from_dict({"filter": filter_})


def only(items: t.Sequence[t.Any]) -> t.Any:
    """The one item there must be."""
    assert len(items) == 1, items
    return items[0]
