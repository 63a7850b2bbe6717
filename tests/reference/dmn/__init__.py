"""The page on DMN: every example on it is evaluated while the page is written."""

from tests.reference.dmn import boxed, graphs, refused, tables, types

INTRODUCTION = """# DMN

<!-- Written by `python -m tests.reference` from examples that it evaluates; do not edit. -->

What is executed of DMN 1.5, with an example of everything and the value it gave when this page was written. Files of
DMN 1.1 to 1.5 are read, whichever namespace they use; every expression is FEEL. How many cases of the standard's
compatibility kit pass is measured by [`make conformance`](../background/conformance.md).

A decision is asked by its id: from a business rule task, from a verdict in a form, by the API. Beside its value there is a
trace, which is stored with the case: the decisions that were made, the values they read, the rules that fired, and what the
table says beside these rules (the annotation columns of the standard, or the description that dmn-js edits; a column whose
name ends in `:en` is shown on English pages, the others on Chinese ones). A trace tells at most 200 tables, since a table may be
called in a loop.

| element | what happens |
|---|---|
| decision | Makes what it requires first, each once, then evaluates its logic. It sees required decisions by name or id, the variables of the case by name. |
| input data | A variable of the case, brought into the declared type. |
| business knowledge model | A function; it sees its parameters and what it requires, no variable of the case. |
| decision service | A part of the graph that is called like a function, or asked by its id; it sees its parameters only. |
| item definition | A type, with components, collections, allowed values and constraints. |
| import | Another decision file, found by its namespace. |
| knowledge source, authority requirement, text annotation, association, group | Documentation; it passes. |
"""


def page() -> str:
    """The whole page."""
    sections = (tables.section(), boxed.section(), graphs.section(), types.section(), refused.section())
    return "\n".join((INTRODUCTION, *sections, DIFFERENCES))


DIFFERENCES = """## Differences from Camunda 8

Tables that Camunda's modeler offers mean the same here, apart from what follows. *Camunda 8* is its open evaluator, dmn-scala.

| | Camunda 8 | here |
|---|---|---|
| no rule of a collecting table fires | null, for COUNT too | an empty list; COUNT is 0 |
| `inputValues`, `outputValues` | not looked at when deciding, except for priorities of texts and numbers | checked; an error names the rule, the column and what is allowed |
| types of columns | not looked at | converted; an error where that is impossible |
| a cell that is neither true nor false | fails the decision | the rule does not fire |
| boxed conditional, filter, for, some, every | refused | executed |
| invocation | of knowledge models, with literal expressions only | of any function, with any boxed expression |
| a required decision is known by | the name of its variable, else its id | its name, the name of its variable, and its id |
| a name of a variable that is not there | null, noted | the same |
"""
