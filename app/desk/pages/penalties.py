"""What one does on the page of a penalty."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.desk import penalties
from app.desk.pages.blueprint import complaints, desk
from app.errors import Conflict, Invalid
from app.i18n import text as _
from app.people import signed_in


@desk.app_context_processor
def penalty_words() -> dict[str, object]:
    """Tell the page of a penalty whether this person decides it."""
    return {"may_decide": lambda penalty: penalties.may_decide(signed_in(), penalty)}


@desk.post("/penalties/<key>/decide")
def decide_penalty(key: str) -> ResponseReturnValue:
    """Confirm or waive a penalty."""
    try:
        penalties.decide(signed_in(), key, request.form.get("decision", ""), request.form.get("reason", ""))
    except (Invalid, Conflict) as error:
        flash(" ".join(each for said in complaints(error).values() for each in said), "bad")
    else:
        flash(_("Decided"), "ok")
    return redirect(url_for("desk.record", name="penalties", key=key), 303)
