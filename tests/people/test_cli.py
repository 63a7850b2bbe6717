"""`firstline user`, without a terminal, as scripts call it."""

import pytest
import sqlalchemy as sa
from flask.cli import ScriptInfo

from app.db import db
from app.people import find_person
from app.people.audit import AuditEntry
from app.people.cli import user
from app.people.signin import sign_in
from tests.people.cast import HERE, PASSWORD


@pytest.fixture
def firstline(app):
    from click.testing import CliRunner

    def run(*words, stdin="", fails=False):
        result = CliRunner().invoke(user, words, input=stdin, obj=ScriptInfo(create_app=lambda: app))
        assert (result.exit_code != 0) == fails, result.output
        return result.output

    return run


def test_every_command_explains_itself(firstline):
    for name, command in user.commands.items():
        assert command.get_short_help_str()
        assert name in firstline("--help")
        assert "Usage" in firstline(name, "--help")


def test_the_first_administrator_is_added_without_a_terminal(app, firstline):
    firstline("add", "chief", "--name-zh", "主管", "--permission", "administrator", stdin="a first password\n")
    person = sign_in("chief", "a first password", HERE).person
    assert person.administrator
    entry = db.session.scalar(sa.select(AuditEntry).where(AuditEntry.subject == "user:chief"))
    assert (entry.action, entry.username) == ("people:user:created", "system")


def test_a_bad_user_is_refused_with_a_sentence(app, firstline):
    assert "At least 10 characters" in firstline("add", "chief", stdin="short\n", fails=True)
    assert "Small letters" in firstline("add", "no name", "--no-password", fails=True)


def test_users_are_listed_with_rights_and_roles(cast, firstline):
    assert "supervisor  周敏  [staff,supervisor]  repair_receptionist@ZJ, repair_supervisor@ZJ" in firstline("list")
    assert firstline("list", "李").startswith("agent ")


def test_roles_are_granted_and_revoked(cast, firstline):
    firstline("grant", "agent", "packer", "--unit", "FA")
    firstline("grant", "agent", "inspector")
    assert cast.agent.roles == {"repair_receptionist", "packer", "inspector"}
    firstline("revoke", "agent", "packer", "--unit", "FA")
    assert "packer" not in cast.agent.roles
    assert "not packer" in firstline("revoke", "agent", "packer", fails=True)
    assert "no unit" in firstline("grant", "agent", "packer", "--unit", "NOWHERE", fails=True)


def test_rights_passwords_and_state_are_set(cast, firstline):
    firstline("permit", "agent", "staff", "supervisor")
    assert cast.agent.permissions == {"staff", "supervisor"}
    firstline("password", "agent", stdin="a second password\n")
    assert sign_in("agent", "a second password", HERE)
    firstline("deactivate", "agent", "--reason", "left")
    assert find_person("agent") is None
    assert "deactivated" in firstline("list", "--all", "agent")
    firstline("activate", "agent")
    assert find_person("agent")
    firstline("unlock", "agent")


def test_unknown_users_and_the_last_administrator_are_refused(cast, firstline):
    assert "There is no user" in firstline("password", "nobody", stdin=f"{PASSWORD}\n", fails=True)
    assert "last administrator" in firstline("deactivate", "administrator", fails=True)
