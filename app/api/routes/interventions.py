"""Interventions in one running instance: moving it to another version, moving its tokens by hand, letting it rest."""

import typing as t
from collections.abc import Iterable, Mapping

from marshmallow import ValidationError, fields, validate, validates_schema

from app.api.blueprint import ApiBlueprint
from app.api.fields import ApiSchema, Key, variables
from app.engine import (
    Modification,
    live_steps,
    migrate_instance,
    migration_verdict,
    modify_instance,
    resume_instance,
    suspend_instance,
)
from app.engine.migration import MigrationPlan
from app.engine.migration_text import said
from app.engine.models import ElementInstance
from app.engine.queries import detail
from app.errors import Hindered, NotFound
from app.kernel import RENEWALS, Placement
from app.people import signed_in
from app.people.person import Person

blueprint = ApiBlueprint("interventions", "Moving running instances and their tokens.")

MOST = 500
"""Instructions in one request."""


def reason() -> fields.String:
    """Our addition: what the audit says about it."""
    return fields.String(load_default="API", validate=validate.Length(1, 400))


def element_id(**options: t.Any) -> fields.String:
    """The id of a drawn element."""
    return fields.String(validate=validate.Length(1, 120), **options)


class MappingInstruction(ApiSchema):
    """An element or flow that goes on under another id."""

    source_element_id = element_id(required=True)
    target_element_id = element_id(required=True)


class MigrationPlanFields(ApiSchema):
    """Where instances go; elements that are not mapped go to those of the same id.

    `renew` and `rebind` are our additions: what the new version evaluates again, and whether unbound decisions, forms
    and called processes are from now on those in force today.
    """

    target_process_definition_key = Key(required=True)
    mapping_instructions = fields.List(
        fields.Nested(MappingInstruction), load_default=list, validate=validate.Length(max=MOST)
    )
    renew = fields.List(fields.String(validate=validate.OneOf(RENEWALS)), load_default=list)
    rebind = fields.Boolean(load_default=False)


class Migration(MigrationPlanFields):
    """How one instance is moved, and why."""

    reason = reason()
    operation_reference = fields.Integer()


class MigrationFinding(ApiSchema):
    """What speaks against it (`error`), or will be different (`warning`, `info`)."""

    code = fields.String(required=True)
    severity = fields.String(required=True)
    element_id = fields.String(required=True, allow_none=True)
    message = fields.String(required=True)


class MigrationVerdict(ApiSchema):
    """What would become of an instance; nothing has been done."""

    can_migrate = fields.Boolean(required=True)
    findings = fields.List(fields.Nested(MigrationFinding), required=True)


class VariableInstruction(ApiSchema):
    """Variables of the instance, or with the element's own id as `scopeId` of the new step alone."""

    variables = variables(required=True)
    scope_id = fields.String(load_default="")


class ActivateInstruction(ApiSchema):
    """A step to put a token on."""

    element_id = element_id(required=True)
    ancestor_element_instance_key = Key(load_default=None, allow_none=True)
    variable_instructions = fields.List(
        fields.Nested(VariableInstruction), load_default=list, validate=validate.Length(max=MOST)
    )

    @validates_schema
    def scopes_known(self, data: Mapping[str, t.Any], **_kwargs: t.Any) -> None:
        """Variables go to the instance or to the step itself."""
        if any(one["scope_id"] not in {"", data["element_id"]} for one in data["variable_instructions"]):
            raise ValidationError("scopeId is empty or the id of the element that is activated.")


class TerminateInstruction(ApiSchema):
    """Tokens to take away: one activation by its key, or all of an element."""

    element_instance_key = Key()
    element_id = element_id()

    @validates_schema
    def one_of_both(self, data: Mapping[str, t.Any], **_kwargs: t.Any) -> None:
        """Key and id exclude each other, and one is needed."""
        if ("element_instance_key" in data) == ("element_id" in data):
            raise ValidationError("Give either elementInstanceKey or elementId.")


class MoveSource(ApiSchema):
    """The tokens to be moved: one activation by its key, or all of an element."""

    source_element_instance_key = Key()
    source_element_id = element_id()

    @validates_schema
    def one_of_both(self, data: Mapping[str, t.Any], **_kwargs: t.Any) -> None:
        """Key and id exclude each other, and one is needed."""
        if ("source_element_instance_key" in data) == ("source_element_id" in data):
            raise ValidationError("Give either sourceElementInstanceKey or sourceElementId.")


class MoveInstruction(ApiSchema):
    """Every token of the source goes to the target."""

    source_element_instruction = fields.Nested(MoveSource, required=True)
    target_element_id = element_id(required=True)


