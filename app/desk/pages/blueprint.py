"""The two blueprints and what their views share."""

from flask import Blueprint, current_app

from app import clock
from app.desk import cases as case_file
from app.errors import FirstlineError, Invalid
from app.i18n import text
from app.people import allowed, current_person, signed_in
from app.people.access import require
from app.people.person import STAFF, SUPERVISOR

desk = Blueprint("desk", __name__, url_prefix="/desk", template_folder="../templates")
cases = Blueprint("cases", __name__, url_prefix="/cases")
dispatch = Blueprint("dispatch", __name__, url_prefix="/dispatch")
letters = Blueprint("letters", __name__, url_prefix="/letters")

Complaints = dict[str, list[str]]
FORM = "form"
"""Key of complaints that belong to no single field."""


@desk.before_request
@cases.before_request
@dispatch.before_request
@letters.before_request
def staff_only() -> None:
    """Refuse everybody else before anything is read; the acts check again by themselves."""
    require(signed_in(), STAFF)


@desk.app_context_processor
def desk_words() -> dict[str, object]:
    """Give templates the company's day and the way into the inbox, if this installation has one."""
    return {
        "may_supervise": lambda: allowed(current_person(), SUPERVISOR),
        "today": lambda: case_file.company_day(clock.now()),
        "has_view": has_view,
    }


def has_view(endpoint: str) -> bool:
    """Whether this installation has a page of that name."""
    return endpoint in current_app.view_functions


def complaints(error: FirstlineError) -> Complaints:
    """Return sentences by field in the present language."""
    if not isinstance(error, Invalid) or not error.fields:
        return {FORM: [text(error.code, **error.params)]}
    return {key: [text(code, **params) for code, params in each] for key, each in error.fields.items()}
