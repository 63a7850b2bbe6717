"""Ways out: a mail server, or in demonstration mode a folder that can be read in the browser."""

import smtplib
import ssl
import typing as t
from email.message import EmailMessage
from pathlib import Path

from flask import current_app

from app.config import Mail, Settings

TIMEOUT = 20.0
"""Seconds a mail server may keep a worker waiting."""
FOLDER = "mail"


class Refused(Exception):
    """The letter will never be taken; trying again is of no use."""


class Transport(t.Protocol):
    """Takes one letter. Raises Refused when it never will, anything else when it may another time."""

    def send(self, message: EmailMessage) -> None: ...


class Server:
    """An SMTP server; a connection per letter, because letters are few and servers forget idle ones."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail

    def send(self, message: EmailMessage) -> None:
        try:
            with self._connect() as server:
                if self._mail.user:
                    server.login(self._mail.user, self._mail.password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _said in error.recipients.values()}
            if all(500 <= code < 600 for code in codes):
                raise Refused(str(error)) from error
            raise
        except smtplib.SMTPDataError as error:
            if 500 <= error.smtp_code < 600:
                raise Refused(str(error)) from error
            raise

    def _connect(self) -> smtplib.SMTP:
        mail = self._mail
        if mail.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(mail.host, mail.port, timeout=TIMEOUT, context=context)
        server = smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT)
        if mail.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        return server


class Folder:
    """Keeps letters as files, named by the number of their row, so that a second attempt leaves one file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, message: EmailMessage) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        number = str(message["Message-ID"]).strip("<>").partition("@")[0]
        (self.path / f"{number}.eml").write_bytes(message.as_bytes())


def transport_for(settings: Settings) -> Transport | None:
    """Return the way out: the mail server, else the demonstration's folder, else none, and nothing is written."""
    if settings.mail.host:
        return Server(settings.mail)
    return Folder(settings.var_path / FOLDER) if settings.demo else None


def the_transport() -> Transport | None:
    """Return the way out of the present app."""
    found: Transport | None = current_app.extensions["mail_transport"]
    return found
