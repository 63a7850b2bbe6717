"""The pages of orders over many cases."""

import typing as t
from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import engine
from app.cockpit import batches
from app.cockpit.pages.blueprint import blueprint, sentence
from app.errors import FirstlineError
from app.i18n import text as _
from app.people import signed_in
from app.people.person import Person
from app.web.polling import unless_unchanged


@blueprint.get("/batches")
def batch_list() -> str:
    """Show the orders, the newest first."""
    orders, page = batches.orders(signed_in(), after=request.args.get("after"), before=request.args.get("before"))
    return render_template("cockpit/batches.html", orders=orders, page=page, full=len(orders) == batches.PAGE)


@blueprint.get("/batches/<int:key>")
def batch(key: int) -> str:
    """Show how far an order has come and what became of each case."""
    return render_template("cockpit/batch.html", **_shown(key))


@blueprint.get("/batches/<int:key>/live")
def batch_live(key: int) -> Response:
    """Refresh it; 304 while nothing has happened."""
    shown = _shown(key)
    state = [request.full_path, shown["order"].batch.state, sorted(shown["order"].counts.items())]
    return unless_unchanged(state, lambda: render_template("cockpit/_batch.html", **shown))


@blueprint.post("/batches/<int:key>/stop")
def batch_stop(key: int) -> Response:
    """Leave the cases that wait as they are."""
    return _told(key, engine.stop_batch, _("Stopped. What is done stays done."))


@blueprint.post("/batches/<int:key>/resume")
def batch_resume(key: int) -> Response:
    """Go on with what was stopped, and try again what failed."""
    return _told(key, engine.resume_batch, _("It goes on."))


def _told(key: int, act: Callable[[Person, int], None], done: str) -> Response:
    try:
        act(signed_in(), key)
    except FirstlineError as refused:
        flash(sentence(refused), "bad")
    else:
        flash(done)
    return redirect(url_for("cockpit.batch", key=key), 303)


def _shown(key: int) -> dict[str, t.Any]:
    person = signed_in()
    order = batches.order(person, key)
    first = next((state for state in batches.ITEM_STATES if state in order.counts), "done")
    wanted = request.args.get("state", "")
    state = wanted if wanted in batches.ITEM_STATES else first
    listed = batches.items(
        person, order.batch, state, after=request.args.get("after"), before=request.args.get("before")
    )
    return {
        "order": order,
        "state": state,
        "listed": listed,
        "states": batches.state_names(),
        "full": len(listed.lines) == batches.PAGE,
    }
