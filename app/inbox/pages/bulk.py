"""Many tasks at once, with a result per row and a way back."""

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from app.i18n import text as _
from app.inbox import macros, many
from app.inbox.pages.blueprint import blueprint, form_moment, selection, sentence
from app.inbox.task import tasks_named
from app.people import signed_in
from app.people.person import Person


@blueprint.post("/bulk")
def bulk() -> Response:
    """Do one thing with the chosen tasks; without a word for it they are claimed."""
    keys = request.form.getlist("chosen", type=int)[: many.MOST]
    return _answer(_done(signed_in(), keys, request.form.get("act", "claim"), request.form.get("reason", "")))


def _done(person: Person, keys: list[int], act: str, reason: str) -> list[many.Result]:
    if act == "assign":
        return many.assign_all(person, keys, request.form.get("assignee", ""), reason)
    if act == "follow-up":
        return many.put_off_all(person, keys, form_moment("until"), reason)
    if act == "priority":
        return many.prioritise_all(person, keys, request.form.get("priority", 50, type=int), reason)
    if act == "complete":
        return many.complete_all(person, keys)
    if act == "macro":
        return many.apply_to_all(person, keys, request.form.get("macro", 0, type=int))
    return many.claim_all(person, keys)


@blueprint.post("/bulk/undo")
def bulk_undo() -> Response:
    """Take back what was just done to many tasks."""
    entries = map(many.Before.of, request.form.getlist("before")[: many.MOST])
    return _answer(many.undo(signed_in(), [one for one in entries if one], _("Undone")), undone=True)


@blueprint.get("/bulk/macros")
def bulk_macros() -> str:
    """Show the macros that fit the chosen tasks."""
    person = signed_in()
    tasks = tasks_named(person, request.args.getlist("chosen", type=int)[: many.MOST])
    return render_template("inbox/_macro_choice.html", macros=macros.macros_for_tasks(person, tasks))


def _answer(results: list[many.Result], *, undone: bool = False) -> Response:
    page = render_template(
        "inbox/_results.html", results=results, undone=undone, selection=selection(), sentence=sentence
    )
    response = make_response(page)
    response.headers["HX-Trigger"] = "inbox-changed"
    return response
