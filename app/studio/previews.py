"""A form as whoever fills it in will see it, while it is being drawn. Nothing is stored, and no case is asked."""

import typing as t
from collections.abc import Mapping, Sequence

from app import clock, engine, forms
from app.desk.texts import code_text
from app.engine.expressions import environment
from app.engine.forms import Questions, compute
from app.errors import Invalid, NotFound
from app.forms import Form
from app.people import Person
from app.studio import rights


def shown(person: Person, source: str, language: str) -> dict[str, t.Any]:
    """Return the form in a language with its first values. Raises Invalid for one that cannot be read."""
    form = _read(person, source)
    return {"schema": form.localised(language), "data": form.initial({}, environment(clock.now())), "asked": form.asked}


def computed(person: Person, source: str, questions: Questions) -> list[t.Any]:
    """Answer what the browser cannot compute by itself. Raises NotFound for an expression that is not in the form."""
    return compute(_read(person, source), questions)


def submitted(person: Person, source: str, data: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the variables that a task with this form would store. Raises Invalid with what is wrong, by field."""
    form = _read(person, source)
    try:
        return form.clean(data, {}, environment(clock.now()))
    except forms.SubmissionInvalid as invalid:
        raise Invalid("engine.submission_refused", fields=invalid.errors) from invalid


def verdict(person: Person, source: str, component: str, inputs: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Say what the newest table makes of what has been typed. Raises Invalid when it cannot decide on that."""
    asked = next((one for one in _read(person, source).verdicts() if one.id == component), None)
    if asked is None:
        raise NotFound("engine.no_such_verdict", id=component)
    made = engine.evaluate_decision(person, inputs, decision_id=asked.decision)
    found = made.value if isinstance(made.value, Mapping) else {"": made.value}
    told = [code_text(asked.decision, name, value) for name, value in found.items() if value is not None]
    return {"state": "ok" if told else "warn", "title": ", ".join(told) or "–", "reasons": []}


def _read(person: Person, source: str) -> Form:
    rights.require_writer(person)
    try:
        return forms.parse_form(source)
    except forms.FormInvalid as invalid:
        first: Sequence[forms.Finding] = invalid.findings
        raise Invalid(first[0].code, **dict(first[0].params)) from invalid
