"""What the gate says about the expressions of a process: broken ones, and those that can only come to nothing.

Only what is certain enough to be useful is said. What a variable holds, and often whether it exists, nobody knows
before a case runs; so an unknown name is pointed out only when it stands once in the process and looks like a name
that the process writes.
"""

import dataclasses
import difflib
import typing as t
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice

from app.feel import (
    Expression,
    FeelSyntaxError,
    Use,
    compile_expression,
    excerpt,
    excerpt_between,
)
from app.feel.errors import position_in
from app.feel.inference.inference import kind_of
from app.feel.values import BOOLEAN, DATE, DATE_TIME, DURATION, LIST, MONTHS, NUMBER, STRING
from app.forms import Form
from app.kernel import Finding
from app.kernel.findings import Severity
from app.kernel.model import Element, ProcessModel
from app.kernel.model import Expression as Placed

MOST_CHARACTERS = 100_000
"""Of all expressions of a process together; a second goes into compiling so many."""
ALIKE = 0.85
SHORTEST = 4
"""Names shorter than this are alike by chance."""
MOST_COMPARED = 500
"""Names of one file that are compared, because each is compared with all others."""

_TRUTH, _TEXT, _TEXTS = frozenset({BOOLEAN}), frozenset({STRING}), frozenset({STRING, LIST})
_COUNT, _MOMENT = frozenset({NUMBER, STRING}), frozenset({STRING, DATE, DATE_TIME})
NEEDED: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("condition", "completionCondition", "loopCondition", "behaviorCondition"), _TRUTH),
    **dict.fromkeys(("activationCondition", "eventCondition"), _TRUTH),
    **dict.fromkeys(("assignee", "decisionId", "processId", "jobType", "messageName", "signalName"), _TEXT),
    **dict.fromkeys(("errorCode", "escalationCode"), _TEXT),
    **dict.fromkeys(("candidateGroups", "candidateUsers"), _TEXTS),
    **dict.fromkeys(("inputCollection", "activeElementsCollection"), frozenset({LIST})),
    **dict.fromkeys(("priority", "loopCardinality", "jobRetries", "correlationKey"), _COUNT),
    **dict.fromkeys(("dueDate", "followUpDate"), _MOMENT),
    "timer": _MOMENT | {DURATION, MONTHS},
}
"""Kinds of values that a place can use; any will do elsewhere."""


Compiled = tuple[Placed, Expression]


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """What expressions can name besides the variables of their process.

    Attributes:
        functions: names of the host's functions.
        contexts: read-only contexts with their members, as far as these are known.
        form_keys: form id → the keys it stores, as far as there is such a form.
    """

    functions: frozenset[str]
    contexts: Mapping[str, tuple[str, ...]]
    form_keys: Callable[[str], Iterable[str]]


def check_expressions(process: ProcessModel, around: Surroundings | None) -> Iterator[Finding]:
    """Find what is wrong with a process's expressions; without surroundings only what is broken."""
    if sum(len(placed.source) for placed in process.expressions) > MOST_CHARACTERS:
        yield Finding("engine.too_many_expressions", process.id, {"limit": MOST_CHARACTERS})
        return
    compiled: list[Compiled] = []
    for placed in process.expressions:
        source = placed.source.removeprefix("=")
        try:
            compiled.append((placed, compile_expression(source)))
        except FeelSyntaxError as error:
            yield _finding(placed, error.code, "error", excerpt=excerpt(source, error), **error.params)
    for placed, expression in compiled:
        if placed.place == "eventCondition" and not expression.names:
            yield _finding(placed, "engine.condition_never_changes")
    if around is not None:
        yield from _hints(compiled, around)
        written = {name for element in process.elements.values() for name in _written(element, around)}
        ours = [(placed, expression) for placed, expression in compiled if not _of_the_called(process, placed)]
        yield from _slips(ours, written, around, "engine.name_never_written")


def _of_the_called(process: ProcessModel, placed: Placed) -> bool:
    """Whether an expression reads what another process wrote, which this diagram cannot tell."""
    element = process.elements.get(placed.element_id)
    return element is not None and element.kind == "callActivity" and placed.place.startswith("output:")


def check_form(form: Form, around: Surroundings) -> Iterator[Finding]:
    """Find what in a form's expressions can only come to nothing; broken ones the form has refused itself."""
    compiled = [
        (Placed(one.element_id, one.property, f"={one.expression.source}"), one.expression) for one in form.expressions
    ]
    yield from _hints(compiled, around)
    stored = form.keys()
    yield from _slips(compiled, {key.partition(".")[0] for key in stored}, around, "engine.name_not_on_form")


def _hints(compiled: Iterable[Compiled], around: Surroundings) -> Iterator[Finding]:
    for placed, expression in compiled:
        for hint in expression.hints(functions=around.functions):
            start = hint.position.offset if hint.position else 0
            yield _finding(placed, hint.code, **_at(hint.expression, start, hint.end), **hint.params)
        needed, kind = NEEDED.get(placed.place), kind_of(expression.type())
        if needed and kind and kind not in needed:
            yield _finding(placed, "engine.wrong_kind", kind=kind, needed=", ".join(sorted(needed)))


def _slips(compiled: Iterable[Compiled], written: set[str], around: Surroundings, code: str) -> Iterator[Finding]:
    """Names that nobody writes, that stand once, and that look like one that is written; members of contexts too."""
    reads = [(placed, expression, use) for placed, expression in compiled for use in expression.uses() if _reads(use)]
    counted = Counter(use.path[0] for _, _, use in reads)
    odd = (read for read in reads if read[2].path[0] in around.contexts or counted[read[2].path[0]] == 1)
    for placed, expression, use in islice(odd, MOST_COMPARED):
        at, name = _at(expression.source, use.start, use.end), use.path[0]
        if name in around.contexts:
            member = use.path[1] if len(use.path) > 1 else ""
            if near := _near(member, around.contexts[name]):
                yield _finding(placed, "feel.warning.no_member_near", owner=name, name=member, near=near, **at)
        elif near := _near(name, written):
            yield _finding(placed, code, name=name, near=near, **at)


def _near(name: str, known: Collection[str]) -> str | None:
    """The known name that was most likely meant; none for a name that is known, or too short to tell."""
    if name in known or len(name) < SHORTEST:
        return None
    return next(iter(difflib.get_close_matches(name, sorted(known)[:MOST_COMPARED], 1, ALIKE)), None)


def _reads(use: Use) -> bool:
    return use.certain and not use.called


def _written(element: Element, around: Surroundings) -> Iterator[str]:
    """The variables an element writes, as far as the diagram and its form say."""
    yield from (line.target.partition(".")[0] for line in (*element.inputs, *element.outputs))
    if element.script:
        yield element.script.result_variable
    if element.decision:
        yield element.decision.result_variable
    if element.loop:
        yield from filter(None, (element.loop.input_element, element.loop.output_collection))
    if element.form and element.form.form_id:
        yield from (key.partition(".")[0] for key in around.form_keys(element.form.form_id))


def _at(source: str, start: int, end: int) -> dict[str, t.Any]:
    position = position_in(source, start)
    marked = excerpt_between(source, start, end)
    return {"line": position.line, "column": position.column, "excerpt": marked}


def _finding(placed: Placed, code: str, severity: Severity = "warning", **params: t.Any) -> Finding:
    return Finding(code, placed.element_id, {**params, "property": placed.place}, severity)
