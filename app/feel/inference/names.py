"""Names, members, and the constructs that introduce names."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from app.feel import nodes
from app.feel.inference.inference import Inference, Known, infers, kind_of
from app.feel.inference.operators import TRUTH
from app.feel.literals import at_literal
from app.feel.nodes import Node
from app.feel.types import (
    ANY,
    SIMPLE,
    UNDECLARED,
    AnyType,
    ContextType,
    FeelType,
    FunctionType,
    ListType,
    RangeType,
    RestrictedType,
)
from app.feel.values import (
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DURATION,
    FUNCTION,
    LIST,
    MONTHS,
    NUMBER,
    STRING,
    TIME,
    kind,
)

_DAY = dict.fromkeys(("year", "month", "day", "weekday"), NUMBER)
_CLOCK = {**dict.fromkeys(("hour", "minute", "second"), NUMBER), "time offset": DURATION}
_MEMBERS: dict[str, dict[str, str]] = {
    DATE: {**_DAY, **_CLOCK},
    DATE_TIME: {**_DAY, **_CLOCK, "timezone": STRING},
    TIME: {**_CLOCK, "timezone": STRING},
    DURATION: dict.fromkeys(("days", "hours", "minutes", "seconds"), NUMBER),
    MONTHS: dict.fromkeys(("years", "months"), NUMBER),
    **{without: {} for without in (NUMBER, STRING, BOOLEAN)},
}


@infers(nodes.Literal)
def _literal(_inference: Inference, node: nodes.Literal) -> Known:
    return SIMPLE[kind(node.value)]


@infers(nodes.At)
def _at(inference: Inference, node: nodes.At) -> Known:
    value = at_literal(node.text)
    if value is None:
        inference.note(node, "feel.warning.moment", text=node.text)
        return None
    return SIMPLE[kind(value)]


@infers(nodes.Name)
def _name(inference: Inference, node: nodes.Name) -> Known:
    return inference.lookup(node.name)


@infers(nodes.Path)
def _path(inference: Inference, node: nodes.Path) -> Known:
    owner = inference.type_of(node.source)
    members = _MEMBERS.get(kind_of(owner) or "")
    if members is not None and node.member not in members:
        value = inference.described(node.source, owner)
        inference.note(node, "feel.warning.member_kind", value=value, name=node.member)
    return _member(owner, node.member)


def _member(owner: Known, name: str) -> Known:
    match owner:
        case RestrictedType(_, base):
            return _member(base, name)
        case ContextType(_, fields):
            return dict(fields).get(name)
        case ListType(_, item):
            inner = _member(item, name)
            return None if inner is None else ListType(LIST, inner)
        case RangeType(_, item) if name in ("start", "end"):
            return item
    found = _MEMBERS.get(kind_of(owner) or "", {}).get(name)
    return SIMPLE[found] if found else None


def item_of(source: Known) -> Known:
    """The type of what a loop or a filter sees one by one; a single value stands for a list of it."""
    match source:
        case RestrictedType(_, base):
            return item_of(base)
        case ListType(_, item) | RangeType(_, item):
            return None if isinstance(item, AnyType) else item
    return None if source is None or source.name in (LIST, "range") or isinstance(source, AnyType) else source


@infers(nodes.Filter)
def _filter(inference: Inference, node: nodes.Filter) -> Known:
    source = inference.type_of(node.source)
    item = item_of(source)
    fields = dict(item.fields) if isinstance(item, ContextType) else {}
    may_have_members = kind_of(item) in (None, CONTEXT)
    with inference.within({"item": item, **fields}, opaque=may_have_members):
        known = inference.expect({BOOLEAN, NUMBER}, node.predicate, "feel.warning.filter")
    if kind_of(known) == NUMBER:
        return item
    if kind_of(known) == BOOLEAN and item is not None:
        return ListType(LIST, item)
    return SIMPLE[LIST] if kind_of(known) == BOOLEAN else None


def _iterated(inference: Inference, stack: ExitStack, iterators: Sequence[nodes.Iterator]) -> None:
    for iterator in iterators:
        source = inference.type_of(iterator.source)
        if iterator.until is None:
            item = item_of(source)
        else:
            inference.type_of(iterator.until)
            item = source
        stack.enter_context(inference.within({iterator.name: item}))


@infers(nodes.For)
def _for(inference: Inference, node: nodes.For) -> Known:
    with ExitStack() as stack:
        _iterated(inference, stack, node.iterators)
        stack.enter_context(inference.within({"partial": SIMPLE[LIST]}))
        item = inference.type_of(node.body)
    return SIMPLE[LIST] if item is None else ListType(LIST, item)


@infers(nodes.Quantified)
def _quantified(inference: Inference, node: nodes.Quantified) -> Known:
    with ExitStack() as stack:
        _iterated(inference, stack, node.iterators)
        word = "every" if node.every else "some"
        inference.expect({BOOLEAN}, node.condition, "feel.warning.truth", word=word)
    return TRUTH


@infers(nodes.ContextOf)
def _context(inference: Inference, node: nodes.ContextOf) -> Known:
    fields: dict[str, FeelType] = {}
    with ExitStack() as stack:
        for key, value in node.entries:
            if key in fields:
                inference.note(node, "feel.warning.double_key", name=key)
            known = inference.type_of(value)
            fields[key] = known or ANY
            stack.enter_context(inference.within({key: known}))
    return ContextType(CONTEXT, tuple(fields.items()))


@infers(nodes.Lambda)
def _function(inference: Inference, node: nodes.Lambda) -> Known:
    parameters = {name: None if declared is ANY else declared for name, declared in node.parameters}
    with inference.within(parameters):
        body = inference.type_of(node.body)
    returns = body or UNDECLARED if node.returns is UNDECLARED else node.returns
    return FunctionType(FUNCTION, tuple(declared for _, declared in node.parameters), returns)


def describe_all(inference: Inference, arguments: Sequence[Node], types: Sequence[Known]) -> str:
    return ", ".join(inference.described(node, known) for node, known in zip(arguments, types, strict=True))
