"""Every service function that keeps people checks the right by itself, whatever page or program calls it."""

import threading

import pytest
import sqlalchemy as sa

from app.db import db
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import SYSTEM, audit
from app.people import accounts as a
from app.people import organisation as o
from app.people.audit import AuditEntry
from app.people.models import Membership
from app.people.person import ADMINISTRATOR, STAFF
from app.people.queries import user_page
from tests.conftest import both_databases
from tests.people.cast import PASSWORD

pytestmark = both_databases

KEEPING = {
    "create_user": lambda actor, ids: a.create_user(actor, "new", names={}),
    "update_user": lambda actor, ids: a.update_user(actor, ids["agent"], names={"zh": "新名"}),
    "set_permissions": lambda actor, ids: a.set_permissions(actor, ids["agent"], ["administrator"]),
    "set_active": lambda actor, ids: a.set_active(actor, ids["agent"], active=False),
    "set_password": lambda actor, ids: a.set_password(actor, ids["agent"], "another password"),
    "unlock": lambda actor, ids: a.unlock(actor, ids["agent"]),
    "create_role": lambda actor, ids: o.create_role(actor, "new_role", names={}),
    "update_role": lambda actor, ids: o.update_role(actor, "packer", names={"zh": "打包员"}),
    "create_unit": lambda actor, ids: o.create_unit(actor, "NEW", kind="outlet", names={}),
    "update_unit": lambda actor, ids: o.update_unit(actor, "HZ1", kind="outlet", names={}, parent="JS"),
    "add_membership": lambda actor, ids: o.add_membership(actor, ids["agent"], "packer", "FA"),
    "remove_membership": lambda actor, ids: o.remove_membership(
        actor, db.session.scalar(sa.select(Membership.id).limit(1))
    ),
}


def entries() -> list[tuple[str, str]]:
    query = sa.select(AuditEntry.username, AuditEntry.action).order_by(AuditEntry.id)
    return [tuple(row) for row in db.session.execute(query)]


@pytest.mark.parametrize("act", KEEPING)
def test_administrators_keep_people_and_every_act_leaves_one_audit_row(cast, act):
    before = entries()
    KEEPING[act](cast.administrator, cast.ids)
    (entry,) = entries()[len(before) :]
    assert entry[0] == "administrator"
    assert audit.ACTION.fullmatch(entry[1])


@pytest.mark.parametrize("act", KEEPING)
def test_nobody_else_keeps_people_and_nothing_happens(cast, act):
    before = entries()
    read_only = cast.administrator.narrowed([])
    for actor in (cast.agent, cast.colleague, cast.supervisor, cast.owner, cast.stranger, read_only):
        with pytest.raises(Forbidden):
            KEEPING[act](actor, cast.ids)
    assert entries() == before


def test_everybody_changes_their_own_contact_and_language_but_not_their_name(cast):
    a.update_user(cast.agent, cast.ids["agent"], email="li@firstline.test", phone="0571-1", language="zh")
    assert (cast.agent.email, cast.agent.language) == ("li@firstline.test", "zh")
    with pytest.raises(Forbidden):
        a.update_user(cast.agent, cast.ids["agent"], names={"zh": "总经理"})
    with pytest.raises(Forbidden):
        a.update_user(cast.agent, cast.ids["colleague"], email="li@firstline.test")


def test_a_change_that_changes_nothing_leaves_no_audit_row(cast):
    before = entries()
    a.update_user(cast.administrator, cast.ids["agent"], email="")
    a.set_active(cast.administrator, cast.ids["agent"], active=True)
    a.set_permissions(cast.administrator, cast.ids["agent"], [STAFF])
    assert entries() == before


def test_the_audit_row_tells_what_was_before_and_after(cast):
    a.set_permissions(cast.administrator, cast.ids["agent"], ["staff", "supervisor"])
    entry = db.session.scalar(sa.select(AuditEntry).where(AuditEntry.action == "people:user:permissions"))
    assert entry.subject == "user:agent"
    assert entry.detail == {"before": ["staff"], "after": ["staff", "supervisor"]}


def test_an_action_outside_the_vocabulary_is_a_mistake_of_the_programmer(app):
    with pytest.raises(ValueError, match="source:subject:action"):
        audit.record(db.session, SYSTEM, "did something", "user:agent")


def test_a_failed_act_leaves_no_audit_row(cast):
    before = entries()
    with pytest.raises(Conflict):
        a.create_user(cast.administrator, "agent", names={})
    with pytest.raises(Conflict):
        o.create_unit(cast.administrator, "HZ1", kind="outlet", names={})
    with pytest.raises(NotFound):
        a.set_active(cast.administrator, 4711, active=False)
    assert entries() == before


def test_without_any_administrator_others_can_still_be_deactivated(app):
    only = a.create_user(SYSTEM, "clerk", names={})
    a.set_active(SYSTEM, only, active=False)


def test_a_missing_name_is_taken_from_the_other_language_or_the_account(app, cast):
    a.create_user(SYSTEM, "nameless", names={})
    a.create_user(SYSTEM, "half", names={"en": "Half"})
    people = {person.username: person.names for person in user_page().users}
    assert people["nameless"] == {"zh": "nameless", "en": "nameless"}
    assert people["half"] == {"zh": "Half", "en": "Half"}


def test_an_unknown_permission_set_is_refused(cast):
    with pytest.raises(Invalid):
        a.set_permissions(cast.administrator, cast.ids["agent"], ["king"])


def test_changing_the_password_needs_the_old_one(cast):
    with pytest.raises(Invalid):
        a.change_password(cast.agent, "wrong", "a much better one")
    a.change_password(cast.agent, PASSWORD, "a much better one")


def test_of_two_administrators_the_second_cannot_go(cast):
    a.set_permissions(SYSTEM, cast.ids["owner"], [ADMINISTRATOR])
    a.set_active(cast.owner, cast.ids["administrator"], active=False)
    with pytest.raises(Conflict):
        a.set_permissions(cast.owner, cast.ids["owner"], [STAFF])


def test_two_administrators_who_remove_each_other_at_once_leave_one(app, cast):
    a.set_permissions(SYSTEM, cast.ids["owner"], [ADMINISTRATOR])
    people = (cast.owner, cast.administrator)
    barrier = threading.Barrier(2)
    outcomes = []

    def remove(actor, other):
        with app.app_context():
            barrier.wait()
            try:
                a.set_active(actor, other.id, active=False)
                outcomes.append("removed")
            except Conflict:
                outcomes.append("refused")
            finally:
                db.session.remove()

    db.session.rollback()
    threads = [threading.Thread(target=remove, args=pair) for pair in (people, people[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "removed"]
