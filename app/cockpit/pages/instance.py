"""The page of one instance, and what refreshes by itself on it."""

import typing as t

from flask import Response as FlaskResponse
from flask import abort, jsonify, render_template
from werkzeug.wrappers import Response

from app.cockpit import drawing, steps
from app.cockpit import instance as reading
from app.cockpit.instance import View
from app.cockpit.pages.blueprint import blueprint
from app.cockpit.pages.lists import minute
from app.desk import decided
from app.engine.queries import detail
from app.people import signed_in
from app.web.polling import unless_unchanged


@blueprint.get("/instances/<int:key>")
def instance(key: int) -> str:
    """Show everything about one instance."""
    view = reading.view(signed_in(), key)
    drawn = drawing.is_drawn(view.instance.process_definition_key)
    return render_template("cockpit/instance.html", view=view, drawn=drawn, **shown(view))


@blueprint.get("/instances/<int:key>/live")
def live(key: int) -> Response:
    """Refresh what changes by itself; 304 while nothing has."""
    view = reading.view(signed_in(), key)
    state = [key, view.instance.version, view.instance.incidents, len(view.audit), minute()]
    state += [(one.key, one.version) for one in view.family]
    return unless_unchanged(state, lambda: render_template("cockpit/_live.html", view=view, **shown(view)))


@blueprint.get("/instances/<int:key>/diagram")
def diagram(key: int) -> FlaskResponse:
    """Return what the drawing marks: elements done, flows taken, tokens, incidents."""
    return jsonify(reading.diagram(signed_in(), key))


@blueprint.get("/instances/<int:key>/xml")
def xml(key: int) -> FlaskResponse:
    """Return the diagram of the instance's own version."""
    found = detail.get_instance(signed_in(), key)
    return FlaskResponse(drawing.localised(found.process_definition_key), mimetype="text/xml")


@blueprint.get("/instances/<int:key>/steps/<int:token>")
def decision(key: int, token: int) -> str:
    """Show why a decision came out as it did: which rule fitted which values."""
    rows = detail.history(signed_in(), key)
    row = next((one for one in rows if one.token == token and one.trace), None)
    if row is None:
        abort(404)
    return render_template("cockpit/_decision.html", tables=decided.tables(row.trace or {}), row=row)


def shown(view: View) -> dict[str, t.Any]:
    """Return what the fragments need besides the view."""
    return {"marked": steps.marks(view.rows, view.here)}
