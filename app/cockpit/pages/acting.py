"""The page of every tool: which cases, with what, a trial that is taken back, then the act with its reason."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.cockpit import acting
from app.cockpit.acting import Acting
from app.cockpit.pages.blueprint import blueprint, require_reason, selection, sentence
from app.cockpit.pages.lists import conditions
from app.cockpit.tools import tool_of
from app.errors import Conflict, FirstlineError, Invalid
from app.i18n import text as _
from app.people import signed_in


@blueprint.get("/act/<kind>")
def act_page(kind: str) -> str:
    """Show which cases it concerns, and what to choose."""
    return _whole(acting.opened(signed_in(), tool_of(kind), selection(), request.args))


@blueprint.get("/act/<kind>/count")
def act_count(kind: str) -> str:
    """Say again how many cases it concerns, when another step is chosen."""
    page = acting.opened(signed_in(), tool_of(kind), selection(), request.args)
    return render_template("cockpit/_act_count.html", page=page)


@blueprint.post("/act/<kind>/trial")
def act_trial(kind: str) -> str:
    """Try it on some of the cases, take it back, and say what came of it."""
    person, tool, chosen = signed_in(), tool_of(kind), selection()
    try:
        outlook = acting.tried(person, tool, chosen, request.form)
    except Invalid as refused:
        return render_template("cockpit/_trial.html", outlook=None, error=sentence(refused), page=None)
    page = acting.opened(person, tool, chosen, request.form)
    return render_template("cockpit/_trial.html", outlook=outlook, error="", page=page)


@blueprint.post("/act/<kind>")
def act_now(kind: str) -> Response:
    """Do it to the one case, or order it for all. What cannot be done comes back with the reason."""
    person, tool, form = signed_in(), tool_of(kind), request.form
    page = acting.opened(person, tool, selection(), form)
    try:
        reason = require_reason(form.get("reason", ""))
        if not page.total or form.get("total", type=int) != page.total:
            raise Conflict("cockpit.selection_changed", count=page.total)
        ordered, key = acting.act(person, tool, page, form, reason)
    except FirstlineError as refused:
        page = acting.opened(person, tool, selection(), form)
        return make_response(_whole(page, sentence(refused)), refused.status)
    if ordered:
        flash(_("Ordered. It is done case by case."))
        return redirect(url_for("cockpit.batch", key=key), 303)
    flash(_("Done. The reason stands in the audit list."))
    return redirect(url_for("cockpit.instance", key=key), 303)


def _whole(page: Acting, error: str = "") -> str:
    chips = conditions(page.selection)["chips"]
    return render_template("cockpit/act.html", page=page, given=request.values, error=error, chips=chips)
