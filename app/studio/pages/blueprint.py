"""The blueprint, who may enter, and the words its pages share."""

import typing as t

from flask import Blueprint

from app.engine.catalogue import Kind
from app.engine.interventions import MAY_MOVE
from app.i18n import lazy_text as _l
from app.i18n import text
from app.people import allowed, signed_in
from app.studio import rights
from app.studio.kinds import KINDS
from app.web.navigation import known

MIGRATION_PAGE = "cockpit.migrate"
blueprint = Blueprint("studio", __name__, url_prefix="/studio", template_folder="../templates")

AREA_NAMES: dict[str, t.Any] = {
    "intake": _l("Intake and first response"),
    "field": _l("Field service and visits"),
    "complaint": _l("Complaints and tracking"),
    "repair": _l("Repair"),
    "system": _l("System equipment"),
    "finance": _l("Finance"),
    "demand": _l("Inquiries and demand"),
    "outlets": _l("Outlets"),
    "planning": _l("Planning and budget"),
    "": _l("Other"),
}
KIND = "any(process,decision,form)"
"""URL converter of a kind."""


def area_name(area: str) -> str:
    """The area in the language of the page; a folder of somebody's own is its own name."""
    return str(AREA_NAMES.get(area, area))


def kind_named(name: str) -> Kind:
    """The kind an address names."""
    return KINDS[name].name


@blueprint.before_request
def readers_only() -> None:
    """Refuse everybody else before anything is read; the acts check again by themselves."""
    rights.require_reader(signed_in())


@blueprint.context_processor
def words() -> dict[str, t.Any]:
    """What every template of the studio uses."""
    return {
        "area_name": area_name,
        "sentences": sentences,
        "AREA_NAMES": AREA_NAMES,
        "may_write": rights.may_write(signed_in()),
        "may_move": known(MIGRATION_PAGE) is not None and allowed(signed_in(), *MAY_MOVE),
    }


def sentences(complaints: t.Iterable[tuple[str, t.Mapping[str, t.Any]]]) -> list[str]:
    """Complaints about a field in the language of the page."""
    return [text(code, **params) for code, params in complaints]
