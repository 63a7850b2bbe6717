"""The portal's blueprint: every request is counted and finds its link first; every failure is a page in words."""

import typing as t

from flask import Blueprint, Response, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from app.desk import links
from app.desk.models import CustomerLink
from app.errors import FirstlineError, Gone, Invalid, NotFound, TooMany
from app.i18n import text
from app.portal import limits
from app.web import errors, security

blueprint = Blueprint("portal", __name__, url_prefix="/p", template_folder="../templates")
POLICY = security.STRICT | {"connect-src": "'none'", "frame-ancestors": "'none'", "img-src": "'self' data:"}


@blueprint.before_request
def admit() -> None:
    """Count the request and find the link it names. Raises TooMany, NotFound, Gone."""
    address = limits.address()
    limits.admit({f"address {address}": limits.PER_ADDRESS})
    try:
        g.link = links.find((request.view_args or {}).get("token", ""))
    except (Gone, NotFound):
        limits.admit({f"wrong {address}": limits.WRONG_PER_ADDRESS})
        raise
    limits.admit({f"link {g.link.id}": limits.PER_LINK})


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Keep the address out of searches, of other pages' logs, of frames and of the browser's store."""
    headers = response.headers
    headers["Content-Security-Policy"] = security.policy_text(POLICY)
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.errorhandler(FirstlineError)
def refused(error: FirstlineError) -> Response:
    """Say what happened and what to do."""
    response = told(error.status, text(error.code, **error.params))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


@blueprint.errorhandler(HTTPException)
def misunderstood(error: HTTPException) -> Response:
    """The same for what never reached a view: a page open too long, a file too large, a method that is none."""
    status = error.code or 500
    sentence = text("portal.page_too_old") if status == 400 else errors.sentence(status)
    return told(status, sentence)


def told(status: int, sentence: str) -> Response:
    """A page that says one thing."""
    return make_response(render_template("portal/told.html", status=status, sentence=sentence), status)


def link_for(*purposes: str) -> CustomerLink:
    """Return the link of the request. Raises NotFound when it is not for one of these purposes."""
    link = t.cast(CustomerLink, g.link)
    if link.purpose not in purposes:
        raise NotFound("desk.no_such_customer_link")
    return link


def complaints(error: Invalid) -> dict[str, list[str]]:
    """Return sentences by field."""
    return {name: [text(code, **params) for code, params in each] for name, each in error.fields.items()}
