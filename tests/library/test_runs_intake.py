"""Runs of the catalogue's acceptance matrix through intake, escalation, visit, complaint and tracking."""

from typing import Any

from tests.library.front import LI_NA, Front

WINDOW = {"kind": "escalation", "reason": "skill", "current_layer": "window", "current_area": "province"}


def steps(front: Front, process: str) -> list[str]:
    """Step numbers of user tasks, calls and the rule tasks that carry a step number of their own."""
    return [step for step in front.steps(process) if step != "nd"]


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


class TestIntake:
    REQUEST: dict[str, Any] = {
        "channel": "phone", "request_class": "fault", "product_line": "handset", "severity": "function_lost",
        "fault_description": "No sound", "own_duty": "yes",
    }  # fmt: skip

    def test_x29_a_repeated_report_joins_the_open_case(self) -> None:
        open_cases = [{"case_no": "SR-1", "fault": "No sound", "days_open": 3}]
        contacts = [{"contact_id": 3, "name": "Li Na", "phone": "0571-8899"}]
        front = Front("service_request_intake", known={"open_cases": open_cases, "contacts": contacts})
        front.start({"channel": "phone", "caller_number": "0571-8899"})
        front.submit("s050_confirm_data", {"contact_id": 3})
        front.submit("s090_record_request", {**self.REQUEST, "merge_into": "SR-1"})
        assert front.steps("service_request_intake") == ["50", "90"]
        assert front.ends("service_request_intake") == ["end_merged"]
        assert front.written("desk.case_note")[-1]["case_no"] == "SR-1"
        assert front.written("desk.case") == []

    def test_a_handset_fault_goes_to_the_outlet_with_priority_and_due_times(self) -> None:
        contacts = [{"contact_id": 3, "name": "Li Na", "phone": None}]
        front = Front("service_request_intake", known={"contract_active": True, "contract_hours": 2, "contacts": contacts})
        front.start({"serial_no": "A-100"})
        front.submit("s050_confirm_data", {"contact_id": 3})
        front.submit("s090_record_request", self.REQUEST)
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
        front.submit("s060_register_customer", {"customer_name": "Wu", "customer_kind": "person", "customer_phone": "123"})
        suggestion = {**self.REQUEST, "request_class": "suggestion", "need_topic": "terminal_wish"}
        front.submit("s090_record_request", suggestion)
        routes = front.written("desk.new_need")[-1]["routes"]
        assert {route["department"] for route in routes} == {"terminal_production", "quality"}
        assert front.ends("service_request_intake") == ["end_routed"]

    def test_an_anonymous_caller_can_only_complain_ask_or_suggest(self) -> None:
        front = Front("service_request_intake")
        front.matches = []
        front.start({})
        front.submit("s060_register_customer", {"anonymous": True})
        complaint = {name: value for name, value in self.REQUEST.items() if name != "request_class"}
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
        front.submit("s060_register_customer", {"customer_name": "Wu", "customer_kind": "person", "customer_phone": "123"})
        front.submit("s090_record_request", {**self.REQUEST, "own_duty": "no"})
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


