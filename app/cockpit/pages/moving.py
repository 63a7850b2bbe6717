"""Moving tokens of an instance by hand, in a dialog that says beforehand what would come of it."""

from flask import flash, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from app import engine
from app.cockpit import moving
from app.cockpit import names as naming
from app.cockpit.names import Names
from app.cockpit.pages.blueprint import blueprint, require_reason, sentence
from app.engine.queries import detail
from app.errors import FirstlineError
from app.i18n import text as _
from app.people import signed_in


@blueprint.get("/instances/<int:key>/move")
def move_form(key: int) -> str:
    """Show the tokens and what may become of each."""
    return _form(key, "", "")


@blueprint.post("/instances/<int:key>/move/preview")
def move_preview(key: int) -> str:
    """Say what would come of what has been chosen so far."""
    modification = moving.chosen(request.form)
    if moving.is_empty(modification):
        return render_template("cockpit/_consequences.html", sentences=[])
    try:
        said = engine.preview_modification(signed_in(), key, modification)
    except FirstlineError as refused:
        return render_template("cockpit/_consequences.html", sentences=[("bad", sentence(refused))])
    names, definition_key = _names(key)
    sentences = moving.in_words(said, definition_key, names)
    return render_template("cockpit/_consequences.html", sentences=sentences, lost=bool(said.taken))


@blueprint.post("/instances/<int:key>/move")
def move(key: int) -> Response:
    """Move the tokens. What cannot be done comes back with the reason and everything that was chosen."""
    form = request.form
    try:
        reason = require_reason(form.get("reason", ""))
        seen = form.get("seen", type=int)
        engine.modify_instance(signed_in(), key, moving.chosen(form), reason, seen=seen)
    except FirstlineError as refused:
        return make_response(_form(key, form.get("reason", ""), sentence(refused)), refused.status)
    flash(_("Moved. The reason stands in the audit list."))
    done = make_response("")
    done.headers["HX-Redirect"] = url_for("cockpit.instance", key=key)
    return done


def _form(key: int, reason: str, error: str) -> str:
    names, _key = _names(key)
    opened = moving.opened(signed_in(), key, names, request.form)
    return render_template("cockpit/_move.html", moving=opened, reason=reason, error=error)


def _names(key: int) -> tuple[Names, int]:
    definition_key = detail.get_instance(signed_in(), key).process_definition_key
    return naming.read([definition_key]), definition_key
