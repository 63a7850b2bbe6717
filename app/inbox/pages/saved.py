"""Keeping the present list under a name, and taking such a view away."""

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from app.i18n import text as _
from app.inbox import saved_views, sharing
from app.inbox.pages.blueprint import acted, address, blueprint, selection
from app.people import signed_in


@blueprint.get("/views/form")
def view_form() -> str:
    """Show what the list of this address needs to be kept; the page leaves it out, because there may be many units."""
    units = list(sharing.units_of(signed_in()).items())
    return render_template("inbox/_view_form.html", selection=selection(), sharing=units)


@blueprint.post("/views")
def save_view() -> Response:
    """Keep the list of this address under a name."""
    name, unit = request.form.get("name", ""), request.form.get("unit", "")
    done = _("Saved as “%(name)s”", name=name.strip())
    return acted(done, lambda: saved_views.save_view(signed_in(), name, selection(), unit), after=None)


@blueprint.post("/views/<int:key>/remove")
def remove_view(key: int) -> Response:
    """Take a view away; the list it named stays where it is."""
    name = saved_views.remove_view(signed_in(), key)
    flash(_("The view “%(name)s” is removed", name=name))
    return redirect(address(after=None), 303)
