"""Jobs for workers outside: activate, complete, fail, throw an error."""

import time
import typing as t
from collections.abc import Mapping

from marshmallow import fields, validate

from app.api.blueprint import ApiBlueprint
from app.api.fields import ApiSchema, Key, tenant, variables
from app.api.names import Names, names_for
from app.engine import ActivatedJob, activate_jobs, complete_job, fail_job, jobs_wait, throw_job_error
from app.people import signed_in

blueprint = ApiBlueprint("jobs", "Work for programs outside.")

LONGEST_WAIT = 20.0
"""Seconds a request for jobs is held open. It occupies one thread of the server meanwhile."""
PAUSE = 0.25


class Activation(ApiSchema):
    """Lease jobs of a type for `timeout` milliseconds."""

    type = fields.String(required=True, validate=validate.Length(1, 120))
    worker = fields.String(load_default="", validate=validate.Length(max=120))
    timeout = fields.Integer(required=True, validate=validate.Range(1, 7 * 86_400_000))
    max_jobs_to_activate = fields.Integer(required=True, validate=validate.Range(1, 1_000))
    fetch_variable = fields.List(fields.String(), load_default=None, allow_none=True)
    request_timeout = fields.Integer(load_default=0)


class ActivatedJobResult(ApiSchema):
    """A leased job."""

    type = fields.String(required=True)
    process_definition_id = fields.String(required=True)
    process_definition_version = fields.Integer(required=True)
    element_id = fields.String(required=True)
    custom_headers = fields.Dict(required=True)
    worker = fields.String(required=True)
    retries = fields.Integer(required=True)
    deadline = fields.Integer(required=True)
    variables = fields.Dict(required=True)
    tenant_id = tenant()
    physical_tenant_id = fields.String(required=True)
    job_key = Key(required=True)
    process_instance_key = Key(required=True)
    process_definition_key = Key(required=True)
    element_instance_key = Key(required=True)
    kind = fields.String(required=True)
    listener_event_type = fields.String(required=True)
    user_task = fields.Raw(required=True, allow_none=True)
    tags = fields.List(fields.String(), required=True)
    root_process_instance_key = Key(required=True, allow_none=True)
    business_id = fields.String(required=True, allow_none=True)
    priority = fields.Integer(required=True)
    job_lease_token = fields.String(required=True, allow_none=True)


class Activated(ApiSchema):
    """The leased jobs."""

    jobs = fields.List(fields.Nested(ActivatedJobResult), required=True)


class JobCompletion(ApiSchema):
    """What the worker found out."""

    variables = variables(allow_none=True)


class Failure(ApiSchema):
    """A failed attempt; `retryBackOff` in milliseconds."""

    retries = fields.Integer(load_default=0, validate=validate.Range(0, 1_000))
    error_message = fields.String(load_default="", validate=validate.Length(max=10_000))
    retry_back_off = fields.Integer(load_default=0, validate=validate.Range(0, 10**12))
    variables = variables(load_default=dict)


class JobError(ApiSchema):
    """A BPMN error for the diagram to catch."""

    error_code = fields.String(required=True, validate=validate.Length(1, 200))
    error_message = fields.String(allow_none=True)
    variables = variables(allow_none=True)


@blueprint.post("/jobs/activation")
@blueprint.arguments(Activation)
@blueprint.response(200, Activated)
def activate(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Lease jobs; with `requestTimeout` (milliseconds) wait that long for the first one."""
    person = signed_in()
    until = time.monotonic() + min(max(body["request_timeout"], 0) / 1000, LONGEST_WAIT)
    while True:
        leased = activate_jobs(
            person,
            body["type"],
            body["worker"],
            body["timeout"] / 1000,
            body["max_jobs_to_activate"],
            body["fetch_variable"] or None,
        )
        if leased or not _jobs_before(until, body["type"]):
            break
    names = names_for(cases=[one.case_id for one in leased])
    return {"jobs": [_item(one, names) for one in leased]}


def _jobs_before(until: float, job_type: str) -> bool:
    """Wait until there is a job to be had; False when there was none in time."""
    while time.monotonic() < until:
        if jobs_wait(job_type):
            return True
        time.sleep(PAUSE)
    return False


@blueprint.post("/jobs/<int:key>/completion")
@blueprint.arguments(JobCompletion, required=False)
@blueprint.response(204)
def complete(body: Mapping[str, t.Any], key: int) -> None:
    """Report a job as done."""
    complete_job(signed_in(), key, body.get("variables") or {})


@blueprint.post("/jobs/<int:key>/failure")
@blueprint.arguments(Failure, required=False)
@blueprint.response(204)
def fail(body: Mapping[str, t.Any], key: int) -> None:
    """Report an attempt as failed; without retries left the job becomes an incident."""
    fail_job(
        signed_in(),
        key,
        retries=body["retries"],
        back_off=body["retry_back_off"] / 1000,
        message=body["error_message"],
    )


@blueprint.post("/jobs/<int:key>/error")
@blueprint.arguments(JobError)
@blueprint.response(204)
def throw(body: Mapping[str, t.Any], key: int) -> None:
    """End a job with a BPMN error."""
    throw_job_error(signed_in(), key, body["error_code"], body.get("variables") or {})


def _item(one: ActivatedJob, names: Names) -> dict[str, t.Any]:
    job = one.job
    return {
        "type": job.type,
        "process_definition_id": job.process_id,
        "process_definition_version": job.process_version,
        "element_id": job.element_id,
        "custom_headers": job.headers,
        "worker": job.worker or "",
        "retries": job.retries,
        "deadline": int(job.due_at.timestamp() * 1000),
        "variables": dict(one.variables),
        "physical_tenant_id": "<default>",
        "job_key": job.key,
        "process_instance_key": job.instance_key,
        "process_definition_key": job.process_definition_key,
        "element_instance_key": job.element_instance_key,
        "kind": "BPMN_ELEMENT" if job.event is None else "EXECUTION_LISTENER",
        "listener_event_type": (job.event or "unspecified").upper(),
        "user_task": None,
        "tags": [],
        "root_process_instance_key": None,
        "business_id": names.case(one.case_id),
        "priority": 50,
        "job_lease_token": None,
    }
