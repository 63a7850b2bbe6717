"""Who else looks at a task, asked by its page again and again."""

import datetime as dt

from flask import render_template, request

from app.inbox import presence
from app.inbox.pages.blueprint import blueprint, selection
from app.people import signed_in


@blueprint.get("/tasks/<int:key>/presence")
def who_else(key: int) -> str:
    """Show who else has the task open and what has changed since its page was made."""
    since = dt.datetime.fromtimestamp(request.args.get("since", 0, type=int), dt.UTC)
    found = presence.presence(signed_in(), key, request.args.get("stamp", ""), since)
    return render_template("inbox/_presence.html", presence=found, task_key=key, selection=selection())
