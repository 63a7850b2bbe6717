"""The right pane: a task, an answer to record, or where the case stands after a step."""

import typing as t

from flask import Response, abort, jsonify, render_template, request

from app import i18n
from app.db import db
from app.desk.pages.case_view import by_day
from app.engine.models import ProcessDefinition, UserTask
from app.engine.queries import detail
from app.errors import NotFound
from app.inbox.after import after
from app.inbox.answer import answer_pane
from app.inbox.pages.blueprint import blueprint, selection
from app.inbox.task import TaskPane, task_pane
from app.people import notifications, signed_in
from app.people.identity import note_read
from app.people.person import Person


def open_pane(person: Person) -> dict[str, t.Any]:
    """Return what the address asks the right pane to show; nothing when it names what is not there any more."""
    task, answer, done = (request.args.get(name, type=int) for name in ("task", "answer", "done"))
    try:
        if task:
            return {"pane": _looked_at(person, task), "by_day": by_day}
        if answer:
            return {"answer": answer_pane(person, answer)}
        if done:
            return {"moved": after(person, done, _finished(person))}
    except NotFound as gone:
        return {"gone": i18n.text(gone.code, **gone.params)}
    return {}


def _looked_at(person: Person, key: int) -> TaskPane:
    """Compose the pane of a task; what leads to it has been read then."""
    pane = task_pane(person, key)
    note_read(notifications.read_task(person, key))
    return pane


def _finished(person: Person) -> UserTask | None:
    """Return the task that the address says was finished."""
    key = request.args.get("by", type=int)
    return detail.get_task(person, key) if key else None


@blueprint.get("/tasks/<int:key>")
def task(key: int) -> str:
    """Show a task in the pane of the page that is already there."""
    pane = _looked_at(signed_in(), key)
    return render_template("inbox/_task.html", pane=pane, by_day=by_day, selection=selection())


@blueprint.get("/tasks/<int:key>/checked")
def checked(key: int) -> str | tuple[str, int]:
    """Show a task again as soon as its listeners have been heard; what people are reading stays as it is until then."""
    found = detail.get_task(signed_in(), key)
    return ("", 204) if found.state == "created" and found.pending is not None else task(key)


@blueprint.get("/answers/<int:key>")
def answer(key: int) -> str:
    """Show the form in which an answer from outside is recorded."""
    return render_template("inbox/_answer.html", answer=answer_pane(signed_in(), key), selection=selection())


@blueprint.get("/after/<int:instance_key>")
def after_step(instance_key: int) -> str:
    """Show whose turn it is now; asked again as long as the engine is still working."""
    person = signed_in()
    moved = after(person, instance_key, _finished(person))
    return render_template("inbox/_after.html", moved=moved, selection=selection())


@blueprint.get("/tasks/<int:key>/drawing")
def drawing(key: int) -> str:
    """Show the diagram with the place of the case."""
    person = signed_in()
    pane = task_pane(person, key)
    return render_template("inbox/_drawing.html", pane=pane, marks=marks_of(person, pane.task.instance_key)["marks"])


@blueprint.get("/tasks/<int:key>/diagram")
def diagram(key: int) -> Response:
    """Return the diagram of a task's process, in the version this case follows."""
    found = detail.get_task(signed_in(), key)
    definition = db.session.get(ProcessDefinition, found.process_definition_key)
    if definition is None:
        abort(404)
    return Response(detail.process_xml(definition), mimetype="application/xml")


@blueprint.get("/tasks/<int:key>/where")
def where(key: int) -> Response:
    """Return where the tokens of a task's process are, as the diagram viewer draws them."""
    found = detail.get_task(signed_in(), key)
    return jsonify(marks_of(signed_in(), found.instance_key))


def marks_of(person: Person, instance_key: int) -> dict[str, t.Any]:
    """Return the marks of a diagram; an element where the case is and was before shows as “here”."""
    state = detail.diagram_state(person, instance_key)
    marks = dict.fromkeys((*state.done, *state.flows), "is-done")
    marks |= dict.fromkeys(state.here, "is-here") | dict.fromkeys(state.stuck, "is-stuck")
    return {"marks": marks}
