"""Switching between Chinese and English."""

from urllib.parse import urlsplit

from flask import Flask, abort, redirect, request, session
from werkzeug.wrappers import Response

from app import i18n
from app.web.blueprint import blueprint


def init_app(app: Flask) -> None:
    """Tell templates which languages there are and which one the page's `lang` attribute names."""
    app.jinja_env.globals.update(LANGUAGES=i18n.LANGUAGES, html_lang=html_lang, here=here)


def html_lang() -> str:
    """Return the value of `<html lang>`."""
    return i18n.HTML_LANG[i18n.language()]


@blueprint.post("/language/<code>")
def switch_language(code: str) -> Response:
    """Remember the language for this browser and go back to where the person was."""
    if code not in i18n.LANGUAGES:
        abort(404)
    session["language"] = code
    return redirect(safe_next(request.form.get("next", "")), 303)


def safe_next(address: str, fallback: str = "/") -> str:
    """Return the address if it stays on this site, else the fallback: a link must not send people elsewhere."""
    # Browsers drop control characters and read a backslash as a slash, so neither may hide a second slash.
    suspicious = "\\" in address or any(character <= " " for character in address)
    if suspicious or not address.startswith("/") or address.startswith("//") or urlsplit(address).netloc:
        return fallback
    return address


def here() -> str:
    """Return the present page's path and query."""
    return request.full_path.rstrip("?") if request.query_string else request.path
