"""What all wings share: base page, macros, static files, islands, security headers, error pages, words for values."""

from flask import Flask

from app.config import Settings
from app.web import (
    addresses,
    assets,
    company,
    errors,
    filters,
    language,
    navigation,
    people,
    security,
    start,  # noqa: F401 - its view hangs itself on the blueprint
)
from app.web.blueprint import blueprint


def init_app(app: Flask, settings: Settings) -> None:
    """Set up pages. Wings come later and add navigation items, CSS, islands and keys of their own."""
    navigation.init_app(app)
    security.init_app(app)
    addresses.init_app(app)
    assets.init_app(app)
    filters.init_app(app, settings.company.zone)
    language.init_app(app)
    errors.init_app(app)
    people.init_app(app)
    company.init_app(app)
    app.register_blueprint(blueprint)


__all__ = ["init_app"]
