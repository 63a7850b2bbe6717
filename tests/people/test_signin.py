"""Signing in with a password: lock-out, unknown names, sessions that end."""

import datetime as dt
import time

import pytest
import sqlalchemy as sa

from app.db import db
from app.errors import Forbidden, Unauthorized
from app.people import SYSTEM, passwords
from app.people.accounts import change_password, create_user, set_active, set_password, unlock
from app.people.models import SignIn, SignInGuard, User, WebSession
from app.people.queries import locked_until, sessions_of, sign_ins
from app.people.signin import end_sessions, person_of_session, sign_in, sign_out, start_session
from tests.conftest import both_databases
from tests.people.cast import ELSEWHERE, HERE, PASSWORD

pytestmark = both_databases


def refused(username: str, password: str) -> tuple[str, dict]:
    with pytest.raises(Unauthorized) as error:
        sign_in(username, password, ELSEWHERE)
    return error.value.code, error.value.params


def test_the_right_password_opens_a_session(cast):
    signed = sign_in("agent", PASSWORD, ELSEWHERE)
    assert signed.person == cast.agent
    assert person_of_session(signed.token) == cast.agent


def test_case_and_spaces_of_the_name_do_not_matter(cast):
    assert sign_in("  Agent ", PASSWORD, HERE).person.username == "agent"


def test_a_session_costs_one_statement(cast, statements):
    token = sign_in("agent", PASSWORD, HERE).token
    statements.clear()
    person_of_session(token)
    assert len(statements) == 1


def test_the_secret_is_new_every_time_and_is_not_stored(cast):
    tokens = {sign_in("agent", PASSWORD, HERE).token for _ in range(2)}
    assert len(tokens) == 2
    stored = set(db.session.scalars(sa.select(WebSession.digest)))
    assert not tokens & stored


def test_wrong_passwords_are_counted_down_and_lock_the_name(cast, clock):
    for left in (4, 3, 2, 1):
        assert refused("agent", "wrong password") == ("people.wrong_credentials", {"left": left})
    assert refused("agent", "wrong password") == ("people.locked", {"minutes": 15})
    assert refused("agent", PASSWORD) == ("people.locked", {"minutes": 15})
    clock.advance(minutes=14)
    assert refused("agent", PASSWORD) == ("people.locked", {"minutes": 1})
    clock.advance(minutes=1)
    assert sign_in("agent", PASSWORD, HERE).person.username == "agent"


def test_unknown_names_are_answered_exactly_like_known_ones(cast):
    answers = {name: [refused(name, "wrong password") for _ in range(6)] for name in ("agent", "nobody")}
    assert answers["agent"] == answers["nobody"]


def test_unknown_names_take_as_long_as_known_ones(cast):
    def seconds(name):
        begin = time.perf_counter()
        refused(name, "wrong password")
        return time.perf_counter() - begin

    known = min(seconds("agent") for _ in range(3))
    unknown = min(seconds("nobody") for _ in range(3))
    assert unknown > known / 2


def test_a_lock_is_per_name(cast):
    for _ in range(5):
        refused("agent", "wrong password")
    assert sign_in("colleague", PASSWORD, HERE)


def test_a_success_forgets_failures(cast):
    for _ in range(4):
        refused("agent", "wrong password")
    sign_in("agent", PASSWORD, HERE)
    assert refused("agent", "wrong password") == ("people.wrong_credentials", {"left": 4})


def test_failures_long_ago_do_not_count(cast, clock):
    for _ in range(4):
        refused("agent", "wrong password")
    clock.advance(minutes=15)
    assert refused("agent", "wrong password") == ("people.wrong_credentials", {"left": 4})


def test_an_administrator_unlocks_before_the_time(cast):
    for _ in range(5):
        refused("agent", "wrong password")
    assert locked_until("agent") is not None
    unlock(cast.administrator, cast.ids["agent"])
    assert locked_until("agent") is None
    assert sign_in("agent", PASSWORD, HERE)


def test_a_right_guess_does_not_count_when_the_name_was_locked_meanwhile(cast, clock, monkeypatch):
    # Many guesses at once: all pass the first look before one of the others locks the name.
    def lock_while_the_hash_is_computed(stored, password):
        db.session.rollback()
        locked = clock.now() + dt.timedelta(minutes=15)
        db.session.add(SignInGuard(name="agent", failures=0, failed_at=clock.now(), locked_until=locked))
        db.session.commit()
        return True

    monkeypatch.setattr(passwords, "matches", lock_while_the_hash_is_computed)
    assert refused("agent", PASSWORD)[0] == "people.locked"


@pytest.mark.parametrize("password", ["", "x" * 100_000, "密码" * 20, "\0"])
def test_odd_passwords_are_wrong_and_nothing_breaks(cast, password):
    assert refused("agent", password)[0] == "people.wrong_credentials"


@pytest.mark.parametrize("name", ["", " ", "x" * 10_000, "' OR 1=1 --", "agent%", "ａｇｅｎｔ"])
def test_odd_names_are_unknown_and_nothing_breaks(cast, name):
    assert refused(name, PASSWORD)[0] == "people.wrong_credentials"


