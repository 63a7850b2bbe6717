"""Runs of the catalogue's acceptance matrix through intake, escalation, major issue and return visit."""

from typing import Any

from tests.library.front import LI_NA, Front

WINDOW = {"kind": "escalation", "reason": "skill", "current_layer": "window", "current_area": "province"}


def escalated(front: Front, outcome: str) -> None:
    """One level accepts the request and works on it."""
    front.submit("s120_accept_request")
    more = {"solution": "Firmware 2.1"} if outcome == "solved" else {"unable_reason": "skill"}
    front.submit("s130_handle", {"outcome": outcome, **more})


class TestEscalation:
    def test_x19_three_levels_chain_up_and_the_window_answers(self) -> None:
        front = Front("first_responder_escalation")
        front.people = ["processing-1", "resource-1", "processing-2"]
        front.start({**WINDOW, "first_responder": "window"})
        escalated(front, "unable")
        escalated(front, "unable")
        assert front.groups("s120_accept_request") == ("processing_agent@region-1",)
        escalated(front, "solved")
        for upper in ("resource-1", "processing-1", "window"):
            assert front.assignee("s150_verify") == upper
            front.submit("s150_verify", {"verified": "yes"})
        assert front.assignee("s160_answer_customer") == "window"
        front.submit("s160_answer_customer", {"answer_text": "Updated", "customer_reaction": "satisfied"})
        one_level = ["100", "120", "130"]
        assert front.steps("first_responder_escalation") == [*one_level * 3, "150", "150", "150", "160"]
        assert front.ends("first_responder_escalation") == ["end_solved"]
        assert [link["answers_to"] for link in front.links] == ["window", "processing-1", "resource-1"]
        assert front.variables(1)["first_responder"] == "window"
        assert front.variables(1)["result"] == "solved"
        assert front.all_incidents() == []

    def test_x20_a_clerk_guides_the_caller_and_the_accepting_agent_is_first_responder(self) -> None:
        front = Front("first_responder_escalation")
        front.people = ["agent"]
        front.start({"kind": "guided_transfer", "reason": "duty", "first_responder": "finance"})
        front.submit("s030_guide", {"target_role": "call_agent", "guide_note": "Server is down", "warm_transfer": True})
        assert front.groups("s040_accept_or_decline") == ("call_agent@outlet-1",)
        front.submit("s040_accept_or_decline", {"accepted": "yes"})
        assert front.steps("first_responder_escalation") == ["30", "40"]
        assert front.ends("first_responder_escalation") == ["end_transferred"]
        assert front.variables(1)["first_responder"] == "agent"
        assert front.notices() == ["responsibility_moved"]

    def test_two_declines_let_the_supervisor_decide(self) -> None:
        front = Front("first_responder_escalation")
        front.start({"kind": "guided_transfer", "first_responder": "finance"})
        guide = {"target_role": "call_agent", "guide_note": "?", "warm_transfer": True}
        front.submit("s030_guide", guide)
        front.submit("s040_accept_or_decline", {"accepted": "no", "decline_reason": "Not ours"})
        front.submit("s030_guide", guide)
        front.wait(minutes=31)
        front.submit("s070_decide_owner", {"named_person": "wang", "owner_reason": "His customer"})
        assert front.variables(1)["first_responder"] == "wang"
        assert front.ends("first_responder_escalation") == ["end_transferred"]

    def test_x21_the_last_level_becomes_a_major_issue_whose_decision_comes_back(self) -> None:
        front = Front("first_responder_escalation", "major_issue_escalation")
        at_the_top = {"kind": "escalation", "reason": "skill", "current_layer": "back", "current_area": "national"}
        front.start({**at_the_top, "first_responder": "window"}, "first_responder_escalation")
        front.submit("s020_write_report", {"evidence": "e", "cause": "c", "proposal": "p", "amount": 0})
        front.submit("s030_judge", {"major": "yes", "authority": "within", "departments": ["quality"]})
        assert front.groups("s050_solve_together") == ("department_gm@quality",)
        front.submit("s050_solve_together", {"commitment": "Recall", "commitment_date": "2024-07-01"})
        front.submit("s060_record_decision", {"decision": "Recall the batch"})
        front.submit("s100_carry_out", {"actions_done": "Recalled", "customer_informed": "yes"})
        assert front.ends("major_issue_escalation") == ["end_decided"]
        front.submit("s160_answer_customer", {"answer_text": "Recalled", "customer_reaction": "accepts"})
        assert front.steps("first_responder_escalation") == ["100", "170", "160"]
        assert front.variables(1)["solution"] == "Recall the batch"

    def test_nobody_accepts_in_time_and_the_area_manager_names_somebody(self) -> None:
        front = Front("first_responder_escalation")
        front.start({**WINDOW, "first_responder": "window"})
        front.wait(hours=30)
        assert front.groups("s125_assign_somebody") == ("province_service_manager@province-1",)
        front.submit("s125_assign_somebody", {"named_person": "zhao"})
        assert front.assignee("s130_handle") == "zhao"

    def test_a_level_may_send_the_solution_back_once(self) -> None:
        front = Front("first_responder_escalation")
        front.people = ["processing-1"]
        front.start({**WINDOW, "first_responder": "window"})
        escalated(front, "solved")
        front.submit("s150_verify", {"verified": "no", "reject_reason": "Not tried out"})
        front.submit("s130_handle", {"outcome": "solved", "solution": "Tried out"})
        front.submit("s150_verify")
        assert front.is_open("s160_answer_customer")

    def test_wrong_level_goes_back_to_the_level_above(self) -> None:
        front = Front("first_responder_escalation", known={"product_line": "server"})
        front.people = ["processing-1", "line-owner"]
        front.start({**WINDOW, "first_responder": "window"})
        front.submit("s120_accept_request")
        front.submit("s130_handle", {"outcome": "wrong_level", "unable_reason": "product_line"})
        assert front.groups("s120_accept_request") == ("server_product_manager@province-1",)
        assert front.links[-1]["answers_to"] == "window"

    def test_the_first_responder_is_asked_every_working_day_until_the_end(self) -> None:
        front = Front("first_responder_escalation")
        front.people = ["processing-1"]
        front.start({**WINDOW, "first_responder": "window"})
        front.submit("s120_accept_request")
        front.wait(days=1, hours=1)
        front.submit("s950c_check_progress", {"progress": "Waiting", "customer_informed": "yes"})
        front.wait(days=1)
        assert front.assignee("s950c_check_progress") == "window"
        front.wait(days=1, hours=1)
        assert [headers["kind"] for kind, _, _, headers in front.jobs if kind == "desk.task_log"]
        front.submit("s130_handle", {"outcome": "solved", "solution": "Done"})
        front.submit("s150_verify", {"verified": "yes"})
        front.submit("s160_answer_customer", {"answer_text": "Done", "customer_reaction": "satisfied"})
        assert front.open(1) == ["completed"]


