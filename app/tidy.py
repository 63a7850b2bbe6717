"""`firstline tidy`: what time has made superfluous leaves the database."""

import time

import click
from flask.cli import with_appcontext

from app import schema
from app.engine import retention
from app.people import tidy as people


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what is due.")
@with_appcontext
def tidy(*, dry_run: bool) -> None:
    """Archive or delete what is due by the policy in [retention], as workers do it by themselves all the time.

    Finished instances go with their variables and history, a hundred families at a time, when no instance of their
    case lives. Cases, customers, devices, papers, notes, comments and files stay. It may be stopped and begun again.
    """
    schema.require_current()
    due = retention.due()
    for process_id, number in due.items():
        click.echo(f"  {process_id}: {number:,} finished instances are due")
    if not due:
        click.echo("No finished instance is due.")
    if dry_run:
        return
    _remove(sum(due.values()))
    people.forget_old()
    if records := people.forget_records():
        click.echo(f"{records:,} audit lines and sign-ins are deleted.")


def _remove(total: int) -> None:
    begun, done, instances = time.monotonic(), 0, 0
    for gone in retention.remove_due():
        done, instances = done + gone.families, instances + gone.instances
        where = f"in {gone.file}" if gone.file else "deleted"
        click.echo(f"  {done:,} of {total:,}  {gone.process_id}: {gone.families} {where}")
    if done:
        seconds = time.monotonic() - begun
        click.echo(f"{done:,} root instances with {instances - done:,} called ones left in {seconds:.0f} s.")
