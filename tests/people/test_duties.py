"""Separation of duties, rule RL47 of the catalogue."""

import dataclasses

import pytest

from app.errors import Forbidden
from app.people import Act, check_duties
from app.people.duties import broken_rules

QUOTE = Act(
    username="lin",
    role="repair_analyst",
    process_id="repair_quotation_payment",
    element_id="s020_price",
    instance_key=7,
)
FIX_PRICE = Act(
    role="repair_supervisor", process_id="repair_quotation_payment", element_id="s040_fix_price", instance_key=7
)
ORDER = Act(username="lin", process_id="parts_order_invoice", element_id="s020_order", instance_key=8)
APPROVE_ORDER = Act(
    role="service_manager", process_id="parts_order_invoice", element_id="s050_approve_order", instance_key=8
)
REPAIR = Act(
    username="lin", role="repair_analyst", process_id="outlet_intake_repair", element_id="s110_repair", instance_key=9
)
VISIT = Act(role="return_visitor", process_id="return_visit", element_id="s030_call", instance_key=10)
CALL_BACK = Act(role="data_callback_clerk", process_id="repair_statistics", element_id="s030_phone", instance_key=11)


def by(username: str, act: Act) -> Act:
    return dataclasses.replace(act, username=username)


def rules(username, act, *history, roles=()):
    return [rule.id for rule in broken_rules(username, roles, act, history)]


@pytest.mark.parametrize(("asked", "approval"), [(QUOTE, FIX_PRICE), (ORDER, APPROVE_ORDER)])
def test_who_asked_does_not_approve(asked, approval):
    assert rules("lin", approval, asked) == ["approver_requester"]
    assert rules("zhou", approval, asked) == []


def test_who_asked_may_do_other_steps():
    assert rules("lin", dataclasses.replace(FIX_PRICE, element_id="s050_hand_over"), QUOTE) == []


def test_approving_twice_in_a_loop_is_no_offence():
    assert rules("zhou", FIX_PRICE, QUOTE, by("zhou", FIX_PRICE)) == []


def test_a_request_in_another_run_does_not_count():
    assert rules("lin", FIX_PRICE, dataclasses.replace(QUOTE, instance_key=99)) == []


def test_a_word_counts_only_as_a_whole_word():
    assert rules("lin", dataclasses.replace(APPROVE_ORDER, element_id="s050_disapproved_order"), ORDER) == []


def test_who_served_does_not_visit():
    assert rules("lin", VISIT, REPAIR) == ["visitor_server"]
    assert rules("zhou", VISIT, REPAIR) == []


def test_who_only_received_the_device_may_visit():
    assert rules("lin", VISIT, dataclasses.replace(REPAIR, role="repair_receptionist")) == []


def test_visiting_again_is_no_offence():
    assert rules("lin", VISIT, by("lin", VISIT)) == []


def test_outlet_staff_does_not_verify_its_own_data_even_without_having_acted():
    assert rules("lin", CALL_BACK, roles=["outlet_supervisor", "data_callback_clerk"]) == ["callback_outlet"]
    assert rules("lin", CALL_BACK, REPAIR) == ["callback_outlet"]
    assert rules("lin", CALL_BACK, roles=["data_callback_clerk"]) == []


def test_the_check_refuses_everybody_and_tells_administrators_that_they_overrule(cast):
    for name in ("agent", "colleague", "supervisor", "owner", "stranger"):
        with pytest.raises(Forbidden, match=r"duty\.visitor_server"):
            check_duties(getattr(cast, name), VISIT, [by(name, REPAIR)])
        assert check_duties(getattr(cast, name), VISIT, [by("other", REPAIR)]) is False
    assert check_duties(cast.administrator, VISIT, [by("administrator", REPAIR)]) is True
    assert check_duties(cast.administrator, VISIT, []) is False


def test_the_check_looks_at_roles_of_the_unit_concerned(cast):
    with pytest.raises(Forbidden, match=r"duty\.callback_outlet"):
        check_duties(cast.agent, CALL_BACK, [], unit="HZ1")
    assert check_duties(cast.agent, CALL_BACK, [], unit="NJ1") is False
