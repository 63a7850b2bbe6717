"""Printing a tree and reading it again gives the same tree."""

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from lxml import etree

from app.feel import FeelSyntaxError, compile_expression
from app.feel.free_names import children
from app.feel.parser import Parser
from app.feel.printing import print_node
from tests.company import ROOT
from tests.feel import trees


def parsed(source):
    return Parser(source).whole_expression()


def read_again(text, read):
    """The tree of a printed text; made-up trees may be nested deeper than the language allows."""
    try:
        return read(Parser(text))
    except FeelSyntaxError as error:
        assume(error.code != "feel.syntax.too_deep")
        raise


@given(trees.trees)
@trees.SETTINGS
def test_a_printed_expression_reads_as_the_same_tree(tree):
    text = print_node(tree)
    assert read_again(text, Parser.whole_expression) == tree, text


@given(trees.cells)
@trees.SETTINGS
def test_a_printed_cell_reads_as_the_same_tree(cell):
    text = print_node(cell)
    assert read_again(text, Parser.whole_tests) == cell, text


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("((a)+(b*c))", "a + b * c"),
        ("(a+b)*c", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("(-2)**2", "-2 ** 2"),
        ("-(2**2)", "-(2 ** 2)"),
        ("(a and b) and c", "(a and b) and c"),
        ("a and (b or c)", "a and (b or c)"),
        ("(if a then b else c) + 1", "(if a then b else c) + 1"),
        ("x in (1..5]", "x in (1..5]"),
        ("x in (<5, >10)", "x in (< 5, > 10)"),
        ("x in (5)", "x in 5"),
        ("`pre-check`+1", "`pre-check` + 1"),
        ('{"a-b": 1, c: `a-b`}', "{`a-b`: 1, c: `a-b`}"),
        ('@"2026-01-01"', '@"2026-01-01"'),
        ('"a\\n\\"b\\""', '"a\\n\\"b\\""'),
        ("function(a:number,b) : string f(a)", "function(a: number, b): string f(a)"),
        ("x instance of list<context<a: number>>", "x instance of list<context<a: number>>"),
        ("for i in 1..3,j in xs return i*j", "for i in 1..3, j in xs return i * j"),
        ("]1..3[", "(1..3)"),
    ],
)
def test_what_is_printed_is_what_people_write(source, printed):
    assert print_node(parsed(source)) == printed


def test_long_sums_are_printed_too():
    source = " + ".join(["1"] * 2000)
    assert print_node(parsed(source)) == source


def sources():
    """The expressions of our process library."""
    for path in sorted((ROOT / "bpmn").rglob("*.bpmn")):
        for value in etree.parse(path).xpath("//@*[starts-with(., '=')]"):
            yield value[1:]
    for path in sorted((ROOT / "bpmn").rglob("*.dmn")):
        for element in etree.parse(path).iter("{*}text"):
            if element.getparent().tag.rpartition("}")[2] in ("inputExpression", "outputEntry", "literalExpression"):
                yield element.text or ""
    for path in sorted((ROOT / "forms").rglob("*.form")):
        yield from expressions_in(json.loads(Path(path).read_text()))


def expressions_in(value):
    if isinstance(value, str) and value.startswith("="):
        yield value[1:]
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from expressions_in(inner)


def test_the_expressions_of_the_library_stay_what_they_are():
    found = [source for source in dict.fromkeys(sources()) if source.strip()]
    assert len(found) > 300
    for source in found:
        tree = compile_expression(source).node
        assert parsed(print_node(tree)) == tree, source


@given(trees.trees)
@trees.SETTINGS
def test_nodes_lie_within_their_parents(tree):
    text = print_node(tree)
    waiting = [read_again(text, Parser.whole_expression)]
    while waiting:
        node = waiting.pop()
        assert 0 <= node.start < node.end <= len(text)
        for child in children(node):
            assert node.start <= child.start
            assert child.end <= node.end
            waiting.append(child)


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("1 + foo(a, b)", "foo(a, b)"),
        ("x * (a + b).c", "(a + b).c"),
        ("if a then b else c[1]", "c[1]"),
        ("  x instance of number ", "x instance of number"),
        ("- a", "- a"),
    ],
)
def test_a_node_knows_its_text(source, part):
    waiting, found = [parsed(source)], set()
    while waiting:
        node = waiting.pop()
        found.add(source[node.start : node.end])
        waiting += children(node)
    assert part in found
