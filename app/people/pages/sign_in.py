"""Signing in and out."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.config import Settings
from app.errors import Forbidden, Unauthorized
from app.people import identity
from app.people import signin as service
from app.people.pages.blueprint import FORM, blueprint, complaints, local_path


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Show the sign-in page; whoever is signed in already goes on."""
    if identity.current_person() is not None:
        return redirect(local_path(request.args.get("next", "")), 303)
    return page()


@blueprint.post("/sign-in")
def sign_in_now() -> ResponseReturnValue:
    """Check name and password, start a session and go where the person wanted to."""
    username = request.form.get("username", "")
    try:
        signed = service.sign_in(username, request.form.get("password", ""), identity.peer())
    except (Unauthorized, Forbidden) as error:
        return page(username=username, complaint=complaints(error)[FORM][0]), error.status
    identity.begin(signed)
    return redirect(local_path(request.form.get("next", "")), 303)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    identity.end()
    return redirect(url_for("people.sign_in"), 303)


def page(username: str = "", complaint: str = "") -> str:
    """Render the sign-in page."""
    settings: Settings = current_app.extensions["settings"]
    return render_template(
        "people/sign_in.html",
        username=username,
        complaint=complaint,
        next=local_path(request.values.get("next", "")),
        oidc=settings.oidc,
        demo=service.demo_allowed(identity.peer()),
    )
