"""FEEL, the expression language of every diagram, form and decision table."""

from app.feel.environment import DEFAULT, Environment
from app.feel.errors import FeelError, FeelRuntimeError, FeelSyntaxError, FeelWarning, Position
from app.feel.excerpt import excerpt, excerpt_between
from app.feel.expression import Examined, Expression, UnaryTests, compile_expression, compile_unary_tests
from app.feel.free_names import Use
from app.feel.json_values import from_json, to_json
from app.feel.registry import FunctionRegistry, HostFunction, HostParameter
from app.feel.rendering import render
from app.feel.values import FeelValue

__all__ = [
    "DEFAULT",
    "Environment",
    "Examined",
    "Expression",
    "FeelError",
    "FeelRuntimeError",
    "FeelSyntaxError",
    "FeelValue",
    "FeelWarning",
    "FunctionRegistry",
    "HostFunction",
    "HostParameter",
    "Position",
    "UnaryTests",
    "Use",
    "compile_expression",
    "compile_unary_tests",
    "excerpt",
    "excerpt_between",
    "from_json",
    "render",
    "to_json",
]