REQUEST: dict[str, Any] = {
    "channel": "phone", "request_class": "fault", "product_line": "handset", "severity": "function_lost",
    "fault_description": "No sound", "own_duty": "yes",
}  # fmt: skip


class TestIntake:
    def test_x29_a_repeated_report_joins_the_open_case(self) -> None:
        open_cases = [{"case_no": "SR-1", "fault": "No sound", "days_open": 3}]
        contacts = [{"contact_id": 3, "name": "Li Na", "phone": "0571-8899"}]
        front = Front("service_request_intake", known={"open_cases": open_cases, "contacts": contacts})
        front.start({"channel": "phone", "caller_number": "0571-8899"})
        front.submit("s050_confirm_data", {"contact_id": 3})
        front.submit("s090_record_request", {**REQUEST, "merge_into": "SR-1"})
        assert front.steps("service_request_intake") == ["50", "90"]
        assert front.ends("service_request_intake") == ["end_merged"]
        assert front.written("desk.case_note")[-1]["case_no"] == "SR-1"
        assert front.written("desk.case") == []

    def test_a_handset_fault_goes_to_the_outlet_with_priority_and_due_times(self) -> None:
        contacts = [{"contact_id": 3, "name": "Li Na", "phone": None}]
        front = Front(
            "service_request_intake", known={"contract_active": True, "contract_hours": 2, "contacts": contacts}
        )
        front.start({"serial_no": "A-100"})
        front.submit("s050_confirm_data", {"contact_id": 3})
        front.submit("s090_record_request", REQUEST)
        assert front.steps("service_request_intake") == ["50", "90", "100", "110"]
        assert front.ends("service_request_intake") == ["end_routed"]
        sent = front.published[-1]
        assert (sent.name, sent.variables["case_no"]) == ("msg_start_outlet_intake_repair", "RO-20240603-0001")
        assert front.variables(1)["priority"] == "P2"
        assert front.variables(1)["promise"]["response_due"].startswith("2024-06-03T11:00")
        assert front.all_incidents() == []

    def test_an_unknown_caller_is_registered_and_a_suggestion_reaches_its_departments(self) -> None:
        front = Front("service_request_intake")
        front.matches = []
        front.start({"caller_number": "1"})
        front.submit(
            "s060_register_customer", {"customer_name": "Wu", "customer_kind": "person", "customer_phone": "123"}
        )
        suggestion = {**REQUEST, "request_class": "suggestion", "need_topic": "terminal_wish"}
        front.submit("s090_record_request", suggestion)
        routes = front.written("desk.new_need")[-1]["routes"]
        assert {route["department"] for route in routes} == {"terminal_production", "quality"}
        assert front.ends("service_request_intake") == ["end_routed"]

    def test_an_anonymous_caller_can_only_complain_ask_or_suggest(self) -> None:
        front = Front("service_request_intake")
        front.matches = []
        front.start({})
        front.submit("s060_register_customer", {"anonymous": True})
        complaint = {name: value for name, value in REQUEST.items() if name != "request_class"}
        front.submit("s090_record_request", {**complaint, "anonymous_class": "complaint"})
        assert front.published[-1].name == "msg_complaint"

    def test_the_agent_picks_one_of_several_and_adds_a_new_contact(self) -> None:
        front = Front("service_request_intake")
        front.matches = [LI_NA, {**LI_NA, "key": "8-1", "customer_id": 8, "name": "Li Na 2"}]
        front.start({"caller_number": "0571-8899"})
        front.submit("s040_choose_record", {"match_key": "8-1"})
        front.submit("s050_confirm_data", {"contact_id": "new"})
        front.submit("s080_add_contact", {"new_contact_name": "Sun", "new_contact_phone": "555"})
        assert front.written("desk.contact_register")[-1]["customer_id"] == 8
        assert front.is_open("s090_record_request")

    def test_severity_changes_while_the_request_is_guided(self) -> None:
        front = Front("service_request_intake", "first_responder_escalation")
        front.matches = []
        front.people = ["other"]
        front.start({}, "service_request_intake")
        front.submit(
            "s060_register_customer", {"customer_name": "Wu", "customer_kind": "person", "customer_phone": "123"}
        )
        front.submit("s090_record_request", {**REQUEST, "own_duty": "no"})
        change = {"new_severity": "system_down", "severity_reason": "Whole site"}
        assert front.publish("msg_severity_changed", "RO-20240603-0001", change)
        assert front.variables(1)["priority"] == "P2"
        front.submit("s030_guide", {"target_role": "call_agent", "guide_note": "x", "warm_transfer": True})
        front.submit("s040_accept_or_decline", {"accepted": "yes"})
        assert front.variables(1)["first_responder"] == "other"
        assert front.ends("service_request_intake") == ["end_severity_applied", "end_routed"]
        assert front.notices() == ["severity_changed", "responsibility_moved", "request_accepted"]

    def test_a_customer_who_cancels_ends_the_intake(self) -> None:
        front = Front("service_request_intake")
        front.start({"serial_no": "A-100"})
        assert front.publish("msg_case_cancelled", "RO-20240603-0001", {"reason": "Works again"})
        assert front.ends("service_request_intake") == ["end_cancelled"]


