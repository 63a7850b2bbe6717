"""Filters, loops and intervals that come to nothing."""

from __future__ import annotations

from app.feel import nodes, values
from app.feel.closures import Closure, Where
from app.feel.comparison import greater
from app.feel.compiler import COMPILERS, compile_node
from app.feel.examining.examiner import Examiner, watches
from app.feel.values import FeelValue, Range, kind

_VERDICTS = frozenset({values.BOOLEAN, values.NUMBER})
_COUNTABLE = frozenset({values.NUMBER, values.DATE})


@watches(nodes.Filter)
def _filter(examiner: Examiner, node: nodes.Filter) -> Closure:
    return COMPILERS[nodes.Filter](node, examiner.demanding(node.predicate, _VERDICTS, "feel.warning.filter"))


@watches(nodes.Quantified)
def _quantified(examiner: Examiner, node: nodes.Quantified) -> Closure:
    word = "every" if node.every else "some"

    inner = examiner.demanding(node.condition, {values.BOOLEAN}, "feel.warning.truth", word=word)
    return _looping(examiner, node, COMPILERS[nodes.Quantified](node, inner))


@watches(nodes.For)
def _for(examiner: Examiner, node: nodes.For) -> Closure:
    return _looping(examiner, node, COMPILERS[nodes.For](node, examiner.compile))


def _looping(examiner: Examiner, node: nodes.For | nodes.Quantified, loop: Closure) -> Closure:
    first = node.iterators[0]
    source, until = compile_node(first.source), first.until and compile_node(first.until)

    def watch(scope: Where) -> FeelValue:
        result = loop(scope)
        if result is None:
            start = source(scope)
            low, high = (start, until(scope)) if until else _ends(start)
            if low is not None and high is not None and not _can_count(low, high):
                examiner.warn(scope, first, "feel.warning.not_countable", {"low": low, "high": high})
        return result

    return watch


def _ends(value: FeelValue) -> tuple[FeelValue, FeelValue]:
    return (value.low, value.high) if isinstance(value, Range) else (None, None)


def _can_count(low: FeelValue, high: FeelValue) -> bool:
    return kind(low) == kind(high) and kind(low) in _COUNTABLE


@watches(nodes.Interval)
def _interval(examiner: Examiner, node: nodes.Interval) -> Closure:
    build = COMPILERS[nodes.Interval](node, examiner.compile)
    ends = compile_node(node.low), compile_node(node.high)

    def watch(scope: Where) -> FeelValue:
        interval = build(scope)
        if interval is None:
            low, high = (end(scope) for end in ends)
            if low is not None and high is not None:
                code = "feel.warning.comparison" if greater(low, high) is None else "feel.warning.interval"
                examiner.warn(scope, node, code, {"left": low, "right": high})
        return interval

    return watch
