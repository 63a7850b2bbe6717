"""The command line: `firstline layout IN [OUT]` and `firstline layout --check FILE…`."""

from pathlib import Path

import click

from app.layout import LayoutFailed, check
from app.layout import layout as lay_out

_FILE = click.Path(exists=False, dir_okay=False, path_type=Path)


@click.command("layout")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="IN [OUT]")
@click.option("--check", "only_check", is_flag=True, help="Draw nothing; report what is wrong with the diagrams.")
@click.pass_context
def layout(ctx: click.Context, files: tuple[Path, ...], *, only_check: bool) -> None:
    """Place the elements of a BPMN file lane by lane and draw its flows.

    Everything but the diagram part of the file stays as it is. Without OUT the file itself is written; with --check
    any number of files is read. Defects of the result are listed, and the exit code is 1 when the drawing is wrong.
    """
    if only_check:
        ctx.exit(max(_report(path, path.read_bytes()) for path in files))
    if len(files) > 2:
        raise click.UsageError("Give one file to lay out and at most one to write; --check takes any number.")
    try:
        drawn = lay_out(files[0].read_bytes())
    except LayoutFailed as error:
        raise click.ClickException(f"{files[0]}: {error.code}{_params(error.params)}") from error
    files[-1].write_bytes(drawn)
    ctx.exit(_report(files[-1], drawn))


def _report(path: Path, xml: bytes) -> int:
    defects = check(xml)
    for defect in defects:
        click.echo(f"{path}: {defect.code} {defect.element_id}{_params(defect.params)}")
    return int(any(defect.hard for defect in defects))


def _params(params: dict[str, object]) -> str:
    return "".join(f" {name}={value}" for name, value in params.items())
