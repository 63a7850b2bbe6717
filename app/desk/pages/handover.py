"""Handing a case over, escalating it, answering who asks, and the sheet of its responsibility chain."""

import typing as t

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock, i18n
from app.db import db
from app.desk import handover, queries
from app.desk.pages import case_view
from app.desk.pages.blueprint import Complaints, cases, complaints
from app.desk.pages.papers import in_language_asked
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.i18n import text as _
from app.people import signed_in
from app.people.models import Membership, Unit, User
from app.people.units import unit_tree

SUGGESTED = 100


@cases.get("/<case_no>/move")
def move(case_no: str) -> ResponseReturnValue:
    """Offer both moves side by side, to whoever may make them."""
    return _page(case_no, {})


@cases.post("/<case_no>/handover")
def hand_over(case_no: str) -> ResponseReturnValue:
    """Ask a colleague to answer for the case from now on."""
    form = request.form
    try:
        handover.hand_over(signed_in(), case_no, form.get("to", ""), form.get("reason", ""))
    except (Invalid, Conflict) as error:
        return _page(case_no, complaints(error)), error.status
    return _back(case_no, _("Asked; until it is accepted the responsibility stays where it is"))


@cases.post("/<case_no>/handover/answer")
def answer_handover(case_no: str) -> ResponseReturnValue:
    """Accept or decline what a colleague wants to hand over."""
    accept = request.form.get("accept") == "1"
    try:
        kept = handover.answer(signed_in(), case_no, accept=accept, reason=request.form.get("reason", ""))
    except (Invalid, Conflict) as error:
        return _refused(case_no, error)
    if kept:
        flash(
            _("These steps stay with who had them, because you may not do them: %(steps)s", steps=", ".join(kept)), ""
        )
    return _back(case_no, _("You answer for this case now") if accept else _("Declined; the colleague was told"))


@cases.post("/<case_no>/handover/withdraw")
def withdraw_handover(case_no: str) -> ResponseReturnValue:
    """Take the question back."""
    try:
        handover.withdraw(signed_in(), case_no)
    except Conflict as error:
        return _refused(case_no, error)
    return _back(case_no, _("Taken back; the responsibility stays where it was"))


@cases.post("/<case_no>/escalate")
def escalate(case_no: str) -> ResponseReturnValue:
    """Ask the level above for help; the first responder stays."""
    form = request.form
    try:
        handover.escalate(signed_in(), case_no, form.get("why", ""), form.get("note", ""))
    except (Invalid, Conflict) as error:
        return _page(case_no, complaints(error)), error.status
    return _back(case_no, _("Escalated; you go on answering to the customer"))


@cases.get("/<case_no>/responsibility")
def responsibility_sheet(case_no: str) -> str:
    """Show who answers to whom for a case, on one sheet to print (F03)."""
    with in_language_asked():
        page = case_view.case_page(signed_in(), case_no)
        return render_template(
            "desk/responsibility.html",
            page=page,
            story=page.story,
            case_file=page.story.case,
            links=page.story.links,
            role_names=page.role_names,
            printed_at=clock.now(),
        )


def _page(case_no: str, errors: Complaints) -> str:
    person = signed_in()
    story = queries.story(person, case_no)
    case = story.case
    if not handover.may_move(person, case):
        if case.closed_at is not None:
            raise Conflict("desk.case_closed", case=case.case_no)
        who = i18n.localised(story.names.get(case.accountable_user_id or case.first_responder_id or 0), _("nobody"))
        raise Forbidden("desk.not_responsible", who=who)
    return render_template(
        "desk/move.html",
        case_file=case,
        offer=handover.pending(story.links),
        escalated=handover.is_escalated(story.instances),
        names=story.names,
        colleagues=_colleagues(case.unit_id),
        reasons=[("", _("choose")), *((one, i18n.text(f"desk.escalation_reason.{one}")) for one in handover.REASONS)],
        values=request.form,
        errors=errors,
    )


def _colleagues(unit_id: int | None) -> list[tuple[str, str]]:
    """People who have a role at the unit of the case, above or below it; anybody else is named by account."""
    tree = unit_tree()
    node = tree.by_id.get(unit_id) if unit_id is not None else None
    near = (*node.above, *tree.below(node.code)) if node else tree.codes()
    query = (
        sa.select(User.username, User.names)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(User.active, User.staff, sa.or_(Unit.code.in_(near), Membership.unit_id.is_(None)))
        .order_by(User.username)
        .limit(SUGGESTED * 3)
    )
    found = {row.username: i18n.localised(row.names, row.username) for row in db.session.execute(query)}
    return list(found.items())[:SUGGESTED]


def _refused(case_no: str, error: Invalid | Conflict | NotFound) -> ResponseReturnValue:
    flash(" ".join(each for one in complaints(error).values() for each in one), "bad")
    return redirect(url_for("cases.case", case_no=case_no), 303)


def _back(case_no: str, said: t.Any) -> ResponseReturnValue:
    flash(said, "ok")
    return redirect(url_for("cases.case", case_no=case_no), 303)
