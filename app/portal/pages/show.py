"""What a link opens."""

import typing as t
from collections.abc import Callable, Mapping
from io import BytesIO

import sqlalchemy as sa
from flask import Response, g, render_template, send_file

from app import clock, engine
from app.db import transaction
from app.desk import links, ratings
from app.desk.models import CustomerLink
from app.portal import photos, quotes
from app.portal.pages.blueprint import blueprint, link_for
from app.portal.standing import standing

View = Callable[..., str]


@blueprint.get("/<token>")
def open_link(token: str) -> str:
    """Show the page of the link's purpose."""
    link: CustomerLink = g.link
    note_opened(link)
    return PAGES[link.purpose](link, token)


@blueprint.get("/<token>/photos/<int:key>")
def photo(token: str, key: int) -> Response:  # noqa: ARG001 (the token has been checked)
    """Return a photo that came through a link of this case."""
    link = link_for(links.STATUS, links.PHOTOS)
    found = photos.photo(link.case_id, key)
    return send_file(BytesIO(engine.read_attachment(found)), mimetype=found.media_type, download_name=found.name)


def note_opened(link: CustomerLink) -> None:
    """Remember when a link was opened first."""
    if link.opened_at is None:
        with transaction() as session:
            first = sa.update(CustomerLink).where(CustomerLink.id == link.id, CustomerLink.opened_at.is_(None))
            session.execute(first.values(opened_at=clock.now()), execution_options={"synchronize_session": False})


def status_page(link: CustomerLink, token: str, **more: t.Any) -> str:
    return plain_page("portal/standing.html", link, token, photos=photos.photos_of(link.case_id), **more)


def photos_page(link: CustomerLink, token: str, **more: t.Any) -> str:
    return plain_page("portal/photos.html", link, token, photos=photos.photos_of(link.case_id), **more)


def quote_page(link: CustomerLink, token: str, **more: t.Any) -> str:
    return plain_page("portal/quote.html", link, token, quote=quotes.quote_of(link), **more)


def rating_page(link: CustomerLink, token: str, **more: t.Any) -> str:
    return plain_page("portal/rating.html", link, token, rating=ratings.rating_of(link.case_id), **more)


def plain_page(template: str, link: CustomerLink, token: str, **more: t.Any) -> str:
    """Render a page of a link with what all of them show."""
    values = {"errors": {}, "form": {}, "most": photos.MOST} | more
    return render_template(template, link=link, token=token, here_now=standing(link.case_id), **values)


PAGES: Mapping[str, View] = {
    links.STATUS: status_page,
    links.PHOTOS: photos_page,
    links.QUOTE: quote_page,
    links.RATING: rating_page,
}
