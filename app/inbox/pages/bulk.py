"""Many tasks at once: claim or assign, with a result per row and a way back."""

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from app.i18n import text as _
from app.inbox import take
from app.inbox.pages.blueprint import blueprint, selection, sentence
from app.people import signed_in

MOST = 200


@blueprint.post("/bulk")
def bulk() -> Response:
    """Claim or assign the chosen tasks."""
    keys = request.form.getlist("chosen", type=int)[:MOST]
    person = signed_in()
    if username := request.form.get("assignee", ""):
        return _answer(take.assign_all(person, keys, username, request.form.get("reason", "")))
    return _answer(take.claim_all(person, keys))


@blueprint.post("/bulk/undo")
def bulk_undo() -> Response:
    """Take back what was just done to many tasks."""
    before = {}
    for entry in request.form.getlist("before")[:MOST]:
        key, _colon, username = entry.partition(":")
        if key.isdigit():
            before[int(key)] = username
    return _answer(take.undo(signed_in(), before, _("Undone")), undone=True)


def _answer(results: list[take.Result], *, undone: bool = False) -> Response:
    page = render_template(
        "inbox/_results.html", results=results, undone=undone, selection=selection(), sentence=sentence
    )
    response = make_response(page)
    response.headers["HX-Trigger"] = "inbox-changed"
    return response
