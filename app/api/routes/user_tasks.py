"""User tasks: search, form, assign, complete, change."""

import dataclasses
import typing as t
from collections.abc import Mapping

import orjson
import sqlalchemy as sa
from marshmallow import fields, validate

from app import i18n
from app.api import filters
from app.api.blueprint import ApiBlueprint
from app.api.fields import ApiSchema, Key, Moment, tenant, variables
from app.api.names import Names, names_for
from app.api.searching import Search, answer
from app.desk.models import Case
from app.engine import assign_task, await_verdict, complete_task, open_form, release_task, update_task
from app.engine.access import pair_of
from app.engine.models import UserTask, UserTaskCandidate
from app.engine.queries import Page, Sort, detail, search
from app.engine.waiting import candidate_user
from app.people import Person, signed_in

blueprint = ApiBlueprint("user_tasks", "Work for people.")

STATES = {
    "CREATED": ("created",),
    "COMPLETED": ("completed",),
    "CANCELED": ("cancelled",),
    "ASSIGNING": ("assigning",),
    "COMPLETING": ("completing",),
    "UPDATING": ("updating",),
    **dict.fromkeys(("CANCELING", "CREATING", "FAILED"), ()),
}
STATE_WORDS = {stored: word for word, states in STATES.items() for stored in states}
OPEN = ("created", "assigning", "completing", "updating")
STATE_NOW = sa.func.coalesce(UserTask.pending["event"].as_string(), UserTask.state)
"""An open task whose listeners are asked is in a state of its own."""


def _state() -> filters.Term:
    exact = filters.choice(STATE_NOW, STATES)
    stored = {word: ("created",) if set(states) & set(OPEN) else states for word, states in STATES.items()}
    roughly = filters.choice(UserTask.state, stored)

    def condition(given: filters.Operands) -> sa.ColumnElement[bool]:
        if given == {"eq": "CREATED"}:
            # The same, in words of which the database knows how often they are true.
            return sa.and_(UserTask.state == "created", UserTask.pending.is_(None))
        # The bare column on top, because the indexes of open tasks are for it.
        found = exact.condition(given)
        return sa.and_(roughly.condition(given), found) if set(given) <= {"eq", "in"} else found

    return filters.Term(exact.field, condition)


def _candidate_group(given: filters.Operands) -> sa.ColumnElement[bool]:
    """Open tasks offered to groups written `role` or `role@unit`."""
    group = sa.case(
        (UserTaskCandidate.unit == "", UserTaskCandidate.role),
        else_=UserTaskCandidate.role + "@" + UserTaskCandidate.unit,
    )
    if set(given) <= {"eq", "in"}:
        wanted = [given["eq"]] if "eq" in given else given["in"]
        pairs: sa.ColumnElement[bool] = sa.tuple_(UserTaskCandidate.role, UserTaskCandidate.unit).in_(
            [pair_of(one) for one in wanted]
        )
    else:
        pairs = filters.compare(group, given)
    condition: sa.ColumnElement[bool] = UserTask.key.in_(sa.select(UserTaskCandidate.task_key).where(pairs))
    return condition


def _candidate_user(given: filters.Operands) -> sa.ColumnElement[bool]:
    marked = {
        name: [candidate_user(one) for one in operand]
        if isinstance(operand, list)
        else operand
        if isinstance(operand, bool)
        else candidate_user(operand)
        for name, operand in given.items()
    }
    found = sa.select(UserTaskCandidate.task_key).where(filters.compare(UserTaskCandidate.role, marked))
    condition: sa.ColumnElement[bool] = UserTask.key.in_(found)
    return condition


def _case_number(given: filters.Operands) -> sa.ColumnElement[bool]:
    found = sa.select(Case.id).where(filters.compare(Case.case_no, given))
    condition: sa.ColumnElement[bool] = UserTask.case_id.in_(found)
    return condition


