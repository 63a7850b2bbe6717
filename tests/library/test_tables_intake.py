"""Every row of the catalogue's tables T01 to T04, T22 to T27, T32 to T34 is a case here, and every input finds exactly one row."""

import itertools
from typing import Any

import pytest

from app.feel import to_json
from tests.library.files import library_table

BOOLEANS = [False, True]
PRIORITIES = ["P1", "P2", "P3", "P4"]
LINES = ["handset", "pager", "main_board", "gsm", "transmission", "server", "desktop", "notebook", "software", "other"]


def ask(decision: str, **inputs: Any) -> Any:
    return to_json(library_table(decision).evaluate(decision, inputs).value)


def answers(decision: str, **inputs: list[Any]) -> list[Any]:
    """The answers to every combination; a UNIQUE table gives null when no row or more than one matches."""
    return [ask(decision, **dict(zip(inputs, values, strict=True))) for values in itertools.product(*inputs.values())]


def route(request_class: str, product_line: str = "other", problem_kind: str = "other") -> str:
    target: str = ask(
        "request_routing", request_class=request_class, product_line=product_line, problem_kind=problem_kind
    )
    return target


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        (("complaint",), "complaint_handling"),
        (("advice",), "customer_inquiry_survey"),
        (("inquiry",), "customer_inquiry_survey"),
        (("suggestion",), "new_need"),
        (("fault", "handset"), "outlet_intake_repair"),
        (("fault", "pager"), "outlet_intake_repair"),
        (("fault", "gsm", "before_acceptance"), "gsm_pre_atp_return"),
        (("fault", "gsm", "after_acceptance"), "gsm_normal_return"),
        (("fault", "gsm", "other"), "gsm_normal_return"),
        (("fault", "transmission"), "transmission_repair"),
        (("fault", "server"), "daily_field_service"),
        (("fault", "desktop"), "daily_field_service"),
        (("fault", "notebook"), "daily_field_service"),
        (("fault", "software"), "one_stop_service"),
        (("fault", "other"), "one_stop_service"),
        (("fault", "main_board"), "one_stop_service"),
        (("installation",), "installation_commissioning"),
        (("exchange",), "goods_exchange"),
        (("return",), "goods_exchange"),
        (("delivery",), "dispatch_handle_return_visit"),
        (("on_site_service",), "dispatch_handle_return_visit"),
        (("training",), "product_training"),
        (("upgrade",), "product_upgrade"),
        (("other",), "one_stop_service"),
    ],
)
def test_t01_request_routing(asked: tuple[str, ...], target: str) -> None:
    assert route(*asked) == target


@pytest.mark.parametrize(
    ("severity", "special", "priority"),
    [
        ("system_down", True, "P1"),
        ("system_down", False, "P2"),
        ("function_lost", True, "P2"),
        ("function_lost", False, "P3"),
        *(("degraded", special, "P3") for special in BOOLEANS),
        *(("question", special, "P4") for special in BOOLEANS),
    ],
)
def test_t02_priority(severity: str, special: bool, priority: str) -> None:
    assert ask("priority", severity=severity, special=special) == priority


@pytest.mark.parametrize(
    ("priority", "contract", "non_workday", "response", "resolve", "clock"),
    [
        ("P1", True, False, 6, 1, "continuous"),
        ("P1", True, True, 6, 1, "continuous"),
        ("P2", True, True, 6, 2, "continuous"),
        ("P2", True, False, 6, 2, "working"),
        ("P3", True, True, 6, 5, "continuous"),
        ("P3", True, False, 6, 5, "working"),
        ("P4", True, True, 6, 10, "continuous"),
        ("P4", True, False, 6, 10, "working"),
        ("P1", False, False, 1, 1, "continuous"),
        ("P2", False, False, 4, 2, "working"),
        ("P3", False, True, 8, 5, "working"),
        ("P4", False, False, 16, 10, "working"),
    ],
)
def test_t03_service_levels(
    priority: str, contract: bool, non_workday: bool, response: int, resolve: int, clock: str
) -> None:
    given = {"priority": priority, "contract_active": contract, "contract_hours": 6, "non_workday": non_workday}
    assert ask("sla_targets", **given) == {"response_hours": response, "resolve_days": resolve, "clock": clock}


CHAIN = {
    ("window", "province"): ("middle", "province", "processing_agent", "province_service_manager"),
    ("window", "region"): ("middle", "region", "processing_agent", "region_service_manager"),
    ("window", "national"): ("middle", "national", "group_service_manager", "group_service_manager"),
    ("middle", "province"): ("back", "province", "resource_agent", "province_service_manager"),
    ("middle", "region"): ("back", "region", "resource_agent", "region_service_manager"),
    ("middle", "national"): ("back", "national", "resource_agent", "group_service_manager"),
    ("back", "province"): ("middle", "region", "processing_agent", "region_service_manager"),
    ("back", "region"): ("middle", "national", "group_service_manager", "group_service_manager"),
    ("back", "national"): ("none", "national", "none", "none"),
}


