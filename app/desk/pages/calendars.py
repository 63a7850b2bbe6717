"""The working time of units: a year at a glance, and what supervisors and administrators decide about it."""

import datetime as dt
import typing as t
from zoneinfo import available_timezones

from babel.dates import get_month_names
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, engine
from app.calendars.calendar import FIRST_YEAR, LAST_YEAR
from app.calendars.days import shifts_text
from app.desk import cases as case_file
from app.desk import worktimes
from app.desk.pages.blueprint import FORM, Complaints, complaints, desk
from app.errors import Invalid
from app.i18n import language
from app.i18n import text as _
from app.people import signed_in
from app.people.units import unit_tree
from app.web.durations import weekday

MONTHS = range(1, 13)
MONDAY = dt.date(2024, 1, 1)


@desk.get("/calendar")
def calendar() -> str:
    """Show how a unit works in a year; without a unit, the whole company."""
    return _page({}, {})


@desk.post("/calendar/week")
def calendar_week() -> ResponseReturnValue:
    """Decide a unit's ordinary week, its zone, and whether it keeps public holidays."""
    form = request.form
    own_week = form.get("week") == "own"
    observes = {"yes": True, "no": False}.get(form.get("holidays", ""))
    try:
        worktimes.set_week(
            signed_in(),
            _unit(),
            hours=[form.get(f"day_{number}", "") for number in range(7)] if own_week else None,
            zone=form.get("zone", "").strip(),
            observes=observes,
            reason=form.get("reason", ""),
        )
    except Invalid as error:
        return _page(complaints(error), form), 422
    return _back(_("Week saved"))


@desk.post("/calendar/days")
def calendar_days() -> ResponseReturnValue:
    """Decide the hours of a day, or of several in a row."""
    form = request.form
    try:
        first = _day("first")
        count = worktimes.set_days(
            signed_in(),
            _unit(),
            first,
            _day("last") if form.get("last") else first,
            hours="" if form.get("closed") else form.get("hours", ""),
            names={"zh": form.get("name_zh", ""), "en": form.get("name_en", "")},
            reason=form.get("reason", ""),
        )
    except Invalid as error:
        return _page(complaints(error), form), 422
    return _back(_("1 day set") if count == 1 else _("%(count)d days set", count=count), year=first.year)


@desk.post("/calendar/clear")
def calendar_clear() -> ResponseReturnValue:
    """Let a day follow the week, the holidays and the units above again."""
    day = _day("day")
    worktimes.clear_day(signed_in(), _unit(), day)
    return _back(_("Day follows the week again"), year=day.year)


@desk.post("/calendar/copy")
def calendar_copy() -> ResponseReturnValue:
    """Make what holds above the unit's own."""
    try:
        worktimes.copy_from_above(signed_in(), _unit(), _year(), request.form.get("reason", ""))
    except Invalid as error:
        return _page(complaints(error), request.form), 422
    return _back(_("Copied from the unit above"))


@desk.post("/calendar/recalculate")
def calendar_recalculate() -> ResponseReturnValue:
    """Say what counting the open tasks again would move; with `sure`, do it."""
    person, unit = signed_in(), _unit()
    worktimes.require(person, unit)
    units = _units(unit)
    if request.form.get("sure"):
        return _back(_moved(engine.recount_deadlines(person, units, request.form.get("reason", "").strip())))
    return _page({}, {}, engine.preview_recount(person, units))


def _moved(done: engine.Recounted) -> str:
    if done.timers:
        return _("Deadlines moved: %(count)d; timers of diagrams: %(timers)d", count=done.tasks, timers=done.timers)
    if done.tasks:
        return _("1 deadline moved") if done.tasks == 1 else _("%(count)d deadlines moved", count=done.tasks)
    return _("No deadline moved")


def _page(errors: Complaints, values: t.Mapping[str, str], found: engine.Recount | None = None) -> str:
    person = signed_in()
    shown = worktimes.year_of(person, _unit(), _year())
    tree = unit_tree(person.unit_version)
    above = shown.unit.above[-2] if shown.unit and len(shown.unit.above) > 1 else ""
    week = shown.calendar.week
    return render_template(
        "desk/calendar.html",
        shown=shown,
        months=[[day for day in shown.days if day.date.month == month] for month in MONTHS],
        weekdays=[weekday(MONDAY + dt.timedelta(days=number)) for number in range(7)],
        month_names=list(get_month_names("wide", context="stand-alone", locale=language()).values()),
        today_is=case_file.company_day(clock.now()),
        above=tree.by_code[above].name if above else _("the company"),
        units=[("", _("The whole company")), *((node.code, node.name) for node in tree.nodes if node.active)],
        unit_names={"": _("the company"), **{node.code: node.name for node in tree.nodes}},
        week=[values.get(f"day_{number}", shifts_text(week[number])) for number in range(7)],
        zones=sorted(available_timezones()),
        maintains=worktimes.may_maintain(person, shown.code),
        people=worktimes.users_named(shown.changes),
        errors=errors,
        form_error=errors.get(FORM, []),
        values=values,
        picked=request.args.get("day", ""),
        found=found,
        years=(FIRST_YEAR, LAST_YEAR),
    )


def _unit() -> str:
    return request.values.get("unit", "")


def _year() -> int:
    text = request.values.get("year", "")
    return int(text) if text.isascii() and text.isdigit() else case_file.company_day(clock.now()).year


def _units(code: str) -> list[int] | None:
    """Row numbers of a unit and those below it; None for the whole company."""
    tree = unit_tree()
    return [tree.by_code[one].id for one in tree.below(code)] if code else None


def _day(name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(request.form.get(name, ""))
    except ValueError as error:
        raise Invalid("desk.form_wrong", fields={name: [("desk.no_day", {})]}) from error


def _back(said: str, year: int | None = None) -> ResponseReturnValue:
    flash(said, "ok")
    return redirect(url_for("desk.calendar", unit=_unit() or None, year=year or _year()), 303)
