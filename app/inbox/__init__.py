"""The inbox: what is yours to do, most urgent first, with everything needed to do it beside it."""

from flask import Flask

from app.config import Settings
from app.i18n import lazy_text as _l
from app.inbox import folders, pages
from app.people import STAFF, allowed, current_person
from app.web.navigation import Item, register, shell_of

__all__ = ["init_app"]


def init_app(app: Flask, _settings: Settings) -> None:
    """Add the pages and their entry in the frame."""
    app.register_blueprint(pages.blueprint)
    shell_of(app).bell = "inbox.told_page"
    register(
        app,
        Item(endpoint="inbox.index", label=_l("Inbox"), icon="inbox", order=10, shown=is_staff, count=folders.own_open),
    )


def is_staff() -> bool:
    """Tell whether the person works on tasks."""
    return allowed(current_person(), STAFF)
