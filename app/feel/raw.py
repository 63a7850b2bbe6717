"""Reading a variable, or a member of one, as the caller gave it: one member must not convert a whole document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.feel import nodes
from app.feel.access import member_of
from app.feel.closures import Where
from app.feel.nodes import Node

Raw = Callable[[Where], Any]


def raw_reader(node: Node) -> Raw | None:
    """How to read the node in this way; None for what is neither a variable nor a path from one."""
    if isinstance(node, nodes.Name) and "." not in node.name:
        name = node.name
        return lambda scope: scope.raw(name)
    if not isinstance(node, nodes.Path):
        return None
    inner, member = raw_reader(node.source), node.member
    if inner is None:
        return None

    def read(scope: Where) -> Any:
        value = inner(scope)
        if type(value) is dict or isinstance(value, Mapping):
            return value.get(member)
        return member_of(scope, scope.converted(value), member)

    return read
