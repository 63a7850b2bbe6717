"""What a supervisor does: retry what failed, cancel; and an administrator: release. Each asks for a reason."""

import typing as t

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import engine, i18n
from app.cockpit import names as naming
from app.cockpit import summary
from app.cockpit.pages.blueprint import blueprint, require_reason, sentence
from app.db import db
from app.engine import held, incident_text
from app.engine.models import Incident
from app.engine.queries import detail, search
from app.errors import FirstlineError
from app.i18n import text as _
from app.people import signed_in
from app.people.person import Person


@blueprint.get("/incidents/<int:key>/retry")
def retry_form(key: int) -> str:
    """Show what is retried and ask why it will go well now."""
    incident = detail.get_incident(signed_in(), key)
    names = naming.read([incident.process_definition_key])
    element = names.element(incident.process_definition_key, incident.element_id)
    return render_template(
        "cockpit/_retry.html", incident=incident, element=element, reason=incident_text.sentence(incident)
    )


@blueprint.post("/incidents/<int:key>/retry")
def retry(key: int) -> Response:
    """Try the failed work again and say whether it went well."""
    person = signed_in()
    incident = detail.get_incident(person, key)
    instance_key = incident.instance_key
    try:
        reason = require_reason(request.form.get("reason", ""))
        well = engine.resolve_incident(person, key, reason)
    except FirstlineError as error:
        flash(sentence(error), "bad")
    else:
        if well:
            flash(_("Retried. It goes on from this step."))
        else:
            flash(i18n.join_sentences([_("Retried, and it failed again."), _reason_now(person, instance_key)]), "bad")
    return back_to(instance_key)


@blueprint.post("/instances/<int:key>/cancel")
def cancel(key: int) -> Response:
    """End an instance and everything it called."""
    try:
        engine.cancel_instance(signed_in(), key, request.form.get("reason", ""))
    except FirstlineError as error:
        flash(sentence(error), "bad")
    else:
        flash(_("Cancelled. The reason stands in the audit list."))
    return back_to(key)


@blueprint.get("/held/<kind>/<process_id>/<element_id>")
def release_form(kind: str, process_id: str, element_id: str) -> str:
    """Show what would go on, and ask how it is known that it has not happened."""
    groups = {(one.what.kind, one.what.process_id, one.what.element_id): one for one in summary.held_back(signed_in())}
    group = groups.get((t.cast(held.Kind, kind), process_id, element_id))
    return render_template("cockpit/_release.html", group=group)


@blueprint.post("/held/<kind>/<process_id>/<element_id>")
def release(kind: str, process_id: str, element_id: str) -> Response:
    """Let what a restore held back at an element go on."""
    if kind not in held.KINDS:
        abort(404)
    try:
        reason = require_reason(request.form.get("reason", ""))
        number = held.release(signed_in(), [kind], process_id=process_id, element_id=element_id, reason=reason)
    except FirstlineError as error:
        flash(sentence(error), "bad")
    else:
        flash(_("Released: %(number)d. They go on at once.", number=number))
    return back_to(None)


def back_to(instance_key: int | None) -> Response:
    """Return to the instance, or to the overview when there is none."""
    if instance_key is None:
        return redirect(url_for("cockpit.overview"), 303)
    return redirect(url_for("cockpit.instance", key=instance_key), 303)


def _reason_now(person: Person, instance_key: int | None) -> str:
    query = search.incidents(person).where(Incident.instance_key == instance_key, Incident.resolved_at.is_(None))
    newest = db.session.scalars(query.order_by(Incident.key.desc()).limit(1)).first()
    return incident_text.sentence(newest) if newest else ""