def test_an_account_without_password_cannot_sign_in_with_one(cast):
    create_user(SYSTEM, "sso", names={"zh": "单点"})
    assert refused("sso", "")[0] == "people.wrong_credentials"
    assert refused("sso", "the hash that unknown names are checked against")[0] == "people.wrong_credentials"


def test_a_deactivated_account_looks_like_a_wrong_password(cast):
    set_active(SYSTEM, cast.ids["agent"], active=False)
    assert refused("agent", PASSWORD)[0] == "people.wrong_credentials"


def test_every_attempt_is_on_record(cast):
    refused("agent", "wrong password")
    sign_in("agent", PASSWORD, ELSEWHERE)
    refused("nobody", "wrong password")
    rows = db.session.execute(sa.select(SignIn.name, SignIn.outcome, SignIn.address).order_by(SignIn.id)).all()
    assert rows == [
        ("agent", "wrong_credentials", "203.0.113.9"),
        ("agent", "signed_in", "203.0.113.9"),
        ("nobody", "wrong_credentials", "203.0.113.9"),
    ]
    assert [row.outcome for row in sign_ins("agent")] == ["signed_in", "wrong_credentials"]


def test_an_outdated_hash_is_renewed_at_sign_in(cast):
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    db.session.execute(sa.update(User).where(User.username == "agent").values(password_hash=weak))
    db.session.commit()
    sign_in("agent", PASSWORD, HERE)
    stored = db.session.scalar(sa.select(User.password_hash).where(User.username == "agent"))
    assert stored != weak
    assert not passwords.outdated(stored)
    assert sign_in("agent", PASSWORD, HERE)


def test_a_session_ends_after_eight_idle_hours_but_not_while_it_is_used(cast, clock):
    token = sign_in("agent", PASSWORD, HERE).token
    for _ in range(3):
        clock.advance(hours=7)
        assert person_of_session(token) is not None
    clock.advance(hours=8)
    assert person_of_session(token) is None


def test_reading_pages_does_not_write(cast, clock, statements):
    token = sign_in("agent", PASSWORD, HERE).token
    clock.advance(minutes=4)
    statements.clear()
    person_of_session(token)
    assert not [sent for sent in statements if sent.startswith("UPDATE")]
    clock.advance(minutes=1)
    person_of_session(token)
    assert [sent for sent in statements if sent.startswith("UPDATE")]


def test_signing_out_ends_this_session_only(cast):
    first, second = (sign_in("agent", PASSWORD, HERE).token for _ in range(2))
    sign_out(first)
    assert person_of_session(first) is None
    assert person_of_session(second) is not None


def test_invented_secrets_belong_to_nobody(cast):
    assert person_of_session("") is None
    assert person_of_session("x" * 43) is None


def test_all_other_sessions_can_be_ended(cast):
    first, second = (sign_in("agent", PASSWORD, HERE).token for _ in range(2))
    other = sign_in("colleague", PASSWORD, HERE).token
    assert end_sessions(cast.agent, cast.ids["agent"], keep=second) == 1
    assert person_of_session(first) is None
    assert person_of_session(second) is not None
    assert person_of_session(other) is not None
    assert [row.current for row in sessions_of(cast.ids["agent"], second)] == [True]


@pytest.mark.parametrize("who", ["colleague", "supervisor", "owner", "stranger"])
def test_sessions_of_others_are_ended_by_administrators_only(cast, who):
    token = sign_in("agent", PASSWORD, HERE).token
    with pytest.raises(Forbidden):
        end_sessions(getattr(cast, who), cast.ids["agent"])
    assert person_of_session(token) is not None
    end_sessions(cast.administrator, cast.ids["agent"])
    assert person_of_session(token) is None


def test_deactivation_ends_sessions_at_once(cast):
    token = sign_in("agent", PASSWORD, HERE).token
    set_active(SYSTEM, cast.ids["agent"], active=False)
    assert person_of_session(token) is None
    set_active(SYSTEM, cast.ids["agent"], active=True)
    assert person_of_session(token) is None


def test_a_changed_password_ends_every_other_session(cast):
    first, second = (sign_in("agent", PASSWORD, HERE).token for _ in range(2))
    change_password(cast.agent, PASSWORD, "a much better one", keep_session=second)
    assert person_of_session(first) is None
    assert person_of_session(second) is not None
    assert refused("agent", PASSWORD)[0] == "people.wrong_credentials"
    assert sign_in("agent", "a much better one", HERE)


def test_a_password_set_by_an_administrator_ends_every_session_and_the_lock(cast):
    token = sign_in("agent", PASSWORD, HERE).token
    for _ in range(5):
        refused("agent", "wrong password")
    set_password(cast.administrator, cast.ids["agent"], "a much better one")
    assert person_of_session(token) is None
    assert sign_in("agent", "a much better one", HERE)


def test_a_session_cannot_be_opened_for_a_deactivated_account(cast):
    set_active(SYSTEM, cast.ids["agent"], active=False)
    with pytest.raises(Unauthorized, match="account_inactive"):
        start_session(cast.ids["agent"], HERE, method="oidc")


def test_demo_accounts_are_refused_outside_demo_mode(cast):
    create_user(SYSTEM, "call_agent", names={}, password="demo", demo=True)
    with pytest.raises(Forbidden, match="demo_account"):
        sign_in("call_agent", "demo", HERE)
