"""Mail to customers and to people of the house: written beside its cause, sent by workers, given up loudly, said in
words an owner may change.
"""

from flask import Flask

from app.config import Settings
from app.desk.mail import notices, outbox, wording
from app.desk.mail.transport import transport_for
from app.engine import register_sweep

EVERY = 10
"""Seconds between looks at what is due."""


def init_app(app: Flask, settings: Settings) -> None:
    """Choose the way out and read the company's own wording. Raises ConfigError for wording that cannot be used."""
    app.extensions["mail_transport"] = transport_for(settings)
    app.extensions["mail_wording"] = wording.read_folder(settings.mail.wording)
    register_sweep(app, deliver, every=EVERY)


def deliver() -> int:
    """Write what people of the house are told by mail, and send all that is due; returns how many letters went out."""
    notices.write_due()
    return outbox.send_due()
