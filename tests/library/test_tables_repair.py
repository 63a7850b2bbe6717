"""Every row of the catalogue's tables T07, T08, T09, T15 and T16 is a case here, and every input finds exactly one row."""

import itertools
import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from lxml import etree

from app.feel import to_json
from tests.library.files import ROOT, library_table
from tests.library.texts import texts

TABLES = [
    "warranty_eligibility", "damage_classification", "charge_basis", "quote_pricing_route", "approval_authority",
    "handset_swap_eligibility", "pager_swap_eligibility", "repair_skill_tier", "factory_acceptance", "factory_routing",
    "settlement_response", "callback_verification",
]  # fmt: skip
EVIDENCE = ["none", "cosmetic", "liquid", "impact", "third_party_repair", "wrong_power", "seal_broken"]
BOOLEANS = [False, True]


def ask(decision: str, **inputs: Any) -> Any:
    return to_json(library_table(decision).evaluate(decision, inputs).value)


def fired(decision: str, inputs: Mapping[str, Any]) -> int:
    """How many rows matched."""
    entry = library_table(decision).evaluate(decision, inputs).trace[-1]
    return len(json.loads(json.dumps(entry, default=str))["tables"][0]["matched"])


@pytest.mark.parametrize(
    ("identity_ok", "proof", "days_left", "repeat_days", "in_warranty", "reason"),
    [
        (False, "record", 100, -1, False, "identity_mismatch"),
        (False, "none", -5, 30, False, "identity_mismatch"),
        (True, "none", -200, 0, True, "repair_guarantee"),
        (True, "invoice", 10, 90, True, "repair_guarantee"),
        (True, "none", 100, -1, False, "no_proof"),
        (True, "none", 100, 91, False, "no_proof"),
        (True, "record", 0, -1, True, "within_warranty"),
        (True, "invoice", 5, 91, True, "within_warranty"),
        (True, "record", -1, -1, False, "expired"),
        (True, "invoice", -400, 200, False, "expired"),
    ],
)
def test_warranty(identity_ok, proof, days_left, repeat_days, in_warranty, reason):
    given = {"identity_ok": identity_ok, "proof": proof, "days_left": days_left, "repeat_days": repeat_days}
    assert ask("warranty_eligibility", **given) == {"in_warranty": in_warranty, "reason": reason}


@pytest.mark.parametrize(
    ("reproduced", "operation_error", "evidence", "finding"),
    [
        (False, True, "liquid", "misuse"),
        (False, False, "impact", "no_fault_found"),
        *((True, error, trace, "human_damage") for error in BOOLEANS for trace in EVIDENCE[2:]),
        *((True, error, trace, "genuine_fault") for error in BOOLEANS for trace in EVIDENCE[:2]),
    ],
)
def test_damage(reproduced, operation_error, evidence, finding):
    given = {"fault_reproduced": reproduced, "operation_error": operation_error, "evidence": evidence}
    assert ask("damage_classification", **given) == finding


@pytest.mark.parametrize(
    ("finding", "in_warranty", "contract_active", "free_parts", "free_labour", "basis"),
    [
        ("misuse", True, False, False, False, "no_charge"),
        ("no_fault_found", False, True, True, True, "no_charge"),
        ("human_damage", True, True, True, True, "quote_all"),
        ("genuine_fault", True, False, False, False, "free"),
        ("genuine_fault", False, True, True, True, "free"),
        ("genuine_fault", False, True, False, True, "quote_parts"),
        ("genuine_fault", False, True, True, False, "quote_labour"),
        ("genuine_fault", False, True, False, False, "quote_all"),
        ("genuine_fault", False, False, True, True, "quote_all"),
    ],
)
def test_charge(finding, in_warranty, contract_active, free_parts, free_labour, basis):
    given = {"finding": finding, "in_warranty": in_warranty, "contract_active": contract_active}
    assert ask("charge_basis", **given, free_parts=free_parts, free_labour=free_labour) == basis


@pytest.mark.parametrize(
    ("unpriced", "total", "role"),
    [
        (0, 3000, "repair_receptionist"),
        (0, 3000.01, "repair_supervisor"),
        (1, 10, "repair_supervisor"),
        (3, 9000, "repair_supervisor"),
    ],
)
def test_pricing_route(unpriced, total, role):
    assert ask("quote_pricing_route", unpriced_items=unpriced, total=total) == role


LIMITS = {
    "terminal_price": ["repair_supervisor", "repair_manager", "ccs_general_manager", "vp_terminal_sales"],
    "system_quote": ["repair_supervisor", "repair_supervisor", "repair_manager", "ccs_general_manager"],
    "compensation": ["complaint_manager", "complaint_manager", "ccs_general_manager", "vp_terminal_sales"],
    "waiver": ["repair_manager", "repair_manager", "ccs_general_manager", "vp_terminal_sales"],
    "refund": ["repair_supervisor", "repair_manager", "ccs_general_manager", "vp_terminal_sales"],
    "parts_order": ["material_dispatcher", "repair_manager", "ccs_general_manager", "vp_terminal_sales"],
    "exchange": ["service_manager", "repair_manager", "ccs_general_manager", "vp_terminal_sales"],
    "contract_discount": ["sales_rep", "sales_manager", "service_director", "vp_terminal_sales"],
}
EDGES = {"contract_discount": [(0, 5), (5.1, 10), (11, 20), (20.5, 40)]}
MONEY = [(0, 1000), (1000.01, 5000), (5001, 20000), (20000.01, 90000)]


