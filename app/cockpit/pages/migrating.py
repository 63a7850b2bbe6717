"""Choosing where running cases go, with the verdict on each; one goes at once, many become an order."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import engine
from app.cockpit import migrating, rights
from app.cockpit.migrating import Migrating
from app.cockpit.pages.blueprint import blueprint, require_reason, selection, sentence
from app.cockpit.pages.lists import conditions
from app.db import db
from app.engine.models import ProcessInstance
from app.errors import Conflict, FirstlineError, Forbidden
from app.i18n import text as _
from app.people import signed_in
from app.people.person import Person


@blueprint.get("/migrate")
def migrate() -> str:
    """Show the whole page."""
    page = migrating.opened(_mover(), selection(), request.args)
    return _whole(page)


@blueprint.get("/migrate/plan")
def migration_plan() -> str:
    """Show the plan as far as it has been made, with the verdicts."""
    page = migrating.opened(_mover(), selection(), request.args)
    return render_template("cockpit/_migrate.html", page=page, renewals=migrating.renewals())


@blueprint.post("/migrate")
def migrate_now() -> Response:
    """Move the one case, or order that all are moved. What cannot be done comes back with the reason."""
    person, chosen, form = _mover(), selection(), request.form
    try:
        reason = require_reason(form.get("reason", ""))
        page = migrating.opened(person, chosen, form)
        if page.plan is None or form.get("total", type=int) != page.total:
            raise Conflict("cockpit.selection_changed", count=page.total)
        return redirect(_moved(person, page, reason), 303)
    except FirstlineError as refused:
        page = migrating.opened(person, chosen, form)
        return make_response(_whole(page, sentence(refused), form.get("reason", "")), refused.status)


def _mover() -> Person:
    person = signed_in()
    if not rights.may_move(person):
        raise Forbidden("cockpit.leaders_only")
    return person


def _moved(person: Person, page: Migrating, reason: str) -> str:
    """Do it, and return the address of where to see it."""
    assert page.plan is not None
    chosen = migrating.live(person, page.selection)
    if page.total > 1:
        key = engine.order_migration(person, chosen, page.plan, reason)
        flash(_("Ordered. The cases are moved one after the other."))
        return url_for("cockpit.batch", key=key)
    key = db.session.scalars(chosen.with_only_columns(ProcessInstance.key)).one()
    engine.migrate_instance(person, key, page.plan, reason)
    flash(_("Moved to the other version. The reason stands in the audit list."))
    return url_for("cockpit.instance", key=key)


def _whole(page: Migrating, error: str = "", reason: str = "") -> str:
    return render_template(
        "cockpit/migrate.html",
        page=page,
        renewals=migrating.renewals(),
        error=error,
        reason=reason,
        chips=conditions(page.selection)["chips"],
    )
