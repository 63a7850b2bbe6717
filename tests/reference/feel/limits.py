"""What an expression may take."""

from app.feel import lexer, parser
from app.feel.environment import DEFAULT
from app.feel.json_values import MAX_JSON_CELLS, MAX_JSON_DEPTH
from app.feel.pattern import syntax as pattern
from app.feel.scope import MAX_WARNINGS
from tests.reference.dmn.examples import markdown


def section() -> str:
    """The table of limits."""
    rows = [
        ["characters of an expression", f"{lexer.MAX_SOURCE:,}"],
        ["levels of nesting", str(parser.MAX_DEPTH)],
        ["steps of rounds, filters and calls in one evaluation", f"{DEFAULT.max_steps:,}"],
        ["elements and characters of new lists and texts in one evaluation", f"{DEFAULT.max_size:,}"],
        ["elements of a result that becomes a variable", f"{MAX_JSON_CELLS:,}"],
        ["levels of a result that becomes a variable", str(MAX_JSON_DEPTH)],
        ["characters of a regular expression", f"{pattern.MAX_LENGTH:,}"],
        ["repetitions in a regular expression, `{…}`", f"{pattern.MAX_REPEAT:,}"],
        ["levels of brackets in a regular expression", str(pattern.MAX_DEPTH)],
        ["warnings kept of one evaluation", str(MAX_WARNINGS)],
    ]
    return (
        "## Limits\n\n"
        "A budget bounds each evaluation, so that no expression can hold up the server; a plain condition pays nothing for it.\n\n"
        + markdown(("of", "at most"), rows)
    )
