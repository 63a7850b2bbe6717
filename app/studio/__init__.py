"""The studio: where process owners read, change and publish processes, decision tables and forms."""

from flask import Flask

from app.config import Settings
from app.engine import register_sweep
from app.i18n import lazy_text as _l
from app.people import current_person
from app.studio import drawing, models, pages, playground, publishing, rights, trials
from app.web.navigation import Item, register

DAY = 24 * 3600


def init_app(app: Flask, _settings: Settings) -> None:
    """Hang the pages and the entry of the rail on the app."""
    drawing.init_app(app)
    playground.init_app(app)
    register_sweep(app, publishing.publish_due)
    register_sweep(app, trials.forget_old, every=DAY)
    app.register_blueprint(pages.blueprint)
    register(app, Item(endpoint="studio.processes", label=_l("Studio"), icon="flow", order=40, shown=_shown))


def _shown() -> bool:
    return rights.may_read(current_person())


__all__ = ["init_app", "models"]
