"""The board of field visits: a day or a week, and moving a visit to somebody else."""

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock, i18n
from app.desk import cases as case_file
from app.desk.dispatch import board as boards
from app.desk.dispatch import moving
from app.desk.dispatch.proposal import proposals
from app.desk.dispatch.visits import Visit, visit
from app.desk.pages.blueprint import complaints, dispatch
from app.errors import FirstlineError
from app.i18n import text as _
from app.people import signed_in
from app.web.durations import weekday

SPANS = ("day", "week")
FARTHEST = dt.timedelta(days=3660)


@dispatch.get("")
def index() -> str:
    """Show who goes where; day and span stand in the address."""
    person, day, span = signed_in(), chosen_day(), chosen_span()
    days = boards.week_of(day) if span == "week" else (day,)
    board = boards.board(person, days)
    step = dt.timedelta(days=7 if span == "week" else 1)
    return render_template(
        "desk/dispatch.html",
        board=board,
        day=day,
        span=span,
        spans=[("day", _("One day")), ("week", _("Week"))],
        earlier=address(day - step, span),
        later=address(day + step, span),
        today_address=address(case_file.company_day(clock.now()), span),
        address=address,
        movable=lambda one: moving.may_move(person, one),
        stage_text=stage_text,
        weekday=weekday,
    )


@dispatch.get("/visits/<int:key>")
def choose(key: int) -> str:
    """Show who could make a visit, best first and with the reasons, inside the dialog that moves it."""
    person = signed_in()
    found = visit(person, key)
    board = boards.board(person, [_wanted_day(found)])
    return render_template(
        "desk/_dispatch_choice.html",
        visit=found,
        proposals=proposals(found, board),
        chosen=request.args.get("staff", "") or found.staff,
        day=_wanted_day(found),
        shown_day=chosen_day(),
        span=chosen_span(),
        stage_text=stage_text,
    )


@dispatch.post("/visits/<int:key>/move")
def move(key: int) -> Response:
    """Let somebody make a visit, and go back to the board."""
    form = request.form
    try:
        moved = moving.move_visit(
            signed_in(), key, form.get("staff", ""), reason=form.get("reason", ""), day=_day(form.get("day", ""))
        )
    except FirstlineError as error:
        flash(" ".join(each for one in complaints(error).values() for each in one), "bad")
    else:
        flash(_("Moved, and everybody concerned is told") if moved.staff else _("Assigned"), "ok")
    return redirect(address(chosen_day(), chosen_span()), 303)


def address(day: dt.date, span: str) -> str:
    """Return the address of the board on a day."""
    return url_for("dispatch.index", day=day.isoformat(), span=span)


def chosen_day() -> dt.date:
    """Return the day of the address; today when it names none."""
    return _day(request.args.get("day", "")) or case_file.company_day(clock.now())


def chosen_span() -> str:
    """Return whether the address asks for a day or a week."""
    span = request.args.get("span", "")
    return span if span in SPANS else SPANS[0]


def stage_text(stage: str) -> str:
    """Return how far a visit is, in words."""
    return i18n.text(f"desk.visit_stage.{stage}")


def _wanted_day(found: Visit) -> dt.date:
    """The day a visit is to be moved to; the agreed one stays."""
    return found.day if found.at is not None else _day(request.args.get("to", "")) or found.day


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    today = case_file.company_day(clock.now())
    return day if abs(day - today) <= FARTHEST else None
