"""Remarks and files of a task's case."""

from io import BytesIO

from flask import Response, jsonify, render_template, request, send_file

from app import engine
from app.desk.pages.case_view import by_day
from app.engine.queries import detail
from app.errors import Invalid
from app.i18n import text as _
from app.inbox.pages.blueprint import blueprint, selection, sentence
from app.inbox.task import task_pane
from app.people import signed_in

LONGEST_NAME = 40
SHOWN_IN_PAGE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


@blueprint.post("/tasks/<int:key>/comments")
def comment(key: int) -> str:
    """Write a remark and show the story with it."""
    person, error = signed_in(), ""
    written = request.form.get("text", "")
    try:
        engine.add_comment(person, engine.Place(task_key=key), written)
        written = ""
    except Invalid as invalid:
        error = sentence(invalid)
    pane = task_pane(person, key)
    return render_template(
        "inbox/_story.html", pane=pane, by_day=by_day, selection=selection(), error=error, written=written
    )


@blueprint.get("/tasks/<int:key>/mentionable")
def mentionable(key: int) -> Response:
    """Offer colleagues who may see the case, for naming them in a remark."""
    typed = request.args.get("q", "")[:LONGEST_NAME]
    found = engine.mentionable(signed_in(), engine.Place(task_key=key), typed)
    return jsonify([{"username": one.username, "name": one.name} for one in found])


@blueprint.post("/tasks/<int:key>/watch")
def watch(key: int) -> str:
    """Watch the case of a task, or stop; shows the button in its new state."""
    person, on = signed_in(), request.form.get("on") == "1"
    found = detail.get_task(person, key)
    if found.case_id is None:
        raise Invalid("engine.task_without_case")
    engine.watch_case(person, found.case_id, on=on)
    return render_template("inbox/_watch.html", task=found, watched=on)


@blueprint.post("/tasks/<int:key>/files")
def add_files(key: int) -> str:
    """Attach files or photos and show the list with them."""
    person, errors = signed_in(), []
    for file in request.files.getlist("file"):
        if not file.filename:
            continue
        try:
            engine.attach(person, engine.Place(task_key=key), file.filename, file.read())
        except Invalid as invalid:
            errors.append(sentence(invalid))
    return render_template("inbox/_files.html", pane=task_pane(person, key), selection=selection(), errors=errors)


@blueprint.post("/tasks/<int:key>/files/<int:file>/remove")
def remove_file(key: int, file: int) -> str:
    """Take a file off the case."""
    person = signed_in()
    engine.remove_attachment(person, file, _("Removed in the inbox"))
    return render_template("inbox/_files.html", pane=task_pane(person, key), selection=selection(), errors=[])


@blueprint.get("/files/<int:key>")
def file(key: int) -> Response:
    """Return an attached file: pictures to be looked at, everything else to be kept."""
    found = engine.get_attachment(signed_in(), key)
    response = send_file(
        BytesIO(engine.read_attachment(found)),
        mimetype=found.media_type,
        download_name=found.name,
        as_attachment=found.media_type not in SHOWN_IN_PAGE,
        etag=found.sha256,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
