"""`firstline simulate`: play the scenarios of a library and say what came of them."""

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.engine import File
from app.engine.cli import LIBRARY, files_in
from app.engine.finding_text import all_in_words
from app.engine.library_files import FOLDERS
from app.errors import Invalid
from app.scenarios import company as companies
from app.scenarios.business.doing import CASES_A_DAY, JOBS_AT_ONCE, Wanted, do_business
from app.scenarios.business.habits import FILE as HABITS
from app.scenarios.business.habits import Habits, read_habits
from app.scenarios.company import read_company
from app.scenarios.coverage import coverage_of, merged, processes_of
from app.scenarios.files import find_scenarios, read_scenario
from app.scenarios.playing import Outcome
from app.scenarios.problems import Unreadable
from app.scenarios.report import document, tables
from app.scenarios.sandbox import Sandbox
from app.scenarios.scenario import Scenario


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
@click.option("--days", type=click.IntRange(1, 3_650), help="Simulate business of so many days instead.")
@click.option("--cases", type=click.IntRange(1), help="Requests that come in these days.  [default: 55 a day]")
@click.option("--seed", type=int, default=1, show_default=True, help="Decides everything that happens in these days.")
@click.option(
    "--habits",
    "habits_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=HABITS,
    help="File with what customers and people are like.  [default: that of the program's own library]",
)
@click.option("--keep", type=click.Path(path_type=Path), help="New SQLite file in which the days are kept.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of tables.")
@with_appcontext
def simulate(
    paths: Sequence[Path],
    processes: Sequence[str],
    folders: Sequence[Path],
    company_file: Path,
    days: int | None,
    cases: int | None,
    seed: int,
    habits_file: Path,
    keep: Path | None,
    *,
    as_json: bool,
) -> None:
    """Play scenarios: the files in PATHS, or what lies below them in scenarios/<process>/.

    Without PATHS those of the program's own library. Each is played in a copy of a company that is founded in a
    temporary database; the installation's is never touched, and its clock stands wherever the scenario wants it.

    With --days customers come and people work as their habits and dice with a seed have it, and it is told which
    cases ended, who is waited for, and whether anything got stuck.

    Exit code 1 when a scenario does not end as expected or cannot be read, or when anything got stuck.
    """
    library = files_in(folders or [LIBRARY / folder for folder in FOLDERS])
    try:
        with tempfile.TemporaryDirectory(prefix="firstline-simulate-") as folder:
            if days is None:
                scenarios = _chosen(paths or [LIBRARY / FOLDERS[0]], processes)
                good = _play_all(_founded(Path(folder), library, company_file), scenarios, library, as_json=as_json)
            else:
                wanted = Wanted(days, cases or days * CASES_A_DAY, seed)
                database = keep or Path(folder) / "business.sqlite3"
                habits = read_habits(habits_file)
                good = _do_business(
                    _founded(Path(folder), library, company_file), habits, wanted, database, as_json=as_json
                )
    except Unreadable as unreadable:
        raise click.ClickException(unreadable.in_words()) from unreadable
    except Invalid as refused:
        raise click.ClickException(_undeployable(refused, library)) from refused
    if not good:
        raise SystemExit(1)


def _chosen(paths: Sequence[Path], processes: Sequence[str]) -> list[Scenario]:
    found = [read_scenario(path) for path in find_scenarios(paths)]
    chosen = [scenario for scenario in found if not processes or scenario.process in processes]
    if not chosen:
        raise click.ClickException(f"There is no scenario{' of ' + ', '.join(processes) if processes else ''} there.")
    return chosen


def _founded(folder: Path, library: Sequence[File], company_file: Path) -> Sandbox:
    began = time.perf_counter()
    _say("Founding the company and deploying the library …")
    sandbox = Sandbox(folder, read_company(company_file), library, file=company_file.as_posix())
    _say(f"Done in {time.perf_counter() - began:.1f} s.")
    return sandbox


def _undeployable(refused: Invalid, library: Sequence[File]) -> str:
    found = all_in_words(refused.findings, library)
    return "\n".join(["The library cannot be deployed.", *(f"{one['file']}: {words.sentence}" for one, words in found)])


def _play_all(sandbox: Sandbox, scenarios: Sequence[Scenario], library: Sequence[File], *, as_json: bool) -> bool:
    _say(f"{len(scenarios)} scenarios:")
    outcomes = [_played(sandbox, scenario, number, len(scenarios)) for number, scenario in enumerate(scenarios)]
    models = processes_of(library)
    seen = merged(outcome.visited for outcome in outcomes)
    played = sorted({outcome.scenario.process for outcome in outcomes})
    covered = [coverage_of(models[process], seen.get(process)) for process in played if process in models]
    click.echo(document(outcomes, covered) if as_json else tables(outcomes, covered))
    return all(outcome.passed for outcome in outcomes)


def _played(sandbox: Sandbox, scenario: Scenario, number: int, total: int) -> Outcome:
    outcome = sandbox.play(scenario)
    verdict = "ok" if outcome.passed else "DIFFERS"
    _say(f"[{number + 1}/{total}] {scenario.process} {scenario.id}: {verdict}, {outcome.seconds:.1f} s")
    return outcome


def _do_business(sandbox: Sandbox, habits: Habits, wanted: Wanted, database: Path, *, as_json: bool) -> bool:
    """Simulate days in a new file. Raises ClickException when there is a file already."""
    if database.exists():
        raise click.ClickException(f"{database} exists already; name a new file.")
    with (
        sandbox.company(database, jobs_at_once=JOBS_AT_ONCE) as (app, clock),
        click.progressbar(length=wanted.days, label="Days", file=sys.stderr, show_pos=True) as bar,
    ):
        told = do_business(app, clock, habits, wanted, lambda day: bar.update(day - bar.pos))
    click.echo(told.document() if as_json else told.tables())
    return not told.ending.faults


def _say(line: str) -> None:
    click.echo(line, err=True)  # so that what is printed to a file or a pipe is the result alone
