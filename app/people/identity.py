"""Who acts in the present request. Pages know people by session, the API by its Authorization header."""

import dataclasses
import ipaddress
import typing as t
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, has_request_context, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response as BaseResponse

from app import i18n
from app.errors import Unauthorized
from app.people import api_auth
from app.people.api_auth import CredentialCache, is_api
from app.people.guard import Peer
from app.people.person import Person
from app.people.signin import SignedIn, person_of_session, sign_out

COOKIE_KEY = "sid"
KEPT = "firstline.person"
PUBLIC = ("health.", "web.", "portal.", "people.sign_in", "people.oidc_")
"""Beginnings of endpoints that need no sign-in; everything else does, unless the view is marked `@public`."""

F = t.TypeVar("F", bound=Callable[..., t.Any])


class Cookies(SecureCookieSessionInterface):
    """Flask's signed cookie, sent back only over https once it was set over https."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return super().get_cookie_secure(app) or (has_request_context() and request.is_secure)


def init_app(app: Flask) -> None:
    """Ask for sign-in before every view that is not public."""
    app.config.update(SESSION_COOKIE_NAME="firstline", SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
    app.session_interface = Cookies()
    app.extensions["credentials"] = CredentialCache()
    app.before_request(require_sign_in)
    app.after_request(challenge)
    app.jinja_env.globals["current_person"] = current_person


def public(view: F) -> F:
    """Mark a view that may be seen without signing in."""
    view.needs_no_sign_in = True  # type: ignore[attr-defined]
    return view


def peer() -> Peer:
    """Return where the present request comes from. A request that passed a proxy never counts as loopback."""
    address = request.remote_addr or ""
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    try:
        local = ipaddress.ip_address(address).is_loopback
    except ValueError:
        local = False
    return Peer(address, request.headers.get("User-Agent", ""), local and not forwarded)


def current_person() -> Person | None:
    """Return who acts in this request, None for nobody; read once per request.

    Raises Unauthorized on the API for a wrong credential.
    """
    if not has_request_context():
        return None
    if KEPT not in request.environ:
        # The WSGI environment lives exactly as long as the request; `g` may outlive it under tests and commands.
        request.environ[KEPT] = _find()
    return t.cast(Person | None, request.environ[KEPT])


def signed_in() -> Person:
    """Return who acts in this request. Raises Unauthorized for nobody."""
    person = current_person()
    if person is None:
        raise Unauthorized("people.sign_in_first")
    return person


def _find() -> Person | None:
    if is_api(request.path):
        return api_auth.person_of_authorization(request, peer())
    token = session.get(COOKIE_KEY)
    return person_of_session(token) if token else None


def note_read(count: int) -> None:
    """Let the rest of this request know that the person has read some of what they were told."""
    person = current_person()
    if person is not None and count:
        request.environ[KEPT] = dataclasses.replace(person, unread=max(0, person.unread - count))


def begin(signed: SignedIn) -> None:
    """Put a fresh session into this browser's cookie. Nothing of the time before is kept but the language."""
    language = session.get("language")
    old = session.get(COOKIE_KEY)
    session.clear()
    if old:
        sign_out(old)
    if language and not signed.person.language:
        session["language"] = language
    session[COOKIE_KEY] = signed.token
    request.environ[KEPT] = signed.person


def end() -> None:
    """Sign this browser out."""
    token = session.get(COOKIE_KEY)
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    if token:
        sign_out(token)
    request.environ[KEPT] = None


def require_sign_in() -> BaseResponse | None:
    """Send people without a session to the sign-in page and programs without a credential away."""
    g.language = None
    i18n.forget_language()  # whatever was translated before it was known who reads it
    if _is_public():
        return None
    person = current_person()
    if person is not None:
        g.language = session.get("language") or person.language
    elif request.endpoint is not None or is_api(request.path):
        return _ask()
    return None


def _is_public() -> bool:
    endpoint = request.endpoint
    if endpoint is None:
        return False
    view = current_app.view_functions.get(endpoint)
    return getattr(view, "needs_no_sign_in", False) or endpoint.startswith(PUBLIC)


def _ask() -> BaseResponse:
    wants_page = "text/html" in request.accept_mimetypes.values() and not is_api(request.path)
    if request.headers.get("HX-Request"):
        here = urlsplit(request.headers.get("HX-Current-URL", ""))
        address = url_for("people.sign_in", next=f"{here.path}?{here.query}".rstrip("?") or None)
        return Response(status=401, headers={"HX-Redirect": address})
    if not wants_page:
        raise Unauthorized("people.sign_in_first")
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("people.sign_in", next=wanted or None), 303)


def challenge(response: Response) -> Response:
    """Tell programs how to sign in."""
    if response.status_code == 401 and is_api(request.path):
        response.headers["WWW-Authenticate"] = CHALLENGES
    return response


CHALLENGES = f'{api_auth.CHALLENGE}, Bearer realm="Firstline"'
