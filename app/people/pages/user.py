"""The administrator's page of one user."""

import typing as t

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Conflict, FirstlineError, Invalid, NotFound
from app.i18n import text as _
from app.people import accounts, organisation, queries, tokens
from app.people.absence import absences, cancel_absence
from app.people.identity import signed_in
from app.people.models import User
from app.people.pages.blueprint import Complaints, absence_of_form, admin, complaints, done, form_names, kept
from app.people.signin import end_sessions
from app.people.units import unit_tree

CANCEL = "people_admin.cancel_user_absence"


@admin.get("/users/<username>")
def user(username: str) -> str:
    """Show an account with rights, roles, absences, tokens, sessions and its last sign-ins."""
    return _page(_account(username))


@admin.post("/users/<username>/profile")
def save_user(username: str) -> ResponseReturnValue:
    """Change names, e-mail, phone and language."""
    account = _account(username)
    fields = {key: request.form.get(key, "").strip() for key in ("email", "phone")}
    try:
        accounts.update_user(
            signed_in(), account.id, names=form_names(), language=request.form.get("language") or None, **fields
        )
    except Invalid as error:
        return _refused(account, error)
    return done(_("Saved"), "people_admin.user", username=username)


@admin.post("/users/<username>/permissions")
def save_permissions(username: str) -> ResponseReturnValue:
    """Change the permission sets."""
    account = _account(username)
    try:
        accounts.set_permissions(signed_in(), account.id, request.form.getlist("permissions"))
    except (Invalid, Conflict) as error:
        return _refused(account, error)
    return done(_("Rights changed"), "people_admin.user", username=username)


@admin.post("/users/<username>/active")
def switch_user(username: str) -> ResponseReturnValue:
    """Deactivate the account or let it be used again."""
    account = _account(username)
    active = request.form.get("active") == "1"
    try:
        accounts.set_active(signed_in(), account.id, active, request.form.get("reason", ""))
    except Conflict as error:
        return _refused(account, error)
    return done(_("Activated") if active else _("Deactivated"), "people_admin.user", username=username)


@admin.post("/users/<username>/password")
def set_password(username: str) -> ResponseReturnValue:
    """Give the user a new password."""
    account = _account(username)
    try:
        accounts.set_password(signed_in(), account.id, request.form.get("password", ""))
    except Invalid as error:
        return _refused(account, error)
    return done(_("New password set. All sessions are ended."), "people_admin.user", username=username)


@admin.post("/users/<username>/unlock")
def unlock_user(username: str) -> ResponseReturnValue:
    """Lift a lock-out."""
    accounts.unlock(signed_in(), _account(username).id)
    return done(_("Unlocked"), "people_admin.user", username=username)


@admin.post("/users/<username>/sessions/end")
def end_user_sessions(username: str) -> ResponseReturnValue:
    """Sign the user out everywhere."""
    end_sessions(signed_in(), _account(username).id)
    return done(_("Signed out everywhere"), "people_admin.user", username=username)


@admin.post("/users/<username>/tokens/<int:token_id>/revoke")
def revoke_user_token(username: str, token_id: int) -> ResponseReturnValue:
    """End one of the user's tokens."""
    _account(username)
    tokens.revoke_token(signed_in(), token_id)
    return done(_("The token no longer works"), "people_admin.user", username=username)


@admin.post("/users/<username>/memberships")
def add_membership(username: str) -> ResponseReturnValue:
    """Let the user hold a role at a unit or everywhere."""
    account = _account(username)
    try:
        organisation.add_membership(
            signed_in(), account.id, request.form.get("role", ""), request.form.get("unit") or None
        )
    except (Conflict, NotFound) as error:
        return _refused(account, error)
    return done(_("Role added"), "people_admin.user", username=username)


@admin.post("/users/<username>/memberships/<int:membership_id>/remove")
def remove_membership(username: str, membership_id: int) -> ResponseReturnValue:
    """Take a role away."""
    organisation.remove_membership(signed_in(), membership_id)
    return done(_("Role removed"), "people_admin.user", username=username)


@admin.post("/users/<username>/absence")
def set_user_absence(username: str) -> ResponseReturnValue:
    """Name a substitute for somebody who cannot do it, e.g. because they fell ill."""
    account = _account(username)
    try:
        absence_of_form(signed_in(), account.id)
    except Invalid as error:
        return _refused(account, error)
    return done(_("The substitute sees the tasks during that time"), "people_admin.user", username=username)


@admin.post("/users/<username>/absence/<int:absence_id>/cancel")
def cancel_user_absence(username: str, absence_id: int) -> ResponseReturnValue:
    """End an absence early."""
    cancel_absence(signed_in(), absence_id)
    return done(_("The absence is cancelled"), "people_admin.user", username=username)


def _account(username: str) -> User:
    account = queries.user(username)
    if account is None:
        raise NotFound("people.no_such_user", username=username)
    return account


def _refused(account: User, error: FirstlineError) -> tuple[str, int]:
    return _page(account, errors=complaints(error), values=kept(request.form, "password")), error.status


def _page(account: User, *, errors: Complaints | None = None, values: dict[str, str] | None = None) -> str:
    away = absences(account.id)
    shown: dict[str, t.Any] = {
        "name_zh": account.names.get("zh", ""),
        "name_en": account.names.get("en", ""),
        "email": account.email,
        "phone": account.phone,
        "language": account.language or "",
    }
    return render_template(
        "people/user.html",
        account=account,
        values=shown | (values or {}),
        errors=errors or {},
        permissions=queries.permissions_of(account),
        memberships=queries.memberships(user_id=account.id),
        roles=[role for role in queries.roles(active_only=True) if role.kind != "X"],
        units=unit_tree().nodes,
        absences=away,
        cancelling={each.id: url_for(CANCEL, username=account.username, absence_id=each.id) for each in away},
        colleagues=queries.colleagues(),
        tokens=tokens.tokens_of(account.id),
        sessions=queries.sessions_of(account.id),
        sign_ins=queries.sign_ins(account.username),
        locked_until=queries.locked_until(account.username),
    )
