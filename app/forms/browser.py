"""What the form viewer computes by itself while somebody types, and what it has to ask the server.

The evaluator inside the viewer is another one than ours. It knows none of the host's functions and not all built-ins;
some it computes otherwise (the name of a weekday, for instance, in the language of the browser). An expression that
calls one of those is asked of the server. What else may differ is listed in tests/feel/triples.json.
"""

from app.feel import Expression

# A test in the browser finds out which functions these are; a function that is not named here is asked.
FUNCTIONS = frozenset({
    "abs", "after", "all", "any", "append", "before", "ceiling", "concatenate", "contains", "context",
    "context merge", "context put", "count", "date", "date and time", "day of year", "decimal", "distinct values",
    "duration", "ends with", "even", "exp", "flatten", "floor", "get entries", "get value", "includes", "index of",
    "insert before", "is", "list contains", "list replace", "log", "lower case", "matches", "max", "mean", "median",
    "meets", "met by", "min", "mode", "modulo", "not", "now", "number", "odd", "overlaps", "product", "remove",
    "replace", "reverse", "round down", "round half down", "round half up", "round up", "split", "sqrt",
    "starts with", "stddev", "string", "string join", "string length", "sublist", "substring", "substring after",
    "substring before", "sum", "time", "today", "union", "upper case", "week of year",
})  # fmt: skip


def unknown_functions(expression: Expression) -> frozenset[str]:
    """Return the functions that the browser cannot compute; with one of them the expression is asked of the server."""
    return frozenset(expression.functions - FUNCTIONS)
