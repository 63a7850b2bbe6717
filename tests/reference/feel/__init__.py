"""The page on FEEL: every expression on it is evaluated while the page is written."""

from tests.reference.feel import browser, functions, language, limits, sentences

INTRODUCTION = """# FEEL

<!-- Written by `python -m tests.reference` from expressions that it evaluates; do not edit. -->

FEEL is the one language of every expression: conditions, timers, mappings and scripts of diagrams, cells of decision tables, conditions
and computed fields of forms. In diagrams and forms an expression begins with `=`, which is left out here. What this page says an
expression gives was computed when the page was written, on the evening of 31 March 2026 in Shanghai, with these variables:

{variables}

The same functions, with the words of the page's language, stand in the studio under *Functions*, where an expression can be tried, and
the editors complete them. How many cases of the standard's compatibility kit pass is measured by
[`make conformance`](../background/conformance.md).
"""


def page() -> str:
    """The whole page."""
    variables = language.shown_variables()
    sections = (language.section(), functions.section(), sentences.section(), limits.section(), browser.section())
    more = ", ".join(f"`{name}`" for name in functions.beyond_camunda())
    return "\n".join((INTRODUCTION.format(variables=variables), *sections, DIFFERENCES.format(more=more)))


DIFFERENCES = """## Differences from Camunda 8

Every function that Camunda's editors complete exists, with the same parameters and the meaning that its documentation gives; a test holds
the list. Where that documentation disagrees with the compatibility kit of the standard, the kit decides: `context(…)` is null for a key
that is given twice, not its last value. Beyond the list there are {more}, and the functions [of this system](#of-this-system).

A condition that is neither true nor false is an incident in both. What Camunda's evaluator does not pass of the kit stands beside our own
figures in [Conformance](../background/conformance.md).
"""
