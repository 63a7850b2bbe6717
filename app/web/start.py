"""The address of the house itself: everybody begins where their work is."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.web.blueprint import blueprint
from app.web.errors import sign_in_address
from app.web.navigation import shell_of


@blueprint.get("/")
def start() -> Response | str:
    """Go to the first entry this person may use, or to the sign-in page."""
    shell = shell_of()
    if shell.person() is None and (address := sign_in_address()):
        return redirect(address, 303)
    for item in shell.visible():
        return redirect(url_for(item.endpoint), 303)
    return render_template("web/nothing.html")
