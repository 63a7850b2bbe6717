"""One letter as it goes out: subject, text and the same in HTML, in the language of whoever gets it."""

import email.utils
import textwrap
import typing as t
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP

from flask import current_app, render_template

from app import i18n
from app.config import Settings
from app.db import db
from app.desk import links
from app.desk.mail import wording
from app.desk.models import Case, Contact, CustomerLink, OutboxMail
from app.desk.papers.sheet import shown
from app.desk.papers.words import SUMS
from app.people.models import User
from app.people.notifications import Notification
from app.web.company import company_head
from app.web.marks import money
from app.web.navigation import known

OPENS, CHOOSES = "inbox.open_told", "people.account"
"""Where a letter to somebody of the house leads, and where they choose what comes by mail."""
LONGEST_SUBJECT = 150


def letter_of(mail: OutboxMail, contact: Contact) -> EmailMessage:
    """Put a letter to a customer together from its row."""
    settings: Settings = current_app.extensions["settings"]
    case, link = db.session.get(Case, mail.case_id), db.session.get(CustomerLink, mail.link_id)
    assert case is not None
    assert link is not None
    address = links.address_of(link)
    values = {name: _value(name, value) for name, value in mail.params.items()}
    with i18n.in_language(contact.language or settings.company.language):
        message = _message(
            mail,
            (contact.name, contact.email or ""),
            values | {"case_no": case.case_no, "link": address},
            button=i18n.text(f"mail.button.{link.purpose}"),
            stop=(i18n.text("mail.stop"), f"{address}/mail"),
        )
    message["List-Unsubscribe"] = f"<{address}/mail>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def notice_to(mail: OutboxMail, user: User) -> EmailMessage:
    """Put a letter to somebody of the house together: what they were told, and where it leads."""
    settings: Settings = current_app.extensions["settings"]
    case = db.session.get(Case, mail.case_id) if mail.case_id is not None else None
    told = Notification(template=mail.params["template"], params=mail.params["params"])
    with i18n.in_language(user.language or settings.company.language):
        values = {"case_no": case.case_no if case else "", "sentence": told.sentence}
        return _message(
            mail,
            (i18n.localised(user.names, user.username), user.email),
            values | {"link": _address(OPENS, key=mail.params["told"])},
            button=i18n.text("mail.button.notice"),
            stop=(i18n.text("mail.stop_notices"), f"{_address(CHOOSES)}#mail"),
        )


def _address(endpoint: str, **values: t.Any) -> str:
    """Return the whole address of a page; the installation's own where it has no such page."""
    settings: Settings = current_app.extensions["settings"]
    path = current_app.url_map.bind("").build(endpoint, values) if known(endpoint) else "/"
    return f"{settings.server.root}{path}"


def _value(name: str, value: t.Any) -> str:
    """Return a value as a sentence says it; sentences name the currency themselves."""
    return money(value) if name in SUMS and isinstance(value, int | float) else shown(name, value)


def _message(
    mail: OutboxMail, to: tuple[str, str], values: Mapping[str, str], *, button: str, stop: tuple[str, str]
) -> EmailMessage:
    """Say it in the present language. `to` is name and address, `stop` what ends such letters and where."""
    settings: Settings = current_app.extensions["settings"]
    company = company_head()
    everywhere = {"name": to[0], "company": company.name, "phone": company.phone}
    said = wording.words(mail.template, i18n.language(), {**values, **everywhere})
    parts = {"said": said, "link": values["link"], "button": button, "company": company, "stop": stop}
    sender = settings.mail.sender or f"service@{settings.server.host}"
    message = EmailMessage(policy=SMTP)
    message["From"] = email.utils.formataddr((company.name, sender))
    message["To"] = email.utils.formataddr(to)
    message["Subject"] = textwrap.shorten(said.subject, LONGEST_SUBJECT, placeholder="…")
    message["Date"] = email.utils.format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(render_template("desk/mail/letter.txt", **parts))
    html_language = i18n.HTML_LANG[i18n.language()]
    message.add_alternative(
        render_template("desk/mail/letter.html", html_language=html_language, **parts), subtype="html"
    )
    return message
