"""What one does on a case page: write remarks, add, look at and remove files, start a step."""

from io import BytesIO

from flask import Response, flash, jsonify, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from app import engine
from app.desk import cases as case_file
from app.desk.pages import case_view
from app.desk.pages.blueprint import cases, complaints
from app.desk.pages.case import view
from app.errors import Conflict, Invalid, NotFound
from app.i18n import text as _
from app.people import signed_in

LONGEST_NAME = 40
SHOWN_IN_PAGE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


@cases.post("/<case_no>/comments")
def comment(case_no: str) -> tuple[str, int]:
    """Write a remark and show the story with it."""
    person, said, written = signed_in(), "", request.form.get("text", "")
    try:
        engine.add_comment(person, engine.Place(case_id=case_file.by_number(case_no).id), written)
        written = ""
    except Invalid as error:
        said = " ".join(each for one in complaints(error).values() for each in one)
    show = request.form.get("show", "")
    page = case_view.case_page(person, case_no, show)
    return render_template("desk/_story.html", **view(page, show, written=written, error=said)), 422 if said else 200


@cases.get("/<case_no>/mentionable")
def mentionable(case_no: str) -> Response:
    """Offer colleagues who may see the case, for naming them in a remark."""
    place = engine.Place(case_id=case_file.by_number(case_no).id)
    found = engine.mentionable(signed_in(), place, request.args.get("q", "")[:LONGEST_NAME])
    return jsonify([{"username": one.username, "name": one.name} for one in found])


@cases.post("/<case_no>/watch")
def watch(case_no: str) -> AnyResponse:
    """Watch the case, or stop."""
    on = request.form.get("on") == "1"
    engine.watch_case(signed_in(), case_file.by_number(case_no).id, on=on)
    flash(_("You watch this case now: it stands in your inbox under “Watched”.") if on else _("No longer watched"))
    return redirect(url_for("cases.case", case_no=case_no), 303)


@cases.post("/<case_no>/files")
def add_files(case_no: str) -> tuple[str, int]:
    """Attach files or photos and show the list with them; of several, the good ones are kept."""
    person, said = signed_in(), []
    place = engine.Place(case_id=case_file.by_number(case_no).id)
    for file in request.files.getlist("file"):
        if not file.filename:
            continue
        try:
            engine.attach(person, place, file.filename, file.read())
        except Invalid as error:
            said += [each for one in complaints(error).values() for each in one]
    page = case_view.case_page(person, case_no)
    return render_template("desk/_files.html", **view(page, file_errors=said)), 422 if said else 200


@cases.post("/<case_no>/files/<int:key>/remove")
def remove_file(case_no: str, key: int) -> AnyResponse:
    """Take a file off the case; its content stays for the record."""
    engine.remove_attachment(signed_in(), key, request.form.get("reason", ""))
    flash(_("File removed"), "ok")
    return redirect(url_for("cases.case", case_no=case_no) + "#files", 303)


@cases.post("/<case_no>/steps/<int:key>")
def start_step(case_no: str, key: int) -> AnyResponse:
    """Start a step of an ad-hoc sub-process."""
    try:
        engine.start_steps(signed_in(), key, [(request.form.get("step", ""), {})])
    except (Conflict, Invalid, NotFound) as error:
        flash(" ".join(each for one in complaints(error).values() for each in one), "bad")
    else:
        flash(_("Step started"), "ok")
    return redirect(url_for("cases.case", case_no=case_no), 303)


@cases.get("/files/<int:key>")
def file(key: int) -> Response:
    """Return an attached file: pictures to be looked at, everything else to be kept."""
    found = engine.get_attachment(signed_in(), key)
    return send_file(
        BytesIO(engine.read_attachment(found)),
        mimetype=found.media_type,
        download_name=found.name,
        as_attachment=found.media_type not in SHOWN_IN_PAGE,
        etag=found.sha256,
    )