@pytest.mark.parametrize(
    ("subject", "amount", "approver"),
    [
        (subject, amount, approver)
        for subject, approvers in LIMITS.items()
        for approver, edges in zip(approvers, EDGES.get(subject, MONEY), strict=True)
        for amount in edges
    ],
)
def test_approver(subject, amount, approver):
    assert ask("approval_authority", subject=subject, amount=amount)["approver"] == approver


def combinations(**domains: Iterable[Any]) -> list[dict[str, Any]]:
    return [dict(zip(domains, values, strict=True)) for values in itertools.product(*domains.values())]


@pytest.mark.parametrize(
    ("decision", "inputs"),
    [
        (
            "warranty_eligibility",
            combinations(
                identity_ok=BOOLEANS,
                proof=["record", "invoice", "none"],
                days_left=[-1, 0, 1],
                repeat_days=[-1, 0, 1, 90, 91],
            ),
        ),
        (
            "damage_classification",
            combinations(fault_reproduced=BOOLEANS, operation_error=BOOLEANS, evidence=EVIDENCE),
        ),
        (
            "charge_basis",
            combinations(
                finding=["misuse", "no_fault_found", "human_damage", "genuine_fault"],
                in_warranty=BOOLEANS,
                contract_active=BOOLEANS,
                free_parts=BOOLEANS,
                free_labour=BOOLEANS,
            ),
        ),
        (
            "parts_replenishment",
            combinations(level=[1, 2, 3], brand=["own", "motorola"], free=[0, 9, 10, 11], safety_stock=[0, 10]),
        ),
        (
            "handset_swap_eligibility",
            combinations(
                request=["OOB", "SR", "none"],
                identity_ok=BOOLEANS,
                finding=["misuse", "no_fault_found", "human_damage", "genuine_fault"],
                complete=BOOLEANS,
                days_since_sale=[0, 15, 16, 9999],
                repairs_same_fault=[0, 1, 2],
                unrepairable=BOOLEANS,
                in_warranty=BOOLEANS,
            ),
        ),
        (
            "pager_swap_eligibility",
            combinations(days_since_sale=[0, 15, 16], repairs_same_fault=[0, 1, 2], unrepairable=BOOLEANS),
        ),
        (
            "repair_skill_tier",
            combinations(
                grade=["technician", "section_chief", "chief_engineer"], identified=BOOLEANS, needs_part=BOOLEANS
            ),
        ),
        (
            "factory_acceptance",
            combinations(
                slip_present=BOOLEANS,
                sender_registered=BOOLEANS,
                product_supported=BOOLEANS,
                identity_readable=BOOLEANS,
            ),
        ),
        ("factory_routing", combinations(unit_kind=["handset", "main_board", "pager"], oob_sr=BOOLEANS)),
        (
            "settlement_response",
            combinations(rejected_amount=[0, 0.01, 200, 200.01, 5000], reason=["justified", "disputable"]),
        ),
        ("quote_pricing_route", combinations(unpriced_items=[0, 1, 2], total=[0, 3000, 3000.01])),
        (
            "approval_authority",
            combinations(subject=list(LIMITS), amount=[0, 5, 5.01, 10, 20, 20.01, 1000, 1000.01, 5000, 20000, 20001]),
        ),
    ],
)
def test_exactly_one_row_matches_every_input(decision, inputs):
    counts = {json.dumps(given): fired(decision, given) for given in inputs}
    assert {given: count for given, count in counts.items() if count != 1} == {}


@pytest.mark.parametrize(
    ("reached", "confirmed", "fee_ok", "date_ok", "verdict"),
    [
        *((False, yes, yes, yes, "replace") for yes in BOOLEANS), (True, False, True, True, "fail"),
        (True, True, False, True, "fail"), (True, True, True, False, "pass_with_note"), (True, True, True, True, "pass"),
    ],
)  # fmt: skip
def test_call_back(reached, confirmed, fee_ok, date_ok, verdict):
    given = {"reached": reached, "repair_confirmed": confirmed, "fee_ok": fee_ok, "date_ok": date_ok}
    assert ask("callback_verification", **given) == verdict
    assert fired("callback_verification", given) == 1


@pytest.mark.parametrize("service_type", ["delivery", "installation", "in_warranty", "exchange", "whatever comes"])
def test_the_shares_of_income_come_to_a_hundred(service_type):
    shares = ask("service_income_share", service_type=service_type)
    assert (shares["service_pct"], shares["sales_pct"]) == (80, 20)
    assert fired("service_income_share", {"service_type": service_type}) == 1


@pytest.mark.parametrize("decision", TABLES)
def test_every_code_has_a_text_in_both_languages(decision):
    root = etree.parse(next((ROOT / "bpmn").rglob(f"{decision}.dmn"))).getroot()
    outputs = [output.get("name") for output in root.iter("{*}output")]
    asked = [expression.findtext("{*}text") for expression in root.iter("{*}inputExpression")]
    codes = {
        f"{decision}.{output}.{entry.findtext('{*}text').strip(chr(34))}"
        for rule in root.iter("{*}rule")
        for output, entry in zip(outputs, rule.iterchildren("{*}outputEntry"), strict=True)
    }
    wanted = codes | {f"{decision}.name"} | {f"{decision}.input.{name}" for name in asked}
    assert len(codes) > 1
    assert [key for key in wanted if not all(texts().get(key, {}).get(language) for language in ("en", "zh"))] == []
