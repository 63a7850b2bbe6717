"""The administrator's list of users, and new ones."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Conflict, Invalid
from app.people import accounts, queries
from app.people.guard import settled_name
from app.people.identity import signed_in
from app.people.pages.blueprint import Complaints, admin, complaints, form_names, kept
from app.people.person import STAFF


@admin.get("/users")
def users() -> str:
    """List users; search by username, name, e-mail or phone."""
    text, inactive = request.args.get("q", ""), bool(request.args.get("inactive"))
    page = queries.user_page(text, after=request.args.get("after", ""), inactive=inactive)
    names = {role.id: role.name for role in queries.roles()}
    return render_template("people/users.html", page=page, q=text, inactive=inactive, role_names=names)


@admin.get("/users/new")
def new_user() -> str:
    """Show the empty form."""
    return _form({}, {"permissions": [STAFF]})


@admin.post("/users/new")
def create_user() -> ResponseReturnValue:
    """Create an account and open its page."""
    form = request.form
    try:
        accounts.create_user(
            signed_in(),
            form.get("username", ""),
            names=form_names(),
            password=form.get("password", ""),
            permissions=form.getlist("permissions"),
            email=form.get("email", ""),
            phone=form.get("phone", ""),
            language=form.get("language") or None,
        )
    except (Invalid, Conflict) as error:
        values = kept(form, "password") | {"permissions": form.getlist("permissions")}
        return _form(complaints(error), values), error.status
    username = settled_name(form["username"])
    return redirect(url_for("people_admin.user", username=username), 303)


def _form(errors: Complaints, values: dict[str, str | list[str]] | dict[str, list[str]]) -> str:
    return render_template("people/user_new.html", errors=errors, values=values)
