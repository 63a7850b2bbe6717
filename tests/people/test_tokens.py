"""Making and revoking personal tokens."""

import pytest
import sqlalchemy as sa

from app.db import db
from app.errors import Forbidden, Invalid, NotFound
from app.people.audit import AuditEntry
from app.people.models import PersonalToken
from app.people.tokens import create_token, revoke_token, tokens_of


def test_the_secret_is_shown_once_and_stored_as_a_digest(cast):
    secret = create_token(cast.agent, "till", ["staff"], days=30)
    assert secret.startswith("flt_")
    assert secret not in repr(db.session.execute(sa.select(PersonalToken.__table__)).all())
    entry = db.session.scalar(sa.select(AuditEntry).where(AuditEntry.action == "people:token:created"))
    assert secret not in repr((entry.subject, entry.detail))


def test_tokens_are_listed_newest_first(cast):
    for label in ("first", "second"):
        create_token(cast.agent, label, [], days=1)
    assert [token.label for token in tokens_of(cast.ids["agent"])] == ["second", "first"]
    assert tokens_of(cast.ids["colleague"]) == []


@pytest.mark.parametrize(
    ("label", "days", "field"), [("", 1, "label"), ("x" * 101, 1, "label"), ("a", 0, "days"), ("a", 367, "days")]
)
def test_bad_labels_and_times_are_refused(cast, label, days, field):
    with pytest.raises(Invalid) as error:
        create_token(cast.agent, label, [], days)
    assert list(error.value.fields) == [field]


def test_a_scope_beyond_the_own_rights_is_refused(cast):
    with pytest.raises(Forbidden, match="scope_too_wide"):
        create_token(cast.agent, "till", ["staff", "supervisor"], days=1)


def test_with_a_token_that_only_reads_no_token_can_be_made(cast):
    with pytest.raises(Forbidden):
        create_token(cast.agent.narrowed([]), "till", [], days=1)


@pytest.mark.parametrize("who", ["colleague", "supervisor", "owner", "stranger"])
def test_nobody_else_revokes_a_token_or_learns_of_it(cast, who):
    create_token(cast.agent, "till", [], days=1)
    token = tokens_of(cast.ids["agent"])[0]
    with pytest.raises(NotFound):
        revoke_token(getattr(cast, who), token.id)
    assert tokens_of(cast.ids["agent"])


@pytest.mark.parametrize("who", ["agent", "administrator"])
def test_owner_and_administrator_revoke_a_token(cast, who):
    create_token(cast.agent, "till", [], days=1)
    token = tokens_of(cast.ids["agent"])[0]
    revoke_token(getattr(cast, who), token.id)
    assert tokens_of(cast.ids["agent"]) == []