@pytest.mark.parametrize("start", CHAIN)
def test_t04_next_level(start: tuple[str, str]) -> None:
    answer = ask("escalation_target", layer=start[0], area=start[1], ask_line_owner=False, product_line="server")
    assert tuple(answer.values()) == CHAIN[start]


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("area", ["province", "region", "national"])
def test_t04_the_owner_of_the_product_line_is_asked_at_the_same_area(line: str, area: str) -> None:
    answer = ask("escalation_target", layer="middle", area=area, ask_line_owner=True, product_line=line)
    own = {"server", "desktop", "notebook"}
    assert answer["role"] == (f"{line}_product_manager" if line in own else "repair_manager")
    assert (answer["next_layer"], answer["next_area"]) == ("middle", area)


def test_acceptance_limits() -> None:
    limits = [ask("acceptance_limit", priority=priority) for priority in PRIORITIES]
    assert [limit["minutes"] for limit in limits] == [15, 60, 240, 480]
    assert [limit["clock"] for limit in limits] == ["continuous", "working", "working", "working"]


def test_complaint_answer_limits() -> None:
    assert [ask("complaint_answer_limit", priority=priority) for priority in PRIORITIES] == [1, 3, 7, 10]


@pytest.mark.parametrize(
    ("subject", "line", "answer"),
    [
        *((subject, line, "terminal") for subject in ("fault", "repair_quality") for line in ("handset", "pager")),
        *((subject, line, "system") for subject in ("fault", "repair_quality") for line in ("gsm", "transmission")),
        *(("fault", line, "terminal") for line in ("server", "desktop", "notebook", "other")),
        *(
            (subject, "gsm", "service_quality")
            for subject in ("attitude", "delay", "wrong_information", "process", "fee_dispute")
        ),
        *((subject, "handset", "other") for subject in ("price", "product_wish", "marketing", "delivery", "other")),
    ],
)
def test_t22_complaint_class(subject: str, line: str, answer: str) -> None:
    assert ask("complaint_classification", subject=subject, product_line=line) == answer


@pytest.mark.parametrize(
    ("special", "km", "site"),
    [
        (True, 5, "hq_factory"), (True, -1, "hq_factory"), (False, 0, "outlet"), (False, 100, "outlet"),
        (False, 101, "hq_factory_by_courier"), (False, -1, "hq_factory_by_courier"),
        (False, None, "hq_factory_by_courier"),
    ],
)  # fmt: skip
def test_t23_repair_site(special: bool, km: int | None, site: str) -> None:
    assert ask("complaint_site_routing", special=special, outlet_km=km) == site


QUIET = {
    "hazard": False, "same_fault_7d": 9, "beyond_authority": False, "tracking_rounds": 0, "key_account": True,
    "days_open": 30, "kpi_periods_out": 1, "return_rate": 8, "data_rejections": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "signs"),
    [
        ({}, []),
        ({"hazard": True}, ["hazard"]),
        ({"same_fault_7d": 10}, ["batch_fault"]),
        ({"beyond_authority": True}, ["beyond_authority"]),
        ({"tracking_rounds": 3, "key_account": False}, ["unsatisfied_three_rounds"]),
        ({"tracking_rounds": 1}, ["unsatisfied_key_account"]),
        ({"tracking_rounds": 2, "key_account": False}, []),
        ({"days_open": 31}, ["open_over_30_days"]),
        ({"kpi_periods_out": 2}, ["indicator_out_of_range"]),
        ({"return_rate": 8.1}, ["high_return_rate"]),
        ({"data_rejections": 2}, ["data_rejected_twice"]),
        ({"hazard": True, "days_open": 40}, ["hazard", "open_over_30_days"]),
    ],
)
def test_t24_signs_of_a_major_issue(changed: dict[str, Any], signs: list[str]) -> None:
    # A COLLECT table that finds nothing answers null, as DMN says; the diagrams turn that into an empty list.
    assert (ask("major_issue", **{**QUIET, **changed}) or []) == signs


@pytest.mark.parametrize(
    ("topics", "line", "departments"),
    [
        (["equipment_quality"], "handset", ["terminal_production"]),
        (["equipment_quality"], "main_board", ["basic_components"]),
        (["equipment_quality"], "gsm", ["system_production"]),
        (["equipment_quality"], "transmission", ["transmission_equipment"]),
        (["equipment_quality"], "server", ["basic_components"]),
        (["purchased_parts"], "gsm", ["purchasing"]),
        (["project_quality", "engineering_repair"], "gsm", ["network_engineering", "network_engineering"]),
        (["repair_quality", "repair_attitude", "centre_service"], "gsm", ["CCS"] * 3),
        (["terminal_wish"], "handset", ["terminal_production", "quality"]),
        (["network_wish"], "gsm", ["system_production", "transmission_equipment", "quality"]),
        (["price_promotion"], "handset", ["marketing"]),
        (["other"], "handset", ["CCS"]),
        ([], "handset", []),
    ],
)
def test_t25_feedback_routing(topics: list[str], line: str, departments: list[str]) -> None:
    routes = ask("feedback_routing", topics=topics, product_line=line) or []
    assert [found["department"] for found in routes] == departments
    assert {found["topic"] for found in routes} == set(topics)


