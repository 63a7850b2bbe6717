"""X19–X21: who answers for a request, and who answers to whom."""

from tests.company import Company
from tests.conftest import both_databases
from tests.play import Play

pytestmark = both_databases


def level(play: Play, who: str, outcome: str) -> None:
    """A level accepts and handles the request."""
    play.do("s120_accept_request", who)
    more = {"solution": "换用新固件"} if outcome == "solved" else {"unable_reason": "skill", "handling_note": "查不出"}
    play.do("s130_handle", who, outcome=outcome, **more)


def test_x19_three_levels_each_answer_to_the_one_above_and_the_window_answers_the_customer(
    play: Play, company: Company
) -> None:
    customer = company.customer("李娜")
    case_id = play.start(
        "first_responder_escalation", "caller", kind="escalation", reason="skill", current_layer="window",
        current_area="province", customer_id=customer.id, note="服务器死机",
    )  # fmt: skip
    level(play, "middle_zj", "unable")
    level(play, "back_zj", "unable")
    assert play.case(case_id).status == "escalated"
    level(play, "middle_east", "solved")
    for who in ("back_zj", "middle_zj", "caller"):
        play.do("s150_verify", who, verified="yes")
    play.do("s160_answer_customer", "caller", answer_text="已解决", customer_reaction="satisfied")

    play.went("first_responder_escalation", "-".join(["100-110-120-130-140"] * 3 + ["150"] * 3 + ["160"]))
    assert play.end("first_responder_escalation") == "end_solved"
    links = play.links(case_id)
    names = {company.person(name).id: name for name in ("caller", "middle_zj", "back_zj", "middle_east")}
    assert [(link.layer, link.area, names[link.handler_id or 0], names[link.answers_to_id or 0]) for link in links] == [
        ("middle", "province", "middle_zj", "caller"),
        ("back", "province", "back_zj", "middle_zj"),
        ("middle", "region", "middle_east", "back_zj"),
    ]
    assert {link.result for link in links} == {"solved"}
    case = play.case(case_id)
    assert names[case.first_responder_id or 0] == "caller"
    assert (case.current_layer, case.current_area, case.status) == ("middle", "region", "closed")
    assert play.incidents() == []


def test_x20_a_guided_transfer_makes_the_accepting_agent_first_responder_and_tells_the_customer_once(
    play: Play, company: Company
) -> None:
    customer = company.customer("李娜")
    case_id = play.start(
        "first_responder_escalation", "clerk", kind="guided_transfer", reason="duty", customer_id=customer.id
    )
    play.do("s030_guide", "clerk", target_role="call_agent", guide_note="客户的服务器坏了")
    assert play.case(case_id).first_responder_id == company.person("clerk").id
    play.do("s040_accept_or_decline", "caller2", accepted="yes")

    play.went("first_responder_escalation", "30-40-50-60")
    assert play.end("first_responder_escalation") == "end_transferred"
    case = play.case(case_id)
    assert case.first_responder_id == case.accountable_user_id == company.person("caller2").id
    (link,) = play.links(case_id)
    assert (link.kind, link.result, link.handler_id) == ("guided_transfer", "transferred", case.first_responder_id)
    assert play.notices(case_id) == [
        ("responsibility_moved", "user:clerk"),
        ("responsibility_moved", "customer:李娜"),
    ]
    assert play.incidents() == []


def test_x21_what_the_last_level_cannot_solve_becomes_a_major_issue_whose_decision_comes_back(play: Play) -> None:
    case_id = play.start(
        "first_responder_escalation", "caller", kind="escalation", reason="skill", current_layer="middle",
        current_area="national", note="全国性故障",
    )  # fmt: skip
    level(play, "back_hq", "unable")
    play.do("s020_write_report", "service_manager", evidence="三十起", cause="电源", proposal="更换电源")
    play.do("s030_judge", "director", major="yes", authority="within", departments=["terminal_production"])
    commitments = play.open_elements()
    assert commitments == ["s050_solve_together"]
    play.do("s050_solve_together", "production_head", commitment="一周内更换", commitment_date="2024-06-12")
    play.do("s060_record_decision", "director", decision="批量更换电源")
    play.do("s100_carry_out", "service_manager", actions_done="已更换", customer_informed="yes")
    play.do("s150_verify", "caller", verified="yes")
    play.do("s160_answer_customer", "caller", answer_text="将更换电源", customer_reaction="accepts")

    play.went("first_responder_escalation", "100-110-120-130-140-100-170-150-160")
    play.went("major_issue_escalation", "10-20-30-40-50-60-100")
    assert play.end("major_issue_escalation") == "end_decided"
    assert play.end("first_responder_escalation") == "end_solved"
    assert play.variables("first_responder_escalation")["solution"] == "批量更换电源"
    assert ("major_issue_decided", "role:department_gm@terminal_production") in play.notices(case_id)
    assert play.incidents() == []
