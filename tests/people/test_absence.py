"""Being away, and who acts then."""

import datetime as dt

import pytest

from app.errors import Forbidden, Invalid, NotFound
from app.people import SYSTEM, substitute_of, substitutes_for
from app.people.absence import absences, cancel_absence, set_absence
from app.people.access import end_of_chain
from app.people.accounts import set_active
from tests.conftest import both_databases

pytestmark = both_databases


@pytest.fixture
def away(cast, clock):
    def set_away(user: str, substitute: str, *, start: float = 0, hours: float = 24) -> int:
        begin = clock.now() + dt.timedelta(hours=start)
        return set_absence(
            SYSTEM,
            cast.ids[user],
            substitute_id=cast.ids[substitute],
            starts_at=begin,
            ends_at=begin + dt.timedelta(hours=hours),
        )

    return set_away


def represented(cast, name):
    return [person.username for person in substitutes_for(getattr(cast, name))]


def stands_in(cast, name):
    found = substitute_of(cast.ids[name])
    return found and found.username


def test_the_substitute_acts_from_begin_to_end_and_not_longer(cast, clock, away):
    away("agent", "colleague", start=1, hours=2)
    assert represented(cast, "colleague") == []
    clock.advance(hours=1)
    assert represented(cast, "colleague") == ["agent"]
    assert stands_in(cast, "agent") == "colleague"
    clock.advance(hours=2)
    assert represented(cast, "colleague") == []
    assert stands_in(cast, "agent") is None


def test_the_substitute_gets_the_roles_of_the_absent_person_to_expand(cast, away):
    away("stranger", "agent")
    (stranger,) = substitutes_for(cast.agent)
    assert stranger.roles == {"repair_receptionist"}


def test_a_chain_ends_at_the_first_who_is_here(cast, away):
    away("agent", "colleague")
    away("colleague", "supervisor")
    assert represented(cast, "supervisor") == ["agent", "colleague"]
    assert represented(cast, "colleague") == []
    assert stands_in(cast, "agent") == "supervisor"


def test_a_circle_leaves_nobody_and_does_not_hang(cast, away):
    away("agent", "colleague")
    away("colleague", "agent")
    away("stranger", "agent")
    for name in ("agent", "colleague", "stranger"):
        assert stands_in(cast, name) is None
        assert represented(cast, name) == []


@pytest.mark.parametrize(
    ("absences", "user", "last"),
    [
        ({}, 1, None),
        ({1: 2}, 1, 2),
        ({1: 2, 2: 3, 3: 4}, 1, 4),
        ({1: 1}, 1, None),
        ({1: 2, 2: 1}, 1, None),
        ({1: 2, 2: 3, 3: 2}, 1, None),
    ],
)
def test_the_end_of_a_chain(absences, user, last, database):
    assert end_of_chain(user, absences) == last


def test_of_two_absences_the_later_entry_counts(cast, away):
    away("agent", "colleague")
    away("agent", "owner")
    assert stands_in(cast, "agent") == "owner"


def test_a_cancelled_absence_is_over(cast, away):
    absence = away("agent", "colleague")
    cancel_absence(cast.agent, absence)
    assert represented(cast, "colleague") == []
    assert absences() == []
    with pytest.raises(NotFound):
        cancel_absence(cast.agent, absence)


def test_nobody_stands_in_when_the_substitute_left_the_company(cast, away):
    away("agent", "colleague")
    set_active(SYSTEM, cast.ids["colleague"], active=False)
    assert stands_in(cast, "agent") is None


def test_who_stands_in_costs_two_statements(cast, away, statements):
    away("agent", "colleague")
    away("owner", "colleague")
    colleague = cast.colleague
    statements.clear()
    assert len(substitutes_for(colleague)) == 2
    assert len(statements) == 2


def test_absences_are_listed_until_they_are_over(cast, clock, away):
    away("agent", "colleague", start=48)
    away("owner", "supervisor", hours=24)
    assert [one.user.username for one in absences()] == ["owner", "agent"]
    assert [one.substitute.username for one in absences(cast.ids["agent"])] == ["colleague"]
    clock.advance(hours=24)
    assert [one.user.username for one in absences()] == ["agent"]


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("agent", True),
        ("supervisor", True),
        ("administrator", True),
        ("colleague", False),
        ("owner", False),
        ("stranger", False),
    ],
)
def test_absence_is_set_and_cancelled_by_oneself_supervisors_and_administrators(cast, clock, away, who, may):
    actor = getattr(cast, who)
    span = {"starts_at": clock.now(), "ends_at": clock.now() + dt.timedelta(days=1)}
    absence = away("agent", "colleague")
    if may:
        set_absence(actor, cast.ids["agent"], substitute_id=cast.ids["owner"], **span)
        cancel_absence(actor, absence)
        return
    with pytest.raises(Forbidden):
        set_absence(actor, cast.ids["agent"], substitute_id=cast.ids["owner"], **span)
    with pytest.raises(Forbidden):
        cancel_absence(actor, absence)


@pytest.mark.parametrize(("start", "hours"), [(0, 0), (0, -1), (-48, 24), (0, 24 * 401)])
def test_impossible_spans_are_refused(cast, away, start, hours):
    with pytest.raises(Invalid):
        away("agent", "colleague", start=start, hours=hours)


def test_nobody_is_their_own_substitute_and_the_substitute_must_be_there(cast, away):
    with pytest.raises(Invalid):
        away("agent", "agent")
    set_active(SYSTEM, cast.ids["colleague"], active=False)
    with pytest.raises(Invalid):
        away("agent", "colleague")
