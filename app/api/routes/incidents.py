"""Incidents: what cannot go on, and trying again."""

import dataclasses
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa
from marshmallow import fields

from app.api import filters
from app.api.blueprint import ApiBlueprint
from app.api.fields import ApiSchema, Key, Moment, tenant
from app.api.searching import Search, answer
from app.db import db
from app.engine import incident_text, resolve_incident
from app.engine.models import Incident, ProcessInstance
from app.engine.queries import Sort, detail, search
from app.people import signed_in

blueprint = ApiBlueprint("incidents", "What cannot go on.")


@dataclasses.dataclass(frozen=True)
class Kind:
    """A word of the API for incidents of some codes, in some places of the diagram or in any."""

    word: str
    codes: tuple[str, ...]
    places: tuple[str, ...] = ()

    def fits(self, code: str, place: str) -> bool:
        return code in self.codes and (not self.places or place.partition(":")[0] in self.places)

    def condition(self) -> sa.ColumnElement[bool]:
        """The same as `fits`, for the database."""
        said = Incident.code.in_(self.codes)
        if not self.places:
            return said
        return sa.and_(said, sa.or_(*(sa.or_(one == PLACE, PLACE.startswith(f"{one}:")) for one in self.places)))


PLACE = Incident.evidence[(0, "place")].as_string()
VALUE_CODES = (
    "kernel.expression_failed", "kernel.not_a_list", "kernel.not_a_number", "kernel.not_a_boolean",
    "kernel.not_a_name", "kernel.not_names", "kernel.too_long", "kernel.bad_time", "kernel.not_a_moment",
    "kernel.too_many_rounds",
)  # fmt: skip
KINDS = (
    Kind("JOB_NO_RETRIES", ("engine.job_failed",)),
    Kind(
        "CALLED_ELEMENT_ERROR",
        ("engine.called_process_missing", "engine.calls_too_deep", "engine.only_started_by_events"),
    ),
    Kind("UNHANDLED_ERROR_EVENT", ("kernel.error_not_caught",)),
    Kind("RESOURCE_NOT_FOUND", ("engine.nothing_to_start",)),
    Kind("DECISION_EVALUATION_ERROR", ("kernel.decision_failed",)),
    Kind("CONDITION_ERROR", ("kernel.no_flow_taken",)),
    Kind("CONDITION_ERROR", VALUE_CODES, ("condition", "completionCondition", "loopCondition")),
    Kind("IO_MAPPING_ERROR", VALUE_CODES, ("input", "output")),
    Kind("EXTRACT_VALUE_ERROR", VALUE_CODES),
)
OTHER = "UNSPECIFIED"
WORDS = sorted({kind.word for kind in KINDS} | {"CALLED_DECISION_ERROR", "FORM_NOT_FOUND", "UNKNOWN", OTHER})
ERROR_TYPE = sa.case(*((kind.condition(), kind.word) for kind in KINDS), else_=OTHER)
STATE = sa.case((Incident.resolved_at.is_(None), "ACTIVE"), else_="RESOLVED")

SEARCH = Search(
    "Incident",
    Incident.key,
    {
        "incident_key": filters.key(Incident.key),
        "process_instance_key": filters.key(Incident.instance_key),
        "process_definition_key": filters.key(Incident.process_definition_key),
        "process_definition_id": filters.text(Incident.process_id),
        "element_id": filters.text(Incident.element_id),
        "element_instance_key": filters.key(Incident.element_instance_key),
        "job_key": filters.key(Incident.job_key),
        "creation_time": filters.moment(Incident.created_at),
        "state": filters.choice(
            STATE, {"ACTIVE": ("ACTIVE",), "RESOLVED": ("RESOLVED",), "MIGRATED": (), "PENDING": (), "UNKNOWN": ()}
        ),
        "error_type": filters.choice(ERROR_TYPE, {word: (word,) for word in WORDS}),
        "tenant_id": filters.only_tenant(),
    },
    {
        "incident_key": Incident.key,
        "process_instance_key": Incident.instance_key,
        "process_definition_key": Incident.process_definition_key,
        "process_definition_id": Incident.process_id,
        "element_id": Incident.element_id,
        "creation_time": Incident.created_at,
        "state": STATE,
        "error_type": ERROR_TYPE,
    },
    (Sort(Incident.key),),
)


class IncidentResult(ApiSchema):
    """One incident; `errorMessage` says everything in the caller's language, with the expression and its values."""

    process_definition_id = fields.String(required=True)
    error_type = fields.String(required=True)
    error_message = fields.String(required=True)
    element_id = fields.String(required=True)
    creation_time = Moment(required=True)
    state = fields.String(required=True)
    tenant_id = tenant()
    incident_key = Key(required=True)
    process_definition_key = Key(required=True, allow_none=True)
    process_instance_key = Key(required=True, allow_none=True)
    root_process_instance_key = Key(required=True, allow_none=True)
    element_instance_key = Key(required=True, allow_none=True)
    job_key = Key(required=True, allow_none=True)


class Resolution(ApiSchema):
    """Nothing is needed to try again."""

    operation_reference = fields.Integer()


def error_type(row: Incident) -> str:
    """Return the API's word for an incident."""
    place = row.evidence[0].get("place", "") if row.evidence else ""
    return next((kind.word for kind in KINDS if kind.fits(row.code, place)), OTHER)


def item(row: Incident, roots: Mapping[int | None, int]) -> dict[str, t.Any]:
    """Return a row as the API shows it."""
    return {
        "process_definition_id": row.process_id or "",
        "error_type": error_type(row),
        "error_message": incident_text.complete(row),
        "element_id": row.element_id or "",
        "creation_time": row.created_at,
        "state": "ACTIVE" if row.resolved_at is None else "RESOLVED",
        "incident_key": row.key,
        "process_definition_key": row.process_definition_key,
        "process_instance_key": row.instance_key,
        "root_process_instance_key": roots.get(row.instance_key),
        "element_instance_key": row.element_instance_key,
        "job_key": row.job_key,
    }


def _roots(rows: list[Incident]) -> dict[int | None, int]:
    keys = {row.instance_key for row in rows}
    query = sa.select(ProcessInstance.key, ProcessInstance.root_key).where(ProcessInstance.key.in_(keys))
    return {row.key: row.root_key for row in db.session.execute(query)}


@blueprint.post("/incidents/search")
@blueprint.arguments(SEARCH.request_schema())
@blueprint.response(200, SEARCH.response_schema(IncidentResult))
def search_all(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Search incidents of instances the person may see."""
    page = SEARCH.find(search.incidents(signed_in()), body)
    roots = _roots(page.items)
    return answer(page, lambda row: item(row, roots))


@blueprint.get("/incidents/<int:key>")
@blueprint.response(200, IncidentResult)
def get(key: int) -> dict[str, t.Any]:
    """Return one incident."""
    row = detail.get_incident(signed_in(), key)
    return item(row, _roots([row]))


@blueprint.post("/incidents/<int:key>/resolution")
@blueprint.arguments(Resolution, required=False)
@blueprint.response(204)
def resolve(_body: Mapping[str, t.Any], key: int) -> None:
    """Try the failed work again; if it fails again, a new incident says why."""
    resolve_incident(signed_in(), key, "API")
