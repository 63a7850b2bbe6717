"""Forms for tests, written as short as possible."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

from app.feel import Environment
from app.forms import Form, FormInvalid, SubmissionInvalid, parse_form

NOW = dt.datetime(2026, 3, 11, 4, 0, tzinfo=dt.UTC)
ENVIRONMENT = Environment(now=lambda: NOW, zone=ZoneInfo("Asia/Shanghai"))


def component(kind, key=None, **properties):
    named = {"key": key} if key else {}
    return {"type": kind, **named, **properties}


def source(*components, **properties):
    document = {"id": "repair", "schemaVersion": 19, "components": list(components), **properties}
    for number, entry in enumerate(components):
        entry.setdefault("id", f"f{number}")
    return json.dumps(document, ensure_ascii=False)


def form(*components) -> Form:
    return parse_form(source(*components))


def clean(built: Form, data, **context):
    return built.clean(data, context, ENVIRONMENT)


def errors(built: Form, data, **context):
    """Return path → codes."""
    try:
        clean(built, data, **context)
    except SubmissionInvalid as refused:
        return {path: [code for code, _ in messages] for path, messages in refused.errors.items()}
    return {}


def message(built: Form, data, path, **context):
    """Return the first message at a path."""
    try:
        clean(built, data, **context)
    except SubmissionInvalid as refused:
        return refused.errors[path][0]
    raise AssertionError("The submission was accepted.")


def findings(*components, **properties):
    """Return (code, element id) of the findings that refuse a form."""
    try:
        parse_form(source(*components, **properties))
    except FormInvalid as refused:
        return [(entry.code, entry.element_id) for entry in refused.findings if entry.severity == "error"]
    return []
