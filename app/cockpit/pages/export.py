"""The list as a file."""

import typing as t

from flask import Response as FlaskResponse
from flask import abort, stream_with_context

from app import clock
from app.cockpit import export
from app.cockpit.pages.blueprint import blueprint, selection
from app.desk.registers.sheets import CSV, MEDIA_TYPES
from app.people import signed_in


@blueprint.get("/instances.<form>")
def instances_file(form: str) -> FlaskResponse:
    """Return all that the list shows, in its order and with its columns."""
    if form not in export.FORMS:
        abort(404)
    person, chosen = signed_in(), selection()
    content: t.Any = export.as_csv(person, chosen) if form == CSV else export.as_xlsx(person, chosen)
    answer = FlaskResponse(stream_with_context(content) if form == CSV else content, mimetype=MEDIA_TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="cases-{clock.now():%Y%m%d-%H%M}.{form}"'
    return answer
