"""Runs of the catalogue's acceptance matrix through complaint handling and tracking."""

from typing import Any

from tests.library.front import Front

RECORD: dict[str, Any] = {
    "channel": "phone", "subject": "fault", "product_line": "handset", "complaint_text": "Phone dead",
    "severity": "function_lost",
}  # fmt: skip


LAST = {"approved": "yes", "major": "no"}


class TestComplaint:
    def answered(self, front: Front) -> None:
        front.submit("s195_update_database", {"cause_code": "use", "final_measure": "Explained"})
        front.submit("s200_answer_customer", {"answer_text": "Explained", "customer_reaction": "satisfied"})

    def reported(self, front: Front) -> None:
        front.submit("s155_daily_check", {"proper": "yes"})
        front.submit("s160_settle", {"cause": "customer_use", "measure_taken": "Explained", "report": "Misuse"})
        front.submit("s170_approve", LAST)

    def test_x22_misuse_is_explained_by_telephone_and_tracked(self) -> None:
        front = Front("complaint_handling")
        front.start({})
        front.submit("s020_record_complaint", RECORD)
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
        rude = {**RECORD, "subject": "attitude", "department": "terminal_sales", "accused_person": "chen"}
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
        front.submit("s020_record_complaint", {**RECORD, "subject": "attitude", "department": "quality"})
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
        front.submit("s020_record_complaint", {**RECORD, **solved})
        assert front.is_open("s155_daily_check")
        assert front.notices() == ["department_result"]

    def test_a_wish_goes_to_its_departments_and_their_answers_come_together(self) -> None:
        front = Front("complaint_handling")
        front.start({})
        front.submit("s020_record_complaint", {**RECORD, "subject": "product_wish"})
        front.submit("s135_forward", {"topic": "terminal_wish"})
        front.submit("s135c_department_answers", {"department_answer": "Next model"})
        front.submit("s135c_department_answers", {"department_answer": "Noted"})
        assert front.variables(1)["collected"]["text"] == "Next model; Noted"
        front.submit("s155_daily_check", {"proper": "no", "return_reason": "No date"})
        assert front.is_open("s135_forward")

    def test_compensation_above_the_managers_limit_is_a_sign_of_a_major_issue(self) -> None:
        front = Front("complaint_handling")
        front.start({})
        front.submit("s020_record_complaint", {**RECORD, "subject": "attitude", "hazard": True})
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


UNHAPPY = {"topics": ["repair_quality", "purchased_parts"], "dissatisfaction": "Again broken"}


class TestTracking:
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
        front.submit("s080_record_dissatisfaction", UNHAPPY)
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
        assert departments == {"CCS", "purchasing"}
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
        front.submit("s080_record_dissatisfaction", {**UNHAPPY, "other_complaint": "Bill is wrong"})
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
