"""Taking a request: one box finds device and customer, one form says what is wrong, one press starts the process."""

import secrets
import typing as t
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import engine
from app.db import db
from app.desk import devices, lookup, queries, requests, words
from app.desk.models import Case
from app.desk.pages.blueprint import FORM, Complaints, complaints, desk, has_view
from app.desk.pages.known import Known, known
from app.engine import access as rights
from app.engine.models import UserTask
from app.errors import Conflict, FirstlineError, Invalid
from app.i18n import text as _
from app.people import signed_in
from app.people.person import Person

LOOKS = 24
"""How often the page asks whether the first step is there before it shows the case instead."""
MIN_QUERY = 2


@desk.get("")
def index() -> str:
    """Show the box, and what is known for the text or the choice in the address."""
    return _page(request.args.to_dict(), {}, {})


@desk.get("/found")
def found() -> str:
    """Show what was found, in the page that is already there."""
    return render_template("desk/_found.html", **_view(request.args.to_dict(), {}, {}))


@desk.post("/requests")
def take() -> ResponseReturnValue:
    """Take the request and go to its first step. What was typed stays when something is wrong with it."""
    values = request.form.to_dict()
    files = [requests.File(each.filename, each.read()) for each in request.files.getlist("file") if each.filename]
    try:
        taken = requests.take_request(signed_in(), values, files)
    except (Invalid, Conflict) as error:
        said = _beside_fields(error)
        asked = {
            "q": values.get("q", ""),
            "asset": values.get("asset_id", ""),
            "customer": values.get("customer_id", ""),
        }
        return _page(asked, values, said), error.status
    return redirect(url_for("desk.first_step", case_no=taken.case_no), 303)


@desk.post("/requests/add")
def add() -> ResponseReturnValue:
    """Write a repeated report into the open case of the device."""
    number, text = request.form.get("case_no", ""), request.form.get("fault_description", "")
    try:
        case = requests.add_to_case(signed_in(), number, text)
    except Invalid as error:
        flash(" ".join(each for said in complaints(error).values() for each in said), "bad")
        return redirect(url_for("desk.index", q=request.form.get("q"), asset=request.form.get("asset_id")), 303)
    flash(_("Added to %(case_no)s", case_no=case.case_no), "ok")
    if queries.may_see_case(signed_in(), case):
        return redirect(url_for("cases.case", case_no=case.case_no), 303)
    return redirect(url_for("desk.index"), 303)


@desk.get("/requests/<case_no>/first")
def first_step(case_no: str) -> ResponseReturnValue:
    """Go to the first step, claimed when it is this person's; wait for it while the engine is on its way there."""
    person = signed_in()
    story_case = queries.search(person, case_no, limit=1)
    target = _first_target(person, story_case[0].id) if story_case else None
    looks = request.args.get("look", 0, type=int)
    if target is None and looks >= LOOKS:
        target = url_for("cases.case", case_no=case_no)
    if request.headers.get("HX-Request"):
        if target is not None:
            return "", 200, {"HX-Redirect": target}
        return render_template("desk/_starting.html", case_no=case_no, look=looks + 1)
    if target is not None:
        return redirect(target, 303)
    return render_template("desk/starting.html", case_no=case_no, look=looks + 1)


def _first_target(person: Person, case_id: int) -> str | None:
    """The inbox with a first step that is this person's, else the case; None while no step is there."""
    case = db.session.get(Case, case_id)
    query = db.select(UserTask).where(UserTask.case_id == case_id, UserTask.state == "created").order_by(UserTask.key)
    tasks = db.session.scalars(query).all()
    if case is None or not tasks:
        return url_for("cases.case", case_no=case.case_no) if case is not None and case.closed_at else None
    for task in tasks:
        if rights.entitled(person, task) and task.assignee in {None, person.username} and has_view("inbox.index"):
            if task.assignee is None:
                try:
                    engine.claim_task(person, task.key)
                except FirstlineError:
                    continue  # somebody else took it in this very moment, or duties keep them apart
            return url_for("inbox.index", view="mine", task=task.key)
    return url_for("cases.case", case_no=case.case_no)


def _page(asked: Mapping[str, str], values: Mapping[str, str], said: Complaints) -> str:
    return render_template("desk/request.html", **_view(asked, values, said))


def _view(asked: Mapping[str, str], values: Mapping[str, str], said: Complaints) -> dict[str, t.Any]:
    person = signed_in()
    text = asked.get("q", "").strip()
    chosen = known(person, asked)
    matches = lookup.find(person, text) if text and chosen is None else None
    if matches is not None and len(matches.assets) == 1 and not matches.customers:
        chosen = known(person, {"asset": str(matches.assets[0].id)})
    return {
        "q": text,
        "matches": matches,
        "chosen": chosen,
        "values": values or _first_values(chosen, text),
        "errors": said,
        "form_error": said.get(FORM, []),
        "token": values.get("token") or secrets.token_urlsafe(16),
        "words": words,
        "word": words.word,
        "products": devices.products() if chosen is not None and chosen.new_device else [],
    }


def _first_values(chosen: Known | None, text: str) -> dict[str, str]:
    """Fill the form with what is known, so that nothing is typed twice."""
    if chosen is None:
        return {}
    counter = chosen.recommended == requests.OUTLET_REPAIR
    values = {"process": chosen.recommended, "channel": "counter" if counter else "phone", "request_class": "fault"}
    phone = lookup.phone_form(text)
    calling = next((one for one in chosen.contacts if phone and one.phone == phone), None)
    first = calling or next(iter(chosen.contacts), None)
    values["contact_id"] = str(first.id) if first else requests.NEW
    if devices.looks_like_serial(text) and not text.startswith(("+", "0")) and not _is_phone(phone, text):
        values["device_serial_no"] = lookup.serial_form(text)
    elif _is_phone(phone, text):
        values["customer_phone"] = phone
    else:
        values["customer_name"] = text
    return values


def _is_phone(phone: str, text: str) -> bool:
    return phone.startswith(("0", "1")) and 7 <= len(phone) <= 12 and not any(one.isalpha() for one in text)


def _beside_fields(error: Invalid | Conflict) -> Complaints:
    said = complaints(error)
    if isinstance(error, Conflict) and error.code == "desk.serial_taken":
        return {"device_serial_no": said[FORM]}
    return said
