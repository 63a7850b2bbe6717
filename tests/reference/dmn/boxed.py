"""Boxed expressions, one example each."""

from tests.dmn.files import boxed, context, function, invocation, listed, literal, relation
from tests.reference.dmn.examples import answers, xml

GIVEN = {"x": 5}
KINDS = (
    ("literal expression", "An expression of FEEL.", literal("x * 2")),
    (
        "context",
        "Named values, each of which sees those before it. A last entry without a name is the value of the whole.",
        context(("net", literal("100")), ("tax", literal("net * 0.13"), "number"), literal("net + tax")),
    ),
    (
        "list",
        "A list of boxed expressions.",
        listed(literal("x"), literal('"a"'), listed()),
    ),
    (
        "relation",
        "A list of contexts, drawn as a table.",
        relation(["part", ("price", "number")], ['"screen"', "80"], ['"battery"', "x * 4"]),
    ),
    (
        "function definition",
        "A function value; it keeps what it saw where it was written.",
        context(("twice", function([("n", "number")], literal("n * 2"))), literal("twice(x)")),
    ),
    (
        "invocation",
        "A call with named parameters, of a knowledge model, a decision service, a built-in or what an expression gives.",
        invocation("substring", **{"string": literal('"SN1234"'), "start position": literal("3")}),
    ),
    (
        "conditional",
        "One of two. A condition that is neither true nor false nor null makes it null.",
        boxed("conditional", if_=literal("x > 3"), then=literal('"many"'), else_=literal('"few"')),
    ),
    (
        "filter",
        "The elements for which the match is true, or the one at the position it gives. Members of an element are names.",
        boxed(
            "filter",
            in_=relation(["part", "price"], ['"screen"', "80"], ['"battery"', "20"]),
            match=literal("price > 50"),
        ),
    ),
    (
        "for",
        "One value for each element; `partial` are the values so far.",
        boxed("for", 'iteratorVariable="n"', in_=literal("[1..x]"), return_=literal("n * n")),
    ),
    (
        "some",
        "Whether it holds for one of them.",
        boxed("some", 'iteratorVariable="n"', in_=literal("[1, 2, 9]"), satisfies=literal("n > x")),
    ),
    (
        "every",
        "Whether it holds for all of them.",
        boxed("every", 'iteratorVariable="n"', in_=literal("[1, 2, 9]"), satisfies=literal("n > x")),
    ),
)


INTRODUCTION = """## Boxed expressions

Every kind may stand inside every other, decision tables too. A declared `typeRef` is kept: a value is converted, or becomes
null with a warning in the trace. In these examples `x` is 5.
"""


def section() -> str:
    """The section."""
    parts = [INTRODUCTION]
    for name, said, logic in KINDS:
        ((_, value),) = answers(logic, [GIVEN])
        parts += [f"**{name}**: {said}\n", xml(logic), f"gives {value}\n"]
    return "\n".join(parts)
