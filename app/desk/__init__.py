"""The after-sales domain: customers, devices, warranty, contracts, parts, quotes and cases."""

from flask import Flask

from app.config import Settings
from app.desk import context, handlers, models, opening
from app.engine import registry

__all__ = ["init_app", "models"]


def init_app(app: Flask, _settings: Settings) -> None:
    """Tell the engine what a case is and who does the desk's jobs."""
    registry.register_context(app, "case", context.load)
    registry.register_cases(app, opening.open_for, opening.close)
    handlers.register(app)
