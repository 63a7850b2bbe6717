"""Runs of the catalogue's acceptance matrix through outlet repair, quotation and collection."""

from typing import Any

from tests.library.shop import Shop

PHOTO = [{"documentId": "d1"}]
LIQUID = {"fault_reproduced": True, "evidence": "liquid"}
GENUINE = {"fault_reproduced": True, "evidence": "none"}
LINES = [
    {"kind": "part", "code": "SPK", "quantity": 1},
    {"kind": "labour", "code": "F-AUDIO", "quantity": 1},
]


def outlet(**known: Any) -> Shop:
    shop = Shop("outlet_intake_repair", "repair_quotation_payment", "payment_collection", known=known)
    shop.start({}, "outlet_intake_repair")
    shop.submit(
        "s020_fill_slip",
        {
            "model": "E-900", "outer_condition": "good", "wished_return": "counter", "data_loss_consent": True,
            "copy_given": True, "both_signed": True, "imei": "490154203237518",
        },
    )  # fmt: skip
    return shop


def inspected(finding: dict[str, Any], **known: Any) -> Shop:
    """A unit past misuse, warranty and damage."""
    shop = outlet(**known)
    shop.submit("s030_judge_misuse", finding)
    shop.submit("s060_judge_warranty")
    more = {"fault_code": "F-AUDIO", "fault_text": "Loudspeaker silent", "repair_here": "yes"}
    shop.submit("s065_inspect_damage", finding | more | ({"photos": PHOTO} if "liquid" in finding.values() else {}))
    return shop


def repaired(shop: Shop, *, passed: bool, part: str = "SPK") -> None:
    parts = [{"code": part, "quantity": 1, "old_part_kept": True}]
    shop.submit("s100_repair", {"work_done": "Loudspeaker changed", "parts": parts})
    result = {"test_passed": True} if passed else {"test_passed": False, "repair_here": "yes"}
    shop.submit("s110_own_test", result | {"note": "tested"})


def test_x05_after_three_failed_tests_the_factory_repairs_and_the_customer_sees_one_case() -> None:
    shop = inspected(GENUINE)
    for _ in range(3):
        repaired(shop, passed=False)
    assert shop.open(1) == []
    shop.do(shop.instance("factory_intake"), "complete", shop._task("u")[1].token, {"result": "repaired"})
    assert shop.open(1) == ["s150_give_to_customer"]