SEARCH = Search(
    "UserTask",
    UserTask.key,
    {
        "user_task_key": filters.key(UserTask.key),
        "process_instance_key": filters.key(UserTask.instance_key),
        "process_definition_key": filters.key(UserTask.process_definition_key),
        "process_definition_id": filters.text(UserTask.process_id),
        "element_instance_key": filters.key(UserTask.element_instance_key),
        "element_id": filters.text(UserTask.element_id),
        "name": filters.text(UserTask.names["zh"].as_string()),
        "state": _state(),
        "assignee": filters.text(UserTask.assignee),
        "candidate_group": filters.within(_candidate_group),
        "candidate_user": filters.within(_candidate_user),
        "priority": filters.integer(UserTask.priority),
        "creation_date": filters.moment(UserTask.created_at),
        "completion_date": filters.moment(UserTask.ended_at),
        "due_date": filters.moment(UserTask.due_at),
        "follow_up_date": filters.moment(UserTask.follow_up_at),
        "business_id": filters.within(_case_number),
        "tenant_id": filters.only_tenant(),
    },
    {
        "creation_date": UserTask.created_at,
        "completion_date": UserTask.ended_at,
        "due_date": UserTask.due_at,
        "follow_up_date": UserTask.follow_up_at,
        "priority": UserTask.priority,
        "name": UserTask.names["zh"].as_string(),
    },
    (Sort(UserTask.due_sort), Sort(UserTask.created_at)),
)
OF_ONE_GROUP = dataclasses.replace(
    SEARCH,
    key=UserTaskCandidate.task_key,
    default=(Sort(UserTaskCandidate.due_sort), Sort(UserTaskCandidate.created_at)),
)
"""The same list in the same order, walked along the index of the group's tasks instead of sorting all of them."""


class UserTaskResult(ApiSchema):
    """One task. `businessId` is the number of its case."""

    name = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    assignee = fields.String(required=True, allow_none=True)
    element_id = fields.String(required=True)
    candidate_groups = fields.List(fields.String(), required=True)
    candidate_users = fields.List(fields.String(), required=True)
    process_definition_id = fields.String(required=True)
    creation_date = Moment(required=True)
    completion_date = Moment(required=True, allow_none=True)
    follow_up_date = Moment(required=True, allow_none=True)
    due_date = Moment(required=True, allow_none=True)
    tenant_id = tenant()
    external_form_reference = fields.String(required=True, allow_none=True)
    process_definition_version = fields.Integer(required=True)
    custom_headers = fields.Dict(required=True)
    user_task_key = Key(required=True)
    element_instance_key = Key(required=True)
    process_name = fields.String(required=True, allow_none=True)
    process_definition_key = Key(required=True)
    process_instance_key = Key(required=True)
    root_process_instance_key = Key(required=True, allow_none=True)
    business_id = fields.String(required=True, allow_none=True)
    form_key = Key(required=True, allow_none=True)
    tags = fields.List(fields.String(), required=True)
    priority = fields.Integer(required=True)


class FormResult(ApiSchema):
    """A task's form; `schema` is form-js JSON as text, in the caller's language."""

    tenant_id = tenant()
    form_id = fields.String(required=True)
    schema = fields.String(required=True)
    version = fields.Integer(required=True)
    form_key = Key(required=True)


class Assignment(ApiSchema):
    """Whom to give the task to."""

    assignee = fields.String(required=True, validate=validate.Length(1, 150))
    allow_override = fields.Boolean(allow_none=True)
    action = fields.String(allow_none=True, validate=validate.Length(max=120))


class Completion(ApiSchema):
    """What the form was filled in with."""

    variables = variables(allow_none=True)
    action = fields.String(allow_none=True, validate=validate.Length(max=120))


class Changes(ApiSchema):
    """Attributes to change. A missing one stays, null or an empty value removes it."""

    due_date = Moment(allow_none=True)
    follow_up_date = Moment(allow_none=True)
    candidate_users = fields.List(fields.String(validate=validate.Length(1, 150)), allow_none=True)
    candidate_groups = fields.List(fields.String(validate=validate.Length(1, 150)), allow_none=True)
    priority = fields.Integer(allow_none=True, strict=True, validate=validate.Range(0, 100))


class Update(ApiSchema):
    """A change of attributes."""

    changeset = fields.Nested(Changes, allow_none=True)
    action = fields.String(allow_none=True, validate=validate.Length(max=120))


