"""The page on FEEL shows every sentence that an author can be told."""

from app.feel import FeelError, compile_expression, to_json
from tests.reference.feel.evaluating import HERE, VARIABLES, catalogue
from tests.reference.feel.sentences import REFUSED, STOPPED, WARNED

# A fault of the host's own code; none of ours has one.
NOT_SHOWN = {"feel.function.failed"}


def said(source: str) -> set[str]:
    """The codes of what is said about an expression."""
    try:
        examined = compile_expression(source).examine(VARIABLES, environment=HERE)
        to_json(examined.value)
    except FeelError as error:
        return {error.code}
    return {warning.code for warning in examined.warnings}


def test_every_warning_and_every_error_is_shown() -> None:
    shown = {code for source in (*WARNED, *REFUSED, *STOPPED) for code in said(source)}
    described = ("feel.builtin.", "feel.group.")
    sentences = {code for code in catalogue() if code.startswith("feel.") and not code.startswith(described)}
    assert sentences - shown == NOT_SHOWN
