"""What the person was told: the list, opening one, and which kinds they want to hear of."""

import typing as t

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.db import db
from app.desk.models import Case
from app.i18n import text as _
from app.inbox.pages.blueprint import CASE_PAGE, blueprint
from app.inbox.told import told
from app.people import notifications, signed_in
from app.people.kind_names import kind_names
from app.web.navigation import known


@blueprint.get("/notifications")
def told_page() -> str:
    """List what the person was told, newest first."""
    person = signed_in()
    return render_template(
        "inbox/notifications.html",
        page=told(person, request.args.get("before", type=int)),
        first=not request.args.get("before"),
        kinds=kind_names(),
        muted=notifications.muted_kinds(person),
        mailed=notifications.mailed_kinds(person),
    )


@blueprint.get("/notifications/<int:key>")
def open_told(key: int) -> Response:
    """Note that one was read and go where it leads: to the task, else to the case, else back to the list."""
    found = notifications.open_notification(signed_in(), key)
    if found.task_key is not None:
        return redirect(url_for("inbox.index", task=found.task_key), 303)
    case = db.session.get(Case, found.case_id) if found.case_id is not None else None
    if case is not None and known(CASE_PAGE):
        return redirect(url_for(CASE_PAGE, case_no=case.case_no), 303)
    return redirect(url_for("inbox.told_page"), 303)


@blueprint.post("/notifications/read")
def read_all_told() -> Response:
    """Note that everything was read."""
    notifications.read_all(signed_in())
    return redirect(url_for("inbox.told_page"), 303)


@blueprint.post("/notifications/kinds")
def choose_told() -> Response:
    """Be told of the ticked kinds only."""
    wanted: t.Iterable[str] = request.form.getlist("kinds")
    notifications.choose_kinds(signed_in(), wanted)
    flash(_("Your choice is saved"))
    return redirect(url_for("inbox.told_page"), 303)
