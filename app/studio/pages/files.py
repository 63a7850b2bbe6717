"""Files from outside."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.engine import File
from app.errors import Invalid
from app.i18n import text
from app.people import signed_in
from app.studio import rights, saving
from app.studio.pages.blueprint import blueprint


@blueprint.get("/upload")
def upload() -> str:
    """Ask for files."""
    rights.require_writer(signed_in())
    return render_template("studio/upload.html", errors={}, findings=[], values={})


@blueprint.post("/upload")
def receive() -> ResponseReturnValue:
    """Publish the files, or show why not."""
    files = [File(one.filename or "", one.read()) for one in request.files.getlist("file") if one.filename]
    note, area = request.form.get("note", ""), request.form.get("area", "")
    try:
        result = saving.upload(signed_in(), files, note=note, area=area)
    except Invalid as refused:
        errors = {key: [text(code, **params) for code, params in each] for key, each in refused.fields.items()}
        page = render_template("studio/upload.html", errors=errors, findings=refused.findings, values=request.form)
        return page, 422
    changed = [one for one in result.listed if one.changed]
    return render_template("studio/uploaded.html", definitions=result.listed, changed=len(changed))