class ModificationRequest(ApiSchema):
    """Tokens to put, to take away and to move; all of it happens, or nothing."""

    activate_instructions = fields.List(
        fields.Nested(ActivateInstruction), load_default=list, validate=validate.Length(max=MOST)
    )
    terminate_instructions = fields.List(
        fields.Nested(TerminateInstruction), load_default=list, validate=validate.Length(max=MOST)
    )
    move_instructions = fields.List(
        fields.Nested(MoveInstruction), load_default=list, validate=validate.Length(max=MOST)
    )
    reason = reason()
    operation_reference = fields.Integer()


class Intervention(ApiSchema):
    """Why it is done."""

    reason = reason()
    operation_reference = fields.Integer()


def plan_of(body: Mapping[str, t.Any]) -> MigrationPlan:
    """Return the plan that a request names."""
    mapping = {one["source_element_id"]: one["target_element_id"] for one in body["mapping_instructions"]}
    return MigrationPlan(body["target_process_definition_key"], mapping, frozenset(body["renew"]), body["rebind"])


@blueprint.post("/process-instances/<int:key>/migration")
@blueprint.arguments(Migration)
@blueprint.response(204)
def migrate(body: Mapping[str, t.Any], key: int) -> None:
    """Move an instance to another version; 409 says in `findings` why it stays."""
    person, plan = signed_in(), plan_of(body)
    source = detail.get_instance(person, key).process_definition_key
    try:
        migrate_instance(person, key, plan, body["reason"])
    except Hindered as hindered:
        hindered.findings = said(hindered.findings, source, plan.target)
        raise


@blueprint.post("/process-instances/<int:key>/migration/verdict")
@blueprint.arguments(MigrationPlanFields)
@blueprint.response(200, MigrationVerdict)
def judge(body: Mapping[str, t.Any], key: int) -> dict[str, t.Any]:
    """Say whether an instance could be moved and what would be different; nothing is done."""
    verdict = migration_verdict(signed_in(), key, plan_of(body))
    findings = said(verdict.as_json(), verdict.source.key, verdict.target.key)
    return {"can_migrate": verdict.moves, "findings": findings}


@blueprint.post("/process-instances/<int:key>/modification")
@blueprint.arguments(ModificationRequest)
@blueprint.response(204)
def modify(body: Mapping[str, t.Any], key: int) -> None:
    """Put tokens on steps, take them away or move them."""
    person = signed_in()
    modify_instance(person, key, _Steps(person, key).modification(body), body["reason"])


@blueprint.post("/process-instances/<int:key>/suspension")
@blueprint.arguments(Intervention, required=False)
@blueprint.response(204)
def suspend(body: Mapping[str, t.Any], key: int) -> None:
    """Let an instance rest with everything it called."""
    suspend_instance(signed_in(), key, body.get("reason", "API"))


@blueprint.post("/process-instances/<int:key>/resumption")
@blueprint.arguments(Intervention, required=False)
@blueprint.response(204)
def resume(body: Mapping[str, t.Any], key: int) -> None:
    """Let a suspended instance go on; what came due meanwhile is due now."""
    resume_instance(signed_in(), key, body.get("reason", "API"))


class _Steps:
    """The live steps of an instance by what a request calls them."""

    def __init__(self, person: Person, key: int) -> None:
        self._steps = live_steps(person, key)
        self._instance = key

    def modification(self, body: Mapping[str, t.Any]) -> Modification:
        cancel: list[int] = []
        place: list[Placement] = []
        common: dict[str, t.Any] = {}
        for one in body["terminate_instructions"]:
            cancel += self._tokens(one.get("element_instance_key"), one.get("element_id"))
        for one in body["move_instructions"]:
            source = one["source_element_instruction"]
            tokens = self._tokens(source.get("source_element_instance_key"), source.get("source_element_id"))
            cancel += tokens
            place += [Placement(one["target_element_id"]) for _ in tokens]
        for one in body["activate_instructions"]:
            place.append(self._placement(one))
            common |= _merged(given for given in one["variable_instructions"] if not given["scope_id"])
        return Modification(cancel, place, common)

    def _placement(self, one: Mapping[str, t.Any]) -> Placement:
        ancestor = one["ancestor_element_instance_key"]
        around = None if ancestor in {None, self._instance} else self._tokens(ancestor, None)[0]
        own = _merged(given for given in one["variable_instructions"] if given["scope_id"])
        return Placement(one["element_id"], around, own)

    def _tokens(self, key: int | None, element: str | None) -> list[int]:
        found = [step.token for step in self._steps if self._is(step, key, element)]
        if not found:
            raise NotFound("engine.no_token_here", step=element or key)
        return found

    @staticmethod
    def _is(step: ElementInstance, key: int | None, element: str | None) -> bool:
        return step.key == key if key is not None else step.element_id == element


def _merged(instructions: Iterable[Mapping[str, t.Any]]) -> dict[str, t.Any]:
    return {name: value for one in instructions for name, value in one["variables"].items()}
