"""The page of one case, and what it loads by itself: diagrams and the places of the tokens."""

import typing as t

import sqlalchemy as sa
from flask import Response, abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from app import clock, engine, i18n
from app.db import db
from app.desk import cases as case_file
from app.desk import links, requests, words
from app.desk.pages import case_view, customer_links
from app.desk.pages.blueprint import cases
from app.engine.models import ProcessDefinition, ProcessInstance, UserTask
from app.engine.queries import detail
from app.people import signed_in
from app.web.polling import unless_unchanged


@cases.get("/<case_no>")
def case(case_no: str) -> ResponseReturnValue:
    """Show everything about a case. The number of a merged case leads to the one it became part of."""
    show = request.args.get("show", "")
    page = case_view.case_page(signed_in(), case_no, show)
    if page.story.case.case_no != case_no:
        return redirect(url_for("cases.case", case_no=page.story.case.case_no), 303)
    if request.headers.get("HX-Request"):
        return render_template("desk/_story.html", **view(page, show))
    return render_template("desk/case.html", **view(page, show))


@cases.get("/<case_no>/now")
def now(case_no: str) -> Response:
    """Show where the case is now; nothing is read when nothing has moved."""
    person = signed_in()
    found = case_file.by_number(case_no)
    tasks = sa.select(UserTask.key, UserTask.assignee, UserTask.due_at, UserTask.follow_up_at)
    moved = sa.select(sa.func.sum(ProcessInstance.version)).where(ProcessInstance.case_id == found.id)
    state = [
        person.id,
        found.status,
        db.session.execute(moved).scalar(),
        *map(tuple, db.session.execute(tasks.where(UserTask.case_id == found.id, UserTask.state == "created"))),
        clock.now().replace(second=0, microsecond=0),
    ]
    return unless_unchanged(
        state, lambda: render_template("desk/_now.html", **view(case_view.case_page(person, case_no)))
    )


def view(page: case_view.CasePage, show: str = "", **more: t.Any) -> dict[str, t.Any]:
    """Return what the templates of a case need."""
    story = page.story
    return {
        "page": page,
        "story": story,
        "case_file": story.case,
        "localised": i18n.localised,
        "watched": engine.watches(signed_in(), story.case.id),
        "show": show,
        "lines_of": case_view.lines_of,
        "words": words,
        "word": words.word,
        "repeated": requests.REPEATED,
        "customer_links": customer_links.shown_links(story.case.id),
        "by_link": links.HOLDER,
        "link_purposes": customer_links.PURPOSES,
        **more,
    }


@cases.get("/instances/<int:key>/diagram")
def diagram(key: int) -> Response:
    """Return the diagram of an instance, in the version it follows."""
    instance = detail.get_instance(signed_in(), key)
    definition = db.session.get(ProcessDefinition, instance.process_definition_key)
    if definition is None:
        abort(404)
    return Response(detail.process_xml(definition), mimetype="application/xml")


@cases.get("/instances/<int:key>/where")
def where(key: int) -> Response:
    """Return where an instance is, as the diagram viewer draws it."""
    state = detail.diagram_state(signed_in(), key)
    marks = dict.fromkeys((*state.done, *state.flows), "is-done")
    marks |= dict.fromkeys(state.here, "is-here") | dict.fromkeys(state.stuck, "is-stuck")
    return jsonify(marks=marks)
