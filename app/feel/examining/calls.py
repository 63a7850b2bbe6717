"""Calls of functions that do not exist, that take other arguments, or that make nothing of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from app.feel import nodes
from app.feel.builtins import Builtin
from app.feel.builtins.signature import Overload
from app.feel.closures import Closure, Where
from app.feel.compiler import COMPILERS, compile_node
from app.feel.errors import FeelRuntimeError
from app.feel.examining.examiner import NOTHING, Examiner, shown, watches
from app.feel.examining.names import functions, unknown
from app.feel.functions import UserFunction, call_function
from app.feel.incoming import converted
from app.feel.nodes import Node
from app.feel.pattern import PatternError, compile_pattern
from app.feel.registry import HostFunction
from app.feel.type_printing import print_type
from app.feel.types import UNDECLARED, coerced
from app.feel.values import FeelValue, Function

Arguments = list[FeelValue] | Mapping[str, FeelValue]
AnyCall = nodes.Call | nodes.NamedCall

# Who calls them asks whether the first argument is there at all.
_ASKING = frozenset({"is defined", "get or else"})
CONVERTING = frozenset({"number", "date", "time", "date and time", "duration", "from json", "from base64", "range"})
_WITH_PATTERN = frozenset({"matches", "replace", "split", "extract"})


@watches(nodes.Call)
def _call(examiner: Examiner, node: nodes.Call) -> Closure:
    compiled = _arguments(examiner, node, node.arguments)
    return _calling(examiner, node, lambda scope: [argument(scope) for argument in compiled])


@watches(nodes.NamedCall)
def _named_call(examiner: Examiner, node: nodes.NamedCall) -> Closure:
    names = [name for name, _ in node.arguments]
    compiled = _arguments(examiner, node, [argument for _, argument in node.arguments])
    return _calling(examiner, node, lambda scope: {name: one(scope) for name, one in zip(names, compiled, strict=True)})


def _name_of(node: AnyCall) -> str | None:
    return node.function.name if isinstance(node.function, nodes.Name) else None


def _arguments(examiner: Examiner, node: AnyCall, arguments: Iterable[Node]) -> list[Closure]:
    asking = _name_of(node) in _ASKING
    return [
        compile_node(argument) if asking and index == 0 else examiner.compile(argument)
        for index, argument in enumerate(arguments)
    ]


def _calling(examiner: Examiner, node: AnyCall, arguments: Callable[[Where], Arguments]) -> Closure:
    name = _name_of(node)
    callee: Closure = examiner.compile(node.function) if name is None else lambda scope: scope.function(name)

    def call(scope: Where) -> FeelValue:
        function, given = callee(scope), arguments(scope)
        run = scope.run
        element = run.element
        try:
            result = call_function(run, function, given)
        except FeelRuntimeError as error:
            raise error.near(node.start) from error.__cause__
        # What was called may stand in another cell.
        run.element = element
        if result is None:
            _Explanation(examiner, scope, node, given).explain(function)
        return result

    return call


class _Explanation:
    """Why a call gave null."""

    def __init__(self, examiner: Examiner, scope: Where, node: AnyCall, given: Arguments) -> None:
        self.examiner = examiner
        self.scope = scope
        self.node = node
        self.given = given
        self.name = examiner.text_of(node.function)

    def explain(self, function: FeelValue) -> None:
        if not isinstance(function, Function):
            self._no_function(function)
        elif isinstance(function, Builtin):
            self._builtin(function)
        elif isinstance(function, HostFunction):
            self._host(function)
        elif isinstance(function, UserFunction):
            self._own(function)

    def warn(self, code: str, **texts: str) -> None:
        self.examiner.warn(self.scope, self.node, code, NOTHING, name=self.name, **texts)

    def _no_function(self, value: FeelValue) -> None:
        name = _name_of(self.node)
        if name is None or self.scope.has(name):
            value = value if name is None else self.scope[name]
            if value is not None:
                self.warn("feel.warning.not_callable", value=shown(value))
            return
        unknown(self.examiner, self.scope, self.node.function, "feel.warning.no_function", name, functions(self.scope))

    def _builtin(self, function: Builtin) -> None:
        ordered = self._by_overload(function)
        accepted = [(o, arguments) for o, arguments in ordered if o.arguments(arguments) is not None]
        signatures = " / ".join(overload.written for overload in function.overloads)
        if accepted:
            self._no_outcome(function, returns_anything=UNDECLARED in accepted[0][0].returns)
        elif not ordered or not any(overload.takes(len(arguments)) for overload, arguments in ordered):
            self.warn("feel.warning.argument_count", signatures=signatures)
        else:
            self._wrong_kind(signatures)

    def _by_overload(self, function: Builtin) -> list[tuple[Overload, list[FeelValue]]]:
        """The arguments in the order of each signature that knows their names."""
        if not isinstance(self.given, Mapping):
            return [(overload, list(self.given)) for overload in function.overloads]
        named = [(overload, overload.named(self.given)) for overload in function.overloads]
        return [(overload, ordered) for overload, ordered in named if ordered is not None]

    def _no_outcome(self, function: Builtin, *, returns_anything: bool) -> None:
        """Null that was handed over may come back as null; everything else should have given something."""
        if any(_is_missing(value) for value in self._values()):
            return
        if function.name in _WITH_PATTERN and not _is_pattern(self._values()):
            self.warn("feel.warning.pattern", pattern=shown(self._values()[1]))
        elif function.name in CONVERTING and self._values() != ["null"]:
            self.warn("feel.warning.conversion", arguments=self._shown())
        elif not returns_anything:
            self.warn("feel.warning.no_outcome", arguments=self._shown())

    def _host(self, function: HostFunction) -> None:
        names = [parameter.name for parameter in function.parameters]
        required = [parameter.name for parameter in function.parameters if not parameter.optional]
        named = self._by_name(names)
        if named is None or not set(required) <= named.keys():
            self.warn("feel.warning.argument_count", signatures=function.signature_text)
        elif any(converted(named[p.name], p.type) is None for p in function.parameters if p.name in named):
            self._wrong_kind(function.signature_text)

    def _own(self, function: UserFunction) -> None:
        named = self._by_name(function.names)
        types = dict(zip(function.names, function.signature.parameters, strict=True))
        parameters = ", ".join(f"{name}: {print_type(one)}" for name, one in types.items())
        signature = f"function({parameters})"
        if named is None or named.keys() != types.keys():
            self.warn("feel.warning.argument_count", signatures=signature)
        elif any(value is not None and coerced(value, types[name]) is None for name, value in named.items()):
            self._wrong_kind(signature)

    def _by_name(self, names: Sequence[str]) -> dict[str, FeelValue] | None:
        """The arguments by name, unless there are too many of them or one that has another name."""
        if isinstance(self.given, Mapping):
            return dict(self.given) if self.given.keys() <= set(names) else None
        return dict(zip(names, self.given, strict=False)) if len(self.given) <= len(names) else None

    def _wrong_kind(self, signatures: str) -> None:
        if all(value is not None for value in self._values()):
            self.warn("feel.warning.argument_kind", arguments=self._shown(), signatures=signatures)

    def _values(self) -> list[FeelValue]:
        return list(self.given.values() if isinstance(self.given, Mapping) else self.given)

    def _shown(self) -> str:
        if isinstance(self.given, Mapping):
            return ", ".join(f"{name}: {shown(value)}" for name, value in self.given.items())
        return ", ".join(map(shown, self.given))


def _is_missing(value: FeelValue) -> bool:
    return value is None or (type(value) is list and any(item is None for item in value))


def _is_pattern(arguments: Sequence[FeelValue]) -> bool:
    _, pattern, *rest = arguments
    flags = rest[-1] if len(rest) > 1 or (rest and len(arguments) == 3) else ""
    try:
        compile_pattern(pattern, flags if type(flags) is str else "")
    except PatternError:
        return False
    return True


@watches(nodes.Lambda)
def _function(examiner: Examiner, node: nodes.Lambda) -> Closure:
    def inner(body: Node) -> Closure:
        closure = examiner.compile(body)

        def watch(scope: Where) -> FeelValue:
            value = closure(scope)
            if value is not None and coerced(value, node.returns) is None:
                declared = print_type(node.returns)
                examiner.warn(scope, body, "feel.warning.result_kind", {"value": value}, type=declared)
            return value

        return watch

    return COMPILERS[nodes.Lambda](node, inner)
