"""Signing in through the company's provider."""

from flask import abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.errors import FirstlineError
from app.people import identity
from app.people.pages.blueprint import FORM, blueprint, complaints, local_path
from app.people.pages.sign_in import page

WAY_BACK = "oidc_next"


@blueprint.get("/sign-in/company")
def oidc_start() -> ResponseReturnValue:
    """Go to the provider."""
    _require_provider()
    # Here, because an installation without a provider never needs its libraries, which take 16 MB.
    from app.people import oidc

    session[WAY_BACK] = local_path(request.args.get("next", ""))
    try:
        return oidc.start(url_for("people.oidc_callback", _external=True))
    except FirstlineError as error:
        return page(complaint=complaints(error)[FORM][0]), error.status


@blueprint.get("/sign-in/company/callback")
def oidc_callback() -> ResponseReturnValue:
    """Come back from the provider."""
    _require_provider()
    from app.people import oidc

    way_back = local_path(session.get(WAY_BACK, ""))
    try:
        signed = oidc.finish(identity.peer())
    except FirstlineError as error:
        return page(complaint=complaints(error)[FORM][0]), error.status
    identity.begin(signed)
    return redirect(way_back, 303)


def _require_provider() -> None:
    if "oidc" not in current_app.extensions:
        abort(404)
