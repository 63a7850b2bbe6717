"""Portal: what customers see and do without an account, through the links of `app.desk.links`."""

from flask import Flask

from app.config import Settings
from app.portal import limits, pages

__all__ = ["init_app"]


def init_app(app: Flask, _settings: Settings) -> None:
    """Add the pages and start counting requests."""
    app.extensions["portal_limits"] = limits.Limits()
    app.register_blueprint(pages.blueprint)
    pages.stop.init_app(app)
