"""Whatever is sent, the answer is a stored value or a message; whatever is deployed, a form or findings."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from app.forms import FormInvalid, SubmissionInvalid, parse_form
from app.forms.vocabulary import KINDS
from tests.forms.building import ENVIRONMENT, component, form

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([10**4000, "2026-01-01", "a1", "=1 +"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip

_HIDE = {"conditional": {"hide": '=text = "x" or number > 3 or flag'}}
_FIELDS = {
    "text": component("textfield", "text", validate={"pattern": "^a+$", "minLength": "=number", "validationType": "phone"}),
    "mail": component("textfield", "mail", validate={"validationType": "email", "required": True}, **_HIDE),
    "long": component("textarea", "long", readonly="=flag"),
    "number": component("number", "number", decimalDigits=2, increment=0.05, validate={"min": "=text", "max": 10}),
    "exact": component("number", "exact", serializeToString=True, increment="0.1", validate={"max": "=number"}),
    "flag": component("checkbox", "flag", validate={"required": True}),
    "pick": component("select", "pick", valuesExpression="=append(rows, number)"),
    "offered": component("radio", "offered", valuesKey="offered_values"),
    "tags": component("taglist", "tags", values=[{"label": "x", "value": "x"}, {"label": "y", "value": {"a": [1]}}]),
    "date": component("datetime", "date", subtype="date", disallowPassedDates=True),
    "time": component("datetime", "time", subtype="time"),
    "moment": component("datetime", "moment", subtype="datetime", timeSerializingFormat="utc_offset", disallowPassedDates=True),
    "files": component("filepicker", "files"),
    "sum": component("expression", "sum", expression="=sum(rows.n) + number"),
    "rows": component(
        "dynamiclist",
        path="rows",
        components=[
            component("number", "n", id="n", **_HIDE),
            component("expression", "m", id="m", expression="=this.n * i[1]"),
            component("group", id="g", path="deep", components=[component("textfield", "t", id="t", validate={"required": "=parent.flag"})]),
        ],
    ),
}  # fmt: skip
FORM = form(*_FIELDS.values())
KEYS = st.sampled_from([*_FIELDS, "rows", "n", "deep", "offered_values"])
SUBMISSIONS = (
    st.dictionaries(KEYS, JSON | st.lists(st.dictionaries(st.sampled_from(["n", "deep", "m"]), JSON)), max_size=12)
    | JSON
)


def answer(built, data, context):
    try:
        return built.clean(data, context, ENVIRONMENT), {}
    except SubmissionInvalid as refused:
        return None, refused.errors


def read(text):
    try:
        built = parse_form(text)
    except FormInvalid as refused:
        return None, refused.findings
    return built, built.findings


@settings(max_examples=400, deadline=None)
@given(SUBMISSIONS, st.dictionaries(KEYS, JSON, max_size=5))
def test_a_submission_is_stored_or_answered_field_by_field(data, context):
    stored, errors = answer(FORM, data, context)
    assert bool(errors) == (stored is None)
    assert all(code.startswith(("forms.", "feel.")) for messages in errors.values() for code, _ in messages)
    assert set(stored or ()) <= set(_FIELDS)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, JSON, max_size=5))
def test_opening_a_form_never_fails(context):
    FORM.initial(context, ENVIRONMENT)


_PROPERTIES = st.sampled_from(
    ["key", "path", "label", "text", "values", "valuesKey", "valuesExpression", "validate", "conditional", "properties", "components",
     "readonly", "decimalDigits", "increment", "subtype", "expression", "decision", "inputs", "overrule", "reason", "source", "id", "columns",
     "appearance", "defaultRepetitions"]
)  # fmt: skip
_COMPONENT = st.builds(
    lambda kind, rest: {**rest, "type": kind},
    st.sampled_from(sorted(KINDS)),
    st.dictionaries(_PROPERTIES, JSON, max_size=6),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_COMPONENT, max_size=4) | JSON, JSON)
def test_a_document_is_a_form_or_has_findings(components, data):
    text = json.dumps({"id": "f", "components": components}).replace("NaN", "0").replace("Infinity", "1")
    built, findings = read(text)
    assert (built is None) == any(finding.severity == "error" for finding in findings)
    if built is not None:
        built.localised("en")
        built.initial({}, ENVIRONMENT)
        answer(built, data, {})
