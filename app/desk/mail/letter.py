"""One letter as it goes out: subject, text and the same in HTML, in the language of whoever gets it."""

import email.utils
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
from app.web.company import company_head
from app.web.marks import money


def letter_of(mail: OutboxMail, contact: Contact) -> EmailMessage:
    """Put a letter together from its row."""
    settings: Settings = current_app.extensions["settings"]
    case, link = db.session.get(Case, mail.case_id), db.session.get(CustomerLink, mail.link_id)
    assert case is not None
    assert link is not None
    address = links.address_of(link)
    with i18n.in_language(contact.language or settings.company.language):
        company = company_head()
        values = {name: _value(name, value) for name, value in mail.params.items()}
        values |= {"name": contact.name, "case_no": case.case_no, "company": company.name, "phone": company.phone}
        said = wording.words(mail.template, i18n.language(), values | {"link": address})
        parts = {"said": said, "link": address, "button": i18n.text(f"mail.button.{link.purpose}"), "company": company}
        parts["stop"] = f"{address}/mail"
        text = render_template("desk/mail/letter.txt", **parts)
        html = render_template("desk/mail/letter.html", html_language=i18n.HTML_LANG[i18n.language()], **parts)
    return _message(mail, contact, said.subject, text, html, parts)


def _value(name: str, value: t.Any) -> str:
    """Return a value as a sentence says it; sentences name the currency themselves."""
    return money(value) if name in SUMS and isinstance(value, int | float) else shown(name, value)


def _message(
    mail: OutboxMail, contact: Contact, subject: str, text: str, html: str, parts: Mapping[str, t.Any]
) -> EmailMessage:
    settings: Settings = current_app.extensions["settings"]
    sender = settings.mail.sender or f"service@{settings.server.host}"
    message = EmailMessage(policy=SMTP)
    message["From"] = email.utils.formataddr((parts["company"].name, sender))
    message["To"] = email.utils.formataddr((contact.name, contact.email or ""))
    message["Subject"] = " ".join(subject.split())
    message["Date"] = email.utils.format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{parts['stop']}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message
