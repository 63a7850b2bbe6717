"""Trying out decisions and expressions."""

import hashlib
import typing as t
from collections.abc import Mapping

import orjson
from marshmallow import ValidationError, fields, validate, validates_schema

from app import i18n
from app.api.blueprint import ApiBlueprint
from app.api.fields import ApiSchema, Key, tenant, variables
from app.db import db, next_key, transaction
from app.engine import catalogue, evaluate_decision, evaluate_expression
from app.engine.models import DecisionDefinition
from app.errors import Invalid
from app.feel import FeelWarning
from app.people import STAFF, require, signed_in

blueprint = ApiBlueprint("evaluation", "Decisions and expressions.")


class DecisionEvaluation(ApiSchema):
    """Which decision, on which values."""

    decision_definition_id = fields.String(validate=validate.Length(1, 120))
    decision_definition_key = Key()
    variables = variables(load_default=dict)

    @validates_schema
    def one_decision(self, data: Mapping[str, t.Any], **_kwargs: t.Any) -> None:
        """Id and key exclude each other, and one is needed."""
        if ("decision_definition_id" in data) == ("decision_definition_key" in data):
            raise ValidationError("Give either decisionDefinitionId or decisionDefinitionKey.")


class MatchedOutput(ApiSchema):
    """One output of a rule."""

    output_id = fields.String(required=True)
    output_name = fields.String(required=True)
    output_value = fields.String(required=True)
    rule_id = fields.String(required=True, allow_none=True)
    rule_index = fields.Integer(required=True, allow_none=True)


class MatchedRule(ApiSchema):
    """A rule that fired."""

    rule_id = fields.String(required=True)
    rule_index = fields.Integer(required=True)
    evaluated_outputs = fields.List(fields.Nested(MatchedOutput), required=True)


class EvaluatedInput(ApiSchema):
    """A column and the value it saw, as JSON text."""

    input_id = fields.String(required=True)
    input_name = fields.String(required=True)
    input_value = fields.String(required=True)


class EvaluatedDecision(ApiSchema):
    """One decision of the graph."""

    decision_definition_id = fields.String(required=True)
    decision_definition_name = fields.String(required=True)
    decision_definition_version = fields.Integer(required=True)
    decision_definition_type = fields.String(required=True)
    output = fields.String(required=True)
    tenant_id = tenant()
    matched_rules = fields.List(fields.Nested(MatchedRule), required=True)
    evaluated_inputs = fields.List(fields.Nested(EvaluatedInput), required=True)
    decision_definition_key = Key(required=True)
    decision_evaluation_instance_key = fields.String(required=True)


class DecisionResult(ApiSchema):
    """The answer and how it came about."""

    decision_definition_id = fields.String(required=True)
    decision_definition_key = Key(required=True)
    decision_definition_name = fields.String(required=True)
    decision_definition_version = fields.Integer(required=True)
    decision_evaluation_key = Key(required=True)
    decision_instance_key = Key(required=True)
    decision_requirements_id = fields.String(required=True)
    decision_requirements_key = Key(required=True)
    evaluated_decisions = fields.List(fields.Nested(EvaluatedDecision), required=True)
    failed_decision_definition_id = fields.String(required=True, allow_none=True)
    failure_message = fields.String(required=True, allow_none=True)
    output = fields.String(required=True)
    tenant_id = tenant()


class ExpressionEvaluation(ApiSchema):
    """An expression with its leading `=`, and the variables it may name."""

    expression = fields.String(required=True, validate=validate.Length(1, 20_000))
    variables = variables(load_default=dict, allow_none=True)


class ExpressionWarning(ApiSchema):
    """Why something became null, and where in the expression (counted without its leading `=`)."""

    message = fields.String(required=True)
    line = fields.Integer()
    column = fields.Integer()


class ExpressionResult(ApiSchema):
    """The value, and a warning for everything that became null and was not meant to."""

    expression = fields.String(required=True)
    result = fields.Raw(required=True, allow_none=True)
    warnings = fields.List(fields.Nested(ExpressionWarning), required=True)
    referenced_secrets = fields.List(fields.Dict(), required=True)


