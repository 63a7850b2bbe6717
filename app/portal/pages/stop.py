"""No more mail: asked for in the foot of every letter, and by mail programs in one step (RFC 8058)."""

from flask import Flask

from app.db import transaction
from app.desk import links
from app.desk.mail.outbox import contact_of
from app.desk.models import Case, Contact, CustomerLink
from app.people import audit
from app.portal.pages.blueprint import blueprint, link_for
from app.portal.pages.show import plain_page

ANY = (links.STATUS, links.QUOTE, links.RATING, links.PHOTOS)


def init_app(app: Flask) -> None:
    """Let mail programs stop mail: they have the link and no form of ours, so there is no token to ask for."""
    app.extensions["csrf"].exempt(stop_mail)


@blueprint.get("/<token>/mail")
def ask_to_stop(token: str) -> str:
    """Ask before stopping, because programs that look into letters open every link."""
    return plain_page("portal/stop.html", link_for(*ANY), token)


@blueprint.post("/<token>/mail")
def stop_mail(token: str) -> str:
    """Send no more letters to the contact of the case."""
    link = link_for(*ANY)
    stop(link)
    return plain_page("portal/stop.html", link, token, stopped=True)


def stop(link: CustomerLink) -> None:
    """Note that the contact does not want mail; a second time changes nothing."""
    with transaction() as session:
        contact: Contact | None = contact_of(session, session.get(Case, link.case_id))
        if contact is not None and contact.preferred_channel == "email":
            contact.preferred_channel = "phone"
            session.flush()
            audit.record(session, None, "portal:mail:stopped", f"customer:{contact.customer_id}", case_id=link.case_id)
