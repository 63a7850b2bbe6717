"""Housekeeping deletes what no longer decides anything, and nothing else."""

import pytest
import sqlalchemy as sa

from app.db import db
from app.errors import Unauthorized
from app.people.models import SignIn, SignInGuard, WebSession
from app.people.signin import person_of_session, sign_in
from app.people.tidy import forget_old
from tests.conftest import both_databases
from tests.people.cast import HERE, PASSWORD

pytestmark = both_databases


def rows(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_ended_sessions_go_after_a_month_and_live_ones_stay(cast, clock):
    sign_in("agent", PASSWORD, HERE)
    clock.advance(days=30)
    token = sign_in("colleague", PASSWORD, HERE).token
    assert forget_old() == 0
    clock.advance(hours=8)
    clock.advance(seconds=-1)
    assert person_of_session(token)
    clock.advance(seconds=2)
    assert forget_old() == 1
    assert rows(WebSession) == 1
    assert person_of_session(token)
    assert rows(SignIn) == 2


def test_counted_failures_go_when_they_no_longer_count(cast, clock):
    for _ in range(5):
        with pytest.raises(Unauthorized):
            sign_in("nobody", "wrong password", HERE)
    clock.advance(minutes=14)
    assert forget_old() == 0
    clock.advance(minutes=2)
    assert forget_old() == 1
    assert rows(SignInGuard) == 0
