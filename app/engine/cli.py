"""`firstline deploy` and `firstline lint`: the deploy gate from the command line."""

import typing as t
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from flask.cli import with_appcontext

from app import i18n
from app.engine import archives
from app.engine.deploy import deploy as deploy_files
from app.engine.deploy import lint as lint_files
from app.engine.exporting import tell
from app.engine.finding_text import all_in_words
from app.engine.gate import File
from app.engine.library_files import FOLDERS, SUFFIXES, compare, folders_of, library_files
from app.errors import Invalid
from app.people import SYSTEM

LIBRARY = Path(__file__).parents[2]


def files_in(paths: Iterable[Path]) -> list[File]:
    """Return the deployable files among paths, folders and ZIP archives with everything in them, in a stable order.

    A file of a folder keeps its place in it as its name (`bpmn/repair/…`), by which the studio sorts the library.
    Raises Invalid for an archive that is not to be opened.
    """
    found: dict[Path, str] = {}
    unpacked: list[File] = []
    for path in paths:
        if path.is_file() and archives.is_archive(path.name):
            unpacked.extend(archives.unpack(path.read_bytes(), SUFFIXES).files)
            continue
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        top = path.resolve().parent
        found |= {one: one.resolve().relative_to(top).as_posix() for one in inside if one.suffix in SUFFIXES}
    return [File(name, one.read_bytes()) for one, name in found.items()] + unpacked


def deploy_library() -> None:
    """Deploy the process library that comes with the program."""
    _deploy(files_in(LIBRARY / folder for folder in FOLDERS), note="Process library", both_languages=True)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--note", default="", help="Why, for the list of versions.")
@click.option("--check", "only_check", is_flag=True, help="Deploy nothing; exit code 1 when anything is different.")
@with_appcontext
def deploy(paths: Sequence[Path], note: str, *, only_check: bool) -> None:
    """Deploy PATHS (files, folders with everything below, ZIP archives): all of them or, if one is refused, none.

    Says before and after how they differ from what is published: what is only here, what within the same folders is
    only published, what differs, and how much is the same.
    """
    files = _some(paths)
    within = [] if all(path.is_file() and not archives.is_archive(path.name) for path in paths) else folders_of(files)
    before = compare(files, library_files(), within)
    tell(before)
    if only_check:
        raise SystemExit(0 if before.alike else 1)
    _deploy(files, note=note or None)
    if not before.alike:
        tell(compare(files, library_files(), within))


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--both-languages", is_flag=True, help="Demand English beside every Chinese name, as our library does.")
@with_appcontext
def lint(paths: Sequence[Path], *, both_languages: bool) -> None:
    """Check PATHS as a deployment would, without deploying. Exit code 1 when a deployment would be refused."""
    files = _some(paths)
    checked = lint_files(files, both_languages=both_languages)
    _print((finding.as_json() for finding in checked.findings), files)
    if checked.errors:
        raise SystemExit(1)
    click.echo("Nothing stands in the way of a deployment.")


def _some(paths: Sequence[Path]) -> list[File]:
    try:
        files = files_in(paths)
    except Invalid as refused:
        raise click.ClickException(i18n.text(refused.code, **refused.params)) from refused
    if not files:
        raise click.ClickException(f"There is no {', '.join(SUFFIXES)} file there.")
    return files


def _deploy(files: list[File], *, note: str | None, both_languages: bool = False) -> None:
    try:
        result = deploy_files(SYSTEM, files, note=note, both_languages=both_languages)
    except Invalid as refused:
        _print(refused.findings, files)
        raise click.ClickException("Nothing was deployed; correct the errors above.") from refused
    _print((finding.as_json() for finding in result.findings), files)
    changed = [one for one in result.listed if one.changed]
    for one in changed:
        click.echo(f"  {one.kind} {one.id} version {one.version}")
    click.echo(f"Deployed {len(changed)} new versions; {len(result.listed) - len(changed)} were up to date.")


def _print(findings: Iterable[t.Mapping[str, t.Any]], files: Sequence[File]) -> None:
    for finding, words in all_in_words(findings, files):
        place = ":".join(str(part) for part in (finding.get("file"), finding.get("element_id")) if part)
        click.echo(f"{finding.get('severity', 'error')} {place}: {words.sentence}", err=True)
        if words.place:
            click.echo(f"  {words.place}", err=True)
        if words.excerpt:
            before, marked, after = words.excerpt
            click.echo(f"    {before}{marked}{after}\n    {' ' * _width(before)}{'^' * _width(marked)}", err=True)


def _width(text: str) -> int:
    """Columns that a text takes in a terminal, where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
