"""Mail to customers: written beside its cause, sent by workers, given up loudly, said in words an owner may change."""

from flask import Flask

from app.config import Settings
from app.desk.mail import outbox, wording
from app.desk.mail.transport import transport_for
from app.engine import register_sweep

EVERY = 10
"""Seconds between looks at what is due."""


def init_app(app: Flask, settings: Settings) -> None:
    """Choose the way out and read the company's own wording. Raises ConfigError for wording that cannot be used."""
    app.extensions["mail_transport"] = transport_for(settings)
    app.extensions["mail_wording"] = wording.read_folder(settings.mail.wording)
    register_sweep(app, outbox.send_due, every=EVERY)
