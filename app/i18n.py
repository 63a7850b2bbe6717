"""Chinese and English. Page texts are gettext messages, findings and errors are codes with a text in both."""

import functools
import os
import tempfile
import typing as t
from collections.abc import Iterable
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, force_locale, get_locale
from flask_babel.speaklater import LazyString
from markupsafe import Markup

LANGUAGES = {"zh": "中文", "en": "English"}
HTML_LANG = {"zh": "zh-CN", "en": "en"}
PACKAGE = Path(__file__).parent
REMEMBERED = 8_192
"""Texts of pages kept as markup; the catalogues hold fewer in each language."""


def init_app(app: Flask, default_language: str) -> None:
    """Compile every package's catalogue that changed and make the languages known to pages."""
    for folder in folders():
        compile_catalogues(folder)
    # Its functions for pages look the language up several times per text, and a list has four hundred texts.
    babel = Babel(configure_jinja=False)
    babel.init_app(app, default_locale=default_language, default_timezone="UTC", locale_selector=choose_language)
    app.jinja_env.globals.update(_=page_text, text=text, language=language)


def folders() -> list[Path]:
    """Return the folders with the packages' catalogues."""
    return sorted(folder for folder in PACKAGE.rglob("translations") if folder.is_dir())


@functools.cache
def catalogue(name: str) -> Translations:
    """Return all texts of a language."""
    merged = Translations()
    for folder in folders():
        found = Translations.load(folder, [name])
        if isinstance(found, Translations):
            merged.merge(found)
    return merged


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


def present_locale() -> Locale | None:
    """Return the locale of the present request; None where there is no app."""
    try:
        # Where flask_babel keeps what it found: one look at `g` instead of its own four.
        kept: Locale | None = g._flask_babel.babel_locale  # noqa: SLF001
    except (RuntimeError, AttributeError):
        kept = None
    return kept or get_locale()


def language() -> str:
    """Return `zh` or `en`, the language of the present request."""
    locale = present_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else "zh"


def text(code: str, /, **params: t.Any) -> str:
    """Return the sentence for a finding or error code in the present language."""
    locale = present_locale()
    sentence = code if locale is None else catalogue(locale.language).ugettext(code)
    return sentence % params if params else sentence


def lazy_text(code: str, /, **params: t.Any) -> LazyString:
    """Return a text that is looked up whenever it is shown, for what is named before there is a request."""
    return LazyString(text, code, **params)


def page_text(message: str, /, **params: t.Any) -> Markup:
    """Return a text as templates write it with `_`: parameters are escaped, and a per cent sign is doubled."""
    sentence = _markup(language(), message)
    return sentence % params if params or "%" in sentence else sentence


@functools.lru_cache(REMEMBERED)
def _markup(name: str, message: str) -> Markup:
    return Markup(catalogue(name).ugettext(message))  # noqa: S704 - our own texts, as jinja's gettext marks them


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
