"""Letting somebody else do one's task, and letting it come back."""

from flask import render_template, request
from werkzeug.wrappers import Response

from app import engine
from app.engine.queries import detail
from app.i18n import text as _
from app.inbox.names import people_named
from app.inbox.pages.blueprint import acted, blueprint, form_moment
from app.people import queries, signed_in


@blueprint.get("/tasks/<int:key>/delegates")
def delegates(key: int) -> str:
    """Show the colleagues one may delegate a task to."""
    person = signed_in()
    task = detail.get_task(person, key)
    found = [one for one in queries.colleagues() if one.username not in {person.username, task.assignee}]
    return render_template("inbox/_delegates.html", colleagues=found)


@blueprint.post("/tasks/<int:key>/delegate")
def delegate(key: int) -> Response:
    """Let somebody do a task for its assignee."""
    username, reason, until = request.form.get("assignee", ""), request.form.get("reason", ""), form_moment("until")
    done = _("Delegated to %(name)s", name=people_named([username]).get(username, username))
    return acted(done, lambda: engine.delegate_task(signed_in(), key, username, until=until, reason=reason), task=key)


@blueprint.post("/tasks/<int:key>/give-back")
def give_back(key: int) -> Response:
    """Let a delegated task come back to its owner."""
    remark = request.form.get("remark", "")
    return acted(_("It is back with its owner"), lambda: engine.return_task(signed_in(), key, remark), task=key)
