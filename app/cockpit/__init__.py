"""Cockpit: where every case stands, why it is not moving, and what repairs it."""

from flask import Flask

from app.cockpit import pages, rights
from app.config import Settings
from app.i18n import lazy_text as _l
from app.people import current_person
from app.web.navigation import Item, register

__all__ = ["init_app"]


def init_app(app: Flask, _settings: Settings) -> None:
    """Add the pages and their entry in the frame."""
    app.register_blueprint(pages.blueprint)
    register(app, Item(endpoint="cockpit.overview", label=_l("Cockpit"), icon="gauge", order=50, shown=is_reader))


def is_reader() -> bool:
    """Tell whether the person leads or owns processes."""
    return rights.may_read(current_person())
