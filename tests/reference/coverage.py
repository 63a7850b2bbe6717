"""The page on coverage: each process of the catalogue with its diagram, its scenarios and what they visit."""

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from app.scenarios import (
    FILE,
    Coverage,
    Outcome,
    Sandbox,
    coverage_of,
    find_scenarios,
    merged,
    processes_of,
    read_company,
    read_scenario,
)
from tests.company import ROOT, library
from tests.reference import traceability
from tests.reference.processes import CATALOGUE, RUNS

NOT_VISITED = ROOT / "tests" / "scenarios" / "not_visited.json"
"""Process id → element id → why no scenario visits it."""
INTRODUCTION = """# Coverage

<!-- Written by `python -m tests.reference coverage` from the library and its scenarios; do not edit. -->

Which diagram and which [scenarios](../how-to/simulate.md) cover each process of the catalogue, and how much of the diagram the scenarios
visit; and, row by row, what was asked for and what answers it. Every scenario named here is played by the tests, on SQLite and on
PostgreSQL; the build fails when one ends otherwise, when an element is visited by none and no reason is given below, when a row names
something that is not there or that no scenario visits, or when this page says something else.
"""


def play_all() -> list[Outcome]:
    """Play every scenario of the library, which takes a minute or two."""
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Sandbox(Path(folder), read_company(FILE), library())
        return [sandbox.play(read_scenario(path)) for path in find_scenarios([ROOT / "bpmn"])]


def covered(outcomes: Iterable[Outcome]) -> dict[str, Coverage]:
    """Coverage of every process of the library by all scenarios together."""
    seen = merged(outcome.visited for outcome in outcomes)
    return {name: coverage_of(process, seen.get(name)) for name, process in processes_of(library()).items()}


def reasons() -> Mapping[str, Mapping[str, str]]:
    """Why elements are not visited."""
    found: Mapping[str, Mapping[str, str]] = json.loads(NOT_VISITED.read_bytes())
    return found


def page(outcomes: Sequence[Outcome]) -> str:
    """The whole page."""
    shares = covered(outcomes)
    by_process: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_process.setdefault(outcome.scenario.process, []).append(outcome)
    return "\n".join(
        [
            INTRODUCTION,
            *traceability.missing(),
            *_processes(by_process, shares),
            *_runs(outcomes),
            *traceability.asked(),
            *_unvisited(shares),
        ]
    )


def _processes(by_process: Mapping[str, Sequence[Outcome]], shares: Mapping[str, Coverage]) -> list[str]:
    known = {process for _, process, _, _ in CATALOGUE}
    rows = [(section, process, f"{en} {zh}") for section, process, en, zh in CATALOGUE]
    rows += [("", name, _name(shares[name])) for name in sorted(shares.keys() - known)]
    return [
        "## Processes",
        "",
        "| § | process | diagram | scenarios | elements | flows |",
        "|---|---|---|---|---|---|",
        *(_row(row, by_process.get(row[1], ()), shares.get(row[1])) for row in rows),
        "",
    ]


def _name(share: Coverage) -> str:
    return f"{share.process.name_en} {share.process.name}"


def _row(row: tuple[str, str, str], outcomes: Sequence[Outcome], share: Coverage | None) -> str:
    section, process, name = row
    if share is None:
        return f"| {section} | {name} | **missing** | | | |"
    (diagram,) = ROOT.glob(f"bpmn/*/{process}.bpmn")
    told = " ".join(_scenario(outcome) for outcome in outcomes) or "**none**"
    figures = f"{_percent(share.element_share)} | {_percent(share.flow_share)}"
    return f"| {section} | {name} | {_link(process, diagram)} | {told} | {figures} |"


def _runs(outcomes: Sequence[Outcome]) -> list[str]:
    found = {outcome.scenario.id: outcome for outcome in outcomes}
    return [
        "## Acceptance runs",
        "",
        "| run | what happens |",
        "|---|---|",
        *(f"| {run} | {_told(found[run]) if run in found else '**missing**'} |" for run in RUNS),
        "",
    ]


def _told(outcome: Outcome) -> str:
    names = outcome.scenario.names
    return f"{_link(names['en'], Path(outcome.scenario.file))} {names['zh']}"


def _unvisited(shares: Mapping[str, Coverage]) -> list[str]:
    rows = [
        f"| {process} | `{element}` | {why} |"
        for process, elements in sorted(reasons().items())
        for element, why in sorted(elements.items())
        if process in shares
    ]
    return ["## Visited by no scenario", "", "| process | element | why |", "|---|---|---|", *rows, ""]


def _scenario(outcome: Outcome) -> str:
    return _link(outcome.scenario.id, Path(outcome.scenario.file))


def _link(text: str, path: Path) -> str:
    return f"[{text}](../../{path.relative_to(ROOT).as_posix()})"


def _percent(share: float) -> str:
    """Whole percent, rounded down, so that 100 % means everything."""
    return f"{int(share * 100)} %"
