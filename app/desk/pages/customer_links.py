"""Links for the customer, on the case page: give one, copy it, take it back."""

import dataclasses
import typing as t

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.desk import links
from app.desk.models import CustomerLink
from app.desk.pages.blueprint import cases, complaints, has_view
from app.errors import Conflict
from app.i18n import lazy_text as _l
from app.i18n import text as _
from app.people import signed_in

PURPOSES: t.Mapping[str, t.Any] = {
    links.STATUS: _l("See where the case stands"),
    links.QUOTE: _l("Answer the quotation"),
    links.PHOTOS: _l("Send photos"),
    links.RATING: _l("Rate the service"),
}


@dataclasses.dataclass(frozen=True)
class ShownLink:
    """A link as the case page shows it; `address` is empty for one that has ended."""

    link: CustomerLink
    purpose: str
    address: str


@cases.post("/<case_no>/links")
def give_link(case_no: str) -> Response:
    """Issue a link; an earlier one of the same purpose ends."""
    try:
        links.give(signed_in(), case_no, request.form.get("purpose", ""))
    except Conflict as error:
        flash(" ".join(each for one in complaints(error).values() for each in one), "bad")
    else:
        flash(_("Link issued"), "ok")
    return redirect(url_for("cases.case", case_no=case_no) + "#links", 303)


@cases.post("/<case_no>/links/<int:link_id>/revoke")
def revoke_link(case_no: str, link_id: int) -> Response:
    """End a link now."""
    links.revoke(signed_in(), case_no, link_id, request.form.get("reason", ""))
    flash(_("Link taken back"), "ok")
    return redirect(url_for("cases.case", case_no=case_no) + "#links", 303)


def shown_links(case_id: int) -> list[ShownLink]:
    """Return the links of a case, newest first; none where this installation has no portal."""
    return [_shown(link) for link in links.of_case(case_id)] if has_view(links.OPENS) else []


def _shown(link: CustomerLink) -> ShownLink:
    address = links.address_of(link) if links.lives(link) else ""
    return ShownLink(link, str(PURPOSES[link.purpose]), address)
