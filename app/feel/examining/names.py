"""Names that nothing bears, and members that nothing has."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from itertools import islice

from app.feel import nodes
from app.feel.builtins import BUILTINS
from app.feel.closures import Closure, Where
from app.feel.compiler import COMPILERS, compile_node
from app.feel.examining.examiner import NOTHING, Examiner, watches
from app.feel.literals import at_literal
from app.feel.raw import raw_reader
from app.feel.scope import Root, Scope
from app.feel.values import FeelValue

# A host may know many names; looking at all of them would take longer than the evaluation.
_MOST_NAMES = 1000
_LONGEST_NAME = 80
_ALIKE = 0.7


@watches(nodes.Name)
def _name(examiner: Examiner, node: nodes.Name) -> Closure:
    read = compile_node(node)

    def watch(scope: Where) -> FeelValue:
        value = read(scope)
        if value is None and not scope.has(node.name):
            unknown(examiner, scope, node, "feel.warning.no_variable", node.name, variables(scope))
        return value

    return watch


def nearest(name: str, known: Iterable[str]) -> str | None:
    if len(name) > _LONGEST_NAME:
        return None
    candidates = [one for one in islice(known, _MOST_NAMES) if len(one) <= _LONGEST_NAME]
    found = difflib.get_close_matches(name, candidates, 1, _ALIKE)
    return found[0] if found else None


def unknown(
    examiner: Examiner, scope: Where, node: nodes.Node, code: str, name: str, known: Iterable[str], **texts: str
) -> None:
    """Says that there is no such name, and which one may have been meant."""
    near = nearest(name, known)
    if near is not None:
        examiner.warn(scope, node, f"{code}_near", NOTHING, name=name, near=near, **texts)
    else:
        examiner.warn(scope, node, code, NOTHING, name=name, **texts)


def variables(scope: Where) -> Iterator[str]:
    """The names that are known at a place, the inner ones first."""
    here: Scope | Root = scope
    while isinstance(here, Scope):
        yield from here
        here = here.parent
    yield from here.source


def functions(scope: Where) -> Iterator[str]:
    yield from (function.name for function in scope.run.environment.functions)
    yield from BUILTINS
    yield from variables(scope)


@watches(nodes.Path)
def _path(examiner: Examiner, node: nodes.Path) -> Closure:
    source = examiner.compile(node.source)
    if raw_reader(node.source) is None:
        read = COMPILERS[nodes.Path](node, examiner.compile)
        plain = compile_node(node.source)
    else:
        # Only one member of a document is read, unless that turns out to be missing.
        read, plain = compile_node(node), source

    def watch(scope: Where) -> FeelValue:
        value = read(scope)
        if value is None:
            _explain(examiner, scope, node, plain(scope))
        return value

    return watch


def _explain(examiner: Examiner, scope: Where, node: nodes.Path, owner: FeelValue) -> None:
    if owner is None:
        return
    if type(owner) is not dict:
        examiner.warn(scope, node, "feel.warning.member_kind", {"value": owner}, name=node.member)
    elif node.member not in owner:
        text = examiner.text_of(node.source)
        unknown(examiner, scope, node, "feel.warning.no_member", node.member, owner, owner=text)


@watches(nodes.At)
def _at(examiner: Examiner, node: nodes.At) -> Closure:
    value = at_literal(node.text)

    def watch(scope: Where) -> FeelValue:
        if value is None:
            examiner.warn(scope, node, "feel.warning.moment", text=node.text)
        return value

    return watch


@watches(nodes.ContextOf)
def _context(examiner: Examiner, node: nodes.ContextOf) -> Closure:
    keys = [key for key, _ in node.entries]
    double = next((key for key in keys if keys.count(key) > 1), None)
    build = COMPILERS[nodes.ContextOf](node, examiner.compile)

    def watch(scope: Where) -> FeelValue:
        if double is not None:
            examiner.warn(scope, node, "feel.warning.double_key", name=double)
        return build(scope)

    return watch
