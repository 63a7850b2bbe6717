"""The figures of a run beside those of the study of 2015."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.conformance.betsy.corpus import Model, Published
from tests.conformance.betsy.running import Result

Chosen = Callable[[Model], bool]
SETS: tuple[tuple[str, Chosen], ...] = (
    ("set_2015", lambda model: model.in_2015),
    ("unchanged_since_2014", lambda model: model.unchanged),
    ("all", lambda model: True),
)
"""Key in the figures → which models belong to the set."""


def figures(results: Sequence[Result], reloaded: Sequence[Result]) -> Mapping[str, Any]:
    """Passed and total per set; and what would make them worth less: luck, idleness, a difference after reloading."""
    counted = {name: _count(results, chosen) for name, chosen in SETS}
    return {
        **counted,
        "lucky": len(list(lucky(results))),
        "does_nothing": sum(result.does_nothing for result in results),
        "differs_when_reloaded": len(list(differing(results, reloaded))),
    }


def lucky(results: Sequence[Result]) -> Iterator[str]:
    """Models that pass although an event of theirs is not executed as drawn."""
    return (result.model.name for result in results if result.passed and result.dropped)


def differing(results: Sequence[Result], reloaded: Sequence[Result]) -> Iterator[str]:
    """Models whose cases end otherwise when every instance is stored and loaded after every command."""
    pairs = zip(results, reloaded, strict=True)
    return (once.model.name for once, again in pairs if once.cases != again.cases)


def standings(results: Sequence[Result], engines: Sequence[Published]) -> list[str]:
    """A table per group: the study's models beside the engines of 2014, and the models of today."""
    groups = dict.fromkeys(result.model.group for result in results)
    heads = [engine.engine.capitalize() for engine in engines]
    lines = [_line("group", "Firstline", *heads, "of", "today", "of")]
    lines += [_standing(name, results, engines, lambda model, group=name: model.group == group) for name in groups]
    lines.append(_standing("all", results, engines, lambda model: True))
    lines.append(_standing("unchanged", results, engines, lambda model: model.unchanged))
    lines.append("Those engines are of 2014 and ran with real clocks. Scripts and expressions are translated to ours,")
    lines.append("ids, wiring, events and attributes are not; both data models go through a variable named data.")
    return lines


def details(results: Sequence[Result]) -> list[str]:
    """Every failing case with what was wanted and what came."""
    lines = []
    for result in results:
        for case, wanted in zip(result.cases, result.model.cases, strict=True):
            if not case.passed:
                lines.append(f"{result.model.group} · {result.model.name} · {case.number}  {dict(wanted.inputs)}")
                lines.append(f"    expected  {sorted(wanted.traces)} {sorted(wanted.errors)}")
                lines.append(f"    got       {sorted(case.traces)} {sorted(case.errors)}  {case.note}")
    return lines


def _count(results: Sequence[Result], chosen: Chosen) -> dict[str, int]:
    of_set = [result.passed for result in results if chosen(result.model)]
    return {"passed": sum(of_set), "total": len(of_set)}


def _standing(name: str, results: Sequence[Result], engines: Sequence[Published], chosen: Chosen) -> str:
    study = [result for result in results if chosen(result.model) and result.model.in_2015]
    today = [result for result in results if chosen(result.model)]
    theirs = [sum(engine.passed[result.model.name] for result in study) for engine in engines]
    ours = sum(result.passed for result in study)
    return _line(name, ours, *theirs, len(study), sum(result.passed for result in today), len(today))


def _line(name: str, *columns: object) -> str:
    return f"{name:<12}" + "".join(f"{column!s:>11}" for column in columns)
