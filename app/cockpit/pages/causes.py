"""What is known about a cause of incidents, and who looks after it."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.cockpit.listing import cause_of
from app.cockpit.pages.blueprint import blueprint, sentence
from app.engine import causes
from app.errors import FirstlineError
from app.i18n import text as _
from app.people import signed_in


@blueprint.get("/causes")
def cause_form() -> str:
    """Show the owner and the note of a cause."""
    cause = cause_of(request.args.get("cause", ""))
    return render_template(
        "cockpit/_cause.html", cause=request.args.get("cause", ""), noted=causes.noted([cause]).get(cause)
    )


@blueprint.post("/causes")
def note_cause() -> Response:
    """Keep them."""
    form = request.form
    try:
        causes.note_cause(signed_in(), cause_of(form.get("cause", "")), form.get("owner", ""), form.get("note", ""))
    except FirstlineError as refused:
        flash(sentence(refused), "bad")
    else:
        flash(_("Noted."))
    return redirect(url_for("cockpit.overview"), 303)
