"""The demonstration's mail folder, read back letter by letter."""

import dataclasses
import datetime as dt
import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

from flask import current_app

from app.config import Settings
from app.desk.mail.transport import Folder, the_transport
from app.errors import NotFound

SHOWN = 200
"""Letters listed, the newest ones."""


@dataclasses.dataclass(frozen=True)
class BoxLetter:
    """A letter in the folder."""

    number: int
    to: str
    subject: str
    at: dt.datetime
    text: str
    html: str


def demo_box() -> Path | None:
    """Return the folder; None outside demonstration mode, and where a mail server takes the letters."""
    settings: Settings = current_app.extensions["settings"]
    channel = the_transport()
    return channel.path if settings.demo and isinstance(channel, Folder) else None


def letters_in_box() -> list[BoxLetter]:
    """Return the newest letters. Raises NotFound when there is no folder."""
    numbers = sorted((int(file.stem) for file in _box().glob("*.eml") if file.stem.isdigit()), reverse=True)
    return [letter_in_box(number) for number in numbers[:SHOWN]]


def letter_in_box(number: int) -> BoxLetter:
    """Return one letter. Raises NotFound."""
    file = _box() / f"{number}.eml"
    if not file.is_file():
        raise NotFound("desk.no_such_letter")
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return BoxLetter(
        number=number,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _box() -> Path:
    found = demo_box()
    if found is None:
        raise NotFound("desk.no_mail_folder")
    return found
