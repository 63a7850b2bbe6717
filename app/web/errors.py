"""Failures as pages for people, as fragments for htmx and as problem details for islands and the API."""

import secrets
import typing as t

import structlog
from flask import Flask, Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app.addresses import without_tokens
from app.errors import FirstlineError, Hindered, Invalid, Unauthorized, Unavailable
from app.i18n import text
from app.i18n import text as _
from app.outage import outage
from app.web.language import here
from app.web.navigation import shell_of

API_ROOTS = ("/v2", "/api")
AWAY = {503, 504}
"""Answers while the database is away: their page must not ask it who is signed in."""
log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Answer every failure in the form the caller understands."""
    app.register_error_handler(FirstlineError, on_firstline_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(SQLAlchemyError, on_database_error)
    app.register_error_handler(Exception, on_crash)


def on_firstline_error(error: FirstlineError) -> AnyResponse:
    """Say in the person's language what happened."""
    if isinstance(error, Unauthorized) and (address := sign_in_address()) and wants_page():
        return redirect(address, 303)
    response = answer(error.status, text(error.code, **error.params), problem_members(error))
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def on_database_error(error: SQLAlchemyError) -> AnyResponse:
    """Ask for patience while the database is away; anything else about it is a mistake of ours."""
    unavailable = outage(error)
    if unavailable is None:
        return on_crash(error)
    said = str(getattr(error, "orig", error))
    path = without_tokens(request.path)
    log.warning("database_away", code=unavailable.code, method=request.method, path=path, error=said)
    return on_firstline_error(unavailable)


def on_http_error(error: HTTPException) -> AnyResponse:
    """Keep ready-made answers (redirects) and give the others our own words."""
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    if isinstance(error, CSRFError):
        return answer(400, _("This page was open too long. Reload it and try again; your draft is kept."), {})
    response = answer(error.code, sentence(error.code), {})
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
            response.headers[name] = value
    return response


def on_crash(error: Exception) -> AnyResponse:
    """Log an unforeseen failure under a number that the person can quote. Tests see the exception itself."""
    if current_app.config.get("PROPAGATE_EXCEPTIONS") or current_app.testing:
        raise error
    number = str(secrets.randbelow(9_000) + 1_000)
    log.error("request_failed", number=number, method=request.method, path=without_tokens(request.path), exc_info=error)
    return answer(500, _("Not done. Try again, or quote number %(number)s.", number=number), {"number": number})


def problem_members(error: FirstlineError) -> dict[str, t.Any]:
    """Return what a program wants to know beyond the sentence."""
    members: dict[str, t.Any] = {"code": error.code}
    if isinstance(error, Invalid):
        members["fields"] = {
            key: [text(code, **params) for code, params in complaints] for key, complaints in error.fields.items()
        }
    if isinstance(error, Invalid | Hindered):
        members["findings"] = error.findings
    return members


def answer(status: int, detail: str, members: t.Mapping[str, t.Any]) -> Response:
    """Build the answer: JSON, an htmx fragment that lands among the toasts, or a whole page."""
    if wants_json():
        return problem(status, detail, members)
    if request.headers.get("HX-Request"):
        fragment = make_response(_render("web/_toast.html", status, text=detail, kind="bad"), status)
        fragment.headers["HX-Retarget"] = "#toasts"
        fragment.headers["HX-Reswap"] = "beforeend"
        return fragment
    template = "web/away.html" if status in AWAY else "web/error.html"
    page = _render(template, status, title=title(status), detail=detail, sign_in=sign_in_address())
    return make_response(page, status)


def _render(template: str, status: int, **values: t.Any) -> str:
    """Render an answer; while the database is away, without what wings add to every template, for they ask it."""
    if status in AWAY:
        return current_app.jinja_env.get_template(template).render(status=status, **values)
    return render_template(template, status=status, **values)


def problem(status: int, detail: str, members: t.Mapping[str, t.Any]) -> Response:
    """Build an RFC 9457 answer."""
    body = {"type": "about:blank", "title": title(status), "status": status, "detail": detail, "instance": request.path}
    response = jsonify(body | dict(members))
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def wants_json() -> bool:
    """Tell whether the caller is the API's or an island."""
    if request.path.startswith(API_ROOTS) or request.is_json:
        return True
    accepts = request.accept_mimetypes
    return accepts["application/json"] > accepts["text/html"]


def wants_page() -> bool:
    """Tell whether a whole page is expected, so that a redirect to the sign-in page makes sense."""
    return not wants_json() and not request.headers.get("HX-Request")


def sign_in_address() -> str | None:
    """Return the sign-in page's address with the way back, if people sign in here at all."""
    endpoint = shell_of().sign_in
    return url_for(endpoint, next=here()) if endpoint else None


def title(status: int) -> str:
    """Return the heading of an error page."""
    titles = {
        401: _("Please sign in"),
        403: _("Not yours to do"),
        404: _("Not here"),
        409: _("Somebody was faster"),
        413: _("Too large"),
        422: _("Something is missing or does not fit"),
        500: _("That did not work"),
        503: _("Not reachable for a moment"),
        504: _("Done or not done?"),
    }
    return titles.get(status) or (titles[500] if status >= 500 else _("That was not understood"))


def sentence(status: int) -> str:
    """Return what happened and what to do, for failures without a sentence of their own."""
    sentences = {
        401: _("You are signed out. Sign in to go on; your draft is kept."),
        403: _("Your role does not include this. Ask your administrator if it should."),
        404: _("This page or record does not exist, or it belongs to a unit you do not see."),
        405: _("This address does not do that."),
        409: _("The case has moved on since you opened it. Reload to see where it is now."),
        413: _("The file is larger than this installation accepts."),
        422: _("Check the marked fields and try again."),
    }
    fallback = (
        _("The server could not do it. Try again in a moment.")
        if status >= 500
        else _("Check the address and try again.")
    )
    return sentences.get(status, fallback)
