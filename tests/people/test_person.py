"""Loading a person, expanding roles over units, lists of colleagues."""

import pytest

from app.engine.expressions import evaluate
from app.errors import Forbidden
from app.i18n import forget_language
from app.people import (
    NO_UNIT,
    SYSTEM,
    allowed,
    expand,
    find_person,
    holds,
    load_people,
    load_person,
    members_of,
    require,
    roles_at,
    seed_roles,
    unit_tree,
)
from app.people.accounts import set_active
from app.people.organisation import add_membership, create_unit, remove_membership, update_unit
from tests.conftest import both_databases

pytestmark = both_databases


def test_a_person_is_loaded_in_one_statement(cast, statements):
    person = load_person(cast.ids["colleague"])
    assert [held.role for held in person.memberships] == ["repair_analyst", "repair_receptionist"]
    assert len(statements) == 1


def test_expanding_costs_one_statement_and_none_while_the_tree_stays_the_same(cast, statements):
    unit_tree()
    person = cast.supervisor
    statements.clear()
    expand(person)
    assert statements == []


def test_many_people_are_loaded_in_one_statement(cast, statements):
    people = load_people(cast.ids.values())
    assert len(statements) == 1
    assert {person.username for person in people.values()} == set(cast.ids)


def test_a_role_at_a_province_reaches_all_its_outlets_and_groups_without_unit(cast):
    pairs = set(expand(cast.supervisor))
    reached = {unit for role, unit in pairs if role == "repair_supervisor"}
    assert reached == {NO_UNIT, "ZJ", "HZ1", "HZ2"}


def test_a_role_everywhere_reaches_every_unit(cast):
    reached = {unit for _role, unit in expand(cast.owner)}
    assert reached == {NO_UNIT, "CN", "E", "ZJ", "HZ1", "HZ2", "JS", "NJ1", "FA"}
    assert cast.owner.everywhere_roles == {"repair_manager"}


def test_roles_do_not_mix_across_units(cast):
    pairs = expand(cast.colleague)
    assert ("repair_analyst", "HZ2") in pairs
    assert ("repair_analyst", "HZ1") not in pairs
    assert len(pairs) == len(set(pairs)) == 4


def test_a_new_unit_is_seen_by_the_next_request(cast):
    expand(cast.supervisor)
    create_unit(SYSTEM, "NB1", kind="outlet", names={"zh": "宁波一店"}, parent="ZJ")
    assert ("repair_supervisor", "NB1") in expand(cast.supervisor)


def test_a_moved_unit_takes_what_is_below_it_along(cast):
    update_unit(SYSTEM, "ZJ", kind="province", names={"zh": "浙江"}, parent="CN")
    assert unit_tree().by_code["HZ1"].path == "/CN/ZJ/HZ1/"
    assert ("repair_supervisor", "HZ1") in expand(cast.supervisor)


def test_a_tree_of_a_transaction_that_fails_is_not_kept(cast):
    from app.db import transaction

    def fail_after_creating():
        with transaction():
            create_unit(SYSTEM, "GHOST", kind="outlet", names={}, parent="ZJ")
            unit_tree()
            raise RuntimeError("the transaction fails here")

    with pytest.raises(RuntimeError):
        fail_after_creating()
    assert "GHOST" not in unit_tree().by_code
    create_unit(SYSTEM, "REAL", kind="outlet", names={}, parent="ZJ")
    assert "REAL" in unit_tree().by_code
    assert "GHOST" not in unit_tree().by_code


def test_a_tree_first_asked_for_inside_a_command_is_kept(app, cast, statements):
    from app.db import transaction

    app.extensions.pop("unit_tree", None)
    version = unit_tree().version
    app.extensions.pop("unit_tree")
    with transaction():
        unit_tree(version)
    statements.clear()
    with transaction():
        unit_tree(version)
    assert not [sent for sent in statements if "FROM unit" in sent]


def test_codes_that_begin_alike_are_different_units(cast):
    create_unit(SYSTEM, "HZ", kind="outlet", names={}, parent="ZJ")
    add_membership(SYSTEM, cast.ids["stranger"], "inspector", "HZ")
    assert not holds(cast.stranger, "inspector", "HZ1")


