"""The blueprint and what its views share: complaints beside fields, times of forms, ways back."""

import datetime as dt
import typing as t
from collections.abc import Mapping
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.config import Settings
from app.errors import FirstlineError, Invalid
from app.i18n import text
from app.people import queries
from app.people.absence import set_absence
from app.people.access import require
from app.people.identity import signed_in
from app.people.person import ADMINISTRATOR, Person

blueprint = Blueprint("people", __name__, template_folder="../templates")
admin = Blueprint("people_admin", __name__, url_prefix="/admin")

Complaints = dict[str, list[str]]
FORM = "form"
"""Key of complaints that belong to no single field."""


def complaints(error: FirstlineError) -> Complaints:
    """Return sentences by field in the present language."""
    if not isinstance(error, Invalid) or not error.fields:
        return {FORM: [text(error.code, **error.params)]}
    return {key: [text(code, **params) for code, params in each] for key, each in error.fields.items()}


def done(sentence: str, endpoint: str, **values: t.Any) -> Response:
    """Say what was done and go on to a page."""
    flash(sentence, "ok")
    return redirect(url_for(endpoint, **values), 303)


def local_path(address: str, fallback: str = "/") -> str:
    """Return the address if it stays on this site, else the fallback: a link must not send people elsewhere."""
    parts = urlsplit(address)
    stays = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if stays and not parts.scheme and not parts.netloc else fallback


def zone() -> ZoneInfo:
    """Return the company's time zone."""
    settings: Settings = current_app.extensions["settings"]
    return ZoneInfo(settings.company.zone)


def form_time(name: str) -> dt.datetime:
    """Return a `datetime-local` field as an aware time of the company's zone. Raises Invalid for an odd one."""
    try:
        return dt.datetime.fromisoformat(request.form.get(name, "")).replace(tzinfo=zone())
    except ValueError as error:
        raise Invalid("people.invalid", fields={name: [("people.time_shape", {})]}) from error


def absence_of_form(actor: Person, user_id: int) -> None:
    """Set the absence that the form describes. Raises Invalid."""
    substitute = queries.user(request.form.get("substitute", ""))
    set_absence(
        actor,
        user_id,
        substitute_id=substitute.id if substitute else 0,
        starts_at=form_time("starts_at"),
        ends_at=form_time("ends_at"),
        note=request.form.get("note", ""),
    )


def form_names() -> dict[str, str]:
    """Return the two name fields."""
    return {"zh": request.form.get("name_zh", ""), "en": request.form.get("name_en", "")}


def kept(form: Mapping[str, str], *secret: str) -> dict[str, str]:
    """Return what was typed, to show it again beside the complaints; secrets are typed anew."""
    return {key: value for key, value in form.items() if key not in {*secret, "csrf_token"}}


@admin.before_request
def administrators_only() -> None:
    """Refuse everybody else before anything is read; the acts check again by themselves."""
    require(signed_in(), ADMINISTRATOR)
