"""Jobs for workers outside: activate, complete, fail, throw an error."""

import time
import typing as t
from collections.abc import Mapping

from marshmallow import fields, pre_load, validate

from app.api.blueprint import ApiBlueprint
from app.api.fields import ApiSchema, Key, Moment, camel, tenant, variables
from app.api.names import Names, names_for
from app.engine import (
    NO_OBJECTION,
    ActivatedJob,
    Answer,
    TaskFacts,
    activate_jobs,
    complete_job,
    fail_job,
    jobs_wait,
    throw_job_error,
)
from app.engine.models import Job
from app.engine.reporting import TASK_EVENTS
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


class ListenedTask(ApiSchema):
    """A user task as it would be, for its listeners. While it is being created it has no key yet."""

    action = fields.String(required=True)
    assignee = fields.String(required=True, allow_none=True)
    candidate_groups = fields.List(fields.String(), required=True)
    candidate_users = fields.List(fields.String(), required=True)
    changed_attributes = fields.List(fields.String(), required=True)
    due_date = Moment(required=True, allow_none=True)
    follow_up_date = Moment(required=True, allow_none=True)
    form_key = Key(required=True, allow_none=True)
    priority = fields.Integer(required=True)
    user_task_key = Key(required=True, allow_none=True)


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
    user_task = fields.Nested(ListenedTask, required=True, allow_none=True)
    tags = fields.List(fields.String(), required=True)
    root_process_instance_key = Key(required=True, allow_none=True)
    business_id = fields.String(required=True, allow_none=True)
    priority = fields.Integer(required=True)
    job_lease_token = fields.String(required=True, allow_none=True)


class Activated(ApiSchema):
    """The leased jobs."""

    jobs = fields.List(fields.Nested(ActivatedJobResult), required=True)


class MomentOrNone(Moment):
    """A moment, or an empty text for none."""

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kwargs: t.Any) -> t.Any:
        return None if value == "" else super()._deserialize(value, attr, data, **kwargs)


class Corrections(ApiSchema):
    """What a task listener corrects. Null leaves a value as it is, an empty one removes it."""

    assignee = fields.String(validate=validate.Length(max=150))
    due_date = MomentOrNone()
    follow_up_date = MomentOrNone()
    candidate_users = fields.List(fields.String(validate=validate.Length(1, 150)))
    candidate_groups = fields.List(fields.String(validate=validate.Length(1, 150)))
    priority = fields.Integer(strict=True, validate=validate.Range(0, 100))

    @pre_load
    def leave_alone(self, given: t.Any, **_options: t.Any) -> t.Any:
        """Take out what shall stay as it is."""
        return {name: value for name, value in given.items() if value is not None} if isinstance(given, dict) else given


class JobResult(ApiSchema):
    """What a task listener says: it denies the change with a reason, or corrects it."""

    type = fields.String(load_default="userTask", validate=validate.OneOf(["userTask"]))
    denied = fields.Boolean(load_default=False, allow_none=True)
    denied_reason = fields.String(load_default="", allow_none=True, validate=validate.Length(max=1_000))
    corrections = fields.Nested(Corrections, load_default=dict, allow_none=True)


class JobCompletion(ApiSchema):
    """What the worker found out; `result` is for task listeners."""

    variables = variables(allow_none=True)
    result = fields.Nested(JobResult, allow_none=True)


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
    complete_job(signed_in(), key, body.get("variables") or {}, _answer(body.get("result")))


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


def _answer(result: Mapping[str, t.Any] | None) -> Answer:
    if result is None:
        return NO_OBJECTION
    return Answer(bool(result["denied"]), result["denied_reason"] or "", result["corrections"] or {})


def _task(task: TaskFacts | None) -> dict[str, t.Any] | None:
    if task is None:
        return None
    return {
        "action": task.action,
        "assignee": task.assignee,
        "candidate_groups": list(task.candidate_groups),
        "candidate_users": list(task.candidate_users),
        "changed_attributes": [camel(name) for name in task.changed],
        "due_date": task.due_date,
        "follow_up_date": task.follow_up_date,
        "form_key": task.form_key,
        "priority": task.priority,
        "user_task_key": task.key,
    }


def _kind(job: Job) -> str:
    if job.event is None:
        return "BPMN_ELEMENT"
    return "TASK_LISTENER" if job.event in TASK_EVENTS else "EXECUTION_LISTENER"


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
        "kind": _kind(job),
        "listener_event_type": (job.event or "unspecified").upper(),
        "user_task": _task(one.task),
        "tags": [],
        "root_process_instance_key": None,
        "business_id": names.case(one.case_id),
        "priority": 50,
        "job_lease_token": None,
    }
