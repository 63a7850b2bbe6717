"""Types and constraints."""

from tests.dmn.files import component, decision, file_of, input_data, item_type, literal
from tests.reference.dmn.examples import ASKED, answer, code, markdown, xml
from tests.reference.dmn.examples import literal as written

CASE = item_type(
    "tRepair",
    components=[
        component("severity", allowed='"minor", "major"'),
        component("received", "date"),
        component("parts", "number", allowed="> 0", collection=True, constraint="count(?) <= 3"),
    ],
)
GOOD = {"severity": "major", "received": "2026-01-05", "parts": [1, 2]}
GIVEN = (
    GOOD,
    {"severity": "minor"},
    {**GOOD, "severity": "awful"},
    {**GOOD, "received": "soon"},
    {**GOOD, "parts": [1, 0]},
    {**GOOD, "parts": [1, 2, 3, 4]},
)
COERCIONS = (
    ("number", [5], "a list of one becomes its element"),
    ("tNumbers", 5, "an element becomes a list of one"),
    ("date and time", "2026-01-05T10:00:00Z", "a text is read where a date, time or duration is declared"),
    ("number", "5", "a text is no number"),
)


INTRODUCTION = """## Types and constraints

`allowedValues` are those of a value or, for a collection, of each element; `typeConstraint` is on the whole. Both hold unary
tests. A type may be built from others in any order, but not from itself. Components that a variable leaves out are null.
"""


def section() -> str:
    """The section."""
    typed = [CASE, input_data("repair", "tRepair"), decision(ASKED, literal("repair.severity"), inputs=["repair"])]
    checked = [[code(written(given)), answer(file_of(*typed), {"repair": given})] for given in GIVEN]
    converted = [
        [code(name), code(written(given)), answer(_converting(name), {"x": given}), said]
        for name, given, said in COERCIONS
    ]
    parts = [
        INTRODUCTION,
        xml(CASE),
        "`repair.severity`, where `repair` is declared to be a `tRepair`:\n",
        markdown(("given", "gives"), checked),
        "Wherever a type is declared, a value is converted as the standard says:\n",
        markdown(("type", "given", "gives", "because"), converted),
    ]
    return "\n".join(parts)


def _converting(name: str) -> bytes:
    many = item_type("tNumbers", "number", collection=True)
    return file_of(many, input_data("x", name), decision(ASKED, literal("x"), inputs=["x"]))
