"""What expressions may call and name, for completion in the editors and to look up, and trying one out."""

import json
import typing as t

from app.db import db
from app.engine import catalogue, evaluate_expression, reference
from app.errors import Invalid
from app.feel import FeelWarning, excerpt_between
from app.feel.reference import GROUPS
from app.i18n import in_language, text
from app.people import Person
from app.studio import rights, versions

LONGEST = 10_000


def functions(person: Person, language: str) -> dict[str, t.Any]:
    """Return the groups in their order and every function, with its words in a language."""
    rights.require_reader(person)
    with in_language(language):
        return {
            "groups": [{"id": group, "name": text(f"feel.group.{group}")} for group in GROUPS],
            "functions": [_function(one) for one in reference.functions()],
        }


def count() -> int:
    """How many functions there are."""
    return reference.count()


def _function(function: reference.Function) -> dict[str, t.Any]:
    about = function.about
    return {
        "name": about.name,
        "group": about.group,
        "text": text(about.sentence),
        "signatures": [
            {
                "text": one.text,
                "params": [{"name": name, "type": type_} for name, type_ in one.parameters],
                "returns": one.returns,
            }
            for one in about.signatures
        ],
        "examples": [{"feel": source, "gives": result} for source, result in function.examples if result is not None],
    }


def variables(person: Person) -> dict[str, t.Any]:
    """Return what an expression of a process may name beside what its diagram says: contexts, and each form's keys."""
    forms = versions.all_newest(person, "form")
    return {
        "contexts": reference.contexts(),
        "forms": {one.id: catalogue.form_model(db.session, one.sha256).keys() for one in forms},
    }


def try_out(person: Person, expression: str, values: str) -> dict[str, t.Any]:
    """Evaluate an expression on variables written as a JSON object, and return the value as JSON text. Changes nothing.

    Raises Invalid with what is wrong at `expression` or `variables`.
    """
    rights.require_reader(person)
    if not expression.strip():
        raise _refused("expression", "studio.no_expression")
    if len(expression) > LONGEST or len(values) > LONGEST:
        raise _refused("expression", "studio.trial_too_long", limit=LONGEST)
    given = _variables(values)
    try:
        result = evaluate_expression(person, expression.strip(), given)
    except Invalid as invalid:
        raise _refused("expression", invalid.code, **invalid.params) from invalid
    # As text, because a browser would round the digits of a large number.
    shown = json.dumps(result.value, ensure_ascii=False, indent=2)
    return {"value": shown, "warnings": [_warning(one) for one in result.warnings]}


def _warning(warning: FeelWarning) -> dict[str, t.Any]:
    """Why something became null, and the text around it with what became null in the middle."""
    start = warning.position.offset if warning.position else 0
    marked = excerpt_between(warning.expression, start, warning.end) if warning.position else []
    return {"text": text(warning.code, **warning.params), "excerpt": marked}


def _variables(values: str) -> dict[str, t.Any]:
    if not values.strip():
        return {}
    try:
        found = json.loads(values)
    except json.JSONDecodeError as error:
        raise _refused("variables", "studio.variables_no_json", line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise _refused("variables", "studio.variables_no_object") from error
    if not isinstance(found, dict):
        raise _refused("variables", "studio.variables_no_object")
    return found


def _refused(field: str, code: str, **params: t.Any) -> Invalid:
    return Invalid(code, fields={field: [(code, params)]}, **params)
