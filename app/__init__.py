"""Firstline: after-sales service run as BPMN processes. `create_app` is the only place where everything meets."""

import importlib
import typing as t
from importlib.metadata import PackageNotFoundError, version

from flask import Flask
from werkzeug.routing import IntegerConverter

from app import db, health, i18n
from app.clock import Clock, SystemClock
from app.config import Settings, load
from app.errors import FirstlineError
from app.templating import Templates

try:
    __version__ = version("firstline")
except PackageNotFoundError:  # run from a checkout that was not installed
    __version__ = "0"

PACKAGES = ("people", "calendars", "engine", "web", "desk", "inbox", "studio", "cockpit", "portal", "api")
"""Every package with an `init_app(app, settings)`, lowest first; each finds what it stands on already set up."""

__all__ = ["FirstlineError", "Settings", "create_app"]


class NumberInPath(IntegerConverter):
    """A key or number in a path. One that no column holds is an address that does not exist."""

    def __init__(self, *args: t.Any, **options: t.Any) -> None:
        super().__init__(*args, **{"max": db.LARGEST_KEY, **options})


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Flask:
    """Build the application: settings, clock, database, languages, then every package from the bottom up.

    `clock` is set by tests and by the demonstration history. Raises ConfigError for unusable settings.
    Nothing runs yet: workers are started by `firstline serve` and by whoever needs them.
    """
    settings = settings or load()
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.jinja_environment = Templates
    app.extensions["settings"] = settings
    app.extensions["clock"] = clock or SystemClock()
    app.config["MAX_CONTENT_LENGTH"] = settings.security.max_body_bytes
    app.url_map.converters["int"] = NumberInPath
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    db.init_app(app, settings)
    i18n.init_app(app, settings.company.language)
    app.register_blueprint(health.blueprint)
    for name in PACKAGES:
        importlib.import_module(f"app.{name}").init_app(app, settings)
    return app
