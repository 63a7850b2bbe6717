"""What functions give, and which calls cannot work."""

from __future__ import annotations

from collections.abc import Sequence

from app.feel import nodes
from app.feel.builtins import BUILTINS, Builtin
from app.feel.builtins.signature import Overload
from app.feel.compiler import compile_node
from app.feel.environment import DEFAULT
from app.feel.examining.calls import CONVERTING
from app.feel.examining.names import nearest
from app.feel.inference.inference import Inference, Known, infers, kind_of
from app.feel.inference.names import describe_all
from app.feel.inference.operators import joined
from app.feel.nodes import Node
from app.feel.scope import Root, Run
from app.feel.types import AnyType, FunctionType
from app.feel.values import LIST


@infers(nodes.Call)
def _call(inference: Inference, node: nodes.Call) -> Known:
    types = [inference.type_of(argument) for argument in node.arguments]
    function = _builtin(inference, node.function)
    if function is None:
        return _result(inference, node.function)
    fitting = [overload for overload in function.overloads if overload.takes(len(types))]
    signatures = " / ".join(overload.written for overload in function.overloads)
    if not fitting:
        inference.note(node, "feel.warning.argument_count", name=function.name, signatures=signatures)
        return None
    accepting = [overload for overload in fitting if _accepts(overload, types)]
    if not accepting:
        given = describe_all(inference, node.arguments, types)
        inference.note(node, "feel.warning.argument_kind", name=function.name, arguments=given, signatures=signatures)
        return None
    _convert(inference, node, function)
    return _given_by(accepting)


@infers(nodes.NamedCall)
def _named_call(inference: Inference, node: nodes.NamedCall) -> Known:
    for _, argument in node.arguments:
        inference.type_of(argument)
    function = _builtin(inference, node.function)
    if function is None:
        return _result(inference, node.function)
    names = dict.fromkeys(name for name, _ in node.arguments)
    fitting = [overload for overload in function.overloads if overload.named(names) is not None]
    if not fitting:
        signatures = " / ".join(overload.written for overload in function.overloads)
        inference.note(node, "feel.warning.argument_count", name=function.name, signatures=signatures)
    return _given_by(fitting)


def _builtin(inference: Inference, node: Node) -> Builtin | None:
    if not isinstance(node, nodes.Name) or inference.is_known(node.name):
        return None
    found = BUILTINS.get(node.name)
    if inference.functions is None:
        # A function of the host may go by the same name, and goes first.
        return found
    if node.name in inference.functions:
        return None
    if found is None:
        _unknown(inference, node)
    return found


def _unknown(inference: Inference, node: nodes.Name) -> None:
    near = nearest(node.name, [*(inference.functions or ()), *BUILTINS])
    if near is None:
        inference.note(node, "feel.warning.no_function", name=node.name)
    else:
        inference.note(node, "feel.warning.no_function_near", name=node.name, near=near)


def _result(inference: Inference, function: Node) -> Known:
    known = inference.lookup(function.name) if isinstance(function, nodes.Name) else inference.type_of(function)
    return known.returns if isinstance(known, FunctionType) else None


def _accepts(overload: Overload, types: Sequence[Known]) -> bool:
    """Whether nothing that is known about the arguments speaks against a signature."""
    return all(_may_be(kind_of(known), kinds) for known, kinds in zip(types, overload.kinds(len(types)), strict=True))


def _may_be(found: str | None, kinds: frozenset[str]) -> bool:
    # An item may stand for a list of it, and a list of one for its item.
    return found is None or found == LIST or found in kinds or not kinds.isdisjoint({"any", "arguments", LIST})


def _given_by(overloads: Sequence[Overload]) -> Known:
    known = joined([one for overload in overloads for one in overload.returns])
    return None if isinstance(known, AnyType) else known


def _convert(inference: Inference, node: nodes.Call, function: Builtin) -> None:
    """A conversion of constants can be tried at once."""
    constant = all(isinstance(one, nodes.Literal) and one.value is not None for one in node.arguments)
    if function.name in CONVERTING and constant and compile_node(node)(Root({}, Run(DEFAULT))) is None:
        given = describe_all(inference, node.arguments, [None] * len(node.arguments))
        inference.note(node, "feel.warning.conversion", name=function.name, arguments=given)