class TestComplaint:
    RECORD: dict[str, Any] = {
        "channel": "phone", "subject": "fault", "product_line": "handset", "complaint_text": "Phone dead",
        "severity": "function_lost",
    }  # fmt: skip
    LAST = {"approved": "yes", "major": "no"}

    def answered(self, front: Front) -> None:
        front.submit("s195_update_database", {"cause_code": "use", "final_measure": "Explained"})
        front.submit("s200_answer_customer", {"answer_text": "Explained", "customer_reaction": "satisfied"})

    def reported(self, front: Front) -> None:
        front.submit("s155_daily_check", {"proper": "yes"})
        front.submit("s160_settle", {"cause": "customer_use", "measure_taken": "Explained", "report": "Misuse"})
        front.submit("s170_approve", self.LAST)

    def test_x22_misuse_is_explained_by_telephone_and_tracked(self) -> None:
        front = Front("complaint_handling")
        front.start({})
        front.submit("s020_record_complaint", self.RECORD)
        front.submit("s050_judge_misuse", {"operation_error": True, "evidence": "none"})
        front.submit("s070_explain_use", {"handling_result": "Keypad lock", "customer_reaction": "satisfied"})
        self.reported(front)
        self.answered(front)
        path = ["20", "30", "50", "70", "155", "160", "170", "195", "200"]
        assert front.steps("complaint_handling") == path
        assert front.ends("complaint_handling") == ["end_answered"]
        sent = front.published[-1]
        assert (sent.name, sent.variables["case_no"]) == ("msg_complaint_answered", "RO-20240603-0001")
        assert front.all_incidents() == []

    def test_x23_a_late_entry_goes_back_once_with_its_reason(self) -> None:
        front = Front("complaint_handling")
        front.start({})
        rude = {**self.RECORD, "subject": "attitude", "department": "terminal_sales", "accused_person": "chen"}
        front.submit("s020_record_complaint", rude)
        front.submit("s120_name_specialist", {"specialist": "ma", "department": "terminal_sales"})
        assert front.assignee("s125_investigate") == "ma"
        front.submit("s125_investigate", {"facts_found": "Rude", "person_statement": "Sorry"})
        assert not front.is_open("s130_handle")
        front.submit("s127_support", {"department_statement": "Confirmed"})
        front.submit("s130_handle", {"measure": "Apology", "handling_result": "Late"})
        front.submit("s155_daily_check", {"proper": "no", "return_reason": "Three days late"})
        assert front.variables(1)["rehandling"] == 1
        assert front.written("desk.task_log")[-1]["note"] == "Three days late"
        front.submit("s130_handle", {"measure": "Apology by the manager", "handling_result": "Done"})
        self.reported(front)
        self.answered(front)
        path = ["20", "30", "120", "125", "127", "130", "155", "130", "155", "160", "170", "195", "200"]
        assert front.steps("complaint_handling") == path

    def test_support_that_comes_too_late_does_not_hold_up_the_complaint(self) -> None:
        front = Front("complaint_handling")
        front.start({})
        front.submit("s020_record_complaint", {**self.RECORD, "subject": "attitude", "department": "quality"})
        front.submit("s120_name_specialist", {"specialist": "ma", "department": "quality"})
        front.submit("s125_investigate", {"facts_found": "Rude", "person_statement": "Sorry"})
        front.wait(days=1, hours=1)
        assert front.is_open("s130_handle")

    def test_a_complaint_solved_by_the_department_is_only_checked(self) -> None:
        front = Front("complaint_handling")
        front.start({}, event="s012_department_complaint", payload={"department": "marketing"})
        solved = {"department_solved": True, "department_agreed": True}
        told = {"department": "marketing", "list_item": "apology", "department_result": "Explained"}
        front.submit("s014_department_help", {"complaint_text": "Wrong flyer", **told, **solved})
        front.submit("s020_record_complaint", {**self.RECORD, **solved})
        assert front.is_open("s155_daily_check")
        assert front.notices() == ["department_result"]

    def test_a_wish_goes_to_its_departments_and_their_answers_come_together(self) -> None:
        front = Front("complaint_handling")
        front.start({})
        front.submit("s020_record_complaint", {**self.RECORD, "subject": "product_wish"})
        front.submit("s135_forward", {"topic": "terminal_wish"})
        front.submit("s135c_department_answers", {"department_answer": "Next model"})
        front.submit("s135c_department_answers", {"department_answer": "Noted"})
        assert front.variables(1)["collected"]["text"] == "Next model; Noted"
        front.submit("s155_daily_check", {"proper": "no", "return_reason": "No date"})
        assert front.is_open("s135_forward")

    def test_compensation_above_the_managers_limit_is_a_sign_of_a_major_issue(self) -> None:
        front = Front("complaint_handling")
        front.start({})
        front.submit("s020_record_complaint", {**self.RECORD, "subject": "attitude", "hazard": True})
        front.submit("s120_name_specialist", {"specialist": "ma", "department": "quality"})
        front.submit("s125_investigate", {"facts_found": "Burnt", "person_statement": "-"})
        front.submit("s127_support", {"department_statement": "-"})
        front.submit("s130_handle", {"measure": "Pay", "compensation": 8000, "handling_result": "Open"})
        front.submit("s155_daily_check", {"proper": "yes"})
        settled = {"cause": "product", "measure_taken": "Pay", "report": "r", "compensation_agreed": 8000}
        front.submit("s160_settle", settled)
        assert front.variables(1)["major_signs"] == ["hazard", "beyond_authority"]

    def test_withdrawal_ends_everything(self) -> None:
        front = Front("complaint_handling")
        front.start({})
        assert front.publish("msg_case_cancelled", "RO-20240603-0001", {"reason": "Settled"})
        assert front.ends("complaint_handling") == ["end_withdrawn"]


