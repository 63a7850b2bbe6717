"""Short ways to evaluate in tests."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.feel import Environment, FeelRuntimeError, FeelSyntaxError, compile_expression, compile_unary_tests

NOW = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
SHANGHAI = Environment(now=lambda: NOW, zone=ZoneInfo("Asia/Shanghai"))


def value_of(source, context=None, environment=SHANGHAI):
    return compile_expression(source).evaluate(context or {}, environment=environment)


def passes(cell, value, context=None):
    return compile_unary_tests(cell).evaluate(value, context or {})


def syntax_error(source):
    try:
        compile_expression(source)
    except FeelSyntaxError as error:
        return error
    raise AssertionError(f"accepted: {source}")


def run_error(source, context=None, environment=SHANGHAI):
    try:
        value_of(source, context, environment)
    except FeelRuntimeError as error:
        return error
    raise AssertionError(f"evaluated: {source}")
