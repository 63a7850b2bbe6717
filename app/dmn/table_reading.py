"""Decision tables from their XML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.dmn import hit_policy, xml
from app.dmn.compiler import Compiler
from app.dmn.item_types import allowed
from app.dmn.table import Input, Output, Rule, Table
from app.dmn.xml import Element
from app.feel import Expression, UnaryTests
from app.feel.closures import Closure
from app.feel.types import FeelType

_DASHES = ("", "-")
_SINGLE_OUTPUT = "output"
_DESCRIPTION = "description"


def compile_table(compiler: Compiler, element: Element, name: str) -> Closure:
    return read_table(compiler, element, name).decide


def read_table(compiler: Compiler, element: Element, name: str) -> Table:
    policy = (element.get("hitPolicy") or hit_policy.UNIQUE).upper()
    aggregation = (element.get("aggregation") or "").upper() or None
    inputs = tuple(_input(compiler, one, name, number) for number, one in enumerate(xml.children(element, "input"), 1))
    outputs = tuple(_output(compiler, one) for one in xml.children(element, "output"))
    annotations = [xml.name_of(one) for one in xml.children(element, "annotation")]
    rules = tuple(
        _rule(compiler, rule, index, inputs, len(outputs), annotations)
        for index, rule in enumerate(xml.children(element, "rule"), 1)
    )
    table = Table(element.get("id"), name, policy, aggregation, inputs, outputs, rules)
    _check(compiler, element, table)
    compiler.tables.append(table)
    return table


def _check(compiler: Compiler, element: Element, table: Table) -> None:
    _check_policy(compiler, element, table)
    if not table.outputs:
        compiler.refuse("dmn.table_without_output", element, table=table.name)
    names = [output.name for output in table.outputs]
    for name in sorted({name for name in names if names.count(name) > 1}):
        compiler.refuse("dmn.output_double", element, table=table.name, name=name)


def _check_policy(compiler: Compiler, element: Element, table: Table) -> None:
    policy, aggregation = table.policy, table.aggregation
    known = policy in hit_policy.POLICIES and (aggregation is None or aggregation in hit_policy.AGGREGATIONS)
    if not known or (aggregation and policy != hit_policy.COLLECT):
        shown = f"{policy} {aggregation or ''}".strip()
        compiler.refuse("dmn.hit_policy_unsupported", element, policy=shown, table=table.name)
    elif aggregation and len(table.outputs) > 1:
        compiler.refuse("dmn.aggregation_of_several", element, table=table.name, policy=aggregation)
    elif policy in hit_policy.RANKED and not any(output.ranked for output in table.outputs):
        compiler.refuse("dmn.priority_without_values", element, table=table.name, policy=policy)


def _input(compiler: Compiler, element: Element, table: str, number: int) -> Input:
    inner = xml.child(element, "inputExpression")
    label = element.get("label") or xml.text(inner)
    if inner is None or not xml.text(inner):
        compiler.refuse("dmn.input_without_expression", element, table=table, column=label or str(number))
    return Input(
        id=element.get("id"),
        label=label,
        expression=compiler.expression(inner),
        expected=compiler.type(None if inner is None else inner.get("typeRef"), element),
        allowed=_allowed(compiler, xml.child(element, "inputValues")),
    )


def _allowed(compiler: Compiler, element: Element | None) -> UnaryTests | None:
    source = xml.text(element)
    if element is None or source in _DASHES or not compiler.is_feel(element):
        return None
    return compiler.tests(source, element)


def _output(compiler: Compiler, element: Element) -> Output:
    declared = xml.child(element, "outputValues")
    default = xml.child(element, "defaultOutputEntry")
    expected = compiler.type(element.get("typeRef"), element)
    tests = _allowed(compiler, declared)
    name = xml.name_of(element) or element.get("label") or _SINGLE_OUTPUT
    return Output(
        id=element.get("id"),
        name=name,
        label=element.get("label") or name,
        expected=expected,
        allowed=tests,
        ranked=_ranked(compiler, element, tests or allowed(expected)),
        default=compiler.expression(default) if default is not None and xml.text(default) else None,
    )


def _ranked(compiler: Compiler, element: Element, tests: UnaryTests | None) -> Expression | None:
    """The declared values as a list; where a column declares none, those its type allows."""
    return None if tests is None else compiler.feel(f"[{tests.source}]", element)


def _rule(
    compiler: Compiler, element: Element, index: int, inputs: Sequence[Input], width: int, annotations: list[str]
) -> Rule:
    entries = list(xml.children(element, "inputEntry"))
    outputs = list(xml.children(element, "outputEntry"))
    if (len(entries), len(outputs)) != (len(inputs), width):
        compiler.refuse("dmn.rule_width", element, rule=index, inputs=len(inputs), outputs=width)
    cells = enumerate(zip(inputs, entries, strict=False))
    tests = ((position, _test(compiler, entry, column.expected)) for position, (column, entry) in cells)
    return Rule(
        index=index,
        id=element.get("id"),
        tests=tuple((position, test) for position, test in tests if test is not None),
        outputs=tuple(compiler.expression(entry) for entry in outputs),
        annotations=_annotations(element, annotations),
    )


def _test(compiler: Compiler, entry: Element, subject: FeelType) -> UnaryTests | None:
    source = xml.text(entry)
    if not compiler.is_feel(entry) or source in _DASHES:
        return None
    return compiler.tests(source, entry, subject)


def _annotations(rule: Element, names: list[str]) -> Mapping[str, str]:
    """What the modeller wrote beside a rule: the columns of the standard, or the description that dmn-js edits."""
    found = {_DESCRIPTION: xml.text_of(xml.child(rule, _DESCRIPTION))}
    for position, entry in enumerate(xml.children(rule, "annotationEntry")):
        name = names[position] if position < len(names) and names[position] else f"annotation {position + 1}"
        found[name] = xml.text(entry)
    return {name: text for name, text in found.items() if text}
