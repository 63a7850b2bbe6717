"""The administrator's tree of units."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Conflict, Invalid, NotFound
from app.i18n import text as _
from app.people import organisation, queries
from app.people.identity import signed_in
from app.people.models import UNIT_KINDS
from app.people.pages.blueprint import Complaints, admin, complaints, done, form_names, kept
from app.people.units import UnitNode, unit_tree


@admin.get("/units")
def units() -> str:
    """Show the tree."""
    return _tree({}, {"parent": request.args.get("parent", "")})


@admin.post("/units")
def create_unit() -> ResponseReturnValue:
    """Add a unit."""
    form = request.form
    try:
        organisation.create_unit(
            signed_in(),
            form.get("code", ""),
            kind=form.get("kind", ""),
            names=form_names(),
            parent=form.get("parent") or None,
        )
    except (Invalid, Conflict, NotFound) as error:
        return _tree(complaints(error), kept(form)), error.status
    return redirect(url_for("people_admin.unit", code=form["code"]), 303)


@admin.get("/units/<code>")
def unit(code: str) -> str:
    """Show a unit and who holds a role there."""
    return _page(_unit(code))


@admin.post("/units/<code>")
def save_unit(code: str) -> ResponseReturnValue:
    """Change a unit or move it below another one."""
    found = _unit(code)
    try:
        organisation.update_unit(
            signed_in(),
            code,
            kind=request.form.get("kind", ""),
            names=form_names(),
            parent=request.form.get("parent") or None,
            active=request.form.get("active") == "1",
        )
    except (Invalid, Conflict, NotFound) as error:
        return _page(found, complaints(error)), error.status
    return done(_("Saved"), "people_admin.unit", code=code)


def _unit(code: str) -> UnitNode:
    found = unit_tree().by_code.get(code)
    if found is None:
        raise NotFound("people.no_such_unit", unit=code)
    return found


def _tree(errors: Complaints, values: dict[str, str]) -> str:
    nodes = unit_tree().nodes
    return render_template("people/units.html", units=nodes, kinds=UNIT_KINDS, errors=errors, values=values)


def _page(found: UnitNode, errors: Complaints | None = None) -> str:
    tree = unit_tree()
    elsewhere = [node for node in tree.nodes if node.code not in tree.below(found.code)]
    parent = found.above[-2] if len(found.above) > 1 else ""
    return render_template(
        "people/unit.html",
        unit=found,
        parent=parent,
        parents=elsewhere,
        kinds=UNIT_KINDS,
        memberships=queries.memberships(unit=found.code),
        errors=errors or {},
    )
