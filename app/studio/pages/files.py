"""Files from outside, kept as drafts or published at once, and the whole library to take away."""

import typing as t
from collections.abc import Mapping, Sequence

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.engine import File
from app.errors import Invalid
from app.i18n import text
from app.people import signed_in
from app.studio import drafts, library, publishing, rights, saving
from app.studio.kinds import KINDS
from app.studio.pages.blueprint import blueprint

KEEP = "keep"
PUBLISHED = tuple(shape.suffix for shape in KINDS.values())


@blueprint.get("/upload")
def upload() -> str:
    """Ask for files."""
    rights.require_writer(signed_in())
    return _page({}, [], {"act": KEEP})


@blueprint.get("/library.zip")
def download_library() -> Response:
    """Give the whole published library away."""
    response = make_response(library.archive(signed_in()))
    response.mimetype = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="firstline-{clock.now():%Y%m%d}.zip"'
    return response


@blueprint.post("/upload")
def receive() -> ResponseReturnValue:
    """Keep the files as drafts, or publish them together; show what is missing."""
    person, form = signed_in(), request.form
    rights.require_writer(person)
    given = [File(one.filename or "", one.read()) for one in request.files.getlist("file") if one.filename]
    try:
        if form.get("act") == KEEP:
            return _kept(drafts.keep(person, drafts.unpacked(given), area=form.get("area", "")))
        files = drafts.unpacked(given, PUBLISHED)
        given_words = {name: form.get(name, "") for name in ("note", "area", "overrule")}
        result = saving.upload(person, files, **given_words)
    except Invalid as refused:
        return _refused(refused), 422
    changed = [one for one in result.definitions if one.changed]
    return render_template("studio/uploaded.html", definitions=result.definitions, changed=len(changed))


def _kept(imported: list[drafts.Imported]) -> ResponseReturnValue:
    """One file is shown with what it needs; of several, how much each needs."""
    if len(imported) == 1 and imported[0].key is not None:
        return redirect(url_for("studio.draft", key=imported[0].key), 303)
    kept = [one for one in imported if one.key is not None]
    return render_template("studio/imported.html", imported=imported, kept=len(kept)), 200 if kept else 422


def _refused(refused: Invalid) -> str:
    errors: dict[str, list[t.Any]] = {
        key: [text(code, **params) for code, params in each] for key, each in refused.fields.items()
    }
    if not errors and not refused.findings:
        errors["file"] = [text(refused.code, **refused.params)]
    return _page(errors, refused.findings, request.form)


def _page(errors: Mapping[str, list[t.Any]], findings: Sequence[t.Any], values: Mapping[str, str]) -> str:
    must_ask = publishing.must_ask(signed_in())
    return render_template("studio/upload.html", errors=errors, findings=findings, values=values, must_ask=must_ask)