def item(row: UserTask, names: Names) -> dict[str, t.Any]:
    """Return a row as the API shows it."""
    return {
        "name": i18n.localised(row.names, row.element_id),
        "state": STATE_WORDS[(row.pending or {}).get("event") or row.state],
        "assignee": row.assignee,
        "element_id": row.element_id,
        "candidate_groups": [f"{role}@{unit}" if unit else role for role, unit in row.candidates],
        "candidate_users": row.candidate_users or [],
        "process_definition_id": row.process_id,
        "creation_date": row.created_at,
        "completion_date": row.ended_at if row.state == "completed" else None,
        "follow_up_date": row.follow_up_at,
        "due_date": row.due_at,
        "external_form_reference": None,
        "process_definition_version": row.process_version,
        "custom_headers": row.headers or {},
        "user_task_key": row.key,
        "element_instance_key": row.element_instance_key,
        "process_name": names.process(row.process_definition_key),
        "process_definition_key": row.process_definition_key,
        "process_instance_key": row.instance_key,
        "root_process_instance_key": row.root_key,
        "business_id": names.case(row.case_id),
        "form_key": row.form_key,
        "tags": [],
        "priority": row.priority,
    }


def found_tasks(person: Person, body: Mapping[str, t.Any]) -> Page[t.Any]:
    """Return a page of what a loaded request finds."""
    asked = dict(body["filter"])
    group = asked.pop("candidate_group", {})
    if body["sort"] or set(group) != {"eq"}:
        return SEARCH.find(search.tasks(person), body)
    query = search.tasks_of_group(person, *pair_of(group["eq"]))
    return OF_ONE_GROUP.find(query, {**body, "filter": asked})


@blueprint.post("/user-tasks/search")
@blueprint.arguments(SEARCH.request_schema())
@blueprint.response(200, SEARCH.response_schema(UserTaskResult))
def search_all(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Search tasks the person may see."""
    page = found_tasks(signed_in(), body)
    names = names_for(page.items)
    return answer(page, lambda row: item(row, names))


@blueprint.get("/user-tasks/<int:key>")
@blueprint.response(200, UserTaskResult)
def get(key: int) -> dict[str, t.Any]:
    """Return one task."""
    row = detail.get_task(signed_in(), key)
    return item(row, names_for([row]))


@blueprint.get("/user-tasks/<int:key>/form")
@blueprint.response(200, FormResult)
@blueprint.alt_response(204, description="The task has no form.")
def form(key: int) -> t.Any:
    """Return the task's form."""
    opened = open_form(signed_in(), key)
    if opened.schema is None:
        return "", 204
    return {
        "form_id": opened.form_id,
        "schema": orjson.dumps(opened.schema).decode(),
        "version": opened.version,
        "form_key": opened.task.form_key,
    }


@blueprint.post("/user-tasks/<int:key>/assignment")
@blueprint.arguments(Assignment)
@blueprint.response(204)
def assign(body: Mapping[str, t.Any], key: int) -> None:
    """Give the task to somebody."""
    override = body.get("allow_override")
    done = assign_task(
        signed_in(),
        key,
        body["assignee"],
        allow_override=True if override is None else override,
        action=body.get("action") or "assign",
    )
    _wait(key, done=done)


@blueprint.delete("/user-tasks/<int:key>/assignee")
@blueprint.response(204)
def unassign(key: int) -> None:
    """Hand the task back to its candidates."""
    done = release_task(signed_in(), key, "API")
    _wait(key, done=done)


@blueprint.post("/user-tasks/<int:key>/completion")
@blueprint.arguments(Completion, required=False)
@blueprint.response(204)
def complete(body: Mapping[str, t.Any], key: int) -> None:
    """Complete the task; with a form the variables are checked like a submission, without one they are taken."""
    done = complete_task(signed_in(), key, body.get("variables") or {}, action=body.get("action") or "complete")
    _wait(key, done=done)


@blueprint.route("/user-tasks/<int:key>", methods=["PATCH"])
@blueprint.arguments(Update, required=False)
@blueprint.response(204)
def update(body: Mapping[str, t.Any], key: int) -> None:
    """Change dates, priority or candidates."""
    given = body.get("changeset") or {}
    changes: dict[str, t.Any] = {}
    for ours, theirs in (("due_at", "due_date"), ("follow_up_at", "follow_up_date")):
        if theirs in given:
            changes[ours] = given[theirs]
    for name in ("candidate_groups", "candidate_users"):
        if name in given:
            changes[name] = given[name] or []
    if "priority" in given:
        changes["priority"] = 50 if given["priority"] is None else given["priority"]
    done = update_task(signed_in(), key, **changes, action=body.get("action") or "update")
    _wait(key, done=done)


def _wait(key: int, *, done: bool) -> None:
    """Answer only when the listeners of the task have, as a program that asks for a change expects it."""
    if not done:
        await_verdict(key)
