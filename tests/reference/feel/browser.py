"""Where the browser may show something else until a form is submitted."""

from app.feel.builtins import BUILTINS
from app.forms.browser import FUNCTIONS
from tests.feel.triples import Triple, reasons, triples
from tests.reference.dmn.examples import markdown
from tests.reference.feel.evaluating import code, shown

INTRODUCTION = """## Asked of the server

While somebody fills in a form, the browser evaluates its expressions. One that calls a function [of this system](#of-this-system) or one
of the following is asked of the server instead: {asked}.

## Differences in the browser

On {compared} expressions both evaluators are compared; where they differ, the browser may show something else until the form is submitted.
`now()` and `today()` follow the clock and the zone of the device there.
"""


def section() -> str:
    """What is asked of the server, and what is not and differs."""
    asked = ", ".join(code(name) for name in sorted(BUILTINS.keys() - FUNCTIONS))
    compared = sum(1 for one in triples() if not one.asked)
    parts = (_reason(name, sentence) for name, sentence in reasons().items())
    return "\n".join((INTRODUCTION.format(asked=asked, compared=compared), *parts))


def _reason(name: str, sentence: str) -> str:
    rows = [_row(one) for one in triples() if one.because == name]
    return f"{sentence}\n\n" + markdown(("expression", "given", "server", "browser"), rows)


def _row(one: Triple) -> list[str]:
    given = ", ".join(f"{name} = {code(shown(value))}" for name, value in one.context.items())
    return [code(one.source), given, code(shown(one.answer)), code(shown(one.browser))]
