"""What one does with a task beside its form: claim, take next, hand back, assign, follow up later."""

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from app import engine, i18n
from app.i18n import text as _
from app.inbox import take
from app.inbox.names import people_named
from app.inbox.pages.blueprint import acted, address, blueprint, form_moment, viewer
from app.inbox.task import colleagues, tasks_named
from app.people import signed_in


@blueprint.post("/next")
def take_next() -> Response:
    """Claim the most urgent task nobody has taken yet and open it."""
    taken = take.take_next(viewer())
    if taken is None:
        flash(_("Nothing is waiting to be claimed."))
        return redirect(address(), 303)
    flash(_("Claimed: %(step)s", step=i18n.localised(taken.names, taken.element_id)))
    return redirect(address(view="mine", task=taken.key, after=None), 303)


@blueprint.post("/tasks/<int:key>/claim")
def claim(key: int) -> Response:
    """Take a task; whoever was faster is named."""
    return acted(_("Claimed"), lambda: engine.claim_task(signed_in(), key), task=key)


@blueprint.post("/tasks/<int:key>/release")
def release(key: int) -> Response:
    """Hand a task back to its candidates, with the reason."""
    reason = request.form.get("reason", "")
    return acted(_("Handed back"), lambda: engine.release_task(signed_in(), key, reason), task=key)


@blueprint.post("/tasks/<int:key>/assign")
def assign(key: int) -> Response:
    """Give a task to somebody."""
    username, reason = request.form.get("assignee", ""), request.form.get("reason", "")
    name = people_named([username]).get(username, "")
    done = _("Assigned to %(name)s", name=name)
    return acted(done, lambda: engine.assign_task(signed_in(), key, username, reason=reason), task=key)


@blueprint.post("/tasks/<int:key>/follow-up")
def follow_up(key: int) -> Response:
    """Put a task off until a moment; an empty one brings it back at once."""
    until = form_moment("until")
    reason = request.form.get("reason", "")
    done = _("Put off until the chosen time") if until else _("Back among your tasks")
    return acted(done, lambda: engine.update_task(signed_in(), key, follow_up_at=until, reason=reason), task=key)


@blueprint.get("/people")
def people() -> str:
    """Show who may do the chosen tasks."""
    person = signed_in()
    tasks = tasks_named(person, request.args.getlist("chosen", type=int))
    found = colleagues(person, tasks)
    choices = [(one.username, f"{one.name} ({one.username})") for one in found]
    return render_template("inbox/_people.html", colleagues=found, people=choices)
