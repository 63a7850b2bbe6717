"""Contexts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.feel.builtins.signature import builtin
from app.feel.values import FeelValue

if TYPE_CHECKING:
    from app.feel.scope import Run

Context = dict[str, FeelValue]


@builtin(
    "get value(context: context, key: string): any",
    examples=['get value({"serial no": "SN-2041"}, "serial no")'],
    aliases={"m": "context"},
)
def get_value(_run: Run, m: Context, key: str) -> FeelValue:
    return m.get(key)


@builtin(
    "get value(context: context, keys: list): any",
    examples=['get value({customer: {level: "VIP"}}, ["customer", "level"])'],
)
def get_value_at(_run: Run, m: Context, keys: list[FeelValue]) -> FeelValue:
    value: FeelValue = m if keys else None
    for key in keys:
        if type(value) is not dict or type(key) is not str:
            return None
        value = value.get(key)
    return value


@builtin(
    "get entries(context: context): list<context<key: string, value: any>>",
    examples=["get entries({a: 1, b: 2})"],
    aliases={"m": "context"},
)
def get_entries(run: Run, m: Context) -> list[Context]:
    run.allocate(len(m))
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context(entries: list): context", examples=['context([{key: "a", value: 1}, {key: "b", value: 2}])'])
def context(run: Run, entries: list[FeelValue]) -> Context | None:
    run.allocate(len(entries))
    built: Context = {}
    for entry in entries:
        if type(entry) is not dict or not {"key", "value"} <= entry.keys():
            return None
        key = entry["key"]
        if type(key) is not str or key in built:
            return None
        built[key] = entry["value"]
    return built


@builtin("context put(context: context, key: string, value: any): context", examples=['context put({a: 1}, "b", 2)'])
def context_put(run: Run, context: Context, key: str, value: FeelValue) -> Context:
    run.allocate(len(context) + 1)
    return {**context, key: value}


@builtin(
    "context put(context: context, keys: list, value: any): context",
    examples=['context put({a: {b: 1}}, ["a", "c"], 2)'],
)
def context_put_at(run: Run, context: Context, keys: list[FeelValue], value: FeelValue) -> Context | None:
    """Puts the value at a path; contexts on the way are made where they are missing."""
    run.step()
    if not keys or type(keys[0]) is not str:
        return None
    run.allocate(len(context) + 1)
    key, *rest = keys
    if not rest:
        return {**context, key: value}
    inner = context.get(key)
    if inner is not None and type(inner) is not dict:
        return None
    changed = context_put_at(run, inner or {}, rest, value)
    return None if changed is None else {**context, key: changed}


@builtin(
    "context merge(*contexts: any): context",
    "put all(*contexts: any): context",
    examples=["context merge([{a: 1, b: 1}, {b: 2}])", "context merge({a: 1}, {b: 2})", "put all({a: 1}, {b: 2})"],
)
def context_merge(run: Run, contexts: list[FeelValue]) -> Context | None:
    merged: Context = {}
    for context in contexts:
        if type(context) is not dict:
            return None
        run.allocate(len(context))
        merged.update(context)
    return merged