class TestVisit:
    def visited(self, **answers: Any) -> Front:
        front = Front("return_visit")
        front.start({"reason": "repair", "due_delay": 2, "responsible_visitor": "visitor"})
        front.wait(days=3)
        said = {"reached": "yes", "solved": "yes", "score": 5, "visit_text": "Fine"}
        front.submit("s030_visit", {**said, **answers})
        return front

    def test_a_satisfied_customer_with_a_new_need(self) -> None:
        front = self.visited(need_topic="other", need_text="Training")
        assert front.ends("return_visit") == ["end_satisfied"]
        assert front.written("desk.new_need")[-1]["text"] == "Training"

    def test_unsolved_goes_to_dispatch_and_a_low_score_to_complaints(self) -> None:
        assert self.visited(solved="no").ends("return_visit") == ["end_re_dispatch"]
        assert self.visited(score=2).variables(1)["result"] == "complaint"

    def test_the_customer_is_visited_again_on_the_agreed_date(self) -> None:
        front = self.visited(visit_again_on="2024-06-10")
        assert not front.is_open("s030_visit")
        front.wait(days=4)
        assert front.is_open("s030_visit")

    def test_three_misses_need_the_supervisor(self) -> None:
        front = Front("return_visit")
        front.start({"visit_due": "2024-06-03T10:00:00+08:00"})
        for _ in range(3):
            front.wait(days=1, hours=1)
            front.submit("s030_visit", {"reached": "no"})
        front.submit("s050_accept_unreachable", {"unreachable": "agree"})
        assert front.ends("return_visit") == ["end_unreachable"]

    def test_x27_a_visit_nobody_makes_is_flagged_once_and_stays_open(self) -> None:
        front = Front("return_visit")
        front.start({"due_delay": 1, "responsible_visitor": "visitor"})
        front.wait(days=1, hours=1)
        front.wait(days=3)
        assert front.ends("return_visit") == ["end_deadline_flagged"]
        assert front.written("desk.penalty_proposal")[-1]["amount"] == 10
        assert front.open(1) == ["s030_visit"]


