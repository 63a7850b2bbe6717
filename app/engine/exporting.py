"""`firstline export`: the published library as files in a folder, for version control."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from app.engine.gate import File
from app.engine.library_files import FOLDERS, SUFFIXES, Comparison, compare, library_files

WORDS = (("only here", "only_here"), ("only published", "only_there"), ("differs", "different"))


@click.command()
@click.argument("folder", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit code 1 when anything is different.")
@with_appcontext
def export(folder: Path, *, only_check: bool) -> None:
    """Write the published processes, tables and forms to bpmn/ and forms/ in FOLDER (by default this one).

    Files that are the same stay untouched. What is only in the folder is named and left alone; delete or deploy it.
    """
    published = library_files()
    if not published:
        raise click.ClickException("Nothing is published.")
    found = compare(_files_below(folder), published)
    tell(found)
    if only_check:
        raise SystemExit(0 if found.alike else 1)
    changed = (*found.only_there, *found.different)
    for where in changed:
        _write(folder, where, published[where].content)
    click.echo(f"{len(changed)} files written; {len(found.same)} were up to date.")


def _files_below(folder: Path) -> list[File]:
    """The files of the library's two folders, named by their places in it."""
    paths = [path for name in FOLDERS for path in sorted((folder / name).rglob("*")) if path.suffix in SUFFIXES]
    return [File(path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths if path.is_file()]


def tell(found: Comparison) -> None:
    """Print what differs, and how much is the same."""
    for words, name in WORDS:
        for where in getattr(found, name):
            click.echo(f"  {words}: {where}")
    counts = [f"{len(getattr(found, name))} {words}" for words, name in WORDS if getattr(found, name)]
    click.echo(", ".join([*counts, f"{len(found.same)} the same"]) + ".")


def _write(folder: Path, where: str, content: bytes) -> None:
    """Write one file, never through a link that leads out of the folder."""
    path = folder / where
    if not path.resolve().is_relative_to(folder.resolve()):
        raise click.ClickException(f"{path} is a link that leads out of {folder}; nothing was written there.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