@pytest.mark.parametrize(
    ("role", "unit", "members"),
    [
        ("repair_receptionist", "HZ1", {"agent", "colleague", "supervisor"}),
        ("repair_receptionist", "HZ2", {"supervisor"}),
        ("repair_receptionist", "ZJ", {"supervisor"}),
        ("repair_receptionist", None, {"agent", "colleague", "supervisor", "stranger"}),
        ("repair_manager", "NJ1", {"owner"}),
        ("repair_manager", "UNKNOWN", {"owner"}),
        ("packer", None, set()),
    ],
)
def test_members_hold_the_role_at_the_unit_or_above_it(cast, role, unit, members):
    found = members_of(role, unit)
    assert {one.username for one in found} == members
    assert len(found) == len(members)


@pytest.mark.parametrize(
    ("source", "offered"),
    [
        ('colleagues("repair_receptionist", "HZ1")', {"agent", "colleague", "supervisor"}),
        ('colleagues("repair_manager")', {"owner"}),
        ('colleagues("nobody")', set()),
    ],
)
def test_a_form_offers_people_by_role_and_unit(cast, source, offered):
    options = evaluate(source, {})
    assert {one["value"] for one in options} == offered
    assert all(one["label"] for one in options)


def test_a_form_offers_everybody_who_works_here_when_no_role_is_asked_for(cast):
    offered = {one["value"] for one in evaluate("colleagues()", {})}
    assert {"agent", "supervisor"} <= offered


def test_a_form_offers_open_units_by_name_and_code(cast):
    everywhere = evaluate("units()", {})
    assert {"CN", "HZ1", "FA"} <= {one["value"] for one in everywhere}
    assert [one["label"].endswith(one["value"]) for one in everywhere] == [True] * len(everywhere)
    assert {one["value"] for one in evaluate('units("outlet")', {})} < {one["value"] for one in everywhere}
    assert evaluate('units("nowhere")', {}) == []


def test_deactivated_people_are_no_members_and_are_not_found(cast):
    set_active(SYSTEM, cast.ids["agent"], active=False)
    assert "agent" not in {one.username for one in members_of("repair_receptionist", "HZ1")}
    assert find_person("agent") is None
    assert load_people([cast.ids["agent"]])[cast.ids["agent"]].active is False


def test_roles_at_a_unit_come_from_it_and_from_above(cast):
    assert roles_at(cast.supervisor, "HZ2") == {"repair_supervisor", "repair_receptionist"}
    assert roles_at(cast.supervisor, "NJ1") == frozenset()
    assert roles_at(cast.owner, "NJ1") == {"repair_manager"}


def test_a_removed_membership_is_gone_at_once(cast):
    membership = add_membership(SYSTEM, cast.ids["agent"], "inspector", "HZ1")
    assert holds(cast.agent, "inspector", "HZ1")
    remove_membership(SYSTEM, membership)
    assert not holds(cast.agent, "inspector", "HZ1")


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("agent", {"staff"}),
        ("supervisor", {"staff", "supervisor"}),
        ("owner", {"staff", "process_owner"}),
        ("administrator", {"staff", "process_owner", "supervisor", "administrator"}),
    ],
)
def test_permission_sets_open_what_they_name_and_administrators_everything(cast, who, may):
    person = getattr(cast, who)
    for name in ("staff", "process_owner", "supervisor", "administrator"):
        assert allowed(person, name) == (name in may)
        if name not in may:
            with pytest.raises(Forbidden, match="no_permission"):
                require(person, name)
    require(person, "administrator", *may)
    assert not allowed(None, *may)


def test_the_names_follow_the_language_of_the_request(app, cast):
    agent = cast.agent
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert agent.name == "Agent"
        forget_language()
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        assert agent.name == "李梅"


def test_roles_are_seeded_once_and_keep_their_new_names(cast):
    from app.people.organisation import update_role
    from app.people.queries import roles

    update_role(SYSTEM, "packer", names={"zh": "打包员", "en": "Packing clerk"})
    assert seed_roles() == 0
    assert {role.id: role.names["en"] for role in roles()}["packer"] == "Packing clerk"
