"""What is refused at deployment, each with the sentence it gets."""

from collections.abc import Iterator

from app.dmn import DmnInvalid
from tests.dmn.files import (
    boxed,
    component,
    context,
    decision,
    file_of,
    function,
    imported,
    input_data,
    item_type,
    knowledge,
    literal,
    relation,
    service,
    table,
)
from tests.reference.dmn.examples import ASKED, linked, markdown, sentence

N = [("n", "number")]
FINE = literal("1")
LIBRARY = "urn:library"


def logic(element: str, *others: str) -> bytes:
    """A file whose decision has this logic."""
    return file_of(*others, decision(ASKED, element, name="Example"))


FILES: tuple[tuple[str, bytes], ...] = (
    ("no XML", b"<definitions"),
    ("a document type declaration", b'<!DOCTYPE x SYSTEM "x">' + logic(FINE)),
    ("another kind of XML", b"<html/>"),
    ("a file of more than 10 MB", b"x" * 10_000_001),
    ("more expressions than a second is enough for", logic(literal("1" * 150_001))),
    ("an external function (Java, PMML)", logic(function([], FINE, kind="Java"))),
    ("an external function in FEEL", logic(literal('function(n) external {java: {class: "Math"}}'))),
    ("another expression language", logic(literal("1", expressionLanguage="juel"))),
    ("values imported into an expression", logic("<literalExpression><importedValues/></literalExpression>")),
    ("an unknown hit policy or aggregation", logic(table([], N, [["1"]], "BEST"))),
    ("an aggregation of several outputs", logic(table([], [*N, ("m", "number")], [["1", "2"]], "COLLECT", "SUM"))),
    ("priorities without declared values", logic(table([], N, [["1"]], "PRIORITY"))),
    ("an input column without expression", logic(table([("", "number")], N, [["-", "1"]]))),
    ("a table without output", logic(table(N, [], []))),
    ("outputs that share a name", logic(table([], [*N, *N], [["1", "2"]]))),
    ("a rule that is too short", logic(table(N, N, [["1"]]))),
    ("an expression that is none", logic(literal("amount >"))),
    ("names that are missing or there twice in a context, call or function", logic(context(("a", FINE), ("a", FINE)))),
    ("a row of another width than the relation", logic(relation(["a", "b"], ["1"]))),
    ("a loop without variable", logic(boxed("for", in_=literal("[1]"), return_=FINE))),
    ("an unknown type", file_of(input_data("x", "tGone"))),
    ("a type that contains itself", file_of(item_type("t", components=[component("inner", "t")]))),
    ("types that share a name", file_of(item_type("t"), item_type("t"))),
    ("components that share a name", file_of(item_type("t", components=[component("a"), component("a")]))),
    ("ids that are missing or there twice", file_of(decision("a", FINE, name="A"), decision("a", FINE, name="B"))),
    ("names that are there twice", file_of(decision("a", FINE, name="A"), decision("b", FINE, name="A"))),
    ("a reference to nothing", file_of(decision("a", FINE, requires=["gone"]))),
    (
        "decisions that require one another",
        file_of(decision("a", FINE, requires=["b"]), decision("b", FINE, requires=["a"])),
    ),
    ("a knowledge model without expression", file_of(knowledge("k", [], ""))),
    ("a service without output", file_of(service("s", []))),
    (
        "a service that does not take an input it needs",
        file_of(input_data("x"), decision("a", FINE, inputs=["x"]), service("s", ["a"])),
    ),
    ("an import that is not there", file_of(imported(LIBRARY, "lib"))),
    ("an import of something else", file_of(imported(LIBRARY, "model", "urn:pmml"))),
    ("an import that is there twice", file_of(imported("urn:fine", "a"), imported("urn:fine", "b"))),
    ("an import that imports this file", file_of(imported("urn:circle", "me"), own="urn:circle")),
    ("an import with errors", file_of(imported("urn:broken", "lib"))),
)
OTHERS = (
    file_of(own="urn:fine"),
    file_of(decision("d", literal("1 +")), own="urn:broken"),
    file_of(imported("urn:circle", "me"), own="urn:circle"),
)


def findings(data: bytes) -> list[tuple[str, str]]:
    """(code, sentence) of what keeps a file from being deployed."""
    try:
        linked(data, *OTHERS)
    except DmnInvalid as invalid:
        return [(one.code, sentence(one.code, one.params)) for one in invalid.findings]
    return []


def section() -> str:
    """The section."""
    return "\n".join(
        [
            "## Refused\n",
            "What cannot be executed is refused at deployment with the element and a sentence; nothing is accepted and then ignored.\n",
            markdown(("drawn", "sentence"), _rows()),
        ]
    )


def _rows() -> Iterator[list[str]]:
    for drawn, data in FILES:
        yield [drawn, " ".join(said for _, said in findings(data)).replace("|", "\\|")]
