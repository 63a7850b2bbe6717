"""`firstline simulate`: play the scenarios of a library and say what came of them."""

import dataclasses
import json
import tempfile
import time
import typing as t
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.engine import File
from app.engine.cli import FOLDERS, LIBRARY, files_in
from app.engine.finding_text import all_in_words
from app.errors import Invalid
from app.scenarios import company as companies
from app.scenarios.company import read_company
from app.scenarios.coverage import Coverage, coverage_of, merged, processes_of
from app.scenarios.files import find_scenarios, read_scenario
from app.scenarios.playing import Outcome
from app.scenarios.problems import Unreadable
from app.scenarios.sandbox import Sandbox
from app.scenarios.scenario import Scenario

MOST_MISSED = 8
"""Elements without a visit that the table names per process; --json has all."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--process", "processes", multiple=True, help="Only scenarios of this process; may be repeated.")
@click.option(
    "--library",
    "folders",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Folder or file with the diagrams, tables and forms; may be repeated.  [default: the program's own library]",
)
@click.option(
    "--company",
    "company_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=companies.FILE,
    help="File with the company to play in.  [default: that of the program's own library]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of tables.")
@with_appcontext
def simulate(
    paths: Sequence[Path], processes: Sequence[str], folders: Sequence[Path], company_file: Path, *, as_json: bool
) -> None:
    """Play scenarios: the files in PATHS, or what lies below them in scenarios/<process>/.

    Without PATHS those of the program's own library. Each is played in a copy of a company that is founded in a
    temporary database; the installation's is never touched, and its clock stands wherever the scenario wants it.

    Exit code 1 when a scenario does not end as expected or cannot be read.
    """
    library = files_in(folders or [LIBRARY / folder for folder in FOLDERS])
    try:
        scenarios = _chosen(paths or [LIBRARY / FOLDERS[0]], processes)
        outcomes = _play_all(scenarios, library, company_file)
    except Unreadable as unreadable:
        raise click.ClickException(unreadable.in_words()) from unreadable
    except Invalid as refused:
        raise click.ClickException(_undeployable(refused, library)) from refused
    models = processes_of(library)
    seen = merged(outcome.visited for outcome in outcomes)
    played = sorted({outcome.scenario.process for outcome in outcomes})
    covered = [coverage_of(models[process], seen.get(process)) for process in played if process in models]
    click.echo(_document(outcomes, covered) if as_json else _tables(outcomes, covered))
    if not all(outcome.passed for outcome in outcomes):
        raise SystemExit(1)


def _chosen(paths: Sequence[Path], processes: Sequence[str]) -> list[Scenario]:
    found = [read_scenario(path) for path in find_scenarios(paths)]
    chosen = [scenario for scenario in found if not processes or scenario.process in processes]
    if not chosen:
        raise click.ClickException(f"There is no scenario{' of ' + ', '.join(processes) if processes else ''} there.")
    return chosen


def _play_all(scenarios: Sequence[Scenario], library: Sequence[File], company_file: Path) -> list[Outcome]:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="firstline-simulate-") as folder:
        _say("Founding the company and deploying the library …")
        sandbox = Sandbox(Path(folder), read_company(company_file), library, file=company_file.as_posix())
        _say(f"Done in {time.perf_counter() - began:.1f} s. {len(scenarios)} scenarios:")
        return [_played(sandbox, scenario, number, len(scenarios)) for number, scenario in enumerate(scenarios)]


def _undeployable(refused: Invalid, library: Sequence[File]) -> str:
    found = all_in_words(refused.findings, library)
    return "\n".join(["The library cannot be deployed.", *(f"{one['file']}: {words.sentence}" for one, words in found)])


def _played(sandbox: Sandbox, scenario: Scenario, number: int, total: int) -> Outcome:
    outcome = sandbox.play(scenario)
    verdict = "ok" if outcome.passed else "DIFFERS"
    _say(f"[{number + 1}/{total}] {scenario.process} {scenario.id}: {verdict}, {outcome.seconds:.1f} s")
    return outcome


def _tables(outcomes: Sequence[Outcome], covered: Sequence[Coverage]) -> str:
    rows = [(one.scenario.id, one.scenario.process, f"{one.seconds:.1f} s", _verdict(one)) for one in outcomes]
    shares = [
        (one.process.id, f"{one.element_share:.0%}", f"{one.flow_share:.0%}", _some(one.missed_elements))
        for one in covered
    ]
    failed = sum(not outcome.passed for outcome in outcomes)
    return "\n".join(
        [
            "",
            *_table(("scenario", "process", "time", "result"), rows),
            "",
            *_table(("process", "elements", "flows", "never visited"), shares),
            "",
            f"{len(outcomes) - failed} of {len(outcomes)} scenarios ended as expected.",
        ]
    )


def _verdict(outcome: Outcome) -> str:
    if outcome.passed:
        return "ok"
    more = len(outcome.differences) - 1
    return outcome.differences[0].in_words() + (f" (and {more} more)" if more else "")


def _some(missed: Sequence[str]) -> str:
    more = len(missed) - MOST_MISSED
    return ", ".join(missed[:MOST_MISSED]) + (f" and {more} more" if more > 0 else "")


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Columns as wide as their longest cell; the last one as long as it is."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head) - 1)]
    lines = [(*head,), tuple("-" * width for width in (*widths, len(head[-1]))), *rows]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in lines
    ]


def _document(outcomes: Sequence[Outcome], covered: Sequence[Coverage]) -> str:
    return json.dumps(
        {
            "scenarios": [_outcome(outcome) for outcome in outcomes],
            "coverage": [
                {
                    "process": one.process.id,
                    "elements": one.elements,
                    "missedElements": one.missed_elements,
                    "flows": one.flows,
                    "missedFlows": one.missed_flows,
                }
                for one in covered
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def _outcome(outcome: Outcome) -> Mapping[str, t.Any]:
    return {
        "id": outcome.scenario.id,
        "process": outcome.scenario.process,
        "name": dict(outcome.scenario.names),
        "file": outcome.scenario.file,
        "passed": outcome.passed,
        "seconds": round(outcome.seconds, 3),
        "differences": [{**dataclasses.asdict(problem), "text": problem.in_words()} for problem in outcome.differences],
    }


def _say(line: str) -> None:
    click.echo(line, err=True)  # so that what is printed to a file or a pipe is the result alone
