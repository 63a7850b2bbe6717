"""Functions of expressions: the page, the list for editors, and the trial."""

from flask import Response, jsonify, render_template, request

from app.errors import BadRequest
from app.i18n import LANGUAGES, language
from app.people import signed_in
from app.studio import functions
from app.studio.pages.blueprint import blueprint
from app.studio.pages.library import counts


@blueprint.get("/functions")
def function_reference() -> str:
    """Show what expressions may call."""
    return render_template("studio/functions.html", kind="function", counts=counts(signed_in()))


@blueprint.get("/functions.json")
def function_list() -> Response:
    """Say what expressions may call, to editors; `lang` chooses the language of the words."""
    asked = request.args.get("lang", "")
    answer = jsonify(functions.functions(signed_in(), asked if asked in LANGUAGES else language()))
    answer.add_etag()
    answer.cache_control.private = True
    answer.cache_control.no_cache = True
    answer.make_conditional(request)
    return answer


@blueprint.post("/try")
def try_out() -> Response:
    """Evaluate an expression on given variables."""
    body = request.get_json(silent=True)
    expression, values = (body.get(name) for name in ("expression", "variables")) if isinstance(body, dict) else (0, 0)
    if not isinstance(expression, str) or not isinstance(values, str):
        raise BadRequest("studio.not_understood")
    return jsonify(functions.try_out(signed_in(), expression, values))