class TestTracking:
    UNHAPPY = {"topics": ["repair_quality", "purchased_parts"], "dissatisfaction": "Again broken"}

    def tracked(self) -> Front:
        front = Front("complaint_service_tracking", "major_issue_escalation")
        front.start({}, "complaint_service_tracking", "s010b_complaint_answered", {"answer_text": "Repaired"})
        front.wait(days=3)
        return front

    def contacted(self, front: Front, *, satisfied: bool) -> None:
        score = 5 if satisfied else 1
        front.submit("s020_contact", {"reached": "yes", "satisfied": "yes" if satisfied else "no", "score": score})

    def unhappy_round(self, front: Front) -> None:
        self.contacted(front, satisfied=False)
        front.submit("s080_record_dissatisfaction", self.UNHAPPY)
        looked = {"previous_handling": "Board changed", "assessment": "Not tested"}
        front.submit("s110_previous_handling", looked)
        front.submit("s120_department_looks", looked)
        front.submit("s122_department_improves", {"topic_result": "Supplier told"})
        front.submit("s112_improve", {"topic_result": "Test added"})
        front.submit("s130_gather", {"summary": "Both done"})

    def test_x24_two_topics_in_parallel_and_a_satisfied_second_call(self) -> None:
        front = self.tracked()
        self.unhappy_round(front)
        front.wait(days=4)
        self.contacted(front, satisfied=True)
        front.submit("s040_ask_needs", {"has_need": "no"})
        path = ["20", "80", "90", "110", "120", "122", "112", "130", "20", "40"]
        assert front.steps("complaint_service_tracking") == path
        assert front.ends("complaint_service_tracking")[-1] == "end_satisfied"
        assert front.variables(1)["rounds"] == 2
        departments = {result["department"] for result in front.variables(1)["results"]}
        assert departments == {"customer_service_centre", "purchasing"}
        assert front.written("desk.case")[-1]["changes"]["status"] == "closed"

    def test_x25_the_third_unhappy_round_is_a_major_issue(self) -> None:
        front = self.tracked()
        for _ in range(2):
            self.unhappy_round(front)
            front.wait(days=4)
        self.unhappy_round(front)
        front.submit("s020_write_report", {"evidence": "e", "cause": "c", "proposal": "p", "amount": 0})
        front.submit("s030_judge", {"major": "no", "instruction": "Offer a swap"})
        assert front.ends("complaint_service_tracking")[-1] == "end_unsatisfied"
        assert front.variables(1)["decision"] == "Offer a swap"

    def test_a_different_subject_opens_a_case_of_its_own(self) -> None:
        front = self.tracked()
        self.contacted(front, satisfied=False)
        front.submit("s080_record_dissatisfaction", {**self.UNHAPPY, "other_complaint": "Bill is wrong"})
        sent = front.published[-1]
        assert (sent.name, sent.variables["parent_case"]) == ("msg_complaint", "RO-20240603-0001")
        assert "case_no" not in sent.variables

    def test_a_milestone_is_called_by_the_service_monitor(self) -> None:
        front = Front("complaint_service_tracking")
        milestone = {"project_no": "P-1", "milestone": "Site ready", "milestone_date": "2024-06-04T09:00:00+08:00"}
        front.start({}, event="s010c_project_progress", payload=milestone)
        front.wait(days=4)
        assert front.groups("s020_contact") == ("service_monitor@outlet-1",)

    def test_a_customer_who_never_answers_is_closed_by_the_manager(self) -> None:
        front = self.tracked()
        for _ in range(3):
            front.submit("s020_contact", {"reached": "no"})
            front.wait(days=4)
        front.submit("s020d_accept_unreachable", {"unreachable": "agree"})
        assert front.ends("complaint_service_tracking") == ["end_unreachable"]


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
