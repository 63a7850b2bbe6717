"""What came of a run, beside what must have come of it."""

import typing as t
from collections.abc import Iterator, Mapping, Sequence

from app.engine.evidence import values_of
from app.engine.expressions import environment, evaluate
from app.feel import Expression, FeelError, compile_expression, nodes
from app.feel.printing import print_node
from app.kernel.errors import shown
from app.scenarios.facts import Facts
from app.scenarios.problems import Problem
from app.scenarios.scenario import Expected
from app.scenarios.stage import open_elements, open_incidents
from app.scenarios.visits import Travelled, travelled

PLAIN = (nodes.Literal, nodes.At, nodes.ListOf)
"""What is its own value, so that nothing has to be said about it."""
Judge = t.Callable[[Travelled, t.Any], Problem | None]


def differences(expected: Expected, case_id: int | None) -> list[Problem]:
    """Return everything that is otherwise than expected, the most telling first."""
    return [
        *incidents(expected),
        *_of_instances(expected.path, "expect.path", _path),
        *_of_instances(expected.end, "expect.end", _end),
        *_open(expected),
        *_true(expected.true, Facts(case_id)),
    ]


def incidents(expected: Expected) -> Iterator[Problem]:
    """Return what differs in the open incidents."""
    if expected.incidents is None:
        return
    found = open_incidents()
    if sorted(one.code for one in found) == sorted(expected.incidents):
        return
    told = "; ".join(f"{one.code} ({one.element_id or one.process_id}) {shown(one.params)}" for one in found)
    params = {"expected": _listed(expected.incidents), "found": told or "–"}
    yield Problem("scenarios.other_incidents", params, "expect.incidents")


def _of_instances(wanted: Mapping[str, Sequence[t.Any]], place: str, judge: Judge) -> Iterator[Problem]:
    """Compare the entries of every process with its instances, in the order in which they started."""
    found = travelled(*wanted) if wanted else []
    for process, entries in wanted.items():
        instances = [one for one in found if one.process == process]
        if len(instances) != len(entries):
            params = {"process": process, "expected": len(entries), "found": len(instances)}
            yield Problem("scenarios.other_instances", params, place)
        for number, (one, entry) in enumerate(zip(instances, entries, strict=False)):
            problem = judge(one, entry)
            if problem is not None:
                yield problem.at(f"{place}.{process}[{number}]")


def _path(one: Travelled, path: str | None) -> Problem | None:
    if path is None or one.went(path):
        return None
    return Problem("scenarios.other_path", {"expected": path, "found": one.steps or "–"})


def _end(one: Travelled, end: str | None) -> Problem | None:
    if one.end == end:
        return None
    return Problem("scenarios.other_end", {"expected": end or "–", "found": one.end or "–"})


def _open(expected: Expected) -> Iterator[Problem]:
    if expected.open is None:
        return
    found = open_elements()
    if sorted(found) != sorted(expected.open):
        params = {"expected": _listed(expected.open), "found": _listed(found)}
        yield Problem("scenarios.other_open", params, "expect.open")


def _true(sources: Sequence[str], facts: Facts) -> Iterator[Problem]:
    for number, source in enumerate(sources):
        problem = _holds(source, facts)
        if problem is not None:
            yield problem.at(f"expect.true[{number}]")


def _holds(source: str, facts: Facts) -> Problem | None:
    try:
        expression = compile_expression(source)
        if expression.evaluate(facts, environment=environment()) is True:
            return None
        values = "; ".join(dict.fromkeys(_read(expression, facts))) or "–"
    except FeelError as error:
        return Problem(error.code, error.params)
    return Problem("scenarios.not_true", {"expression": source, "values": values})


def _read(expression: Expression, facts: Facts) -> Iterator[str]:
    """The sides of every comparison that does not hold, with their values; of anything else the names it used."""
    parts = expression.node.operands if isinstance(expression.node, nodes.Junction) else (expression.node,)
    for part in (compile_expression(print_node(part)) for part in parts):
        if part.evaluate(facts, environment=environment()) is True:
            continue
        if not isinstance(part.node, nodes.Binary):
            yield from (f"{one['name']} = {one['value'] or 'null'}" for one in values_of(part.uses(), facts))
            continue
        for side in (part.node.left, part.node.right):
            if not isinstance(side, PLAIN):
                text = print_node(side)
                yield f"{text} = {shown(evaluate(text, facts))}"


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(texts) or "–"
