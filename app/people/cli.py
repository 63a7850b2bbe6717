"""`firstline user`: accounts from the command line, for the first administrator and for scripts."""

import sys
import typing as t
from collections.abc import Callable
from functools import wraps

import click
from flask.cli import with_appcontext

from app.errors import FirstlineError, Invalid
from app.i18n import in_both
from app.people import accounts, organisation, queries
from app.people.guard import settled_name
from app.people.person import PERMISSION_SETS, STAFF, SYSTEM
from app.people.roles import seed_roles

P = t.ParamSpec("P")
R = t.TypeVar("R")


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a refused act into a sentence and exit code 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Invalid as error:
            lines = [f"{field}: {_say(code, params)}" for field, each in error.fields.items() for code, params in each]
            raise click.ClickException("\n".join(lines) or _say(error.code, error.params)) from error
        except FirstlineError as error:
            raise click.ClickException(_say(error.code, error.params)) from error

    return run


def _say(code: str, params: t.Mapping[str, t.Any]) -> str:
    return in_both(code, params)["en"]


@click.group()
def user() -> None:
    """Keep accounts: list and add users, set passwords, give rights and roles, deactivate.

    Every change leaves an audit row in the name of the system.
    """


@user.command("list")
@click.argument("text", default="")
@click.option("--all", "everybody", is_flag=True, help="Show deactivated accounts too.")
@with_appcontext
@told
def list_users(text: str, *, everybody: bool) -> None:
    """List users, all or those whose name, account, e-mail or phone contains TEXT."""
    after = ""
    while True:
        page = queries.user_page(text, after=after, inactive=everybody)
        for person in page.users:
            held = ", ".join(f"{one.role}@{one.unit or '*'}" for one in person.memberships)
            rights = ",".join(sorted(person.permissions))
            state = "" if person.active else "  deactivated"
            click.echo(f"{person.username}  {person.names['zh']}  [{rights}]  {held}{state}")
        if page.after is None:
            return
        after = page.after


@user.command()
@click.argument("username")
@click.option("--name-zh", default="", help="Name in Chinese.")
@click.option("--name-en", default="", help="Name in English.")
@click.option("--email", default="")
@click.option("--phone", default="")
@click.option("--language", type=click.Choice(["zh", "en"]))
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    type=click.Choice(PERMISSION_SETS),
    default=(STAFF,),
    help="A permission set; repeat for several. Default: staff.",
)
@click.option("--no-password", is_flag=True, help="Make an account that only single sign-on opens.")
@with_appcontext
@told
def add(
    username: str,
    *,
    name_zh: str,
    name_en: str,
    email: str,
    phone: str,
    language: str | None,
    permissions: tuple[str, ...],
    no_password: bool,
) -> None:
    """Add a user. The password is asked for, or read from standard input when that is no terminal."""
    accounts.create_user(
        SYSTEM,
        username,
        names={"zh": name_zh, "en": name_en},
        password="" if no_password else _ask_password(),
        permissions=permissions,
        email=email,
        phone=phone,
        language=language,
    )
    click.echo(f"Added {settled_name(username)}.")


@user.command()
@click.argument("username")
@with_appcontext
@told
def password(username: str) -> None:
    """Set a new password, asked for or read from standard input. Ends all sessions and lifts a lock-out."""
    user_id = accounts.user_id_of(username)
    accounts.set_password(SYSTEM, user_id, _ask_password())
    click.echo(f"New password set for {username}. All sessions are ended.")


@user.command()
@click.argument("username")
@click.argument("permissions", nargs=-1, type=click.Choice(PERMISSION_SETS))
@with_appcontext
@told
def permit(username: str, permissions: tuple[str, ...]) -> None:
    """Give a user exactly these PERMISSIONS (permission sets); without any, none is left."""
    accounts.set_permissions(SYSTEM, accounts.user_id_of(username), permissions)
    click.echo(f"{username} now has: {', '.join(permissions) or 'no permission set'}.")


@user.command()
@click.argument("username")
@click.argument("role")
@click.option("--unit", help="Code of the unit; without it the role counts everywhere.")
@with_appcontext
@told
def grant(username: str, role: str, unit: str | None) -> None:
    """Let a user hold ROLE at a unit and everything below it, or everywhere."""
    seed_roles()
    organisation.add_membership(SYSTEM, accounts.user_id_of(username), role, unit)
    click.echo(f"{username} now is {role} at {unit or 'every unit'}.")


@user.command()
@click.argument("username")
@click.argument("role")
@click.option("--unit", help="Code of the unit; without it the role held everywhere is taken.")
@with_appcontext
@told
def revoke(username: str, role: str, unit: str | None) -> None:
    """Take ROLE at a unit (or everywhere) away from a user."""
    held = queries.memberships(user_id=accounts.user_id_of(username), role=role)
    row = next((row for row in held if row.unit == unit), None)
    if row is None:
        raise click.ClickException(f"{username} is not {role} at {unit or 'every unit'}.")
    organisation.remove_membership(SYSTEM, row.id)
    click.echo(f"{username} no longer is {role} at {unit or 'every unit'}.")


@user.command()
@click.argument("username")
@click.option("--reason", default="", help="Why; it is kept in the audit.")
@with_appcontext
@told
def deactivate(username: str, reason: str) -> None:
    """Deactivate an account; its sessions and tokens end at once."""
    accounts.set_active(SYSTEM, accounts.user_id_of(username), active=False, reason=reason)
    click.echo(f"Deactivated {username}.")


@user.command()
@click.argument("username")
@with_appcontext
@told
def activate(username: str) -> None:
    """Let a deactivated account be used again."""
    accounts.set_active(SYSTEM, accounts.user_id_of(username), active=True)
    click.echo(f"Activated {username}.")


@user.command()
@click.argument("username")
@with_appcontext
@told
def unlock(username: str) -> None:
    """Lift a lock-out before its time."""
    accounts.unlock(SYSTEM, accounts.user_id_of(username))
    click.echo(f"Unlocked {username}.")


def _ask_password() -> str:
    if sys.stdin.isatty():
        return click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return sys.stdin.readline().rstrip("\n")
