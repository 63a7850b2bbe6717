"""Boxed expressions to closures, one function per kind (DMN 1.5 §10.2.1 and §10.2.2)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from app.dmn import xml
from app.dmn.compiler import Compiler
from app.dmn.misfits import fitted
from app.dmn.nodes import nothing
from app.dmn.table_reading import compile_table
from app.dmn.xml import Element
from app.feel import control, nodes
from app.feel.access import filtered
from app.feel.closures import Closure, Where
from app.feel.functions import UserFunction, call_function
from app.feel.scope import Scope
from app.feel.types import ANY, UNDECLARED, FeelType, FunctionType
from app.feel.values import FeelValue

Boxed = Callable[[Compiler, Element, str], Closure]

_FEEL = "FEEL"


def compile_inside(compiler: Compiler, element: Element | None, name: str) -> Closure:
    """The boxed expression that is a child of an element; none at all is null."""
    if element is not None:
        for inner in xml.children(element, *_KINDS):
            return compile_boxed(compiler, inner, name)
    return nothing


def compile_boxed(compiler: Compiler, element: Element, name: str) -> Closure:
    """`name` is that of the decision or function around it, for what is said of it."""
    closure = _KINDS[xml.tag(element)](compiler, element, name)
    return typed(closure, compiler.type(element.get("typeRef"), element))


def typed(closure: Closure, expected: FeelType) -> Closure:
    return closure if expected is ANY else lambda scope: fitted(scope.run, closure(scope), expected)


def _literal(compiler: Compiler, element: Element, _name: str) -> Closure:
    return compiler.expression(element).within


def _context(compiler: Compiler, element: Element, name: str) -> Closure:
    entries = [_entry(compiler, entry, name) for entry in xml.children(element, "contextEntry")]
    keys = [key for key, _ in entries]
    # Only the last entry may be without a name: it is the value of the whole context.
    for key in sorted({key for key in keys[:-1] if not key or keys.count(key) > 1}):
        compiler.refuse("dmn.entry_double", element, name=key, context=name)

    def build(scope: Where) -> FeelValue:
        inner = Scope({}, scope)
        for key, value in entries:
            result = value(inner)
            if not key:
                return result
            inner[key] = result
        return dict(inner)

    return build


def _entry(compiler: Compiler, entry: Element, name: str) -> tuple[str, Closure]:
    variable = xml.child(entry, "variable")
    expected = ANY if variable is None else compiler.type(variable.get("typeRef"), variable)
    return xml.name_of(variable), typed(compile_inside(compiler, entry, name), expected)


def _relation(compiler: Compiler, element: Element, name: str) -> Closure:
    columns = list(xml.children(element, "column"))
    names = [xml.name_of(column) for column in columns]
    types = [compiler.type(column.get("typeRef"), column) for column in columns]
    rows: list[list[Closure]] = []
    for number, row in enumerate(xml.children(element, "row"), 1):
        cells = [compile_boxed(compiler, cell, name) for cell in xml.children(row, *_KINDS)]
        if len(cells) != len(columns):
            compiler.refuse("dmn.relation_width", row, row=number, columns=len(columns), found=len(cells))
        rows.append([typed(cell, expected) for cell, expected in zip(cells, types, strict=False)])
    return lambda scope: [dict(zip(names, [cell(scope) for cell in row], strict=False)) for row in rows]


def _list(compiler: Compiler, element: Element, name: str) -> Closure:
    items = [compile_boxed(compiler, item, name) for item in xml.children(element, *_KINDS)]
    return lambda scope: [item(scope) for item in items]


def _invocation(compiler: Compiler, element: Element, name: str) -> Closure:
    function = _callee(compiler, element, name)
    bindings = [
        (xml.name_of(xml.child(binding, "parameter")), compile_inside(compiler, binding, name))
        for binding in xml.children(element, "binding")
    ]
    parameters = [parameter for parameter, _ in bindings]
    for parameter in sorted({one for one in parameters if parameters.count(one) > 1}):
        compiler.refuse("dmn.entry_double", element, name=parameter, context=name)

    def invoke(scope: Where) -> FeelValue:
        return call_function(scope.run, function(scope), {parameter: value(scope) for parameter, value in bindings})

    return invoke


def _callee(compiler: Compiler, element: Element, name: str) -> Closure:
    """A bare name means a function first, as in FEEL's own calls."""
    literal = xml.child(element, "literalExpression")
    if literal is None:
        return compile_inside(compiler, element, name)
    expression = compiler.expression(literal)
    if isinstance(expression.node, nodes.Name):
        called = expression.node.name
        return lambda scope: scope.function(called)
    return expression.within


