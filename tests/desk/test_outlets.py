"""Outlets are compared by what they did, a new one becomes a unit, and the month's figures are those of the books."""

import datetime as dt
import typing as t

import pytest
import sqlalchemy as sa

from app import clock as time
from app.db import db, transaction
from app.desk.models import Asset, Case, PartStock, ServiceOutlet
from app.people.units import unit_tree
from tests.company import HANDSET_A
from tests.conftest import both_databases
from tests.desk.conftest import Desk

pytestmark = both_databases

WENZHOU = {"code": "WZ1", "name": "温州网点", "name_en": "Wenzhou outlet", "parent": "ZJ", "level": "2", "like": "HZ1"}


def repaired(desk: Desk, days_ago: int, unit: str = "HZ1", **more: t.Any) -> int:
    """A case of that outlet about handset A, repaired the day after it was opened."""
    asset = db.session.scalars(sa.select(Asset.id).where(Asset.serial_no == HANDSET_A)).one()
    opened = time.now() - dt.timedelta(days=days_ago)
    case_id = desk.open(unit_id=unit_tree().by_code[unit].id, asset_id=asset, serial_no=HANDSET_A)
    with transaction() as session:
        case = session.get(Case, case_id)
        case.request_time = opened
        case.resolved_at = case.closed_at = opened + dt.timedelta(days=1)
        case.status, case.close_code = "closed", "repaired"
        for name, value in more.items():
            setattr(case, name, value)
    return case_id


def figures(desk: Desk, **inputs: t.Any) -> dict[str, dict[str, t.Any]]:
    found = desk.do("desk.outlet_figures", desk.open(), {"site": None, "days": 30, **inputs})["figures"]
    return {one["outlet"]: one for one in found}


def test_a_device_that_comes_back_within_a_month_is_a_return(desk: Desk) -> None:
    repaired(desk, 20, satisfaction="5")
    repaired(desk, 10, satisfaction="3")
    of_hz1 = figures(desk)["HZ1"]
    assert (of_hz1["volume"], of_hz1["return_rate"], of_hz1["satisfaction"]) == (2, 50.0, 50.0)


def test_outlets_that_did_nothing_have_figures_too_and_one_can_be_asked_for(desk: Desk) -> None:
    repaired(desk, 40)
    quiet = {"volume": 0, "return_rate": 0.0, "satisfaction": None, "complaints": 0, "per_thousand": 0, "rejections": 0}
    every = figures(desk)
    assert {"HZ1", "HZ2", "NJ1"} <= every.keys()
    assert quiet.items() <= every["HZ1"].items()
    assert list(figures(desk, site="HZ2")) == ["HZ2"]


def test_a_complaint_counts_for_the_outlet_whose_case_it_is_about(desk: Desk) -> None:
    about = repaired(desk, 5)
    desk.open("complaint_handling", parent_case_id=about, unit_id=unit_tree().by_code["ZJ"].id)
    of_hz1 = figures(desk)["HZ1"]
    assert (of_hz1["complaints"], of_hz1["per_thousand"]) == (1, 1000.0)


def test_a_new_outlet_is_a_unit_with_its_level_and_safety_stock_and_nothing_on_hand(desk: Desk) -> None:
    with transaction() as session:
        session.execute(sa.update(PartStock).where(PartStock.site == "HZ1").values(safety_stock=6))
    assert desk.do("desk.outlet_register", desk.open(), WENZHOU) == {"problem": None}
    node = unit_tree().by_code["WZ1"]
    assert (node.kind, node.above[-2:]) == ("outlet", ("ZJ", "WZ1"))
    assert db.session.get(ServiceOutlet, node.id).level == 2
    stock = db.session.scalars(sa.select(PartStock).where(PartStock.site == "WZ1")).all()
    assert {(row.on_hand, row.safety_stock) for row in stock} == {(0, 6)}


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [({"code": "温州"}, "code_shape"), ({"code": "HZ2"}, "code_taken"), ({"parent": "HZ1"}, "no_such_parent"),
     ({"parent": "XX"}, "no_such_parent")],
)  # fmt: skip
def test_what_cannot_be_an_outlet_is_told_and_not_written(desk: Desk, wrong: dict[str, str], kind: str) -> None:
    before = len(unit_tree().nodes)
    problem = desk.do("desk.outlet_register", desk.open(), {**WENZHOU, **wrong})["problem"]
    assert problem["kind"] == kind
    assert len(unit_tree().nodes) == before


def test_the_months_figures_are_those_of_the_books(desk: Desk) -> None:
    case = desk.open(serial_no=HANDSET_A)
    desk.do("desk.document", case, {"content": {"amount": 120.5}}, kind="receipt", state="booked")
    desk.do("desk.document", case, {"content": {"amount": 0}}, kind="receipt", state="unpaid")
    desk.do("desk.document", case, {"content": {"amount": 80}}, kind="payment_voucher", state="paid")
    desk.do("desk.stock", case, {"site": "HZ1", "parts": [{"code": "SPK", "quantity": 2}]}, action="use")
    found = desk.do("desk.month_figures", case)["figures"]
    assert {name: found[name] for name in ("receipts", "payments", "parts_cost")} == {
        "receipts": 120.5, "payments": 80.0, "parts_cost": 24.0,
    }  # fmt: skip
    assert found["received"] >= 1
