"""The blueprint, who may enter, and what its views share."""

import typing as t

from flask import Blueprint, request, url_for

from app import i18n
from app.cockpit import kinds, rights, why
from app.cockpit.selection import Selection
from app.cockpit.tools import tools_for
from app.errors import FirstlineError, Invalid
from app.i18n import join_sentences, text
from app.people import signed_in
from app.web.elements import kind_name
from app.web.navigation import known

CASE_PAGE = "cases.case"
blueprint = Blueprint("cockpit", __name__, url_prefix="/cockpit", template_folder="../templates")


@blueprint.before_request
def leaders_only() -> None:
    """Refuse everybody else before anything is read; the acts check again by themselves."""
    rights.require_reader(signed_in())


@blueprint.context_processor
def words() -> dict[str, t.Any]:
    """Give every template of the cockpit its words and rights."""
    return {
        "may_repair": rights.may_repair(signed_in()),
        "may_move": rights.may_move(signed_in()),
        "tools": tools_for(signed_in()),
        "kind_name": kind_name,
        "state_name": kinds.state_name,
        "step_state": kinds.step_state,
        "case_link": case_link,
        "act_name": i18n.text,
        "waited": why.waited,
        "held_words": why.held_words,
    }


def case_link(case_no: str) -> str:
    """Return the address of a case's page, if this app has one."""
    return url_for(CASE_PAGE, case_no=case_no) if known(CASE_PAGE) else ""


def selection() -> Selection:
    """Return the list this request's address names; its columns and single cases may be named one by one."""
    several = {name: ",".join(request.args.getlist(name)) for name in ("keys", "columns") if name in request.args}
    return Selection.of(request.args.to_dict() | several)


def sentence(error: FirstlineError) -> str:
    """Return a failure in the person's language; of a refused form, what its fields complain of."""
    if isinstance(error, Invalid) and error.fields:
        complaints = (text(code, **params) for each in error.fields.values() for code, params in each)
        return join_sentences(dict.fromkeys(complaints))
    return text(error.code, **error.params)


def require_reason(reason: str) -> str:
    """Return a reason without the space around it. Raises Invalid for an empty one."""
    if not reason.strip():
        raise Invalid("engine.reason_needed", fields={"reason": [("engine.reason_needed", {})]})
    return reason.strip()
