"""One's own account: language, password, absence, tokens, sessions."""

import typing as t

from flask import render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.errors import Conflict, Forbidden, Invalid
from app.i18n import text as _
from app.people import absence, accounts, notifications, queries, tokens
from app.people.identity import COOKIE_KEY, signed_in
from app.people.kind_names import kind_names
from app.people.pages.blueprint import Complaints, absence_of_form, blueprint, complaints, done, kept
from app.people.person import PERMISSION_SETS, Person
from app.people.signin import end_sessions


@blueprint.get("/account")
def account() -> str:
    """Show one's own account."""
    return _page(signed_in())


@blueprint.post("/account/profile")
def save_profile() -> ResponseReturnValue:
    """Change language, e-mail and phone."""
    person = signed_in()
    fields = {key: request.form.get(key, "").strip() for key in ("email", "phone")}
    language = request.form.get("language") or None
    try:
        accounts.update_user(person, person.id, language=language, **fields)
    except Invalid as error:
        return _refused(person, error)
    # The language of the account takes over from one chosen in this browser before.
    session.pop("language", None)
    return done(_("Your details are saved"), "people.account")


@blueprint.post("/account/mail")
def choose_mail() -> ResponseReturnValue:
    """Choose what one is told by mail as well."""
    person = signed_in()
    try:
        notifications.choose_mail(person, request.form.getlist("kinds"))
    except Invalid as error:
        return _refused(person, error)
    return done(_("Your choice is saved"), "people.account")


@blueprint.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Change one's own password."""
    person = signed_in()
    try:
        accounts.change_password(
            person,
            request.form.get("old", ""),
            request.form.get("new", ""),
            keep_session=session[COOKIE_KEY],
        )
    except Invalid as error:
        return _refused(person, error)
    return done(_("Password changed. Your other browsers are signed out."), "people.account")


@blueprint.post("/account/absence")
def set_absence() -> ResponseReturnValue:
    """Name a substitute for the time one is away."""
    person = signed_in()
    try:
        absence_of_form(person, person.id)
    except Invalid as error:
        return _refused(person, error)
    return done(_("Your substitute sees your tasks during that time"), "people.account")


@blueprint.post("/account/absence/<int:absence_id>/cancel")
def cancel_absence(absence_id: int) -> ResponseReturnValue:
    """Be back early."""
    absence.cancel_absence(signed_in(), absence_id)
    return done(_("The absence is cancelled"), "people.account")


@blueprint.post("/account/tokens")
def create_token() -> ResponseReturnValue:
    """Make a personal token and show its secret, this once."""
    person = signed_in()
    try:
        days = request.form.get("days", 0, type=int)
        secret = tokens.create_token(person, request.form.get("label", ""), request.form.getlist("scope"), days)
    except (Invalid, Forbidden, Conflict) as error:
        return _refused(person, error)
    return _page(person, secret=secret)


@blueprint.post("/account/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> ResponseReturnValue:
    """End one of one's own tokens."""
    tokens.revoke_token(signed_in(), token_id)
    return done(_("The token no longer works"), "people.account")


@blueprint.post("/account/sessions/end")
def end_other_sessions() -> ResponseReturnValue:
    """Sign all other browsers out."""
    person = signed_in()
    end_sessions(person, person.id, keep=session[COOKIE_KEY])
    return done(_("Your other browsers are signed out"), "people.account")


def _refused(person: Person, error: Invalid | Forbidden | Conflict) -> tuple[str, int]:
    values = kept(request.form, "old", "new")
    return _page(person, errors=complaints(error), values=values), error.status


def _page(
    person: Person, *, errors: Complaints | None = None, values: dict[str, str] | None = None, secret: str = ""
) -> str:
    own = queries.user(person.username)
    assert own is not None
    away = absence.absences(person.id)
    shown: dict[str, t.Any] = {"language": own.language or "", "email": own.email, "phone": own.phone}
    return render_template(
        "people/account.html",
        me=person,
        values=shown | (values or {}),
        errors=errors or {},
        secret=secret,
        sets=[name for name in PERMISSION_SETS if name in person.permissions],
        memberships=queries.memberships(user_id=person.id),
        absences=away,
        cancelling={each.id: url_for("people.cancel_absence", absence_id=each.id) for each in away},
        colleagues=queries.colleagues(),
        kinds=kind_names(),
        mailed=notifications.mailed_kinds(person),
        muted=notifications.muted_kinds(person),
        tokens=tokens.tokens_of(person.id),
        sessions=queries.sessions_of(person.id, session.get(COOKIE_KEY)),
    )
