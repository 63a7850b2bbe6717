"""What a customer gives back."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.desk import links
from app.errors import FirstlineError, Invalid
from app.i18n import text
from app.i18n import text as _
from app.portal import limits, photos, quotes, ratings
from app.portal.pages.blueprint import blueprint, complaints, link_for
from app.portal.pages.show import PAGES, quote_page, rating_page


@blueprint.post("/<token>/answer")
def answer(token: str) -> ResponseReturnValue:
    """Answer the quotation. What cannot be taken is said on the page, which shows the quotation as it is now."""
    link = link_for(links.QUOTE)
    try:
        quotes.answer(link, request.form, limits.address())
    except Invalid as error:
        return quote_page(link, token, form=request.form, errors=complaints(error)), error.status
    except FirstlineError as error:
        return quote_page(link, token, said=text(error.code, **error.params)), error.status
    return redirect(url_for("portal.open_link", token=token), 303)


@blueprint.post("/<token>/rating")
def rate(token: str) -> ResponseReturnValue:
    """Rate the service."""
    link = link_for(links.RATING)
    try:
        ratings.rate(link, request.form)
    except Invalid as error:
        return rating_page(link, token, form=request.form, errors=complaints(error)), error.status
    except FirstlineError as error:
        return rating_page(link, token, said=text(error.code, **error.params)), error.status
    return redirect(url_for("portal.open_link", token=token), 303)


@blueprint.post("/<token>/photos")
def add_photos(token: str) -> ResponseReturnValue:
    """Add photos; of several, the good ones are kept and the others named."""
    link = link_for(links.STATUS, links.PHOTOS)
    said, status, kept = [], 200, 0
    for file in request.files.getlist("photo"):
        if not file.filename:
            continue
        try:
            photos.add(link, file.read(photos.MOST_BYTES + 1))
            kept += 1
        except FirstlineError as error:
            said.append(f"{file.filename[-60:]}: {text(error.code, **error.params)}")
            status = error.status
    if not said and not kept:
        said, status = [text("portal.choose_photo")], 422
    if said:
        return PAGES[link.purpose](link, token, errors={"photo": said}), status
    flash(_("Thank you. Your photos are with us."), "ok")
    return redirect(url_for("portal.open_link", token=token) + "#photos", 303)
