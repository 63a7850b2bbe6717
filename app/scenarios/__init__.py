"""Scenarios: one run of a process per file, played in the company of the library and judged.

* reading: `read_scenario(path)`, `parse_scenario(content, file)`, `find_scenarios(paths)`, `read_company(path)`
* playing: `Sandbox(folder, company, library).play(scenario)` in a database of its own, or `play(scenario, app, clock)`
  in one where the company was founded by `found(company, library)`; what came of it is an `Outcome`
* coverage: `merged(outcome.visited …)`, `coverage_of(process, visited)`, `processes_of(library)`
* the acts themselves, for whoever plays by other means: `app.scenarios.stage.Stage`, `app.scenarios.visits`
"""

from app.scenarios.company import FILE, found, read_company
from app.scenarios.coverage import Coverage, Visited, coverage_of, merged, processes_of
from app.scenarios.files import find_scenarios, parse_scenario, read_scenario
from app.scenarios.playing import Outcome, play
from app.scenarios.problems import Problem, Unreadable
from app.scenarios.sandbox import Sandbox
from app.scenarios.scenario import Scenario

__all__ = [
    "FILE",
    "Coverage",
    "Outcome",
    "Problem",
    "Sandbox",
    "Scenario",
    "Unreadable",
    "Visited",
    "coverage_of",
    "find_scenarios",
    "found",
    "merged",
    "parse_scenario",
    "play",
    "processes_of",
    "read_company",
    "read_scenario",
]