def _function(compiler: Compiler, element: Element, name: str) -> Closure:
    return compile_function(compiler, element, name, ANY)


def compile_function(compiler: Compiler, element: Element, name: str, returns: FeelType) -> Closure:
    """A function definition; `returns` is the type that is declared outside of it."""
    kind = element.get("kind") or _FEEL
    if kind != _FEEL:
        compiler.refuse("dmn.function_kind_unsupported", element, kind=kind, name=name)
        return nothing
    parameters = list(xml.children(element, "formalParameter"))
    names = tuple(xml.name_of(parameter) for parameter in parameters)
    for parameter in sorted({one for one in names if names.count(one) > 1}):
        compiler.refuse("dmn.entry_double", element, name=parameter, context=name)
    types = tuple(compiler.type(parameter.get("typeRef"), parameter) for parameter in parameters)
    body_element = next(xml.children(element, *_KINDS), None)
    body = compile_inside(compiler, element, name)
    if returns is ANY and body_element is not None:
        declared = compiler.type(body_element.get("typeRef"), body_element)
        returns = UNDECLARED if declared is ANY else declared
    signature = FunctionType("function", types, returns)
    return lambda scope: UserFunction(names, signature, body, scope)


def _conditional(compiler: Compiler, element: Element, name: str) -> Closure:
    condition, then, otherwise = (
        compile_inside(compiler, xml.child(element, part), name) for part in ("if", "then", "else")
    )

    def choose(scope: Where) -> FeelValue:
        verdict = condition(scope)
        if verdict is not None and type(verdict) is not bool:
            return None
        return then(scope) if verdict else otherwise(scope)

    return choose


class _NoVerdict(Exception):
    pass


def _deciding(closure: Closure) -> Closure:
    """Boxed filters and quantifiers are stricter than their textual kin: they must be told yes or no."""

    def decide(scope: Where) -> FeelValue:
        verdict = closure(scope)
        if verdict is None or type(verdict) in (bool, Decimal):
            return verdict
        raise _NoVerdict

    return decide


def _or_null(closure: Closure) -> Closure:
    def attempt(scope: Where) -> FeelValue:
        try:
            return closure(scope)
        except _NoVerdict:
            return None

    return attempt


def _filter(compiler: Compiler, element: Element, name: str) -> Closure:
    source = compile_inside(compiler, xml.child(element, "in"), name)
    decide = _deciding(compile_inside(compiler, xml.child(element, "match"), name))
    return _or_null(lambda scope: filtered(scope, source(scope), decide))


def _iteration(compiler: Compiler, element: Element, name: str) -> list[control.Iteration]:
    variable = " ".join((element.get("iteratorVariable") or "").split())
    if not variable:
        compiler.refuse("dmn.iterator_missing", element, name=name)
    return [control.Iteration(variable, compile_inside(compiler, xml.child(element, "in"), name), None)]


def _for(compiler: Compiler, element: Element, name: str) -> Closure:
    iteration = _iteration(compiler, element, name)
    outside, compiler.read_names = compiler.read_names, set()
    body = compile_inside(compiler, xml.child(element, "return"), name)
    # The results so far are handed to the body only where it reads them, since each round gets a copy of its own.
    sees_partial = "partial" in compiler.read_names
    compiler.read_names |= outside
    return control.for_loop(iteration, body, sees_partial=sees_partial)


def _quantified(compiler: Compiler, element: Element, name: str) -> Closure:
    condition = compile_inside(compiler, xml.child(element, "satisfies"), name)
    every = xml.tag(element) == "every"
    return _or_null(control.quantifier(_iteration(compiler, element, name), _deciding(condition), every=every))


_KINDS: dict[str, Boxed] = {
    "literalExpression": _literal,
    "decisionTable": compile_table,
    "context": _context,
    "relation": _relation,
    "list": _list,
    "invocation": _invocation,
    "functionDefinition": _function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _for,
    "some": _quantified,
    "every": _quantified,
}
KINDS = frozenset(_KINDS)
