"""`firstline`, the operator's tool. Commands live in the package they belong to and are imported when called."""

import importlib
import sys
import typing as t

import click
from flask.cli import ScriptInfo

from app.config import ConfigError

COMMANDS = {
    "init": "app.schema:init",
    "serve": "app.server:serve",
    "worker": "app.worker:worker",
    "backup": "app.backup.cli:backup",
    "restore": "app.backup.cli:restore",
    "release": "app.backup.cli:release",
    "tidy": "app.tidy:tidy",
    "deploy": "app.engine.cli:deploy",
    "export": "app.engine.exporting:export",
    "lint": "app.engine.cli:lint",
    "layout": "app.layout.cli:layout",
    "user": "app.people.cli:user",
    "simulate": "app.scenarios.cli:simulate",
    "demo": "app.demo.cli:demo",
}


class LazyGroup(click.Group):
    """Imports a command's module only when it is called or described, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's signature)
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        return t.cast(click.Command, getattr(importlib.import_module(module), name))


@click.command(cls=LazyGroup)
@click.version_option(package_name="firstline")
@click.pass_context
def firstline(ctx: click.Context) -> None:
    """Run after-sales service as BPMN processes: set up, serve and look after a Firstline installation.

    Settings come from config.toml (or the file FIRSTLINE_CONFIG names) and FIRSTLINE_* variables.
    """
    from app import create_app

    ctx.obj = ScriptInfo(create_app=create_app, set_debug_flag=False)


def main() -> None:
    """Entry point of the console script."""
    try:
        firstline(prog_name="firstline")
    except ConfigError as error:
        sys.exit(f"The configuration cannot be used. {error}")