@blueprint.post("/decision-definitions/evaluation")
@blueprint.arguments(DecisionEvaluation)
@blueprint.response(200, DecisionResult)
def decision(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Evaluate a decision; nothing is stored."""
    person = signed_in()
    require(person, STAFF)
    row = _row(body)
    with transaction():
        key = next_key()
    shared = _head(row) | {"decision_evaluation_key": key, "decision_instance_key": key}
    try:
        made = evaluate_decision(person, body["variables"], key=row.key)
    except Invalid as error:
        failed = str(error.params.get("decision", row.decision_id))
        return shared | _failure(failed, i18n.text(error.code, **error.params))
    evaluated = [_evaluated(one, row) for one in made.trace]
    output = orjson.dumps(made.value).decode()
    return shared | {"output": output, "evaluated_decisions": evaluated} | _failure(None, None)


@blueprint.post("/expression/evaluation")
@blueprint.arguments(ExpressionEvaluation)
@blueprint.response(200, ExpressionResult)
def expression(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Evaluate a FEEL expression; nothing is stored."""
    found = evaluate_expression(signed_in(), body["expression"], body["variables"] or {})
    warnings = [{"message": i18n.text(one.code, **one.params), **_place(one)} for one in found.warnings]
    return {
        "expression": body["expression"],
        "result": found.value,
        "warnings": warnings,
        "referenced_secrets": [],
    }


def _place(warning: FeelWarning) -> dict[str, int]:
    position = warning.position
    return {"line": position.line, "column": position.column} if position else {}


def _row(body: Mapping[str, t.Any]) -> DecisionDefinition:
    if "decision_definition_key" in body:
        version = catalogue.version_by_key(db.session, "decision", body["decision_definition_key"])
    else:
        version = catalogue.newest(db.session, "decision", body["decision_definition_id"])
    return t.cast(DecisionDefinition, db.session.get(DecisionDefinition, version.key))


def _head(row: DecisionDefinition) -> dict[str, t.Any]:
    return {
        "decision_definition_id": row.decision_id,
        "decision_definition_key": row.key,
        "decision_definition_name": i18n.localised(row.names),
        "decision_definition_version": row.version,
        "decision_requirements_id": row.requirements_id,
        "decision_requirements_key": row.requirements_key,
    }


def _failure(decision: str | None, message: str | None) -> dict[str, t.Any]:
    failure: dict[str, t.Any] = {"failed_decision_definition_id": decision, "failure_message": message}
    return failure if decision is None else failure | {"output": "null", "evaluated_decisions": []}


def _evaluated(one: Mapping[str, t.Any], row: DecisionDefinition) -> dict[str, t.Any]:
    tables = one.get("tables", [])
    return {
        "decision_definition_id": one["decision"],
        "decision_definition_name": one.get("name") or one["decision"],
        "decision_definition_version": row.version,
        "decision_definition_type": "DECISION_TABLE" if tables else "LITERAL_EXPRESSION",
        "output": orjson.dumps(one["output"]).decode(),
        "matched_rules": [_rule(rule) for table in tables for rule in table["matched"]],
        "evaluated_inputs": [
            {
                "input_id": column.get("id") or "",
                "input_name": column.get("label") or "",
                "input_value": orjson.dumps(column["value"]).decode(),
            }
            for table in tables
            for column in table["inputs"]
        ],
        "decision_definition_key": row.key,
        "decision_evaluation_instance_key": _instance_key(row, one["decision"]),
    }


def _rule(rule: Mapping[str, t.Any]) -> dict[str, t.Any]:
    outputs = rule["outputs"] if isinstance(rule["outputs"], Mapping) else {"": rule["outputs"]}
    return {
        "rule_id": rule.get("id") or "",
        "rule_index": rule["index"],
        "evaluated_outputs": [
            {
                "output_id": name,
                "output_name": name,
                "output_value": orjson.dumps(value).decode(),
                "rule_id": rule.get("id"),
                "rule_index": rule["index"],
            }
            for name, value in outputs.items()
        ],
    }


def _instance_key(row: DecisionDefinition, decision: str) -> str:
    """Tell the decisions of one evaluation apart; evaluations outside a process are not stored."""
    return f"{row.key}-{hashlib.sha256(decision.encode()).hexdigest()[:8]}"
