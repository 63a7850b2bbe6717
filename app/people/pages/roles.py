"""The administrator's roles and who holds them."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.errors import Conflict, Invalid, NotFound
from app.i18n import text as _
from app.people import organisation, queries
from app.people.identity import signed_in
from app.people.pages.blueprint import admin, complaints, done, form_names, kept


@admin.get("/roles")
def roles() -> str:
    """List all roles."""
    return render_template("people/roles.html", roles=queries.roles(), errors={}, values={})


@admin.post("/roles")
def create_role() -> ResponseReturnValue:
    """Add a role of this company's own."""
    role_id = request.form.get("id", "")
    try:
        organisation.create_role(signed_in(), role_id, names=form_names(), kind=request.form.get("kind", "I"))
    except (Invalid, Conflict) as error:
        values = kept(request.form)
        page = render_template("people/roles.html", roles=queries.roles(), errors=complaints(error), values=values)
        return page, error.status
    return done(_("Role added"), "people_admin.role", role_id=role_id)


@admin.get("/roles/<role_id>")
def role(role_id: str) -> str:
    """Show a role and the people who hold it."""
    return _page(role_id)


@admin.post("/roles/<role_id>")
def save_role(role_id: str) -> ResponseReturnValue:
    """Change the names of a role, or take it out of use."""
    active = request.form.get("active") == "1"
    organisation.update_role(signed_in(), role_id, names=form_names(), active=active)
    return done(_("Saved"), "people_admin.role", role_id=role_id)


def _role(role_id: str) -> queries.RoleRow:
    found = next((role for role in queries.roles() if role.id == role_id), None)
    if found is None:
        raise NotFound("people.no_such_role", role=role_id)
    return found


def _page(role_id: str) -> str:
    found = _role(role_id)
    return render_template("people/role.html", role=found, memberships=queries.memberships(role=role_id))
