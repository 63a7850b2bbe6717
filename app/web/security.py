"""Security headers of every answer, and the CSRF guard of pages."""

import typing as t
from collections.abc import Callable
from functools import wraps

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect

P = t.ParamSpec("P")
R = t.TypeVar("R")

STRICT = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "frame-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
# The editors set style attributes (the bpmn.io mark would lose its place without) and CodeMirror adds a style element.
EDITOR = STRICT | {"style-src-attr": "'unsafe-inline'", "style-src-elem": "'self' 'unsafe-inline'"}


def init_app(app: Flask) -> None:
    """Guard every unsafe request with a CSRF token; the API exempts itself because it ignores cookies."""
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # a form may lie open overnight; the session bounds it
    if "csrf" not in app.extensions:
        CSRFProtect(app)
    app.after_request(add_headers)


def editor_page(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view whose page holds an editor island, which needs inline styles (never scripts)."""

    @wraps(view)
    def marked(*args: P.args, **kwargs: P.kwargs) -> R:
        g.editor_page = True
        return view(*args, **kwargs)

    return marked


def add_headers(response: Response) -> Response:
    """Add the content security policy and its companions."""
    policy = EDITOR if g.get("editor_page") else STRICT
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy_text(policy))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if response.mimetype == "text/html" and "Cache-Control" not in headers:
        # Pages show people's data: a shared computer must ask again after sign-out.
        headers["Cache-Control"] = "private, no-cache"
    return response


def policy_text(policy: t.Mapping[str, str]) -> str:
    """Return a policy as the header says it."""
    return "; ".join(f"{name} {value}" for name, value in policy.items())
