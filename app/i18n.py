"""Chinese and English. Page texts are gettext messages, findings and errors are codes with a text in both."""

import functools
import os
import tempfile
import typing as t
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, current_app, g, has_app_context, has_request_context, request, session
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

LANGUAGES = {"zh": "中文", "en": "English"}
HTML_LANG = {"zh": "zh-CN", "en": "en"}
PACKAGE = Path(__file__).parent
_PRESENT: ContextVar[str | None] = ContextVar("language", default=None)
REMEMBERED = 8_192
"""Texts of pages kept as markup; the catalogues hold fewer in each language."""


def init_app(app: Flask, default_language: str) -> None:
    """Compile every package's catalogue that changed and make the languages known to pages."""
    for folder in folders():
        compile_catalogues(folder)
    app.config["LANGUAGE"] = default_language
    app.teardown_request(forget_language)
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


def language() -> str:
    """Return `zh` or `en`, the language of the present request."""
    return _present() or "zh"


@contextmanager
def in_language(name: str) -> Iterator[None]:
    """Speak a language for a moment, whoever reads the page."""
    token = _PRESENT.set(name)
    try:
        yield
    finally:
        _PRESENT.reset(token)


def forget_language(_error: BaseException | None = None) -> None:
    """Choose anew when somebody is spoken to next: another request begins, or it is known who sent this one."""
    _PRESENT.set(None)


def _present() -> str | None:
    """Return the language that is spoken; None where there is no app. Kept, because a page asks some hundred times."""
    name = _PRESENT.get()
    if name is None and has_app_context():
        name = _chosen()
        if has_request_context():
            _PRESENT.set(name)
    return name


def _chosen() -> str:
    """The person's own choice, else this browser's choice on our pages, else what the browser asks for."""
    default: str = current_app.config["LANGUAGE"]
    if not has_request_context():
        return default
    chosen = getattr(g, "language", None) or session.get("language")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, default)


def text(code: str, /, **params: t.Any) -> str:
    """Return the sentence for a finding or error code in the present language."""
    name = _present()
    sentence = code if name is None else catalogue(name).ugettext(code)
    return sentence % params if params else sentence


def lazy_text(code: str, /, **params: t.Any) -> LazyString:
    """Return a text that is looked up whenever it is shown, for what is named before there is a request."""
    return LazyString(text, code, **params)


def page_text(message: str, /, **params: t.Any) -> Markup:
    """Return a text as templates write it with `_`: parameters are escaped, and a per cent sign is doubled."""
    return page_text_in(language(), message, **params)


def page_text_in(name: str, message: str, /, **params: t.Any) -> Markup:
    """Return the same in a language that is named."""
    if not params:
        return _markup(name, message)
    # Numbers stay numbers, because a text may ask for their digits.
    safe = {key: value if isinstance(value, int | float) else escape(value) for key, value in params.items()}
    return Markup(catalogue(name).ugettext(message) % safe)  # noqa: S704 - our own text around what is escaped


@functools.lru_cache(REMEMBERED)
def _markup(name: str, message: str) -> Markup:
    sentence = catalogue(name).ugettext(message)
    return Markup(sentence % {} if "%" in sentence else sentence)  # noqa: S704 - our own texts


def in_both(code: str, params: t.Mapping[str, t.Any]) -> dict[str, str]:
    """Return the sentence in every language, for messages that are stored or sent."""
    sentences = {}
    for name in LANGUAGES:
        with in_language(name):
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
