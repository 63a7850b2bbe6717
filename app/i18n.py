"""Chinese and English. Page texts are gettext messages, findings and errors are codes with a text in both."""

import os
import tempfile
import typing as t
from collections.abc import Iterable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, force_locale, get_locale, gettext

LANGUAGES = {"zh": "中文", "en": "English"}
HTML_LANG = {"zh": "zh-CN", "en": "en"}
PACKAGE = Path(__file__).parent


def init_app(app: Flask, default_language: str) -> None:
    """Compile every package's catalogue that changed and make the languages known to pages."""
    folders = sorted(folder for folder in PACKAGE.rglob("translations") if folder.is_dir())
    for folder in folders:
        compile_catalogues(folder)
    Babel(
        app,
        default_locale=default_language,
        default_timezone="UTC",
        default_translation_directories=";".join(str(folder) for folder in folders) or "translations",
        locale_selector=choose_language,
    )
    app.jinja_env.globals.update(text=text, language=language)


def compile_catalogues(folder: Path) -> None:
    """Write the .mo beside each .po that is newer; several processes may do so at once."""
    for source in folder.rglob("*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parent.parent.name)
        handle, name = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
        with os.fdopen(handle, "wb") as stream:
            write_mo(stream, catalogue)
        Path(name).chmod(0o644)
        Path(name).replace(target)


def choose_language() -> str | None:
    """The person's own choice, else this browser's choice on our pages, else what the browser asks for."""
    if not has_request_context():
        return None
    chosen = getattr(g, "language", None) or session.get("language")
    if chosen in LANGUAGES:
        return t.cast(str, chosen)
    return request.accept_languages.best_match(LANGUAGES)


def language() -> str:
    """Return `zh` or `en`, the language of the present request."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else "zh"


def text(code: str, /, **params: t.Any) -> str:
    """Return the sentence for a finding or error code in the present language."""
    return t.cast(str, gettext(code, **params))


def in_both(code: str, params: t.Mapping[str, t.Any]) -> dict[str, str]:
    """Return the sentence in every language, for messages that are stored or sent."""
    sentences = {}
    for name in LANGUAGES:
        with force_locale(name):
            sentences[name] = text(code, **params)
    return sentences


def localised(names: t.Mapping[str, str] | None, fallback: str = "") -> str:
    """Return the present language's entry of a {"zh": …, "en": …} pair, or the other one."""
    if not names:
        return fallback
    return names.get(language()) or next((name for name in names.values() if name), fallback)


def join_sentences(sentences: Iterable[str]) -> str:
    """Join sentences as the present language writes them (no space between Chinese sentences)."""
    return ("" if language() == "zh" else " ").join(sentences)
