"""Looking at a variable and correcting it."""

from flask import flash, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from app import engine
from app.cockpit import differences, variables
from app.cockpit.pages.blueprint import blueprint, require_reason, sentence
from app.cockpit.variables import ROOT, Opened
from app.engine.queries import detail
from app.errors import Conflict, Invalid, NotFound
from app.i18n import text as _
from app.people import signed_in


@blueprint.get("/instances/<int:key>/variable")
def variable(key: int) -> str:
    """Show one variable, to be corrected by those who may; without a name, an empty one to be added (as `add`)."""
    person, name = signed_in(), request.args.get("name", "")
    scope, added = request.args.get("scope", ROOT, type=int), request.args.get("add", "")
    opened = variables.opened(person, key, scope, name) if name else Opened(scope, added, "", "")
    return render_template("cockpit/_variable.html", key=key, opened=opened, added=not name, errors={})


@blueprint.post("/instances/<int:key>/variable/difference")
def difference(key: int) -> str:
    """Show what the value typed so far would change; nothing as long as it is no JSON."""
    person, form = signed_in(), request.form
    try:
        before = variables.opened(person, key, form.get("scope", ROOT, type=int), form.get("name", "").strip()).text
    except NotFound:
        detail.get_instance(person, key)
        before = ""
    try:
        found = differences.difference(before, variables.typed(form.get("value", "")))
    except Invalid:
        found = None
    return render_template("cockpit/_difference.html", found=found)


@blueprint.post("/instances/<int:key>/variable")
def correct(key: int) -> Response:
    """Set a variable. What is not JSON comes back with its place, what somebody else changed with a warning."""
    form = request.form
    scope = form.get("scope", ROOT, type=int)
    given = Opened(scope, form.get("name", "").strip(), form.get("value", ""), form.get("seen", ""))
    try:
        _correct(key, given, form.get("reason", ""))
    except Invalid as invalid:
        errors = {field: [sentence(Invalid(code, **params)) for code, params in found]
                  for field, found in invalid.fields.items()} or {"value": [sentence(invalid)]}  # fmt: skip
        return _again(key, given, errors, 422)
    except Conflict as conflict:
        return _again(key, given, {"value": [sentence(conflict)]}, conflict.status)
    flash(_("“%(name)s” is corrected.", name=given.name))
    done = make_response("")
    done.headers["HX-Redirect"] = url_for("cockpit.instance", key=key)
    return done


def _correct(key: int, given: Opened, reason: str) -> None:
    person = signed_in()
    if not given.name or given.name.startswith("#"):
        raise Invalid("cockpit.variable_needs_name", fields={"name": [("cockpit.variable_needs_name", {})]})
    value = variables.typed(given.text)
    reason = require_reason(reason)
    variables.require_unchanged(key, given.scope, given.name, given.seen)
    inner = given.scope if given.scope != ROOT else None
    engine.set_variables(
        person, key, {given.name: value}, element_instance_token=inner, local=inner is not None, reason=reason
    )


def _again(key: int, given: Opened, errors: dict[str, list[str]], status: int) -> Response:
    added = not given.seen
    reason = request.form.get("reason", "")
    page = render_template("cockpit/_variable.html", key=key, opened=given, added=added, errors=errors, reason=reason)
    return make_response(page, status)
