"""The blueprint and what its views share."""

import datetime as dt
import typing as t

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.engine.expressions import zone
from app.errors import FirstlineError, Invalid
from app.i18n import join_sentences
from app.i18n import text as _
from app.inbox import words
from app.inbox.folders import Viewer
from app.inbox.selection import Selection
from app.people import signed_in
from app.people.access import require
from app.people.person import STAFF
from app.web.navigation import known

CASE_PAGE = "cases.case"
blueprint = Blueprint("inbox", __name__, url_prefix="/inbox", template_folder="../templates")


@blueprint.before_request
def staff_only() -> None:
    """Refuse everybody else before anything is read; the acts check again by themselves."""
    require(signed_in(), STAFF)


def viewer() -> Viewer:
    """Return whose lists this request shows."""
    return Viewer.of(signed_in())


def selection() -> Selection:
    """Return the list this request's address names."""
    return Selection.of(request.args)


def address(**arguments: t.Any) -> str:
    """Return the address of the inbox with the present list and these arguments."""
    query: dict[str, t.Any] = dict(selection().query(**arguments))
    return url_for("inbox.index", **query)


def acted(done: str, act: t.Callable[[], object], **arguments: t.Any) -> Response:
    """Do something, say what was done or why not, and go back to the list and the task.

    What returns False has not happened yet: listeners of the task are asked first.
    """
    try:
        happened = act()
    except FirstlineError as error:
        flash(sentence(error), "bad")
    else:
        flash(_("This is being checked first.") if happened is False else done)
    return redirect(address(**arguments), 303)


def sentence(error: FirstlineError) -> str:
    """Return a failure in the person's language; of a refused form, what its fields complain of."""
    if isinstance(error, Invalid) and error.fields:
        complaints = (_(code, **params) for each in error.fields.values() for code, params in each)
        return join_sentences(dict.fromkeys(complaints))
    return _(error.code, **error.params)


def form_moment(name: str) -> dt.datetime | None:
    """Return a `datetime-local` field as a moment of the company's clock; None when it is empty or no time."""
    try:
        return dt.datetime.fromisoformat(request.form.get(name, "")).replace(tzinfo=zone())
    except ValueError:
        return None


@blueprint.context_processor
def words_of_pages() -> dict[str, t.Any]:
    """Give every template of the inbox its words and addresses."""
    return {
        "sort_names": words.sort_names(),
        "filter_names": words.filter_names(),
        "filter_value": words.filter_value,
        "tel": words.telephone,
        "case_link": case_link,
        "tomorrow_morning": tomorrow_morning,
    }


def case_link(case_no: str) -> str:
    """Return the address of a case's page, if this app has one."""
    return url_for(CASE_PAGE, case_no=case_no) if known(CASE_PAGE) else ""


def tomorrow_morning() -> str:
    """Return tomorrow at nine on the company's clock, as a `datetime-local` field takes it."""
    day = clock.now().astimezone(zone()).date() + dt.timedelta(days=1)
    return f"{day.isoformat()}T09:00"