class TestMajorIssue:
    def test_an_amount_above_the_general_managers_limit_goes_to_the_vice_president(self) -> None:
        front = Front("major_issue_escalation")
        front.start({"subject": "complaint", "reporting_role": "complaint_manager"})
        assert front.groups("s020_write_report") == ("complaint_manager@outlet-1",)
        report = {"evidence": "e", "cause": "c", "proposal": "p", "amount": 50000}
        front.submit("s020_write_report", report)
        front.submit("s030_judge", {"major": "yes", "authority": "within", "departments": []})
        front.submit("s070_report_to_vp", {"gm_opinion": "Pay", "consulted": ["finance"]})
        front.submit("s080b_consult", {"statement": "Affordable"})
        front.submit("s080_settle", {"vp_answer": "rejected", "vp_instruction": "Cheaper"})
        front.submit("s020_write_report", {**report, "amount": 30000})
        front.submit("s030_judge", {"major": "yes", "authority": "beyond"})
        front.submit("s070_report_to_vp", {"gm_opinion": "Pay", "consulted": []})
        front.submit("s080_settle", {"vp_answer": "accepted", "decision": "Pay 30 000"})
        front.submit("s100_carry_out", {"actions_done": "Paid", "customer_informed": "yes"})
        assert front.variables(1)["decided_by"] == "vp_terminal_sales"
        assert front.ends("major_issue_escalation") == ["end_decided"]
