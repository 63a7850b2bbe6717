"""Demonstration accounts have a password everybody knows, so they work in demo mode and on loopback only."""

import dataclasses

import pytest

from app.errors import Forbidden, Invalid
from app.people import SYSTEM
from app.people.accounts import create_user, set_password
from app.people.queries import sign_ins
from app.people.signin import sign_in
from tests.people.cast import ELSEWHERE, HERE


@pytest.fixture
def settings(settings):
    return dataclasses.replace(settings, demo=True)


@pytest.fixture
def demo_account(app):
    return create_user(SYSTEM, "call_agent", names={"zh": "座席"}, password="demo", demo=True)


def test_they_sign_in_on_the_very_machine(demo_account):
    assert sign_in("call_agent", "demo", HERE).person.demo


def test_they_are_refused_from_elsewhere_and_that_is_on_record(demo_account):
    with pytest.raises(Forbidden, match="demo_account"):
        sign_in("call_agent", "demo", ELSEWHERE)
    assert [row.outcome for row in sign_ins("call_agent")] == ["demo_refused"]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_a_proxy_on_the_same_machine_does_not_make_strangers_local(app, demo_account, header):
    client = app.test_client()
    answer = client.get("/api/nothing", auth=("call_agent", "demo"), headers={header: "203.0.113.9"})
    assert answer.status_code == 403


def test_a_remembered_credential_does_not_open_the_door_for_others(app, demo_account):
    client = app.test_client()
    assert client.get("/api/nothing", auth=("call_agent", "demo")).status_code == 404
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/api/nothing", auth=("call_agent", "demo"), environ_base=elsewhere).status_code == 403


def test_other_accounts_never_get_such_a_password(app, demo_account):
    with pytest.raises(Invalid):
        create_user(SYSTEM, "real", names={}, password="demo")
    with pytest.raises(Invalid):
        set_password(SYSTEM, demo_account, "")