def test_t25_roles_of_the_own_centre() -> None:
    topics = ["repair_quality", "repair_attitude", "centre_service", "other"]
    routes = ask("feedback_routing", topics=topics, product_line="gsm")
    assert [found["role"] for found in routes] == [
        "repair_manager", "repair_manager", "complaint_manager", "customer_service_manager",
    ]  # fmt: skip


ORDINARY = {
    "complaint": False, "service_type": "other", "key_account": False, "fee": 0, "priority": "P3", "sample": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "required", "delay"),
    [
        ({"complaint": True, "service_type": "remote_advice"}, True, 2),
        ({"service_type": "installation"}, True, 3),
        *(({"service_type": kind}, True, 2) for kind in ("on_site", "in_warranty", "out_of_warranty")),
        ({"service_type": "exchange"}, True, 3),
        ({"service_type": "delivery", "key_account": True}, True, 3),
        ({"service_type": "training", "fee": 501}, True, 3),
        ({"service_type": "maintenance", "priority": "P1"}, True, 3),
        ({"service_type": "guided", "fee": 500}, False, None),
        ({"service_type": "guided", "sample": True}, True, 3),
        ({"service_type": "remote_advice", "priority": "P2"}, True, 1),
        ({"service_type": "remote_advice", "priority": "P4"}, False, None),
        ({"service_type": "upgrade"}, True, 2),
    ],
)
def test_t26_return_visit(given: dict[str, Any], required: bool, delay: int | None) -> None:
    answer = ask("return_visit_requirement", **{**ORDINARY, **given})
    assert answer == {"required": required, "delay_wd": delay}


@pytest.mark.parametrize(
    ("finding", "amount", "debtor", "counts"),
    [
        ("order_without_record", 10, "service_staff", True),
        ("record_without_fee", 0, "service_staff", False),
        ("visit_missing", 10, "service_staff", True),
        ("misclassified", 10, "author", True),
        ("anything", 0, "nobody", True),
    ],
)
def test_t27_penalty(finding: str, amount: int, debtor: str, counts: bool) -> None:
    assert ask("compliance_penalty", finding=finding) == {"amount": amount, "debtor": debtor, "counts": counts}


@pytest.mark.parametrize("state", ["draft", "testing", "calibrated", "live"])
def test_t32_only_live_rules_make_opportunities(state: str) -> None:
    above = {"live": "create", "draft": "ignore"}.get(state, "hit")
    assert [ask("event_trigger", rule_state=state, above=big) for big in BOOLEANS] == ["ignore", above]


@pytest.mark.parametrize(
    ("active", "request_open", "days", "state"),
    [
        (False, True, 0, "close_plan"), (False, False, 90, "close_plan"), (True, True, -5, "none"),
        (True, False, -5, "due"), (True, False, 0, "due"), (True, False, 1, "soon"), (True, False, 7, "soon"),
        (True, False, 8, "none"),
    ],
)  # fmt: skip
def test_t33_maintenance(active: bool, request_open: bool, days: int, state: str) -> None:
    assert ask("maintenance_due", asset_active=active, open_request=request_open, days_to_due=days) == state


@pytest.mark.parametrize(
    ("below", "above", "defined", "state"),
    [
        (True, False, True, "exception_low"), (False, True, True, "exception_high"), (False, False, True, "normal"),
        (False, False, False, "not_rated"), (True, True, False, "not_rated"),
    ],
)  # fmt: skip
def test_t34_indicators(below: bool, above: bool, defined: bool, state: str) -> None:
    assert ask("kpi_exception", below=below, above=above, defined=defined) == state


def test_every_combination_finds_exactly_one_row() -> None:
    classes = [
        "complaint", "advice", "inquiry", "suggestion", "fault", "installation", "exchange", "return", "delivery",
        "on_site_service", "training", "upgrade", "other", None,
    ]  # fmt: skip
    kinds = ["before_acceptance", "after_acceptance", "other"]
    assert None not in answers(
        "request_routing", request_class=classes, product_line=[*LINES, None], problem_kind=kinds
    )
    assert None not in answers(
        "sla_targets", priority=PRIORITIES, contract_active=BOOLEANS, contract_hours=[4], non_workday=BOOLEANS
    )
    subjects = ["fault", "repair_quality", "attitude", "delay", "process", "price", "other", None]
    assert None not in answers("complaint_classification", subject=subjects, product_line=[*LINES, None])
    sites = answers("complaint_site_routing", special=BOOLEANS, outlet_km=[-1, 0, 0.5, 100, 100.5, None])
    assert None not in sites
    kinds_of_service = ["installation", "on_site", "exchange", "guided", "remote_advice", "other", None]
    visits = answers(
        "return_visit_requirement", complaint=BOOLEANS, service_type=kinds_of_service, key_account=BOOLEANS,
        fee=[0, 501], priority=PRIORITIES, sample=BOOLEANS,
    )  # fmt: skip
    assert None not in visits
