"""A range from a text that is data and not part of an expression: only literals may stand in it."""

from app.feel import nodes
from app.feel.environment import DEFAULT
from app.feel.errors import FeelSyntaxError
from app.feel.expression import Expression, compile_expression
from app.feel.free_names import children
from app.feel.nodes import Node
from app.feel.values import FeelValue, Range

_LITERALS = (nodes.Literal, nodes.At)
_CALLABLE = frozenset({"date", "time", "date and time", "duration"})


def range_from_text(text: str) -> Range | None:
    try:
        expression: Expression = compile_expression(text)
    except FeelSyntaxError:
        return None
    node = expression.node
    if not isinstance(node, nodes.Interval) or not all(_is_literal(child) for child in children(node)):
        return None
    value: FeelValue = expression.evaluate({}, environment=DEFAULT)
    return value if isinstance(value, Range) else None


def _is_literal(node: Node) -> bool:
    if isinstance(node, nodes.Negation):
        return isinstance(node.operand, _LITERALS)
    if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name):
        return node.function.name in _CALLABLE and all(isinstance(a, _LITERALS) for a in node.arguments)
    return isinstance(node, _LITERALS)
